package ledger

import (
	"cmp"
	"math/bits"
	"slices"

	"relance/calendar"
	"relance/money"
)

// Debt is what a debtor owes on one invoice, as one payment for several sees it.
type Debt struct {
	Invoice string
	Due     calendar.Date
	// Open is everything asked for: the principal and the late fees that were
	// claimed.
	Open money.Amount
	// Indicated: the debtor said that the payment is for this invoice.
	Indicated bool
	// Costly: late fees of it were claimed, so that the debtor has the most interest
	// in paying it.
	Costly bool
}

// Share is the part of a payment that goes to an invoice.
type Share struct {
	Invoice string
	Amount  money.Amount
}

// Spread divides a payment of a day among the debts of one debtor: first those the
// debtor indicated; then the debts that are due before those that are not, of them
// those the debtor had most interest in paying, then the oldest, and debts that are
// alike in everything in proportion (C. civ. 1342-10). What is left over is
// returned; it belongs to the debtor. Debts in other currencies get nothing.
func Spread(payment money.Amount, on calendar.Date, debts []Debt) (shares []Share, left money.Amount) {
	rest := payment.Minor()
	var owed []Debt
	for _, debt := range debts {
		if debt.Open.Currency() == payment.Currency() && debt.Open.Sign() > 0 {
			owed = append(owed, debt)
		}
	}
	slices.SortFunc(owed, func(a, b Debt) int { return cmp.Or(rank(a, b, on), cmp.Compare(a.Invoice, b.Invoice)) })
	for len(owed) > 0 && rest > 0 {
		n := 1
		for n < len(owed) && rank(owed[0], owed[n], on) == 0 {
			n++
		}
		for i, minor := range proportions(rest, owed[:n]) {
			if minor > 0 {
				shares = append(shares, Share{Invoice: owed[i].Invoice, Amount: money.FromMinor(minor, payment.Currency())})
				rest -= minor
			}
		}
		owed = owed[n:]
	}
	return shares, money.FromMinor(rest, payment.Currency())
}

// rank orders debts as the law has them paid; 0 for debts that are alike.
func rank(a, b Debt, on calendar.Date) int {
	return cmp.Or(
		first(a.Indicated, b.Indicated),
		first(a.Due <= on, b.Due <= on),
		first(a.Costly, b.Costly),
		cmp.Compare(a.Due, b.Due),
	)
}

func first(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	default:
		return 1
	}
}

// proportions divides what there is among debts that are alike: all of each when
// there is enough, else in proportion, the odd cents to the first ones.
func proportions(rest int64, debts []Debt) []int64 {
	total := int64(0)
	for _, debt := range debts {
		total += debt.Open.Minor()
	}
	parts := make([]int64, len(debts))
	given := int64(0)
	for i, debt := range debts {
		parts[i] = debt.Open.Minor()
		if rest < total {
			parts[i] = share(rest, debt.Open.Minor(), total)
		}
		given += parts[i]
	}
	for i := 0; given < min(rest, total); i = (i + 1) % len(parts) {
		if parts[i] < debts[i].Open.Minor() {
			parts[i]++
			given++
		}
	}
	return parts
}

// share is rest x part / total, rounded down, exact beyond 64 bits.
func share(rest, part, total int64) int64 {
	high, low := bits.Mul64(uint64(rest), uint64(part)) //nolint:gosec // amounts that are owed are not negative
	quotient, _ := bits.Div64(high, low, uint64(total)) //nolint:gosec // part <= total, so that the quotient fits
	return int64(quotient)                              //nolint:gosec // at most rest
}

package ledger

import (
	"fmt"

	"relance/calendar"
	"relance/money"
)

// Position is how an account stands on a day. It balances:
//
//	Total + what late fees came to + Overpaid
//	  = Paid + Credited + Tolerated + Open + what of the late fees was waived or is open
//
// where late fees count from the day they were claimed.
type Position struct {
	// AsOf is the last day that counts.
	AsOf  calendar.Date `json:"as_of,omitzero"`
	Total money.Amount  `json:"total"`
	// Paid is the money that came in and was not taken back.
	Paid     money.Amount `json:"paid"`
	Credited money.Amount `json:"credited"`
	// Open is what is still owed of the principal, never negative.
	Open money.Amount `json:"open"`
	// Tolerated is a rest that is too small to claim.
	Tolerated money.Amount `json:"tolerated,omitzero"`
	// Overpaid is what was received beyond what was asked for and belongs to the debtor,
	// also where late fees arose that nobody claimed.
	Overpaid money.Amount `json:"overpaid"`
	LateFees LateFees     `json:"late_fees,omitzero"`
}

// LateFees are what is due beside the principal, in their own lines.
type LateFees struct {
	// ClaimedFrom is the day from which the debtor is asked for them; not set
	// while they only accrue.
	ClaimedFrom calendar.Date `json:"claimed_from,omitzero"`
	Interest    Dues          `json:"interest,omitzero"`
	// Indemnity is the fixed sum, in euros whatever the currency of the invoice.
	Indemnity Dues `json:"indemnity,omitzero"`
	Costs     Dues `json:"costs,omitzero"`
	// Unknown says which table is missing to tell the interest; it is not counted
	// then, and payments pay the principal.
	Unknown string `json:"unknown,omitempty"`
}

// IsZero reports whether there is nothing to tell of late fees.
func (l LateFees) IsZero() bool {
	return l.ClaimedFrom.IsZero() && l.Unknown == "" && l.Interest.IsZero() && l.Indemnity.IsZero() && l.Costs.IsZero()
}

// Dues is one line of late fees.
type Dues struct {
	// Arisen is what it came to by law, claimed or not.
	Arisen money.Amount `json:"arisen"`
	Paid   money.Amount `json:"paid"`
	Waived money.Amount `json:"waived"`
	// Open is what is asked for and neither paid nor waived.
	Open money.Amount `json:"open"`
}

// IsZero reports whether nothing ever was due.
func (d Dues) IsZero() bool { return d.Arisen.IsZero() }

// Open is what is asked for of the late fees in a currency.
func (l LateFees) Open(currency money.Currency) money.Amount {
	sum := money.FromMinor(0, currency)
	for _, line := range []Dues{l.Interest, l.Indemnity, l.Costs} {
		if line.Open.Currency() != currency {
			continue
		}
		if more, err := sum.Add(line.Open); err == nil { // each is bounded: they add up
			sum = more
		}
	}
	return sum
}

// PrincipalPaid is what came in and did not pay late fees.
func (p Position) PrincipalPaid() money.Amount {
	minor := p.Paid.Minor()
	for _, line := range []Dues{p.LateFees.Interest, p.LateFees.Indemnity, p.LateFees.Costs} {
		if line.Paid.Currency() == p.Paid.Currency() {
			minor -= line.Paid.Minor()
		}
	}
	return money.FromMinor(minor, p.Paid.Currency())
}

// Claimable is what could be asked for of a line: what arose and was neither paid
// nor waived, claimed yet or not.
func (d Dues) Claimable() money.Amount {
	return money.FromMinor(d.Arisen.Minor()-d.Paid.Minor()-d.Waived.Minor(), d.Arisen.Currency())
}

// AsksAs reports whether as much may be asked for as of other late fees, line by line.
func (l LateFees) AsksAs(other LateFees) bool {
	return l.Unknown == other.Unknown && l.Interest.Claimable() == other.Interest.Claimable() &&
		l.Indemnity.Claimable() == other.Indemnity.Claimable() && l.Costs.Claimable() == other.Costs.Claimable()
}

// LateFeesAlone is what is still asked for once the principal is paid, nothing
// before that or when it is too small to claim.
func (a Account) LateFeesAlone(p Position) money.Amount {
	open := p.LateFees.Open(p.Total.Currency())
	if p.Open.Sign() > 0 || open.Minor() <= a.claim.Tolerance.Minor() {
		return open.Zero()
	}
	return open
}

// Position is how the account stands after the last entry, late fees counted to
// its day. It fails only when the amounts are too large to add.
func (a Account) Position() (Position, error) {
	position, _, err := a.stand(a.lastDay())
	return position, err
}

// At is how the account stood at the end of a day, with the entries of that day
// and before: late fees are counted to it.
func (a Account) At(day calendar.Date) (Position, error) {
	position, _, err := a.stand(day)
	return position, err
}

// Today is how the account stands on a day with all entries, also those dated a
// few days ahead, as books may be.
func (a Account) Today(day calendar.Date) (Position, error) {
	return a.At(max(day, a.lastDay()))
}

// Allocation is the part of a payment or credit note that pays a part of what is
// owed. What an entry has left over is the debtor's credit.
type Allocation struct {
	Kind   EntryKind    `json:"kind"`
	ID     string       `json:"id"`
	Part   Part         `json:"part"`
	Amount money.Amount `json:"amount"`
}

// Allocations says what each counting entry pays: by the debtor's indication this
// invoice, and of it by the law's order (C. civ. 1343-1) or the contract's.
func (a Account) Allocations() ([]Allocation, error) {
	_, allocations, err := a.stand(a.lastDay())
	return allocations, err
}

func (a Account) lastDay() calendar.Date {
	last := a.claim.Due
	for _, e := range a.entries {
		last = max(last, e.ValueDate)
	}
	return last
}

// stand works out the position and the allocations on a day.
func (a Account) stand(day calendar.Date) (Position, []Allocation, error) {
	s, err := a.settle(day)
	if err != nil {
		return Position{}, nil, fmt.Errorf("working out what is owed on %s: %w", a.claim.Total, err)
	}
	return s.position, s.allocations, nil
}

package ledger

import (
	"cmp"
	"slices"

	"relance/money"
)

// BookAccount is an account of the journal. What the debtor owes stands on four
// accounts, because principal, interest, fixed sum and costs never mix.
type BookAccount string

// The accounts of the journal. Debits are positive.
const (
	BookPrincipal BookAccount = "receivable-principal"
	BookInterest  BookAccount = "receivable-interest"
	BookIndemnity BookAccount = "receivable-indemnity"
	BookCosts     BookAccount = "receivable-costs"
	// BookDebtorCredit is what was paid too much and belongs to the debtor.
	BookDebtorCredit BookAccount = "debtor-credit"
	// BookReceived is the money that came in, BookCredited the credit notes given.
	BookReceived BookAccount = "received"
	BookCredited BookAccount = "credited"
	// BookInvoiced and the incomes are where the claims come from.
	BookInvoiced        BookAccount = "invoiced"
	BookInterestIncome  BookAccount = "interest-income"
	BookIndemnityIncome BookAccount = "indemnity-income"
	BookCostsIncome     BookAccount = "costs-income"
	// BookWaived, BookTolerated and BookWrittenOff are what the creditor gave up.
	BookWaived     BookAccount = "waived"
	BookTolerated  BookAccount = "small-differences"
	BookWrittenOff BookAccount = "written-off"
)

// Leg is one line of a journal entry: an amount on an account, debits positive.
type Leg struct {
	Account BookAccount  `json:"account"`
	Amount  money.Amount `json:"amount"`
}

// Books are the balances of the journal for a position: they sum to nothing in
// every currency. Of a claim that was written off, what is open is a loss; should
// it be paid all the same, the loss shrinks. Late fees stand in the books once
// they are claimed.
func (p Position) Books(writtenOff bool) []Leg {
	b := books{}
	principal := BookPrincipal
	if writtenOff {
		principal = BookWrittenOff
	}
	b.put(principal, p.Open, 1)
	b.put(BookTolerated, p.Tolerated, 1)
	b.put(BookReceived, p.Paid, 1)
	b.put(BookCredited, p.Credited, 1)
	b.put(BookDebtorCredit, p.Overpaid, -1)
	b.put(BookInvoiced, p.Total, -1)
	for _, line := range []struct {
		dues               *Dues
		receivable, income BookAccount
	}{
		{&p.LateFees.Interest, BookInterest, BookInterestIncome},
		{&p.LateFees.Indemnity, BookIndemnity, BookIndemnityIncome},
		{&p.LateFees.Costs, BookCosts, BookCostsIncome},
	} {
		receivable := line.receivable
		if writtenOff {
			receivable = BookWrittenOff
		}
		b.put(receivable, line.dues.Open, 1)
		b.put(BookWaived, line.dues.Waived, 1)
		for _, part := range []money.Amount{line.dues.Open, line.dues.Paid, line.dues.Waived} {
			b.put(line.income, part, -1)
		}
	}
	return b.legs()
}

// Correction is what must be booked so that the balances that are booked become those
// that are right: the one way the journal changes. What was booked too much is
// taken back by it; nothing is ever edited.
func Correction(booked, right []Leg) []Leg {
	b := books{}
	for _, leg := range right {
		b.put(leg.Account, leg.Amount, 1)
	}
	for _, leg := range booked {
		b.put(leg.Account, leg.Amount, -1)
	}
	return b.legs()
}

type bookKey struct {
	account  BookAccount
	currency money.Currency
}

// books adds up minor units by account and currency.
type books map[bookKey]int64

func (b books) put(account BookAccount, amount money.Amount, sign int64) {
	if !amount.IsZero() {
		b[bookKey{account, amount.Currency()}] += sign * amount.Minor()
	}
}

func (b books) legs() []Leg {
	var legs []Leg
	for key, minor := range b {
		if minor != 0 {
			legs = append(legs, Leg{Account: key.account, Amount: money.FromMinor(minor, key.currency)})
		}
	}
	slices.SortFunc(legs, func(x, y Leg) int {
		return cmp.Or(cmp.Compare(x.Account, y.Account), cmp.Compare(x.Amount.Currency(), y.Amount.Currency()))
	})
	return legs
}

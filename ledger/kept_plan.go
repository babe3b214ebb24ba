package ledger

import (
	"relance/calendar"
	"relance/money"
)

// RestOfKeptPlan is what a debtor who kept an instalment plan need not pay any more of the
// principal. Money pays late fees first (C. civ. 1343-1), and so a plan over what was owed
// on the day it was proposed leaves principal open when late fees that were claimed go on
// arising meanwhile. It is what the money since that day paid of late fees that were not
// part of the plan, less what of it was given up before, when the plan was kept a first
// time, and no more than what is open of the principal.
func (a Account) RestOfKeptPlan(proposed, today calendar.Date, givenUp money.Amount) (money.Amount, error) {
	before, err := a.At(proposed)
	if err != nil {
		return money.Amount{}, err
	}
	now, err := a.Today(today)
	if err != nil {
		return money.Amount{}, err
	}
	inPlan := before.LateFees.Open(before.Total.Currency()).Minor()
	taken := now.paidLateFees() - before.paidLateFees() - inPlan - givenUp.Minor()
	return money.FromMinor(max(0, min(now.Open.Minor(), taken)), now.Total.Currency()), nil
}

func (p Position) paidLateFees() int64 { return p.Paid.Minor() - p.PrincipalPaid().Minor() }

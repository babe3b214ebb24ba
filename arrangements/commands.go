package arrangements

import (
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// Command is something that is asked of a plan, or reported to it.
type Command interface{ planCommand() }

// Proposal asks for a plan.
type Proposal struct {
	Creditor string
	ID       string
	Debtor   string
	// Consumer: the debtor is one.
	Consumer bool
	Claims   []Claim
	Terms    Terms
	// Role is that of the person who proposes, Policy what it may grant.
	Role   collection.Role
	Policy Policy
	Window calendar.Window
	On     calendar.Date
	// OfferDays is for how many days the debtor can accept, the proposal's day counted.
	OfferDays int
}

// Approve releases a plan beyond what its proposer may grant.
type Approve struct {
	Role   collection.Role
	Policy Policy
}

// Accept says that the debtor agreed.
type Accept struct {
	Acceptance
	Today calendar.Date
}

// TakeMoney reports what the ledger says of the claims.
type TakeMoney struct {
	Received, Open money.Amount
	// On is the value date of the last money, Today the day on which it is reported.
	On, Today calendar.Date
}

// ReportTold says that the debtor was told of an instalment, before it was due or
// after it was missed.
type ReportTold struct {
	Instalment int
	Missed     bool
	// Asked: not the debtor was told that it was missed, but the creditor that it has to
	// collect it, or to find out what became of its direct debit.
	Asked bool
	On    calendar.Date
}

// PostponeNotice says that a notice about an instalment could not leave, and when it may
// be tried again. What ends the plan does not wait for it.
type PostponeNotice struct{ Until time.Time }

// DeclareDefault ends a plan whose instalment was missed beyond its grace.
type DeclareDefault struct{ On calendar.Date }

// OfferSettlement lets the debtor end the plan early for less, up to a day.
type OfferSettlement struct {
	Settlement
	On     calendar.Date
	Role   collection.Role
	Policy Policy
}

// Reschedule replaces the schedule by one of what is still owed.
type Reschedule struct {
	Terms  Terms
	Role   collection.Role
	Policy Policy
	On     calendar.Date
	// InterestAsPrincipal has the interest that is owed bear interest itself, as plans did
	// before it was kept apart.
	InterestAsPrincipal bool
}

// Cancel ends a plan by a person's decision, or because it was not accepted in time.
type Cancel struct {
	Reason string
	On     calendar.Date
}

// RecordDebit says that an instalment is being collected by direct debit.
type RecordDebit struct {
	Instalment int
	Debit      Debit
}

// ReturnDebit says that a direct debit came back.
type ReturnDebit struct {
	ID     string
	Reason string
	On     calendar.Date
	// RetryOn is when it is collected again, by the policy for the reason.
	RetryOn calendar.Date
}

func (Approve) planCommand()         {}
func (Accept) planCommand()          {}
func (TakeMoney) planCommand()       {}
func (ReportTold) planCommand()      {}
func (PostponeNotice) planCommand()  {}
func (DeclareDefault) planCommand()  {}
func (OfferSettlement) planCommand() {}
func (Reschedule) planCommand()      {}
func (Cancel) planCommand()          {}
func (RecordDebit) planCommand()     {}
func (ReturnDebit) planCommand()     {}

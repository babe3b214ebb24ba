package collection

import (
	"relance/calendar"
	"relance/handoff"
	"relance/money"
)

// ProposeHandoff announces that the claim is to be given to a partner. Whether the
// file is complete is judged before, by handoff.CheckOf.
type ProposeHandoff struct {
	ID             string
	Partner        string
	Route          handoff.Route
	CoolingOffDays int
	On             calendar.Date
}

// ApproveHandoff releases an announced handoff, for the principal that the person
// saw: another amount is refused, because the claim has changed since.
type ApproveHandoff struct {
	ID     string
	Amount money.Amount
	On     calendar.Date
}

// RefuseHandoff ends an announced handoff without giving the claim away.
type RefuseHandoff struct {
	ID     string
	Reason string
	On     calendar.Date
}

// HandoffOutcome is what came of giving the file to the partner.
type HandoffOutcome string

// What can come of giving the file to the partner.
const (
	// HandoffBegun: the attempt begins.
	HandoffBegun HandoffOutcome = "begun"
	// HandoffGiven: the partner has the file.
	HandoffGiven HandoffOutcome = "delivered"
	// HandoffWithheld: the last check found that the claim is not what was approved.
	HandoffWithheld HandoffOutcome = "withheld"
	// HandoffDeclined: the partner refuses the file.
	HandoffDeclined HandoffOutcome = "declined"
	// HandoffDoubtful: nobody knows whether the partner has it.
	HandoffDoubtful HandoffOutcome = "doubtful"
)

// ReportHandoff says what came of giving the file to the partner.
type ReportHandoff struct {
	ID      string
	Outcome HandoffOutcome
	On      calendar.Date
}

// TakePartnerStatus takes what a partner tells of its work. Limits are the time
// limits that this sets running.
type TakePartnerStatus struct {
	ID     string
	Status handoff.Status
	On     calendar.Date
	Limits []handoff.TimeLimit
	// Today is the day it is told.
	Today calendar.Date
	// Earlier: later news of the partner are known already (handoff.Status.IsEarlier).
	Earlier bool
}

// TakeRemittance reports what the ledger says is open after the partner accounted
// for what it collected.
type TakeRemittance struct {
	ID       string
	Gross    money.Amount
	Position TakePosition
}

// RecallHandoff takes the claim back from the partner.
type RecallHandoff struct {
	ID string
	On calendar.Date
}

// ReportRecalled says that the partner was told to stop.
type ReportRecalled struct {
	ID string
	On calendar.Date
}

func (ProposeHandoff) command()    {}
func (ApproveHandoff) command()    {}
func (RefuseHandoff) command()     {}
func (ReportHandoff) command()     {}
func (TakePartnerStatus) command() {}
func (TakeRemittance) command()    {}
func (RecallHandoff) command()     {}
func (ReportRecalled) command()    {}

// decideHandoff decides on the commands about handoffs; false for others.
func (c Case) decideHandoff(command Command) (events []Event, err error, isOne bool) { //nolint:revive // the error is part of the answer
	switch command := command.(type) {
	case ProposeHandoff:
		events, err = c.proposeHandoff(command)
	case ApproveHandoff:
		events, err = c.approveHandoff(command)
	case RefuseHandoff:
		events, err = c.refuseHandoff(command)
	case ReportHandoff:
		events, err = c.reportHandoff(command)
	case TakePartnerStatus:
		events, err = c.takePartnerStatus(command)
	case TakeRemittance:
		events, err = c.takeRemittance(command)
	case RecallHandoff:
		events, err = c.recallHandoff(command)
	case ReportRecalled:
		events, err = c.reportRecalled(command)
	default:
		return nil, nil, false
	}
	return events, err, true
}

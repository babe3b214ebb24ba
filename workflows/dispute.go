package workflows

import (
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// DisputeOrder says that the claim is contested: Amount of it, or all that is open.
// What was written about it is kept in the case file, never here.
type DisputeOrder struct {
	// ID is the dispute's own: it counts once.
	ID string `json:"id"`
	// Reason is quality, delivery, price, quantity, not-ordered, already-paid,
	// wrong-debtor or other.
	Reason   collection.DisputeReason `json:"reason"`
	Amount   Decimal                  `json:"amount,omitempty"`
	Currency string                   `json:"currency,omitempty"`
	// RaisedBy is debtor or staff; debtor when it is missing.
	RaisedBy collection.DisputeParty `json:"raised_by,omitempty"`
	// Owner is the ID of the user who is to answer it.
	Owner string `json:"owner,omitempty"`
	// On is the day it was raised; today when it is missing.
	On calendar.Date `json:"on,omitzero"`
	By string        `json:"by,omitempty"`
}

// DisputeAnswer answers a dispute: credit-note, split (a part is given up by a credit
// note), rejected (with a Reason) or withdrawn.
type DisputeAnswer struct {
	ID      string                    `json:"id"`
	Outcome collection.DisputeOutcome `json:"outcome"`
	// Amount is what is given up; needed for a split.
	Amount   Decimal `json:"amount,omitempty"`
	Currency string  `json:"currency,omitempty"`
	// CreditNote is the number of the credit note of that amount, to post it in the same
	// go; without it the amount is not asked for until the credit note is reported.
	CreditNote string `json:"credit_note,omitempty"`
	// Reason says why, without personal data; needed to reject.
	Reason string `json:"reason,omitempty"`
	By     string `json:"by,omitempty"`
}

// DisputeAssignment gives a dispute to another owner.
type DisputeAssignment struct {
	ID    string `json:"id"`
	Owner string `json:"owner"`
	By    string `json:"by,omitempty"`
}

func (DisputeOrder) name() string      { return CommandDispute }
func (DisputeAnswer) name() string     { return CommandResolveDispute }
func (DisputeAssignment) name() string { return CommandAssignDispute }

func (o DisputeOrder) author() string      { return o.By }
func (o DisputeAnswer) author() string     { return o.By }
func (o DisputeAssignment) author() string { return o.By }

func (o DisputeOrder) note() string {
	words := "dispute " + o.ID + ": " + string(o.Reason)
	if o.Amount != "" {
		words += ", " + string(o.Amount) + " " + o.Currency
	}
	return words
}

func (o DisputeAnswer) note() string {
	words := "dispute " + o.ID + ": " + string(o.Outcome)
	if o.Amount != "" {
		words += ", " + string(o.Amount) + " " + o.Currency
	}
	if o.Reason != "" {
		words += ": " + o.Reason
	}
	return words
}

func (o DisputeAssignment) note() string { return "dispute " + o.ID + " to " + o.Owner }

// check refuses an amount that cannot be read.
func (o DisputeOrder) check() error {
	_, err := optionalAmount("dispute "+o.ID, o.Amount, o.Currency)
	return err
}

// check refuses an amount that cannot be read.
func (o DisputeAnswer) check() error {
	_, err := optionalAmount("dispute "+o.ID, o.Amount, o.Currency)
	return err
}

func (o DisputeOrder) command(_ time.Time, today calendar.Date) collection.Command {
	disputed, _ := optionalAmount("", o.Amount, o.Currency) // checked before
	raisedBy := o.RaisedBy
	if raisedBy == "" {
		raisedBy = collection.DisputeByDebtor
	}
	return collection.RaiseDispute{
		ID: o.ID, Reason: o.Reason, Amount: disputed, RaisedBy: raisedBy, Owner: o.Owner, On: orToday(o.On, today), Today: today, Author: o.By,
	}
}

func (o DisputeAnswer) command(_ time.Time, today calendar.Date) collection.Command {
	givenUp, _ := optionalAmount("", o.Amount, o.Currency) // checked before
	return collection.ResolveDispute{ID: o.ID, Outcome: o.Outcome, Amount: givenUp, Reason: o.Reason, Today: today, Author: o.By}
}

func (o DisputeAssignment) command(time.Time, calendar.Date) collection.Command {
	return collection.AssignDispute{ID: o.ID, Owner: o.Owner, Author: o.By}
}

// resolveDispute posts the credit note of an answer, if it names one, and records
// the answer. A crash between the two leaves a credit note that the same answer, given
// again, takes for its own.
func (r *caseRun) resolveDispute(ctx workflow.Context, o DisputeAnswer, at time.Time, today calendar.Date) (ledger.EntryOutcome, error) {
	if err := o.check(); err != nil {
		return "", err
	}
	events, err := collection.Decide(r.state, o.command(at, today))
	if err != nil || len(events) == 0 || o.CreditNote == "" {
		return "", r.carryOutUnless(ctx, err, o, at, today)
	}
	resolved, isAnswer := events[0].(collection.DisputeResolved)
	if !isAnswer || resolved.Accepted.IsZero() {
		return "", collection.Refuse(collection.RefusedInvalid, "the dispute %s is %s: no credit note belongs to it", o.ID, o.Outcome)
	}
	outcome, err := r.post(ctx, CreditNoteIssued{
		Number: o.CreditNote, Amount: Decimal(resolved.Accepted.Decimal()), Currency: string(resolved.Accepted.Currency()), By: o.By,
	}, at, today)
	return outcome, r.carryOutUnless(ctx, err, o, at, today)
}

func (r *caseRun) carryOutUnless(ctx workflow.Context, err error, o decisionOrder, at time.Time, today calendar.Date) error {
	if err != nil {
		return err
	}
	return r.carryOutDecision(ctx, o, at, today)
}

// DisputeStatus is a dispute that keeps a part of the claim back.
type DisputeStatus struct {
	ID        string                    `json:"id"`
	Reason    collection.DisputeReason  `json:"reason"`
	Amount    money.Amount              `json:"amount"`
	Owner     string                    `json:"owner,omitempty"`
	RespondBy calendar.Date             `json:"respond_by"`
	Outcome   collection.DisputeOutcome `json:"outcome,omitempty"`
	// Awaited is what a credit note will take off.
	Awaited money.Amount `json:"awaited,omitzero"`
}

// newDisputeStatuses are the disputes of a case that last.
func newDisputeStatuses(c collection.Case) []DisputeStatus {
	var lasting []DisputeStatus
	for _, dispute := range c.Disputes {
		if dispute.EndedOn.IsZero() {
			lasting = append(lasting, DisputeStatus{
				ID: dispute.ID, Reason: dispute.Reason, Amount: dispute.Amount, Owner: dispute.Owner, RespondBy: dispute.RespondBy,
				Outcome: dispute.Outcome, Awaited: dispute.Awaited,
			})
		}
	}
	return lasting
}

// disputeOf is the dispute a task is about; empty for other tasks.
func (r *caseRun) disputeOf(action collection.Action) (dispute activities.DisputeTask) {
	if known, found := r.state.Dispute(strings.TrimSpace(action.Dispute)); found {
		dispute = activities.DisputeTask{ID: known.ID, Reason: known.Reason, Owner: known.Owner}
	}
	return dispute
}

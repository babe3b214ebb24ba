package workflows

import (
	"time"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// This file is the public contract of an instalment plan, as contract.go is that of a
// case.
//
// Workflow type    FollowPlan
// Workflow ID      plan/<creditor>/<plan ID>
// Task queue       relance
//
// A plan is proposed through the API or the command line, which read the claims; then
// its commands can be sent as Signals or as Updates that answer with a PlanStatus.

// PlanWorkflowType is the registered name of the workflow of a plan.
const PlanWorkflowType = "FollowPlan"

// The names of the commands of a plan.
const (
	CommandApprovePlan    = "approve-plan"    // payload PlanApproval
	CommandAcceptPlan     = "accept-plan"     // payload PlanAcceptance
	CommandSettlePlan     = "settle-plan"     // payload PlanSettlement
	CommandReschedulePlan = "reschedule-plan" // payload PlanRescheduling
	CommandCancelPlan     = "cancel-plan"     // payload PlanCancellation
	CommandDebitSent      = "debit-sent"      // payload DebitSent
	CommandDebitReturned  = "debit-returned"  // payload DebitReturned
	// CommandPlanMoneyMoved comes from the cases of the plan: something was posted to an
	// account. Payload PlanMoneyMoved.
	CommandPlanMoneyMoved = "plan-money-moved"
)

// PlanStart is the input of the workflow of a plan: the plan as it was proposed and
// recorded, and what each role may grant.
type PlanStart struct {
	Plan     arrangements.Plan   `json:"plan"`
	Revision int                 `json:"revision"`
	Policy   arrangements.Policy `json:"policy,omitzero"`
	Clock    calendar.Clock      `json:"clock,omitzero"`
	// Told is what the cases were told last; nothing yet when it has no ID.
	Told collection.FollowedPlan `json:"told,omitzero"`
}

// PlanResult is what the workflow of a plan returns.
type PlanResult struct {
	State    arrangements.State `json:"state"`
	Received money.Amount       `json:"received"`
}

// PlanApproval releases a plan beyond what its proposer may grant; Role is what the
// person who releases it is at the creditor.
type PlanApproval struct {
	Role collection.Role `json:"role"`
	By   string          `json:"by,omitempty"`
}

// PlanAcceptance says that the debtor agreed: On which day, How (signed-document, mail
// or portal), and the Document that proves it.
type PlanAcceptance struct {
	On       calendar.Date           `json:"on,omitzero"`
	How      arrangements.AcceptedBy `json:"how"`
	Document string                  `json:"document,omitempty"`
	By       string                  `json:"by,omitempty"`
}

// PlanSettlement lets the debtor end the plan by paying all of it until a day, less a
// Reduction.
type PlanSettlement struct {
	Reduction Decimal         `json:"reduction,omitempty"`
	Until     calendar.Date   `json:"until"`
	Role      collection.Role `json:"role"`
	By        string          `json:"by,omitempty"`
}

// PlanTerms are the terms of a plan; amounts are in its currency.
type PlanTerms struct {
	Months        int           `json:"months,omitempty"`
	FirstOn       calendar.Date `json:"first_on"`
	DownPayment   Decimal       `json:"down_payment,omitempty"`
	DownPaymentOn calendar.Date `json:"down_payment_on,omitzero"`
	// Amounts are what each month pays of what is owed, in place of an even split.
	Amounts    []Decimal                   `json:"amounts,omitempty"`
	Interest   arrangements.InterestClause `json:"interest,omitzero"`
	GraceDays  int                         `json:"grace_days"`
	RemindDays int                         `json:"remind_days,omitempty"`
	Mandate    string                      `json:"mandate,omitempty"`
	// CollectionNoticeDays is how many days before a direct debit the debtor is told of it,
	// where another time than 14 days was agreed.
	CollectionNoticeDays int `json:"collection_notice_days,omitempty"`
}

// PlanRescheduling replaces the schedule by one of what is still owed.
type PlanRescheduling struct {
	Terms PlanTerms       `json:"terms"`
	Role  collection.Role `json:"role"`
	By    string          `json:"by,omitempty"`
}

// PlanCancellation ends a plan; it needs a Reason. Its cases go on where they stood.
type PlanCancellation struct {
	Reason string `json:"reason"`
	By     string `json:"by,omitempty"`
}

// DebitSent says that an instalment is being collected by direct debit, under the
// end-to-end ID of the collection.
type DebitSent struct {
	Instalment int           `json:"instalment"`
	ID         string        `json:"id"`
	On         calendar.Date `json:"on"`
	By         string        `json:"by,omitempty"`
}

// DebitReturned says that a direct debit came back, with the bank's Reason (AM04).
type DebitReturned struct {
	ID     string        `json:"id"`
	Reason string        `json:"reason"`
	On     calendar.Date `json:"on,omitzero"`
	By     string        `json:"by,omitempty"`
}

// PlanMoneyMoved says that something was posted to an account of the plan.
type PlanMoneyMoved struct {
	Invoice string `json:"invoice,omitempty"`
}

// PlanAttached has a case rest while an instalment plan goes on, and tells it of the
// next instalment.
type PlanAttached struct {
	Plan     string        `json:"plan"`
	Revision int           `json:"revision"`
	From     calendar.Date `json:"from"`
	Accepted bool          `json:"accepted,omitempty"`
	NextOn   calendar.Date `json:"next_on,omitzero"`
	// NextAmount is of the whole plan.
	NextAmount money.Amount `json:"next_amount,omitzero"`
	// AgreedOn is the day on which the debtor accepted it; a plan that was agreed on in a
	// mediation is concluded with it.
	AgreedOn calendar.Date `json:"agreed_on,omitzero"`
}

// PlanEnded tells a case that its plan is over, As completed, settled-early, defaulted
// or cancelled. What is open is due at once, and the ladder goes on at its saved step.
type PlanEnded struct {
	Plan     string             `json:"plan"`
	Revision int                `json:"revision"`
	On       calendar.Date      `json:"on"`
	As       arrangements.State `json:"as"`
	// PayBy is the day by which the debtor of a broken plan was asked to pay all; no step
	// leaves before it has passed. Without it the ladder goes on at once.
	PayBy calendar.Date `json:"pay_by,omitzero"`
}

// PlanStatus is how a plan stands, what it does next, and why.
type PlanStatus struct {
	Plan    string             `json:"plan"`
	State   arrangements.State `json:"state"`
	Version int                `json:"version"`
	Total   money.Amount       `json:"total"`
	// Interest is that of this version of the schedule. EarlierInterest is what of the
	// total was interest already when it was made, and bears none.
	Interest        money.Amount `json:"interest"`
	EarlierInterest money.Amount `json:"earlier_interest,omitzero"`

	Received    money.Amount `json:"received"`
	Outstanding money.Amount `json:"outstanding"`
	// SettledBy is what would settle all of it today.
	SettledBy money.Amount `json:"settled_by"`
	// Next is the first instalment that is not wholly paid; nil when the plan is over.
	Next   *InstalmentStatus `json:"next_instalment,omitempty"`
	NextAt time.Time         `json:"next_at,omitzero"`
	Why    string            `json:"why"`
	WhyFR  string            `json:"why_fr"`
	// Beyond says what waits for approval.
	Beyond []string `json:"beyond,omitempty"`
}

// InstalmentStatus is an instalment that is to be paid.
type InstalmentStatus struct {
	Number int           `json:"number"`
	DueOn  calendar.Date `json:"due_on"`
	// Amount is what is still due of it.
	Amount money.Amount `json:"amount"`
	// Until is the last day to pay it before the whole balance is due; not set when its
	// creditor is to collect it.
	Until calendar.Date `json:"until,omitzero"`
}

func newInstalmentStatus(p arrangements.Plan, today calendar.Date) *InstalmentStatus {
	next, found := p.NextInstalment()
	if !found || p.State.IsOver() {
		return nil
	}
	return &InstalmentStatus{Number: next.Number, DueOn: next.DueOn, Amount: p.StillDueOf(next.Number), Until: p.PayableUntil(next, today)}
}

// FollowedPlanStatus is the instalment plan that a case follows. Before the debtor
// Accepted it is an offer; NextOn and NextAmount are the next instalment of the whole
// plan, missing until then.
type FollowedPlanStatus struct {
	ID         string        `json:"id"`
	Accepted   bool          `json:"accepted"`
	NextOn     calendar.Date `json:"next_on,omitzero"`
	NextAmount money.Amount  `json:"next_amount,omitzero"`
}

func newFollowedPlanStatus(c collection.Case) *FollowedPlanStatus {
	plan, found := c.ActivePlan()
	if !found {
		return nil
	}
	return &FollowedPlanStatus{ID: plan.ID, Accepted: plan.Accepted, NextOn: plan.NextOn, NextAmount: plan.NextAmount}
}

// NewPlanStatus describes a plan at a moment.
func NewPlanStatus(p arrangements.Plan, now time.Time) PlanStatus {
	action := arrangements.Next(p, now)
	status := PlanStatus{
		Plan: p.WorkflowID(), State: p.State, Version: p.Version, Total: p.Total(), Interest: p.Interest(), EarlierInterest: money.OmitNothing(p.EarlierInterest()), Received: p.Received,
		Outstanding: p.Outstanding(), SettledBy: p.SettlementOn(p.Window.DateOf(now)), NextAt: action.At,
		Why: action.Because.String(), WhyFR: action.Because.French(), Beyond: p.Beyond, Next: newInstalmentStatus(p, p.Window.DateOf(now)),
	}
	if p.State.IsOver() {
		status.SettledBy = p.Received.Zero()
	}
	return status
}

// Arrange reads the terms, in the currency of the plan.
func (t PlanTerms) Arrange(currency money.Currency) (arrangements.Terms, error) {
	terms := arrangements.Terms{
		Months: t.Months, FirstOn: t.FirstOn, DownPaymentOn: t.DownPaymentOn, Interest: t.Interest,
		GraceDays: t.GraceDays, RemindDays: t.RemindDays, Mandate: t.Mandate, CollectionNoticeDays: t.CollectionNoticeDays,
	}
	var err error
	if t.DownPayment != "" {
		if terms.DownPayment, err = amount(t.DownPayment, string(currency)); err != nil {
			return terms, collection.Refuse(collection.RefusedInvalid, "the down payment: %s", err)
		}
		if terms.DownPayment.IsZero() {
			terms.DownPayment = money.Amount{}
		}
	}
	for i, given := range t.Amounts {
		each, err := amount(given, string(currency))
		if err != nil {
			return terms, collection.Refuse(collection.RefusedInvalid, "the amount of instalment %d: %s", i+1, err)
		}
		terms.Amounts = append(terms.Amounts, each)
	}
	return terms, nil
}

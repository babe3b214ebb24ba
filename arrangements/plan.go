// Package arrangements holds what a creditor and a debtor agree on about a debt:
// the instalment plan, as a value with pure functions, like a case:
//
//   - Propose makes a plan of claims and terms;
//   - Decide(plan, command) gives events, or a refusal that says why not;
//   - Apply(plan, event) gives the plan after it;
//   - Next(plan, now) gives what is due, or when something will be, and why.
//
// It has no clock and no I/O. The ledger of the invoices says how much money came;
// the plan only counts it against its instalments.
package arrangements

import (
	"time"

	"relance/calendar"
	"relance/law"
	"relance/money"
)

// Plan is an agreement to pay one or many invoices of one debtor in instalments.
type Plan struct {
	Creditor string `json:"creditor"`
	ID       string `json:"id"`
	Debtor   string `json:"debtor"`
	State    State  `json:"state"`
	// Rules is the version of the rules of this package by which the plan goes: it keeps
	// those under which it was proposed.
	Rules int `json:"rules,omitempty"`
	// Consumer: the debtor was a consumer when it was proposed: see consumers.go. Plans of
	// earlier versions do not say so, and go on as they were agreed on.
	Consumer bool `json:"consumer,omitempty"`
	// Version counts the schedules: the first is 1, each rescheduling makes another.
	Version int `json:"version"`
	// Claims are what the plan pays, the oldest first.
	Claims []Claim `json:"claims"`
	Terms  Terms   `json:"terms"`
	// Schedule are the instalments of this version, in order.
	Schedule []Instalment    `json:"schedule"`
	Window   calendar.Window `json:"window"`

	ProposedOn calendar.Date `json:"proposedOn"`
	// Beyond says what of the terms the proposer may not grant alone.
	Beyond []string `json:"beyond,omitempty"`
	// OfferEnds is the last day on which the debtor can accept.
	OfferEnds  calendar.Date `json:"offerEnds,omitzero"`
	Acceptance Acceptance    `json:"acceptance,omitzero"`
	// RunsFrom is the day the acceptance was known. What was due before is not late sooner.
	RunsFrom calendar.Date `json:"runsFrom,omitzero"`

	// Received is the money, and what was credited, on the claims since the plan was
	// proposed, as the ledger has it.
	Received money.Amount `json:"received"`
	// Open is what the ledger says is open of the claims, late fees asked for included.
	Open money.Amount `json:"open"`
	// CountedBefore is what of it earlier versions of the schedule had counted.
	CountedBefore money.Amount `json:"countedBefore,omitzero"`
	// Past are the schedules that were replaced, the first one first.
	Past []PastSchedule `json:"past,omitempty"`
	// Settlement is the offer to settle early, if there is one.
	Settlement Settlement `json:"settlement,omitzero"`
	// NotBefore is when a notice about an instalment may be tried again that could not
	// leave.
	NotBefore time.Time `json:"notBefore,omitzero"`

	// Reopened are the days on which it went on again after it had been kept, because money
	// was taken back.
	Reopened []calendar.Date `json:"reopened,omitempty"`

	EndedOn calendar.Date `json:"endedOn,omitzero"`
	// EndReason is why a person ended it.
	EndReason string `json:"endReason,omitempty"`
}

// State is how far a plan has come.
type State string

// The states of a plan, in order; the last four are its ends.
const (
	// StateProposed: it waits for the approval of somebody who may grant its terms.
	StateProposed State = "proposed"
	// StateOffered: the debtor may accept it.
	StateOffered State = "offered"
	StateRunning State = "running"

	StateCompleted State = "completed"
	// StateSettledEarly: all was paid before the last instalment was due.
	StateSettledEarly State = "settled-early"
	// StateDefaulted: an instalment was missed beyond its grace, and the whole balance
	// is due at once.
	StateDefaulted State = "defaulted"
	// StateCancelled: a person ended it, or the debtor did not accept it in time.
	StateCancelled State = "cancelled"
)

// States lists the states of a plan.
func States() []State {
	return []State{StateProposed, StateOffered, StateRunning, StateCompleted, StateSettledEarly, StateDefaulted, StateCancelled}
}

// IsOver reports whether the plan has ended.
func (s State) IsOver() bool {
	return s != StateProposed && s != StateOffered && s != StateRunning
}

// WasKept reports whether the plan is over because the debtor kept it.
func (s State) WasKept() bool { return s == StateCompleted || s == StateSettledEarly }

// Claim is an invoice in a plan.
type Claim struct {
	Invoice string        `json:"invoice"`
	DueDate calendar.Date `json:"due"`
	// Amount is what was open when the plan was proposed, late fees that were claimed
	// included.
	Amount money.Amount `json:"amount"`
	// Interest is what of it is late interest, which bears none in the plan.
	Interest money.Amount `json:"interest,omitzero"`
}

// Instalment is one payment of a schedule.
type Instalment struct {
	// Number counts from 1; the down payment is the first, where there is one.
	Number int           `json:"number"`
	DueOn  calendar.Date `json:"dueOn"`
	// Principal bears interest until it is paid, where the plan has an interest clause.
	Principal money.Amount `json:"principal"`
	// EarlierInterest is interest that was owed when the schedule was made: the late
	// interest of the invoices, or that of the schedule it replaced. It bears none.
	EarlierInterest money.Amount `json:"earlierInterest,omitzero"`
	// Interest is that of the plan.
	Interest money.Amount `json:"interest,omitzero"`
	// Announced is the day the debtor was reminded of it before it was due, Missed the
	// day it was reminded after.
	Announced calendar.Date `json:"announced,omitzero"`
	Missed    calendar.Date `json:"missed,omitzero"`
	// Asked is the day on which a person was last asked to collect it, or what became of its
	// direct debit.
	Asked calendar.Date `json:"asked,omitzero"`
	// Demands counts the demands of a consumer's instalment that are over: see consumers.go.
	Demands int `json:"demands,omitempty"`
	// Debits are the attempts to collect it by direct debit.
	Debits []Debit `json:"debits,omitempty"`
}

// Amount is principal and interest together.
func (i Instalment) Amount() money.Amount {
	return money.FromMinor(i.Owed().Minor()+i.Interest.Minor(), i.Principal.Currency())
}

// Owed is what of the instalment was owed when the schedule was made.
func (i Instalment) Owed() money.Amount {
	return money.FromMinor(i.Principal.Minor()+i.EarlierInterest.Minor(), i.Principal.Currency())
}

// Debit is one attempt to collect an instalment from the debtor's account.
type Debit struct {
	// ID is the end-to-end ID of the collection, under which it comes back.
	ID string        `json:"id"`
	On calendar.Date `json:"on"`
	// Returned is the day it came back, Reason the bank's code for it: AM04.
	Returned calendar.Date `json:"returned,omitzero"`
	Reason   string        `json:"reason,omitempty"`
	// RetryOn is when it is collected again; not set when it is not.
	RetryOn calendar.Date `json:"retryOn,omitzero"`
}

// Acceptance is how the debtor agreed.
type Acceptance struct {
	On  calendar.Date `json:"on"`
	How AcceptedBy    `json:"how"`
	// Document names the proof in the creditor's files.
	Document string `json:"document,omitempty"`
}

// AcceptedBy is the way in which a debtor accepts.
type AcceptedBy string

// How a debtor can accept.
const (
	BySignedDocument AcceptedBy = "signed-document"
	ByMail           AcceptedBy = "mail"
	ByPortal         AcceptedBy = "portal"
)

// PastSchedule is a schedule that was replaced.
type PastSchedule struct {
	Version    int           `json:"version"`
	ReplacedOn calendar.Date `json:"replacedOn"`
	Schedule   []Instalment  `json:"schedule"`
	// Counted is the money that had been counted against it and those before it.
	Counted money.Amount `json:"counted"`
	// Accrued is the interest that it had borne by then.
	Accrued money.Amount `json:"accrued,omitzero"`
}

// Settlement is an offer to end the plan early for less.
type Settlement struct {
	Reduction money.Amount  `json:"reduction,omitzero"`
	Until     calendar.Date `json:"until,omitzero"`
}

// InterestClause says whether, and at what rate, the remaining balance bears
// interest during the plan.
type InterestClause struct {
	Kind InterestKind `json:"kind"`
	// Rate is per year, agreed for the whole plan: nothing is extrapolated.
	Rate law.Percent `json:"rate,omitzero"`
}

// InterestKind is where the rate of a plan comes from.
type InterestKind string

// Where the rate of a plan comes from.
const (
	NoInterest InterestKind = "none"
	// LatePaymentInterest: the statutory rate of the day the plan was proposed, agreed
	// for its whole length.
	LatePaymentInterest InterestKind = "late-payment"
	AgreedInterest      InterestKind = "agreed"
)

// WorkflowID is the ID of the workflow of a plan: plan/<creditor>/<plan ID>.
func WorkflowID(creditor, plan string) string { return "plan/" + creditor + "/" + plan }

// WorkflowID is the ID of the plan's workflow.
func (p Plan) WorkflowID() string { return WorkflowID(p.Creditor, p.ID) }

// Currency is the one currency of the plan.
func (p Plan) Currency() money.Currency { return p.Received.Currency() }

// Total is what the schedule of this version asks for, interest included.
func (p Plan) Total() money.Amount {
	sum := int64(0)
	for _, instalment := range p.Schedule {
		sum += instalment.Amount().Minor()
	}
	return money.FromMinor(sum, p.Currency())
}

// Owed is what this version of the schedule spreads: the claims, or what was left to pay
// when it replaced another. What of it is interest bears none.
func (p Plan) Owed() money.Amount {
	sum := int64(0)
	for _, instalment := range p.Schedule {
		sum += instalment.Owed().Minor()
	}
	return money.FromMinor(sum, p.Currency())
}

// Principal is what the claims came to when the plan was proposed.
func (p Plan) Principal() money.Amount {
	sum := int64(0)
	for _, claim := range p.Claims {
		sum += claim.Amount.Minor()
	}
	return money.FromMinor(sum, p.Currency())
}

// Interest is what the schedule of this version asks for beside the principal.
func (p Plan) Interest() money.Amount {
	sum := int64(0)
	for _, instalment := range p.Schedule {
		sum += instalment.Interest.Minor()
	}
	return money.FromMinor(sum, p.Currency())
}

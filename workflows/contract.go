package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// This file is the public contract of a case: the names, payloads and search
// attributes that callers in any language rely on. Changing what stands here
// breaks them.
//
// Workflow type    CollectInvoice
// Workflow ID      case/<creditor>/<invoice number>
// Task queue       relance
//
// Every command can be sent as a Signal (fire and forget, stored even while no
// worker runs) or as an Update of the same name (waits for the answer, a Status,
// or a refusal that leaves no trace). Payloads are one JSON object.

// WorkflowType is the registered name of the case workflow.
const WorkflowType = "CollectInvoice"

// The task queues. Sends have their own, so that a provider's rate limit never
// delays a payment.
const (
	TaskQueue      = "relance"
	TaskQueueEmail = "relance-email"
	TaskQueueSMS   = "relance-sms"
)

// The names of the commands.
const (
	CommandPaymentReceived   = "payment-received"   // payload PaymentReceived
	CommandPaymentReversed   = "payment-reversed"   // payload PaymentReversed
	CommandCreditNoteIssued  = "credit-note-issued" // payload CreditNoteIssued
	CommandClaimLateFees     = "claim-late-fees"    // payload LateFeesClaim
	CommandWaiveLateFees     = "waive-late-fees"    // payload LateFeesWaiver
	CommandClaimCost         = "claim-cost"         // payload CostClaim
	CommandLegalEvent        = "legal-event"        // payload LegalEvent
	CommandLimitationEvent   = "limitation-event"   // payload LimitationEvent
	CommandProposeMediation  = "propose-mediation"  // payload MediationProposal
	CommandMediationAnswered = "mediation-answered" // payload MediationAnswer
	CommandMediationSession  = "mediation-session"  // payload MediationSession
	CommandMediationEnded    = "mediation-ended"    // payload MediationEnd
	CommandHold              = "hold"               // payload HoldOrder
	CommandResume            = "resume"             // payload ResumeOrder
	CommandPromise           = "promise"            // payload PromiseOrder
	CommandWithdrawPromise   = "withdraw-promise"   // payload PromiseWithdrawal
	CommandDispute           = "dispute"            // payload DisputeOrder
	CommandResolveDispute    = "resolve-dispute"    // payload DisputeAnswer
	CommandAssignDispute     = "assign-dispute"     // payload DisputeAssignment
	CommandStop              = "stop"               // payload StopOrder
	CommandApproveStep       = "approve-step"       // payload StepOrder
	CommandRefuseApproval    = "refuse-approval"    // payload ApprovalRefusal
	CommandSkipStep          = "skip-step"          // payload StepOrder
	CommandRetryStep         = "retry-step"         // payload StepOrder
	CommandNoticeServed      = "notice-served"      // payload ServedNotice
	CommandNoticeReplaced    = "notice-replaced"    // payload ReplacedNotice
	CommandMigrateStrategy   = "migrate-strategy"   // payload MigrationOrder
	CommandCloseCase         = "close-case"         // payload CloseOrder
	CommandContactHours      = "contact-hours"      // payload ContactHours
	CommandDebtorStanding    = "debtor-standing"    // payload DebtorStanding
	CommandProposeHandoff    = "propose-handoff"    // payload HandoffProposal
	CommandApproveHandoff    = "approve-handoff"    // payload HandoffApproval
	CommandRefuseHandoff     = "refuse-handoff"     // payload HandoffRefusal
	CommandRecallHandoff     = "recall-handoff"     // payload HandoffRecall
	CommandPartnerStatus     = "partner-status"     // payload PartnerStatus
	CommandRemittance        = "remittance"         // payload Remittance
	CommandOfferDiscount     = "offer-discount"     // payload DiscountOffer
	CommandRevokeDiscount    = "revoke-discount"    // payload DiscountRevocation
	// A plan tells its cases of itself by these.
	CommandPlanAttached = "plan-attached" // payload PlanAttached
	CommandPlanEnded    = "plan-ended"    // payload PlanEnded
	// CommandDeliveryFailed comes from the providers' webhooks: a message that
	// was accepted did not arrive. Payload DeliveryFailed.
	CommandDeliveryFailed = "delivery-failed"
	// CommandDeliveryProven comes from the webhooks as well, or from the person who was
	// asked: a message that counted as failed, because nobody knew what became of it, has
	// arrived. Payload DeliveryProven.
	CommandDeliveryProven = "delivery-proven"
)

// The queries of a case.
const (
	// QueryStatus answers with a Status.
	QueryStatus = "status"
	// QueryForecast answers with a []ForecastEntry: what the case does in the next 90
	// days if nobody pays.
	QueryForecast = "forecast"
)

// The search attributes of a case. AmountDue is in the smallest unit of the
// invoice's currency (cents), because Temporal knows no exact decimals.
var (
	AttributeCreditor       = temporal.NewSearchAttributeKeyKeyword("Creditor")
	AttributeDebtor         = temporal.NewSearchAttributeKeyKeyword("Debtor")
	AttributeStage          = temporal.NewSearchAttributeKeyKeyword("Stage")
	AttributeStrategy       = temporal.NewSearchAttributeKeyKeyword("Strategy")
	AttributeDueDate        = temporal.NewSearchAttributeKeyTime("DueDate")
	AttributeNextActionDate = temporal.NewSearchAttributeKeyTime("NextActionDate")
	AttributeAmountDue      = temporal.NewSearchAttributeKeyInt64("AmountDue")
)

// SearchAttributeTypes lists the search attributes a namespace needs, by name,
// with the type names that Temporal's tools use.
func SearchAttributeTypes() map[string]string {
	return map[string]string{
		AttributeCreditor.GetName():       "Keyword",
		AttributeDebtor.GetName():         "Keyword",
		AttributeStage.GetName():          "Keyword",
		AttributeStrategy.GetName():       "Keyword",
		AttributeDueDate.GetName():        "Datetime",
		AttributeNextActionDate.GetName(): "Datetime",
		AttributeAmountDue.GetName():      "Int",
	}
}

// Start is the input of the case workflow. With only Creditor and Invoice in the
// case (as from signal-with-start by hand) the workflow reads the rest from the
// case file.
type Start struct {
	Case  collection.Case `json:"case"`
	Clock calendar.Clock  `json:"clock,omitzero"`
}

// Result is what the case workflow returns.
type Result struct {
	Stage collection.Stage `json:"stage"`
	Open  money.Amount     `json:"open"`
}

// PaymentReceived says that money arrived for the invoice. ID is the payment's
// own ID (of the bank line, the payment provider): the same ID counts once.
type PaymentReceived struct {
	ID       string  `json:"id"`
	Amount   Decimal `json:"amount"`
	Currency string  `json:"currency"`
	// ReceivedOn is the value date, YYYY-MM-DD; today when it is missing.
	ReceivedOn calendar.Date `json:"received_on,omitzero"`
	By         string        `json:"by,omitempty"`
}

// PaymentReversed says that a payment was taken back (returned debit,
// chargeback). ID is the reversal's own ID.
type PaymentReversed struct {
	ID         string        `json:"id"`
	PaymentID  string        `json:"payment_id"`
	ReversedOn calendar.Date `json:"reversed_on,omitzero"`
	By         string        `json:"by,omitempty"`
}

// CreditNoteIssued says that the creditor lowered the claim. Number is the
// credit note's number.
type CreditNoteIssued struct {
	Number   string        `json:"number"`
	Amount   Decimal       `json:"amount"`
	Currency string        `json:"currency"`
	IssuedOn calendar.Date `json:"issued_on,omitzero"`
	By       string        `json:"by,omitempty"`
}

// HoldOrder pauses the ladder. It needs a Reason, a short word or phrase without
// personal data ("dispute", "promise"), which is shown in the Temporal UI; a signal
// without one holds all the same, and the case file says that none was given.
type HoldOrder struct {
	ID     string        `json:"id"`
	Reason string        `json:"reason"`
	Until  calendar.Date `json:"until,omitzero"`
	// MovesDeadline: the days that the debtor was given to pay do not run meanwhile. The
	// API and the command line set it.
	MovesDeadline bool   `json:"moves_deadline,omitempty"`
	By            string `json:"by,omitempty"`
}

// ResumeOrder ends the hold of an ID, or every hold when it has none.
type ResumeOrder struct {
	HoldID string `json:"hold_id,omitempty"`
	By     string `json:"by,omitempty"`
}

// ContactHours changes when the debtor may be contacted on open days, in minutes
// after midnight of its own time zone: 540 is 09:00. Closed are days on which nobody
// is contacted, as in the configuration: "12-24..01-02,2027-05-07".
type ContactHours struct {
	Opens  int               `json:"opens"`
	Closes int               `json:"closes"`
	Closed calendar.Closures `json:"closed,omitempty"`
	By     string            `json:"by,omitempty"`
}

// StepOrder is what a person decided about a step. Skipping needs a Reason.
type StepOrder struct {
	Step   string `json:"step"`
	Reason string `json:"reason,omitempty"`
	// For is the claim that was looked at before it was approved, as the list of
	// approvals tells it: an approval of another claim than there is by now is refused.
	For string `json:"for,omitempty"`
	// To stands for whom the step goes to, as the list of approvals tells it: it is asked
	// for anew when that is another by the time it leaves.
	To string `json:"to,omitempty"`
	By string `json:"by,omitempty"`
}

// ServedNotice says on which day the notice of a step is proven to have reached the
// debtor: presented or delivered by the post, received by its mail server.
type ServedNotice struct {
	Step string        `json:"step"`
	On   calendar.Date `json:"on"`
	By   string        `json:"by,omitempty"`
}

// ReplacedNotice says that the notice of a step leaves in another letter than the one that
// was written, which gives the debtor until a later day.
type ReplacedNotice struct {
	Step     string        `json:"step"`
	Deadline calendar.Date `json:"deadline"`
}

// MigrationOrder moves the case to another strategy or version. ResumeAt names
// the step to go on with, if the new strategy lacks the one the case is at.
type MigrationOrder struct {
	Strategy collection.Strategy `json:"strategy"`
	ResumeAt string              `json:"resume_at,omitempty"`
	By       string              `json:"by,omitempty"`
}

// CloseOrder ends a case without full payment: as written-off, withdrawn or
// handed-over, with a reason.
type CloseOrder struct {
	Outcome collection.Stage `json:"outcome"`
	Reason  string           `json:"reason"`
	By      string           `json:"by,omitempty"`
}

// DeliveryFailed says that a message which a provider had accepted bounced.
type DeliveryFailed struct {
	Step    string             `json:"step"`
	Channel collection.Channel `json:"channel"`
	Try     int                `json:"try,omitempty"`
	Reason  string             `json:"reason,omitempty"`
}

// DeliveryProven says that a message of which nobody knew whether it had arrived has
// arrived. At is when it left; the time of the command when it is missing.
type DeliveryProven struct {
	Step    string             `json:"step"`
	Channel collection.Channel `json:"channel"`
	Try     int                `json:"try,omitempty"`
	At      time.Time          `json:"at,omitzero"`
	By      string             `json:"by,omitempty"`
}

// Status is how a case stands, what it does next, and why.
type Status struct {
	Case  string           `json:"case"`
	Stage collection.Stage `json:"stage"`
	Open  money.Amount     `json:"open"`
	// LateFees are what is asked for beside the principal once that is paid.
	LateFees money.Amount `json:"late_fees,omitzero"`
	// Disputed is the part of Open that is not asked for, because it is contested or
	// given up.
	Disputed money.Amount `json:"disputed,omitzero"`
	// Promise is the promise the case waits for, Disputes those that keep a part back.
	Promise  *PromiseStatus  `json:"promise,omitempty"`
	Disputes []DisputeStatus `json:"disputes,omitempty"`
	// Plan is the instalment plan the case follows.
	Plan     *FollowedPlanStatus `json:"plan,omitempty"`
	Strategy string              `json:"strategy"`
	LastStep string              `json:"last_step,omitempty"`
	// LastAttempts are the channels by which LastStep was sent, in order; one that failed
	// was refused, bounced or led to nobody. What became of those that left is in Messages.
	LastAttempts []collection.Attempt `json:"last_attempts,omitempty"`
	// Messages are all that were written about the invoice, the oldest first, with what is
	// known of each. The query alone tells them: providers report to the case file, and
	// the worker that answers reads it there. MessagesUnknown says why it could not.
	Messages        []MessageStatus `json:"messages,omitempty"`
	MessagesUnknown string          `json:"messages_unknown,omitempty"`
	// Sending is the message that is leaving now, as far as the case itself knows.
	Sending  *SendingStatus `json:"sending,omitempty"`
	NextStep string         `json:"next_step,omitempty"`
	// NextAt is business time; not set when the case waits for a command.
	NextAt time.Time `json:"next_at,omitzero"`
	// NextChannel is how it acts then, or NextTask what a person is asked.
	NextChannel collection.Channel  `json:"next_channel,omitempty"`
	NextTask    collection.TaskKind `json:"next_task,omitempty"`
	Why         string              `json:"why"`
	WhyFR       string              `json:"why_fr"`
	// Limitation is until when the claim can be brought to court.
	Limitation LimitationStatus `json:"limitation,omitzero"`
	// Insolvency are the proceedings that keep the claim frozen.
	Insolvency InsolvencyStatus `json:"insolvency,omitzero"`
	// Mediation is the last attempt to settle the claim with a third person.
	Mediation MediationStatus `json:"mediation,omitzero"`
	// Handoff is the last transfer to a professional.
	Handoff *HandoffStatus `json:"handoff,omitempty"`
	// Outcome is what became of the payment or credit note just reported:
	// applied, duplicate, overpaid or unmatched.
	Outcome ledger.EntryOutcome `json:"outcome,omitempty"`
}

// MessageStatus is what became of a message. It may carry notices of other invoices too.
type MessageStatus struct {
	ID      string             `json:"id"`
	Round   int                `json:"round"`
	Step    string             `json:"step"`
	Channel collection.Channel `json:"channel"`
	Try     int                `json:"try,omitempty"`
	// Delivery is "composed", "sending", "ambiguous", "accepted", "delivered", "opened",
	// "bounced", "blocked", "failed" or "withheld", as in the API.
	Delivery string `json:"delivery"`
	// At is business time: when it was written.
	At time.Time `json:"at"`
	// Code is the provider's, of a failure.
	Code string `json:"code,omitempty"`
}

// SendingStatus is a message on its way to a provider.
type SendingStatus struct {
	Step    string             `json:"step"`
	Channel collection.Channel `json:"channel"`
	// Delivery is "sending", or "ambiguous" when the first call ended so that nobody knows
	// whether the provider has the message, and proof is looked for.
	Delivery string `json:"delivery"`
}

// How far the message that is leaving is known to have come.
const (
	deliverySending   = "sending"
	deliveryAmbiguous = "ambiguous"
)

// ForecastEntry is one coming action of a case.
type ForecastEntry struct {
	At      time.Time           `json:"at"`
	Step    string              `json:"step"`
	Channel collection.Channel  `json:"channel,omitempty"`
	Task    collection.TaskKind `json:"task,omitempty"`
	Why     string              `json:"why"`
}

// Decimal is an exact number in JSON, "120.50" or 120.50, as it was written.
type Decimal string

// UnmarshalJSON takes a string or a number.
func (d *Decimal) UnmarshalJSON(data []byte) error {
	text := strings.TrimSpace(string(data))
	if text == "null" {
		return nil
	}
	if len(text) >= 2 && text[0] == '"' && text[len(text)-1] == '"' {
		text = strings.TrimSpace(text[1 : len(text)-1])
	}
	*d = Decimal(text)
	return nil
}

func amount(d Decimal, currency string) (money.Amount, error) {
	code, err := money.ParseCurrency(strings.ToUpper(strings.TrimSpace(currency)))
	if err != nil {
		return money.Amount{}, fmt.Errorf("currency: %w", err)
	}
	parsed, err := money.Parse(string(d), code)
	if err != nil {
		return money.Amount{}, fmt.Errorf("amount: %w", err)
	}
	return parsed, nil
}

// Entry is the payment as an entry of the account; today fills in a missing date.
func (p PaymentReceived) Entry(today calendar.Date) (ledger.Entry, error) {
	paid, err := amount(p.Amount, p.Currency)
	if err != nil {
		return ledger.Entry{}, fmt.Errorf("payment %s: %w", p.ID, err)
	}
	return validEntry(ledger.Entry{
		Kind: ledger.EntryPayment, ID: strings.TrimSpace(p.ID), Amount: paid, ValueDate: orToday(p.ReceivedOn, today),
	}, today)
}

// Entry is the reversal as an entry of the account.
func (p PaymentReversed) Entry(today calendar.Date) (ledger.Entry, error) {
	return validEntry(ledger.Entry{
		Kind: ledger.EntryReversal, ID: strings.TrimSpace(p.ID), Reverses: strings.TrimSpace(p.PaymentID),
		ValueDate: orToday(p.ReversedOn, today),
	}, today)
}

// Entry is the credit note as an entry of the account.
func (n CreditNoteIssued) Entry(today calendar.Date) (ledger.Entry, error) {
	credited, err := amount(n.Amount, n.Currency)
	if err != nil {
		return ledger.Entry{}, fmt.Errorf("credit note %s: %w", n.Number, err)
	}
	return validEntry(ledger.Entry{
		Kind: ledger.EntryCreditNote, ID: strings.TrimSpace(n.Number), Amount: credited, ValueDate: orToday(n.IssuedOn, today),
	}, today)
}

// An entry is dated within living memory and not in the future, but for the few
// days by which books run ahead.
const (
	oldestEntryDays = 3653
	futureEntryDays = 31
)

func validEntry(e ledger.Entry, today calendar.Date) (ledger.Entry, error) {
	if err := e.Validate(); err != nil {
		return e, err
	}
	if e.ValueDate < today.AddDays(-oldestEntryDays) || e.ValueDate > today.AddDays(futureEntryDays) {
		return e, fmt.Errorf("the %s %s is dated %s and today is %s: check the year", e.Kind, e.ID, e.ValueDate, today)
	}
	return e, nil
}

func orToday(date, today calendar.Date) calendar.Date {
	if date.IsZero() {
		return today
	}
	return date
}

package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/handoff"
	"relance/messaging"
	"relance/money"
)

// The registered names of the activities about handoffs.
const (
	NameProposeHandoff      = "propose-handoff"
	NameHandOver            = "hand-over"
	NameRecallHandoff       = "recall-handoff"
	NameRecordPartnerStatus = "record-partner-status"
	NameRecordRemittance    = "record-remittance"
)

// Handoffs are the activities that give cases to professionals and hear from them.
type Handoffs struct {
	Store *casefile.Store
	Clock func() calendar.Clock
	// Partners are how each partner of the configuration is reached, by its ID.
	Partners map[string]PartnerSender
	// CoolingOffDays is how long a payment wins after a proposal.
	CoolingOffDays int
	// CaseFiles builds what a partner is given.
	CaseFiles CaseFileBuilder
}

// PartnerSender gives case files to one partner and takes them back. Each call is one
// attempt under the rules of messaging.EmailSender.
type PartnerSender interface {
	Deliver(ctx context.Context, given PartnerCase) messaging.Outcome
	// Find asks whether the partner has the case of a reference. Where nobody can tell,
	// the error is ErrCannotFind.
	Find(ctx context.Context, reference string) (messaging.Proof, bool, error)
	// Recall tells the partner to stop.
	Recall(ctx context.Context, given PartnerCase, reason string) messaging.Outcome
}

// ErrCannotFind: there is no way to ask the partner what it has.
var ErrCannotFind = errors.New("the partner cannot be asked what it has")

// PartnerCase is what a partner is given.
type PartnerCase struct {
	Reference string
	Creditor  string
	Invoice   string
	Route     handoff.Route
	Attempt   int
	Amount    money.Amount
	// File is not there for a recall.
	File casefile.HandoffFile
}

// CaseFileBuilder builds the file of a case as a partner is given it.
type CaseFileBuilder interface {
	BuildCaseFile(ctx context.Context, creditor, invoice string, at time.Time) (BuiltCaseFile, error)
}

// BuiltCaseFile is a case file with its exact bytes.
type BuiltCaseFile struct {
	Name        string
	ContentType string
	Bytes       []byte
	SHA256      string
}

// Register adds the activities to a worker of the task queue "relance".
func (h *Handoffs) Register(registry worker.ActivityRegistry) {
	registry.RegisterActivityWithOptions(h.Propose, activity.RegisterOptions{Name: NameProposeHandoff})
	registry.RegisterActivityWithOptions(h.HandOver, activity.RegisterOptions{Name: NameHandOver})
	registry.RegisterActivityWithOptions(h.Recall, activity.RegisterOptions{Name: NameRecallHandoff})
	registry.RegisterActivityWithOptions(h.RecordStatus, activity.RegisterOptions{Name: NameRecordPartnerStatus})
	registry.RegisterActivityWithOptions(h.RecordRemittance, activity.RegisterOptions{Name: NameRecordRemittance})
}

// HandoffProposal asks to announce a handoff.
type HandoffProposal struct {
	CaseKey
	ID      string        `json:"id"`
	Partner string        `json:"partner"`
	Route   handoff.Route `json:"route"`
	Despite string        `json:"despite,omitempty"`
	By      string        `json:"by,omitempty"`
	At      time.Time     `json:"at"`
}

// HandoffProposed is what came of a proposal.
type HandoffProposed struct {
	Events collection.Events `json:"events,omitempty"`
	// Refused says all that stands against it; nothing was recorded.
	Refused   string                 `json:"refused,omitempty"`
	RefusedAs collection.RefusalCode `json:"refused_as,omitempty"`
}

// Propose checks the facts of a case against the law and announces the handoff.
func (h *Handoffs) Propose(ctx context.Context, order HandoffProposal) (HandoffProposed, error) {
	events, err := h.Store.ProposeHandoff(ctx, casefile.HandoffProposal{
		HandoffKey: casefile.HandoffKey{Creditor: order.Creditor, Invoice: order.Invoice, ID: order.ID},
		Partner:    order.Partner, Route: order.Route, CoolingOffDays: h.CoolingOffDays, Despite: plainText(order.Despite), Actor: plainText(order.By), At: order.At,
	})
	if refused := new(collection.Refusal); errors.As(err, &refused) {
		return HandoffProposed{Refused: refused.Message, RefusedAs: refused.Code}, nil
	}
	return HandoffProposed{Events: events}, refusedForGood(err)
}

// HandoffOrder asks to give the file of a case to its partner, or to recall it.
type HandoffOrder struct {
	CaseKey
	ID     string                  `json:"id"`
	Reason collection.RecallReason `json:"reason,omitempty"`
}

// HandoffResult is what came of giving the file to the partner.
type HandoffResult struct {
	Outcome collection.HandoffOutcome `json:"outcome"`
	Reason  string                    `json:"reason,omitempty"`
	// At is the business time.
	At time.Time `json:"at"`
	// Open is what the ledger says is open, when the last check found that it is not
	// what was approved.
	Open     *money.Amount `json:"open,omitempty"`
	LateFees money.Amount  `json:"late_fees,omitzero"`
}

// HandOver gives the file of a case to its partner, once: the file is built and kept,
// the handoff is marked as being sent, the partner is called, its answer is recorded. A
// crash at any point leaves a state from which the next attempt goes on. It returns an
// error only when trying again later is right.
func (h *Handoffs) HandOver(ctx context.Context, order HandoffOrder) (HandoffResult, error) {
	return h.handOver(ctx, casefile.HandoffKey{Creditor: order.Creditor, Invoice: order.Invoice, ID: order.ID}, 0)
}

// beginnings is how often one attempt begins anew: to build the file, and after the
// partner was found not to have it.
const beginnings = 3

func (h *Handoffs) handOver(ctx context.Context, key casefile.HandoffKey, begun int) (HandoffResult, error) {
	at := h.Clock().Now()
	attempt, err := h.Store.BeginHandoff(ctx, key, at)
	switch {
	case errors.Is(err, casefile.ErrUnknownHandoff), errors.Is(err, casefile.ErrUnknownCase):
		return HandoffResult{}, temporal.NewNonRetryableApplicationError(err.Error(), ErrorUnknownCase, err)
	case err != nil:
		return HandoffResult{}, fmt.Errorf("beginning the handoff %s of %s: %w", key.ID, key.Invoice, err)
	case attempt.Delivery == casefile.DeliveryDelivered:
		return HandoffResult{Outcome: collection.HandoffGiven, At: at}, nil
	case attempt.Delivery == casefile.DeliveryDeclined:
		return HandoffResult{Outcome: collection.HandoffDeclined, Reason: attempt.Reason, At: at}, nil
	case attempt.Withheld != "":
		return h.withhold(ctx, key, attempt, at)
	case begun >= beginnings:
		return HandoffResult{}, tryAgain("the handoff begins anew too often", "Begun", proofDelay)
	case attempt.File == nil:
		if err := h.build(ctx, attempt, at); err != nil {
			return HandoffResult{}, err
		}
		return h.handOver(ctx, key, begun+1)
	}
	sender, known := h.Partners[attempt.Partner]
	if !known {
		return HandoffResult{}, tryAgain("the partner "+attempt.Partner+" is not in the configuration of this worker: put it back", "NoPartner", 0)
	}
	if attempt.MayCall {
		return h.call(ctx, sender, key, attempt, at)
	}
	return h.resolve(ctx, sender, key, attempt, begun, at)
}

func (h *Handoffs) withhold(ctx context.Context, key casefile.HandoffKey, attempt casefile.HandoffAttempt, at time.Time) (HandoffResult, error) {
	err := h.Store.RecordHandoffNews(ctx, casefile.HandoffNews{HandoffKey: key, Attempt: attempt.Attempt, Outcome: collection.HandoffWithheld, Reason: attempt.Withheld, At: at})
	open := attempt.Open
	return HandoffResult{Outcome: collection.HandoffWithheld, Reason: attempt.Withheld, At: at, Open: &open, LateFees: attempt.LateFees}, err
}

func (h *Handoffs) build(ctx context.Context, attempt casefile.HandoffAttempt, at time.Time) error {
	built, err := h.CaseFiles.BuildCaseFile(ctx, attempt.Creditor, attempt.Invoice, at)
	if err != nil {
		return fmt.Errorf("building the case file of %s: %w", attempt.Invoice, err)
	}
	return h.Store.KeepHandoffFile(ctx, attempt.Reference, casefile.HandoffFile{
		Attempt: attempt.Attempt, Name: built.Name, ContentType: built.ContentType, Bytes: built.Bytes,
	}, at)
}

func partnerCase(attempt casefile.HandoffAttempt) PartnerCase {
	given := PartnerCase{
		Reference: attempt.Reference, Creditor: attempt.Creditor, Invoice: attempt.Invoice, Route: attempt.Route, Attempt: attempt.Attempt, Amount: attempt.Approved,
	}
	if attempt.File != nil {
		given.File = *attempt.File
	}
	return given
}

// call calls the partner once and records its answer, even if the worker is being
// stopped meanwhile.
func (h *Handoffs) call(ctx context.Context, sender PartnerSender, key casefile.HandoffKey, attempt casefile.HandoffAttempt, at time.Time) (HandoffResult, error) {
	outcome := sender.Deliver(ctx, partnerCase(attempt))
	record, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	switch outcome.Verdict {
	case messaging.Accepted:
		return h.settle(record, key, attempt, collection.HandoffGiven, outcome, at)
	case messaging.Rejected:
		return h.settle(record, key, attempt, collection.HandoffDeclined, outcome, at)
	case messaging.NotSent:
		if err := h.Store.ReleaseHandoff(record, key, attempt.Attempt, outcome.Reason, at); err != nil {
			return HandoffResult{}, err
		}
		return HandoffResult{}, tryAgain("the partner did not get the case: "+outcome.Reason, string(outcome.Cause), outcome.RetryAfter)
	default:
		return HandoffResult{}, tryAgain("the partner may have the case; it will be asked: "+outcome.Reason, string(outcome.Cause), proofDelay)
	}
}

// resolve finds out whether the partner has a case that may have reached it. Where
// nobody can tell, a person asks.
func (h *Handoffs) resolve(ctx context.Context, sender PartnerSender, key casefile.HandoffKey, attempt casefile.HandoffAttempt, begun int, at time.Time) (HandoffResult, error) {
	proof, found, err := sender.Find(ctx, attempt.Reference)
	switch {
	case errors.Is(err, ErrCannotFind):
		return h.settle(ctx, key, attempt, collection.HandoffDoubtful, messaging.Outcome{Reason: "the e-mail with the case file may have been sent"}, at)
	case err != nil:
		return HandoffResult{}, tryAgain("asking the partner whether it has the case: "+err.Error(), "NoProof", proofDelay)
	case found:
		return h.settle(ctx, key, attempt, collection.HandoffGiven, messaging.Outcome{ProviderID: proof.ProviderID}, at)
	}
	if err := h.Store.ReleaseHandoff(ctx, key, attempt.Attempt, "the partner does not have it", at); err != nil {
		return HandoffResult{}, err
	}
	return h.handOver(ctx, key, begun+1)
}

func (h *Handoffs) settle(ctx context.Context, key casefile.HandoffKey, attempt casefile.HandoffAttempt, what collection.HandoffOutcome, outcome messaging.Outcome, at time.Time) (HandoffResult, error) {
	err := h.Store.RecordHandoffNews(ctx, casefile.HandoffNews{
		HandoffKey: key, Attempt: attempt.Attempt, Outcome: what, PartnerCase: outcome.ProviderID, Reason: outcome.Reason, At: at,
	})
	return HandoffResult{Outcome: what, Reason: outcome.Reason, At: at}, err
}

// Recall tells the partner of a handoff to stop. Told before, it does nothing.
func (h *Handoffs) Recall(ctx context.Context, order HandoffOrder) (HandoffResult, error) {
	key := casefile.HandoffKey{Creditor: order.Creditor, Invoice: order.Invoice, ID: order.ID}
	at := h.Clock().Now()
	row, err := h.Store.HandoffOfReference(ctx, key.Reference())
	switch {
	case errors.Is(err, casefile.ErrUnknownHandoff):
		return HandoffResult{}, temporal.NewNonRetryableApplicationError(err.Error(), ErrorUnknownCase, err)
	case err != nil:
		return HandoffResult{}, err
	case !row.RecalledAt.IsZero():
		return HandoffResult{At: at, Reason: row.Reason}, nil
	}
	sender, known := h.Partners[row.Partner]
	if !known {
		return HandoffResult{}, tryAgain("the partner "+row.Partner+" is not in the configuration of this worker: put it back", "NoPartner", 0)
	}
	outcome := sender.Recall(ctx, PartnerCase{Reference: row.Reference, Creditor: row.Creditor, Invoice: row.Invoice, Route: row.Route, Attempt: row.Attempt}, string(order.Reason))
	reason := string(order.Reason)
	switch {
	case outcome.Verdict == messaging.Rejected:
		reason += "; the partner answered: " + outcome.Reason
	case outcome.Verdict == messaging.Unknown && !canFind(ctx, sender, row.Reference):
		reason += "; nobody knows whether the e-mail arrived: ask the partner"
	case outcome.Verdict != messaging.Accepted:
		return HandoffResult{}, tryAgain("the partner was not told to stop: "+outcome.Reason, string(outcome.Cause), outcome.RetryAfter)
	}
	record, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return HandoffResult{At: at, Reason: reason}, h.Store.RecordRecall(record, key, reason, at)
}

func canFind(ctx context.Context, sender PartnerSender, reference string) bool {
	_, _, err := sender.Find(ctx, reference)
	return !errors.Is(err, ErrCannotFind)
}

// PartnerStatusOrder asks to record what a partner told.
type PartnerStatusOrder struct {
	CaseKey
	Handoff string         `json:"handoff"`
	Event   string         `json:"event"`
	Status  handoff.Status `json:"status"`
	On      calendar.Date  `json:"on"`
	By      string         `json:"by,omitempty"`
	At      time.Time      `json:"at"`
}

// PartnerStatusRecorded is what a report did.
type PartnerStatusRecorded struct {
	Limits []handoff.TimeLimit `json:"limits,omitempty"`
	// Unknown are time limits that the tables do not have on that day.
	Unknown []string `json:"unknown,omitempty"`
	// Earlier: later news of the partner were known already.
	Earlier    bool                   `json:"earlier,omitempty"`
	Limitation collection.Limitation  `json:"limitation,omitzero"`
	Refused    string                 `json:"refused,omitempty"`
	RefusedAs  collection.RefusalCode `json:"refused_as,omitempty"`
}

// RecordStatus records what a partner told of its work.
func (h *Handoffs) RecordStatus(ctx context.Context, order PartnerStatusOrder) (PartnerStatusRecorded, error) {
	reported, err := h.Store.RecordPartnerStatus(ctx, casefile.PartnerReport{
		HandoffKey: casefile.HandoffKey{Creditor: order.Creditor, Invoice: order.Invoice, ID: order.Handoff},
		Event:      order.Event, Status: order.Status, On: order.On, Actor: plainText(order.By), At: order.At,
	})
	if refused := new(collection.Refusal); errors.As(err, &refused) {
		return PartnerStatusRecorded{Refused: refused.Message, RefusedAs: refused.Code}, nil
	}
	return PartnerStatusRecorded{Limits: reported.Command.Limits, Unknown: reported.Unknown, Earlier: reported.Command.Earlier, Limitation: reported.Limitation}, refusedForGood(err)
}

// RemittanceOrder asks to record what a partner accounts for.
type RemittanceOrder struct {
	CaseKey
	Handoff string        `json:"handoff"`
	ID      string        `json:"id"`
	Gross   money.Amount  `json:"gross"`
	Fees    money.Amount  `json:"fees"`
	Net     money.Amount  `json:"net"`
	On      calendar.Date `json:"on"`
	By      string        `json:"by,omitempty"`
	At      time.Time     `json:"at"`
}

// RecordRemittance records what a partner collected and kept.
func (h *Handoffs) RecordRemittance(ctx context.Context, order RemittanceOrder) (EntryPosted, error) {
	remitted, err := h.Store.RecordRemittance(ctx, order.Creditor, casefile.Remittance{
		Handoff: order.Handoff, Invoice: order.Invoice, ID: order.ID, Gross: order.Gross, Fees: order.Fees, Net: order.Net,
		On: order.On, Actor: plainText(order.By), At: order.At,
	})
	if refused := new(collection.Refusal); errors.As(err, &refused) {
		return EntryPosted{Refused: refused.Message, RefusedAs: refused.Code}, nil
	}
	return EntryPosted{Outcome: remitted.Outcome, Open: remitted.Open, LateFees: remitted.LateFees, Settled: remitted.Settled}, refusedForGood(err)
}

package cases

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/ledger"
	"relance/workflows"
)

// MoneyOutcome is what became of a payment, reversal or credit note.
type MoneyOutcome struct {
	workflows.Status
	// Pending: the command is stored at the workflow and not carried out yet. With an
	// Outcome it counts in the ledger already.
	Pending bool `json:"pending"`
	// Kept: the invoice is not known; the entry counts when it arrives.
	Kept bool `json:"kept,omitempty"`
}

// entryOrder is a command that posts an entry.
type entryOrder interface {
	Entry(today calendar.Date) (ledger.Entry, error)
}

// ReceivePayment tells a case that money arrived. With wait it returns how the
// case stands afterwards; without, once the payment is in the ledger and the command
// stored. Before the case began and after it ended the payment goes to the ledger alone;
// it is never lost.
func (s *Service) ReceivePayment(ctx context.Context, creditor, invoice string, payment workflows.PaymentReceived, wait bool) (MoneyOutcome, error) {
	return s.post(ctx, creditor, invoice, workflows.CommandPaymentReceived, payment, payment.By, wait)
}

// ReversePayment tells a case that a payment was taken back. A closed case opens
// again, at the step it had.
func (s *Service) ReversePayment(ctx context.Context, creditor, invoice string, reversal workflows.PaymentReversed, wait bool) (MoneyOutcome, error) {
	return s.post(ctx, creditor, invoice, workflows.CommandPaymentReversed, reversal, reversal.By, wait)
}

// IssueCreditNote tells a case that the creditor lowered the claim.
func (s *Service) IssueCreditNote(ctx context.Context, creditor, invoice string, note workflows.CreditNoteIssued, wait bool) (MoneyOutcome, error) {
	return s.post(ctx, creditor, invoice, workflows.CommandCreditNoteIssued, note, note.By, wait)
}

func (s *Service) post(ctx context.Context, creditor, invoice, command string, order entryOrder, by string, wait bool) (MoneyOutcome, error) {
	if _, err := order.Entry(calendar.DateOf(s.now())); err != nil {
		return MoneyOutcome{}, asInvalid(err)
	}
	id := collection.WorkflowID(creditor, invoice)
	if wait {
		status, err := s.update(ctx, creditor, invoice, command, order)
		if !isNotRunning(err) && !errors.Is(err, ErrNoAnswer) {
			return MoneyOutcome{Status: status}, err
		}
	}
	var recorded casefile.Posted
	if slices.Contains(lowering, command) {
		var err error
		recorded, err = s.record(ctx, creditor, invoice, order, by)
		if err != nil {
			return MoneyOutcome{}, err
		}
		if !recorded.KnownInvoice {
			return kept(id, recorded), nil
		}
	}
	// A signal is stored even while no worker runs; after an update that was not
	// answered it counts once all the same.
	err := s.Temporal.SignalWorkflow(ctx, id, "", command, order)
	switch {
	case err == nil:
		return MoneyOutcome{Status: workflows.Status{Case: id, Outcome: recorded.Outcome}, Pending: true}, nil
	case !isNotRunning(err):
		return MoneyOutcome{}, fmt.Errorf("signalling %s: %w", id, err)
	}
	if !slices.Contains(lowering, command) {
		if recorded, err = s.record(ctx, creditor, invoice, order, by); err != nil {
			return MoneyOutcome{}, err
		}
		if !recorded.KnownInvoice {
			return kept(id, recorded), nil
		}
	}
	return s.goOn(ctx, creditor, invoice, command, order, recorded)
}

// lowering are the commands after which less may be asked for. What they tell of is in the
// ledger, and so at the gate, before it is acknowledged: a case that is just sending takes
// a signal only when it has sent.
var lowering = []string{
	workflows.CommandPaymentReceived, workflows.CommandCreditNoteIssued, workflows.CommandWaiveLateFees, workflows.CommandRevokeDiscount,
}

// kept is what became of an entry whose invoice is not known.
func kept(id string, recorded casefile.Posted) MoneyOutcome {
	return MoneyOutcome{Status: workflows.Status{Case: id, Outcome: recorded.Outcome}, Kept: true}
}

// record writes to the ledger of an invoice. The workflow of its case, when it hears of
// the entry, finds it posted and takes what is open then.
func (s *Service) record(ctx context.Context, creditor, invoice string, order entryOrder, by string) (casefile.Posted, error) {
	at := s.now()
	today := calendar.DateOf(at)
	known, err := s.Store.LoadCase(ctx, creditor, invoice)
	switch {
	case err == nil:
		today = known.Window.DateOf(at)
	case !errors.Is(err, ErrUnknownCase):
		return casefile.Posted{}, err
	}
	entry, err := order.Entry(today)
	if err != nil {
		return casefile.Posted{}, asInvalid(err)
	}
	posting := casefile.Posting{Creditor: creditor, Invoice: invoice, Entry: entry, Source: "api", Actor: by, At: at}
	if discount, is := order.(workflows.DiscountOffer); is {
		posting.Role, posting.ApprovedBy = discount.Role, discount.ApprovedBy
	}
	posted, err := s.Store.PostEntry(ctx, posting)
	if err == nil && posted.ReopenedPlan != "" {
		s.startReopenedPlan(ctx, creditor, posted.ReopenedPlan)
	}
	return posted, err
}

// goOn starts the workflow of a case that is open after an entry was recorded and has
// none (a reversal, a start that was lost), with the command as its first signal: should
// one have begun meanwhile, it hears of the entry and finds it posted.
func (s *Service) goOn(ctx context.Context, creditor, invoice, command string, order entryOrder, recorded casefile.Posted) (MoneyOutcome, error) {
	c, err := s.Store.LoadCase(ctx, creditor, invoice)
	if err != nil {
		return MoneyOutcome{}, err
	}
	if !c.IsClosed() || c.OwesPartner() {
		_, err := s.Temporal.SignalWithStartWorkflow(ctx, c.ID(), command, order, s.startOptions(c),
			workflows.WorkflowType, workflows.Start{Case: c, Clock: s.Clock()})
		if err != nil {
			return MoneyOutcome{}, fmt.Errorf("starting the workflow %s again: %w", c.ID(), err)
		}
		if err := s.Store.MarkStarted(ctx, casefile.StartedCase{Creditor: creditor, Invoice: invoice}); err != nil {
			return MoneyOutcome{}, err
		}
	}
	status := workflows.NewStatus(c, s.now())
	status.Outcome = recorded.Outcome
	return MoneyOutcome{Status: status}, nil
}

// Command carries out a decision of a person: the name of a command of the
// contract and its order. It returns how the case stands afterwards. A closed
// case refuses (*collection.Refusal); an unknown one is ErrUnknownCase.
func (s *Service) Command(ctx context.Context, creditor, invoice, command string, order any) (workflows.Status, error) {
	if answered, err := s.answerForLetter(ctx, creditor, invoice, command, order); answered || err != nil {
		if err != nil {
			return workflows.Status{}, err
		}
		return s.Status(ctx, creditor, invoice)
	}
	status, err := s.update(ctx, creditor, invoice, command, order)
	if !isNotRunning(err) {
		return status, err
	}
	c, err := s.Store.LoadCase(ctx, creditor, invoice)
	if err != nil {
		return workflows.Status{}, err
	}
	if c.IsClosed() {
		return workflows.Status{}, &collection.Refusal{
			Code: collection.RefusedClosed, Message: fmt.Sprintf("the case %s is closed (%s): nothing was changed", c.ID(), c.Stage(s.now())),
		}
	}
	if err := s.start(ctx, c); err != nil {
		return workflows.Status{}, err
	}
	return s.update(ctx, creditor, invoice, command, order)
}

// answerTimeout is how long a caller waits for a worker.
const answerTimeout = 20 * time.Second

// update asks the workflow of a case and waits for its answer.
func (s *Service) update(ctx context.Context, creditor, invoice, command string, order any) (workflows.Status, error) {
	return update[workflows.Status](ctx, s, collection.WorkflowID(creditor, invoice), command, order)
}

// update asks a workflow and waits for its answer.
func update[T any](ctx context.Context, s *Service, id, command string, order any) (T, error) {
	waiting, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	var none T
	options := client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateID: rand.Text(), UpdateName: command, Args: []any{order}, WaitForStage: client.WorkflowUpdateStageCompleted,
	}
	status, err := updateOnce[T](waiting, s, options)
	for pause := firstPause; wasDropped(err) && sleep(waiting, pause); pause = min(2*pause, longestPause) {
		status, err = updateOnce[T](waiting, s, options)
	}
	switch refused := asRefusal(err); {
	case err == nil, isNotRunning(err):
		return status, err
	case refused != nil:
		return none, refused
	case isUnanswered(err) || wasDropped(err) || waiting.Err() != nil && ctx.Err() == nil:
		return none, fmt.Errorf("%s: %w", id, ErrNoAnswer)
	default:
		return none, fmt.Errorf("updating %s: %w", id, err)
	}
}

func updateOnce[T any](ctx context.Context, s *Service, options client.UpdateWorkflowOptions) (status T, err error) {
	handle, err := s.Temporal.UpdateWorkflow(ctx, options)
	if err == nil {
		err = handle.Get(ctx, &status)
	}
	return status, err
}

// How long update waits before it sends an update again that was dropped.
const (
	firstPause   = 20 * time.Millisecond
	longestPause = time.Second
)

func sleep(ctx context.Context, pause time.Duration) (slept bool) {
	select {
	case <-time.After(pause):
		return true
	case <-ctx.Done():
		return false
	}
}

// wasDropped reports whether Temporal let go of an update together with the task that
// carried it out: a signal came while the workflow was to end its run, or the worker
// failed. The workflow does not remember it. Sent again under the same ID it leaves in the
// case file what it left there before.
func wasDropped(err error) bool {
	var notReady *serviceerror.WorkflowNotReady
	return errors.As(err, &notReady)
}

func isUnanswered(err error) bool {
	var unanswered *client.WorkflowUpdateServiceTimeoutOrCanceledError
	return errors.As(err, &unanswered)
}

// RecordDelivery takes news of a message from a provider. A message that did not
// arrive is not a completed step: the cases whose notices it carries are told. News of
// an e-mail to a partner are for the handoff that it is about.
func (s *Service) RecordDelivery(ctx context.Context, event casefile.DeliveryEvent) error {
	event.At = s.now()
	if casefile.IsHandoffMail(event.MessageID) {
		return s.Store.RecordHandoffMail(ctx, event)
	}
	delivery, err := s.Store.RecordDeliveryEvent(ctx, event)
	if err != nil {
		return err
	}
	if delivery.Decisive && delivery.Message.IsProvenLate() {
		if err := s.tellProven(ctx, delivery.Message, event.Provider); err != nil {
			return err
		}
	}
	switch {
	case delivery.Message.State == casefile.MessageDelivered:
		return s.tellServed(ctx, delivery.Message, event)
	case !delivery.Decisive || !delivery.Message.State.IsFailure():
		return nil
	}
	return s.tellFailed(ctx, delivery.Message)
}

// tellFailed tells the cases whose notices a message carries that it did not arrive.
func (s *Service) tellFailed(ctx context.Context, message casefile.Message) error {
	return s.tellOfMessage(ctx, message, workflows.CommandDeliveryFailed, func(notice casefile.CarriedNotice) any {
		return workflows.DeliveryFailed{Step: notice.Step, Channel: notice.Channel, Try: notice.Try, Reason: string(message.State)}
	})
}

// tellProven tells the cases whose notices a message carries that it has arrived, though
// it had counted as failed.
func (s *Service) tellProven(ctx context.Context, message casefile.Message, by string) error {
	return s.tellOfMessage(ctx, message, workflows.CommandDeliveryProven, func(notice casefile.CarriedNotice) any {
		return workflows.DeliveryProven{Step: notice.Step, Channel: notice.Channel, Try: notice.Try, At: message.BusinessAt, By: by}
	})
}

func (s *Service) tellOfMessage(ctx context.Context, message casefile.Message, command string, orderOf func(casefile.CarriedNotice) any) error {
	var problems []error
	for _, notice := range message.Notices {
		told := s.Temporal.SignalWorkflow(ctx, collection.WorkflowID(notice.Creditor, notice.Invoice), "", command, orderOf(notice))
		if !isNotRunning(told) { // else the case is over: what became of the message stands in its file
			problems = append(problems, told)
		}
	}
	return errors.Join(problems...)
}

// tellServed tells the cases whose step asks for proof over the message's channel
// that their notice has reached the debtor.
func (s *Service) tellServed(ctx context.Context, message casefile.Message, event casefile.DeliveryEvent) error {
	var problems []error
	for _, notice := range message.Notices {
		c, err := s.Store.LoadCase(ctx, notice.Creditor, notice.Invoice)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if step, known := c.Strategy.Step(notice.Step); !known || step.Proof != notice.Channel || notice.Round != c.Round {
			continue
		}
		on := event.On
		if on.IsZero() {
			on = c.Window.DateOf(event.At)
		}
		err = s.Temporal.SignalWorkflow(ctx, c.ID(), "", workflows.CommandNoticeServed, workflows.ServedNotice{Step: notice.Step, On: on, By: event.Provider})
		if !isNotRunning(err) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

func asInvalid(err error) error {
	var refused *collection.Refusal
	if errors.As(err, &refused) {
		return err
	}
	return &collection.Refusal{Code: collection.RefusedInvalid, Message: err.Error()}
}

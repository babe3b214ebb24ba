package activities

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/compose"
)

// Notices are the activities that send: reserve the message under its natural
// key, store its exact bytes, mark it as sending, call the provider, record the
// answer. A crash at any point leaves a state from which the next attempt goes
// on without sending twice.
type Notices struct {
	Store     *casefile.Store
	Clock     func() calendar.Clock
	Templates *compose.Templates
	// Print makes the PDF of a letter.
	Print func(compose.Letter) ([]byte, error)
	Email messaging.EmailSender
	// EmailProvider names who takes the e-mails; SendGrid when empty.
	EmailProvider string
	SMS           messaging.SMSSender
	WhatsApp      messaging.WhatsAppSender
	// FindSMS looks for proof that an SMS was accepted; may be nil.
	FindSMS messaging.SMSFinder
	// Post is the service that prints and posts letters; nil where people do.
	Post messaging.Post
	// ReplyTo is the address at which an answer to a message is recognised; nil, or an
	// empty address: where the creditor reads its answers.
	ReplyTo func(messageID string) string
	// Statement writes the statement of account of a debtor; nil: none is attached.
	Statement func(context.Context, StatementOrder) (messaging.Attachment, error)
	// PublicURL is where readers of mails can unsubscribe; empty: nowhere.
	PublicURL string
	// AmbiguousAfter is how long (wall) to look for proof that a provider has a
	// message before deciding without.
	AmbiguousAfter time.Duration
	// ResendUnproven: an ordinary reminder without proof after that time is sent once more,
	// instead of counting as failed.
	ResendUnproven bool
	// previews: nothing is sent, so that no provider is needed.
	previews bool
}

// Deliver sends one notice over one channel, or finds that it was sent. It
// returns an error only when trying again later is right; what is final is in
// the Delivery.
func (n *Notices) Deliver(ctx context.Context, order NoticeOrder) (Delivery, error) {
	delivery, err := n.deliver(ctx, order, func() {})
	return n.hearOfSibling(ctx, order, delivery, err)
}

// deliver is Deliver, but for a message that is leaving for another invoice: that is a
// carriedAwayError, and hearOfSibling waits for its outcome. It says as soon as the provider
// has answered, before that is recorded.
func (n *Notices) deliver(ctx context.Context, order NoticeOrder, answered func()) (Delivery, error) {
	if wait := time.Until(order.NotBefore); wait > 0 {
		return Delivery{}, tryAgain("the first try failed; the next one waits until "+order.NotBefore.UTC().Format(time.TimeOnly)+" UTC", "NotBefore", wait)
	}
	at := n.Clock().WokenAt(order.At, time.Now())
	if at.Before(order.At) {
		at = order.At // this machine's clock is a little behind the server's
	}
	reserved, err := n.reserve(ctx, casefile.Reservation{
		MessageKey: messageKey(order), At: at, Deadline: order.Deadline,
		Step: collection.Step{Key: order.Step, Template: order.Template, Tone: order.Tone, AttachInvoice: order.AttachInvoice, AttachStatement: order.AttachStatement},
	}, func(m casefile.MessageContext) (groupDraft, error) {
		if late := lateness(m.Case, order, at); late != nil {
			return groupDraft{}, late
		}
		if isForOthers(m, order.Step) {
			return groupDraft{}, &otherRecipientError{}
		}
		return n.draftGroup(order, m)
	})
	message, gate := reserved.Message, reserved.Gate
	late, unusable, others := new(lateError), new(UnusableChannelError), new(otherRecipientError)
	switch {
	case errors.As(err, &others):
		return n.askForRecipient(ctx, order, at)
	case errors.As(err, &late):
		return n.postpone(ctx, order, at, late)
	case errors.As(err, &unusable):
		return n.recordUnusable(ctx, order, at, unusable)
	case err != nil:
		return Delivery{}, fmt.Errorf("reserving the message of %s of %s: %w", order.Step, order.Invoice, err)
	case reserved.MayCall:
		delivery, err := n.send(ctx, order, reserved, at, answered)
		if _, carries := message.Notice(order.Invoice); err == nil && !carries { // a sibling's, composed anew without it
			return Delivery{}, tryAgain("the message that carried this notice has left without it", "Carried", time.Second)
		}
		return delivery, err
	case message.State.IsSettled():
		return delivered(message, order.Invoice), nil
	case isCarriedAway(message, order):
		return Delivery{}, &carriedAwayError{message: message.ID}
	case gate.Code == casefile.GatePostponed:
		return n.putOff(ctx, order, at, gate)
	case !gate.Passes:
		return withheld(gate, at)
	case message.State == casefile.MessageComposed && !at.Equal(order.At):
		current, err := n.Store.LoadCase(ctx, order.Creditor, order.Invoice)
		if err != nil {
			return Delivery{}, fmt.Errorf("reading the contact hours of %s: %w", order.Invoice, err)
		}
		if late := lateness(current, order, at); late != nil {
			return n.postpone(ctx, order, at, late)
		}
	}
	return n.transmit(ctx, order, message, at, answered)
}

// transmit brings a reserved message to the provider, once.
func (n *Notices) transmit(ctx context.Context, order NoticeOrder, message casefile.Message, at time.Time, answered func()) (Delivery, error) {
	sending, err := n.Store.BeginSending(ctx, message.ID, at)
	unknown := sending.Message.State == casefile.MessageSending
	carriedBySibling := message.MessageKey != messageKey(order)
	switch {
	case err != nil:
		return Delivery{}, fmt.Errorf("marking the message %s as sending: %w", message.ID, err)
	case !sending.MayCall && isCarriedAway(sending.Message, order):
		return Delivery{}, &carriedAwayError{message: message.ID}
	case sending.MayCall:
		return n.send(ctx, order, sending, at, answered)
	case unknown && order.Channel.IsPaper():
		return n.proveLetter(ctx, order, sending.Message, at)
	case unknown:
		return n.findProof(ctx, order, sending.Message, at)
	case sending.Message.State.IsSettled():
		return delivered(sending.Message, order.Invoice), nil
	case carriedBySibling && !sending.Gate.Passes:
		// What stopped the other invoice's message need not stop this notice.
		return withheld(casefile.Gate{Code: casefile.GateOutdated}, at)
	case sending.Gate.Code == casefile.GatePostponed:
		return n.putOff(ctx, order, at, sending.Gate)
	default:
		return withheld(sending.Gate, at)
	}
}

// isCarriedAway reports whether a message is leaving that was made for another invoice
// and carries the notice of an order.
func isCarriedAway(message casefile.Message, order NoticeOrder) bool {
	return message.MessageKey != messageKey(order) && message.IsLeaving(time.Now())
}

// A provider mostly answers within siblingPatience. To wait so long costs less than to
// be tried again.
const (
	siblingPatience = 2 * time.Second
	siblingPoll     = 100 * time.Millisecond
)

// carriedAwayError says that a message is leaving for another invoice which carries the
// notice as well.
type carriedAwayError struct{ message string }

func (e *carriedAwayError) Error() string {
	return "the notice is being sent with the message " + e.message
}

// hearOfSibling waits for the outcome of a message that is being sent for another invoice
// and carries this notice as well.
func (n *Notices) hearOfSibling(ctx context.Context, order NoticeOrder, delivery Delivery, err error) (Delivery, error) {
	carried := new(carriedAwayError)
	if !errors.As(err, &carried) {
		return delivery, err
	}
	waiting, cancel := context.WithTimeout(ctx, siblingPatience)
	defer cancel()
	carrying, err := n.Store.AwaitSettled(waiting, carried.message, siblingPoll)
	if err != nil {
		return Delivery{}, fmt.Errorf("waiting for the message that carries the notice: %w", err)
	}
	if _, carries := carrying.Notice(order.Invoice); carries && carrying.State.IsSettled() {
		return delivered(carrying, order.Invoice), nil
	}
	return Delivery{}, tryAgain("the message that carries this notice is being sent for another invoice", "Carried", time.Second)
}

// outcomeSoFar is what became of a notice, if that is known.
func (n *Notices) outcomeSoFar(ctx context.Context, order NoticeOrder) (delivery Delivery, settled bool, err error) {
	message, found, err := n.Store.MessageOfNotice(ctx, messageKey(order))
	if err != nil || !found || !message.State.IsSettled() {
		return Delivery{}, false, err
	}
	return delivered(message, order.Invoice), true, nil
}

func messageKey(order NoticeOrder) casefile.MessageKey {
	return casefile.MessageKey{
		Creditor: order.Creditor, Invoice: order.Invoice, Round: order.Round, Step: order.Step, Channel: order.Channel, Try: order.Try,
	}
}

// lateError says that a notice waited for a worker or a provider until it no
// longer says the truth, or may not be sent at this hour.
type lateError struct{ until time.Time }

func (e *lateError) Error() string { return "the notice is late and waits until " + e.until.String() }

// lateness is nil while a notice may still go as it was planned: on the day it was
// planned for, whose deadline it names, and within the debtor's contact hours.
func lateness(c collection.Case, order NoticeOrder, at time.Time) *lateError {
	today := c.Window.DateOf(at)
	if at.Equal(order.At) || c.Window.Contains(at) && today == c.Window.DateOf(order.At) {
		return nil
	}
	until := c.Window.InstantAfter(at, c.Debtor)
	if until.Equal(at) && c.Window.Days(order.At, at, 1) >= 1 {
		// A day's messages waited for the provider: each debtor at its own moment of a day.
		if until = c.Window.Instant(today, c.Debtor); until.Before(at) {
			until = c.Window.Instant(today.AddDays(1), c.Debtor)
		}
	}
	return &lateError{until: until}
}

// postpone has the case plan a late notice anew.
func (n *Notices) postpone(ctx context.Context, order NoticeOrder, at time.Time, late *lateError) (Delivery, error) {
	return n.planAnew(ctx, order, at, fmt.Sprintf("Step %s was late and is planned anew", order.Step),
		Delivery{Reason: "late: planned anew", Until: late.until, For: collection.PostponedForLateness})
}

// putOff has the case wait until its debtor may be contacted again.
func (n *Notices) putOff(ctx context.Context, order NoticeOrder, at time.Time, gate casefile.Gate) (Delivery, error) {
	return n.planAnew(ctx, order, at, gate.Reason, Delivery{Reason: gate.Reason, Until: gate.Until, For: gate.For})
}

// planAnew records that a notice waits.
func (n *Notices) planAnew(ctx context.Context, order NoticeOrder, at time.Time, summary string, delivery Delivery) (Delivery, error) {
	delivery.Outcome = DeliveryWithheld
	err := n.Store.RecordDecision(ctx, casefile.Decision{
		Creditor: order.Creditor, Invoice: order.Invoice, Kind: "notice-postponed", Actor: casefile.ByItself,
		Key:     fmt.Sprintf("postponed/%d/%s/%s/%s", order.Round, order.Step, order.Channel, delivery.Until.UTC().Format(time.RFC3339)),
		Summary: summary, At: at, Events: ofLadder(order, collection.Postponed{Until: delivery.Until, For: delivery.For}),
	})
	return delivery, err
}

// send calls the provider once and records its answer. The answer is recorded
// even if the worker is being stopped meanwhile.
func (n *Notices) send(ctx context.Context, order NoticeOrder, sending casefile.Sending, at time.Time, answered func()) (Delivery, error) {
	message := sending.Message
	outcome, provider := n.call(ctx, order, sending)
	answered()
	record, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	switch outcome.Verdict {
	case messaging.Accepted:
		accepted, err := n.markAccepted(record, message, provider, outcome, at)
		return delivered(accepted, order.Invoice), err
	case messaging.Rejected:
		rejected, err := n.Store.MarkRejected(record, message.ID, outcome.Code, outcome.Reason, at)
		return delivered(rejected, order.Invoice), errors.Join(err, n.learnOfAddress(record, rejected, outcome, at))
	case messaging.NotSent:
		if _, err := n.Store.MarkNotSent(record, message.ID, outcome.Reason, at); err != nil {
			return Delivery{}, err
		}
		return Delivery{}, tryAgain("the message was not sent: "+outcome.Reason, string(outcome.Cause), outcome.RetryAfter)
	default:
		return Delivery{}, tryAgain("the message may have been sent; looking for proof: "+outcome.Reason, ErrorAmbiguous, proofDelay)
	}
}

func (n *Notices) markAccepted(ctx context.Context, message casefile.Message, provider string, outcome messaging.Outcome, at time.Time) (casefile.Message, error) {
	if len(outcome.RefusedCopies) == 0 {
		return n.Store.MarkAccepted(ctx, message.ID, provider, outcome.ProviderID, at)
	}
	return n.Store.MarkAcceptedWithout(ctx, message.ID, provider, outcome.ProviderID, outcome.RefusedCopies, at)
}

// ErrorAmbiguous is the type of the error that ends a call to a provider which may have
// heard it. The next try looks for proof.
const ErrorAmbiguous = "Ambiguous"

// proofDelay is how long to wait between two searches for proof.
const proofDelay = 15 * time.Second

func tryAgain(message, kind string, after time.Duration) error {
	return temporal.NewApplicationErrorWithOptions(message, kind, temporal.ApplicationErrorOptions{NextRetryDelay: after})
}

// call hands the stored bytes to the provider.
func (n *Notices) call(ctx context.Context, order NoticeOrder, sending casefile.Sending) (messaging.Outcome, string) {
	message := sending.Message
	switch order.Channel {
	case collection.ChannelEmail:
		email, err := messaging.DecodeEmail(message.Bytes)
		if err != nil {
			return unreadable(err), ""
		}
		return n.Email.SendEmail(ctx, email), cmp.Or(n.EmailProvider, providerSendGrid)
	case collection.ChannelSMS:
		sms, err := messaging.DecodeSMS(message.Bytes)
		if err != nil {
			return unreadable(err), ""
		}
		return n.SMS.SendSMS(ctx, n.withinHours(sms, sending.HoursEnd)), providerTwilio
	case collection.ChannelWhatsApp:
		message, err := messaging.DecodeWhatsApp(message.Bytes)
		if err != nil {
			return unreadable(err), ""
		}
		return n.WhatsApp.SendWhatsApp(ctx, message), providerTwilio
	default:
		return n.queueLetter(ctx, order, message), providerPost
	}
}

// leastSMSValidity is the least time an operator is given.
const leastSMSValidity = time.Minute

// withinHours has the provider give up a short message that is stuck when the debtor may
// not be contacted any more, so that it does not ring at night. It is a term of the
// transport and no part of what is said.
func (n *Notices) withinHours(sms messaging.SMS, end time.Time) messaging.SMS {
	left := max(n.Clock().Wait(time.Now(), end), leastSMSValidity)
	sms.ValidFor = min(sms.ValidFor, messaging.Seconds(left/time.Second))
	return sms
}

// The providers' names in the case file.
const (
	providerSendGrid = "sendgrid"
	providerTwilio   = "twilio"
	providerPost     = "post"
)

func unreadable(err error) messaging.Outcome {
	return messaging.Outcome{Verdict: messaging.Rejected, Cause: messaging.CauseContent, Code: "stored-bytes", Reason: err.Error()}
}

// findProof decides about a message that may have been sent: it looks for proof,
// then waits for some (the provider's webhook settles the message), and in the end
// has it count as failed on this channel, so that the next channel, or a person, takes
// over: what may have arrived is not sent again. Only an ordinary reminder is, once,
// where the installation has chosen so.
func (n *Notices) findProof(ctx context.Context, order NoticeOrder, message casefile.Message, at time.Time) (Delivery, error) {
	if proof, found, err := n.proofOf(ctx, order, message); err != nil {
		return Delivery{}, tryAgain("looking for proof that the message was sent: "+err.Error(), "NoProof", proofDelay)
	} else if found {
		return n.settleByProof(ctx, order, message, proof, at)
	}
	// Each call to the provider has its own time to be proven: the one before may have been killed, and found again late.
	waited := time.Since(message.LastSendingAt)
	switch {
	case waited < n.AmbiguousAfter:
		return Delivery{}, tryAgain("the message may have been sent; waiting for proof", "NoProof", min(proofDelay, n.AmbiguousAfter-waited))
	case !n.ResendUnproven || order.Tone == collection.ToneFormal || message.Unproven:
		doubtful, err := n.Store.MarkDoubtful(ctx, message.ID, waited, at)
		return delivered(doubtful, order.Invoice), err
	default:
		if _, err := n.Store.MarkUnproven(ctx, message.ID, waited, at); err != nil {
			return Delivery{}, err
		}
		return Delivery{}, tryAgain("no proof was found; the message is sent once more", "Resend", time.Second)
	}
}

// settleByProof settles a message as its provider lists it. One that is listed as not received
// is as good as told by the provider's own report, and counts once with it.
func (n *Notices) settleByProof(ctx context.Context, order NoticeOrder, message casefile.Message, proof messaging.Proof, at time.Time) (Delivery, error) {
	if !proof.Kind.NotReceived() {
		accepted, err := n.Store.MarkAccepted(ctx, message.ID, providerTwilio, proof.ProviderID, at)
		return delivered(accepted, order.Invoice), err
	}
	told := casefile.NewDeliveryEvent(providerTwilio, proof.DeliveryEvent)
	told.MessageID, told.At = message.ID, at
	failed, err := n.Store.RecordDeliveryEvent(ctx, told)
	return delivered(failed.Message, order.Invoice), err
}

// proofOf is the message that the provider lists for an attempt nobody knows the outcome of: of
// several, one that arrived, else one that may, else one that did not. What it lists for
// another message in the same words proves nothing.
func (n *Notices) proofOf(ctx context.Context, order NoticeOrder, message casefile.Message) (messaging.Proof, bool, error) {
	if order.Channel != collection.ChannelSMS || n.FindSMS == nil {
		return messaging.Proof{}, false, nil
	}
	sms, err := messaging.DecodeSMS(message.Bytes)
	if err != nil {
		return messaging.Proof{}, false, err
	}
	proofs, err := n.FindSMS.FindSMS(ctx, sms, message.SendingAt.Add(-time.Minute))
	if err != nil || len(proofs) == 0 {
		return messaging.Proof{}, false, err
	}
	ids := make([]string, len(proofs))
	for i, proof := range proofs {
		ids[i] = proof.ProviderID
	}
	others, err := n.Store.IDsOfOtherMessages(ctx, message.ID, providerTwilio, ids)
	if err != nil {
		return messaging.Proof{}, false, err
	}
	proofs = slices.DeleteFunc(proofs, func(proof messaging.Proof) bool { return slices.Contains(others, proof.ProviderID) })
	if len(proofs) == 0 {
		return messaging.Proof{}, false, nil
	}
	return slices.MinFunc(proofs, func(a, b messaging.Proof) int { return cmp.Compare(hopelessness(a.Kind), hopelessness(b.Kind)) }), true, nil
}

// hopelessness orders what can be known of a message: less is better.
func hopelessness(kind messaging.DeliveryKind) int {
	switch {
	case kind == messaging.DeliveryDelivered || kind == messaging.DeliveryOpened:
		return 0
	case kind.NotReceived():
		return 2
	default:
		return 1
	}
}

// delivered is what the case of an invoice is told about a settled message that
// carries its notice.
func delivered(message casefile.Message, invoice string) Delivery {
	notice, _ := message.Notice(invoice)
	report := message.Report(notice)
	outcome := DeliveryAccepted
	if report.Failed {
		outcome = DeliveryFailed
	}
	return Delivery{Outcome: outcome, Doubtful: report.Doubtful, Reason: report.Reason, At: report.At, Deadline: report.Deadline}
}

// withheld says why the last gate stopped the notice. What the gate knows and
// the case does not, the case learns from it.
func withheld(gate casefile.Gate, at time.Time) (Delivery, error) {
	if gate.Code == casefile.GateOutdated {
		return Delivery{}, tryAgain("the claim changed while the message was being sent: composing it anew", "Outdated", time.Second)
	}
	open := gate.Position.Open
	return Delivery{Outcome: DeliveryWithheld, Reason: gate.Reason, At: at, Until: gate.Until, Open: &open, LateFees: gate.LateFees,
		Settled: collection.NewSettled(gate.Position.Paid, gate.Position.Credited),
	}, nil
}

// recordUnusable notes that a channel cannot be used for this debtor.
func (n *Notices) recordUnusable(ctx context.Context, order NoticeOrder, at time.Time, why *UnusableChannelError) (Delivery, error) {
	err := n.Store.RecordDecision(ctx, casefile.Decision{
		Creditor: order.Creditor, Invoice: order.Invoice, Kind: "channel-unusable", Actor: casefile.ByItself,
		Key:     fmt.Sprintf("unusable/%d/%s/%s/%d", order.Round, order.Step, order.Channel, order.Try),
		Summary: why.Error(), At: at,
		Events: ofLadder(order, collection.StepAttempted{
			Step: order.Step, Attempt: collection.Attempt{Channel: order.Channel, Failed: true}, At: at,
		}),
	})
	return Delivery{Outcome: DeliveryFailed, Reason: why.Error(), At: at}, err
}

// ofLadder is what came of a notice for its case: nothing when it is about an instalment,
// which is no rung of the ladder.
func ofLadder(order NoticeOrder, event collection.Event) []collection.Event {
	if collection.IsInstalmentStep(order.Step) {
		return nil
	}
	return []collection.Event{event}
}

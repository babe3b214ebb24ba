package answers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/inbound"
	"relance/inbound/intent"
	"relance/messaging"
	"relance/workflows"
)

// bringAbout does what follows from an answer. Each part is keyed by the answer, so
// that all of it can be done again after a crash. What of it fails keeps nothing else back,
// and is a *shortfall.
func (s *Service) bringAbout(ctx context.Context, answer casefile.Answer) error {
	switch {
	case answer.Kind == string(inbound.BounceMail) && answer.State == casefile.AnswerHandled:
		return s.reportBounce(ctx, answer)
	case answer.Kind == string(inbound.AutoReply) && answer.State == casefile.AnswerHandled:
		return s.finish(ctx, answer, casefile.AnswerEffect{}, "an automatic reply came by "+answer.Channel+returning(answer)+": nothing is held")
	case answer.Kind == string(inbound.AutoReply) && answer.State == casefile.AnswerLinked:
		return s.tell(ctx, answer)
	}
	var missing shortfall
	wished, err := s.wishes(ctx, answer)
	missing.add("the wish of the sender", err)
	var effect casefile.AnswerEffect
	if answer.Creditor != "" {
		planned := s.plan(ctx, answer, &missing)
		if err == nil { // else it would say of a STOP that it counts
			missing.add("the task to read it", s.askToRead(ctx, answer, planned))
		}
		effect = s.hold(ctx, answer, planned, &missing)
	}
	switch {
	case len(missing.causes) > 0:
		return &missing
	case answer.Creditor == "":
		return s.Cases.Store.FinishAnswer(ctx, answer, effect)
	}
	words := "an answer came by " + answer.Channel + proposals(answer.Intents) + wished
	if len(effect.Held) == 0 {
		words += "; no case is open that could be held"
	}
	return s.finish(ctx, answer, effect, words)
}

// askToRead opens the task to read an answer, unless a person has closed it or put it
// elsewhere. It comes before the holds, which are long in coming where Temporal is away:
// whoever reads the answer needs none of them, and nothing leaves meanwhile.
func (s *Service) askToRead(ctx context.Context, answer casefile.Answer, planned []pause) error {
	if answer.State == casefile.AnswerLinked {
		if err := s.ask(ctx, answer, planned); err != nil {
			return err
		}
	}
	return s.closeTaskOfClosed(ctx, answer)
}

// closeTaskOfClosed does the task to read an answer that a person has closed, or put
// elsewhere, before the task was there for them to do.
func (s *Service) closeTaskOfClosed(ctx context.Context, answer casefile.Answer) error {
	now, err := s.Cases.Store.Answer(ctx, answer.ID)
	if err != nil || now.State == casefile.AnswerLinked && now.Linking == answer.Linking {
		return err
	}
	return s.finishTask(ctx, answer, answer.TaskKey(), cmp.Or(now.HandledBy, author), now.Note)
}

// shortfall is what of the effect of an answer could not be brought about.
type shortfall struct {
	// parts say it without personal data.
	parts  []string
	causes []error
}

func (s *shortfall) add(part string, cause error) {
	if cause != nil {
		s.parts, s.causes = append(s.parts, part), append(s.causes, cause)
	}
}

func (s *shortfall) Error() string   { return errors.Join(s.causes...).Error() }
func (s *shortfall) Unwrap() []error { return s.causes }

// tell asks a person about an automatic reply that says what stays as it is, such as that
// somebody has left. Nothing is held: the reminders end with their ladder, whatever a
// machine says to each.
func (s *Service) tell(ctx context.Context, answer casefile.Answer) error {
	if err := s.ask(ctx, answer, nil); err != nil {
		return err
	}
	return s.finish(ctx, answer, casefile.AnswerEffect{}, "an automatic reply came by "+answer.Channel+proposals(answer.Intents)+": nothing is held, and a person is asked to read it")
}

// finish writes the histories and marks the answer as done.
func (s *Service) finish(ctx context.Context, answer casefile.Answer, effect casefile.AnswerEffect, words string) error {
	note := func(invoice, words string) {
		effect.History = append(effect.History, casefile.AnswerNote{
			Creditor: answer.Creditor, Invoice: invoice, Key: answer.TaskKey(), Kind: "answer-received", Actor: author, Summary: words, At: s.now(),
			Reason: "an answer came in", SHA256: answer.RawSHA256,
		})
	}
	isHeld := false
	for _, held := range effect.Held {
		note(held.Invoice, words+"; the case is on hold until "+held.Until.String()+" and goes on by itself after it")
		isHeld = isHeld || held.Invoice == answer.Invoice
	}
	if !isHeld {
		note(answer.Invoice, words)
	}
	if isOverdue(answer) {
		if err := s.finishTask(ctx, answer, overdueKey(answer), author, "its effect was brought about"); err != nil {
			return err
		}
	}
	return s.Cases.Store.FinishAnswer(ctx, answer, effect)
}

// pause is what an answer does to a case: it holds it until the end of a day, by a hold of
// its own, or by those that hold it as long already.
type pause struct {
	invoice string
	until   calendar.Date
	// toOrder: the hold of its own is not there yet.
	toOrder bool
}

// plan tells how the answer pauses the open cases it is about, all of the debtor's when it
// names none.
func (s *Service) plan(ctx context.Context, answer casefile.Answer, missing *shortfall) (planned []pause) {
	open, err := s.openCases(ctx, answer)
	missing.add("the hold of its cases", err)
	for _, invoice := range open {
		c, err := s.Cases.Store.LoadCase(ctx, answer.Creditor, invoice)
		if err != nil {
			missing.add("the hold of "+invoice, err)
			continue
		}
		if pause, holds := s.pauseOf(c, answer); holds {
			planned = append(planned, pause)
		}
	}
	return planned
}

func (s *Service) pauseOf(c collection.Case, answer casefile.Answer) (planned pause, holds bool) {
	until := workingDaysAfter(c.Window, c.Window.DateOf(s.now()), s.HoldDays)
	covering := 0
	for _, hold := range c.Holds {
		if hold.ID == answer.HoldID() { // placed before a crash, or ended by a person since
			return pause{invoice: c.Invoice, until: hold.Until}, hold.Released.IsZero()
		}
		if hold.Released.IsZero() && (hold.Until.IsZero() || hold.Until >= until) {
			covering++
		}
	}
	return pause{invoice: c.Invoice, until: until, toOrder: covering < mostHolds}, true
}

// hold orders the holds that are planned. A case that cannot be paused keeps no other back.
func (s *Service) hold(ctx context.Context, answer casefile.Answer, planned []pause, missing *shortfall) (effect casefile.AnswerEffect) {
	var failing failures
	for _, pause := range planned {
		if pause.toOrder {
			err := failing.note(func() error { return s.orderHold(ctx, answer, pause) })
			var refused *collection.Refusal
			if errors.As(err, &refused) && refused.Code == collection.RefusedClosed {
				continue // it was closed this moment
			}
			if err != nil {
				missing.add("the hold of "+pause.invoice, err)
				continue
			}
		}
		effect.Held = append(effect.Held, casefile.AnswerHold{Invoice: pause.invoice, Until: pause.until, Ordered: pause.toOrder})
	}
	return effect
}

func (s *Service) orderHold(ctx context.Context, answer casefile.Answer, planned pause) error {
	return s.Cases.Tell(ctx, answer.Creditor, planned.invoice, workflows.CommandHold, workflows.HoldOrder{
		ID: answer.HoldID(), Reason: "answer by " + answer.Channel, Until: planned.until, MovesDeadline: true, By: author,
	})
}

// failures bound how long many cases are told of something that none of them takes, and how
// long many answers are tried: where Temporal is away, each would wait for it in turn.
type failures struct{ spent time.Duration }

// patience is longer than one call to Temporal waits, so that one case alone keeps no other
// back.
const patience = 15 * time.Second

var errNotTried = errors.New("not tried, because too many cases before it failed")

func (f *failures) note(tell func() error) error {
	if f.areTooLong() {
		return errNotTried
	}
	begun := time.Now()
	err := tell()
	if err != nil {
		f.spent += time.Since(begun)
	}
	return err
}

func (f *failures) areTooLong() bool { return f.spent > patience }

func (s *Service) openCases(ctx context.Context, answer casefile.Answer) ([]string, error) {
	named, _, err := s.Cases.Store.AnswerParts(ctx, answer.ID)
	if err != nil {
		return nil, err
	}
	var open []string
	for _, one := range named {
		if !one.Closed {
			open = append(open, one.Invoice)
		}
	}
	if len(named) > 0 {
		return open, nil
	}
	all, err := s.Cases.Store.CasesOfDebtors(ctx, answer.Creditor, answer.Debtor)
	for _, one := range all {
		if !one.Closed {
			open = append(open, one.Invoice)
		}
	}
	return open, err
}

// mostHolds is how many pauses that last as long a case takes before another answer
// adds none: whoever writes a thousand mails shall not fill the history of a case.
const mostHolds = 20

// workingDaysAfter is the working day of the debtor n after a day.
func workingDaysAfter(window calendar.Window, day calendar.Date, n int) calendar.Date {
	for n > 0 {
		day = day.AddDays(1)
		if window.IsWorkingDay(day) {
			n--
		}
	}
	return day
}

// ask opens the task to read the answer. Its texts hold no personal data.
func (s *Service) ask(ctx context.Context, answer casefile.Answer, planned []pause) error {
	detail := []string{fmt.Sprintf("It came by %s; %s. Read it: relance answers show %s", answer.Channel, answer.MatchedBy, answer.ID)}
	if answer.Kind == string(inbound.AutoReply) {
		detail = append(detail, "A machine wrote it, so nothing is on hold: the reminders go on, to the same address until somebody corrects the contact.")
	}
	var first calendar.Date // of the days on which a case is held for the last time
	var held []string
	for i, pause := range planned {
		held = append(held, pause.invoice+" until "+pause.until.String())
		if i == 0 || pause.until < first {
			first = pause.until
		}
	}
	switch len(held) {
	case 0:
	case 1:
		detail = append(detail, "The case is on hold until "+first.String()+" and then goes on by itself.")
	default:
		detail = append(detail, "On hold, then going on by themselves: "+strings.Join(held, ", "))
	}
	for _, one := range answer.Intents {
		if one.Kind != intent.Automatic { // which asks for nothing
			detail = append(detail, Proposal(answer, one))
		}
	}
	detail = append(detail, "When it is dealt with: relance answers done "+answer.ID+" --resume")
	order := casefile.TaskOrder{
		Creditor: answer.Creditor, Invoice: answer.Invoice, Kind: collection.TaskAnswer, Key: answer.TaskKey(),
		Title: "Read the answer of the debtor" + proposals(answer.Intents), Detail: strings.Join(detail, "\n"),
		DueOn: first, Actor: author, At: s.now(),
	}
	_, _, err := s.Cases.Store.OpenTask(ctx, order)
	return err
}

// wishes takes a plain wish not to be written to over the channel, or to be again, for
// every debtor the address is known of, and gives it in words. Both in one message is
// the wish not to be. That counts wide, because it fails safe; to be written to again
// counts for whom it was sent to alone, and takes back what the sender itself asked for.
func (s *Service) wishes(ctx context.Context, answer casefile.Answer) (string, error) {
	stops, starts := has(answer.Intents, intent.Stop), has(answer.Intents, intent.Start)
	if !stops && !starts || answer.Sender == "" {
		return "", nil
	}
	parties, addressed, err := s.partiesAt(ctx, answer)
	record, words := s.Cases.Store.RecordStop, "; it asks not to be written to by "+answer.Channel+" any more, which counts from now on"
	if !stops {
		record, parties = s.Cases.Store.TakeStopBack, addressed
		words = "; it takes its own STOP back and may be written to by " + answer.Channel + " again, unless it is known otherwise that it may not"
	}
	if err != nil || len(parties) == 0 {
		return "", err
	}
	var problems []error
	for _, party := range parties {
		err := record(ctx, casefile.OptOut{
			Creditor: party.Creditor, Debtor: party.Debtor, Channel: collection.Channel(answer.Channel), Address: answer.Sender,
			Source: casefile.StopOfAnswer(answer.ID), At: answer.ReceivedAt,
		})
		problems = append(problems, err)
	}
	return words, errors.Join(problems...)
}

// partiesAt are the debtors at which the sender's address is known; the creditors that
// were written to when it is nowhere. addressed are those of the creditors to which the
// answer was sent, or belongs.
func (s *Service) partiesAt(ctx context.Context, answer casefile.Answer) (parties, addressed []casefile.Whereabouts, err error) {
	traces, err := s.Cases.Store.TracesOf(ctx, inbound.Clues{From: answer.Sender, To: answer.Recipients})
	if err != nil {
		return nil, nil, err
	}
	parties = traces.Contacts
	if answer.Creditor != "" {
		own := casefile.Whereabouts{Creditor: answer.Creditor, Debtor: answer.Debtor}
		if !slices.ContainsFunc(parties, func(p casefile.Whereabouts) bool { return isParty(p, own) }) {
			parties = append(parties, own)
		}
	}
	if len(parties) == 0 {
		for _, creditor := range traces.Creditors {
			parties = append(parties, casefile.Whereabouts{Creditor: creditor})
		}
	}
	for _, creditor := range append(traces.Creditors, answer.Creditor) {
		known := len(addressed)
		for _, party := range parties {
			if party.Creditor == creditor && !slices.Contains(addressed, party) {
				addressed = append(addressed, party)
			}
		}
		if creditor != "" && known == len(addressed) && !slices.ContainsFunc(addressed, func(p casefile.Whereabouts) bool { return p.Creditor == creditor }) {
			addressed = append(addressed, casefile.Whereabouts{Creditor: creditor})
		}
	}
	return parties, addressed, nil
}

// reportBounce moves the message on that came back, as a webhook of the provider
// would: with news of each recipient.
func (s *Service) reportBounce(ctx context.Context, answer casefile.Answer) error {
	reported := answer.BounceRecipients
	if len(reported) == 0 {
		reported = []inbound.BounceRecipient{{Action: answer.BounceAction, Status: answer.BounceStatus}}
	}
	var words []string
	for i, one := range reported {
		event := casefile.DeliveryEvent{
			Provider: providerMail, EventID: answer.ID, MessageID: answer.BounceMessage, Kind: deliveryKind(one), Code: one.Status, Recipient: one.Address,
		}
		if i > 0 {
			event.EventID = fmt.Sprintf("%s/%d", answer.ID, i+1)
		}
		if err := s.Cases.RecordDelivery(ctx, event); err != nil {
			return err
		}
		words = append(words, string(event.Kind)+withStatus(one.Status))
	}
	return s.finish(ctx, answer, casefile.AnswerEffect{}, "a mail server reported on a message: "+strings.Join(words, ", "))
}

// deliveryKind is the report on a recipient in the words common to all providers.
func deliveryKind(one inbound.BounceRecipient) messaging.DeliveryKind {
	bounce := inbound.Bounce{Action: one.Action, Status: one.Status}
	switch {
	case bounce.Action == "delayed", strings.HasPrefix(bounce.Status, "4.") && bounce.Action != "failed":
		return messaging.DeliveryDeferred
	case messaging.CondemnsAddress(bounce.Status):
		return messaging.DeliveryBounced
	case bounce.Action == "failed", bounce.IsPermanent():
		return messaging.DeliveryFailed
	case bounce.Action == "delivered":
		return messaging.DeliveryDelivered
	default:
		return messaging.DeliveryOther
	}
}

// providerMail is the source of news that come by mail.
const providerMail = "mail"

func withStatus(status string) string {
	if status == "" {
		return ""
	}
	return " (" + status + ")"
}

func returning(answer casefile.Answer) string {
	for _, one := range answer.Intents {
		if !one.Date.IsZero() {
			return " (somebody is away until about " + one.Date.String() + ")"
		}
	}
	return ""
}

// proposals are what an answer is about, in short.
func proposals(intents []intent.Intent) string {
	var words []string
	for _, one := range intents {
		word := string(one.Kind)
		if !one.Date.IsZero() {
			word += " " + one.Date.String()
		}
		words = append(words, word)
	}
	if len(words) == 0 {
		return ""
	}
	return ", recognised as: " + strings.Join(words, ", ")
}

// dueBatch is how many answers are looked at in one go.
const dueBatch = 200

// KeepUp brings about what a crash left undone, closes the answers whose task is
// done, and notes where a hold ended and nobody acted. It tells a person of an effect
// that cannot be brought about. What fails is tried again after all others that are due.
func (s *Service) KeepUp(ctx context.Context) error {
	due, err := s.Cases.Store.AnswersDue(ctx, dueBatch)
	problems := []error{err}
	var failing failures
	for _, listed := range due {
		problems = append(problems, failing.note(func() error { return s.tryAgain(ctx, listed.ID) }))
		if failing.areTooLong() {
			break // the next time begins with the others
		}
	}
	problems = append(problems, s.Cases.Store.HandleAnswersOfDoneTasks(ctx), s.noteEndedHolds(ctx))
	return errors.Join(problems...)
}

func (s *Service) tryAgain(ctx context.Context, id string) error {
	answer, due, err := s.Cases.Store.TryAnswer(ctx, id)
	if err != nil || !due {
		return err
	}
	if err := s.bringAbout(ctx, answer); err != nil {
		return errors.Join(fmt.Errorf("bringing about the effect of the answer %s: %w", answer.ID, err), s.tellOverdue(ctx, answer, err))
	}
	return nil
}

func (s *Service) noteEndedHolds(ctx context.Context) error {
	now := s.now()
	ended, err := s.Cases.Store.AnswersOnHold(ctx, calendar.DateOf(now.UTC()).AddDays(1), dueBatch)
	if err != nil {
		return err
	}
	var problems []error
	for _, answer := range ended {
		problems = append(problems, s.noteEndedHold(ctx, answer, now))
	}
	return errors.Join(problems...)
}

func (s *Service) noteEndedHold(ctx context.Context, answer casefile.Answer, now time.Time) error {
	lead, err := s.Cases.Store.LoadCase(ctx, answer.Creditor, answer.Invoice)
	if err != nil || lead.Window.DateOf(now) <= answer.HoldUntil {
		return err
	}
	about, _, err := s.Cases.Store.AnswerParts(ctx, answer.ID)
	if err != nil {
		return err
	}
	var notes []casefile.AnswerNote
	for _, one := range about {
		if one.HoldUntil.IsZero() || one.Closed {
			continue
		}
		notes = append(notes, casefile.AnswerNote{
			Creditor: one.Creditor, Invoice: one.Invoice, Key: answer.TaskKey() + "/hold-ended", Kind: "answer-hold-ended", Actor: author, At: now, Reason: "nobody dealt with the answer in time", SHA256: answer.RawSHA256,
			Summary: "nobody dealt with the answer until " + one.HoldUntil.String() + ": the hold has ended and the case goes on",
		})
	}
	return s.Cases.Store.EndAnswerHold(ctx, answer.ID, notes, now)
}

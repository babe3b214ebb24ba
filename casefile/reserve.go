package casefile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
)

// Reservation asks for the message that carries the notice of a key.
type Reservation struct {
	MessageKey
	At       time.Time
	Deadline calendar.Date
	// Step is the step as the case's workflow knows it, for a case whose rows follow
	// another strategy by now. Its Key is that of MessageKey.
	Step collection.Step
	// replacement is the how-manieth message in place of the one of the key it is for; 0
	// for that one.
	replacement int
}

// ReserveMessage composes and stores the message that carries the notice of a key,
// if the gate lets it go (Gate.Passes); else the message returned is empty, or the
// one that exists.
//
// A message that carries the notice already, its own or that of a sibling, is returned
// as it is, with its bytes; withheld if the gate refuses it now. But one whose outcome is
// known, and one of a sibling that is leaving, come without them and without a look at
// the gate. One that the provider certainly does not have is composed once more, and the
// new composition takes its place if it says anything else; a letter, whose paper may lie
// there, and what may have left are composed anew only when what they claim or in which
// words, when they were withheld, or whom they reach changed. compose runs inside the
// transaction: an error from it changes nothing and is returned wrapped.
func (s *Store) ReserveMessage(ctx context.Context, r Reservation, compose func(MessageContext) (Draft, error)) (Message, Gate, error) {
	reserved, err := s.reserve(ctx, r, false, compose)
	return reserved.Message, reserved.Gate, err
}

// ReserveAndBegin is ReserveMessage for a caller that sends at once: a message that is
// composed now is marked as sending in the same transaction, whose checks are those of
// BeginSending. Where the answer says MayCall, call the provider, once; a message that
// is MessageComposed all the same, because an earlier attempt composed it, leaves by
// BeginSending.
func (s *Store) ReserveAndBegin(ctx context.Context, r Reservation, compose func(MessageContext) (Draft, error)) (Sending, error) {
	return s.reserve(ctx, r, true, compose)
}

func (s *Store) reserve(ctx context.Context, r Reservation, begins bool, compose func(MessageContext) (Draft, error)) (Sending, error) {
	r.At = businessTime(r.At)
	var reserved Sending
	err := s.writing(ctx, func(tx *transaction) error {
		members, known, err := s.lockGroup(ctx, tx, r.MessageKey, r.ID(), r.At)
		if err != nil {
			return err
		}
		gone, isGone, err := s.goneMessage(ctx, tx, known, r.MessageKey)
		if err != nil || isGone {
			reserved.Message = gone
			return err
		}
		g, err := s.openGroup(ctx, tx, r, members, known)
		if err != nil {
			return err
		}
		g.begins = begins
		if reserved.Message, reserved.Gate, err = g.reserve(ctx, compose); err != nil {
			return err
		}
		reserved.MayCall, reserved.HoursEnd = g.begun, g.own.hoursEnd()
		if err := g.cases.save(ctx); err != nil || g.begun {
			return err
		}
		s.commitSoon(tx) // nothing leaves before BeginSending, which waits for the disk
		return nil
	})
	if err != nil {
		return Sending{}, err
	}
	return reserved, nil
}

// group is what a message may carry, under lock.
type group struct {
	store *Store
	// asked is the reservation, and own its case.
	asked Reservation
	own   *lockedCase
	cases lockedCases
	// known is the message that carries the notice, or has its key.
	known   found[storedMessage]
	carried []CarriedNotice
	parties reservationParties
	// others are the other debtors of the group, by their ID.
	others map[string]*debtorParties
	// details are the invoices and earlier notices of the cases, and bound the notices
	// that other messages carry; in the order of cases.
	details []noticeDetails
	// contacts are the moments the debtor was contacted at by other messages.
	contacts []contactMoment
	// outages are those after which something may still wait for its turn.
	outages []collection.Outage
	// plan is what the message tells of an instalment plan.
	plan PlanNotice
	// begins: what is composed is sent at once; begun: something was.
	begins, begun bool
}

type noticeDetails struct {
	invoice  found[Invoice]
	previous []PreviousNotice
	bound    []MessageKey
}

// goneMessage is the message of an ID, without its bytes, if there is nothing to do about
// it any more for the notice of a key: its outcome is known, or it is leaving for a
// sibling, which will hear of it. A notice that shares a message mostly finds it so, and
// spares the look at the cases.
func (s *Store) goneMessage(ctx context.Context, tx *transaction, id string, key MessageKey) (gone Message, is bool, err error) {
	if id == "" {
		return Message{}, false, nil
	}
	var known found[storedMessage]
	var carried []CarriedNotice
	var b batch
	s.readMessage(&b, &known, &carried, id, false)
	if err := b.run(ctx, tx); err != nil {
		return Message{}, false, fmt.Errorf("reading the message %s: %w", id, err)
	}
	gone = known.value.with(carried).Message
	is = known.is && (gone.State.IsSettled() || gone.MessageKey != key && gone.IsLeaving(time.Now()))
	if !is {
		return Message{}, false, nil
	}
	return gone, true, nil
}

// openGroup reads what lockGroup has locked.
func (s *Store) openGroup(ctx context.Context, tx *transaction, r Reservation, members []groupMember, known string) (*group, error) {
	names := namesOf(members)
	g := &group{store: s, asked: r, details: make([]noticeDetails, len(names)), others: map[string]*debtorParties{}}
	why := because{at: r.At, actor: "relance", cause: "message/" + r.ID()}
	var err error
	g.cases, err = s.readLocked(ctx, tx, names, why, func(b *batch) {
		if known != "" {
			s.readMessage(b, &g.known, &g.carried, known, true)
		}
		g.parties.read(b, s.sql, named{"creditor": r.Creditor, "invoice": r.Invoice}, calendar.DateOf(r.At))
		g.readOthers(b, members)
		all(b, &g.contacts, s.sql.LoadContactMoments, r.MessageKey, named{"since": r.At.AddDate(0, 0, -collection.ContactLookBack), "message": cmp.Or(known, r.ID())})
		all(b, &g.outages, s.sql.ListOutages, named{"at": r.At})
		for i, name := range names {
			key := named{"creditor": name.Creditor, "invoice": name.Invoice}
			one(b, &g.details[i].invoice, s.sql.LoadInvoice, key)
			all(b, &g.details[i].previous, s.sql.LoadPreviousNotices, key)
			if name.Invoice != r.Invoice {
				all(b, &g.details[i].bound, s.sql.LoadBoundNotices, key)
			}
		}
	})
	if err != nil {
		return nil, err
	}
	g.own = g.cases.of(r.Invoice)
	return g, g.readPlan(ctx, tx)
}

// storedMessage is a message with what only the store looks at.
type storedMessage struct {
	Message
	Compositions int
}

// reserve finds or composes the message.
func (g *group) reserve(ctx context.Context, compose func(MessageContext) (Draft, error)) (Message, Gate, error) {
	gate := g.gateOf(g.asked.MessageKey)
	if g.known.is {
		message := g.known.value.with(g.carried)
		switch {
		case message.State != MessageComposed && message.State != MessageWithheld:
			return message.Message, gate, nil // it may have left
		case message.MessageKey != g.asked.MessageKey:
			return g.reserveForCarrier(ctx, message, gate, compose)
		case !gate.Passes:
			return g.withhold(g.own, message, gate.Reason), gate, nil
		case message.State == MessageComposed && g.isTrue(message, g.asked.Deadline):
			return g.composeAgain(ctx, g.own, g.asked, message, gate, compose)
		}
	} else if !gate.Passes {
		return Message{}, gate, nil
	}
	return g.compose(ctx, g.own, g.asked, gate, compose)
}

// reserveForCarrier goes on with the message of a sibling that carries the notice.
func (g *group) reserveForCarrier(ctx context.Context, message storedMessage, gate Gate, compose func(MessageContext) (Draft, error)) (Message, Gate, error) {
	carrier := g.cases.of(message.Invoice)
	if carrier != nil && message.State == MessageComposed && carrier.gate(message.MessageKey).Passes {
		if g.isTrue(message, message.Deadline) {
			again := Reservation{MessageKey: message.MessageKey, At: g.asked.At, Deadline: message.Deadline}
			return g.composeAgain(ctx, carrier, again, message, gate, compose)
		}
		if action := dueToday(carrier.now, g.asked.At); action.Kind == collection.ActionNotify && action.Step.Key == message.Step {
			forCarrier := Reservation{MessageKey: message.MessageKey, At: g.asked.At, Deadline: action.Deadline, Step: action.Step}
			return g.compose(ctx, carrier, forCarrier, gate, compose)
		}
	}
	// The sibling is paid, or held, or not due any more: its message does not leave,
	// and what it carried goes without it.
	if message.State == MessageComposed && carrier != nil {
		carrier.withhold(&message, cmp.Or(carrier.gate(message.MessageKey).Reason, "its step is not due any more"))
		carrier.writes.exec(g.store.sql.UpdateMessage, message)
	}
	g.own.writes.exec(g.store.sql.ReleaseNotices, named{"id": message.ID, "keeps_own": true})
	if err := g.readOwnMessage(ctx); err != nil {
		return Message{}, gate, err
	}
	switch known := g.known.value; {
	case g.known.is && known.State != MessageComposed && known.State != MessageWithheld:
		return known.with(g.carried).Message, gate, nil // it may have left
	case !gate.Passes:
		return Message{}, gate, nil
	}
	return g.compose(ctx, g.own, g.asked, gate, compose)
}

// readOwnMessage reads the message of the notice's own key in place of the one that
// carried it: it was withheld when another took its notice, and is composed anew.
func (g *group) readOwnMessage(ctx context.Context) error {
	var b batch
	g.store.readMessage(&b, &g.known, &g.carried, g.asked.ID(), true)
	if err := b.run(ctx, g.own.tx); err != nil {
		return fmt.Errorf("reading the message of step %s for invoice %s of %s: %w", g.asked.MessageKey.Step, g.asked.Invoice, g.asked.Creditor, err)
	}
	return nil
}

// isTrue reports whether a composed message still says what is: all it carries may
// go, for what it claims.
func (g *group) isTrue(message storedMessage, deadline calendar.Date) bool {
	for _, notice := range message.Notices {
		c := g.cases.of(notice.Invoice)
		if c == nil || !c.gate(notice.MessageKey).Passes {
			return false
		}
		if collection.IsInstalmentStep(notice.Step) {
			if !g.saysOfPlan(notice, message.Deadline) {
				return false
			}
			continue
		}
		if notice.ComposedFor != c.now.Claimable() || !notice.offersOf(c, g.asked.At) || !notice.claimsLateFeesOf(c) {
			return false
		}
	}
	today := g.own.now.Window.DateOf(g.asked.At)
	if !g.cases.wordStill(message, today) || !g.parties.people.value.stillReach(message.Message, today) {
		return false
	}
	// What it says of days is right on the day it was composed; the deadline of several
	// is that of the leading notice.
	sameDay := g.own.now.Window.DateOf(message.BusinessAt) == today
	return sameDay && (len(message.Notices) > 1 || message.Deadline == deadline)
}

// compose composes the message of a case and keeps it.
func (g *group) compose(ctx context.Context, carrier *lockedCase, r Reservation, gate Gate, compose func(MessageContext) (Draft, error)) (Message, Gate, error) {
	from, err := g.context(carrier, r)
	if err != nil {
		return Message{}, gate, err
	}
	if refused := g.checkContact(carrier, from); !refused.Passes {
		if known := g.known.value; g.known.is && known.ID == r.ID() {
			return g.withhold(carrier, known.with(g.carried), refused.Reason), refused, nil
		}
		return Message{}, refused, nil
	}
	if from.LetterNumber, err = carrier.numberLetter(ctx, r); err != nil {
		return Message{}, gate, err
	}
	draft, err := draftOf(r, from, compose)
	if err != nil {
		return Message{}, gate, err
	}
	return g.keepDraft(carrier, r, from, draft), gate, nil
}

// withhold withholds what an earlier attempt composed and the gate refuses now, as
// BeginSending does, so that nobody who reads the file waits for it. Like there, a letter
// in place of another is not withheld (keepReplacement).
func (g *group) withhold(carrier *lockedCase, message storedMessage, reason string) Message {
	if message.State == MessageComposed && !message.isReplacement() {
		carrier.withhold(&message, reason)
		carrier.writes.exec(g.store.sql.UpdateMessage, message)
	}
	return message.Message
}

func draftOf(r Reservation, from MessageContext, compose func(MessageContext) (Draft, error)) (Draft, error) {
	draft, err := compose(from)
	if err != nil {
		err = fmt.Errorf("composing the %s of step %s for invoice %s of %s: %w", r.Channel, r.MessageKey.Step, r.Invoice, r.Creditor, err)
	}
	return draft, err
}

// composeAgain composes a message that is about to be sent again, and keeps it as it is
// if that says the same: what it says of its sender, whom it goes to beside its recipient
// and what is attached to it may have changed as well. What is on paper, or may have left,
// stays as it is.
func (g *group) composeAgain(
	ctx context.Context, carrier *lockedCase, r Reservation, message storedMessage, gate Gate, compose func(MessageContext) (Draft, error),
) (Message, Gate, error) {
	_, known := carrier.now.StepOf(message.Step)
	unknown := !known && carrier != g.own // no order says what it is
	if message.Channel.IsPaper() || message.Unproven || unknown {
		return message.Message, gate, nil
	}
	from, err := g.context(carrier, r)
	if err != nil {
		return Message{}, gate, err
	}
	draft, err := draftOf(r, from, compose)
	switch {
	case err != nil:
		return Message{}, gate, err
	case message.says(draft, g.carry(from, draft, cmp.Or(draft.Deadline, r.Deadline))):
		return message.Message, gate, nil
	default:
		return g.compose(ctx, carrier, r, gate, func(MessageContext) (Draft, error) { return draft, nil })
	}
}

// says reports whether a message is a draft that carries some notices.
func (m *storedMessage) says(draft Draft, carries []CarriedNotice) bool {
	return m.SHA256 == hashOf(draft.Bytes) && len(m.Notices) == len(carries) &&
		!slices.ContainsFunc(carries, func(n CarriedNotice) bool { return !slices.Contains(m.Notices, n) })
}

// wordStill reports whether the text that words a message is the one of its leading step
// as it is carried out on a day: hardship, and another strategy, give it other words. A
// draft need not name its text.
func (cases lockedCases) wordStill(m storedMessage, day calendar.Date) bool {
	if m.Template == "" || len(m.Notices) == 0 {
		return true
	}
	notices := make([]collection.Notice, len(m.Notices))
	for i, notice := range m.Notices {
		c := cases.of(notice.Invoice)
		if c == nil {
			return false
		}
		step, known := c.now.StepOf(notice.Step)
		if !known {
			return true // it is worded as its order says
		}
		notices[i] = collection.NoticeOf(c.now, c.now.Softened(step, day), notice.Channel)
	}
	return notices[collection.Leading(notices, day)].Step.Template == m.Template
}

// context is what the message of a case is composed from.
func (g *group) context(carrier *lockedCase, r Reservation) (MessageContext, error) {
	own, err := g.notice(carrier, r.MessageKey, r.Deadline)
	if err != nil {
		return MessageContext{}, err
	}
	if own.Step.Key == "" {
		own.Step = r.Step
		own.Step.Key = r.MessageKey.Step
	}
	if g.plan.isDue() {
		own.Step, own.Deadline = g.plan.Step, g.plan.Deadline
	}
	context := MessageContext{
		NoticeContext: own, MessageID: r.ID(), At: r.At, Plan: g.plan,
		Creditor: g.parties.creditor.value,
	}
	today := own.Case.Window.DateOf(r.At)
	for _, c := range g.cases {
		if c == carrier {
			continue
		}
		key, deadline, due := g.dueBeside(c, r)
		if !due {
			continue
		}
		sibling, err := g.notice(c, key, deadline)
		if err != nil {
			return MessageContext{}, err
		}
		// The texts follow the law of the debtor.
		if own.Notice().MayJoin(sibling.Notice(), today) && own.Debtor.ActsAs() == sibling.Debtor.ActsAs() {
			context.Siblings = append(context.Siblings, sibling)
		}
	}
	slices.SortFunc(context.Siblings, func(a, b NoticeContext) int {
		return cmp.Or(cmp.Compare(a.Invoice.DueDate, b.Invoice.DueDate), strings.Compare(a.Invoice.Number, b.Invoice.Number))
	})
	return context, nil
}

// dueBeside is the notice that another case of the debtor owes over the channel
// within the contact window of the moment, if no other message has it.
func (g *group) dueBeside(c *lockedCase, r Reservation) (MessageKey, calendar.Date, bool) {
	action := dueToday(c.now, r.At)
	key := MessageKey{
		Creditor: c.now.Creditor, Invoice: c.now.Invoice, Round: c.now.Round, Step: action.Step.Key, Channel: action.Channel, Try: action.Try,
	}
	bound := slices.Contains(g.details[slices.Index(g.cases, c)].bound, key) && !slices.ContainsFunc(g.carried, func(n CarriedNotice) bool { return n.MessageKey == key })
	if action.Kind != collection.ActionNotify || key.Channel != r.Channel || bound || !c.gate(key).Passes {
		return MessageKey{}, 0, false
	}
	return key, action.Deadline, true
}

// dueToday is what a case does next if that falls into the contact window of the
// day, else a wait.
func dueToday(c collection.Case, at time.Time) collection.Action {
	action := collection.Next(c, at)
	if action.Kind == collection.ActionWait && c.Window.DateOf(action.At) == c.Window.DateOf(at) && c.Window.Contains(action.At) {
		return collection.Next(c, action.At)
	}
	return action
}

func (g *group) notice(c *lockedCase, key MessageKey, deadline calendar.Date) (NoticeContext, error) {
	today, err := c.account.Today(c.now.Window.DateOf(g.asked.At))
	if err != nil {
		return NoticeContext{}, fmt.Errorf("the account of invoice %s of %s: %w", key.Invoice, key.Creditor, err)
	}
	details := g.details[slices.Index(g.cases, c)]
	step, _ := c.now.StepOf(key.Step)
	owes := g.partiesOf(c.now.Debtor)
	step = c.now.Softened(step, c.now.Window.DateOf(g.asked.At))
	return NoticeContext{
		Key: key, Step: step, Deadline: deadline, Case: c.now, Invoice: details.invoice.value,
		Position: c.position, Today: today, Account: c.account, Entries: c.entries, Previous: details.previous, Offer: c.offerOn(c.now.Window.DateOf(g.asked.At)),
		Debtor: owes.debtor.value, People: owes.people.value, Behaviour: owes.behaviour.value, Decided: owes.debtor.value.Audience,
	}, nil
}

package casefile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"relance/collection"
	"relance/ledger"
)

// Sending is the answer to ReserveAndBegin and BeginSending.
type Sending struct {
	Message Message
	Gate    Gate
	// MayCall: the message has just become MessageSending and the caller must
	// call the provider, once, with Message.Bytes. When it is false, look at
	// Message.State: sending means that an earlier call's outcome is unknown and
	// proof must be found; composed or withheld that the gate refused; anything
	// else that the outcome is known.
	MayCall bool
	// HoursEnd is the moment (business time) until which the debtor may be contacted today.
	HoursEnd time.Time
}

// BeginSending makes the gate's check again, for all that the message carries and
// under the locks of the cases, and marks a composed message as sending. Once a
// payment that closes a case is committed, no message that asks for it becomes
// sending. A message that the gate refuses is withheld, or, when only what it says is
// out of date, stays composed: reserve it again. A letter in place of another stays
// composed, or is cancelled and replaced when it is out of date. An unknown ID is
// ErrUnknownMessage.
func (s *Store) BeginSending(ctx context.Context, id string, at time.Time) (Sending, error) {
	var sending Sending
	var contacts []contactMoment
	beside := besideMessage{bytes: true, debtor: true, reads: func(b *batch, owner caseName) {
		all(b, &contacts, s.sql.LoadContactMoments, owner.named(), named{
			"since": businessTime(at).AddDate(0, 0, -collection.ContactLookBack), "message": id,
		})
	}}
	err := s.changingMessage(ctx, id, at, beside, func(m *lockedMessage) error {
		sending.Gate = m.gate(contacts)
		sending.HoursEnd = m.carrier().hoursEnd()
		switch {
		case m.State == MessageComposed && sending.Gate.Passes:
			m.begin(m.carrier())
			sending.MayCall = true
		case m.State == MessageComposed && m.isReplacement():
			m.keepReplacement(sending.Gate)
		case m.State == MessageComposed && sending.Gate.Code != GateOutdated:
			m.withhold(sending.Gate.Reason)
		case m.State == MessageWithheld && sending.Gate.Passes:
			sending.Gate = sending.Gate.outdated("it was withheld: " + m.Reason)
		}
		sending.Message = m.Message
		return nil
	})
	return sending, err
}

// begin marks a message as one that a provider is being called for.
func (m *storedMessage) begin(carrier *lockedCase) {
	m.State, m.Reason, m.Code = MessageSending, "", ""
	m.Sendings++
	m.LastSendingAt = carrier.record.value.Wall
	if m.SendingAt.IsZero() {
		m.SendingAt = m.LastSendingAt
	}
}

// gate checks whether the message may leave now. What its own notice may not do, it
// may not; what only concerns others makes it outdated, because it can leave without
// them.
func (m *lockedMessage) gate(contacts []contactMoment) Gate {
	own := m.carrier()
	gate := m.gateOf(own, m.MessageKey)
	if step, known := own.now.StepOf(m.Step); known && !m.isReplacement() {
		gate = own.checkContact(gate, collection.NoticeOf(own.now, step, m.Channel), contacts)
	}
	if !gate.Passes {
		return gate
	}
	if m.isReplacement() && !m.Deadline.IsZero() && m.Deadline <= own.day() {
		return gate.outdated("the day to pay by that it names has come")
	}
	for _, notice := range m.Notices {
		c := m.cases.of(notice.Invoice)
		if c == nil { // let go of since the cases were locked
			return gate.outdated("what it carries has changed")
		}
		if beside := m.gateOf(c, notice.MessageKey); !beside.Passes {
			return gate.outdated(fmt.Sprintf("invoice %s may not be asked for any more: %s", notice.Invoice, beside.Reason))
		}
		if collection.IsInstalmentStep(notice.Step) {
			continue // what it asks for was looked at when it was reserved, a moment ago
		}
		if !notice.offersOf(c, c.at) {
			return gate.outdated("the discount that it offers is not the one that can be taken")
		}
		if claimable := c.now.Claimable(); notice.ComposedFor != claimable {
			return gate.outdated(fmt.Sprintf("it claims %s of invoice %s, and %s may be claimed", notice.ComposedFor, notice.Invoice, claimable))
		}
		if !notice.claimsLateFeesOf(c) {
			return gate.outdated("the late fees of invoice " + notice.Invoice + " that it claims have changed")
		}
	}
	if !m.isReplacement() && !m.cases.wordStill(m.storedMessage, own.day()) {
		return gate.outdated("it is worded otherwise than its step is by now")
	}
	return gate
}

// gateOf is the gate for one of the notices that the message carries.
func (m *lockedMessage) gateOf(c *lockedCase, key MessageKey) Gate {
	if m.isReplacement() {
		return c.gateOfCase(key)
	}
	return c.gate(key)
}

// isReplacement reports whether it is a letter in place of one that was cancelled: that
// debtor was to be contacted then, and is not once more.
func (m *storedMessage) isReplacement() bool { return m.ID != m.MessageKey.ID() }

// keepReplacement does not withhold a letter in place of another that the gate refuses:
// no step asks for it again. It stays composed for when the gate opens, unless what closed
// the gate has it cancelled; one that says what is not true any more is written anew.
func (m *lockedMessage) keepReplacement(gate Gate) {
	if gate.Code == GateOutdated {
		m.carrier().withdrawLetters(gate.Reason, untrueLetters{trueFor: none, message: m.ID})
	}
}

func (c *lockedCase) hoursEnd() time.Time { return c.now.Window.ClosingOf(c.now.Window.DateOf(c.at)) }

func (m *lockedMessage) withhold(reason string) { m.carrier().withhold(&m.storedMessage, reason) }

// withhold keeps a message of the case from leaving; what it carries beside its own notice
// may leave with another one.
func (c *lockedCase) withhold(m *storedMessage, reason string) {
	m.State, m.Reason = MessageWithheld, reason
	if len(m.Notices) > 1 {
		c.writes.exec(c.store.sql.ReleaseNotices, named{"id": m.ID, "keeps_own": true})
	}
	c.noteOn(fmt.Sprintf("message/%s/withheld/%d", m.ID, m.Compositions), "message-withheld", m.describe()+" is withheld: "+reason, basis{Reason: reason, SHA256: m.SHA256})
}

func (m Message) describe() string { return fmt.Sprintf("the %s of step %s", m.Channel, m.Step) }

// AwaitSettled waits until the outcome of a message that is being sent is known, for as
// long as ctx allows; the message it returns then is not settled. It comes without its
// bytes. An unknown ID is
// ErrUnknownMessage.
func (s *Store) AwaitSettled(ctx context.Context, id string, every time.Duration) (Message, error) {
	message := Message{ID: id, State: MessageSending}
	for {
		current, err := s.message(ctx, id, false)
		switch {
		case err != nil && ctx.Err() == nil:
			return Message{}, err
		case err == nil:
			message = current
		}
		if message.State != MessageSending {
			return message, nil
		}
		select {
		case <-ctx.Done():
			return message, nil
		case <-time.After(every):
		}
	}
}

// message reads a message with what it carries.
func (s *Store) message(ctx context.Context, id string, withBytes bool) (Message, error) {
	if !isMessageID(id) {
		return Message{}, fmt.Errorf("%w: %q", ErrUnknownMessage, id)
	}
	var known found[storedMessage]
	var carried []CarriedNotice
	var b batch
	s.readMessage(&b, &known, &carried, id, withBytes)
	if err := b.run(ctx, s.pool); err != nil {
		return Message{}, fmt.Errorf("reading the message %s: %w", id, err)
	}
	if !known.is {
		return Message{}, fmt.Errorf("%w: %s", ErrUnknownMessage, id)
	}
	return known.value.with(carried).Message, nil
}

// MessageOfNotice is the message that carries the notice of a key, else the one that was made
// for it, without its bytes.
func (s *Store) MessageOfNotice(ctx context.Context, key MessageKey) (Message, bool, error) {
	var carrying found[struct{ ID string }]
	var b batch
	one(&b, &carrying, s.sql.MessageOfNotice, key, named{"id": key.ID()})
	if err := b.run(ctx, s.pool); err != nil {
		return Message{}, false, fmt.Errorf("looking for the message of step %s for invoice %s of %s: %w", key.Step, key.Invoice, key.Creditor, err)
	}
	if !carrying.is {
		return Message{}, false, nil
	}
	message, err := s.message(ctx, carrying.value.ID, false)
	return message, err == nil, err
}

// readMessage queues the reads of a message and of what it carries.
func (s *Store) readMessage(b *batch, message *found[storedMessage], carried *[]CarriedNotice, id string, withBytes bool) {
	one(b, message, s.sql.LoadMessage, named{"id": id, "with_bytes": withBytes})
	all(b, carried, s.sql.LoadCarriedNotices, named{"id": id})
}

// MarkAccepted records that the provider took the message, and reports the
// attempt to the cases (Message.Report). Once it is settled, repeating it, or
// hearing otherwise, changes nothing. The message comes without its bytes, as from all
// that mark one.
func (s *Store) MarkAccepted(ctx context.Context, id, provider, providerID string, at time.Time) (Message, error) {
	return s.marking(ctx, id, at, func(m *lockedMessage) error { return m.take(provider, providerID) })
}

// take settles a message as accepted unless its outcome is known.
func (m *lockedMessage) take(provider, providerID string) error {
	if m.State.IsSettled() {
		m.identify(provider, providerID)
		return nil
	}
	return m.accept(provider, providerID)
}

// MarkNotSent records that the provider certainly did not take the message: it
// is composed again and may be sent again.
func (s *Store) MarkNotSent(ctx context.Context, id, reason string, at time.Time) (Message, error) {
	return s.marking(ctx, id, at, func(m *lockedMessage) error {
		if m.State != MessageSending {
			return nil
		}
		m.State, m.Reason = MessageComposed, reason
		if !m.Unproven {
			m.SendingAt = time.Time{}
		}
		m.told = "the provider did not take it: " + cmp.Or(m.Code, "no code")
		m.note(fmt.Sprintf("/not-sent/%d", m.Sendings), "message-not-sent", "was not taken and will be sent again")
		return nil
	})
}

// MarkRejected records that the provider refused the message for good, and
// reports the failed attempt to the cases (Message.Report).
func (s *Store) MarkRejected(ctx context.Context, id, code, reason string, at time.Time) (Message, error) {
	return s.marking(ctx, id, at, func(m *lockedMessage) error {
		if m.State != MessageSending && m.State != MessageComposed {
			return nil
		}
		m.settle(MessageFailed, code, reason)
		m.told = "the provider refused it" + withCode(code)
		m.note("/rejected", "message-rejected", "was refused for good"+withCode(code))
		if m.isReplacement() {
			m.carrier().writes.exec(s.sql.TellFailure, named{"id": id, "tell": true})
		}
		return nil
	})
}

// MarkDoubtful records that no proof of acceptance was found within waited: the message
// counts as failed, so that the next channel or a person takes over, until somebody tells
// what became of it.
func (s *Store) MarkDoubtful(ctx context.Context, id string, waited time.Duration, at time.Time) (Message, error) {
	return s.marking(ctx, id, at, func(m *lockedMessage) error {
		if m.State != MessageSending {
			return nil
		}
		m.settle(MessageFailed, CodeNoProof, "the provider never said whether it took the message: it may have arrived, and a person must find out")
		m.told = "the provider has no proof that it took it"
		m.note("/rejected", "message-doubtful", fmt.Sprintf("may have arrived and counts as failed: no proof of acceptance after %s", waited.Round(time.Second)))
		return nil
	})
}

// MarkUnproven records that no proof of acceptance was found within waited, and
// that the deadline policy has the message sent again: it is composed again.
func (s *Store) MarkUnproven(ctx context.Context, id string, waited time.Duration, at time.Time) (Message, error) {
	return s.marking(ctx, id, at, func(m *lockedMessage) error {
		if m.State != MessageSending {
			return nil
		}
		m.State, m.Unproven = MessageComposed, true
		m.carrier().writes.exec(s.sql.KeepUnprovenComposition, named{"id": m.ID})
		m.told = "the provider has no proof that it took it"
		m.note(fmt.Sprintf("/unproven/%d", m.Sendings), "message-unproven",
			fmt.Sprintf("will be sent again: no proof of acceptance after %s", waited.Round(time.Second)))
		return nil
	})
}

func (s *Store) marking(ctx context.Context, id string, at time.Time, mark func(*lockedMessage) error) (Message, error) {
	var marked Message
	err := s.changingMessage(ctx, id, at, besideMessage{}, func(m *lockedMessage) error {
		err := mark(m)
		marked = m.Message
		return err
	})
	return marked, err
}

// lockedMessage is a message with the cases whose notices it carries, under lock.
type lockedMessage struct {
	storedMessage
	cases lockedCases
	// told is who or what said what became of it.
	told string
}

// carrier is the case of the message's own key.
func (m *lockedMessage) carrier() *lockedCase { return m.cases.of(m.Invoice) }

func (n caseName) named() named { return named{"creditor": n.Creditor, "invoice": n.Invoice} }

// besideMessage is what a transaction on a message needs beside its cases.
type besideMessage struct {
	bytes bool // of the message
	// debtor: no other message to the debtor is composed or begins to leave meanwhile.
	debtor bool
	// reads queues what belongs to the case of the message's own key.
	reads func(*batch, caseName)
}

// changingMessage runs a transaction on a message and the cases whose notices it
// carries, and writes the message if it changed.
func (s *Store) changingMessage(ctx context.Context, id string, at time.Time, beside besideMessage, change func(*lockedMessage) error) error {
	if !isMessageID(id) {
		return fmt.Errorf("%w: %q", ErrUnknownMessage, id)
	}
	return s.writing(ctx, func(tx *transaction) error {
		var names []caseName
		var owner found[caseName]
		var lock batch
		lock.exec(s.sql.ShareStops)
		if beside.debtor {
			lock.exec(s.sql.LockDebtorOfMessage, named{"id": id})
		}
		all(&lock, &names, s.sql.LockCasesOfMessage, named{"id": id})
		one(&lock, &owner, s.sql.OwnerOfMessage, named{"id": id})
		if err := lock.run(ctx, tx); err != nil {
			return fmt.Errorf("finding the cases of message %s: %w", id, err)
		}
		if !owner.is {
			return fmt.Errorf("%w: %s", ErrUnknownMessage, id)
		}
		var known found[storedMessage]
		var carried []CarriedNotice
		why := because{at: at, actor: "relance", cause: "message/" + id}
		cases, err := s.readLocked(ctx, tx, names, why, func(b *batch) {
			s.readMessage(b, &known, &carried, id, beside.bytes)
			if beside.reads != nil {
				beside.reads(b, owner.value)
			}
		})
		if err != nil {
			return err
		}
		message := &lockedMessage{storedMessage: known.value.with(carried), cases: cases}
		if err := change(message); err != nil {
			return err
		}
		if !message.sameState(known.value) {
			message.carrier().writes.exec(s.sql.UpdateMessage, message.storedMessage)
		}
		return cases.save(ctx)
	})
}

// note writes the same line into the file of every case whose notice is carried.
func (m *lockedMessage) note(part, kind, summary string) {
	for _, notice := range m.Notices {
		if c := m.cases.of(notice.Invoice); c != nil {
			c.noteOn(c.cause+part, kind, notice.describe()+" "+summary, basis{Reason: m.told, SHA256: m.SHA256})
		}
	}
}

// accept settles a message as accepted. What it asks for of the late fees is
// claimed from its day on.
func (m *lockedMessage) accept(provider, providerID string) error {
	m.identify(provider, providerID)
	m.AcceptedAt = m.carrier().record.value.Wall
	code := ""
	if m.State.IsFailure() {
		code, m.FailedAt = CodeProvenLate, time.Time{}
	}
	m.settle(MessageAccepted, code, "")
	m.told = cmp.Or(m.told, cmp.Or(provider, "the provider")+" took it")
	m.note("/accepted", "message-accepted", "was accepted by "+cmp.Or(provider, "the provider"))
	for _, notice := range m.Notices {
		if c := m.cases.of(notice.Invoice); c != nil && notice.ClaimsLateFees {
			if err := c.claimLateFees(m.claimID(notice), m.BusinessAt); err != nil {
				return err
			}
		}
	}
	return nil
}

// claimID names the claim of late fees that a message makes for an invoice.
func (m *lockedMessage) claimID(notice CarriedNotice) string {
	if notice.MessageKey == m.MessageKey {
		return "message/" + m.ID
	}
	return "message/" + m.ID + "/" + notice.ID()[:8]
}

// claimLateFees claims the late fees that a message of an instant asks for.
func (c *lockedCase) claimLateFees(id string, at time.Time) error {
	claim := ledger.Entry{Kind: ledger.EntryClaim, ID: id, ValueDate: c.now.Window.DateOf(at)}
	saidToday := slices.ContainsFunc(c.entries, func(e LedgerEntry) bool {
		return e.Kind == ledger.EntryClaim && e.ValueDate == claim.ValueDate // by another channel of the notice
	})
	if saidToday {
		return nil
	}
	_, err := c.post(Posting{Source: "notice", Actor: c.actor, Entry: claim})
	var refused *collection.Refusal
	if errors.As(err, &refused) { // the creditor has given up late fees meanwhile; the message was accepted all the same
		return nil
	}
	return err
}

// settle gives a message its outcome and tells the cases, unless the ladder was
// begun anew since.
func (m *lockedMessage) settle(state MessageState, code, reason string) {
	m.State, m.Code, m.Reason = state, code, reason
	if m.SettledAt.IsZero() {
		m.SettledAt = m.carrier().at
	}
	if state.IsFailure() {
		m.FailedAt = m.carrier().record.value.Wall
	}
	for _, notice := range m.Notices {
		if c := m.cases.of(notice.Invoice); c != nil && notice.Round == c.now.Round {
			c.report(m.Report(notice))
			if m.IsProvenLate() {
				c.finishReach(notice.Step)
			}
			step, known := c.now.Strategy.Step(notice.Step)
			if known && step.CoolingOffDays > 0 {
				c.finishTasks(notice.Step, "the notice has left", collection.TaskAnnounce)
			}
			if known && !step.Approval && !state.IsFailure() { // it was asked for by amount, which became less
				c.finishTasks(notice.Step, "not needed any more", collection.TaskApproval, collection.TaskDeputy)
			}
		}
	}
}

// identify keeps the first provider and provider's ID that become known.
func (m *storedMessage) identify(provider, providerID string) {
	m.Provider = cmp.Or(m.Provider, provider)
	m.ProviderID = cmp.Or(m.ProviderID, providerID)
}

// sameState compares what changes while a message travels.
func (m storedMessage) sameState(other storedMessage) bool {
	type travelling struct {
		state                              MessageState
		provider, providerID, code, reason string
		sendings                           int
		unproven                           bool
		settled, sending, lastSending      time.Time
		accepted, delivered, failed        time.Time
		opened                             time.Time
	}
	of := func(m storedMessage) travelling {
		return travelling{m.State, m.Provider, m.ProviderID, m.Code, m.Reason, m.Sendings, m.Unproven,
			m.SettledAt, m.SendingAt, m.LastSendingAt, m.AcceptedAt, m.DeliveredAt, m.FailedAt, m.OpenedAt}
	}
	return of(m) == of(other)
}

func withCode(code string) string {
	if code == "" {
		return ""
	}
	return " (code " + code + ")"
}

package casefile

import (
	"context"
	"fmt"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// Reservation asks for the message of a key.
type Reservation struct {
	MessageKey
	At       time.Time
	Deadline calendar.Date
}

// MessageContext is what a message is composed from.
type MessageContext struct {
	// MessageID is the ID the message will have, to put into its bytes.
	MessageID string
	Key       MessageKey
	At        time.Time
	Deadline  calendar.Date
	Case      collection.Case
	Creditor  Creditor
	Debtor    Debtor
	Contacts  []Contact
	// People are all who may take part in the message: see Question.
	People   People
	Invoice  Invoice
	Position ledger.Position
	// Today is the position with late fees counted to the day of the message.
	Today   ledger.Position
	Entries []LedgerEntry
	// Previous are the notices that a provider accepted, oldest first.
	Previous []PreviousNotice
}

// PreviousNotice is one earlier message about the same invoice.
type PreviousNotice struct {
	Round    int
	Step     string
	Channel  collection.Channel
	SentAt   time.Time
	Deadline calendar.Date
	Template string
}

// Draft is a composed message.
type Draft struct {
	Contact     int64
	Recipient   string
	Template    string
	Language    string
	Subject     string
	ContentType string
	// Bytes are exactly what will be sent.
	Bytes []byte
	// ClaimsLateFees: the message asks for the late fees. Once the provider has
	// accepted it, they are claimed.
	ClaimsLateFees bool
}

// ReserveMessage composes and stores the message of a key, if the gate lets it go
// (Gate.Passes); else the message returned is empty, or the one that exists.
//
// A message that exists is returned as it is, with its bytes; but one that the
// provider certainly does not have is composed anew when the open amount or the
// deadline changed, when it was withheld, or when its recipient may not be written to
// any more. compose runs inside the transaction:
// an error from it changes nothing and is returned wrapped.
func (s *Store) ReserveMessage(ctx context.Context, r Reservation, compose func(MessageContext) (Draft, error)) (Message, Gate, error) {
	r.At = businessTime(r.At)
	id := r.ID()
	key := named{"creditor": r.Creditor, "invoice": r.Invoice}
	var known found[storedMessage]
	var parties reservationParties
	var message Message
	var gate Gate
	why := because{at: r.At, actor: "relance", cause: "message/" + id}
	err := s.changing(ctx, r.Creditor, r.Invoice, why, func(b *batch) {
		one(b, &known, s.sql.LoadMessage, named{"id": id})
		parties.read(b, s.sql, key)
	}, func(c *lockedCase) error {
		message, gate = known.value.Message, c.gate(r.MessageKey)
		lost := known.value.State == MessageComposed && !parties.people.value.stillReach(message, c.now.Window.DateOf(r.At))
		if !gate.Passes || known.is && !lost && !known.value.needsComposing(c.position, r.Deadline) {
			return nil
		}
		context, err := parties.context(c, r, id)
		if err != nil {
			return err
		}
		draft, err := compose(context)
		if err != nil {
			return fmt.Errorf("composing the %s of step %s for invoice %s of %s: %w", r.Channel, r.Step, r.Invoice, r.Creditor, err)
		}
		message = c.keepDraft(known.value, r, id, draft)
		return nil
	})
	return message, gate, err
}

// storedMessage is a message with what only the store looks at.
type storedMessage struct {
	Message
	// ComposedFor is what was open when it was composed.
	ComposedFor  money.Amount
	Compositions int
}

// needsComposing reports whether a message that exists, and that the provider
// does not have, no longer says what is true.
func (m storedMessage) needsComposing(position ledger.Position, deadline calendar.Date) bool {
	switch m.State {
	case MessageWithheld:
		return true
	case MessageComposed:
		return m.ComposedFor != position.Open || m.Deadline != deadline
	default:
		return false
	}
}

// keepDraft queues a composed message, in place of an earlier composition.
func (c *lockedCase) keepDraft(known storedMessage, r Reservation, id string, draft Draft) Message {
	sql := c.store.sql
	m := known
	m.ID, m.MessageKey = id, r.MessageKey
	m.Contact, m.Recipient, m.Template, m.Language = draft.Contact, draft.Recipient, draft.Template, draft.Language
	m.Subject, m.ContentType, m.Bytes, m.SHA256 = draft.Subject, draft.ContentType, draft.Bytes, hashOf(draft.Bytes)
	m.ClaimsLateFees = draft.ClaimsLateFees
	m.Deadline, m.BusinessAt, m.ComposedAt = r.Deadline, r.At, c.record.value.Wall
	m.State, m.Reason, m.ComposedFor = MessageComposed, "", c.position.Open
	m.Compositions++
	if m.Compositions == 1 {
		c.writes.exec(sql.ReserveNotice, r.MessageKey)
		c.writes.exec(sql.InsertMessage, m)
		c.writes.exec(sql.InsertMessageNotice, m)
	} else {
		c.writes.exec(sql.RecomposeMessage, m)
	}
	c.writes.exec(sql.SaveMessageContent, m)
	c.note(fmt.Sprintf("/composed/%d", m.Compositions), "message-composed",
		fmt.Sprintf("%s composed; %s is open; SHA-256 %s", m.describe(), c.position.Open, m.SHA256))
	return m.Message
}

func (m Message) describe() string { return fmt.Sprintf("the %s of step %s", m.Channel, m.Step) }

// reservationParties is what a message is composed from, beside its case.
type reservationParties struct {
	creditor found[Creditor]
	debtor   found[Debtor]
	invoice  found[Invoice]
	contacts []Contact
	people   found[People]
	previous []PreviousNotice
}

func (p *reservationParties) read(b *batch, sql *statements, key named) {
	one(b, &p.creditor, sql.LoadCreditor, key)
	one(b, &p.debtor, sql.LoadDebtor, key)
	one(b, &p.invoice, sql.LoadInvoice, key)
	all(b, &p.contacts, sql.LoadContacts, key)
	one(b, &p.people, sql.LoadPeople, key)
	all(b, &p.previous, sql.LoadPreviousNotices, key)
}

func (p *reservationParties) context(c *lockedCase, r Reservation, id string) (MessageContext, error) {
	today, err := c.account.Today(c.now.Window.DateOf(r.At))
	return MessageContext{
		MessageID: id, Key: r.MessageKey, At: r.At, Deadline: r.Deadline, Case: c.now,
		Creditor: p.creditor.value, Debtor: p.debtor.value, Contacts: p.contacts, People: p.people.value, Invoice: p.invoice.value,
		Position: c.position, Today: today, Entries: c.entries, Previous: p.previous,
	}, err
}

package casefile

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"relance/collection"
	"relance/ledger"
)

// Sending is the answer to BeginSending.
type Sending struct {
	Message Message
	Gate    Gate
	// MayCall: the message has just become MessageSending and the caller must
	// call the provider, once, with Message.Bytes. When it is false, look at
	// Message.State: sending means that an earlier call's outcome is unknown and
	// proof must be found; composed or withheld that the gate refused; anything
	// else that the outcome is known.
	MayCall bool
}

// BeginSending makes the gate's check again under the lock of the case and marks
// a composed message as sending. Once a payment that closes the case is
// committed, no message of the case becomes sending. A message that the gate
// refuses is withheld, or, when only its amount is out of date, stays composed:
// reserve it again. An unknown ID is ErrUnknownMessage.
func (s *Store) BeginSending(ctx context.Context, id string, at time.Time) (Sending, error) {
	var sending Sending
	err := s.changingMessage(ctx, id, at, nil, func(c *lockedCase, m *storedMessage) error {
		sending.Gate = c.gate(m.MessageKey)
		switch {
		case m.State == MessageComposed && !sending.Gate.Passes:
			m.State, m.Reason = MessageWithheld, sending.Gate.Reason
			c.note(fmt.Sprintf("/withheld/%d", m.Compositions), "message-withheld", m.describe()+" is withheld: "+m.Reason)
		case m.State == MessageComposed && m.ComposedFor != c.position.Open:
			sending.Gate = sending.Gate.outdated(fmt.Sprintf("it claims %s, and %s is open", m.ComposedFor, c.position.Open))
		case m.State == MessageWithheld && sending.Gate.Passes:
			sending.Gate = sending.Gate.outdated("it was withheld: " + m.Reason)
		case m.State == MessageComposed:
			m.State, m.Reason, m.Code = MessageSending, "", ""
			m.Sendings++
			m.LastSendingAt = c.record.value.Wall
			if m.SendingAt.IsZero() {
				m.SendingAt = m.LastSendingAt
			}
			sending.MayCall = true
		}
		sending.Message = m.Message
		return nil
	})
	return sending, err
}

// MarkAccepted records that the provider took the message, and reports the
// attempt to the case (Message.Report). Once it is settled, repeating it, or
// hearing otherwise, changes nothing.
func (s *Store) MarkAccepted(ctx context.Context, id, provider, providerID string, at time.Time) (Message, error) {
	return s.marking(ctx, id, at, func(c *lockedCase, m *storedMessage) error {
		if m.State.IsSettled() {
			m.identify(provider, providerID)
			return nil
		}
		return c.accept(m, provider, providerID)
	})
}

// MarkNotSent records that the provider certainly did not take the message: it
// is composed again and may be sent again.
func (s *Store) MarkNotSent(ctx context.Context, id, reason string, at time.Time) (Message, error) {
	return s.marking(ctx, id, at, func(c *lockedCase, m *storedMessage) error {
		if m.State != MessageSending {
			return nil
		}
		m.State, m.Reason = MessageComposed, reason
		if !m.Unproven {
			m.SendingAt = time.Time{}
		}
		c.note(fmt.Sprintf("/not-sent/%d", m.Sendings), "message-not-sent", m.describe()+" was not taken and will be sent again")
		return nil
	})
}

// MarkRejected records that the provider refused the message for good, and
// reports the failed attempt to the case (Message.Report).
func (s *Store) MarkRejected(ctx context.Context, id, code, reason string, at time.Time) (Message, error) {
	return s.marking(ctx, id, at, func(c *lockedCase, m *storedMessage) error {
		if m.State != MessageSending && m.State != MessageComposed {
			return nil
		}
		c.settle(m, MessageFailed, code, reason)
		c.note("/rejected", "message-rejected", m.describe()+" was refused for good"+withCode(code))
		return nil
	})
}

// MarkUnproven records that no proof of acceptance was found within waited, and
// that the deadline policy has the message sent again: it is composed again.
func (s *Store) MarkUnproven(ctx context.Context, id string, waited time.Duration, at time.Time) (Message, error) {
	return s.marking(ctx, id, at, func(c *lockedCase, m *storedMessage) error {
		if m.State != MessageSending {
			return nil
		}
		m.State, m.Unproven = MessageComposed, true
		c.note(fmt.Sprintf("/unproven/%d", m.Sendings), "message-unproven",
			fmt.Sprintf("%s will be sent again: no proof of acceptance after %s", m.describe(), waited.Round(time.Second)))
		return nil
	})
}

func (s *Store) marking(ctx context.Context, id string, at time.Time, mark func(*lockedCase, *storedMessage) error) (Message, error) {
	var marked Message
	err := s.changingMessage(ctx, id, at, nil, func(c *lockedCase, m *storedMessage) error {
		err := mark(c, m)
		marked = m.Message
		return err
	})
	return marked, err
}

// changingMessage runs a transaction on a message and its case, and writes the
// message if it changed.
func (s *Store) changingMessage(ctx context.Context, id string, at time.Time, also func(*batch), change func(*lockedCase, *storedMessage) error) error {
	if !isMessageID(id) {
		return fmt.Errorf("%w: %q", ErrUnknownMessage, id)
	}
	return s.writing(ctx, func(tx pgx.Tx) error {
		var owner found[struct{ Creditor, Invoice string }]
		var lock batch
		one(&lock, &owner, s.sql.LockCaseOfMessage, named{"id": id})
		if err := lock.run(ctx, tx); err != nil {
			return fmt.Errorf("finding the case of message %s: %w", id, err)
		}
		if !owner.is {
			return fmt.Errorf("%w: %s", ErrUnknownMessage, id)
		}
		var known found[storedMessage]
		why := because{at: at, actor: "relance", cause: "message/" + id}
		c, err := s.lockCase(ctx, tx, owner.value.Creditor, owner.value.Invoice, why, func(b *batch) {
			one(b, &known, s.sql.LoadMessage, named{"id": id})
			if also != nil {
				also(b)
			}
		})
		if err != nil {
			return err
		}
		message := known.value
		if err := change(c, &message); err != nil {
			return err
		}
		if !message.sameState(known.value) {
			c.writes.exec(s.sql.UpdateMessage, message)
		}
		return c.save(ctx)
	})
}

// accept settles a message as accepted. What it asks for of the late fees is
// claimed from its day on.
func (c *lockedCase) accept(m *storedMessage, provider, providerID string) error {
	m.identify(provider, providerID)
	m.AcceptedAt = c.record.value.Wall
	c.settle(m, MessageAccepted, "", "")
	c.note("/accepted", "message-accepted", m.describe()+" was accepted by "+cmp.Or(provider, "the provider"))
	if !m.ClaimsLateFees {
		return nil
	}
	_, err := c.post(Posting{Source: "notice", Actor: c.actor, Entry: ledger.Entry{
		Kind: ledger.EntryClaim, ID: "message/" + m.ID, ValueDate: c.now.Window.DateOf(m.BusinessAt),
	}})
	var refused *collection.Refusal
	if errors.As(err, &refused) { // the creditor has given up late fees meanwhile; the message was accepted all the same
		return nil
	}
	return err
}

// settle gives a message its outcome and tells the case, unless the ladder was
// begun anew since.
func (c *lockedCase) settle(m *storedMessage, state MessageState, code, reason string) {
	m.State, m.Code, m.Reason = state, code, reason
	if m.SettledAt.IsZero() {
		m.SettledAt = c.at
	}
	if state.IsFailure() {
		m.FailedAt = c.record.value.Wall
	}
	if m.Round == c.now.Round {
		c.report(m.Report())
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
	}
	of := func(m storedMessage) travelling {
		return travelling{m.State, m.Provider, m.ProviderID, m.Code, m.Reason, m.Sendings, m.Unproven,
			m.SettledAt, m.SendingAt, m.LastSendingAt, m.AcceptedAt, m.DeliveredAt, m.FailedAt}
	}
	return of(m) == of(other)
}

func withCode(code string) string {
	if code == "" {
		return ""
	}
	return " (code " + code + ")"
}

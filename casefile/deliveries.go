package casefile

import (
	"context"
	"fmt"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/messaging"
)

// DeliveryEvent is news from a provider about one message.
type DeliveryEvent struct {
	Provider string
	// EventID is unique per provider.
	EventID string
	// MessageID is ours; when it is empty, ProviderID finds the message. Without either, news
	// of a failure are about what went to Recipient.
	MessageID  string
	ProviderID string
	Kind       messaging.DeliveryKind
	Code       string
	// Reason is the provider's words and may hold the recipient's address.
	Reason string
	// Recipient is the address the news are about, where the provider says it. News about
	// a copy are not about the message; those about an address that the message does not
	// name, to which it was passed on, are, and say nothing of an address that is known
	// here. It is not kept.
	Recipient string `db:"-"`
	// NoSuchNumber: the number does not exist, so that no other channel reaches it either.
	NoSuchNumber bool `db:"-"`
	// ProviderAt is the provider's wall time; At is the business time it was
	// received.
	ProviderAt time.Time
	At         time.Time
	// On is the day the message reached the debtor, where the provider tells it apart
	// from At: a registered letter that was presented before its news came.
	On calendar.Date `db:"-"`
}

// NewDeliveryEvent is what a provider said, still without the business time of its coming.
func NewDeliveryEvent(provider string, said messaging.DeliveryEvent) DeliveryEvent {
	return DeliveryEvent{
		Provider: provider, EventID: said.EventID, MessageID: said.MessageID, ProviderID: said.ProviderID,
		Kind: said.Kind, Code: said.Code, Reason: said.Reason, Recipient: said.Recipient, NoSuchNumber: said.NoSuchNumber, ProviderAt: said.At,
	}
}

// Delivery is what a delivery event changed.
type Delivery struct {
	Message Message
	// Fresh is false when the event was known.
	Fresh bool
	// Decisive: the case's workflow should be told (Message.Report), because the
	// message failed, or because the event was the proof that it was accepted. For
	// a failure, and for proof of a message that had counted as failed, it is true for a
	// repeated event as well: the caller may have died before telling. Other proof is also
	// found by whoever asks BeginSending again.
	Decisive bool
}

// RecordDeliveryEvent keeps an event and moves its message on. News of any kind
// that proves acceptance resolves a message whose outcome was unknown, also after it
// has counted as failed for want of proof. Late and repeated events never move a message
// backwards: delivered, bounced and otherwise failed are final, and what contradicts them
// is only kept. An event whose message
// cannot be found is ErrUnknownMessage: it may come before the provider's ID was
// recorded and should be delivered again, unless it has no ID at all. News of a failure
// without any ID that may be about several messages move none (the delivery is empty
// then): the address is marked and a person is asked.
func (s *Store) RecordDeliveryEvent(ctx context.Context, event DeliveryEvent) (Delivery, error) {
	if event.Provider == "" || event.EventID == "" {
		return Delivery{}, refuse(collection.RefusedInvalid, "a delivery event needs its provider and its ID, so that it counts once")
	}
	id, err := s.messageOf(ctx, event)
	if err != nil || id == "" {
		return Delivery{}, err
	}
	event.MessageID = id
	var delivery Delivery
	var people found[People]
	beside := besideMessage{bytes: true}
	if event.Recipient != "" && event.Kind.NotReceived() {
		beside.reads = func(b *batch, owner caseName) { one(b, &people, s.sql.LoadPeople, owner.named()) }
	}
	err = s.changingMessage(ctx, id, event.At, beside, func(m *lockedMessage) error {
		proof := event.Kind.ProvesAcceptance() && m.isUnproven()
		m.told = event.Provider + " reported: " + string(event.Kind) + withCode(event.Code)
		place, aboutCopy := m.copyTo(event.Recipient)
		if aboutCopy && event.Kind.NotReceived() {
			m.noteMissedCopy(place, "left, and "+people.value.whose(event.Recipient)+" did not arrive", string(event.Kind)+withCode(event.Code))
		}
		m.carrier().learnOfAddress(&m.storedMessage, event)
		switch {
		case event.Kind.NotReceived() && !aboutCopy && (proof || m.mayStillFail()):
			if !m.State.IsFailure() { // else somebody was asked when it was given up
				m.askInstead()
			}
			m.fail(event)
		case proof:
			if err := m.accept(event.Provider, event.ProviderID); err != nil {
				return err
			}
		}
		if !aboutCopy {
			m.deliver(event)
		}
		m.carrier().writes.execCounted(func(rows int64) error {
			delivery.Fresh = rows > 0
			return nil
		}, s.sql.InsertDeliveryEvent, named{"at": m.carrier().at}, event)
		delivery.Message = m.Message
		delivery.Decisive = proof || m.IsProvenLate() || event.Kind.NotReceived() && m.State.IsFailure() && !aboutCopy
		return nil
	})
	return delivery, err
}

// mayStillFail reports whether news that the message did not arrive count. A mail server
// may take a mail, and send it back an hour later: the last word is that it came back,
// whatever was told before. What became of paper is told once, and people correct it.
func (m *lockedMessage) mayStillFail() bool {
	return m.State == MessageAccepted || m.State == MessageDelivered && !m.Channel.IsPaper()
}

// fail settles a message that the provider took and that will not arrive.
func (m *lockedMessage) fail(event DeliveryEvent) {
	m.identify(event.Provider, event.ProviderID)
	if m.AcceptedAt.IsZero() {
		m.AcceptedAt = m.carrier().record.value.Wall
	}
	if event.Kind == messaging.DeliveryBounced {
		m.settle(MessageBounced, event.Code, event.Reason)
		m.note("/bounced", "message-bounced", "bounced"+withCode(event.Code))
		return
	}
	m.settle(MessageFailed, event.Code, event.Reason)
	m.note("/failed", "message-failed", "did not arrive"+withCode(event.Code))
}

// deliver marks an accepted message as delivered, and as opened.
func (m *lockedMessage) deliver(event DeliveryEvent) {
	opened := event.Kind == messaging.DeliveryOpened || event.Kind == messaging.DeliveryClicked
	if opened && m.OpenedAt.IsZero() && !m.State.IsFailure() {
		m.OpenedAt = m.carrier().record.value.Wall
		m.note("/opened", "message-opened", "was opened")
	}
	if m.State == MessageAccepted && event.Kind == messaging.DeliveryDelivered {
		m.State, m.DeliveredAt = MessageDelivered, m.carrier().record.value.Wall
		m.note("/delivered", "message-delivered", "was delivered")
	}
}

// IDsOfOtherMessages are those of a provider's IDs that stand on other messages than one.
func (s *Store) IDsOfOtherMessages(ctx context.Context, id, provider string, providerIDs []string) ([]string, error) {
	var others []struct{ ProviderID string }
	var b batch
	all(&b, &others, s.sql.IDsOfOtherMessages, named{"id": id, "provider": provider, "provider_ids": providerIDs})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("asking which of %s's IDs are not of message %s: %w", provider, id, err)
	}
	ids := make([]string, len(others))
	for i, other := range others {
		ids[i] = other.ProviderID
	}
	return ids, nil
}

// messageOf finds the ID of the message an event is about; empty when it is about one of
// several, and a person was asked.
func (s *Store) messageOf(ctx context.Context, event DeliveryEvent) (string, error) {
	if isMessageID(event.MessageID) {
		return event.MessageID, nil
	}
	if event.isUnnamed() {
		return s.attribute(ctx, event)
	}
	var known found[struct{ ID string }]
	var b batch
	one(&b, &known, s.sql.MessageOfProviderID, event)
	if err := b.run(ctx, s.pool); err != nil {
		return "", fmt.Errorf("finding the message of event %s of %s: %w", event.EventID, event.Provider, err)
	}
	if !known.is {
		return "", fmt.Errorf("%w: event %s of %s names none that was sent from here", ErrUnknownMessage, event.EventID, event.Provider)
	}
	return known.value.ID, nil
}

package casefile

import (
	"context"
	"fmt"
	"time"

	"relance/collection"
)

// DeliveryTruth is what became of a message, as far as anybody knows.
type DeliveryTruth string

// What can have become of a message. Only accepted, delivered and opened count for the
// step that sent it.
const (
	TruthComposed DeliveryTruth = "composed"
	TruthSending  DeliveryTruth = "sending"
	// TruthAmbiguous: the provider was called and nobody knows whether it has the
	// message. The provider's list, its signed news or a person resolves it, also once it
	// counts as failed.
	TruthAmbiguous DeliveryTruth = "ambiguous"
	TruthAccepted  DeliveryTruth = "accepted"
	TruthDelivered DeliveryTruth = "delivered"
	// TruthOpened: the recipient opened it, or a machine that the provider did not tell
	// from it.
	TruthOpened DeliveryTruth = "opened"
	// TruthBounced: the address or number cannot receive.
	TruthBounced DeliveryTruth = "bounced"
	// TruthBlocked: the provider took it and the recipient's side does not want it; the
	// address may be good.
	TruthBlocked DeliveryTruth = "blocked"
	// TruthFailed: the provider refused it for good.
	TruthFailed   DeliveryTruth = "failed"
	TruthWithheld DeliveryTruth = "withheld"
)

// callTakes is how long a call to a provider can take: until then its outcome is on
// its way, and not unknown.
const callTakes = time.Minute

// IsLeaving reports whether the provider is being called with the message, so that what
// comes of it is known soon.
func (m Message) IsLeaving(now time.Time) bool {
	return m.State == MessageSending && m.Truth(now) != TruthAmbiguous
}

// Truth is what is known of the message at an instant of the wall clock.
func (m Message) Truth(now time.Time) DeliveryTruth {
	switch m.State {
	case MessageSending:
		if now.Sub(m.LastSendingAt) > callTakes {
			return TruthAmbiguous
		}
	case MessageAccepted, MessageDelivered:
		if !m.OpenedAt.IsZero() {
			return TruthOpened
		}
	case MessageFailed:
		if m.IsDoubtful() {
			return TruthAmbiguous
		}
		if !m.AcceptedAt.IsZero() {
			return TruthBlocked
		}
	case MessageComposed, MessageBounced, MessageWithheld:
	}
	return DeliveryTruth(m.State)
}

// Resolution is what a person found out about a message whose outcome is unknown.
type Resolution string

// What a person can find out.
const (
	// ResolvedArrived: the debtor has it.
	ResolvedArrived Resolution = "arrived"
	// ResolvedLost: it did not leave, and is sent again.
	ResolvedLost Resolution = "lost"
)

// providerPerson is the provider of a message that a person found to have arrived.
const providerPerson = "person"

// ResolveMessage records what a person found out about a message whose outcome is
// unknown. One that is still being looked for is sent again by itself when it is lost; for
// one that counts as failed (Message.IsDoubtful) tell its cases afterwards. Proof that
// comes later, from the provider, does no harm: it keeps a lost message that was not sent
// again yet from leaving. A message whose outcome is known is a *collection.Refusal with
// RefusedNotNow; the same answer again changes nothing.
func (s *Store) ResolveMessage(ctx context.Context, id string, found Resolution, author Author) (Message, error) {
	return s.marking(ctx, id, author.At, func(m *lockedMessage) error {
		for _, c := range m.cases {
			c.actor = authorOf(author.By)
		}
		m.told = "a person found out"
		switch {
		case found != ResolvedArrived && found != ResolvedLost:
			return refuse(collection.RefusedInvalid, "%q is nothing that a person can find out about a message: say arrived or lost", found)
		case m.State == MessageAccepted && m.Provider == providerPerson && found == ResolvedArrived, m.State == MessageComposed && m.Unproven && found == ResolvedLost:
			return nil
		case m.State == MessageFailed && m.Code == CodeNeverLeft && found == ResolvedLost:
			return nil
		case m.State != MessageSending && !m.IsDoubtful():
			return refuse(collection.RefusedNotNow, "what became of %s is known: it is %s", m.describe(), m.State)
		case found == ResolvedArrived:
			m.note(fmt.Sprintf("/resolved/%d", m.Sendings), "message-resolved", "has arrived, a person found out")
			return m.accept(providerPerson, "")
		case m.IsDoubtful():
			m.settle(MessageFailed, CodeNeverLeft, "a person found out that it never left")
			m.note(fmt.Sprintf("/resolved/%d", m.Sendings), "message-resolved", "never left, a person found out")
			return nil
		default:
			m.State, m.Unproven = MessageComposed, true
			m.note(fmt.Sprintf("/resolved/%d", m.Sendings), "message-resolved", "never left, a person found out; it will be sent again")
			return nil
		}
	})
}

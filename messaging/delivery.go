package messaging

import (
	"errors"
	"time"
)

// DeliveryKind is what a provider reports about a message it accepted.
type DeliveryKind string

const (
	// DeliveryAccepted says that the provider has the message. This is the proof that resolves an Unknown attempt.
	DeliveryAccepted DeliveryKind = "accepted"
	// DeliveryDeferred says that there is a temporary obstacle; the provider goes on trying.
	DeliveryDeferred DeliveryKind = "deferred"
	// DeliveryDelivered says that the recipient's mail server or handset took it.
	DeliveryDelivered DeliveryKind = "delivered"
	// DeliveryOpened says that the recipient opened it, or a machine on the way of which
	// the provider does not know that it is one.
	DeliveryOpened DeliveryKind = "opened"
	// DeliveryClicked says that a link was followed.
	DeliveryClicked DeliveryKind = "clicked"
	// DeliveryBounced says that the address or number does not exist or cannot receive; do not use it again.
	DeliveryBounced DeliveryKind = "bounced"
	// DeliveryFailed says that this message will not arrive, and the address may still be good.
	DeliveryFailed DeliveryKind = "failed"
	// DeliverySuppressed says that the provider did not send it on, because the recipient
	// had asked for no more or had reported an earlier one as unwanted.
	DeliverySuppressed DeliveryKind = "suppressed"
	// DeliveryOptedOut says that the recipient, who has it, asked for no more messages of
	// this kind.
	DeliveryOptedOut DeliveryKind = "opted_out"
	// DeliveryComplained says that the recipient reported the message as unwanted.
	DeliveryComplained DeliveryKind = "complained"
	// DeliveryOther is news without consequence for a case.
	DeliveryOther DeliveryKind = "other"
)

// ProvesAcceptance reports whether news of this kind can only exist because the provider took the message.
func (k DeliveryKind) ProvesAcceptance() bool { return k != "" && k != DeliveryOther }

// NotReceived reports whether the message did not and will not reach the recipient.
func (k DeliveryKind) NotReceived() bool {
	return k == DeliveryBounced || k == DeliveryFailed || k == DeliverySuppressed
}

// IsUnwanted reports whether whoever reads at the address wants no more of this kind.
func (k DeliveryKind) IsUnwanted() bool {
	return k == DeliverySuppressed || k == DeliveryOptedOut || k == DeliveryComplained
}

// badAddresses are the statuses of RFC 3463, and 5.1.10 of RFC 7505, by which an address cannot receive: no such
// mailbox, no such system, an address that is none, a mailbox that has moved, a domain that takes no mail, a mailbox
// that is disabled. Others of their classes are about a full mailbox (5.2.2), or about the sender (5.1.7, 5.1.8).
var badAddresses = map[string]bool{"5.1.1": true, "5.1.2": true, "5.1.3": true, "5.1.6": true, "5.1.10": true, "5.2.1": true}

// CondemnsAddress reports whether an enhanced status says that the address itself is bad, so that it is not to be used
// again.
func CondemnsAddress(status string) bool { return badAddresses[status] }

// DeliveryEvent is one piece of news about one message, from any provider. Providers repeat events and send
// them out of order: EventID is the key to count each once.
type DeliveryEvent struct {
	Channel   Channel
	EventID   string // unique per event and provider
	MessageID string // our ID; empty when the provider lost it, then ProviderID finds the message
	// ProviderID is the ID the provider returned on acceptance.
	ProviderID string
	Kind       DeliveryKind
	// Recipient is the address the news are about, which may be that of a copy; empty when the provider does not
	// say. Personal data.
	Recipient string
	// At is the provider's time of the event, by the wall clock; the zero time when it gave none.
	At   time.Time
	Code string // provider or SMTP code of a failure
	// NoSuchNumber says of a bounce that the number itself does not exist, so that no other channel reaches it either.
	NoSuchNumber bool
	Reason       string // the provider's words; may contain the recipient's address: personal data
}

// Why a webhook request was refused. Handlers answer 403 to the first two and 400 to the third, and act on none.
var (
	// ErrForged: the signature does not match, so the request is not from the provider.
	ErrForged = errors.New("the webhook signature does not match")
	// ErrStale: the signature is right but too old or from the future: a replay, or a wrong clock.
	ErrStale = errors.New("the webhook request is too old")
	// ErrMalformed: the sender is genuine but the content cannot be read.
	ErrMalformed = errors.New("the webhook request cannot be read")
)

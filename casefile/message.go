package casefile

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
)

// MessageKey is the natural key of a message: one try of one channel of one
// notice.
type MessageKey struct {
	Creditor string
	Invoice  string
	Round    int
	Step     string
	Channel  collection.Channel
	Try      int
}

// ID is the UUID of the message of the key (RFC 9562, version 8, over SHA-256):
// whoever asks for the same message gets the same ID, also from the provider.
func (k MessageKey) ID() string {
	parts := []string{"message", k.Creditor, k.Invoice, strconv.Itoa(k.Round), k.Step, string(k.Channel), strconv.Itoa(k.Try)}
	id := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	text := hex.EncodeToString(id[:16])
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}

var messageIDPattern = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

func isMessageID(text string) bool { return messageIDPattern.MatchString(text) }

func hashOf(bytes []byte) string {
	sum := sha256.Sum256(bytes)
	return hex.EncodeToString(sum[:])
}

// MessageState is how far a message has come.
type MessageState string

// The states of a message. It moves composed, sending, accepted, delivered; back
// to composed only when the provider certainly did not take it or a deadline
// policy decided so. Delivered, bounced and failed are final.
const (
	MessageComposed MessageState = "composed"
	// MessageSending: the provider is being called, or was and the outcome is unknown.
	MessageSending   MessageState = "sending"
	MessageAccepted  MessageState = "accepted"
	MessageDelivered MessageState = "delivered"
	// MessageBounced: accepted, but the address or number cannot receive.
	MessageBounced MessageState = "bounced"
	// MessageFailed: refused by the provider for good, or accepted and lost.
	MessageFailed MessageState = "failed"
	// MessageWithheld: composed, then not allowed to go. Reserving it again
	// composes it anew once it may.
	MessageWithheld MessageState = "withheld"
)

// IsFailure reports whether the debtor did not and will not get the message.
func (s MessageState) IsFailure() bool { return s == MessageBounced || s == MessageFailed }

// IsSettled reports whether the outcome of sending is known.
func (s MessageState) IsSettled() bool {
	return s == MessageAccepted || s == MessageDelivered || s.IsFailure()
}

// Message is one e-mail, SMS or letter with the exact bytes that leave.
type Message struct {
	// ID is a UUID that follows from the key.
	ID string
	MessageKey
	// Contact is the contact it goes to, 0 when there is none (a letter).
	Contact     int64
	Recipient   string
	Template    string
	Language    string
	Subject     string
	ContentType string
	// Bytes is set by ReserveMessage and BeginSending, not in lists.
	Bytes  []byte
	SHA256 string
	// Deadline is the day the notice asks to be paid by.
	Deadline calendar.Date
	// ClaimsLateFees: it asks for the late fees beside the principal.
	ClaimsLateFees bool
	State          MessageState

	Provider   string
	ProviderID string
	// Code and Reason say why it failed or is not sent yet, for people.
	Code   string
	Reason string
	// Sendings counts how often the provider was called.
	Sendings int
	// Unproven: it was sent once without proof that the provider took it, and a
	// policy decided to send it again.
	Unproven bool

	// BusinessAt is when it was reserved, SettledAt when its outcome was first
	// known (business time).
	BusinessAt time.Time
	SettledAt  time.Time
	// Wall times. SendingAt is since when the provider may have it, LastSendingAt
	// when the provider was last called.
	ComposedAt    time.Time
	SendingAt     time.Time
	LastSendingAt time.Time
	AcceptedAt    time.Time
	DeliveredAt   time.Time
	FailedAt      time.Time
}

// Report is what the case is told about a settled message: give it to
// collection.Decide so that the workflow's case stays equal to the stored one. Its
// reason leaves out the provider's words, which may hold an address.
func (m Message) Report() collection.ReportAttempt {
	reason := ""
	if m.State.IsFailure() {
		reason = string(m.State) + withCode(m.Code)
	}
	return collection.ReportAttempt{
		Step: m.Step, Channel: m.Channel, Try: m.Try, Failed: m.State.IsFailure(), Reason: reason,
		At: m.SettledAt, Deadline: m.Deadline,
	}
}

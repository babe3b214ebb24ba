package casefile

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/money"
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
	return messageUUID(sha256.Sum256([]byte(strings.Join(parts, "\x00"))))
}

func messageUUID(id [sha256.Size]byte) string {
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
// policy decided so. Delivered, bounced and failed are final, but for a message that
// failed for want of proof: what becomes known of it later counts.
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

// The codes of a message whose provider did not say in time what became of it, so that it
// counts as failed, or did.
const (
	// CodeNoProof: nobody knows whether it has arrived.
	CodeNoProof = "no-proof"
	// CodeNeverLeft: a person found out that it has not.
	CodeNeverLeft = "never-left"
	// CodeProvenLate: it has arrived all the same, as the provider or a person told since.
	CodeProvenLate = "proven-late"
)

// Message is one e-mail, SMS or letter with the exact bytes that leave.
type Message struct {
	// ID is a UUID that follows from the key.
	ID string
	// MessageKey is the key of the notice it was made for; in the file of a case, of
	// the notice it carries about that case.
	MessageKey
	// Invoices are all the invoices it is about, in order.
	Invoices []string
	// Debtor is whom it is for. Notices are what it carries, that of its own key
	// first. Neither is set in lists.
	Debtor  string
	Notices []CarriedNotice `db:"-"`
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
	// OpenedAt is when the recipient, or a machine on the way, first opened it, where
	// the provider tells.
	OpenedAt time.Time
}

// CarriedNotice is one of the notices that a message carries.
type CarriedNotice struct {
	MessageKey
	// Deadline is the day until which the message asks for the invoice to be paid.
	Deadline calendar.Date
	// ComposedFor is what was open of the invoice when the message was composed.
	ComposedFor money.Amount
	// Discount is the ID of the discount that the message offers on the invoice.
	Discount string
	// ClaimsLateFees: the message asks for late fees of the invoice as well.
	ClaimsLateFees bool
	// LastEntry is the place of the last entry that the message was composed with; 0 when
	// there was none, -1 when nobody knows.
	LastEntry int64
	// Upcoming: the message only announces the invoice, beside others that are due.
	Upcoming bool
}

func (n CarriedNotice) describe() string { return fmt.Sprintf("the %s of step %s", n.Channel, n.Step) }

// Notice is what the message carries about an invoice.
func (m Message) Notice(invoice string) (CarriedNotice, bool) {
	for _, notice := range m.Notices {
		if notice.Invoice == invoice {
			return notice, true
		}
	}
	return CarriedNotice{}, false
}

// IsDoubtful reports whether the message counts as failed though it may have arrived.
func (m Message) IsDoubtful() bool { return m.State == MessageFailed && m.Code == CodeNoProof }

// isUnproven reports whether no provider ever told of the message, so that its news still
// count.
func (m Message) isUnproven() bool {
	return !m.State.IsSettled() || m.IsDoubtful() || m.State == MessageFailed && m.Code == CodeNeverLeft
}

// IsProvenLate reports whether the message has arrived after it had counted as failed.
func (m Message) IsProvenLate() bool {
	return m.State.IsSettled() && !m.State.IsFailure() && m.Code == CodeProvenLate
}

// Report is what the case of a notice is told about a settled message: give it to
// collection.Decide so that the workflow's case stays equal to the stored one. Its
// reason leaves out the provider's words, which may hold an address.
func (m Message) Report(of CarriedNotice) collection.ReportAttempt {
	reason, at := "", m.SettledAt
	if m.State.IsFailure() {
		reason = string(m.State) + withCode(m.Code)
	}
	if m.IsProvenLate() {
		at = m.BusinessAt // the debtor has had it since then
	}
	return collection.ReportAttempt{
		Step: of.Step, Channel: of.Channel, Try: of.Try, Failed: m.State.IsFailure(), Doubtful: m.IsDoubtful(), Proven: m.IsProvenLate(), Reason: reason,
		At: at, Deadline: of.Deadline,
	}
}

// company tells beside which other notices of the message one leaves.
func (m Message) company(of CarriedNotice) string {
	var others []string
	for _, notice := range m.Notices {
		if notice.Invoice != of.Invoice {
			others = append(others, notice.Invoice)
		}
	}
	switch len(others) {
	case 0:
		return ""
	case 1, 2, 3:
		return " in one message with " + strings.Join(others, ", ")
	default:
		return fmt.Sprintf(" in one message with %s and %d more", strings.Join(others[:2], ", "), len(others)-2)
	}
}

// with is the message with the notices it carries, that of its own key first.
func (m storedMessage) with(notices []CarriedNotice) storedMessage {
	m.Notices = slices.Clone(notices)
	slices.SortStableFunc(m.Notices, func(a, b CarriedNotice) int {
		if a.MessageKey == m.MessageKey || b.MessageKey == m.MessageKey {
			return map[bool]int{true: -1, false: 1}[a.MessageKey == m.MessageKey]
		}
		return 0
	})
	return m
}

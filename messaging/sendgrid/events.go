package sendgrid

import (
	"crypto/ecdsa"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"relance/messaging"
)

// EventKind is SendGrid's name of an event.
type EventKind string

// The events SendGrid posts. Others may appear without notice and are passed on as they are.
const (
	Processed        EventKind = "processed"
	Deferred         EventKind = "deferred"
	Delivered        EventKind = "delivered"
	Bounce           EventKind = "bounce"
	Dropped          EventKind = "dropped"
	Open             EventKind = "open"
	Click            EventKind = "click"
	SpamReport       EventKind = "spamreport"
	Unsubscribe      EventKind = "unsubscribe"
	GroupUnsubscribe EventKind = "group_unsubscribe"
	GroupResubscribe EventKind = "group_resubscribe"
)

// Event is one event of the Event Webhook. SendGrid repeats events and sends them in any order: ID is the key
// to count each once.
type Event struct {
	ID   string // sg_event_id; a hash of the event when SendGrid gave none
	Kind EventKind
	// MessageID is our own ID from the custom argument. Bounces that come back late may lack it: then AcceptedID
	// finds the message, or, where they lack every ID (sendgrid/docs, issue 5177), the address.
	MessageID  string
	ProviderID string    // sg_message_id: the X-Message-Id of the acceptance and a suffix per recipient
	SMTPID     string    // smtp-id: "<X-Message-Id@host>" of a mail that came through the API
	At         time.Time // by SendGrid's clock, to the second
	Recipient  string    // personal data
	Reason     string    // of a bounce, drop or deferral; may hold the recipient's address
	// ByMachine: an open that a mail program made by itself, to load pictures before anybody reads.
	ByMachine  bool
	Status     string // enhanced SMTP status of a bounce, "5.1.1"
	BounceType string // "bounce" for a refusal for good, "blocked" for a message that was turned away, "expired" for one that nobody took in time
}

// AcceptedID returns the X-Message-Id under which the message was accepted, empty when the event does not have it.
func (e Event) AcceptedID() string {
	if e.ProviderID == "" {
		id, _, _ := strings.Cut(strings.TrimPrefix(e.SMTPID, "<"), "@")
		return id
	}
	for _, mark := range []string{".filter", ".recvd"} {
		if i := strings.Index(e.ProviderID, mark); i >= 0 {
			return e.ProviderID[:i]
		}
	}
	id, _, _ := strings.Cut(e.ProviderID, ".")
	return id
}

// Delivery returns the event in the words common to all providers.
func (e Event) Delivery() messaging.DeliveryEvent {
	return messaging.DeliveryEvent{
		Channel: messaging.ChannelEmail, EventID: e.ID, MessageID: e.MessageID, ProviderID: e.AcceptedID(),
		Kind: e.deliveryKind(), Recipient: e.Recipient, At: e.At, Code: e.Status, Reason: e.Reason,
	}
}

func (e Event) deliveryKind() messaging.DeliveryKind {
	switch e.Kind {
	case Processed:
		return messaging.DeliveryAccepted
	case Deferred:
		return messaging.DeliveryDeferred
	case Delivered:
		return messaging.DeliveryDelivered
	case Open:
		if e.ByMachine {
			return messaging.DeliveryOther
		}
		return messaging.DeliveryOpened
	case Click:
		return messaging.DeliveryClicked
	case Bounce:
		return bounceKind(e.BounceType, e.Status)
	case Dropped:
		return dropKind(e.Reason)
	case SpamReport:
		return messaging.DeliveryComplained
	case Unsubscribe, GroupUnsubscribe:
		return messaging.DeliveryOptedOut
	default:
		return messaging.DeliveryOther
	}
}

// A bounce says that the address does not work when SendGrid calls it so, unless the mail server called its refusal a
// temporary one: a full mailbox (4.2.2) may be emptied. Whatever else it is called, it is the message that failed.
func bounceKind(kind, status string) messaging.DeliveryKind {
	if strings.EqualFold(kind, "bounce") && !strings.HasPrefix(status, "4") {
		return messaging.DeliveryBounced
	}
	return messaging.DeliveryFailed
}

// A drop is SendGrid not even trying; its reason is a fixed phrase that tells why.
func dropKind(reason string) messaging.DeliveryKind {
	reason = strings.ToLower(reason)
	switch {
	case strings.Contains(reason, "unsubscribed"), strings.Contains(reason, "spam reporting"):
		return messaging.DeliverySuppressed
	case strings.Contains(reason, "bounced"), reason == "invalid":
		return messaging.DeliveryBounced
	default:
		return messaging.DeliveryFailed
	}
}

type wireEvent struct {
	ID         loose `json:"sg_event_id"`
	Kind       loose `json:"event"`
	MessageID  loose `json:"relance_message_id"` // the value of messaging.MessageIDKey
	ProviderID loose `json:"sg_message_id"`
	SMTPID     loose `json:"smtp-id"`
	Timestamp  loose `json:"timestamp"`
	Recipient  loose `json:"email"`
	Reason     loose `json:"reason"`
	Response   loose `json:"response"`
	Status     loose `json:"status"`
	Type       loose `json:"type"`
	Machine    flag  `json:"sg_machine_open"`
}

// flag takes true, and nothing from anything else.
type flag bool

func (f *flag) UnmarshalJSON(data []byte) error {
	*f = string(data) == "true"
	return nil
}

// loose takes a string or a number, and nothing from anything else: the custom
// arguments of other applications share these names and may have any type.
type loose string

func (l *loose) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err == nil {
		*l = loose(text)
		return nil
	}
	var number json.Number
	if err := json.Unmarshal(data, &number); err == nil {
		*l = loose(number)
	}
	return nil
}

// ParseEvents checks the signature and age of an Event Webhook request and returns its events. rawBody must be the
// bytes as received and now the wall clock. A refused request gives an error that is messaging.ErrForged,
// messaging.ErrStale or messaging.ErrMalformed, and no event. An item that is no event is messaging.ErrMalformed too,
// and does not keep the others of its batch from being returned.
func ParseEvents(publicKey *ecdsa.PublicKey, header http.Header, rawBody []byte, now time.Time) ([]Event, error) {
	if err := verify(publicKey, header, rawBody, now, MaxEventAge); err != nil {
		return nil, fmt.Errorf("SendGrid event webhook: %w", err)
	}
	var wire []json.RawMessage
	if err := json.Unmarshal(rawBody, &wire); err != nil {
		return nil, fmt.Errorf("SendGrid event webhook: %w: %w", messaging.ErrMalformed, err)
	}
	events := make([]Event, 0, len(wire))
	var problems []error
	for i, raw := range wire {
		event, err := parseEvent(raw)
		if err != nil {
			problems = append(problems, fmt.Errorf("SendGrid event webhook: %w: event %d of %d: %w", messaging.ErrMalformed, i+1, len(wire), err))
			continue
		}
		events = append(events, event)
	}
	return events, errors.Join(problems...)
}

func parseEvent(raw json.RawMessage) (Event, error) {
	var w wireEvent
	if err := json.Unmarshal(raw, &w); err != nil {
		return Event{}, err
	}
	event := Event{
		ID: string(w.ID), Kind: EventKind(w.Kind), MessageID: string(w.MessageID), ProviderID: string(w.ProviderID),
		SMTPID: string(w.SMTPID), Recipient: string(w.Recipient), Reason: string(w.Reason), Status: string(w.Status), BounceType: string(w.Type),
		ByMachine: bool(w.Machine),
	}
	if event.ID == "" {
		// Some drops carry no ID. Refusing them would make SendGrid repeat the whole batch for a day.
		event.ID = "sha256:" + messaging.Hash(raw)
	}
	if event.Kind == Deferred && event.Reason == "" {
		event.Reason = string(w.Response)
	}
	if seconds, err := strconv.ParseInt(string(w.Timestamp), 10, 64); err == nil && seconds > 0 {
		event.At = time.Unix(seconds, 0).UTC()
	}
	return event, nil
}

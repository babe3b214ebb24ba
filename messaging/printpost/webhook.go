package printpost

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"relance/calendar"
	"relance/messaging"
	"relance/messaging/signed"
)

// The headers of a webhook request.
const (
	// TimestampHeader is when it was signed, in Unix seconds.
	TimestampHeader = "Letter-Timestamp"
	// SignatureHeader is the HMAC-SHA256, in hexadecimal, of the timestamp, a full stop
	// and the body.
	SignatureHeader = "Letter-Signature"
)

// ReplayWindow is how far the timestamp of a request may be from our clock.
const ReplayWindow = signed.ReplayWindow

// Sign is the signature of a webhook request.
func Sign(secret, timestamp string, body []byte) string { return signed.Sign(secret, timestamp, body) }

// wireEvent is an event as the service writes it.
type wireEvent struct {
	EventID       string                `json:"event_id"`
	MessageID     string                `json:"message_id"`
	ID            string                `json:"id"`
	State         messaging.LetterState `json:"state"`
	On            calendar.Date         `json:"on"`
	PostedOn      calendar.Date         `json:"posted_on,omitzero"`
	PostingNumber string                `json:"posting_number,omitempty"`
	Postage       string                `json:"postage,omitempty"`
	Currency      string                `json:"currency,omitempty"`
	PresentedOn   calendar.Date         `json:"presented_on,omitzero"`
	Reason        string                `json:"reason,omitempty"`
}

// ParseEvent checks the signature of a webhook request and reads it. body must be the
// bytes as received. The error is messaging.ErrForged, ErrStale or ErrMalformed.
func ParseEvent(secret, timestamp, signature string, body []byte, now time.Time) (messaging.LetterEvent, error) {
	fail := func(err error) (messaging.LetterEvent, error) {
		return messaging.LetterEvent{}, fmt.Errorf("webhook of the print-and-post service: %w", err)
	}
	if err := signed.Verify(secret, timestamp, signature, body, now); err != nil {
		return fail(err)
	}
	var read wireEvent
	if err := json.Unmarshal(body, &read); err != nil {
		return fail(fmt.Errorf("%w: %w", messaging.ErrMalformed, err))
	}
	known := []messaging.LetterState{
		messaging.LetterAccepted, messaging.LetterPrinted, messaging.LetterPosted, messaging.LetterDelivered,
		messaging.LetterUnclaimed, messaging.LetterRefused, messaging.LetterReturned, messaging.LetterCancelled,
	}
	switch {
	case read.EventID == "" || read.MessageID == "":
		return fail(fmt.Errorf("%w: it has no event_id or no message_id", messaging.ErrMalformed))
	case !slices.Contains(known, read.State):
		return fail(fmt.Errorf("%w: the state %q is not known", messaging.ErrMalformed, read.State))
	case read.On.IsZero():
		return fail(fmt.Errorf("%w: it has no day", messaging.ErrMalformed))
	}
	return messaging.LetterEvent{
		EventID: read.EventID, MessageID: read.MessageID, ProviderID: read.ID, State: read.State, On: read.On, PostedOn: read.PostedOn,
		PostingNumber: read.PostingNumber, Postage: read.Postage, Currency: read.Currency, PresentedOn: read.PresentedOn, Reason: read.Reason,
	}, nil
}

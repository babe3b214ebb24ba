package twilio

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/twilio/twilio-go/client"

	"relance/messaging"
)

// SignatureHeader carries Twilio's signature of a callback.
const SignatureHeader = "X-Twilio-Signature"

// Status is Twilio's word for how far a message has got.
type Status string

// The statuses of an outgoing message.
const (
	StatusAccepted    Status = "accepted"
	StatusScheduled   Status = "scheduled"
	StatusQueued      Status = "queued"
	StatusSending     Status = "sending"
	StatusSent        Status = "sent"
	StatusDelivered   Status = "delivered"
	StatusRead        Status = "read"
	StatusUndelivered Status = "undelivered"
	StatusFailed      Status = "failed"
	StatusCanceled    Status = "canceled"
)

// StatusEvent is one status callback. Twilio repeats callbacks, sends them in any order and gives them no time:
// (SID, Status) is the key to count each once, which also makes a replay of an old one harmless.
type StatusEvent struct {
	SID       string
	Status    Status
	MessageID string // our own ID, from the query of the callback URL
	ErrorCode string // "30006"; empty when all is well
	To        string // personal data
}

// ParseStatus checks the signature of a status callback and reads it. publicURL is the URL Twilio called,
// complete with its query, as the outside sees it: behind a proxy it must be rebuilt from the configured public
// address. rawBody must be the bytes as received. The error is messaging.ErrForged or messaging.ErrMalformed.
func ParseStatus(authToken, publicURL string, rawBody []byte, signature string) (StatusEvent, error) {
	fail := func(err error) (StatusEvent, error) {
		return StatusEvent{}, fmt.Errorf("Twilio status callback: %w", err) //nolint:staticcheck // a proper name
	}
	if authToken == "" {
		return fail(errors.New("no auth token is configured: callbacks cannot be told from forgeries"))
	}
	if signature == "" {
		return fail(fmt.Errorf("%w: it is not signed", messaging.ErrForged))
	}
	validator := client.NewRequestValidator(authToken)
	if !validator.ValidateBody(publicURL, rawBody, signature) {
		return fail(fmt.Errorf("%w: either it is forged, or the public URL or auth token we know is not the one Twilio used", messaging.ErrForged))
	}
	called, err := url.Parse(publicURL)
	if err != nil {
		return fail(fmt.Errorf("%w: %w", messaging.ErrMalformed, err))
	}
	form, err := url.ParseQuery(string(rawBody))
	if err != nil {
		return fail(fmt.Errorf("%w: %w", messaging.ErrMalformed, err))
	}
	// Get returns the first of repeated values, the one the signature covers.
	event := StatusEvent{
		SID:       form.Get("MessageSid"),
		Status:    Status(strings.ToLower(form.Get("MessageStatus"))),
		MessageID: called.Query().Get(messaging.MessageIDKey),
		ErrorCode: form.Get("ErrorCode"),
		To:        form.Get("To"),
	}
	if event.SID == "" || event.Status == "" {
		return fail(fmt.Errorf("%w: it has no MessageSid or no MessageStatus", messaging.ErrMalformed))
	}
	return event, nil
}

// Delivery returns the callback in the words common to all providers.
func (e StatusEvent) Delivery() messaging.DeliveryEvent {
	event := messaging.DeliveryEvent{
		Channel: channelOf(e.To), EventID: e.SID + "/" + string(e.Status), MessageID: e.MessageID,
		ProviderID: e.SID, Kind: e.Status.deliveryKind(e.ErrorCode), Code: e.ErrorCode,
	}
	if event.Kind.NotReceived() {
		event.Reason = failure(e.Status, e.ErrorCode)
		event.NoSuchNumber = isNoSuchNumber(e.ErrorCode)
	}
	return event
}

// isNoSuchNumber tells the codes of a number that does not exist from those of a number that one channel does not reach:
// a landline may have WhatsApp, and a number without WhatsApp takes short messages.
func isNoSuchNumber(code string) bool {
	return code == CodeUnknownNumber || code == CodeInvalidNumber || code == CodeUnlikelyNumber
}

func (s Status) deliveryKind(errorCode string) messaging.DeliveryKind {
	switch s {
	case StatusAccepted, StatusScheduled, StatusQueued, StatusSending, StatusSent:
		return messaging.DeliveryAccepted
	case StatusDelivered:
		return messaging.DeliveryDelivered
	case StatusRead:
		return messaging.DeliveryOpened
	case StatusUndelivered, StatusFailed:
		switch errorCode {
		case CodeUnknownNumber, CodeLandline, CodeInvalidNumber, CodeUnlikelyNumber, CodeNotAMobile, CodeNotOnWhatsApp, CodeInvalidRecipient:
			return messaging.DeliveryBounced
		case CodeOptedOut:
			return messaging.DeliverySuppressed
		}
		return messaging.DeliveryFailed
	case StatusCanceled:
		return messaging.DeliveryFailed
	default:
		return messaging.DeliveryOther
	}
}

// What the commoner codes of an undelivered message mean, in our words. Source: Twilio's error dictionary.
var failures = map[string]string{
	"30001":           "the sender's queue was full or the message waited too long in it",
	"30002":           "the Twilio account is suspended",
	"30003":           "the telephone is switched off or out of reach",
	"30004":           "the recipient or the operator blocks this sender",
	CodeUnknownNumber: "the number does not exist any more",
	CodeLandline:      "the number is a landline or cannot be reached by the operator",
	"30007":           "the operator filtered the message as unwanted",
	"30008":           "the operator gave no reason",
	CodeOptedOut:      "the recipient asked this sender to stop",

	CodeNotOnWhatsApp:    "the number has no WhatsApp",
	CodeInvalidRecipient: "WhatsApp does not take the recipient",
	CodeOutsideWindow:    "WhatsApp takes a text that is no approved template only within a day of the recipient's last message",
	"63018":              "the sender's limit of WhatsApp messages was reached",
	"63027":              "WhatsApp has no approved template in this language",
	"63028":              "the approved template has another number of placeholders",
}

func failure(status Status, code string) string {
	if words, ok := failures[code]; ok {
		return words
	}
	return fmt.Sprintf("Twilio reports the message as %s", status)
}

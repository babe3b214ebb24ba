package twilio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/twilio/twilio-go/client"
	api "github.com/twilio/twilio-go/rest/api/v2010"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

const (
	pageSize = 1000 // Twilio's largest
	// listedAtMost bounds one listing. One number receives a few dozen messages in its life.
	listedAtMost = 2000
	// clockSkew is how far Twilio's clock may be behind ours when it dates a message.
	clockSkew = time.Minute
	// trialPrefix is what a trial account puts before every body.
	trialPrefix = "Sent from your Twilio trial account - "
)

var messageSID = regexp.MustCompile(`^(SM|MM)[0-9a-fA-F]{32}$`)

// FindSMS lists the messages Twilio sent to the same number since then, by the wall clock, and returns those
// with exactly the same body: an SMS carries no ID of ours, so the body must name what it is about (an
// invoice number, a short link) for the match to mean something. Identical messages all come back; the caller
// drops those whose SID it already knows.
//
// Twilio filters on the date of sending, which a queued message does not have yet. When the filtered list shows
// nothing, the list of all messages to the number is read and their date of creation compared. An empty
// answer therefore means that Twilio did not have the message at that moment.
func (s *Sender) FindSMS(ctx context.Context, sms messaging.SMS, since time.Time) ([]messaging.Proof, error) {
	since = since.Add(-clockSkew)
	sent := (&api.ListMessageParams{}).SetTo(sms.To).SetDateSentAfter(since.UTC())
	proofs, err := s.list(ctx, sent, sms, since)
	if err == nil && len(proofs) == 0 {
		proofs, err = s.list(ctx, (&api.ListMessageParams{}).SetTo(sms.To), sms, since)
	}
	if err != nil {
		return nil, fmt.Errorf("finding SMS %s at Twilio: %w", sms.MessageID, err)
	}
	return proofs, nil
}

func (s *Sender) list(ctx context.Context, params *api.ListMessageParams, sms messaging.SMS, since time.Time) ([]messaging.Proof, error) {
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	service, _ := s.service(ctx)
	listed, err := service.ListMessage(params.SetPageSize(pageSize).SetLimit(listedAtMost))
	if err != nil {
		return nil, describe(err, sms.To)
	}
	var proofs []messaging.Proof
	for _, message := range listed {
		created, err := time.Parse(time.RFC1123Z, value(message.DateCreated))
		if err != nil {
			return nil, fmt.Errorf("message %s has the unreadable creation date %q", value(message.Sid), value(message.DateCreated))
		}
		body := value(message.Body)
		if created.Before(since) || value(message.To) != sms.To || strings.TrimPrefix(body, trialPrefix) != sms.Body {
			continue
		}
		status := statusOf(message, sms.MessageID)
		proofs = append(proofs, messaging.Proof{DeliveryEvent: status.Delivery(), Status: string(status.Status), CreatedAt: created.UTC()})
	}
	return proofs, nil
}

// FindStatus reads what became of a message from Twilio: (SID, Status) is the event ID, as in the status callback.
func (s *Sender) FindStatus(ctx context.Context, messageID, sid string) (messaging.DeliveryEvent, error) {
	if !messageSID.MatchString(sid) { // it becomes part of the address that is called
		return messaging.DeliveryEvent{}, fmt.Errorf("finding the status of message %s at Twilio: %w: %q is no SID of a message", messageID, messaging.ErrNoSuchMessage, sid)
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	service, watched := s.service(ctx)
	message, err := service.FetchMessage(sid, &api.FetchMessageParams{})
	switch {
	case err != nil && watched.Status() == http.StatusNotFound:
		return messaging.DeliveryEvent{}, fmt.Errorf("finding the status of message %s at Twilio: %w", messageID, messaging.ErrNoSuchMessage)
	case err != nil:
		return messaging.DeliveryEvent{}, fmt.Errorf("finding the status of message %s at Twilio: %w", messageID, describe(err, ""))
	case value(message.Sid) != sid || value(message.Status) == "":
		return messaging.DeliveryEvent{}, fmt.Errorf("finding the status of message %s at Twilio: its answer is about no message, or another one", messageID)
	}
	return statusOf(*message, messageID).Delivery(), nil
}

// statusOf reads from a message what the status callback about it says.
func statusOf(message api.ApiV2010Message, messageID string) StatusEvent {
	event := StatusEvent{SID: value(message.Sid), Status: Status(value(message.Status)), MessageID: messageID, To: value(message.To)}
	if message.ErrorCode != nil && *message.ErrorCode != 0 {
		event.ErrorCode = strconv.Itoa(*message.ErrorCode)
	}
	return event
}

// describe keeps the address called, which holds the number, and Twilio's repetition of it out of the error.
func describe(err error, to string) error {
	var refusal *client.TwilioRestError
	if errors.As(err, &refusal) {
		return fmt.Errorf("status %d, code %d: %s", refusal.Status, refusal.Code, exchange.Redact(refusal.Message, to))
	}
	return errors.New(exchange.Redact(exchange.Describe(err), to))
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

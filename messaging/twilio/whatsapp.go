package twilio

import (
	"context"
	"encoding/json"
	"strings"

	api "github.com/twilio/twilio-go/rest/api/v2010"

	"relance/messaging"
	"relance/messaging/internal/exchange"
)

// whatsAppAddress is how Twilio tells WhatsApp numbers from those of SMS.
const whatsAppAddress = "whatsapp:"

var _ messaging.WhatsAppSender = (*Sender)(nil)

// SendWhatsApp makes one attempt to hand the message to Twilio, which takes WhatsApp messages where it takes SMS. A
// message that is not valid is Rejected without a call.
func (s *Sender) SendWhatsApp(ctx context.Context, message messaging.WhatsApp) messaging.Outcome {
	refusedHere := func(err error) messaging.Outcome {
		return messaging.Outcome{
			Verdict: messaging.Rejected, Cause: messaging.CauseContent,
			Reason: exchange.Redact("the message is not valid: "+err.Error(), message.To),
		}
	}
	if err := message.Validate(); err != nil {
		return refusedHere(err)
	}
	params, err := s.whatsAppParams(message)
	if err != nil {
		return refusedHere(err)
	}
	ctx, cancel := context.WithTimeout(ctx, s.config.Timeout)
	defer cancel()
	service, watched := s.service(ctx)
	created, err := service.CreateMessage(params)
	if watched.Status() == 0 {
		return watched.Unanswered(err)
	}
	outcome := classify(watched, created, err, s.now())
	outcome.Reason = exchange.Redact(outcome.Reason, message.To)
	return outcome
}

func (s *Sender) whatsAppParams(message messaging.WhatsApp) (*api.CreateMessageParams, error) {
	params := (&api.CreateMessageParams{}).SetTo(whatsAppAddress + message.To).SetContentSid(message.ContentSID)
	if message.FromMessagingService() {
		params.SetMessagingServiceSid(message.From)
	} else {
		params.SetFrom(whatsAppAddress + message.From)
	}
	if len(message.Variables) > 0 {
		variables, err := json.Marshal(message.Variables)
		if err != nil {
			return nil, err
		}
		params.SetContentVariables(string(variables))
	}
	if s.callback != nil {
		params.SetStatusCallback(withMessageID(*s.callback, message.MessageID))
	}
	return params, nil
}

// channelOf is the channel of a message to an address.
func channelOf(to string) messaging.Channel {
	if strings.HasPrefix(to, whatsAppAddress) {
		return messaging.ChannelWhatsApp
	}
	return messaging.ChannelSMS
}

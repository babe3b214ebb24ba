package simulator

import (
	"context"
	"crypto/hmac"
	"crypto/sha1" //nolint:gosec // Twilio's signature is defined with it
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// postStatus posts one signed status callback.
func (s *Simulator) postStatus(ctx context.Context, batch []*posting) error {
	item := batch[0]
	message, err := s.mailbox.message(item.message)
	if err != nil {
		return err
	}
	if message.Changed == "canceled" {
		return nil
	}
	event := message.Events[item.event]
	form := url.Values{
		"AccountSid": {s.options.AccountSID}, "ApiVersion": {"2010-04-01"}, "To": {message.To},
		"MessageSid": {message.ProviderID}, "SmsSid": {message.ProviderID},
		"MessageStatus": {event.Kind}, "SmsStatus": {event.Kind},
	}
	if message.From != "" {
		form.Set("From", message.From)
	}
	if message.Service != "" {
		form.Set("MessagingServiceSid", message.Service)
	}
	if event.Code != "" {
		form.Set("ErrorCode", event.Code)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, message.Callback, strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	req.Header.Set("User-Agent", "TwilioProxy/1.1")
	req.Header.Set("I-Twilio-Idempotency-Token", hexID(""))
	req.Header.Set("X-Twilio-Signature", signStatus(s.options.AuthToken, message.Callback, form))
	return s.delivered(batch, s.knock(req))
}

// signStatus signs as Twilio does: HMAC-SHA1 of the URL followed by every parameter name and value, sorted by
// name.
func signStatus(authToken, callback string, form url.Values) string {
	names := make([]string, 0, len(form))
	for name := range form {
		names = append(names, name)
	}
	slices.Sort(names)
	mac := hmac.New(sha1.New, []byte(authToken))
	mac.Write([]byte(callback))
	for _, name := range names {
		mac.Write([]byte(name + form.Get(name)))
	}
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

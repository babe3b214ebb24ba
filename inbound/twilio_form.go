package inbound

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// ReadTwilio reads the form Twilio posts for an SMS or a WhatsApp message. Pictures
// stay at Twilio: they are noted, not fetched. The error wraps ErrMalformed.
func ReadTwilio(raw []byte) (Answer, error) {
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return Answer{}, fmt.Errorf("Twilio: %w: %w", ErrMalformed, err) //nolint:staticcheck // a proper name
	}
	a := Answer{
		Channel: SMS, Kind: FromPerson, Raw: raw,
		ProviderID: line(form.Get("MessageSid")), From: line(form.Get("From")), FromName: line(form.Get("ProfileName")),
		OptOut: strings.ToUpper(line(form.Get("OptOutType"))),
	}
	if a.ProviderID == "" || a.From == "" {
		return Answer{}, fmt.Errorf("Twilio: %w: it has no MessageSid or no From", ErrMalformed) //nolint:staticcheck // a proper name
	}
	to := line(form.Get("To"))
	if number, isWhatsApp := strings.CutPrefix(a.From, "whatsapp:"); isWhatsApp {
		a.Channel, a.From = WhatsApp, number
		to = strings.TrimPrefix(to, "whatsapp:")
	}
	if to != "" {
		a.To = []string{to}
	}
	if answered := line(form.Get("OriginalRepliedMessageSid")); answered != "" {
		a.InReplyTo = []string{answered}
	}
	a.Text = strings.TrimSpace(plain(form.Get("Body"), maxText))
	a.Said = a.Text
	if media, err := strconv.Atoi(form.Get("NumMedia")); err == nil && media > 0 {
		for i := range min(media, maxAttachments) {
			a.note(fmt.Sprintf("a file (%s) came with it and is kept by Twilio: %s", line(form.Get(fmt.Sprintf("MediaContentType%d", i))), line(form.Get(fmt.Sprintf("MediaUrl%d", i)))))
		}
	}
	return a, nil
}

package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"relance/messaging"
)

// whatsAppAddress begins the addresses of WhatsApp at Twilio.
const whatsAppAddress = "whatsapp:"

// isTwilios reports whether Twilio carries messages of a channel.
func isTwilios(channel messaging.Channel) bool {
	return channel == messaging.ChannelSMS || channel == messaging.ChannelWhatsApp
}

func channelOf(to string) messaging.Channel {
	if strings.HasPrefix(to, whatsAppAddress) {
		return messaging.ChannelWhatsApp
	}
	return messaging.ChannelSMS
}

var wireContent = regexp.MustCompile(`^HX[0-9a-f]{32}$`)

// refuseWhatsApp returns what Twilio would refuse about the parts of a message that only WhatsApp knows.
func refuseWhatsApp(form url.Values) *twilioRefusal {
	bad := func(code int, format string, args ...any) *twilioRefusal {
		return refusal(http.StatusBadRequest, code, format, args...)
	}
	toWhatsApp, fromWhatsApp := channelOf(form.Get("To")) == messaging.ChannelWhatsApp, strings.HasPrefix(form.Get("From"), whatsAppAddress)
	switch {
	case form.Get("From") != "" && toWhatsApp != fromWhatsApp:
		return bad(21910, "The 'From' and the 'To' number are of different channels.")
	case !toWhatsApp:
		return nil
	case fromWhatsApp && !wireNumber.MatchString(strings.TrimPrefix(form.Get("From"), whatsAppAddress)):
		return bad(63007, "There is no WhatsApp sender %s.", form.Get("From"))
	}
	if content := form.Get("ContentSid"); content != "" && !wireContent.MatchString(content) {
		return bad(21655, "The content template %s is not valid.", content)
	}
	if _, err := contentVariables(form); err != nil {
		return bad(21656, "The content variables are not valid: %v.", err)
	}
	return nil
}

// contentVariables reads what fills in a content template.
func contentVariables(form url.Values) (map[string]string, error) {
	text := form.Get("ContentVariables")
	if text == "" {
		return nil, nil
	}
	var variables map[string]string
	if err := json.Unmarshal([]byte(text), &variables); err != nil {
		return nil, err
	}
	for name, value := range variables {
		if strings.TrimSpace(value) == "" || strings.ContainsAny(value, "\n\r\t") || strings.Contains(value, "     ") {
			return nil, fmt.Errorf("%s is empty, or has a line break or too many spaces", name)
		}
	}
	return variables, nil
}

// wording is what a message says: the body of a text; of a content template, which only WhatsApp knows, its SID and
// what fills it in.
func wording(form url.Values) string {
	content := form.Get("ContentSid")
	if content == "" {
		return form.Get("Body")
	}
	variables, err := contentVariables(form)
	if err != nil {
		return content
	}
	lines := []string{"Content template " + content}
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		lines = append(lines, fmt.Sprintf("{{%s}} = %s", name, variables[name]))
	}
	return strings.Join(lines, "\n")
}

// planWhatsApp adds what WhatsApp does to the events of a text: a message that is no content template begins no
// conversation, one that was delivered may be read.
func (s *Simulator) planWhatsApp(faults Faults, key string, form url.Values, events []Event) []Event {
	last := &events[len(events)-1]
	if form.Get("ContentSid") == "" {
		last.ID = strings.TrimSuffix(last.ID, last.Kind) + "undelivered"
		last.Kind, last.Code, last.Reason = "undelivered", "63016", "outside of the allowed window, and no content template"
		return events
	}
	if last.Kind == "undelivered" {
		last.Code, last.Reason = "63003", "the number has no WhatsApp"
		return events
	}
	if s.dice.share("opened", key, last.Recipient) >= faults.Opened {
		return events
	}
	read := *last
	read.ID, read.Kind, read.HappensAt = strings.TrimSuffix(last.ID, last.Kind)+"read", "read", last.HappensAt.Add(openedAfter-deliveredAfter)
	return append(events, read)
}

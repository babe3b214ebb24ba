package messaging

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// WhatsApp is one WhatsApp message to one number. A company may begin a conversation only with a content template
// that WhatsApp has approved: what is sent is the template's SID and what it is filled in with.
type WhatsApp struct {
	MessageID string `json:"message_id"` // our ID, a UUID
	// From is the WhatsApp sender: an E.164 number, or the SID of a Twilio messaging service ("MG…").
	From string `json:"from"`
	To   string `json:"to"` // E.164
	// ContentSID is the approved content template ("HX…").
	ContentSID string `json:"content_sid"`
	// Variables fill in the template's placeholders {{1}}, {{2}} and so on.
	Variables map[string]string `json:"variables,omitempty"`
	// Text is the wording as we know it, kept as proof; the recipient reads the approved template.
	Text string `json:"text"`
}

// WhatsAppSender sends one WhatsApp message in one attempt, under the same rules as [EmailSender].
type WhatsAppSender interface {
	SendWhatsApp(ctx context.Context, message WhatsApp) Outcome
}

var (
	contentSID  = regexp.MustCompile(`^HX[0-9a-f]{32}$`)
	placeholder = regexp.MustCompile(`^[1-9][0-9]?$`)
)

// maxVariable is the longest value of a placeholder, in characters.
const maxVariable = 1600

// ValidContentSID reports whether a text has the form of a content template's SID.
func ValidContentSID(text string) bool { return contentSID.MatchString(text) }

// FromMessagingService reports whether From names a Twilio messaging service instead of a sender.
func (m WhatsApp) FromMessagingService() bool { return messagingService.MatchString(m.From) }

// Validate reports everything that would make a provider refuse the message, all at once.
func (m WhatsApp) Validate() error {
	var problems []error
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if !messageID.MatchString(m.MessageID) {
		report("the message ID %q is not an ID of letters, digits and . _ : -", m.MessageID)
	}
	if !e164.MatchString(m.To) {
		report("to: %q is not a number in international form, such as +33612345678", m.To)
	}
	if !e164.MatchString(m.From) && !m.FromMessagingService() {
		report("from: %q is neither a number in international form nor a messaging service", m.From)
	}
	if !ValidContentSID(m.ContentSID) {
		report("the content template %q is not HX and 32 hexadecimal digits", m.ContentSID)
	}
	for _, name := range slices.Sorted(maps.Keys(m.Variables)) {
		value := m.Variables[name]
		switch {
		case !placeholder.MatchString(name):
			report("the placeholder %q is not a number", name)
		case strings.TrimSpace(value) == "" || !singleLine(value) || strings.Contains(value, "     "):
			report("the value of the placeholder %s is empty, has a line break or too many spaces", name)
		case utf8.RuneCountInString(value) > maxVariable:
			report("the value of the placeholder %s has more than %d characters", name, maxVariable)
		}
	}
	for n := range len(m.Variables) {
		if name := strconv.Itoa(n + 1); m.Variables[name] == "" {
			report("the placeholder %s has no value", name)
		}
	}
	if strings.TrimSpace(m.Text) == "" || !utf8.ValidString(m.Text) {
		report("the text is empty or not valid UTF-8")
	}
	return errors.Join(problems...)
}

const whatsAppFormat = "relance.whatsapp.1"

type storedWhatsApp struct {
	Format string `json:"format"`
	WhatsApp
}

// Encode returns the exact bytes to store before the message is sent, as [Email.Encode] does.
func (m WhatsApp) Encode() ([]byte, error) {
	if err := m.Validate(); err != nil {
		return nil, fmt.Errorf("WhatsApp message %s cannot be stored for sending: %w", m.MessageID, err)
	}
	return encode(storedWhatsApp{Format: whatsAppFormat, WhatsApp: m})
}

// DecodeWhatsApp returns the message stored in these bytes, as strictly as [DecodeEmail].
func DecodeWhatsApp(stored []byte) (WhatsApp, error) {
	var s storedWhatsApp
	if err := decode(stored, whatsAppFormat, &s, func() string { return s.Format }); err != nil {
		return WhatsApp{}, fmt.Errorf("reading a stored WhatsApp message: %w", err)
	}
	return s.WhatsApp, nil
}

package messaging

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// SMS is one text message to one number.
type SMS struct {
	MessageID string `json:"message_id"` // our ID, a UUID
	// From is what the recipient sees: an E.164 number, a short code, an alphanumeric sender ID, or the SID
	// of a Twilio messaging service ("MG…"), which then chooses.
	From string `json:"from"`
	To   string `json:"to"` // E.164
	Body string `json:"body"`
	// ValidFor is how long the provider may keep the message in its queue before giving up, so that a reminder
	// delayed by a jam does not ring in the night. 0 leaves the provider's default. In JSON: whole seconds.
	ValidFor Seconds `json:"valid_for_s,omitempty"`
}

// Seconds is a duration counted in whole seconds.
type Seconds int64

// Duration returns the same length as a time.Duration.
func (s Seconds) Duration() time.Duration { return time.Duration(s) * time.Second }

// MaxSMSLength is the longest body Twilio takes, in characters.
const MaxSMSLength = 1600

var (
	senderID         = regexp.MustCompile(`^[A-Za-z0-9 &_+-]{2,11}$`)
	shortCode        = regexp.MustCompile(`^[0-9]{3,8}$`)
	messagingService = regexp.MustCompile(`^MG[0-9a-f]{32}$`)
)

// FromMessagingService reports whether From names a Twilio messaging service instead of a sender.
func (s SMS) FromMessagingService() bool { return messagingService.MatchString(s.From) }

// Validate reports everything that would make a provider refuse the message, all at once.
func (s SMS) Validate() error {
	var problems []error
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if !messageID.MatchString(s.MessageID) {
		report("the message ID %q is not an ID of letters, digits and . _ : -", s.MessageID)
	}
	if !e164.MatchString(s.To) {
		report("to: %q is not a number in international form, such as +33612345678", s.To)
	}
	if !e164.MatchString(s.From) && !shortCode.MatchString(s.From) && !s.FromMessagingService() && !isSenderID(s.From) {
		report("from: %q is neither a number in international form, a short code, a sender name of at most 11 characters nor a messaging service", s.From)
	}
	switch length := utf8.RuneCountInString(s.Body); {
	case strings.TrimSpace(s.Body) == "":
		report("the text is empty")
	case !utf8.ValidString(s.Body):
		report("the text is not valid UTF-8")
	case length > MaxSMSLength:
		report("the text has %d characters: at most %d are allowed", length, MaxSMSLength)
	}
	if s.ValidFor < 0 || s.ValidFor.Duration() > 10*time.Hour {
		report("the validity of %d seconds is outside 0 to 10 hours", s.ValidFor)
	}
	return errors.Join(problems...)
}

func isSenderID(from string) bool {
	return senderID.MatchString(from) && strings.ContainsFunc(from, func(r rune) bool {
		return 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z'
	})
}

// The GSM 7-bit alphabet, 3GPP TS 23.038 section 6.2.1; the extension characters take two places.
const (
	gsmBasic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?" +
		"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
	gsmExtension = "\f^{}\\[~]|€"
)

// Segments returns how many parts a text is sent and billed as: 160 places of the GSM 7-bit alphabet in one part
// and 153 in each of several, or 70 and 67 places of UCS-2 as soon as one character is outside that alphabet
// ("ê" and "ç" are, "é" and "à" are not).
func Segments(body string) int {
	septets, units, gsm := 0, 0, true
	for _, r := range body {
		switch {
		case strings.ContainsRune(gsmBasic, r):
			septets++
		case strings.ContainsRune(gsmExtension, r):
			septets += 2
		default:
			gsm = false
		}
		units++
		if r > 0xFFFF {
			units++
		}
	}
	if gsm {
		return parts(septets, 160, 153)
	}
	return parts(units, 70, 67)
}

func parts(places, alone, joined int) int {
	if places <= alone {
		return 1
	}
	return (places + joined - 1) / joined
}

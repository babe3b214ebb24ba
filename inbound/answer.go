// Package inbound reads what debtors answer: e-mails as they come over the wire or
// as SendGrid's Inbound Parse posts them, short messages and WhatsApp messages as
// Twilio posts them. It turns bytes into an Answer and decides nothing.
//
// An answer is never lost for being broken: what cannot be read is left out and
// noted, what was read is kept. Nothing an answer points at is ever fetched.
package inbound

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// Channel is the way an answer came.
type Channel string

// The channels answers come over.
const (
	Email    Channel = "email"
	SMS      Channel = "sms"
	WhatsApp Channel = "whatsapp"
)

// Kind says who speaks: a person, a machine in the place of a person, or a mail
// server about a mail of ours.
type Kind string

// The kinds of answers.
const (
	FromPerson Kind = "answer"
	AutoReply  Kind = "auto-reply"
	BounceMail Kind = "bounce"
)

// Answer is one message that came in. All of it is personal data.
type Answer struct {
	Channel Channel
	Kind    Kind
	// ProviderID is the Message-ID without its angle brackets, or Twilio's SID.
	ProviderID string
	// From is the sender's address in lower case, or number in E.164 form.
	From     string
	FromName string
	// To are the addresses or numbers it was sent to, the one of the envelope first.
	To      []string
	Subject string
	// Text is all of its text, Said what the sender added to the texts quoted in it.
	Text string
	Said string
	// InReplyTo and References are the message IDs it says it answers, without angle
	// brackets, the nearest first.
	InReplyTo  []string
	References []string
	// AutoSign is the header, or "Subject" for its words, by which an automatic reply is
	// known; empty for a mail of a person.
	AutoSign string
	// OptOut is Twilio's OptOutType: STOP, START, HELP.
	OptOut      string
	Bounce      Bounce
	Attachments []Attachment
	// Notes say, in sentences, what was left out and why.
	Notes []string
	// Raw are the bytes it was read from.
	Raw []byte
}

// Attachment is a file that came with an answer. Neither its name nor its declared
// type can be believed.
type Attachment struct {
	Name     string
	Declared string
	// Detected is what its first bytes look like.
	Detected string
	SHA256   string
	Content  []byte
}

// The limits of what is read of one answer.
const (
	// MaxBytes is the largest message that is read: what SendGrid takes in.
	MaxBytes = 30 << 20
	// maxText bounds the text, in bytes.
	maxText        = 256 << 10
	maxHeader      = 256 << 10
	maxParts       = 200
	maxDepth       = 10
	maxAttachments = 50
	maxLine        = 300
	maxIDs         = 50
)

// Key names the answer: the same message posted again has the same key. It holds
// the sender and the text beside the ID, because there are mail programs that give
// all their mails one ID.
func (a Answer) Key() string {
	sum := sha256.New()
	for _, part := range []string{a.From, a.Subject, a.Text} {
		sum.Write([]byte(part + "\x00"))
	}
	if a.From == "" && a.Text == "" {
		sum.Write(a.Raw)
	}
	return string(a.Channel) + "/" + a.ProviderID + "/" + hex.EncodeToString(sum.Sum(nil)[:8])
}

// ID is the UUID of the answer of a key (RFC 9562, version 8, over SHA-256).
func (a Answer) ID() string {
	id := sha256.Sum256([]byte("answer\x00" + a.Key()))
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	text := hex.EncodeToString(id[:16])
	return strings.Join([]string{text[:8], text[8:12], text[12:16], text[16:20], text[20:]}, "-")
}

func (a *Answer) note(sentence string) {
	for _, known := range a.Notes {
		if known == sentence {
			return
		}
	}
	a.Notes = append(a.Notes, sentence)
}

// plain is text that can be stored and shown: valid, of bounded length, without
// control characters other than line breaks and tabs.
func plain(text string, longest int) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "�"), "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return '\n'
		case unicode.IsControl(r), r == '\u202A', r == '\u202B', r == '\u202C', r == '\u202D', r == '\u202E', r == '\u2066', r == '\u2067', r == '\u2068', r == '\u2069':
			return -1 // marks that turn the order of characters hide what a text says
		default:
			return r
		}
	}, text)
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// line is plain text on one line.
func line(text string) string {
	return strings.Join(strings.Fields(plain(text, maxLine)), " ")
}

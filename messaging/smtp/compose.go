package smtp

import (
	"bytes"
	"fmt"
	"net/textproto"
	"strings"
	"time"

	mail "github.com/wneessen/go-mail"

	"relance/messaging"
)

// MessageHeader carries our message ID. Servers return the header of a mail they could not deliver.
const MessageHeader = "X-Relance-Message"

// autoSubmitted tells the recipient's own machine that no person wrote this mail, so that it sends no absence note back
// (RFC 3834 section 5).
const autoSubmitted = "Auto-Submitted"

// MessageID is the Message-ID of an e-mail, without its angle brackets: our ID at the sender's domain, the same at
// every attempt, so that a mail that was sent twice after all is one mail to many recipients' servers.
func MessageID(email messaging.Email) string {
	return email.MessageID + email.From.Email[strings.LastIndexByte(email.From.Email, '@'):]
}

// compose writes the message as it travels (RFC 5322).
func compose(email messaging.Email, at time.Time) ([]byte, error) {
	m := mail.NewMsg(mail.WithNoDefaultUserAgent())
	m.SetMessageIDWithValue(MessageID(email))
	m.SetDateWithValue(at)
	m.Subject(email.Subject)
	if err := address(m, email); err != nil {
		return nil, fmt.Errorf("the addresses of the message: %w", err)
	}
	given := map[string]bool{}
	for name, value := range email.Headers {
		given[textproto.CanonicalMIMEHeaderKey(name)] = true
		m.SetGenHeader(mail.Header(name), value)
	}
	if !given[autoSubmitted] {
		m.SetGenHeader(autoSubmitted, "auto-generated")
	}
	m.SetGenHeader(MessageHeader, email.MessageID)
	m.SetBodyString(mail.TypeTextPlain, email.Text)
	if email.HTML != "" {
		m.AddAlternativeString(mail.TypeTextHTML, email.HTML)
	}
	for _, file := range email.Attachments {
		if err := attach(m, file); err != nil {
			return nil, fmt.Errorf("attaching %s: %w", file.Filename, err)
		}
	}
	var content bytes.Buffer
	if _, err := m.WriteTo(&content); err != nil {
		return nil, fmt.Errorf("writing the message: %w", err)
	}
	return content.Bytes(), nil
}

func address(m *mail.Msg, email messaging.Email) error {
	if err := m.From(email.From.String()); err != nil {
		return err
	}
	if err := m.To(email.To.String()); err != nil {
		return err
	}
	for _, copied := range email.CC {
		if err := m.AddCc(copied.String()); err != nil {
			return err
		}
	}
	if !email.ReplyTo.IsZero() {
		return m.ReplyTo(email.ReplyTo.String())
	}
	return nil
}

func attach(m *mail.Msg, file messaging.Attachment) error {
	kind := mail.WithFileContentType(mail.ContentType(file.ContentType))
	if file.ContentID != "" {
		return m.EmbedReader(file.Filename, bytes.NewReader(file.Content), kind, mail.WithFileContentID(file.ContentID))
	}
	return m.AttachReader(file.Filename, bytes.NewReader(file.Content), kind)
}

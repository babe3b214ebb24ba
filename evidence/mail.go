package evidence

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"slices"
	"strings"
	"time"

	"relance/casefile"
	"relance/collection"
	"relance/messaging"
)

// readable is a message as people read it.
type readable struct {
	from, to, copies, subject, text string
	attachments                     []string
}

// read reads the stored bytes of a message. A letter is its own pages.
func read(channel string, stored []byte) (readable, error) {
	switch collection.Channel(channel) {
	case collection.ChannelEmail:
		mail, err := messaging.DecodeEmail(stored)
		if err != nil {
			return readable{}, err
		}
		shown := readable{from: printed(mail.From), to: printed(mail.To), subject: mail.Subject, text: mail.Text}
		var copies []string
		for _, address := range mail.CC {
			copies = append(copies, printed(address))
		}
		shown.copies = strings.Join(copies, ", ")
		for _, file := range mail.Attachments {
			if file.ContentID == "" {
				shown.attachments = append(shown.attachments, file.Filename)
			}
		}
		return shown, nil
	case collection.ChannelSMS:
		message, err := messaging.DecodeSMS(stored)
		return readable{from: message.From, to: message.To, text: message.Body}, err
	case collection.ChannelWhatsApp:
		message, err := messaging.DecodeWhatsApp(stored)
		return readable{from: message.From, to: message.To, text: message.Text}, err
	default:
		return readable{}, fmt.Errorf("messages by %q have no text of their own", channel)
	}
}

func printed(a messaging.Address) string {
	if a.Name == "" {
		return a.Email
	}
	return a.Name + " <" + a.Email + ">"
}

// asMail is a stored e-mail in the form that mail programs open (RFC 5322). It is a
// copy for people: what proves are the stored bytes, and what left was put into this
// form by the mail server.
func asMail(stored []byte, m casefile.Message) ([]byte, error) {
	e, err := messaging.DecodeEmail(stored)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	header := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&out, "%s: %s\r\n", name, value)
		}
	}
	var copies []string
	for _, address := range e.CC {
		copies = append(copies, headerAddress(address))
	}
	header("From", headerAddress(e.From))
	header("To", headerAddress(e.To))
	header("Cc", strings.Join(copies, ", "))
	if e.ReplyTo.Email != "" {
		header("Reply-To", headerAddress(e.ReplyTo))
	}
	header("Subject", mime.QEncoding.Encode("utf-8", e.Subject))
	header("Date", sentAt(m).UTC().Format(time.RFC1123Z))
	header("X-Relance-Message", e.MessageID)
	for _, name := range sortedKeys(e.Headers) {
		header(name, e.Headers[name])
	}
	header("MIME-Version", "1.0")
	mixed := multipart.NewWriter(&out)
	if err := mixed.SetBoundary("relance-" + m.SHA256[:32]); err != nil {
		return nil, err
	}
	header("Content-Type", "multipart/mixed; boundary="+mixed.Boundary())
	out.WriteString("\r\n")
	var texts bytes.Buffer
	alternative := multipart.NewWriter(&texts)
	if err := alternative.SetBoundary("relance-text-" + m.SHA256[:32]); err != nil {
		return nil, err
	}
	for _, part := range []struct{ kind, text string }{{"text/plain", e.Text}, {"text/html", e.HTML}} {
		if part.text == "" {
			continue
		}
		if err := addText(alternative, part.kind, part.text); err != nil {
			return nil, err
		}
	}
	if err := alternative.Close(); err != nil {
		return nil, err
	}
	body, err := mixed.CreatePart(textproto.MIMEHeader{"Content-Type": {"multipart/alternative; boundary=" + alternative.Boundary()}})
	if err != nil {
		return nil, err
	}
	if _, err := body.Write(texts.Bytes()); err != nil {
		return nil, err
	}
	for _, file := range e.Attachments {
		if err := addFile(mixed, file); err != nil {
			return nil, err
		}
	}
	err = mixed.Close()
	return out.Bytes(), err
}

func headerAddress(a messaging.Address) string {
	return (&mail.Address{Name: a.Name, Address: a.Email}).String()
}

func sortedKeys(headers map[string]string) []string {
	names := make([]string, 0, len(headers))
	for name := range headers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func addText(to *multipart.Writer, kind, text string) error {
	part, err := to.CreatePart(textproto.MIMEHeader{"Content-Type": {kind + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
	if err != nil {
		return err
	}
	encoded := quotedprintable.NewWriter(part)
	if _, err := encoded.Write([]byte(text)); err != nil {
		return err
	}
	return encoded.Close()
}

func addFile(to *multipart.Writer, file messaging.Attachment) error {
	header := textproto.MIMEHeader{
		"Content-Type": {file.ContentType}, "Content-Transfer-Encoding": {"base64"},
		"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": file.Filename})},
	}
	if file.ContentID != "" {
		header["Content-Id"] = []string{"<" + file.ContentID + ">"}
	}
	part, err := to.CreatePart(header)
	if err != nil {
		return err
	}
	text := base64.StdEncoding.EncodeToString(file.Content)
	for line := range slices.Chunk([]byte(text), 76) {
		if _, err := part.Write(append(slices.Clone(line), "\r\n"...)); err != nil {
			return err
		}
	}
	return nil
}

// sentAt is when a message left, in business time.
func sentAt(m casefile.Message) time.Time {
	if m.SettledAt.IsZero() {
		return m.BusinessAt
	}
	return m.SettledAt
}

package simulator

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
)

// smtpMessageHeader carries our message ID in a mail sent over SMTP.
const smtpMessageHeader = "X-Relance-Message"

// smtpMail is a mail as it came over SMTP (RFC 5322), read with the standard library alone, so that what composes mails
// and what reads them here share nothing.
type smtpMail struct {
	header mail.Header
	body   []byte
}

func readMail(raw []byte) (smtpMail, error) {
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return smtpMail{}, fmt.Errorf("the mail has no header: %w", err)
	}
	read := smtpMail{header: m.Header}
	if read.body, err = io.ReadAll(m.Body); err != nil {
		return smtpMail{}, err
	}
	var missing []error
	for _, name := range []string{"From", "Date", "Message-Id"} {
		if m.Header.Get(name) == "" {
			missing = append(missing, fmt.Errorf("the header %s is missing", name))
		}
	}
	if _, err := read.content(); err != nil {
		missing = append(missing, err)
	}
	return read, errors.Join(missing...)
}

// id is the Message-ID without its brackets.
func (m smtpMail) id() string { return strings.Trim(m.header.Get("Message-Id"), "<> ") }

func (m smtpMail) subject() string {
	words, err := new(mime.WordDecoder).DecodeHeader(m.header.Get("Subject"))
	if err != nil {
		return m.header.Get("Subject")
	}
	return words
}

// names are the names shown beside addresses.
func (m smtpMail) names(header string) map[string]string {
	names := map[string]string{}
	addresses, err := m.header.AddressList(header)
	if err != nil {
		return names
	}
	for _, address := range addresses {
		names[address.Address] = address.Name
	}
	return names
}

func (m smtpMail) content() (Content, error) {
	var content Content
	if err := content.addPart(textproto.MIMEHeader(m.header), bytes.NewReader(m.body)); err != nil {
		return Content{}, fmt.Errorf("the mail cannot be read: %w", err)
	}
	return content, nil
}

// addPart reads one part of a mail, and those inside it.
func (c *Content) addPart(header textproto.MIMEHeader, body io.Reader) error {
	kind, parameters, err := mime.ParseMediaType(header.Get("Content-Type"))
	if err != nil {
		return fmt.Errorf("the content type %q: %w", header.Get("Content-Type"), err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		return c.addParts(multipart.NewReader(body, parameters["boundary"]))
	}
	text, err := decoded(header.Get("Content-Transfer-Encoding"), body)
	if err != nil {
		return err
	}
	disposition, described, err := mime.ParseMediaType(header.Get("Content-Disposition"))
	if err == nil && disposition != "" {
		file := File{Name: described["filename"], ContentType: kind, Content: text}
		if disposition == "inline" {
			file.ContentID = strings.Trim(header.Get("Content-Id"), "<>")
		}
		c.Files = append(c.Files, file)
		return nil
	}
	// Lines end with CR LF on the wire, whatever they were written with.
	words := strings.ReplaceAll(string(text), "\r\n", "\n")
	switch kind {
	case "text/html":
		c.HTML = words
	default:
		c.Text = words
	}
	return nil
}

func (c *Content) addParts(parts *multipart.Reader) error {
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := c.addPart(part.Header, part); err != nil {
			return err
		}
	}
}

func decoded(encoding string, body io.Reader) ([]byte, error) {
	switch strings.ToLower(encoding) {
	case "base64":
		return io.ReadAll(base64.NewDecoder(base64.StdEncoding, body))
	case "quoted-printable":
		return io.ReadAll(quotedprintable.NewReader(body))
	default:
		return io.ReadAll(body)
	}
}

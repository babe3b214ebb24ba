package inbound

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/mail"
	"strings"

	"github.com/emersion/go-message"
	"github.com/emersion/go-message/charset"
	"github.com/emersion/go-message/textproto"
)

// ErrMalformed says that a request does not have the form its provider gives it.
var ErrMalformed = errors.New("the request cannot be read")

// maxFields bounds the fields and files of one form.
const maxFields = 300

// ReadParse reads a request of SendGrid's Inbound Parse, with parsed fields or with
// the raw mail ("POST the raw, full MIME message"). The error wraps ErrMalformed.
func ReadParse(contentType string, body []byte) (Answer, error) {
	form, err := readForm(contentType, body)
	if err != nil {
		return Answer{}, fmt.Errorf("Inbound Parse: %w: %w", ErrMalformed, err) //nolint:staticcheck // a proper name
	}
	var answer Answer
	if raw := form.fields["email"]; len(raw) > 0 {
		answer = ReadMail(raw)
	} else {
		answer = form.answer(body)
	}
	answer.To = distinct(append(form.envelopeTo(), answer.To...))
	if spf := strings.ToLower(line(string(form.fields["SPF"]))); spf == "fail" || spf == "softfail" {
		answer.note("the server it came from is not one of the sender's domain (SPF: " + spf + "): the sender may be somebody else")
	}
	if form.cut {
		answer.note("the form has more fields than are read: the rest was left out")
	}
	return answer, nil
}

type parseForm struct {
	fields map[string][]byte
	files  []formFile
	cut    bool
}

type formFile struct {
	field, name, declared string
	content               []byte
}

func readForm(contentType string, body []byte) (parseForm, error) {
	form := parseForm{fields: map[string][]byte{}}
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || kind != "multipart/form-data" || parameters["boundary"] == "" {
		return form, fmt.Errorf("the content type %q is not that of a form", line(contentType))
	}
	reader := multipart.NewReader(bytes.NewReader(body), parameters["boundary"])
	for range maxFields {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			if len(form.fields) == 0 {
				return form, errors.New("the form has no field")
			}
			return form, nil
		}
		if err != nil {
			return form, fmt.Errorf("the form breaks off: %w", err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return form, fmt.Errorf("the form breaks off: %w", err)
		}
		if part.FileName() == "" {
			form.fields[part.FormName()] = content
			continue
		}
		form.files = append(form.files, formFile{part.FormName(), part.FileName(), part.Header.Get("Content-Type"), content})
	}
	form.cut = true
	return form, nil
}

// answer is the answer of parsed fields. Of headers only the text is given.
func (f parseForm) answer(body []byte) Answer {
	a := Answer{Channel: Email, Kind: FromPerson, Raw: body}
	headers := append(bytes.Clone(f.fields["headers"][:min(len(f.fields["headers"]), maxHeader)]), "\r\n\r\n"...)
	var header message.Header
	if read, err := textproto.ReadHeader(bufio.NewReader(bytes.NewReader(headers))); err == nil {
		header = message.Header{Header: read}
		a.readHeader(header)
	} else {
		a.note("the headers of the mail cannot be read: " + reasonOf(err))
	}
	if subject := f.text("subject"); subject != "" {
		a.Subject = line(subject)
	}
	if a.From == "" {
		a.From, a.FromName = addressIn(f.text("from"))
	}
	a.To = distinct(append(a.To, each(anyAddress.FindAllString(f.text("to"), maxIDs), lowered)...))
	a.setText(f.text("text"), f.text("html"))
	var report deliveryReport
	for _, file := range f.files {
		kind, _, _ := mime.ParseMediaType(file.declared)
		report.read(kind, file.content)
		a.attach(file.name, file.declared, file.content)
	}
	a.readBounce(header, report)
	return a
}

// text is a field in UTF-8: the field charsets names the charset of each.
func (f parseForm) text(field string) string {
	content := f.fields[field]
	var charsets map[string]string
	if err := json.Unmarshal(f.fields["charsets"], &charsets); err == nil {
		if name := charsets[field]; name != "" && !strings.EqualFold(name, "utf-8") {
			if reader, err := charset.Reader(name, bytes.NewReader(content)); err == nil {
				if text, err := io.ReadAll(reader); err == nil {
					return string(text)
				}
			}
		}
	}
	return decoded(content)
}

func (f parseForm) envelopeTo() []string {
	var envelope struct {
		To []string `json:"to"`
	}
	if err := json.Unmarshal(f.fields["envelope"], &envelope); err != nil {
		return nil
	}
	return each(envelope.To[:min(len(envelope.To), maxIDs)], lowered)
}

func addressIn(text string) (address, name string) {
	if parsed, err := mail.ParseAddress(text); err == nil {
		return lowered(parsed.Address), line(parsed.Name)
	}
	return lowered(anyAddress.FindString(text)), ""
}

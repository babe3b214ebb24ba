// Package dsn reads delivery status notifications: the mails by which mail servers say what became of a mail they had
// taken (RFC 3464, in a multipart/report of RFC 6522).
//
// It is pure and trusts nothing it reads: anybody can write such a mail. Who acts on one checks that the message it
// names was sent to the recipient it names.
package dsn

import (
	"bufio"
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
	"regexp"
	"strings"
)

// MessageHeader is the header in which our mails carry our message ID.
const MessageHeader = "X-Relance-Message"

// Action is what a server did about one recipient (RFC 3464 section 2.3.3).
type Action string

// The actions.
const (
	// Failed: it gave up.
	Failed Action = "failed"
	// Delayed: it could not deliver yet and goes on trying.
	Delayed Action = "delayed"
	// Delivered: the recipient has it.
	Delivered Action = "delivered"
	// Relayed: it went to a server that sends no such notifications.
	Relayed Action = "relayed"
	// Expanded: it was delivered, and went on to several addresses.
	Expanded Action = "expanded"
)

// Report is a notification about one mail.
type Report struct {
	// MessageID is our message ID, from X-Relance-Message of the returned header, else the part of its Message-ID
	// before the @. Empty when neither came back: then nobody can say which message it is about.
	MessageID string
	// OriginalMessageID is the whole Message-ID of the returned header, without its brackets.
	OriginalMessageID string
	ReportingServer   string // the name of the server that reports
	Recipients        []Recipient
}

// Recipient is what became of the mail for one recipient.
type Recipient struct {
	// Address is the address we wrote to, when the server kept it, else the one it delivered to. Personal data.
	Address string
	Action  Action
	// Status is the code of RFC 3463: "5.1.1".
	Status string
	// Diagnostic is what the next server said, without its type; it may repeat the address.
	Diagnostic string
}

// IsPermanent reports whether the code says that trying again is of no use.
func (r Recipient) IsPermanent() bool { return strings.HasPrefix(r.Status, "5.") }

// ErrNotAReport says that a mail is no delivery status notification.
var ErrNotAReport = errors.New("the mail is no delivery status notification")

const (
	maxMail = 8 << 20
	maxNest = 10
)

// Parse reads a mail as it came. ErrNotAReport says that it is another kind of mail; other errors, that it is a
// notification and cannot be read.
func Parse(raw []byte) (Report, error) {
	if len(raw) > maxMail {
		return Report{}, fmt.Errorf("%w: it has %d bytes", ErrNotAReport, len(raw))
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return Report{}, fmt.Errorf("%w: %w", ErrNotAReport, err)
	}
	kind, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/report" || !strings.EqualFold(parameters["report-type"], "delivery-status") {
		return Report{}, ErrNotAReport
	}
	var report Report
	if err := report.readParts(multipart.NewReader(m.Body, parameters["boundary"]), 0); err != nil {
		return Report{}, fmt.Errorf("the delivery status notification cannot be read: %w", err)
	}
	if len(report.Recipients) == 0 {
		return Report{}, errors.New("the delivery status notification cannot be read: it tells of no recipient")
	}
	return report, nil
}

func (r *Report) readParts(parts *multipart.Reader, depth int) error {
	if depth > maxNest {
		return errors.New("its parts are nested too deep")
	}
	for {
		part, err := parts.NextRawPart()
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF) && len(r.Recipients) > 0:
			return nil // what was returned is often cut
		case err != nil:
			return err
		}
		kind, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil {
			continue
		}
		body := decoded(part)
		switch {
		case strings.HasPrefix(kind, "multipart/"):
			err = r.readParts(multipart.NewReader(body, parameters["boundary"]), depth+1)
		case kind == "message/delivery-status" || kind == "message/global-delivery-status":
			err = r.readStatus(body)
		case kind == "message/rfc822" || kind == "text/rfc822-headers" || kind == "message/global" || kind == "message/global-headers":
			r.readReturned(body)
		}
		if err != nil {
			return err
		}
	}
}

func decoded(part *multipart.Part) io.Reader {
	switch strings.ToLower(part.Header.Get("Content-Transfer-Encoding")) {
	case "base64":
		return base64.NewDecoder(base64.StdEncoding, part)
	case "quoted-printable":
		return quotedprintable.NewReader(part)
	default:
		return part
	}
}

// readStatus reads groups of fields: the first is about the mail, each further one about one recipient.
func (r *Report) readStatus(body io.Reader) error {
	groups := textproto.NewReader(bufio.NewReader(body))
	for number := 0; ; number++ {
		fields, err := nextGroup(groups)
		last := errors.Is(err, io.EOF)
		switch {
		case err != nil && !last:
			return fmt.Errorf("the fields of group %d: %w", number+1, err)
		case len(fields) == 0:
		case number == 0:
			r.ReportingServer = value(fields.Get("Reporting-MTA"))
		default:
			if err := r.addRecipient(fields); err != nil {
				return err
			}
		}
		if last {
			return nil
		}
	}
}

// nextGroup reads one group of fields, over the empty lines that some servers put before it.
func nextGroup(groups *textproto.Reader) (textproto.MIMEHeader, error) {
	for {
		next, err := groups.R.Peek(1)
		if err != nil {
			return nil, io.EOF
		}
		if next[0] != '\r' && next[0] != '\n' {
			return groups.ReadMIMEHeader()
		}
		if _, err := groups.R.ReadByte(); err != nil {
			return nil, io.EOF
		}
	}
}

// statusCode is a code of RFC 3463; a server may write words behind it.
var statusCode = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}`)

func (r *Report) addRecipient(fields textproto.MIMEHeader) error {
	recipient := Recipient{
		Address:    value(fields.Get("Original-Recipient")),
		Action:     Action(strings.ToLower(strings.TrimSpace(withoutComment(fields.Get("Action"))))),
		Status:     statusCode.FindString(strings.TrimSpace(fields.Get("Status"))),
		Diagnostic: value(fields.Get("Diagnostic-Code")),
	}
	if recipient.Address == "" {
		recipient.Address = value(fields.Get("Final-Recipient"))
	}
	switch recipient.Action {
	case Failed, Delayed, Delivered, Relayed, Expanded:
	default:
		return fmt.Errorf("the action %q is none of RFC 3464", recipient.Action)
	}
	r.Recipients = append(r.Recipients, recipient)
	return nil
}

// value is a field without its type ("rfc822; jeanne@example.fr") and brackets.
func value(field string) string {
	_, after, typed := strings.Cut(field, ";")
	if typed {
		field = after
	}
	return strings.Trim(strings.Join(strings.Fields(field), " "), "<> ")
}

func withoutComment(field string) string {
	before, _, _ := strings.Cut(field, "(")
	return before
}

// readReturned finds our IDs in the header of the mail that came back.
func (r *Report) readReturned(body io.Reader) {
	// An error only says that the header is cut: what was read counts.
	header, _ := textproto.NewReader(bufio.NewReader(body)).ReadMIMEHeader()
	r.OriginalMessageID = strings.Trim(header.Get("Message-Id"), "<> ")
	local, _, _ := strings.Cut(r.OriginalMessageID, "@")
	r.MessageID = local
	if ours := strings.TrimSpace(header.Get(MessageHeader)); ours != "" {
		r.MessageID = ours
	}
}

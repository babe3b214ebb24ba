package messaging

import (
	"errors"
	"fmt"
	"maps"
	"mime"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Email is one e-mail to one recipient, complete: nothing is added to it on the way to the provider.
type Email struct {
	MessageID   string            `json:"message_id"` // our ID, a UUID: the natural key of the message, also at the provider
	From        Address           `json:"from"`
	To          Address           `json:"to"`
	ReplyTo     Address           `json:"reply_to,omitzero"`
	CC          []Address         `json:"cc,omitempty"`
	Subject     string            `json:"subject"`
	Text        string            `json:"text"`           // the plain text part; always there
	HTML        string            `json:"html,omitempty"` // the HTML part; empty when there is none
	Attachments []Attachment      `json:"attachments,omitempty"`
	Headers     map[string]string `json:"headers,omitempty"` // further headers, such as List-Unsubscribe
	// Categories group messages in the provider's statistics. Never personal data: providers do not erase them.
	Categories []string `json:"categories,omitempty"`
}

// Attachment is one file of an e-mail.
type Attachment struct {
	Filename    string `json:"filename"`
	ContentType string `json:"content_type"` // media type, "application/pdf"
	Content     []byte `json:"content"`
	// ContentID makes the file a picture inside the mail, which the HTML shows where it names
	// "cid:" and this ID; empty for a file to open.
	ContentID string `json:"content_id,omitempty"`
}

// MaxEmailSize bounds text, HTML and attachments together, in bytes. SendGrid takes 30 MB after base64 encoding,
// which adds a third.
const MaxEmailSize = 20 << 20

// messageID allows what travels unchanged in a custom argument, a URL and a log line.
var messageID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$`)

// These headers are written from the fields of Email or by the provider; a second value would win over or
// contradict what was stored.
var reservedHeaders = map[string]bool{
	"From": true, "To": true, "Cc": true, "Bcc": true, "Reply-To": true, "Subject": true, "Date": true,
	"Message-Id": true, "Received": true, "Dkim-Signature": true, "Mime-Version": true,
	"Content-Type": true, "Content-Transfer-Encoding": true, "X-Sg-Id": true, "X-Sg-Eid": true,
}

// Validate reports everything that would make a provider refuse or change the message, all at once.
func (e Email) Validate() error {
	var problems []error
	report := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }

	if !messageID.MatchString(e.MessageID) {
		report("the message ID %q is not an ID of letters, digits and . _ : -", e.MessageID)
	}
	problems = append(problems, e.validateAddresses()...)
	switch {
	case strings.TrimSpace(e.Subject) == "":
		report("the subject is empty")
	case !singleLine(e.Subject):
		report("the subject is not one line of text")
	}
	if strings.TrimSpace(e.Text) == "" {
		report("the plain text part is empty: some recipients read nothing else")
	}
	if !utf8.ValidString(e.Text) || !utf8.ValidString(e.HTML) {
		report("the text or HTML part is not valid UTF-8")
	}
	size := len(e.Text) + len(e.HTML)
	for i, attachment := range e.Attachments {
		size += len(attachment.Content)
		if err := attachment.validate(); err != nil {
			report("attachment %d: %w", i+1, err)
		}
	}
	problems = append(problems, e.validatePictures()...)
	if size > MaxEmailSize {
		report("the message has %d bytes: at most %d are allowed", size, MaxEmailSize)
	}
	for name, value := range e.Headers {
		switch {
		case !headerName.MatchString(name):
			report("%q is not a header name", name)
		case reservedHeaders[textproto.CanonicalMIMEHeaderKey(name)]:
			report("the header %s is written by the mail itself and cannot be set", name)
		case !singleLine(value):
			report("the value of the header %s is not one line of text", name)
		}
	}
	for _, category := range e.Categories {
		if category == "" || !singleLine(category) {
			report("%q is not a category", category)
		}
	}
	return errors.Join(problems...)
}

func (e Email) validateAddresses() (problems []error) {
	check := func(field string, address Address) {
		if valid, err := ValidateEmailAddress(address.Email); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", field, err))
		} else if valid.Email != address.Email {
			problems = append(problems, fmt.Errorf("%s: the address is not in its validated form %q", field, valid.Email))
		}
		if !singleLine(address.Name) {
			problems = append(problems, fmt.Errorf("%s: the name is not one line of text", field))
		}
	}
	check("from", e.From)
	check("to", e.To)
	if !e.ReplyTo.IsZero() {
		check("reply-to", e.ReplyTo)
	}
	// SendGrid refuses a mail that names one address twice.
	seen := map[string]bool{strings.ToLower(e.To.Email): true}
	for i, copied := range e.CC {
		field := fmt.Sprintf("cc %d", i+1)
		check(field, copied)
		if key := strings.ToLower(copied.Email); seen[key] {
			problems = append(problems, fmt.Errorf("%s: the address already receives this message", field))
		} else {
			seen[key] = true
		}
	}
	return problems
}

// shownPictures are the pictures HTML shows by their content ID, src="cid:…", in the one way our layouts write it. They
// are looked for from the colon on: a pattern with src in any case at its beginning is tried at each letter of a mail.
func shownPictures(html string) map[string]bool {
	shown := map[string]bool{}
	for from := 0; ; {
		colon := strings.IndexByte(html[from:], ':')
		if colon < 0 {
			return shown
		}
		from += colon + 1
		scheme := from - len("cid:")
		if scheme < 0 || !strings.EqualFold(html[scheme:from], "cid:") || !beforeSource.MatchString(html[max(0, scheme-longestBeforeSource):scheme]) {
			continue
		}
		if end := strings.IndexAny(html[from:], `"'`); end >= 0 {
			shown[html[from:from+end]] = true
		}
	}
}

var beforeSource = regexp.MustCompile(`(?i)\bsrc\s*=\s*["']$`)

// longestBeforeSource is more than anybody writes from src to the quotation mark.
const longestBeforeSource = 64

// validatePictures keeps the HTML and the pictures sent with it together: a picture that is missing leaves a hole,
// one that is not shown is listed as a file to open.
func (e Email) validatePictures() (problems []error) {
	shown, sent := shownPictures(e.HTML), map[string]bool{}
	for _, file := range e.Attachments {
		switch {
		case file.ContentID == "":
			continue
		case sent[file.ContentID]:
			problems = append(problems, fmt.Errorf("two pictures have the content ID %s", file.ContentID))
		case !shown[file.ContentID]:
			problems = append(problems, fmt.Errorf("the HTML does not show the picture %s, cid:%s", file.Filename, file.ContentID))
		}
		sent[file.ContentID] = true
	}
	for _, id := range slices.Sorted(maps.Keys(shown)) {
		if !sent[id] {
			problems = append(problems, fmt.Errorf("the HTML shows the picture cid:%s, which is not attached", id))
		}
	}
	return problems
}

// contentID allows what is the same in a header, in JSON and in an address of HTML.
var contentID = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

func (a Attachment) validate() error {
	kind, _, typeErr := mime.ParseMediaType(a.ContentType)
	switch {
	case a.Filename == "" || !singleLine(a.Filename) || strings.ContainsAny(a.Filename, `/\`):
		return fmt.Errorf("%q is not a file name", a.Filename)
	case typeErr != nil || !singleLine(a.ContentType):
		return fmt.Errorf("%s: %q is not a media type", a.Filename, a.ContentType)
	case len(a.Content) == 0:
		return fmt.Errorf("%s: the file is empty", a.Filename)
	case a.ContentID != "" && !contentID.MatchString(a.ContentID):
		return fmt.Errorf("%s: the content ID %q is not one of letters, digits and . _ -", a.Filename, a.ContentID)
	case a.ContentID != "" && !strings.HasPrefix(kind, "image/"):
		return fmt.Errorf("%s: only a picture can be shown inside a mail, not %s", a.Filename, kind)
	}
	return nil
}

var headerName = regexp.MustCompile(`^[A-Za-z0-9-]+$`)

// singleLine keeps line breaks out of everything that becomes a header: they would start another one.
func singleLine(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || r == '\u2028' || r == '\u2029'
	})
}

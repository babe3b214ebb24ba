package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"relance/messaging"
)

// mailRequest is the body of POST /v3/mail/send, as far as the simulator looks at it.
type mailRequest struct {
	Personalizations []personalization `json:"personalizations"`
	From             *mailAddress      `json:"from"`
	ReplyTo          *mailAddress      `json:"reply_to"`
	Subject          string            `json:"subject"`
	Content          []mailContent     `json:"content"`
	Attachments      []mailAttachment  `json:"attachments"`
	Headers          map[string]string `json:"headers"`
	Categories       []string          `json:"categories"`
	CustomArgs       map[string]string `json:"custom_args"`
	TemplateID       string            `json:"template_id"`
	TrackingSettings struct {
		SubscriptionTracking struct {
			Enable *bool `json:"enable"`
		} `json:"subscription_tracking"`
	} `json:"tracking_settings"`
	MailSettings struct {
		SandboxMode struct {
			Enable bool `json:"enable"`
		} `json:"sandbox_mode"`
	} `json:"mail_settings"`
}

type personalization struct {
	To         []mailAddress     `json:"to"`
	CC         []mailAddress     `json:"cc"`
	BCC        []mailAddress     `json:"bcc"`
	Subject    string            `json:"subject"`
	CustomArgs map[string]string `json:"custom_args"`
}

type mailAddress struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

type mailContent struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

type mailAttachment struct {
	Content     string `json:"content"`
	Type        string `json:"type"`
	Filename    string `json:"filename"`
	Disposition string `json:"disposition"`
	ContentID   string `json:"content_id"`
}

// isLeftAsItIs reports whether the mail turns off the account's setting to add a link to unsubscribe.
func (r *mailRequest) isLeftAsItIs() bool {
	enable := r.TrackingSettings.SubscriptionTracking.Enable
	return enable != nil && !*enable
}

// inline reports whether the file is shown inside the mail.
func (a mailAttachment) inline() bool { return a.Disposition == "inline" && a.ContentID != "" }

// mailRefusal is one member of SendGrid's "errors".
type mailRefusal struct {
	Message string  `json:"message"`
	Field   *string `json:"field"`
	Help    *string `json:"help"`
}

// Limits of the v3 Mail Send endpoint.
const (
	maxMailBytes       = 30 << 20
	maxRecipients      = 1000
	maxCustomArgsBytes = 10_000
)

var headersOfSendGrid = map[string]bool{
	"x-sg-id": true, "x-sg-eid": true, "received": true, "dkim-signature": true, "content-type": true,
	"content-transfer-encoding": true, "to": true, "from": true, "subject": true, "reply-to": true, "cc": true, "bcc": true,
}

// validate returns what SendGrid would refuse; the fields are named as SendGrid names them.
func (r *mailRequest) validate() (refusals []mailRefusal) {
	refuse := func(field, format string, args ...any) {
		help := "https://www.twilio.com/docs/sendgrid/api-reference/mail-send/errors"
		refusals = append(refusals, mailRefusal{Message: fmt.Sprintf(format, args...), Field: &field, Help: &help})
	}
	address := func(field string, a mailAddress) {
		if _, err := messaging.ValidateEmailAddress(a.Email); err != nil {
			refuse(field+".email", "The address %s is not valid.", a.Email)
		}
	}

	if r.From == nil {
		refuse("from", "A sender is required.")
	} else {
		address("from", *r.From)
	}
	if r.ReplyTo != nil {
		address("reply_to", *r.ReplyTo)
	}
	if len(r.Personalizations) == 0 {
		refuse("personalizations", "At least one personalization is required.")
	}
	recipients, withoutSubject := 0, false
	for i, p := range r.Personalizations {
		field := fmt.Sprintf("personalizations.%d", i)
		recipients += len(p.To) + len(p.CC) + len(p.BCC)
		withoutSubject = withoutSubject || p.Subject == ""
		if len(p.To) == 0 {
			refuse(field+".to", "A recipient is required.")
		}
		seen := map[string]bool{}
		for _, group := range []struct {
			name      string
			addresses []mailAddress
		}{{"to", p.To}, {"cc", p.CC}, {"bcc", p.BCC}} {
			for j, a := range group.addresses {
				address(fmt.Sprintf("%s.%s.%d", field, group.name, j), a)
				if key := strings.ToLower(a.Email); seen[key] {
					refuse(field, "The address %s appears more than once in to, cc and bcc.", a.Email)
				} else {
					seen[key] = true
				}
			}
		}
	}
	if recipients > maxRecipients {
		refuse("personalizations", "There are %d recipients; the limit is %d.", recipients, maxRecipients)
	}
	if r.Subject == "" && withoutSubject && r.TemplateID == "" {
		refuse("subject", "A subject is required.")
	}
	r.validateContent(refuse)
	for name := range r.Headers {
		if headersOfSendGrid[strings.ToLower(name)] {
			refuse("headers."+name, "This header cannot be set.")
		}
	}
	for _, p := range r.Personalizations {
		if args, err := json.Marshal(r.customArgs(p)); err == nil && len(args) > maxCustomArgsBytes {
			refuse("custom_args", "The custom arguments have %d bytes; the limit is %d.", len(args), maxCustomArgsBytes)
		}
	}
	return refusals
}

func (r *mailRequest) validateContent(refuse func(field, format string, args ...any)) {
	if len(r.Content) == 0 && r.TemplateID == "" {
		refuse("content", "Content is required.")
	}
	// text/plain comes before text/html and either only once.
	rank := map[string]int{"text/plain": 1, "text/html": 2}
	last := 0
	for i, part := range r.Content {
		field := fmt.Sprintf("content.%d", i)
		if part.Value == "" {
			refuse(field+".value", "The value needs at least one character.")
		}
		place, known := rank[part.Type]
		if !known {
			place = 3
		}
		if part.Type == "" || place < last || known && place == last {
			refuse(field+".type", "The types must be text/plain, then text/html, each once, then others.")
		}
		last = place
	}
	for i, file := range r.Attachments {
		field := fmt.Sprintf("attachments.%d", i)
		if _, err := base64.StdEncoding.DecodeString(file.Content); err != nil || file.Content == "" {
			refuse(field+".content", "The content must be base64.")
		}
		if file.Filename == "" {
			refuse(field+".filename", "A file name is required.")
		}
		switch file.Disposition {
		case "", "attachment", "inline":
		default:
			refuse(field+".disposition", "The disposition must be inline or attachment.")
		}
		if strings.ContainsAny(file.ContentID, "\r\n") {
			refuse(field+".content_id", "The content ID must be one line.")
		}
	}
}

// customArgs are those of the whole mail, overridden by those of one personalization.
func (r *mailRequest) customArgs(p personalization) map[string]string {
	args := map[string]string{}
	for name, value := range r.CustomArgs {
		args[name] = value
	}
	for name, value := range p.CustomArgs {
		args[name] = value
	}
	return args
}

// files counts the attachments to open; pictures inside the mail are none.
func (r *mailRequest) files() int {
	count := 0
	for _, file := range r.Attachments {
		if !file.inline() {
			count++
		}
	}
	return count
}

func (r *mailRequest) part(contentType string) string {
	for _, part := range r.Content {
		if part.Type == contentType {
			return part.Value
		}
	}
	return ""
}

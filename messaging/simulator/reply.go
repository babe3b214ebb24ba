package simulator

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/textproto"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"relance/messaging"
)

// Reply is what the recipient of a message answers.
type Reply struct {
	// Number is the message of the mailbox that is answered.
	Number int64  `json:"number"`
	Text   string `json:"text"`
	// Subject is "Re: " and the subject of the mail when it is empty.
	Subject string `json:"subject,omitempty"`
	// From is who answers, when it is not who was written to.
	From string `json:"from,omitempty"`
	// HTML makes the mail one without plain text.
	HTML bool `json:"html,omitempty"`
	// Parsed posts the fields of the mail, as Inbound Parse does without "raw".
	Parsed bool `json:"parsed,omitempty"`
	// Headers are added to the mail: "Auto-Submitted".
	Headers map[string]string `json:"headers,omitempty"`
	// Files are attached to the mail.
	Files []File `json:"files,omitempty"`
	// ID is the Message-ID without brackets, or the SID; a new one when it is empty.
	ID string `json:"id,omitempty"`
	// WhatsApp sends it as a WhatsApp message; OptOut is Twilio's OptOutType.
	WhatsApp bool   `json:"whatsapp,omitempty"`
	OptOut   string `json:"opt_out,omitempty"`
}

// errNoInbound says that nobody takes answers in.
var errNoInbound = errors.New("the simulator was not told where answers go: give it the addresses of the inbound webhooks")

// Reply answers a message as its recipient would, and posts the answer as the
// provider does that received it: SendGrid's Inbound Parse, signed, or Twilio,
// signed. It returns the ID of the answer; the error says what the webhook
// answered.
func (s *Simulator) Reply(ctx context.Context, reply Reply) (id string, err error) {
	message, err := s.mailbox.message(reply.Number)
	if err != nil {
		return "", err
	}
	if strings.TrimSpace(reply.Text) == "" {
		return "", errors.New("an answer needs a text")
	}
	if message.Channel == messaging.ChannelSMS {
		return s.replyByTwilio(ctx, message, reply)
	}
	return s.replyByMail(ctx, message, reply)
}

// replyByTwilio posts a signed request for a short message that came in.
func (s *Simulator) replyByTwilio(ctx context.Context, message Message, reply Reply) (string, error) {
	if s.options.MessageWebhook == "" {
		return "", errNoInbound
	}
	if message.From != "" && !strings.HasPrefix(message.From, "+") {
		return "", fmt.Errorf("the message came from the name %s: nobody can answer a name, only a number", message.From)
	}
	prefix := ""
	if reply.WhatsApp {
		prefix = "whatsapp:"
	}
	form := url.Values{
		"AccountSid": {s.options.AccountSID}, "ApiVersion": {"2010-04-01"}, "Body": {reply.Text}, "NumMedia": {"0"}, "NumSegments": {"1"},
		"From": {prefix + either(reply.From, message.To)}, "To": {prefix + message.From}, "SmsStatus": {"received"},
	}
	id := either(reply.ID, hexID("SM"))
	form.Set("MessageSid", id)
	form.Set("SmsSid", id)
	form.Set("SmsMessageSid", id)
	if reply.WhatsApp {
		form.Set("OriginalRepliedMessageSid", message.ProviderID)
	}
	if reply.OptOut != "" {
		form.Set("OptOutType", reply.OptOut)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.options.MessageWebhook, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8")
	req.Header.Set("User-Agent", "TwilioProxy/1.1")
	req.Header.Set("X-Twilio-Signature", signStatus(s.options.AuthToken, s.options.MessageWebhook, form))
	return id, s.knock(req)
}

// replyByMail posts a signed request of Inbound Parse.
func (s *Simulator) replyByMail(ctx context.Context, message Message, reply Reply) (string, error) {
	if s.options.ParseWebhook == "" {
		return "", errNoInbound
	}
	mail, err := s.answerTo(message, reply)
	if err != nil {
		return "", err
	}
	body, contentType, err := mail.form(reply.Parsed)
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.options.ParseWebhook, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	timestamp := strconv.FormatInt(time.Now().Unix(), 10)
	signature, err := signEvents(s.signingKey, timestamp, body)
	if err != nil {
		return "", err
	}
	req.Header.Set("Content-Type", contentType)
	req.Header.Set("User-Agent", "SendGrid Inbound Parse")
	req.Header.Set(timestampHeader, timestamp)
	req.Header.Set(signatureHeader, signature)
	return mail.id, s.knock(req)
}

// answerMail is a mail that answers one of ours.
type answerMail struct {
	id, from, to, subject, text string
	html                        bool
	headers                     []string // "Name: value", in order
	files                       []File
}

func (s *Simulator) answerTo(message Message, reply Reply) (answerMail, error) {
	mail := answerMail{
		id: either(reply.ID, hexID("reply-")+"@simulator"), from: either(reply.From, message.To), to: message.From,
		subject: either(reply.Subject, "Re: "+message.Subject), html: reply.HTML, files: reply.Files,
	}
	raw, err := s.mailbox.body(message.Number)
	if err != nil {
		return mail, err
	}
	var sent mailRequest
	if err := json.Unmarshal(raw, &sent); err != nil {
		return mail, fmt.Errorf("the body of message %d: %w", message.Number, err)
	}
	if sent.ReplyTo != nil && sent.ReplyTo.Email != "" {
		mail.to = sent.ReplyTo.Email
	}
	mail.text = reply.Text + "\n\nLe " + message.At.Format("02/01/2006") + ", " + message.From + " a écrit :\n> " + strings.ReplaceAll(sent.part("text/plain"), "\n", "\n> ")
	if mail.html {
		mail.text = "<div>" + escaped(reply.Text) + "</div><blockquote>" + escaped(sent.part("text/plain")) + "</blockquote>"
	}
	mail.headers = []string{
		"From: " + mail.from, "To: " + mail.to, "Subject: " + mime.QEncoding.Encode("utf-8", mail.subject), "Date: " + time.Now().Format(time.RFC1123Z),
		"Message-ID: <" + mail.id + ">", "In-Reply-To: <" + message.ProviderID + "@simulator>", "References: <" + message.ProviderID + "@simulator>", "MIME-Version: 1.0",
	}
	for _, name := range slices.Sorted(maps.Keys(reply.Headers)) {
		mail.headers = append(mail.headers, line(name)+": "+line(reply.Headers[name]))
	}
	return mail, nil
}

func (m answerMail) kind() string {
	if m.html {
		return "text/html"
	}
	return "text/plain"
}

// field is the field of Inbound Parse that the text comes in.
func (m answerMail) field() string {
	if m.html {
		return "html"
	}
	return "text"
}

// form is the request of Inbound Parse: of the raw mail, or of its fields.
func (m answerMail) form(parsed bool) (body []byte, contentType string, err error) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	envelope, err := json.Marshal(map[string]any{"to": []string{m.to}, "from": m.from})
	if err != nil {
		return nil, "", err
	}
	fields := [][2]string{
		{"from", m.from}, {"to", m.to}, {"subject", m.subject}, {"sender_ip", "192.0.2.1"}, {"envelope", string(envelope)},
		{"charsets", `{"to":"UTF-8","from":"UTF-8","subject":"UTF-8","text":"UTF-8","html":"UTF-8"}`}, {"attachments", strconv.Itoa(len(m.files))},
	}
	if parsed {
		fields = append(fields, [2]string{"headers", strings.Join(m.headers, "\n")}, [2]string{m.field(), m.text})
	} else {
		raw, err := m.raw()
		if err != nil {
			return nil, "", err
		}
		fields = append(fields, [2]string{"email", string(raw)})
	}
	for _, field := range fields {
		if err := form.WriteField(field[0], field[1]); err != nil {
			return nil, "", err
		}
	}
	if parsed {
		for i, file := range m.files {
			part, err := form.CreatePart(textproto.MIMEHeader{
				"Content-Disposition": {mime.FormatMediaType("form-data", map[string]string{"name": "attachment" + strconv.Itoa(i+1), "filename": file.Name})},
				"Content-Type":        {file.ContentType},
			})
			if err != nil {
				return nil, "", err
			}
			if _, err := part.Write(file.Content); err != nil {
				return nil, "", err
			}
		}
	}
	err = form.Close()
	return b.Bytes(), form.FormDataContentType(), err
}

// raw is the mail as it travels.
func (m answerMail) raw() ([]byte, error) {
	var b bytes.Buffer
	parts := multipart.NewWriter(&b)
	headers := append(slices.Clone(m.headers), "Content-Type: multipart/mixed; boundary="+parts.Boundary())
	b.WriteString(strings.Join(headers, "\r\n") + "\r\n\r\n")
	text, err := parts.CreatePart(textproto.MIMEHeader{"Content-Type": {m.kind() + "; charset=utf-8"}, "Content-Transfer-Encoding": {"quoted-printable"}})
	if err != nil {
		return nil, err
	}
	encoder := quotedprintable.NewWriter(text)
	if _, err := io.WriteString(encoder, m.text); err != nil {
		return nil, err
	}
	if err := encoder.Close(); err != nil {
		return nil, err
	}
	for _, file := range m.files {
		part, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type": {file.ContentType}, "Content-Transfer-Encoding": {"base64"},
			"Content-Disposition": {mime.FormatMediaType("attachment", map[string]string{"filename": file.Name})},
		})
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(part, base64.StdEncoding.EncodeToString(file.Content)); err != nil {
			return nil, err
		}
	}
	err = parts.Close()
	return b.Bytes(), err
}

func either(given, otherwise string) string {
	if given != "" {
		return given
	}
	return otherwise
}

func line(text string) string { return strings.Join(strings.Fields(text), " ") }

func escaped(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", "<br>").Replace(text)
}

// replyJSON is POST /reply.json: a Reply.
func (s *Simulator) replyJSON(w http.ResponseWriter, r *http.Request) {
	var reply Reply
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxMailBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&reply); err != nil {
		writeJSON(w, http.StatusBadRequest, map[string]string{"error": err.Error()})
		return
	}
	id, err := s.Reply(r.Context(), reply)
	if err != nil {
		writeJSON(w, http.StatusBadGateway, map[string]string{"id": id, "error": err.Error()})
		return
	}
	writeJSON(w, http.StatusOK, map[string]string{"id": id})
}

// reply is the form of the message page.
func (p *pages) reply(w http.ResponseWriter, r *http.Request) {
	message, ok := p.numbered(w, r)
	if !ok {
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	text := r.PostFormValue("text")
	told := url.Values{"replied": {"yes"}}
	if _, err := p.simulator.Reply(r.Context(), Reply{Number: message.Number, Text: text}); err != nil {
		told = url.Values{"refused": {err.Error()}}
	}
	http.Redirect(w, r, fmt.Sprintf("/mailbox/%d?%s", message.Number, told.Encode()), http.StatusSeeOther)
}

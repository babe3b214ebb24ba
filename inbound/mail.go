package inbound

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // the charsets of the world
	"github.com/emersion/go-message/mail"
	"golang.org/x/text/encoding/charmap"
)

// ReadMail reads an e-mail as it travels (RFC 5322). What is beyond the limits, or
// broken, is left out and noted.
func ReadMail(raw []byte) Answer {
	a := Answer{Channel: Email, Kind: FromPerson, Raw: raw}
	root, err := message.ReadWithOptions(bytes.NewReader(raw), &message.ReadOptions{MaxHeaderBytes: maxHeader})
	if root == nil {
		a.note("the header of the mail cannot be read: " + reasonOf(err))
		a.Text = plain(string(raw[:min(len(raw), maxText)]), maxText)
		a.Said = a.Text
		return a
	}
	a.readHeader(root.Header)
	w := walk{answer: &a, header: root.Header}
	w.part(root, 0)
	w.finish()
	return a
}

func reasonOf(err error) string {
	if err == nil {
		return "it is empty"
	}
	return line(err.Error())
}

// readHeader reads what the header of the mail says.
func (a *Answer) readHeader(header message.Header) {
	h := mail.Header{Header: header}
	a.ProviderID = firstOf(messageIDs(header.Get("Message-Id")))
	a.Subject = line(headerText(header, "Subject"))
	a.From, a.FromName = senderOf(h)
	for _, name := range []string{"X-Envelope-To", "Delivered-To", "To", "Cc"} {
		a.To = append(a.To, addressesOf(h, name)...)
	}
	a.To = distinct(a.To)
	a.InReplyTo = messageIDs(header.Get("In-Reply-To"))
	references := messageIDs(header.Get("References"))
	for i := len(references) - 1; i >= 0; i-- { // the nearest is written last
		a.References = append(a.References, references[i])
	}
	if sign := autoSign(header, a.Subject); sign != "" {
		a.Kind, a.AutoSign = AutoReply, sign
	}
	kind, parameters, err := header.ContentType()
	if err == nil && kind == "multipart/report" && strings.EqualFold(parameters["report-type"], "delivery-status") {
		a.Kind = BounceMail
	}
}

func headerText(header message.Header, name string) string {
	text, err := header.Text(name)
	if err != nil {
		return decoded([]byte(header.Get(name)))
	}
	return text
}

func senderOf(h mail.Header) (address, name string) {
	for _, field := range []string{"From", "Sender", "Return-Path"} {
		list, err := h.AddressList(field)
		if err == nil && len(list) > 0 {
			return lowered(list[0].Address), line(list[0].Name)
		}
		if found := anyAddress.FindString(h.Get(field)); found != "" {
			return lowered(found), ""
		}
	}
	return "", ""
}

func addressesOf(h mail.Header, name string) []string {
	list, err := h.AddressList(name)
	if err != nil {
		return each(anyAddress.FindAllString(h.Get(name), maxIDs), lowered)
	}
	var addresses []string
	for _, one := range list[:min(len(list), maxIDs)] {
		addresses = append(addresses, lowered(one.Address))
	}
	return addresses
}

var anyAddress = regexp.MustCompile(`[A-Za-z0-9._%+=-]{1,64}@[A-Za-z0-9.-]{1,190}`)

func lowered(address string) string { return strings.ToLower(line(address)) }

var anyMessageID = regexp.MustCompile(`<([^<>\s]{1,250})>`)

// messageIDs are the IDs between angle brackets of a header.
func messageIDs(text string) []string {
	var ids []string
	for _, match := range anyMessageID.FindAllStringSubmatch(text, -1) {
		ids = append(ids, plain(match[1], maxLine))
	}
	if len(ids) > maxIDs {
		ids = ids[len(ids)-maxIDs:]
	}
	return ids
}

// walk reads the parts of a mail.
type walk struct {
	answer *Answer
	header message.Header
	parts  int
	texts  []string
	html   string
	report deliveryReport
}

func (w *walk) part(entity *message.Entity, depth int) {
	if w.parts++; w.parts > maxParts {
		w.answer.note("the mail has more parts than are read: the rest was left out")
		return
	}
	if parts := entity.MultipartReader(); parts != nil {
		w.multipart(parts, depth)
		return
	}
	content, err := io.ReadAll(io.LimitReader(entity.Body, MaxBytes))
	if err != nil {
		w.answer.note("a part of the mail is broken: " + reasonOf(err))
	}
	w.leaf(entity.Header, content)
}

func (w *walk) multipart(parts message.MultipartReader, depth int) {
	if depth == maxDepth {
		w.answer.note("the mail is nested deeper than is read: the rest was left out")
		return
	}
	for w.parts <= maxParts {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return
		}
		if part == nil {
			w.answer.note("the mail breaks off: " + reasonOf(err))
			return
		}
		w.part(part, depth+1) // an unknown charset or encoding leaves the bytes as they are
	}
}

func (w *walk) leaf(header message.Header, content []byte) {
	kind, parameters, err := header.ContentType()
	if err != nil || kind == "" {
		kind = "text/plain"
	}
	kind = strings.ToLower(kind)
	disposition, about, _ := header.ContentDisposition()
	name := about["filename"]
	if name == "" {
		name = parameters["name"]
	}
	w.report.read(kind, content)
	switch {
	case kind == "text/plain" && disposition != "attachment" && name == "":
		w.texts = append(w.texts, decoded(content))
	case kind == "text/html" && disposition != "attachment" && name == "":
		if w.html == "" {
			w.html = decoded(content)
		}
	case kind == "message/delivery-status" || len(content) == 0:
	default:
		w.answer.attach(name, kind, content)
	}
}

func (w *walk) finish() {
	a := w.answer
	a.setText(strings.Join(w.texts, "\n"), w.html)
	a.readBounce(w.header, w.report)
}

// setText takes the plain text, or what the HTML says when there is none.
func (a *Answer) setText(text, html string) {
	text = plain(text, maxText)
	if strings.TrimSpace(text) == "" && html != "" {
		text = plain(textOfHTML(html), maxText)
	}
	a.Text = strings.TrimSpace(text)
	a.Said = said(a.Text)
}

// attach keeps a file under a harmless name.
func (a *Answer) attach(name, declared string, content []byte) {
	if len(a.Attachments) == maxAttachments {
		a.note("more files are attached than are kept: the rest was left out")
		return
	}
	name = strings.Trim(path.Base(strings.ReplaceAll(line(name), `\`, "/")), ". ")
	if name == "" || name == "/" {
		name = "attachment"
	}
	a.Attachments = append(a.Attachments, Attachment{
		Name: name, Declared: line(declared), Detected: http.DetectContentType(content), SHA256: hashOf(content), Content: content,
	})
}

// decoded is the text of bytes whose charset was applied, is not known, or is not
// the one declared: what is not UTF-8 is taken for Windows-1252, of which every
// byte is a character.
func decoded(content []byte) string {
	if utf8.Valid(content) {
		return string(content)
	}
	text, err := charmap.Windows1252.NewDecoder().Bytes(content)
	if err != nil {
		return strings.ToValidUTF8(string(content), "�")
	}
	return string(text)
}

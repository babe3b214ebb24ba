package simulator

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"relance/messaging"
)

//go:embed page/*.html page/style.css
var pageFiles embed.FS

const listedPerPage = 50

// contentPolicy lets the pages load nothing from outside. The frame with a mail's HTML inherits it, so that
// no mail can fetch a picture, run a script or send a form.
const contentPolicy = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"

type pages struct {
	simulator *Simulator
	templates map[string]*template.Template
	css       []byte
}

func newPages(s *Simulator) (*pages, error) {
	p := &pages{simulator: s, templates: map[string]*template.Template{}}
	functions := template.FuncMap{
		"clock": func(t time.Time) string { return t.In(s.options.Now().Location()).Format("Mon 2 Jan 2006, 15:04") },
		"wall":  func(t time.Time) string { return t.In(s.options.Now().Location()).Format("15:04:05.000") },
		"size":  size,
		"badge": func(c messaging.Channel) string {
			switch c {
			case messaging.ChannelSMS:
				return "SMS"
			case messaging.ChannelWhatsApp:
				return "WhatsApp"
			default:
				return "mail"
			}
		},
		"after": func(from, to time.Time) string { return to.Sub(from).Round(time.Millisecond).String() },
	}
	for _, name := range []string{"list", "message", "faults"} {
		t, err := template.New("layout.html").Funcs(functions).ParseFS(pageFiles, "page/layout.html", "page/"+name+".html")
		if err != nil {
			return nil, fmt.Errorf("the simulator's page %s: %w", name, err)
		}
		p.templates[name] = t
	}
	var err error
	p.css, err = pageFiles.ReadFile("page/style.css")
	return p, err
}

func size(bytes int) string {
	switch {
	case bytes < 1<<10:
		return fmt.Sprintf("%d B", bytes)
	case bytes < 1<<20:
		return fmt.Sprintf("%.1f kB", float64(bytes)/(1<<10))
	default:
		return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
	}
}

// show renders a page whole before it answers, so that a fault of the template is not half a page.
func (p *pages) show(w http.ResponseWriter, status int, name, title string, data any) {
	var b bytes.Buffer
	stats := p.simulator.Stats()
	err := p.templates[name].Execute(&b, map[string]any{
		"Title": title, "Page": name, "Stats": stats, "Data": data,
		"Mails": stats.Messages[messaging.ChannelEmail], "Texts": stats.Messages[messaging.ChannelSMS] + stats.Messages[messaging.ChannelWhatsApp],
	})
	if err != nil {
		p.simulator.log.Error("the simulator's page cannot be shown", "page", name, "error", err)
		http.Error(w, "the page cannot be shown", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", contentPolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = b.WriteTo(w) // the reader has gone
}

type listData struct {
	Messages []Message
	Words    string
	Channel  messaging.Channel
	Older    string // address of the next page; empty on the last
	Newest   bool
}

func (p *pages) list(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	f := filter{words: strings.TrimSpace(query.Get("q")), before: int64(number(query, "before", 0))}
	switch channel := messaging.Channel(query.Get("channel")); channel {
	case messaging.ChannelEmail, messaging.ChannelSMS, messaging.ChannelWhatsApp:
		f.channel = channel
	}
	found, more := p.simulator.mailbox.newest(f, listedPerPage)
	data := listData{Messages: found, Words: f.words, Channel: f.channel, Newest: f.before == 0}
	if more {
		query.Set("before", strconv.FormatInt(found[len(found)-1].Number, 10))
		data.Older = "/?" + query.Encode()
	}
	p.show(w, http.StatusOK, "list", "Mailbox", data)
}

type messageData struct {
	Message Message
	Content Content
	Missing string // why there is no content
	Times   int    // how often this message ID was accepted
	Replied bool   // an answer was just posted
	Refused string // why the answer was not taken in
}

func (p *pages) message(w http.ResponseWriter, r *http.Request) {
	message, ok := p.numbered(w, r)
	if !ok {
		return
	}
	data := messageData{Message: message, Times: p.simulator.Accepted(message.MessageID)}
	data.Replied, data.Refused = r.URL.Query().Get("replied") != "", r.URL.Query().Get("refused")
	var err error
	if data.Content, err = p.simulator.Content(message.Number); err != nil {
		data.Missing = err.Error()
	}
	p.show(w, http.StatusOK, "message", message.Subject, data)
}

func (p *pages) numbered(w http.ResponseWriter, r *http.Request) (Message, bool) {
	n, err := strconv.ParseInt(r.PathValue("number"), 10, 64)
	if err == nil {
		var message Message
		if message, err = p.simulator.mailbox.message(n); err == nil {
			return message, true
		}
	}
	http.Error(w, "There is no such message.", http.StatusNotFound)
	return Message{}, false
}

// file downloads an attachment. It is never shown in place: it comes from a message.
func (p *pages) file(w http.ResponseWriter, r *http.Request) {
	message, ok := p.numbered(w, r)
	if !ok {
		return
	}
	content, err := p.simulator.Content(message.Number)
	i, indexErr := strconv.Atoi(r.PathValue("file"))
	switch {
	case errors.Is(err, errBodyGone):
		http.Error(w, err.Error(), http.StatusGone)
		return
	case err != nil || indexErr != nil || i < 0 || i >= len(content.Files):
		http.Error(w, "There is no such file.", http.StatusNotFound)
		return
	}
	file := content.Files[i]
	w.Header().Set("Content-Type", "application/octet-stream")
	if kind, _, err := mime.ParseMediaType(file.ContentType); err == nil && kind == "application/pdf" {
		w.Header().Set("Content-Type", kind)
	}
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "sandbox")
	_, _ = w.Write(file.Content) // the reader has gone
}

func (p *pages) style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "max-age=60")
	_, _ = w.Write(p.css) // the reader has gone
}

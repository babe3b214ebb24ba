package api

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"net/http"
	"strings"

	"relance/casefile"
	"relance/collection"
	"relance/messaging/unsubscribe"
)

//go:embed unsubscribe.html
var unsubscribePage string

const unsubscribeStyle = "body{font:16px/1.5 sans-serif;margin:0;background:#f4f5f6;color:#1c242c}main{max-width:34rem;margin:10vh auto;padding:2rem;background:#fff}" +
	"h1{font-size:1.3rem;margin-top:0}button{font:inherit;padding:.6rem 1.2rem;border:0;background:#1d4f73;color:#fff;cursor:pointer}"

// unsubscribeWords are the words of the page.
type unsubscribeWords struct{ Lang, Title, Text, Button string }

// The pages by language: the question, what was done, a link that is none.
var unsubscribePages = map[string][3]unsubscribeWords{
	"fr": {
		{"fr", "Ne plus recevoir d’e-mails", "Nous ne vous enverrons plus d’e-mails à cette adresse au sujet de vos factures. Les courriers postaux restent possibles.", "Ne plus recevoir d’e-mails"},
		{"fr", "C’est noté", "Nous ne vous enverrons plus d’e-mails à cette adresse. Pour revenir sur ce choix, écrivez-nous ou appelez-nous.", ""},
		{"fr", "Ce lien n’est pas valable", "Il est peut-être incomplet : ouvrez-le de nouveau depuis l’e-mail, ou répondez à celui-ci.", ""},
	},
	"en": {
		{"en", "Stop e-mails", "We will not send you e-mails about your invoices at this address any more. Letters by post remain possible.", "Stop e-mails"},
		{"en", "Done", "We will not send you e-mails at this address any more. To change your mind, write to us or call us.", ""},
		{"en", "This link is not valid", "It may be incomplete: open it again from the e-mail, or answer that e-mail.", ""},
	},
}

const (
	pageQuestion = iota
	pageDone
	pageNoLink
)

// askToUnsubscribe shows what a link does. It does nothing by itself: programs that
// look for harmful links open every one (RFC 8058, section 3.1).
func (a *api) askToUnsubscribe(w http.ResponseWriter, r *http.Request) {
	reader, known := a.readerOf(w, r)
	if known {
		a.showUnsubscribe(w, r, http.StatusOK, reader.Language, pageQuestion)
	}
}

// unsubscribe records the opt-out of the reader of a message: by one click of the
// mail program, or by the button of the page.
func (a *api) unsubscribe(w http.ResponseWriter, r *http.Request) {
	reader, known := a.readerOf(w, r)
	if !known {
		return
	}
	err := a.Cases.Store.RecordOptOut(r.Context(), casefile.OptOut{
		Creditor: reader.Creditor, Debtor: reader.Debtor, Channel: collection.Channel(reader.Channel), Address: reader.Recipient,
		Source: "unsubscribe-link", At: a.Cases.Clock().Now(),
	})
	if err != nil {
		a.logFault(r.Context(), "unsubscribe", err)
		problemOf(err).write(w, r)
		return
	}
	a.showUnsubscribe(w, r, http.StatusOK, reader.Language, pageDone)
}

// readerOf is whom the message of a link was for; it answers itself when there is
// none.
func (a *api) readerOf(w http.ResponseWriter, r *http.Request) (casefile.Reader, bool) {
	key, err := a.Cases.Store.LinkKey(r.Context())
	var reader casefile.Reader
	if err == nil {
		message, genuine := unsubscribe.New(a.PublicURL, key).MessageOf(r.PathValue("token"))
		if err = casefile.ErrUnknownMessage; genuine {
			reader, err = a.Cases.Store.ReaderOf(r.Context(), message)
		}
	}
	switch {
	case err == nil && reader.Channel == string(collection.ChannelEmail):
		return reader, true
	case err == nil, errors.Is(err, casefile.ErrUnknownMessage):
		language := "en"
		if strings.HasPrefix(r.Header.Get("Accept-Language"), "fr") {
			language = "fr"
		}
		a.showUnsubscribe(w, r, http.StatusNotFound, language, pageNoLink)
	default:
		a.logFault(r.Context(), "unsubscribe", err)
		problemOf(err).write(w, r)
	}
	return casefile.Reader{}, false
}

var unsubscribeTemplate = template.Must(template.New("unsubscribe").Parse(unsubscribePage))

func (a *api) showUnsubscribe(w http.ResponseWriter, r *http.Request, status int, language string, which int) {
	pages, known := unsubscribePages[strings.SplitN(language, "-", 2)[0]]
	if !known {
		pages = unsubscribePages["en"]
	}
	var page bytes.Buffer
	shown := struct {
		unsubscribeWords
		Style template.CSS
	}{pages[which], unsubscribeStyle}
	if err := unsubscribeTemplate.Execute(&page, shown); err != nil {
		a.logFault(r.Context(), "unsubscribe", err)
		problemOf(err).write(w, r)
		return
	}
	style := sha256.Sum256([]byte(unsubscribeStyle))
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", shown.Lang)
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(style[:])+
		"'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the reader who has gone misses nothing
}

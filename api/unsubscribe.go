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
	"h1{font-size:1.3rem;margin-top:0}button{font:inherit;padding:.6rem 1.2rem;border:0;background:#1d4f73;color:#fff;cursor:pointer}" +
	"fieldset{border:1px solid #8a949e;margin:0 0 1.2rem;padding:.6rem 1rem}label{display:block;padding:.4rem 0}[role=alert]{color:#a11d1d;font-weight:bold}"

// unsubscribeWords are the words of the page. Which, Several and Missing are those of
// the question after a mail that went to several people.
type unsubscribeWords struct{ Lang, Title, Text, Button, Which, Several, Missing string }

// The pages by language: the question, what was done, a link that is none.
var unsubscribePages = map[string][3]unsubscribeWords{
	"fr": {
		{
			"fr", "Ne plus recevoir d’e-mails", "Nous ne vous enverrons plus d’e-mails à cette adresse au sujet de vos factures. Les courriers postaux restent possibles.", "Ne plus recevoir d’e-mails",
			"Quelle adresse ne doit plus en recevoir\u00a0?", "Cet e-mail a été envoyé à plusieurs personnes. Si votre adresse n’est pas dans la liste, répondez à l’e-mail.",
			"Rien n’a été changé\u00a0: choisissez d’abord une adresse.",
		},
		{Lang: "fr", Title: "C’est noté", Text: "Nous ne vous enverrons plus d’e-mails à cette adresse. Pour revenir sur ce choix, écrivez-nous ou appelez-nous."},
		{Lang: "fr", Title: "Ce lien n’est pas valable", Text: "Il est peut-être incomplet : ouvrez-le de nouveau depuis l’e-mail, ou répondez à celui-ci."},
	},
	"en": {
		{
			"en", "Stop e-mails", "We will not send you e-mails about your invoices at this address any more. Letters by post remain possible.", "Stop e-mails",
			"Which address is to get no more of them?", "This e-mail was sent to several people. If your address is not in the list, answer the e-mail.",
			"Nothing was changed: choose an address first.",
		},
		{Lang: "en", Title: "Done", Text: "We will not send you e-mails at this address any more. To change your mind, write to us or call us."},
		{Lang: "en", Title: "This link is not valid", Text: "It may be incomplete: open it again from the e-mail, or answer that e-mail."},
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
		a.showUnsubscribe(w, r, http.StatusOK, reader.Language, unsubscribeView{page: pageQuestion, Choices: reader.choices})
	}
}

// unsubscribe records the opt-out of the reader of a message: by one click of the
// mail program, or by the button of the page. After a mail that went to several
// people the page has to say which of them it is; a click that does not changes nothing.
func (a *api) unsubscribe(w http.ResponseWriter, r *http.Request) {
	reader, known := a.readerOf(w, r)
	if !known {
		return
	}
	address := reader.Recipient
	if reader.Copied {
		if address, known = reader.chosen(w, r); !known {
			a.showUnsubscribe(w, r, http.StatusUnprocessableEntity, reader.Language, unsubscribeView{page: pageQuestion, Choices: reader.choices, Unanswered: true})
			return
		}
	}
	err := a.Cases.Store.RecordOptOut(r.Context(), casefile.OptOut{
		Creditor: reader.Creditor, Debtor: reader.Debtor, Channel: collection.Channel(reader.Channel), Address: address,
		Source: "unsubscribe-link", At: a.Cases.Clock().Now(),
	})
	if err != nil {
		a.logFault(r.Context(), "unsubscribe", err)
		problemOf(err).write(w, r)
		return
	}
	a.showUnsubscribe(w, r, http.StatusOK, reader.Language, unsubscribeView{page: pageDone})
}

// unsubscribeReader is whom the message of a link was for, with the addresses to
// choose from when it went to several people.
type unsubscribeReader struct {
	casefile.Reader
	choices []addressChoice
}

// addressChoice is one of several addresses. Whoever has the link learns no more of it
// than its reader needs to know it again.
type addressChoice struct {
	Token, Masked string
	address       string
}

func newUnsubscribeReader(reader casefile.Reader, links unsubscribe.Links, message string) unsubscribeReader {
	known := unsubscribeReader{Reader: reader}
	if !reader.Copied {
		return known
	}
	addresses := append([]string{reader.Recipient}, reader.Copies...)
	for i, masked := range maskedAddresses(addresses) {
		known.choices = append(known.choices, addressChoice{Token: links.Choice(message, addresses[i]), Masked: masked, address: addresses[i]})
	}
	return known
}

// maxUnsubscribeForm is far more than the form of the page needs.
const maxUnsubscribeForm = 64 << 10

// chosen is the address that the form of the page names; false when it names none.
func (u unsubscribeReader) chosen(w http.ResponseWriter, r *http.Request) (string, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, maxUnsubscribeForm)
	if err := r.ParseForm(); err != nil {
		return "", false
	}
	given := r.PostForm.Get(unsubscribe.ChoiceField)
	for _, choice := range u.choices {
		if isSame(given, choice.Token) {
			return choice.address, true
		}
	}
	return "", false
}

// maskedAddresses show the first letters of each address, as many as tell them apart,
// and its domain: "c•••@client.example".
func maskedAddresses(addresses []string) []string {
	masked := make([]string, len(addresses))
	for shown := 1; ; shown++ {
		distinct, longest := map[string]bool{}, 0
		for i, address := range addresses {
			local, domain, _ := strings.Cut(strings.ToLower(address), "@")
			letters := []rune(local)
			longest = max(longest, len(letters))
			masked[i] = string(letters[:min(shown, len(letters))]) + "•••@" + domain
			distinct[masked[i]] = true
		}
		if len(distinct) == len(addresses) || shown >= longest {
			return masked
		}
	}
}

// readerOf is whom the message of a link was for; it answers itself when there is
// none.
func (a *api) readerOf(w http.ResponseWriter, r *http.Request) (unsubscribeReader, bool) {
	key, err := a.Cases.Store.LinkKey(r.Context())
	var reader unsubscribeReader
	if err == nil {
		links := unsubscribe.New(a.PublicURL, key)
		message, genuine := links.MessageOf(r.PathValue("token"))
		if err = casefile.ErrUnknownMessage; genuine {
			var whom casefile.Reader
			whom, err = a.Cases.Store.ReaderOf(r.Context(), message)
			reader = newUnsubscribeReader(whom, links, message)
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
		a.showUnsubscribe(w, r, http.StatusNotFound, language, unsubscribeView{page: pageNoLink})
	default:
		a.logFault(r.Context(), "unsubscribe", err)
		problemOf(err).write(w, r)
	}
	return unsubscribeReader{}, false
}

var unsubscribeTemplate = template.Must(template.New("unsubscribe").Parse(unsubscribePage))

// unsubscribeView is what a page shows. Choices are the addresses to choose from, none
// when there is nothing to choose; Unanswered: nobody chose.
type unsubscribeView struct {
	unsubscribeWords
	page       int
	Choices    []addressChoice
	Field      string
	Unanswered bool
	Style      template.CSS
}

func (a *api) showUnsubscribe(w http.ResponseWriter, r *http.Request, status int, language string, view unsubscribeView) {
	pages, known := unsubscribePages[strings.SplitN(language, "-", 2)[0]]
	if !known {
		pages = unsubscribePages["en"]
	}
	var page bytes.Buffer
	view.unsubscribeWords, view.Field, view.Style = pages[view.page], unsubscribe.ChoiceField, unsubscribeStyle
	if err := unsubscribeTemplate.Execute(&page, view); err != nil {
		a.logFault(r.Context(), "unsubscribe", err)
		problemOf(err).write(w, r)
		return
	}
	style := sha256.Sum256([]byte(unsubscribeStyle))
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", view.Lang)
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(style[:])+
		"'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write(page.Bytes()) // the reader who has gone misses nothing
}

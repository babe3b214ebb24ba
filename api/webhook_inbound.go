package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"time"

	"relance/inbound"
	"relance/messaging"
	"relance/messaging/sendgrid"
	"relance/messaging/twilio"
)

const (
	// maxParse is the largest request of Inbound Parse: a mail of the largest size in a
	// form.
	maxParse = inbound.MaxBytes + 2<<20
	// largeAtATime bounds the large requests that are in memory together.
	largeAtATime = 4
)

// emptyTwiML says to Twilio that nothing is to be answered.
const emptyTwiML = `<?xml version="1.0" encoding="UTF-8"?><Response/>`

// receiveParse takes the mails that SendGrid's Inbound Parse passes on. It knows
// SendGrid by the secret in the path, by the user and password of the address, and
// by the signature, as far as they are configured.
func (a *api) receiveParse(w http.ResponseWriter, r *http.Request) {
	if a.ParseToken == "" {
		problem(codeNotConfigured, "the token that tells Inbound Parse from others is not configured").with("Retry-After", "300").write(w, r)
		return
	}
	if !isSame(r.PathValue("token"), a.ParseToken) || !a.parseUserFits(r) {
		a.refuseWebhook(w, r, providerSendGrid, messaging.ErrForged)
		return
	}
	body, refused := a.readLarge(w, r, maxParse)
	if refused != nil && refused.Code == string(codeMalformed) {
		// Whose fault it was that it did not arrive whole nobody knows, and SendGrid throws away what is refused.
		refused = problem(codeUnavailable, refused.Detail+": repeat it").with("Retry-After", "30")
	}
	if refused != nil {
		refused.write(w, r)
		return
	}
	if a.parseKey != nil {
		if err := sendgrid.VerifyParse(a.parseKey, r.Header, body, time.Now()); err != nil {
			a.refuseWebhook(w, r, providerSendGrid, err)
			return
		}
	}
	answer, err := inbound.ReadParse(r.Header.Get("Content-Type"), body)
	if err != nil {
		a.refuseWebhook(w, r, providerSendGrid, errors.Join(messaging.ErrMalformed, err))
		return
	}
	if a.takeAnswer(w, r, answer) {
		w.WriteHeader(http.StatusNoContent)
	}
}

// receiveTwilioMessage takes the short messages and WhatsApp messages that Twilio
// passes on, signed as its status callbacks are. Nothing is ever answered.
func (a *api) receiveTwilioMessage(w http.ResponseWriter, r *http.Request) {
	if a.TwilioAuthToken == "" {
		problem(codeNotConfigured, "the auth token that verifies Twilio's requests is not configured").with("Retry-After", "300").write(w, r)
		return
	}
	body, refused := readWebhook(w, r)
	if refused != nil {
		refused.write(w, r)
		return
	}
	if err := twilio.VerifyInbound(a.TwilioAuthToken, a.PublicURL+r.URL.RequestURI(), body, r.Header.Get(twilio.SignatureHeader)); err != nil {
		a.refuseWebhook(w, r, providerTwilio, err)
		return
	}
	answer, err := inbound.ReadTwilio(body)
	if err != nil {
		a.refuseWebhook(w, r, providerTwilio, errors.Join(messaging.ErrMalformed, err))
		return
	}
	if a.takeAnswer(w, r, answer) {
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		_, _ = io.WriteString(w, emptyTwiML) // the caller has gone
	}
}

// takeAnswer keeps an answer and reports whether the provider is to hear so. What
// could not be brought about yet is done later from what was kept; only what could
// not be kept is asked for again.
func (a *api) takeAnswer(w http.ResponseWriter, r *http.Request, answer inbound.Answer) bool {
	recorded, _, err := a.Answers.Receive(r.Context(), answer)
	switch {
	case err == nil:
		return true
	case recorded.ID != "":
		a.logFault(r.Context(), "bringing about the effect of the answer "+recorded.ID, err)
		return true
	case isUnstorable(err):
		a.Log.ErrorContext(r.Context(), "an answer cannot be stored and is dropped", "request", callOf(r.Context()).id, "answer", answer.ID(), "error", err)
		return true // repeated, it would be refused again
	default:
		a.answerWebhook(w, r, err)
		return false
	}
}

// isSame compares secrets in a time that tells nothing of them.
func isSame(given, known string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(known))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

func (a *api) parseUserFits(r *http.Request) bool {
	if a.ParseUser == "" && a.ParsePassword == "" {
		return true
	}
	user, password, given := r.BasicAuth()
	userFits, passwordFits := isSame(user, a.ParseUser), isSame(password, a.ParsePassword)
	return given && userFits && passwordFits
}

// readLarge reads a large body whole, a few at a time.
func (a *api) readLarge(w http.ResponseWriter, r *http.Request, most int64) ([]byte, *Problem) {
	if r.ContentLength > most {
		return nil, problem(codeTooLarge, "a mail of more than 30 MiB is not taken in")
	}
	select {
	case a.large <- struct{}{}:
		defer func() { <-a.large }()
	case <-r.Context().Done():
		return nil, problem(codeUnavailable, "the caller has gone")
	}
	limits := http.NewResponseController(w)
	// Errors mean that the server does not support limits; then there are none to lift.
	_ = limits.SetReadDeadline(time.Now().Add(uploadTime))
	_ = limits.SetWriteDeadline(time.Now().Add(uploadTime + time.Minute))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, problem(codeTooLarge, "a mail of more than 30 MiB is not taken in")
	case err != nil:
		return nil, problem(codeMalformed, "the request did not arrive whole")
	default:
		return body, nil
	}
}

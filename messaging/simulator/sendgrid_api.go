package simulator

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"relance/messaging"
)

const requestsPerMinute = 600

// sendMail is POST /v3/mail/send.
func (s *Simulator) sendMail(w http.ResponseWriter, r *http.Request) {
	if !s.keyMatches(r.Header.Get("Authorization")) {
		s.refuseMail(w, http.StatusUnauthorized, mailRefusal{Message: "The API key is unknown, expired or revoked."})
		return
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" || r.Header.Get("Content-Encoding") != "" {
		s.refuseMail(w, http.StatusUnsupportedMediaType, mailRefusal{Message: "The body must be plain application/json."})
		return
	}
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxMailBytes))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		s.refuseMail(w, http.StatusRequestEntityTooLarge, mailRefusal{Message: "The mail is larger than 30 MB."})
		return
	case err != nil:
		s.refuseMail(w, http.StatusBadRequest, mailRefusal{Message: "The body ended too early."})
		return
	}
	var request mailRequest
	if err := json.Unmarshal(raw, &request); err != nil {
		s.refuseMail(w, http.StatusBadRequest, mailRefusal{Message: "Bad Request: " + err.Error()})
		return
	}
	if refusals := request.validate(); len(refusals) > 0 {
		s.refuseMail(w, http.StatusBadRequest, refusals...)
		return
	}
	s.answerMail(r.Context(), w, &request, raw)
}

func (s *Simulator) answerMail(ctx context.Context, w http.ResponseWriter, request *mailRequest, raw []byte) {
	messageID := request.customArgs(request.Personalizations[0])[messaging.MessageIDKey]
	key := messageID
	if key == "" {
		key = messaging.Hash(raw)
	}
	faults, fate, share := s.nextAttempt(sendGrid, key)
	// A client that gives up meanwhile does not stop a provider.
	if !wait(s.life, faults.latency(share)) {
		dropConnection()
		return
	}
	rateHeaders(w, requestsPerMinute-1, time.Now().Add(time.Minute))
	switch fate {
	case rateLimited:
		rateHeaders(w, 0, time.Now().Add(time.Duration(max(faults.RetryAfterS, 1))*time.Second))
		s.refuseMail(w, http.StatusTooManyRequests, mailRefusal{Message: "too many requests"})
		return
	case failedBefore:
		s.refuseMail(w, http.StatusServiceUnavailable, mailRefusal{Message: "simulated fault before accepting"})
		return
	case droppedBefore:
		s.count(sendGrid, "dropped before accepting")
		dropConnection()
		return
	case accepted, failedAfter, droppedAfter:
	}
	if request.MailSettings.SandboxMode.Enable {
		s.count(sendGrid, "checked in sandbox mode")
		w.WriteHeader(http.StatusOK)
		return
	}
	providerID, err := s.acceptMail(request, raw, messageID, key, faults, fate)
	if err != nil {
		s.log.ErrorContext(ctx, "the simulator could not keep a mail", "error", err)
		s.refuseMail(w, http.StatusInternalServerError, mailRefusal{Message: "the mailbox cannot be written"})
		return
	}
	s.count(sendGrid, answers[fate])
	switch fate {
	case failedAfter:
		writeJSON(w, http.StatusInternalServerError, map[string]any{"errors": []mailRefusal{{Message: "simulated fault after accepting"}}})
	case droppedAfter:
		dropConnection()
		return
	default:
		w.Header().Set("X-Message-Id", providerID)
		w.WriteHeader(http.StatusAccepted)
	}
}

// unsubscribeLink is what an account with subscription tracking adds to a mail.
const unsubscribeLink = "To unsubscribe: https://simulator.example/wf/unsubscribe"

var answers = map[fate]string{
	accepted: "accepted", failedAfter: "failed after accepting", droppedAfter: "dropped after accepting",
}

// acceptMail keeps the mail and plans what becomes of it. A mail with several personalizations is kept as one
// message with the recipients of the first; events come for all.
func (s *Simulator) acceptMail(request *mailRequest, raw []byte, messageID, key string, faults Faults, fate fate) (string, error) {
	now := time.Now()
	providerID := eventID()
	message := Message{
		Channel: messaging.ChannelEmail, MessageID: messageID, ProviderID: providerID,
		At: s.options.Now(), ReceivedAt: now,
		From: request.From.Email, FromName: request.From.Name, Subject: request.Subject,
		To: request.Personalizations[0].To[0].Email, ToName: request.Personalizations[0].To[0].Name,
		Size: len(raw), SHA256: messaging.Hash(raw), Answer: answers[fate], Attachments: request.files(),
		CustomArgs: request.customArgs(request.Personalizations[0]), Categories: request.Categories,
	}
	if faults.SubscriptionTracking && !request.isLeftAsItIs() {
		message.Added = unsubscribeLink
	}
	if message.Subject == "" {
		message.Subject = request.Personalizations[0].Subject
	}
	for i, p := range request.Personalizations {
		for j, to := range p.To {
			message.Events = append(message.Events, s.planEmail(faults, key, to.Email, now)...)
			if i > 0 || j > 0 {
				message.CC = append(message.CC, to.Email)
			}
		}
		for _, copied := range append(p.CC[:len(p.CC):len(p.CC)], p.BCC...) {
			message.Events = append(message.Events, s.planEmail(faults, key, copied.Email, now)...)
			message.CC = append(message.CC, copied.Email)
		}
	}
	s.planPostings(faults, key, message.Events)
	number, err := s.mailbox.accept(message, raw)
	if err != nil {
		return "", err
	}
	s.schedule(number)
	return providerID, nil
}

func (s *Simulator) keyMatches(authorization string) bool {
	return subtle.ConstantTimeCompare([]byte(authorization), []byte("Bearer "+s.options.APIKey)) == 1
}

func (s *Simulator) refuseMail(w http.ResponseWriter, status int, refusals ...mailRefusal) {
	s.count(sendGrid, "refused with "+strconv.Itoa(status))
	writeJSON(w, status, map[string]any{"errors": refusals})
}

func rateHeaders(w http.ResponseWriter, remaining int, reset time.Time) {
	w.Header().Set("X-RateLimit-Limit", strconv.Itoa(requestsPerMinute))
	w.Header().Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
	// Rounded up, so that waiting until then is enough.
	w.Header().Set("X-RateLimit-Reset", strconv.FormatInt(reset.Add(time.Second-1).Unix(), 10))
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v) // the client has gone; nobody is left to tell
}

// dropConnection ends a handler so that the client gets no answer and its connection is closed.
func dropConnection() {
	panic(http.ErrAbortHandler) //nolint:forbidigo // the one way net/http offers, which it recovers from silently
}

// wait pauses, and reports false when ctx ended first.
func wait(ctx context.Context, pause time.Duration) bool {
	if pause <= 0 {
		return ctx.Err() == nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

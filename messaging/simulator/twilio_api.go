package simulator

import (
	"crypto/subtle"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"relance/messaging"
)

// twilioRefusal is Twilio's error body.
type twilioRefusal struct {
	Code     int    `json:"code"`
	Message  string `json:"message"`
	MoreInfo string `json:"more_info"`
	Status   int    `json:"status"`
}

func refusal(status, code int, format string, args ...any) *twilioRefusal {
	return &twilioRefusal{
		Code: code, Message: fmt.Sprintf(format, args...), Status: status,
		MoreInfo: "https://www.twilio.com/docs/errors/" + strconv.Itoa(code),
	}
}

func (s *Simulator) refuseSMS(w http.ResponseWriter, r *twilioRefusal) {
	s.count(twilio, "refused with "+strconv.Itoa(r.Code))
	writeJSON(w, r.Status, r)
}

// authenticated lets only the account itself in, with its auth token.
func (s *Simulator) authenticated(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		matches := subtle.ConstantTimeCompare([]byte(user+":"+password), []byte(s.options.AccountSID+":"+s.options.AuthToken)) == 1
		switch {
		case !matches:
			s.refuseSMS(w, refusal(http.StatusUnauthorized, 20003, "Authenticate"))
		case r.PathValue("account") != s.options.AccountSID:
			s.refuseSMS(w, refusal(http.StatusNotFound, 20404, "The account %s was not found", r.PathValue("account")))
		default:
			next(w, r)
		}
	}
}

// createSMS is POST /2010-04-01/Accounts/{account}/Messages.json.
func (s *Simulator) createSMS(w http.ResponseWriter, r *http.Request) {
	raw, form, err := readForm(w, r)
	if err != nil {
		s.refuseSMS(w, refusal(http.StatusBadRequest, 20001, "The body cannot be read: %v", err))
		return
	}
	callbackID := ""
	if callback, err := url.Parse(form.Get("StatusCallback")); err == nil {
		callbackID = callback.Query().Get(messaging.MessageIDKey)
	}
	key := callbackID
	if key == "" {
		key = form.Get("To") + " " + wording(form)
	}
	faults, fate, share := s.nextAttempt(twilio, key)
	if refused := refuseCreate(form, faults); refused != nil {
		s.refuseSMS(w, refused)
		return
	}
	if !wait(s.life, faults.latency(share)) {
		dropConnection()
		return
	}
	switch fate {
	case rateLimited:
		w.Header().Set("Retry-After", strconv.Itoa(max(faults.RetryAfterS, 1)))
		s.refuseSMS(w, refusal(http.StatusTooManyRequests, 20429, "Too many requests"))
		return
	case failedBefore:
		s.refuseSMS(w, refusal(http.StatusServiceUnavailable, 20503, "simulated fault before accepting"))
		return
	case droppedBefore:
		s.count(twilio, "dropped before accepting")
		dropConnection()
		return
	case accepted, failedAfter, droppedAfter:
	}
	created, err := s.acceptSMS(form, raw, callbackID, key, faults, fate)
	if err != nil {
		s.log.ErrorContext(r.Context(), "the simulator could not keep an SMS", "error", err)
		s.refuseSMS(w, refusal(http.StatusInternalServerError, 20500, "the mailbox cannot be written"))
		return
	}
	s.count(twilio, answers[fate])
	switch fate {
	case failedAfter:
		writeJSON(w, http.StatusInternalServerError, refusal(http.StatusInternalServerError, 20500, "simulated fault after accepting"))
	case droppedAfter:
		dropConnection()
		return
	default:
		writeJSON(w, http.StatusCreated, s.resource(created, wording(form), time.Time{}))
	}
}

func readForm(w http.ResponseWriter, r *http.Request) ([]byte, url.Values, error) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		return nil, nil, err
	}
	form, err := url.ParseQuery(string(raw))
	return raw, form, err
}

func (s *Simulator) acceptSMS(form url.Values, raw []byte, messageID, key string, faults Faults, fate fate) (Message, error) {
	now := time.Now()
	message := Message{
		Channel: channelOf(form.Get("To")), MessageID: messageID, ProviderID: hexID("SM"),
		At: s.options.Now(), ReceivedAt: now,
		From: form.Get("From"), To: form.Get("To"), Subject: shorten(wording(form), 100),
		Size: len(raw), SHA256: messaging.Hash(raw), Answer: answers[fate],
		Callback: form.Get("StatusCallback"), Service: form.Get("MessagingServiceSid"),
	}
	message.Events = s.planSMS(faults, key, message.ProviderID, strings.TrimPrefix(message.To, whatsAppAddress), now)
	if message.Channel == messaging.ChannelWhatsApp {
		message.Events = s.planWhatsApp(faults, key, form, message.Events)
	}
	s.planPostings(faults, key, message.Events)
	number, err := s.mailbox.accept(message, raw)
	if err != nil {
		return Message{}, err
	}
	s.schedule(number)
	return message, nil
}

func shorten(text string, limit int) string {
	text = strings.Join(strings.Fields(text), " ")
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit-1]) + "…"
}

// fetchSMS is GET …/Messages/{SID}.json.
func (s *Simulator) fetchSMS(w http.ResponseWriter, r *http.Request) {
	if s.lookupFails(w, r) {
		return
	}
	message, ok := s.mailbox.byProviderID(strings.TrimSuffix(r.PathValue("file"), ".json"))
	if !ok || !isTwilios(message.Channel) {
		s.refuseSMS(w, refusal(http.StatusNotFound, 20404, "The message was not found"))
		return
	}
	writeJSON(w, http.StatusOK, s.resource(message, s.text(message), time.Now()))
}

// updateSMS is POST …/Messages/{SID}.json: Status=canceled before it was sent, or Body= to redact it after.
func (s *Simulator) updateSMS(w http.ResponseWriter, r *http.Request) {
	_, form, err := readForm(w, r)
	if err != nil {
		s.refuseSMS(w, refusal(http.StatusBadRequest, 20001, "The body cannot be read: %v", err))
		return
	}
	sid := strings.TrimSuffix(r.PathValue("file"), ".json")
	if message, ok := s.mailbox.byProviderID(sid); !ok || !isTwilios(message.Channel) {
		s.refuseSMS(w, refusal(http.StatusNotFound, 20404, "The message was not found"))
		return
	}
	_, redacts := form["Body"]
	to, from := "canceled", []string{"queued"}
	switch {
	case form.Get("Status") == "canceled" && !redacts:
	case redacts && form.Get("Body") == "" && form.Get("Status") == "":
		to, from = "redacted", []string{"delivered", "undelivered"}
	default:
		s.refuseSMS(w, refusal(http.StatusBadRequest, 20001, "Only Status=canceled or an empty Body is possible"))
		return
	}
	changed, ok, err := s.mailbox.change(sid, to, func(m *Message) bool {
		return slices.Contains(from, m.statusAt(time.Now()))
	})
	switch {
	case err != nil:
		s.refuseSMS(w, refusal(http.StatusInternalServerError, 20500, "the mailbox cannot be written"))
	case !ok:
		s.refuseSMS(w, refusal(http.StatusBadRequest, 30409, "The message is not %s", strings.Join(from, " or ")))
	default:
		writeJSON(w, http.StatusOK, s.resource(changed, s.text(changed), time.Now()))
	}
}

// lookupFails answers a lookup with the fault configured for it, if chance says so.
func (s *Simulator) lookupFails(w http.ResponseWriter, r *http.Request) bool {
	faults, _, share := s.nextAttempt(twilio, "lookup "+r.URL.Path)
	if !wait(s.life, faults.latency(share)) {
		dropConnection()
	}
	if share < faults.LookupsFail {
		s.refuseSMS(w, refusal(http.StatusServiceUnavailable, 20503, "simulated fault of a lookup"))
		return true
	}
	return false
}

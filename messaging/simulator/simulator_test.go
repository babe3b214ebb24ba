package simulator_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sendgrid/rest"
	sendgridapi "github.com/sendgrid/sendgrid-go"
	"github.com/sendgrid/sendgrid-go/helpers/mail"
	"github.com/stretchr/testify/require"

	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
)

func start(t *testing.T, options simulator.Options) *simulator.Simulator {
	t.Helper()
	options.Listen = "127.0.0.1:0"
	s, err := simulator.New(options)
	require.NoError(t, err)
	t.Cleanup(func() { _ = s.Close() }) // some tests close it themselves
	return s
}

// composed is a mail as the library composes it, with our ID.
func composed(id string) *mail.SGMailV3 {
	m := mail.NewV3MailInit(
		mail.NewEmail("Durand", "compta@durand.example.fr"), "Facture échue", mail.NewEmail("Jeanne", "jeanne@martin.example.fr"),
		mail.NewContent("text/plain", "Bonjour"), mail.NewContent("text/html", "<p>Bonjour</p>"),
	)
	m.SetCustomArg("relance_message_id", id)
	return m
}

// sendWith hands any body to SendGrid through the library.
func sendWith(t *testing.T, s *simulator.Simulator, key string, body []byte) *rest.Response {
	t.Helper()
	request := sendgridapi.GetRequest(key, "/v3/mail/send", s.SendGridURL())
	request.Method, request.Body = rest.Post, body
	response, err := (&rest.Client{HTTPClient: &http.Client{Timeout: 10 * time.Second}}).SendWithContext(t.Context(), request)
	require.NoError(t, err)
	return response
}

func send(t *testing.T, s *simulator.Simulator, m *mail.SGMailV3) *rest.Response {
	t.Helper()
	return sendWith(t, s, simulator.DefaultAPIKey, mail.GetRequestBody(m))
}

// webhook is our side of both providers' events. It answers with the next of its answers, then with 200.
type webhook struct {
	*httptest.Server

	mu      sync.Mutex
	answers []int
	mails   []sendgrid.Event
	texts   []twilio.StatusEvent
	posts   int
	refused []error
}

func openWebhook(t *testing.T, answers ...int) *webhook {
	t.Helper()
	w := &webhook{answers: answers}
	w.Server = httptest.NewServer(w)
	t.Cleanup(w.Close)
	return w
}

func (w *webhook) ServeHTTP(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		out.WriteHeader(http.StatusBadRequest)
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.posts++
	if len(w.answers) > 0 {
		answer := w.answers[0]
		w.answers = w.answers[1:]
		if answer != http.StatusOK {
			out.WriteHeader(answer)
			return
		}
	}
	if r.Header.Get(twilio.SignatureHeader) != "" {
		event, err := twilio.ParseStatus(simulator.DefaultAuthToken, w.URL+r.URL.RequestURI(), body, r.Header.Get(twilio.SignatureHeader))
		if err != nil {
			w.refused = append(w.refused, err)
		}
		w.texts = append(w.texts, event)
		return
	}
	key, err := sendgrid.ParsePublicKey(r.URL.Query().Get("key"))
	if err == nil {
		var events []sendgrid.Event
		events, err = sendgrid.ParseEvents(key, r.Header, body, time.Now())
		w.mails = append(w.mails, events...)
	}
	if err != nil {
		w.refused = append(w.refused, err)
	}
}

// follow makes the simulator post to the webhook, which learns the key from the address.
func (w *webhook) follow(s *simulator.Simulator) {
	s.SetEventWebhook(w.URL + "/events?key=" + url.QueryEscape(s.PublicKey()))
}

func (w *webhook) counts() (mails, texts, posts int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.mails), len(w.texts), w.posts
}

func (w *webhook) waitForMails(t *testing.T, count int) []sendgrid.Event {
	t.Helper()
	require.Eventually(t, func() bool { mails, _, _ := w.counts(); return mails >= count }, 10*time.Second, 5*time.Millisecond)
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Empty(t, w.refused)
	return append([]sendgrid.Event(nil), w.mails...)
}

func (w *webhook) waitForTexts(t *testing.T, count int) []twilio.StatusEvent {
	t.Helper()
	require.Eventually(t, func() bool { _, texts, _ := w.counts(); return texts >= count }, 10*time.Second, 5*time.Millisecond)
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Empty(t, w.refused)
	return append([]twilio.StatusEvent(nil), w.texts...)
}

func get(t *testing.T, address string) (int, string, http.Header) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	return do(t, req)
}

func do(t *testing.T, req *http.Request) (int, string, http.Header) {
	t.Helper()
	client := &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := client.Do(req)
	require.NoError(t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return res.StatusCode, string(body), res.Header
}

func TestTheSameSeedGivesTheSameMessagesTheSameFateInAnyOrder(t *testing.T) {
	t.Parallel()
	const messages = 60
	fates := func(seed uint64, order func(i int) int) map[string]int {
		s := start(t, simulator.Options{Seed: seed, SendGrid: simulator.Faults{RateLimited: 0.3, FailBefore: 0.2, FailAfter: 0.2}})
		got := map[string]int{}
		for i := range messages {
			id := fmt.Sprintf("m-%d", order(i))
			got[id] = send(t, s, composed(id)).StatusCode
		}
		return got
	}
	forward := fates(7, func(i int) int { return i })
	require.Equal(t, forward, fates(7, func(i int) int { return messages - 1 - i }))
	require.NotEqual(t, forward, fates(8, func(i int) int { return i }))
	counts := map[int]int{}
	for _, status := range forward {
		counts[status]++
	}
	require.Len(t, counts, 4, "each fate must occur: %v", counts)
}

func TestARateIsAShareOfTheMessages(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{SendGrid: simulator.Faults{RateLimited: 0.25}})
	limited := 0
	for i := range 800 {
		if send(t, s, composed(fmt.Sprintf("m-%d", i))).StatusCode == http.StatusTooManyRequests {
			limited++
		}
	}
	require.InDelta(t, 200, limited, 45)
	require.Len(t, s.Messages(0), 800-limited)
}

func TestAMessageLimitedOnceGetsThroughLater(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{SendGrid: simulator.Faults{RateLimited: 0.7}})
	for i := range 20 {
		id, tries := fmt.Sprintf("m-%d", i), 0
		for send(t, s, composed(id)).StatusCode != http.StatusAccepted {
			tries++
			require.Less(t, tries, 60, "the same attempt number would meet the same fate for ever")
		}
	}
	require.Zero(t, s.Stats().Doubled)
}

func TestAMessageSentTwiceIsCountedTwice(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for range 3 {
		require.Equal(t, http.StatusAccepted, send(t, s, composed("m-1")).StatusCode)
	}
	require.Equal(t, 3, s.Accepted("m-1"))
	require.Equal(t, 1, s.Stats().Doubled)
	_, page, _ := get(t, s.URL())
	require.Contains(t, page, "accepted more than once")
}

func TestUnusableFaultsAreRefusedWithAllTheirProblems(t *testing.T) {
	t.Parallel()
	_, err := simulator.New(simulator.Options{SendGrid: simulator.Faults{
		RateLimited: 0.6, FailAfter: 0.6, Bounced: -1, LatencyMS: -5, EventDuplicates: 1000, BounceMatching: "[",
	}})
	for _, problem := range []string{"add up to 1.2", "bounced is -1", "latency_ms is -5", "event_duplicates is 1000", "bounce_matching"} {
		require.ErrorContains(t, err, problem)
	}
}

func TestTheKnobsTurnWhileItRuns(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{SendGrid: simulator.Faults{Opened: 1}})
	change := func(method, body string) (int, string) {
		req, err := http.NewRequestWithContext(t.Context(), method, s.URL()+"/faults.json", strings.NewReader(body))
		require.NoError(t, err)
		status, answer, _ := do(t, req)
		return status, answer
	}
	status, _ := change(http.MethodPatch, `{"sendgrid":{"rate_limited":1}}`)
	require.Equal(t, http.StatusOK, status)
	now, _ := s.Faults()
	require.Equal(t, simulator.Faults{RateLimited: 1, Opened: 1}, now, "a patch leaves the others as they are")
	require.Equal(t, http.StatusTooManyRequests, send(t, s, composed("m-1")).StatusCode)

	status, answer := change(http.MethodPut, `{"sendgrid":{},"twilio":{"opted_out":["+33612345678"]}}`)
	require.Equal(t, http.StatusOK, status, answer)
	now, texts := s.Faults()
	require.Equal(t, simulator.Faults{}, now)
	require.Equal(t, []string{"+33612345678"}, texts.OptedOut)
	require.Equal(t, http.StatusAccepted, send(t, s, composed("m-1")).StatusCode)

	for _, wrong := range []string{`{`, `{} {}`, `{"sendgrid":{"rate":1}}`, `{"sendgrid":{"opened":1},"twilio":{"bounced":2}}`} {
		status, answer = change(http.MethodPut, wrong)
		require.Equal(t, http.StatusBadRequest, status, wrong)
		require.Contains(t, answer, `"error"`)
	}
	now, _ = s.Faults()
	require.Equal(t, simulator.Faults{}, now, "a refused change changes neither provider")
}

func TestCloseStopsEverythingInTheMiddleOfWork(t *testing.T) {
	t.Parallel()
	hook := openWebhook(t)
	s := start(t, simulator.Options{SendGrid: simulator.Faults{EventDelayMS: 60_000, LatencyMS: 0}})
	hook.follow(s)
	send(t, s, composed("m-1"))
	require.Equal(t, 2, s.Stats().EventsWaiting)
	require.NoError(t, s.SetSendGridFaults(simulator.Faults{LatencyMS: 60_000}))
	slow := make(chan error, 1)
	go func() {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.SendGridURL()+"/v3/mail/send", strings.NewReader(string(mail.GetRequestBody(composed("m-2")))))
		if err == nil {
			req.Header.Set("Authorization", "Bearer "+simulator.DefaultAPIKey)
			req.Header.Set("Content-Type", "application/json")
			var res *http.Response
			if res, err = http.DefaultClient.Do(req); err == nil {
				_ = res.Body.Close()
			}
		}
		slow <- err
	}()
	closed := make(chan error, 1)
	go func() { closed <- s.Close() }()
	select {
	case err := <-closed:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("Close hangs")
	}
	require.Error(t, <-slow)
}

func TestStatusTellsWhatWasAnswered(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{SendGrid: simulator.Faults{BounceMatching: "*@gone.example"}})
	send(t, s, composed("m-1"))
	sendWith(t, s, "SG.wrong", nil)
	status, body, _ := get(t, s.URL()+"/status.json")
	require.Equal(t, http.StatusOK, status)
	var stats simulator.Stats
	require.NoError(t, json.Unmarshal([]byte(body), &stats))
	require.Equal(t, map[string]int64{"sendgrid accepted": 1, "sendgrid refused with 401": 1}, stats.Answers)
	require.EqualValues(t, 1, stats.Messages["email"])
}

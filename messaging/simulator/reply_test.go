package simulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/inbound"
	"relance/messaging"
	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
)

// desk takes answers in as the product does, and keeps them.
type desk struct {
	*httptest.Server
	requests []*http.Request
	bodies   [][]byte
	refuse   bool
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || d.refuse {
			http.Error(w, "not now", http.StatusServiceUnavailable)
			return
		}
		d.requests, d.bodies = append(d.requests, r), append(d.bodies, body)
	}))
	t.Cleanup(d.Close)
	return d
}

func (d *desk) last(t *testing.T) (*http.Request, []byte) {
	t.Helper()
	require.NotEmpty(t, d.requests)
	return d.requests[len(d.requests)-1], d.bodies[len(d.bodies)-1]
}

func TestTheRecipientOfAMailAnswersThroughInboundParse(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := start(t, simulator.Options{ParseWebhook: d.URL + "/parse/token"})
	require.Equal(t, http.StatusAccepted, send(t, s, composed("id-1")).StatusCode)
	key, err := sendgrid.ParsePublicKey(s.PublicKey())
	require.NoError(t, err)
	for _, parsed := range []bool{false, true} {
		_, err = s.Reply(t.Context(), simulator.Reply{
			Number: 1, Text: "Déjà réglée.", Parsed: parsed, ID: "the-same@simulator", Headers: map[string]string{"X-Mailer": "Tests"},
			Files: []simulator.File{{Name: "preuve.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7")}},
		})
		require.NoError(t, err)
		request, body := d.last(t)
		require.NoError(t, sendgrid.VerifyParse(key, request.Header, body, time.Now()))
		require.ErrorIs(t, sendgrid.VerifyParse(key, request.Header, append(body, ' '), time.Now()), messaging.ErrForged)
		require.NoError(t, sendgrid.VerifyParse(key, request.Header, body, time.Now().Add(72*time.Hour)), "so long does SendGrid repeat what failed")
		require.ErrorIs(t, sendgrid.VerifyParse(key, request.Header, body, time.Now().Add(74*time.Hour)), messaging.ErrStale)
		require.ErrorIs(t, sendgrid.VerifyParse(key, request.Header, body, time.Now().Add(-time.Hour)), messaging.ErrStale, "of the future")
		answer, err := inbound.ReadParse(request.Header.Get("Content-Type"), body)
		require.NoError(t, err)
		require.Equal(t, "jeanne@martin.example.fr", answer.From)
		require.Equal(t, "compta@durand.example.fr", answer.To[0])
		require.Equal(t, "Déjà réglée.", answer.Said)
		require.Equal(t, []string{s.Messages(0)[0].ProviderID + "@simulator"}, answer.InReplyTo)
		require.Equal(t, "preuve.pdf", answer.Attachments[0].Name)
		require.Equal(t, "the-same@simulator", answer.ProviderID)
	}
	_, err = s.Reply(t.Context(), simulator.Reply{Number: 1, Text: "Nous <contestons>", HTML: true})
	require.NoError(t, err)
	request, body := d.last(t)
	answer, err := inbound.ReadParse(request.Header.Get("Content-Type"), body)
	require.NoError(t, err)
	require.Equal(t, "Nous <contestons>", answer.Said)
}

func TestTheRecipientOfAShortMessageAnswersThroughTwilio(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := start(t, simulator.Options{MessageWebhook: d.URL + "/twilio/inbound"})
	sender, err := twilio.New(twilio.Config{AccountSID: simulator.DefaultAccountSID, Secret: simulator.DefaultAuthToken, BaseURL: s.TwilioURL()})
	require.NoError(t, err)
	for i, from := range []string{"+33639980000", "Durand"} {
		outcome := sender.SendSMS(t.Context(), messaging.SMS{MessageID: fmt.Sprintf("id-%d", i), From: from, To: "+33639981234", Body: "Votre facture"})
		require.Equal(t, messaging.Accepted, outcome.Verdict, outcome.Reason)
	}
	_, err = s.Reply(t.Context(), simulator.Reply{Number: 1, Text: "STOP", OptOut: "STOP", WhatsApp: true})
	require.NoError(t, err)
	request, body := d.last(t)
	signature := request.Header.Get(twilio.SignatureHeader)
	require.NoError(t, twilio.VerifyInbound(simulator.DefaultAuthToken, d.URL+"/twilio/inbound", body, signature))
	require.ErrorIs(t, twilio.VerifyInbound("another", d.URL+"/twilio/inbound", body, signature), messaging.ErrForged)
	require.ErrorIs(t, twilio.VerifyInbound(simulator.DefaultAuthToken, d.URL+"/elsewhere", body, signature), messaging.ErrForged)
	require.ErrorIs(t, twilio.VerifyInbound(simulator.DefaultAuthToken, d.URL+"/twilio/inbound", body, ""), messaging.ErrForged)
	answer, err := inbound.ReadTwilio(body)
	require.NoError(t, err)
	require.Equal(t, inbound.WhatsApp, answer.Channel)
	require.Equal(t, "STOP", answer.OptOut)
	require.Equal(t, "+33639981234", answer.From)

	_, err = s.Reply(t.Context(), simulator.Reply{Number: 2, Text: "Bonjour"})
	require.ErrorContains(t, err, "nobody can answer a name")
}

func TestAnAnswerIsWrittenOnThePageOfTheMessage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	s := start(t, simulator.Options{ParseWebhook: d.URL})
	send(t, s, composed("id-1"))
	page := func(method, path, contentType, body string) string {
		request, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
		require.NoError(t, err)
		request.Header.Set("Content-Type", contentType)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer func() { require.NoError(t, response.Body.Close()) }()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		return string(text)
	}
	const form = "application/x-www-form-urlencoded"
	require.Contains(t, page(http.MethodGet, "/mailbox/1", "", ""), `action="/mailbox/1/reply"`)
	require.Contains(t, page(http.MethodPost, "/mailbox/1/reply", form, url.Values{"text": {"Je règle vendredi"}}.Encode()), "The answer was posted")
	_, body := d.last(t)
	require.Contains(t, string(body), "vendredi")
	d.refuse = true
	require.Contains(t, page(http.MethodPost, "/mailbox/1/reply", form, "text=x"), "was not taken in")
	require.Contains(t, page(http.MethodPost, "/reply.json", "application/json", `{"number":9,"text":"x"}`), "there is no message 9")

	alone := start(t, simulator.Options{})
	send(t, alone, composed("id-1"))
	_, err := alone.Reply(t.Context(), simulator.Reply{Number: 1, Text: "x"})
	require.ErrorContains(t, err, "was not told where answers go")
}

package sendgrid_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
)

// inbox is our side of the event webhook, as a handler would be.
type inbox struct {
	*httptest.Server

	mu       sync.Mutex
	verifier *ecdsa.PublicKey
	events   []sendgrid.Event
	refused  []error
	last     *http.Request
	lastBody []byte
}

func openInbox(t *testing.T) *inbox {
	t.Helper()
	in := &inbox{}
	in.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		in.mu.Lock()
		defer in.mu.Unlock()
		events, err := sendgrid.ParseEvents(in.verifier, r.Header, body, time.Now())
		if err != nil {
			in.refused = append(in.refused, err)
			w.WriteHeader(http.StatusForbidden)
			return
		}
		in.events = append(in.events, events...)
		in.last, in.lastBody = r, body
	}))
	t.Cleanup(in.Close)
	return in
}

func (in *inbox) trust(t *testing.T, provider *simulator.Simulator) {
	t.Helper()
	key, err := sendgrid.ParsePublicKey(provider.PublicKey())
	require.NoError(t, err)
	in.mu.Lock()
	defer in.mu.Unlock()
	in.verifier = key
}

func (in *inbox) received() []sendgrid.Event {
	in.mu.Lock()
	defer in.mu.Unlock()
	return append([]sendgrid.Event(nil), in.events...)
}

func (in *inbox) waitFor(t *testing.T, count int) []sendgrid.Event {
	t.Helper()
	require.Eventually(t, func() bool { return len(in.received()) >= count }, 10*time.Second, 10*time.Millisecond)
	return in.received()
}

func TestTheEventsOfAMailComeBackSignedWithOurID(t *testing.T) {
	t.Parallel()
	in := openInbox(t)
	provider := start(t, simulator.Options{EventWebhook: in.URL, SendGrid: simulator.Faults{Opened: 1}})
	in.trust(t, provider)
	outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL()}).SendEmail(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.Accepted, outcome.Verdict)

	kinds := map[sendgrid.EventKind]messaging.DeliveryKind{}
	for _, event := range in.waitFor(t, 3) {
		require.Equal(t, "m-1", event.MessageID)
		require.Equal(t, "jeanne@martin.example.fr", event.Recipient)
		require.WithinDuration(t, time.Now(), event.At, time.Minute)
		delivery := event.Delivery()
		require.Equal(t, outcome.ProviderID, delivery.ProviderID, "the X-Message-Id must be found again in sg_message_id")
		require.Equal(t, messaging.ChannelEmail, delivery.Channel)
		require.True(t, delivery.Kind.ProvesAcceptance())
		kinds[event.Kind] = delivery.Kind
	}
	require.Equal(t, map[sendgrid.EventKind]messaging.DeliveryKind{
		sendgrid.Processed: messaging.DeliveryAccepted, sendgrid.Delivered: messaging.DeliveryDelivered, sendgrid.Open: messaging.DeliveryOpened,
	}, kinds)
}

func TestAnOpenVerdictIsResolvedByTheProcessedEvent(t *testing.T) {
	t.Parallel()
	in := openInbox(t)
	provider := start(t, simulator.Options{EventWebhook: in.URL, SendGrid: simulator.Faults{DropAfter: 1}})
	in.trust(t, provider)
	outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL()}).SendEmail(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.Unknown, outcome.Verdict)
	proof := in.waitFor(t, 1)[0].Delivery()
	require.Equal(t, "m-1", proof.MessageID)
	require.True(t, proof.Kind.ProvesAcceptance())
}

func TestForgedAndReplayedEventsAreRefused(t *testing.T) {
	t.Parallel()
	in := openInbox(t)
	provider := start(t, simulator.Options{EventWebhook: in.URL})
	in.trust(t, provider)
	sender(t, sendgrid.Config{BaseURL: provider.SendGridURL()}).SendEmail(t.Context(), reminder("m-1"))
	in.waitFor(t, 2)
	in.mu.Lock()
	header, body, key := in.last.Header, in.lastBody, in.verifier
	in.mu.Unlock()
	now := time.Now()

	_, err := sendgrid.ParseEvents(key, header, body, now)
	require.NoError(t, err, "the request itself is genuine")
	_, err = sendgrid.ParseEvents(key, header, body, now.Add(24*time.Hour))
	require.NoError(t, err, "so long does SendGrid repeat what failed, and nobody knows whether it signs it anew")
	stranger, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)

	with := func(name, value string) http.Header {
		changed := header.Clone()
		changed.Set(name, value)
		return changed
	}
	const signature, timestamp = "X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp"
	for name, c := range map[string]struct {
		key    *ecdsa.PublicKey
		header http.Header
		body   []byte
		now    time.Time
		want   error
	}{
		"an altered body":            {key, header, bytes.Replace(body, []byte("m-1"), []byte("m-2"), 1), now, messaging.ErrForged},
		"a trimmed body":             {key, header, bytes.TrimSpace(body), now, messaging.ErrForged},
		"a younger timestamp":        {key, with(timestamp, strconv.FormatInt(now.Unix()+1, 10)), body, now, messaging.ErrForged},
		"no signature":               {key, with(signature, ""), body, now, messaging.ErrForged},
		"a signature that is no DER": {key, with(signature, base64.StdEncoding.EncodeToString([]byte("x"))), body, now, messaging.ErrForged},
		"a signature of zeros":       {key, with(signature, base64.StdEncoding.EncodeToString([]byte{0x30, 6, 2, 1, 0, 2, 1, 0})), body, now, messaging.ErrForged},
		"a signature not in base64":  {key, with(signature, "%%%"), body, now, messaging.ErrForged},
		"another key":                {&stranger.PublicKey, header, body, now, messaging.ErrForged},
		"a replay after 26 hours":    {key, header, body, now.Add(26 * time.Hour), messaging.ErrStale},
		"a request from the future":  {key, header, body, now.Add(-5 * time.Minute), messaging.ErrStale},
	} {
		events, err := sendgrid.ParseEvents(c.key, c.header, c.body, c.now)
		require.ErrorIs(t, err, c.want, name)
		require.Empty(t, events, name)
	}
	_, err = sendgrid.ParseEvents(nil, header, body, now)
	require.ErrorContains(t, err, "no verification key is configured")
}

// signed returns the headers SendGrid would send with this body.
func signed(t *testing.T, key *ecdsa.PrivateKey, timestamp, body string) http.Header {
	t.Helper()
	digest := sha256.Sum256([]byte(timestamp + body))
	signature, err := ecdsa.SignASN1(rand.Reader, key, digest[:])
	require.NoError(t, err)
	return http.Header{
		"X-Twilio-Email-Event-Webhook-Signature": {base64.StdEncoding.EncodeToString(signature)},
		"X-Twilio-Email-Event-Webhook-Timestamp": {timestamp},
	}
}

func TestEventsAreReadAsSendGridWritesThem(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	now := time.Now()
	stamp := strconv.FormatInt(now.Unix(), 10)
	const id = `"sg_event_id":"e","sg_message_id":"14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0","timestamp":1763888400`
	for body, want := range map[string]struct {
		kind   messaging.DeliveryKind
		reason string
	}{
		`{"event":"deferred","response":"450 later",` + id + `}`:                             {messaging.DeliveryDeferred, "450 later"},
		`{"event":"bounce","type":"bounce","reason":"550 none","status":"5.1.1",` + id + `}`: {messaging.DeliveryBounced, "550 none"},
		`{"event":"bounce","type":"blocked","reason":"554 spam",` + id + `}`:                 {messaging.DeliveryFailed, "554 spam"},
		`{"event":"bounce","type":"expired","reason":"no answer",` + id + `}`:                {messaging.DeliveryFailed, "no answer"},
		`{"event":"bounce","type":"bounce","reason":"452 full","status":"4.2.2",` + id + `}`: {messaging.DeliveryFailed, "452 full"},
		`{"event":"bounce","type":"Bounce","reason":"no host",` + id + `}`:                   {messaging.DeliveryBounced, "no host"},
		`{"event":"bounce","reason":"of a type that nobody named",` + id + `}`:               {messaging.DeliveryFailed, "of a type that nobody named"},
		`{"event":"dropped","reason":"Bounced Address",` + id + `}`:                          {messaging.DeliveryBounced, "Bounced Address"},
		`{"event":"dropped","reason":"Unsubscribed Address",` + id + `}`:                     {messaging.DeliverySuppressed, "Unsubscribed Address"},
		`{"event":"dropped","reason":"Spam Reporting Address",` + id + `}`:                   {messaging.DeliverySuppressed, "Spam Reporting Address"},
		`{"event":"dropped","reason":"Spam Content","category":["a","b"],` + id + `}`:        {messaging.DeliveryFailed, "Spam Content"},
		`{"event":"click","url":"https://example.fr","useragent":"x",` + id + `}`:            {messaging.DeliveryClicked, ""},
		`{"event":"open","useragent":"x","sg_machine_open":false,` + id + `}`:                {messaging.DeliveryOpened, ""},
		`{"event":"open","sg_machine_open":true,` + id + `}`:                                 {messaging.DeliveryOther, ""},
		`{"event":"open","sg_machine_open":"of another application",` + id + `}`:             {messaging.DeliveryOpened, ""},
		`{"event":"spamreport",` + id + `}`:                                                  {messaging.DeliveryComplained, ""},
		`{"event":"group_unsubscribe","asm_group_id":1,` + id + `}`:                          {messaging.DeliveryOptedOut, ""},
		`{"event":"group_resubscribe",` + id + `}`:                                           {messaging.DeliveryOther, ""},
		`{"event":"something_new",` + id + `}`:                                               {messaging.DeliveryOther, ""},
	} {
		body = "[" + body + "]\r\n"
		events, err := sendgrid.ParseEvents(&key.PublicKey, signed(t, key, stamp, body), []byte(body), now)
		require.NoError(t, err, body)
		delivery := events[0].Delivery()
		require.Equal(t, want.kind, delivery.Kind, body)
		require.Equal(t, want.reason, delivery.Reason, body)
		require.Equal(t, "14c5d75ce93.dfd.64b469", delivery.ProviderID)
		require.Equal(t, time.Unix(1763888400, 0).UTC(), delivery.At)
	}

	for from, want := range map[string]string{
		`"sg_message_id":"","smtp-id":"<14c5d75ce93.dfd.64b469@ismtpd-555>"`:         "14c5d75ce93.dfd.64b469",
		`"sg_message_id":"a1.recvd-5f54-0.0","smtp-id":"<of-the-client@example.fr>"`: "a1",
		`"sg_message_id":""`: "", // an asynchronous bounce (sendgrid/docs, issue 5177)
	} {
		body := `[{"event":"bounce","type":"bounce","status":"5.1.10","email":"a@b.fr",` + from + `}]`
		events, err := sendgrid.ParseEvents(&key.PublicKey, signed(t, key, stamp, body), []byte(body), now)
		require.NoError(t, err, body)
		require.Equal(t, want, events[0].Delivery().ProviderID, body)
		require.Empty(t, events[0].MessageID)
	}

	body := `[{"event":"dropped","reason":"Invalid","email":"x"},{"event":"dropped","reason":"Invalid","email":"y"}]`
	events, err := sendgrid.ParseEvents(&key.PublicKey, signed(t, key, stamp, body), []byte(body), now)
	require.NoError(t, err, "an event without ID must not make SendGrid repeat the batch for a day")
	require.NotEqual(t, events[0].ID, events[1].ID)
	require.True(t, events[0].At.IsZero())

	body = `[{"event":"open","status":5,"type":{"a":1},"sg_event_id":"a"},7,{"event":"delivered","sg_event_id":"b"}]`
	events, err = sendgrid.ParseEvents(&key.PublicKey, signed(t, key, stamp, body), []byte(body), now)
	require.ErrorIs(t, err, messaging.ErrMalformed, "an item that is no event is told of")
	require.Len(t, events, 2, "the custom arguments of another application, and an item that is no event, cost no other event")
	require.Equal(t, "5", events[0].Status)

	for _, body := range []string{`{`, `{"event":"open"}`, `[1]`} {
		_, err := sendgrid.ParseEvents(&key.PublicKey, signed(t, key, stamp, body), []byte(body), now)
		require.ErrorIs(t, err, messaging.ErrMalformed, body)
	}
	_, err = sendgrid.ParseEvents(&key.PublicKey, signed(t, key, "now", "[]"), []byte("[]"), now)
	require.ErrorIs(t, err, messaging.ErrMalformed)
}

func TestAnUnusableVerificationKeyIsExplainedAndDoesNotPanic(t *testing.T) {
	t.Parallel()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	der, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	for text, want := range map[string]string{
		base64.StdEncoding.EncodeToString(der):         "an ECDSA key is needed",
		base64.StdEncoding.EncodeToString([]byte("x")): "is not a public key",
		"not base64!": "is not base64",
	} {
		_, err := sendgrid.ParsePublicKey(text)
		require.ErrorContains(t, err, want)
	}
}

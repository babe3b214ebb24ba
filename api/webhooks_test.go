package api_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/api"
	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
	"relance/workflows"
)

// sendGridKey is a key pair as SendGrid has one for an account.
type sendGridKey struct{ *ecdsa.PrivateKey }

func newSendGridKey(t *testing.T) sendGridKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return sendGridKey{key}
}

func (k sendGridKey) configure(t *testing.T) func(*api.Options) {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&k.PublicKey)
	require.NoError(t, err)
	return func(o *api.Options) { o.SendGridPublicKey = base64.StdEncoding.EncodeToString(der) }
}

// post sends events as SendGrid does, signed at a time.
func (k sendGridKey) post(b *bundle, signedAt time.Time, events ...object) reply {
	b.t.Helper()
	body, err := json.Marshal(events)
	require.NoError(b.t, err)
	timestamp := strconv.FormatInt(signedAt.Unix(), 10)
	digest := sha256.Sum256(append([]byte(timestamp), body...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.PrivateKey, digest[:])
	require.NoError(b.t, err)
	request := b.request(http.MethodPost, api.PathSendGridEvents, string(body))
	request.Header.Set("X-Twilio-Email-Event-Webhook-Timestamp", timestamp)
	request.Header.Set("X-Twilio-Email-Event-Webhook-Signature", base64.StdEncoding.EncodeToString(signature))
	return b.send(request)
}

// event is an event of SendGrid about one of our messages.
func event(kind, id, messageID string) object {
	return object{
		"event": kind, "sg_event_id": id, messaging.MessageIDKey: messageID, "sg_message_id": "SG1.recvd-1-1.0",
		"timestamp": time.Now().Unix(), "email": "compta@durand.example", "reason": "550 unknown user", "type": kind,
	}
}

// sending is a message about an invoice that a provider is being called with.
func (b *bundle) sending(number string, channel collection.Channel, copies ...string) casefile.Message {
	b.t.Helper()
	c, err := b.cases.Store.LoadCase(b.t.Context(), b.creditor, number)
	require.NoError(b.t, err)
	key := casefile.MessageKey{Creditor: b.creditor, Invoice: number, Round: c.Round, Step: "courtesy", Channel: channel}
	message, gate, err := b.cases.Store.ReserveMessage(b.t.Context(), casefile.Reservation{MessageKey: key, At: today},
		func(c casefile.MessageContext) (casefile.Draft, error) { return draft(c, channel, copies...) })
	require.NoError(b.t, err)
	require.True(b.t, gate.Passes, gate.Reason)
	begun, err := b.cases.Store.BeginSending(b.t.Context(), message.ID, today)
	require.NoError(b.t, err)
	require.True(b.t, begun.MayCall)
	return begun.Message
}

func draft(c casefile.MessageContext, channel collection.Channel, copies ...string) (casefile.Draft, error) {
	composed := casefile.Draft{Recipient: "compta@durand.example", Template: "courtesy", Language: "fr", Subject: "Votre facture", ContentType: "application/json"}
	var err error
	switch channel {
	case collection.ChannelSMS:
		composed.Recipient = "+33639981234"
		composed.Bytes, err = messaging.SMS{MessageID: c.MessageID, From: "+33639980000", To: composed.Recipient, Body: "Votre facture"}.Encode()
	case collection.ChannelLetter:
		composed.ContentType, composed.Bytes = "application/pdf", []byte("%PDF-1.7 a letter")
	default:
		email := messaging.Email{
			MessageID: c.MessageID, From: messaging.Address{Email: "compta@acme.example"}, To: messaging.Address{Email: composed.Recipient},
			Subject: composed.Subject, Text: "Votre facture",
		}
		for _, copied := range copies {
			email.CC = append(email.CC, messaging.Address{Email: copied})
		}
		composed.Bytes, err = email.Encode()
	}
	return composed, err
}

func (b *bundle) stateOf(number string) any {
	b.t.Helper()
	return b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/"+url.PathEscape(number), nil).is(http.StatusOK).at("messages", 0, "state")
}

func TestSendGridEventsMoveTheirMessageOnce(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, key.configure(t))
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)

	require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), event("processed", "E-1", message.ID)).status)
	require.Equal(t, "accepted", b.stateOf("F-1"), "news of the message prove that it was accepted")
	for range 2 {
		require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), event("delivered", "E-2", message.ID), event("processed", "E-1", message.ID)).status)
	}
	shown := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-1", nil).is(http.StatusOK)
	require.Equal(t, "delivered", shown.at("messages", 0, "state"))
	require.Len(t, shown["deliveries"], 2, "a repeated event counts once")

	require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), event("bounce", "E-3", message.ID)).status)
	require.Equal(t, "bounced", b.stateOf("F-1"), "the mail server sent back what it had taken")
	require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), event("delivered", "E-4", message.ID)).status)
	require.Equal(t, "bounced", b.stateOf("F-1"), "late news never move a message back")
}

func TestForgedAndStaleEventsChangeNothing(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, key.configure(t))
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)
	delivered := event("delivered", "E-1", message.ID)

	newSendGridKey(t).post(b, time.Now(), delivered).isProblem(http.StatusForbidden, "forged")
	key.post(b, time.Now().Add(-26*time.Hour), delivered).isProblem(http.StatusForbidden, "stale")
	key.post(b, time.Now().Add(time.Hour), delivered).isProblem(http.StatusForbidden, "stale")
	b.send(b.request(http.MethodPost, api.PathSendGridEvents, []object{delivered})).isProblem(http.StatusForbidden, "forged")
	require.Equal(t, "sending", b.stateOf("F-1"))
	require.NotContains(t, b.log.String(), "durand", "refused requests leave no personal data in the log")

	b.send(b.request(http.MethodGet, api.PathSendGridEvents, nil)).isProblem(http.StatusMethodNotAllowed, "method-not-allowed")
	huge := b.request(http.MethodPost, api.PathSendGridEvents, strings.Repeat("x", 1<<20+1))
	b.send(huge).isProblem(http.StatusRequestEntityTooLarge, "too-large")
}

func TestEventsOfAnotherSystemAreNotAskedForAgain(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, key.configure(t))
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)

	foreign := event("delivered", "E-1", "7d444840-9dc0-11d1-b245-5ffdce74fad2")
	odd := event("delivered", "E-2", "order 4711 of another program")
	unnamed := event("delivered", "E-3", "")
	old := event("bounce", "E-4", "")
	old["timestamp"], old["sg_message_id"] = time.Now().Add(-time.Hour).Unix(), "SG4711.recvd-1-1.0"
	unreadable := event("delivered", "E-5", message.ID)
	unreadable["reason"] = "\x00"
	answer := key.post(b, time.Now(), foreign, odd, unnamed, old, unreadable, event("delivered", "E-6", message.ID))
	require.Equal(t, http.StatusNoContent, answer.status, "%s", answer.body)
	require.Equal(t, "delivered", b.stateOf("F-1"), "the others of the batch do not keep ours from counting")
}

func TestAYoungBounceThatMayBeAheadOfOurRecordsIsAskedForAgain(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, key.configure(t))
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)

	unnamed := event("bounce", "E-1", "")
	answer := key.post(b, time.Now(), unnamed)
	answer.isProblem(http.StatusServiceUnavailable, "unavailable")
	require.NotEmpty(t, answer.header.Get("Retry-After"))

	_, err := b.cases.Store.MarkAccepted(t.Context(), message.ID, "sendgrid", "SG1", today)
	require.NoError(t, err)
	require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), unnamed).status)
	require.Equal(t, "bounced", b.stateOf("F-1"))
}

func TestABounceCountsBesideTheEventThatTeachesTheProvidersID(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, key.configure(t))
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)

	unnamed := event("bounce", "E-2", "")
	unnamed["timestamp"] = time.Now().Add(-time.Hour).Unix() // too old to be asked for again
	require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), unnamed, event("delivered", "E-1", message.ID)).status)
	require.Equal(t, "bounced", b.stateOf("F-1"))
}

// After an outage SendGrid repeats what it could not deliver, for a day.
func TestEventsOfAnOutageCountAndTheirReplayChangesNothing(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, key.configure(t))
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)
	bounce := event("bounce", "E-1", message.ID)
	require.Equal(t, http.StatusNoContent, key.post(b, time.Now().Add(-24*time.Hour), bounce).status)
	require.Equal(t, "bounced", b.stateOf("F-1"))
	require.False(t, b.mayBeMailed("F-1"))

	// Somebody found that the address works: the old news, replayed, say nothing new of it.
	contacts, err := b.cases.Store.Contacts(t.Context(), b.creditor, "C-1007")
	require.NoError(t, err)
	b.call(http.MethodPost, fmt.Sprintf("/v1/debtors/%s/C-1007/contacts/%d", b.creditor, contacts[0].ID), object{"works": true, "by": "anna"}).is(http.StatusOK)
	before := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-1", nil).is(http.StatusOK)
	for range 2 {
		require.Equal(t, http.StatusNoContent, key.post(b, time.Now().Add(-24*time.Hour), bounce).status)
	}
	after := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-1", nil).is(http.StatusOK)
	for _, part := range []string{"messages", "deliveries", "history", "contacts", "notices"} {
		require.Equal(t, before[part], after[part], part)
	}
	require.True(t, b.mayBeMailed("F-1"))
}

// returned is a bounce that came back to SendGrid's Return-Path: it names no message at all.
func returned(id string) object {
	return object{
		"event": "bounce", "type": "bounce", "sg_event_id": id, "sg_message_id": "", "timestamp": time.Now().Unix(), "status": "5.1.10",
		"email": "compta@durand.example", "reason": "550 5.1.10 recipient not found",
	}
}

func TestABounceWithoutAnyIDIsOfTheOneMailThatWentToItsAddress(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, key.configure(t))
	b.opened("F-1")
	require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), returned("E-0")).status, "none went there: repeating does not help")
	message := b.sending("F-1", collection.ChannelEmail)
	require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), event("delivered", "E-1", message.ID)).status)
	for range 2 {
		require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), returned("E-2")).status)
	}
	shown := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-1", nil).is(http.StatusOK)
	require.Equal(t, "bounced", shown.at("messages", 0, "state"))
	require.Len(t, shown["deliveries"], 2, "a repeated event counts once")
	require.False(t, b.mayBeMailed("F-1"), "the address does not work")
}

func TestOurOwnFaultMakesTheProviderRepeatItsEvents(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, key.configure(t))
	b.cases.Store.Close() // the database is gone
	key.post(b, time.Now(), event("delivered", "E-1", "7d444840-9dc0-11d1-b245-5ffdce74fad2")).isProblem(http.StatusServiceUnavailable, "unavailable")
}

func TestABounceIsToldToTheRunningCase(t *testing.T) {
	key := newSendGridKey(t)
	b := setup(t, key.configure(t))
	b.work()
	at := b.opened("F-1")
	message := b.sending("F-1", collection.ChannelEmail)
	require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), event("bounce", "E-1", message.ID)).status)
	shown := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, true, shown.at("notices", 0, "attempts", 0, "failed"))
	require.Eventually(t, func() bool {
		answer, err := b.cases.Temporal.QueryWorkflow(t.Context(), collection.WorkflowID(b.creditor, "F-1"), "", workflows.QueryStatus)
		require.NoError(t, err)
		var status workflows.Status
		require.NoError(t, answer.Get(&status))
		return status.LastStep == "courtesy" && slices.Equal(status.LastAttempts, []collection.Attempt{{Channel: collection.ChannelEmail, Failed: true}})
	}, eventually, often)
}

// twilioStatus posts a status callback as Twilio does, signed for an address.
func (b *bundle) twilioStatus(address, token string, form url.Values) reply {
	b.t.Helper()
	signed := address
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range form {
			if !yield(name) {
				return
			}
		}
	}) {
		signed += name + form.Get(name)
	}
	mac := hmac.New(sha1.New, []byte(token))
	mac.Write([]byte(signed))
	called, err := url.Parse(address)
	require.NoError(b.t, err)
	request := b.request(http.MethodPost, called.RequestURI(), form.Encode())
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set(twilio.SignatureHeader, base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	return b.send(request)
}

func TestTwilioCallbacksAreVerifiedAtThePublicAddress(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelSMS)
	address := "https://relance.example" + api.PathTwilioStatus + "?" + messaging.MessageIDKey + "=" + message.ID
	status := func(word string) url.Values {
		return url.Values{"MessageSid": {"SM1"}, "MessageStatus": {word}, "To": {"+33639981234"}}
	}
	b.twilioStatus(address, "another token", status("delivered")).isProblem(http.StatusForbidden, "forged")
	b.twilioStatus(strings.Replace(address, "https://relance.example", b.server.URL, 1), authToken, status("delivered")).
		isProblem(http.StatusForbidden, "forged")
	b.twilioStatus(address, authToken, url.Values{"To": {"+33639981234"}}).isProblem(http.StatusBadRequest, "malformed-request")
	require.Equal(t, "sending", b.stateOf("F-1"))

	for range 2 {
		require.Equal(t, http.StatusNoContent, b.twilioStatus(address, authToken, status("delivered")).status)
	}
	require.Equal(t, "delivered", b.stateOf("F-1"))
	require.NotContains(t, b.log.String(), "+33639981234")
}

func TestAWebhookWithoutItsKeyAsksToBeRepeated(t *testing.T) {
	t.Parallel()
	b := setup(t, func(o *api.Options) { o.TwilioAuthToken = "" })
	b.send(b.request(http.MethodPost, api.PathSendGridEvents, "[]")).isProblem(http.StatusServiceUnavailable, "not-configured")
	b.send(b.request(http.MethodPost, api.PathTwilioStatus, "")).isProblem(http.StatusServiceUnavailable, "not-configured")
}

// What the simulated providers send, through the real client libraries, arrives.
func TestTheProvidersTellWhatBecameOfMessages(t *testing.T) {
	t.Parallel()
	var b *bundle
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { b.server.Config.Handler.ServeHTTP(w, r) }))
	t.Cleanup(front.Close)
	providers, err := simulator.New(simulator.Options{
		Listen: "127.0.0.1:0", EventWebhook: front.URL + api.PathSendGridEvents, AuthToken: authToken,
		SendGrid: simulator.Faults{EventDuplicates: 1, EventsShuffled: true}, Twilio: simulator.Faults{EventDuplicates: 1},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, providers.Close()) })
	b = setup(t, func(o *api.Options) { o.SendGridPublicKey, o.PublicURL = providers.PublicKey(), front.URL })
	b.opened("F-1")
	b.opened("F-2")

	mail, err := sendgrid.New(sendgrid.Config{APIKey: simulator.DefaultAPIKey, BaseURL: providers.SendGridURL()})
	require.NoError(t, err)
	email, err := messaging.DecodeEmail(b.sending("F-1", collection.ChannelEmail).Bytes)
	require.NoError(t, err)
	require.Equal(t, messaging.Accepted, mail.SendEmail(t.Context(), email).Verdict)

	short, err := twilio.New(twilio.Config{
		AccountSID: simulator.DefaultAccountSID, Secret: authToken, BaseURL: providers.TwilioURL(), StatusCallback: front.URL + api.PathTwilioStatus,
	})
	require.NoError(t, err)
	sms, err := messaging.DecodeSMS(b.sending("F-2", collection.ChannelSMS).Bytes)
	require.NoError(t, err)
	require.Equal(t, messaging.Accepted, short.SendSMS(t.Context(), sms).Verdict)

	// Nothing was marked accepted here, as after a crash: the events alone tell.
	for _, number := range []string{"F-1", "F-2"} {
		require.Eventually(t, func() bool { return b.stateOf(number) == "delivered" }, eventually, often, number)
	}
}

func TestTheExactBytesOfAMessageAreShown(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F/1")
	b.opened("F-2")
	letter := b.sending("F/1", collection.ChannelLetter)
	shown := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F%2F1", nil).is(http.StatusOK)
	at, isText := shown.at("messages", 0, "url").(string)
	require.True(t, isText)

	page := b.call(http.MethodGet, at, nil)
	require.Equal(t, http.StatusOK, page.status)
	require.Equal(t, letter.Bytes, page.body)
	require.Equal(t, "application/pdf", page.header.Get("Content-Type"))
	require.Equal(t, fmt.Sprintf("%q", letter.SHA256), page.header.Get("ETag"))
	require.Equal(t, letter.SHA256, shown.at("messages", 0, "sha256"))
	require.Equal(t, "nosniff", page.header.Get("X-Content-Type-Options"))
	require.Equal(t, http.StatusNotModified, b.call(http.MethodGet, at, nil, "If-None-Match", page.header.Get("ETag")).status)

	mail := b.sending("F-2", collection.ChannelEmail)
	page = b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-2/messages/"+mail.ID, nil)
	require.Equal(t, mail.Bytes, page.body)
	require.Contains(t, page.header.Get("Content-Security-Policy"), "sandbox", "what is not a letter is not run by a browser")
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-2/messages/"+letter.ID, nil).isProblem(http.StatusNotFound, "unknown-message")
}

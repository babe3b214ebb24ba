package twilio_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
)

type callback struct {
	url, signature string
	body           []byte
}

// callbacks is our side of the status callback.
type callbacks struct {
	*httptest.Server

	mu   sync.Mutex
	came []callback
}

func openCallbacks(t *testing.T) *callbacks {
	t.Helper()
	c := &callbacks{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		c.came = append(c.came, callback{c.URL + r.URL.RequestURI(), r.Header.Get(twilio.SignatureHeader), body})
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *callbacks) waitFor(t *testing.T, count int) []callback {
	t.Helper()
	var came []callback
	require.Eventually(t, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		came = append([]callback(nil), c.came...)
		return len(came) >= count
	}, 10*time.Second, 10*time.Millisecond)
	return came
}

func TestTheStatusOfAnSMSComesBackSignedWithOurID(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		faults simulator.Faults
		want   map[twilio.Status]messaging.DeliveryKind
	}{
		"delivered": {simulator.Faults{}, map[twilio.Status]messaging.DeliveryKind{
			twilio.StatusSent: messaging.DeliveryAccepted, twilio.StatusDelivered: messaging.DeliveryDelivered,
		}},
		"undelivered": {simulator.Faults{BounceMatching: "+336*"}, map[twilio.Status]messaging.DeliveryKind{
			twilio.StatusSent: messaging.DeliveryAccepted, twilio.StatusUndelivered: messaging.DeliveryBounced,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := openCallbacks(t)
			provider := start(t, simulator.Options{Twilio: c.faults})
			texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL(), StatusCallback: in.URL + "/twilio"})
			outcome := texts.SendSMS(t.Context(), reminder("m-1"))
			require.Equal(t, messaging.Accepted, outcome.Verdict)

			got := map[twilio.Status]messaging.DeliveryKind{}
			for _, came := range in.waitFor(t, 2) {
				event, err := twilio.ParseStatus(simulator.DefaultAuthToken, came.url, came.body, came.signature)
				require.NoError(t, err)
				require.Equal(t, "m-1", event.MessageID)
				require.Equal(t, "+33612345678", event.To)
				delivery := event.Delivery()
				require.Equal(t, outcome.ProviderID, delivery.ProviderID)
				require.Equal(t, outcome.ProviderID+"/"+string(event.Status), delivery.EventID)
				if delivery.Kind.NotReceived() {
					require.Equal(t, "30006", delivery.Code)
					require.NotEmpty(t, delivery.Reason)
				}
				got[event.Status] = delivery.Kind
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestForgedCallbacksAreRefused(t *testing.T) {
	t.Parallel()
	in := openCallbacks(t)
	provider := start(t, simulator.Options{})
	texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL(), StatusCallback: in.URL + "/twilio"})
	require.Equal(t, messaging.Accepted, texts.SendSMS(t.Context(), reminder("m-1")).Verdict)
	genuine := in.waitFor(t, 1)[0]
	body := string(genuine.body)

	for name, c := range map[string]struct{ token, url, body, signature string }{
		"another message ID":      {simulator.DefaultAuthToken, strings.Replace(genuine.url, "m-1", "m-2", 1), body, genuine.signature},
		"another address":         {simulator.DefaultAuthToken, strings.Replace(genuine.url, "/twilio", "/other", 1), body, genuine.signature},
		"another status":          {simulator.DefaultAuthToken, genuine.url, strings.ReplaceAll(body, "sent", "delivered"), genuine.signature},
		"a parameter added":       {simulator.DefaultAuthToken, genuine.url, body + "&ErrorCode=30005", genuine.signature},
		"another account's":       {"othertoken", genuine.url, body, genuine.signature},
		"another signature":       {simulator.DefaultAuthToken, genuine.url, body, "AAAAAAAAAAAAAAAAAAAAAAAAAAA="},
		"not signed":              {simulator.DefaultAuthToken, genuine.url, body, ""},
		"an unreadable body":      {simulator.DefaultAuthToken, genuine.url, "%zz", genuine.signature},
		"a URL that is none":      {simulator.DefaultAuthToken, "http://h\x7f", body, genuine.signature},
		"its body under a digest": {simulator.DefaultAuthToken, genuine.url + "&bodySHA256=00", body, genuine.signature},
	} {
		event, err := twilio.ParseStatus(c.token, c.url, []byte(c.body), c.signature)
		require.ErrorIs(t, err, messaging.ErrForged, name)
		require.Zero(t, event, name)
	}
	_, err := twilio.ParseStatus("", genuine.url, genuine.body, genuine.signature)
	require.ErrorContains(t, err, "no auth token is configured")

	// The signature covers the first of repeated values, so only that one may be believed.
	event, err := twilio.ParseStatus(simulator.DefaultAuthToken, genuine.url, []byte(body+"&MessageStatus=failed"), genuine.signature)
	require.NoError(t, err)
	require.NotEqual(t, twilio.StatusFailed, event.Status)
}

func TestAStatusIsReadInTheWordsOfAllProviders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status twilio.Status
		code   string
		want   messaging.DeliveryKind
	}{
		{twilio.StatusAccepted, "", messaging.DeliveryAccepted},
		{twilio.StatusQueued, "", messaging.DeliveryAccepted},
		{twilio.StatusRead, "", messaging.DeliveryOpened},
		{twilio.StatusUndelivered, "30003", messaging.DeliveryFailed},
		{twilio.StatusUndelivered, "30005", messaging.DeliveryBounced},
		{twilio.StatusFailed, "21610", messaging.DeliverySuppressed},
		{twilio.StatusFailed, "", messaging.DeliveryFailed},
		{twilio.StatusCanceled, "", messaging.DeliveryFailed},
		{"partially_delivered", "", messaging.DeliveryOther},
	} {
		delivery := twilio.StatusEvent{SID: "SM1", Status: c.status, ErrorCode: c.code}.Delivery()
		require.Equal(t, c.want, delivery.Kind, "%s %s", c.status, c.code)
	}
}

func TestANumberThatDoesNotExistIsToldFromOneThatAChannelDoesNotReach(t *testing.T) {
	t.Parallel()
	for code, none := range map[string]bool{
		twilio.CodeUnknownNumber: true, twilio.CodeInvalidNumber: true,
		twilio.CodeLandline: false, twilio.CodeNotAMobile: false, twilio.CodeNotOnWhatsApp: false, twilio.CodeInvalidRecipient: false,
	} {
		delivery := twilio.StatusEvent{SID: "SM1", Status: twilio.StatusUndelivered, ErrorCode: code}.Delivery()
		require.Equal(t, messaging.DeliveryBounced, delivery.Kind, code)
		require.Equal(t, none, delivery.NoSuchNumber, code)
	}
}

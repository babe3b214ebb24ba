package simulator_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/twilio/twilio-go/client"
	twilioapi "github.com/twilio/twilio-go/rest/api/v2010"

	"relance/messaging/simulator"
	"relance/messaging/twilio"
)

// toSimulator is the least that sends the library, which knows only Twilio's host, to the simulator.
type toSimulator struct{ host string }

func (r toSimulator) RoundTrip(req *http.Request) (*http.Response, error) {
	req.URL.Scheme, req.URL.Host, req.Host = "http", r.host, ""
	return http.DefaultTransport.RoundTrip(req)
}

func library(t *testing.T, s *simulator.Simulator, token string) *twilioapi.ApiService {
	t.Helper()
	base, err := url.Parse(s.TwilioURL())
	require.NoError(t, err)
	c := &client.Client{
		Credentials: client.NewCredentials(simulator.DefaultAccountSID, token),
		HTTPClient:  &http.Client{Transport: toSimulator{base.Host}, Timeout: 10 * time.Second},
	}
	c.SetAccountSid(simulator.DefaultAccountSID)
	return twilioapi.NewApiServiceWithClient(c)
}

func sms(to, body string) *twilioapi.CreateMessageParams {
	return (&twilioapi.CreateMessageParams{}).SetFrom("+33644600001").SetTo(to).SetBody(body)
}

func code(t *testing.T, err error) int {
	t.Helper()
	var refused *client.TwilioRestError
	require.ErrorAs(t, err, &refused)
	return refused.Code
}

func TestTwilioShowsAMessageThroughItsLife(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	lib := library(t, s, simulator.DefaultAuthToken)
	created, err := lib.CreateMessage(sms("+33612345678", "Facture échue"))
	require.NoError(t, err)
	require.Regexp(t, "^SM[0-9a-f]{32}$", *created.Sid)
	require.Equal(t, "queued", *created.Status)
	require.Nil(t, created.DateSent)
	require.Equal(t, "1", *created.NumSegments)
	require.Eventually(t, func() bool {
		seen, err := lib.FetchMessage(*created.Sid, &twilioapi.FetchMessageParams{})
		return err == nil && *seen.Status == "delivered" && seen.DateSent != nil && *seen.Body == "Facture échue"
	}, 5*time.Second, 20*time.Millisecond)

	redacted, err := lib.UpdateMessage(*created.Sid, (&twilioapi.UpdateMessageParams{}).SetBody(""))
	require.NoError(t, err)
	require.Empty(t, *redacted.Body)
	_, err = lib.FetchMessage("SM00000000000000000000000000000000", &twilioapi.FetchMessageParams{})
	require.Equal(t, 20404, code(t, err))
}

func TestAQueuedMessageCanBeCancelledAndASentOneCannot(t *testing.T) {
	t.Parallel()
	hook := openWebhook(t)
	s := start(t, simulator.Options{Twilio: simulator.Faults{QueuedMS: 1000}})
	lib := library(t, s, simulator.DefaultAuthToken)
	created, err := lib.CreateMessage(sms("+33612345678", "a").SetStatusCallback(hook.URL + "/a"))
	require.NoError(t, err)
	cancelled, err := lib.UpdateMessage(*created.Sid, (&twilioapi.UpdateMessageParams{}).SetStatus("canceled"))
	require.NoError(t, err)
	require.Equal(t, "canceled", *cancelled.Status)

	created, err = lib.CreateMessage(sms("+33612345678", "b").SetStatusCallback(hook.URL + "/b"))
	require.NoError(t, err)
	for _, event := range hook.waitForTexts(t, 2) {
		require.Equal(t, *created.Sid, event.SID, "a cancelled message has no further status")
	}
	_, err = lib.UpdateMessage(*created.Sid, (&twilioapi.UpdateMessageParams{}).SetStatus("canceled"))
	require.Equal(t, 30409, code(t, err))
	_, err = lib.UpdateMessage(*created.Sid, (&twilioapi.UpdateMessageParams{}).SetBody("other"))
	require.Equal(t, 20001, code(t, err))
}

func TestTwilioRefusesWhatTheRealOneRefuses(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	lib := library(t, s, simulator.DefaultAuthToken)
	long := make([]byte, 1601)
	for i := range long {
		long[i] = 'a'
	}
	for want, params := range map[int]*twilioapi.CreateMessageParams{
		21604: (&twilioapi.CreateMessageParams{}).SetFrom("+33644600001").SetBody("a"),
		21603: (&twilioapi.CreateMessageParams{}).SetTo("+33612345678").SetBody("a"),
		21602: sms("+33612345678", ""),
		21617: sms("+33612345678", string(long)),
		21211: sms("0612345678", "a"),
		21701: sms("+33612345678", "a").SetMessagingServiceSid("MG1"),
		21609: sms("+33612345678", "a").SetStatusCallback("/nowhere"),
		20001: sms("+33612345678", "a").SetValidityPeriod(40_000),
		35114: sms("+33612345678", "a").SetSendAt(time.Now()),
	} {
		_, err := lib.CreateMessage(params)
		require.Equal(t, want, code(t, err), want)
	}
	_, err := library(t, s, "wrong").CreateMessage(sms("+33612345678", "a"))
	require.Equal(t, 20003, code(t, err))
	_, err = lib.CreateMessage(sms("+33612345678", "a").SetPathAccountSid("AC11111111111111111111111111111111"))
	require.Equal(t, 20404, code(t, err))
	require.Empty(t, s.Messages(0))
}

func TestTheListFiltersAndPages(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	lib := library(t, s, simulator.DefaultAuthToken)
	for i := range 7 {
		_, err := lib.CreateMessage(sms("+33612345678", fmt.Sprint(i)))
		require.NoError(t, err)
	}
	_, err := lib.CreateMessage(sms("+33612345679", "elsewhere"))
	require.NoError(t, err)
	bodies := func(params *twilioapi.ListMessageParams) (got []string) {
		listed, err := lib.ListMessage(params)
		require.NoError(t, err)
		for _, message := range listed {
			got = append(got, *message.Body)
		}
		return got
	}
	paged := (&twilioapi.ListMessageParams{}).SetTo("+33612345678").SetPageSize(3)
	require.Equal(t, []string{"6", "5", "4", "3", "2", "1", "0"}, bodies(paged), "newest first, over three pages")
	require.Equal(t, []string{"6", "5"}, bodies((&twilioapi.ListMessageParams{}).SetTo("+33612345678").SetLimit(2)))

	hour := time.Hour
	require.Eventually(t, func() bool {
		return len(bodies((&twilioapi.ListMessageParams{}).SetDateSentAfter(time.Now().Add(-hour)))) == 8
	}, 5*time.Second, 20*time.Millisecond)
	require.Empty(t, bodies((&twilioapi.ListMessageParams{}).SetDateSentAfter(time.Now().Add(hour))))
	require.Empty(t, bodies((&twilioapi.ListMessageParams{}).SetDateSentBefore(time.Now().Add(-hour))))
	require.Len(t, bodies((&twilioapi.ListMessageParams{}).SetDateSent(time.Now().UTC()).SetFrom("+33644600001")), 8)

	require.NoError(t, s.SetTwilioFaults(simulator.Faults{ListedAfterMS: 60_000}))
	require.Empty(t, bodies(&twilioapi.ListMessageParams{}), "the list may lag behind")
}

func TestAQueuedMessageHasNoDateOfSendingToFilterOn(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Twilio: simulator.Faults{QueuedMS: 60_000}})
	lib := library(t, s, simulator.DefaultAuthToken)
	_, err := lib.CreateMessage(sms("+33612345678", "a"))
	require.NoError(t, err)
	listed, err := lib.ListMessage((&twilioapi.ListMessageParams{}).SetDateSentAfter(time.Now().Add(-time.Hour)))
	require.NoError(t, err)
	require.Empty(t, listed)
	listed, err = lib.ListMessage(&twilioapi.ListMessageParams{})
	require.NoError(t, err)
	require.Len(t, listed, 1)
	require.Equal(t, "queued", *listed[0].Status)
}

func TestCallbacksCanBeRepeatedAndShuffledAndAreRetried(t *testing.T) {
	t.Parallel()
	hook := openWebhook(t, http.StatusServiceUnavailable)
	s := start(t, simulator.Options{Twilio: simulator.Faults{EventDuplicates: 1, EventsShuffled: true}})
	_, err := library(t, s, simulator.DefaultAuthToken).CreateMessage(sms("+33612345678", "a").SetStatusCallback(hook.URL + "/?relance_message_id=m-1"))
	require.NoError(t, err)
	counts := map[twilio.Status]int{}
	for _, event := range hook.waitForTexts(t, 4) {
		require.Equal(t, "m-1", event.MessageID)
		counts[event.Status]++
	}
	require.Equal(t, map[twilio.Status]int{twilio.StatusSent: 2, twilio.StatusDelivered: 2}, counts)
}

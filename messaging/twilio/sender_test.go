package twilio_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
)

func start(t *testing.T, options simulator.Options) *simulator.Simulator {
	t.Helper()
	options.Listen = "127.0.0.1:0"
	s, err := simulator.New(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func sender(t *testing.T, config twilio.Config) *twilio.Sender {
	t.Helper()
	if config.Secret == "" {
		config.Secret = simulator.DefaultAuthToken
	}
	config.AccountSID = simulator.DefaultAccountSID
	s, err := twilio.New(config)
	require.NoError(t, err)
	return s
}

func reminder(id string) messaging.SMS {
	return messaging.SMS{
		MessageID: id, From: "+33644600001", To: "+33612345678",
		Body: "Durand : la facture F-2026-118 (120,00 EUR) reste à régler.",
	}
}

func TestAnAcceptedSMSArrivesExactlyAsItWasComposed(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL(), StatusCallback: "https://relance.example.fr/webhooks/twilio?tenant=a"})
	sms := reminder("m-1")
	sms.ValidFor = 3600

	outcome := texts.SendSMS(t.Context(), sms)

	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome)
	kept := provider.Messages(0)
	require.Len(t, kept, 1)
	require.Equal(t, outcome.ProviderID, kept[0].ProviderID)
	require.Equal(t, "m-1", kept[0].MessageID)
	content, err := provider.Content(1)
	require.NoError(t, err)
	form, err := url.ParseQuery(string(content.Raw))
	require.NoError(t, err)
	require.Equal(t, url.Values{
		"To": {sms.To}, "From": {sms.From}, "Body": {sms.Body}, "ValidityPeriod": {"3600"},
		"StatusCallback": {"https://relance.example.fr/webhooks/twilio?relance_message_id=m-1&tenant=a"},
	}, form)
}

func TestAMessagingServiceTakesThePlaceOfASender(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	sms := reminder("m-1")
	sms.From = "MG0123456789abcdef0123456789abcdef"
	outcome := sender(t, twilio.Config{BaseURL: provider.TwilioURL()}).SendSMS(t.Context(), sms)
	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome)
	require.Equal(t, sms.From, provider.Messages(0)[0].Service)
	require.Empty(t, provider.Messages(0)[0].From)
}

func TestAnSMSThatIsNotValidIsRejectedWithoutACall(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	sms := reminder("m-1")
	sms.To = "0612345678"
	outcome := sender(t, twilio.Config{BaseURL: provider.TwilioURL()}).SendSMS(t.Context(), sms)
	require.Equal(t, messaging.Rejected, outcome.Verdict)
	require.NotContains(t, outcome.Reason, sms.To)
	require.Empty(t, provider.Stats().Answers)
}

func TestEveryFaultOfTheProviderGetsItsVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		faults   simulator.Faults
		verdict  messaging.Verdict
		cause    messaging.Cause
		accepted int
	}{
		{"well behaved", simulator.Faults{}, messaging.Accepted, messaging.CauseNone, 1},
		{"too many requests", simulator.Faults{RateLimited: 1, RetryAfterS: 7}, messaging.NotSent, messaging.CauseRateLimited, 0},
		{"fails before accepting", simulator.Faults{FailBefore: 1}, messaging.Unknown, messaging.CauseProviderFault, 0},
		{"fails after accepting", simulator.Faults{FailAfter: 1}, messaging.Unknown, messaging.CauseProviderFault, 1},
		{"drops before accepting", simulator.Faults{DropBefore: 1}, messaging.Unknown, messaging.CauseInterrupted, 0},
		{"drops after accepting", simulator.Faults{DropAfter: 1}, messaging.Unknown, messaging.CauseInterrupted, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			provider := start(t, simulator.Options{Twilio: c.faults})
			texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL(), StatusCallback: "http://127.0.0.1:1/closed"})
			outcome := texts.SendSMS(t.Context(), reminder("m-1"))
			require.Equal(t, c.verdict, outcome.Verdict, outcome)
			require.Equal(t, c.cause, outcome.Cause, outcome)
			require.Equal(t, c.accepted, provider.Accepted("m-1"))
			if c.cause == messaging.CauseRateLimited {
				require.Equal(t, twilio.CodeTooManyRequests, outcome.Code)
				require.Equal(t, 7*time.Second, outcome.RetryAfter, "the library loses the header; the transport must not")
			}
		})
	}
}

func TestTwiliosRefusalsAreReadAsWhatTheyMean(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{Twilio: simulator.Faults{OptedOut: []string{"+33698765432"}}})
	texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL()})
	for _, c := range []struct {
		from, to, code string
		verdict        messaging.Verdict
		cause          messaging.Cause
	}{
		{to: "+15005550001", code: twilio.CodeInvalidNumber, verdict: messaging.Rejected, cause: messaging.CauseNoSuchNumber},
		{to: "+15005550002", code: twilio.CodeUnroutable, verdict: messaging.Rejected, cause: messaging.CauseRoute},
		{to: "+15005550003", code: twilio.CodeCountryNotActive, verdict: messaging.Rejected, cause: messaging.CauseRoute},
		{to: "+15005550004", code: twilio.CodeOptedOut, verdict: messaging.Rejected, cause: messaging.CauseOptedOut},
		{to: "+33698765432", code: twilio.CodeOptedOut, verdict: messaging.Rejected, cause: messaging.CauseOptedOut},
		{to: "+15005550009", code: twilio.CodeNotAMobile, verdict: messaging.Rejected, cause: messaging.CauseRecipient},
		{from: "+15005550001", code: "21212", verdict: messaging.NotSent, cause: messaging.CauseConfiguration},
		{from: "+15005550007", code: "21606", verdict: messaging.NotSent, cause: messaging.CauseConfiguration},
		{from: "+15005550008", code: twilio.CodeQueueFull, verdict: messaging.NotSent, cause: messaging.CauseRateLimited},
	} {
		sms := reminder("m-1")
		if c.to != "" {
			sms.To = c.to
		}
		if c.from != "" {
			sms.From = c.from
		}
		outcome := texts.SendSMS(t.Context(), sms)
		require.Equal(t, c.verdict, outcome.Verdict, outcome)
		require.Equal(t, c.cause, outcome.Cause, outcome)
		require.Equal(t, c.code, outcome.Code, outcome)
		require.NotContains(t, outcome.Reason, sms.To, "reasons are kept in histories")
	}
	require.Empty(t, provider.Messages(0))
}

func TestAStatusWithoutAKnownCodeIsReadAsWhatItMeans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status  int
		body    string
		verdict messaging.Verdict
		cause   messaging.Cause
	}{
		{http.StatusCreated, `{"sid":"SM1"}`, messaging.Accepted, messaging.CauseNone},
		{http.StatusCreated, `{"sid":`, messaging.Accepted, messaging.CauseNone},
		{http.StatusTemporaryRedirect, ``, messaging.NotSent, messaging.CauseConfiguration},
		{http.StatusBadRequest, `{"code":29999,"message":"no","status":400}`, messaging.Rejected, messaging.CauseContent},
		{http.StatusBadRequest, `<html>`, messaging.Rejected, messaging.CauseContent},
		{http.StatusUnauthorized, `{"code":20003,"message":"Authenticate","status":401}`, messaging.NotSent, messaging.CauseConfiguration},
		{http.StatusForbidden, ``, messaging.NotSent, messaging.CauseConfiguration},
		{http.StatusNotFound, ``, messaging.NotSent, messaging.CauseConfiguration},
		{http.StatusRequestTimeout, ``, messaging.NotSent, messaging.CauseUnreachable},
		{http.StatusTooManyRequests, `<html>`, messaging.NotSent, messaging.CauseRateLimited},
		{http.StatusInternalServerError, `{"code":21610,"message":"?","status":500}`, messaging.Unknown, messaging.CauseProviderFault},
		{http.StatusGatewayTimeout, ``, messaging.Unknown, messaging.CauseProviderFault},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		outcome := sender(t, twilio.Config{BaseURL: server.URL}).SendSMS(t.Context(), reminder("m-1"))
		server.Close()
		require.Equal(t, c.verdict, outcome.Verdict, "%d %s: %s", c.status, c.body, outcome)
		require.Equal(t, c.cause, outcome.Cause, "%d %s: %s", c.status, c.body, outcome)
	}
}

func TestADeadlineAndACancelledCallReachTheLibraryThatKnowsNoContext(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{Twilio: simulator.Faults{LatencyMS: 1500}})
	texts := sender(t, twilio.Config{
		BaseURL: provider.TwilioURL(), Timeout: 500 * time.Millisecond, StatusCallback: "http://127.0.0.1:1/closed",
	})
	outcome := texts.SendSMS(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.Unknown, outcome.Verdict, outcome)
	require.Eventually(t, func() bool { return provider.Accepted("m-1") == 1 }, 5*time.Second, 10*time.Millisecond)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	outcome = texts.SendSMS(ctx, reminder("m-2"))
	require.Equal(t, messaging.NotSent, outcome.Verdict, outcome)
}

func TestAProviderOutOfReachMeansNotSent(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	outcome := sender(t, twilio.Config{BaseURL: "http://" + listener.Addr().String()}).SendSMS(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.NotSent, outcome.Verdict, outcome)
}

func TestAWrongTokenLosesNothing(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	outcome := sender(t, twilio.Config{BaseURL: provider.TwilioURL(), Secret: "oldtoken"}).SendSMS(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.NotSent, outcome.Verdict, outcome)
	require.Equal(t, messaging.CauseConfiguration, outcome.Cause)
	require.Equal(t, "20003", outcome.Code)
}

func TestTheEnvironmentOfTheLibraryDoesNotMoveTheCall(t *testing.T) {
	t.Setenv("TWILIO_EDGE", "dublin")
	t.Setenv("TWILIO_REGION", "ie1")
	provider := start(t, simulator.Options{})
	outcome := sender(t, twilio.Config{BaseURL: provider.TwilioURL()}).SendSMS(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome)
}

func TestAnUnusableConfigurationIsReportedAtOnceAndWhole(t *testing.T) {
	t.Parallel()
	_, err := twilio.New(twilio.Config{
		AccountSID: "AC1", KeySID: "SK 1", Secret: "se-cret", BaseURL: "x", Timeout: -1, StatusCallback: "/callback",
	})
	for _, problem := range []string{"account SID", "API key SID", "auth token", "base URL", "timeout", "status callback"} {
		require.ErrorContains(t, err, problem)
	}
	require.NotContains(t, err.Error(), "se-cret")
}

func TestConcurrentSendsAreNeitherLostNorDoubled(t *testing.T) {
	t.Parallel()
	const workers, each = 32, 60
	provider := start(t, simulator.Options{})
	texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL()})
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			for i := range each {
				sms := reminder(fmt.Sprintf("m-%d-%d", worker, i))
				sms.Body = sms.MessageID
				if outcome := texts.SendSMS(t.Context(), sms); outcome.Verdict != messaging.Accepted {
					t.Errorf("%s: %s", sms.MessageID, outcome)
				}
			}
		})
	}
	wait.Wait()
	bodies := map[string]int{}
	for _, message := range provider.Messages(0) {
		bodies[message.Subject]++
	}
	require.Len(t, bodies, workers*each)
	require.Len(t, provider.Messages(0), workers*each)
}

package sendgrid_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/sendgrid"
	"relance/messaging/simulator"
)

func start(t *testing.T, options simulator.Options) *simulator.Simulator {
	t.Helper()
	options.Listen = "127.0.0.1:0"
	s, err := simulator.New(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func sender(t *testing.T, config sendgrid.Config) *sendgrid.Sender {
	t.Helper()
	if config.APIKey == "" {
		config.APIKey = simulator.DefaultAPIKey
	}
	s, err := sendgrid.New(config)
	require.NoError(t, err)
	return s
}

func reminder(id string) messaging.Email {
	return messaging.Email{
		MessageID: id,
		From:      messaging.Address{Name: "Atelier Durand", Email: "compta@durand.example.fr"},
		To:        messaging.Address{Name: "Jeanne Martin", Email: "jeanne@martin.example.fr"},
		Subject:   "Facture F-2026-118 échue",
		Text:      "Bonjour,\nla facture F-2026-118 reste à régler.",
		HTML:      "<p>Bonjour,</p><p>la facture <b>F-2026-118</b> reste à régler.</p>",
	}
}

func TestAnAcceptedMailArrivesExactlyAsItWasComposed(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	email := reminder("m-1")
	email.ReplyTo = messaging.Address{Email: "reponse@durand.example.fr"}
	email.CC = []messaging.Address{{Name: "Direction", Email: "direction@martin.example.fr"}}
	email.Attachments = []messaging.Attachment{{Filename: "F-2026-118.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7 facture")}}
	email.Headers = map[string]string{"X-Relance": "1"}
	email.Categories = []string{"courtesy"}

	outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL()}).SendEmail(t.Context(), email)

	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome)
	kept := provider.Messages(0)
	require.Len(t, kept, 1)
	require.Equal(t, outcome.ProviderID, kept[0].ProviderID)
	require.Equal(t, "m-1", kept[0].MessageID)
	require.Equal(t, "jeanne@martin.example.fr", kept[0].To)
	require.Equal(t, "Jeanne Martin", kept[0].ToName)
	require.Equal(t, []string{"direction@martin.example.fr"}, kept[0].CC)
	require.Equal(t, email.Subject, kept[0].Subject)
	content, err := provider.Content(1)
	require.NoError(t, err)
	require.Equal(t, email.Text, content.Text)
	require.Equal(t, email.HTML, content.HTML)
	require.Equal(t, email.Attachments[0].Content, content.Files[0].Content)

	var wire struct {
		CustomArgs map[string]string `json:"custom_args"`
		Tracking   json.RawMessage   `json:"tracking_settings"`
		Mail       json.RawMessage   `json:"mail_settings"`
	}
	require.NoError(t, json.Unmarshal(content.Raw, &wire))
	require.Equal(t, map[string]string{"relance_message_id": "m-1"}, wire.CustomArgs, "nothing else may travel: it cannot be erased")
	// An absent setting would leave the account's own in force.
	require.JSONEq(t, `{
		"open_tracking": {"enable": false}, "click_tracking": {"enable": false, "enable_text": false},
		"subscription_tracking": {"enable": false}, "ganalytics": {"enable": false}
	}`, string(wire.Tracking))
	require.JSONEq(t, `{"footer": {"enable": false}}`, string(wire.Mail), "and no list of those who are not to be written to is passed by")
}

// A formal notice goes out as it was stored and hashed, whatever somebody ticked in the settings of the account.
func TestTheSettingsOfTheAccountAddNothingToAMail(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{SendGrid: simulator.Faults{SubscriptionTracking: true}})
	email := reminder("m-1")
	outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL()}).SendEmail(t.Context(), email)
	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome)
	content, err := provider.Content(1)
	require.NoError(t, err)
	require.Equal(t, email.Text, content.Text)
	require.Equal(t, email.HTML, content.HTML)
}

// The wire is that of SendGrid's own library: a picture inside the mail and a file to open, told apart.
func TestAPictureTravelsInsideTheMail(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	email := reminder("m-1")
	email.HTML += `<img alt="Scannez pour payer" src="cid:payment-code">`
	email.Attachments = []messaging.Attachment{
		{Filename: "F-2026-118.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7 facture")},
		{Filename: "payment-code.png", ContentType: "image/png", Content: []byte("\x89PNG code"), ContentID: "payment-code"},
	}
	outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL()}).SendEmail(t.Context(), email)
	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome)

	content, err := provider.Content(1)
	require.NoError(t, err)
	var wire struct {
		Attachments []map[string]string `json:"attachments"`
	}
	require.NoError(t, json.Unmarshal(content.Raw, &wire))
	require.Equal(t, []map[string]string{
		{
			"filename": "F-2026-118.pdf", "type": "application/pdf", "disposition": "attachment",
			"content": base64.StdEncoding.EncodeToString([]byte("%PDF-1.7 facture")),
		},
		{
			"filename": "payment-code.png", "type": "image/png", "disposition": "inline", "content_id": "payment-code",
			"content": base64.StdEncoding.EncodeToString([]byte("\x89PNG code")),
		},
	}, wire.Attachments)
	require.Equal(t, 1, provider.Messages(0)[0].Attachments, "what is shown inside is not counted as a file")
	require.Equal(t, "payment-code", content.Files[1].ContentID)
	require.Empty(t, content.Files[0].ContentID)
}

func TestAMailThatIsNotValidIsRejectedWithoutACall(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	email := reminder("m-1")
	email.To.Email = "jeanne@martin"
	outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL()}).SendEmail(t.Context(), email)
	require.Equal(t, messaging.Rejected, outcome.Verdict)
	require.Equal(t, messaging.CauseContent, outcome.Cause)
	require.NotContains(t, outcome.Reason, "jeanne@martin", "reasons are kept in histories")
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
		{"too many requests", simulator.Faults{RateLimited: 1, RetryAfterS: 5}, messaging.NotSent, messaging.CauseRateLimited, 0},
		{"fails before accepting", simulator.Faults{FailBefore: 1}, messaging.Unknown, messaging.CauseProviderFault, 0},
		{"fails after accepting", simulator.Faults{FailAfter: 1}, messaging.Unknown, messaging.CauseProviderFault, 1},
		{"drops before accepting", simulator.Faults{DropBefore: 1}, messaging.Unknown, messaging.CauseInterrupted, 0},
		{"drops after accepting", simulator.Faults{DropAfter: 1}, messaging.Unknown, messaging.CauseInterrupted, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			provider := start(t, simulator.Options{SendGrid: c.faults})
			outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL()}).SendEmail(t.Context(), reminder("m-1"))
			require.Equal(t, c.verdict, outcome.Verdict, outcome)
			require.Equal(t, c.cause, outcome.Cause, outcome)
			require.Equal(t, c.accepted, provider.Accepted("m-1"))
			if c.cause == messaging.CauseRateLimited {
				require.InDelta(t, 5, outcome.RetryAfter.Seconds(), 1.5)
			}
		})
	}
}

func TestAProviderSlowerThanTheDeadlineLeavesTheVerdictOpen(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{SendGrid: simulator.Faults{LatencyMS: 1500}})
	outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL(), Timeout: 500 * time.Millisecond}).
		SendEmail(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.Unknown, outcome.Verdict, outcome)
	require.Contains(t, outcome.Reason, "the time for the call ran out")
	require.Eventually(t, func() bool { return provider.Accepted("m-1") == 1 }, 5*time.Second, 10*time.Millisecond,
		"the provider took it all the same: that is why the verdict must be open")
}

func TestACallThatIsCancelledBeforeItLeavesIsNotSent(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL()}).SendEmail(ctx, reminder("m-1"))
	require.Equal(t, messaging.NotSent, outcome.Verdict, outcome)
	require.Zero(t, provider.Accepted("m-1"))
}

func TestAProviderOutOfReachMeansNotSent(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	outcome := sender(t, sendgrid.Config{BaseURL: "http://" + listener.Addr().String()}).SendEmail(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.NotSent, outcome.Verdict, outcome)
	require.Equal(t, messaging.CauseUnreachable, outcome.Cause)
}

func TestAWrongKeyLosesNothing(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL(), APIKey: "SG.old"}).SendEmail(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.NotSent, outcome.Verdict, outcome)
	require.Equal(t, messaging.CauseConfiguration, outcome.Cause)
	require.Equal(t, "401", outcome.Code)
	require.NotContains(t, outcome.Reason, "SG.old")
}

func TestAStatusIsReadAsWhatItMeansForTheMessage(t *testing.T) {
	t.Parallel()
	recipientRefused := `{"errors":[{"message":"Does not contain JEANNE@martin.example.fr","field":"personalizations.0.to.0.email","help":null}]}`
	for _, c := range []struct {
		status  int
		body    string
		verdict messaging.Verdict
		cause   messaging.Cause
	}{
		{http.StatusAccepted, "", messaging.Accepted, messaging.CauseNone},
		{http.StatusPermanentRedirect, "", messaging.NotSent, messaging.CauseConfiguration},
		{http.StatusBadRequest, recipientRefused, messaging.Rejected, messaging.CauseRecipient},
		{http.StatusBadRequest, `{"errors":[{"message":"no","field":"content"}]}`, messaging.Rejected, messaging.CauseContent},
		{http.StatusBadRequest, `<html>`, messaging.Rejected, messaging.CauseContent},
		{http.StatusUnauthorized, "", messaging.NotSent, messaging.CauseConfiguration},
		{http.StatusForbidden, "", messaging.NotSent, messaging.CauseConfiguration},
		{http.StatusNotFound, "", messaging.NotSent, messaging.CauseConfiguration},
		{http.StatusRequestTimeout, "", messaging.NotSent, messaging.CauseUnreachable},
		{http.StatusRequestEntityTooLarge, "", messaging.Rejected, messaging.CauseContent},
		{http.StatusTooManyRequests, "", messaging.NotSent, messaging.CauseRateLimited},
		{http.StatusInternalServerError, "", messaging.Unknown, messaging.CauseProviderFault},
		{http.StatusBadGateway, "", messaging.Unknown, messaging.CauseProviderFault},
		{http.StatusServiceUnavailable, "", messaging.Unknown, messaging.CauseProviderFault},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.status)
			_, _ = w.Write([]byte(c.body))
		}))
		outcome := sender(t, sendgrid.Config{BaseURL: server.URL}).SendEmail(t.Context(), reminder("m-1"))
		server.Close()
		require.Equal(t, c.verdict, outcome.Verdict, "%d: %s", c.status, outcome)
		require.Equal(t, c.cause, outcome.Cause, "%d: %s", c.status, outcome)
		require.NotContains(t, strings.ToLower(outcome.Reason), "jeanne@", c.status)
	}
}

// SendGrid refuses a whole mail for the address of a copy.
func TestACopyThatSendGridRefusesIsLeftOut(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		refusal  string
		verdict  messaging.Verdict
		cause    messaging.Cause
		refused  []messaging.RefusedCopy
		requests int
	}{
		"its address": {
			`{"message":"Does not contain a valid address.","field":"personalizations.0.cc.0.email"}`, messaging.Accepted, messaging.CauseNone,
			[]messaging.RefusedCopy{{Address: "boss@martin.example.fr", Cause: messaging.CauseRecipient, Code: "400", Permanent: true}}, 2,
		},
		"its address and the content":        {`{"message":"no","field":"personalizations.0.cc.0.email"},{"message":"no","field":"content"}`, messaging.Rejected, messaging.CauseContent, nil, 1},
		"its address and that of the reader": {`{"message":"no","field":"personalizations.0.cc.0.email"},{"message":"no","field":"personalizations.0.to.0.email"}`, messaging.Rejected, messaging.CauseRecipient, nil, 1},
		"a copy that is none":                {`{"message":"no","field":"personalizations.0.cc.7.email"}`, messaging.Rejected, messaging.CauseContent, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests++
				body, _ := io.ReadAll(r.Body)
				if strings.Contains(string(body), "boss@martin.example.fr") {
					w.WriteHeader(http.StatusBadRequest)
					_, _ = w.Write([]byte(`{"errors":[` + c.refusal + `]}`))
					return
				}
				w.WriteHeader(http.StatusAccepted)
			}))
			t.Cleanup(server.Close)
			email := reminder("m-1")
			email.CC = []messaging.Address{{Email: "boss@martin.example.fr"}, {Email: "sam@durand.example.fr"}}
			outcome := sender(t, sendgrid.Config{BaseURL: server.URL}).SendEmail(t.Context(), email)
			require.Equal(t, c.verdict, outcome.Verdict, outcome)
			require.Equal(t, c.cause, outcome.Cause, outcome)
			require.Equal(t, c.refused, outcome.RefusedCopies)
			require.Equal(t, c.requests, requests)
		})
	}
}

func TestAnAnswerCutAfterItsStatusLineStillCounts(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Message-Id", "abc")
		w.Header().Set("Content-Length", "100")
		w.WriteHeader(http.StatusAccepted)
	}))
	t.Cleanup(server.Close)
	outcome := sender(t, sendgrid.Config{BaseURL: server.URL}).SendEmail(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.Outcome{Verdict: messaging.Accepted, ProviderID: "abc"}, outcome)
}

func TestTheSandboxSendsNothing(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	outcome := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL(), Sandbox: true}).SendEmail(t.Context(), reminder("m-1"))
	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome)
	require.Empty(t, outcome.ProviderID)
	require.Contains(t, outcome.Reason, "sandbox")
	require.Empty(t, provider.Messages(0))
}

func TestAnUnusableConfigurationIsReportedAtOnceAndWhole(t *testing.T) {
	t.Parallel()
	_, err := sendgrid.New(sendgrid.Config{APIKey: "SG.secret\n", BaseURL: "api.sendgrid.com", Timeout: -1})
	require.ErrorContains(t, err, "API key")
	require.ErrorContains(t, err, "base URL")
	require.ErrorContains(t, err, "timeout")
	require.NotContains(t, err.Error(), "secret")
}

// The fault this guards against is shown in shared_client_race_test.go.
func TestConcurrentSendsAreNeitherLostNorDoubled(t *testing.T) {
	t.Parallel()
	const workers, each = 32, 150
	provider := start(t, simulator.Options{KeptBytes: 1 << 20})
	mails := sender(t, sendgrid.Config{BaseURL: provider.SendGridURL()})
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			for i := range each {
				email := reminder(fmt.Sprintf("m-%d-%d", worker, i))
				email.Subject = email.MessageID
				if outcome := mails.SendEmail(t.Context(), email); outcome.Verdict != messaging.Accepted {
					t.Errorf("%s: %s", email.MessageID, outcome)
				}
			}
		})
	}
	wait.Wait()
	require.Len(t, provider.AcceptedByID(), workers*each)
	require.Zero(t, provider.Stats().Doubled)
	for _, message := range provider.Messages(0) {
		require.Equal(t, message.MessageID, message.Subject, "no mail may carry another one's content")
	}
}

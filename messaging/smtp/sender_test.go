package smtp_test

import (
	"context"
	"crypto/tls"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/simulator"
	"relance/messaging/smtp"
)

func start(t *testing.T, options simulator.Options) *simulator.Simulator {
	t.Helper()
	options.SMTPListen = "127.0.0.1:0"
	s, err := simulator.New(options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// account is the configuration with which the simulator takes mails.
func account(s *simulator.Simulator) smtp.Config {
	return smtp.Config{
		Host: "127.0.0.1", Port: s.SMTPPort(), User: simulator.DefaultSMTPUser, Password: simulator.DefaultSMTPPassword,
		TLSConfig: &tls.Config{RootCAs: s.SMTPRoots(), ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12},
	}
}

func send(t *testing.T, config smtp.Config, email messaging.Email) messaging.Outcome {
	t.Helper()
	sender, err := smtp.New(config)
	require.NoError(t, err)
	return sender.SendEmail(t.Context(), email)
}

func reminder(id string) messaging.Email {
	return messaging.Email{
		MessageID: id,
		From:      messaging.Address{Name: "Atelier Durand", Email: "compta@durand.example.fr"},
		To:        messaging.Address{Name: "Jeanne Martin, comptabilité", Email: "jeanne@martin.example.fr"},
		Subject:   "Facture F-2026-118 échue : 1 200,00 € restent dus, merci de nous dire quand vous la réglerez",
		Text:      "Bonjour,\n.\nla facture F-2026-118 reste à régler.\n..\n" + longLine,
		HTML:      "<p>Bonjour,</p>\n<p>la facture <b>F-2026-118</b> reste à régler.</p>",
	}
}

// longLine is longer than SMTP allows on the wire (998 characters), and not of ASCII alone.
var longLine = func() string {
	line := ""
	for range 150 {
		line += "créance "
	}
	return line + "."
}()

func TestAnAcceptedMailArrivesExactlyAsItWasComposed(t *testing.T) {
	t.Parallel()
	server := start(t, simulator.Options{})
	email := reminder("m-1")
	email.ReplyTo = messaging.Address{Email: "reponse@durand.example.fr"}
	email.CC = []messaging.Address{{Name: `Direction "Sud"`, Email: "direction@martin.example.fr"}}
	email.HTML += `<img alt="Scannez pour payer" src="cid:payment-code">`
	email.Attachments = []messaging.Attachment{
		{Filename: "F-2026-118 é.pdf", ContentType: "application/pdf", Content: []byte("%PDF-1.7 facture")},
		{Filename: "payment-code.png", ContentType: "image/png", Content: []byte("\x89PNG code"), ContentID: "payment-code"},
	}
	email.Headers = map[string]string{"List-Unsubscribe": "<https://durand.example.fr/stop>"}

	outcome := send(t, account(server), email)

	require.Equal(t, messaging.Outcome{Verdict: messaging.Accepted, ProviderID: "m-1@durand.example.fr"}, outcome)
	kept := server.Messages(0)
	require.Len(t, kept, 1)
	require.Equal(t, "m-1", kept[0].MessageID)
	require.Equal(t, "m-1@durand.example.fr", kept[0].ProviderID)
	require.Equal(t, "jeanne@martin.example.fr", kept[0].To)
	require.Equal(t, "Jeanne Martin, comptabilité", kept[0].ToName)
	require.Equal(t, []string{"direction@martin.example.fr"}, kept[0].CC)
	require.Equal(t, email.Subject, kept[0].Subject)
	require.Equal(t, 1, kept[0].Attachments, "what is shown inside is not counted as a file")
	content, err := server.Content(1)
	require.NoError(t, err)
	require.Equal(t, email.Text, content.Text)
	require.Equal(t, email.HTML, content.HTML)
	require.Len(t, content.Files, 2)
	for _, file := range content.Files {
		sent := email.Attachments[0]
		if file.ContentID != "" {
			sent = email.Attachments[1]
		}
		require.Equal(t, sent.Content, file.Content)
		require.Equal(t, sent.ContentType, file.ContentType)
		require.Equal(t, sent.ContentID, file.ContentID)
	}
	raw := string(content.Raw)
	require.Contains(t, raw, "Auto-Submitted: auto-generated\r\n")
	require.Contains(t, raw, "List-Unsubscribe: <https://durand.example.fr/stop>\r\n")
	require.Contains(t, raw, "Reply-To: <reponse@durand.example.fr>\r\n")
	require.NotContains(t, raw, "X-Mailer", "the program's version is nobody's business")
	require.NotContains(t, raw, "cr\xc3\xa9ance", "mail servers without 8BITMIME take it too")
}

func TestNoUnsubscribeHeaderIsInvented(t *testing.T) {
	t.Parallel()
	server := start(t, simulator.Options{})
	email := reminder("m-1")
	email.Headers = map[string]string{"Auto-Submitted": "no"}
	require.Equal(t, messaging.Accepted, send(t, account(server), email).Verdict)
	content, err := server.Content(1)
	require.NoError(t, err)
	require.NotContains(t, string(content.Raw), "List-Unsubscribe")
	require.Contains(t, string(content.Raw), "Auto-Submitted: no\r\n", "what the message says itself is kept")
}

func TestAMailThatIsNotValidIsRejectedWithoutAConnection(t *testing.T) {
	t.Parallel()
	email := reminder("m-1")
	email.To.Email = "jeanne@martin"
	outcome := send(t, smtp.Config{Host: "127.0.0.1", Port: 1}, email)
	require.Equal(t, messaging.Rejected, outcome.Verdict)
	require.Equal(t, messaging.CauseContent, outcome.Cause)
	require.NotContains(t, outcome.Reason, "jeanne@martin", "reasons are kept in histories")
}

func TestEveryFaultOfTheServerGetsItsVerdict(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name     string
		faults   simulator.Faults
		verdict  messaging.Verdict
		cause    messaging.Cause
		code     string
		accepted int
	}{
		{"4xx to the message", simulator.Faults{RateLimited: 1}, messaging.NotSent, messaging.CauseRateLimited, "4.7.1", 0},
		{"5xx to the message", simulator.Faults{FailBefore: 1}, messaging.Rejected, messaging.CauseContent, "5.3.0", 0},
		{"dropped after the dot, not accepted", simulator.Faults{DropBefore: 1}, messaging.Unknown, messaging.CauseInterrupted, "", 0},
		{"dropped after the dot, accepted", simulator.Faults{DropAfter: 1}, messaging.Unknown, messaging.CauseInterrupted, "", 1},
		{"reply cut short, accepted", simulator.Faults{FailAfter: 1}, messaging.Unknown, messaging.CauseInterrupted, "", 1},
		{"no such mailbox", simulator.Faults{BounceMatching: "*@martin.example.fr"}, messaging.Rejected, messaging.CauseRecipient, "5.1.1", 0},
		{"recipient refuses", simulator.Faults{OptedOut: []string{"jeanne@martin.example.fr"}}, messaging.Rejected, messaging.CauseRoute, "5.7.1", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			server := start(t, simulator.Options{SMTP: c.faults})
			outcome := send(t, account(server), reminder("m-1"))
			require.Equal(t, c.verdict, outcome.Verdict, outcome)
			require.Equal(t, c.cause, outcome.Cause, outcome)
			require.Equal(t, c.code, outcome.Code, outcome)
			require.NotContains(t, outcome.Reason, "jeanne@")
			require.Equal(t, c.accepted, server.Accepted("m-1"))
		})
	}
}

func TestTheSameMessageKeepsItsMessageIDAtEveryAttempt(t *testing.T) {
	t.Parallel()
	server := start(t, simulator.Options{SMTP: simulator.Faults{DropAfter: 1}})
	require.Equal(t, messaging.Unknown, send(t, account(server), reminder("m-1")).Verdict)
	require.NoError(t, server.SetSMTPFaults(simulator.Faults{}))
	require.Equal(t, messaging.Accepted, send(t, account(server), reminder("m-1")).Verdict)
	kept := server.Messages(0)
	require.Len(t, kept, 2)
	require.Equal(t, kept[0].ProviderID, kept[1].ProviderID)
}

func TestAServerThatAnswersTooLateLeavesTheOutcomeUnknown(t *testing.T) {
	t.Parallel()
	server := start(t, simulator.Options{SMTP: simulator.Faults{LatencyMS: 60_000}})
	config := account(server)
	config.Timeout = 2 * time.Second
	outcome := send(t, config, reminder("m-1"))
	require.Equal(t, messaging.Unknown, outcome.Verdict, outcome)
	require.Contains(t, outcome.Reason, "the mail server has the whole message")
}

func TestNothingIsSentWhereNobodyListens(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address, ok := listener.Addr().(*net.TCPAddr)
	require.True(t, ok)
	require.NoError(t, listener.Close())
	outcome := send(t, smtp.Config{Host: "127.0.0.1", Port: address.Port}, reminder("m-1"))
	require.Equal(t, messaging.NotSent, outcome.Verdict, outcome)
	require.Equal(t, messaging.CauseUnreachable, outcome.Cause)
}

func TestACancelledCallSendsNothing(t *testing.T) {
	t.Parallel()
	server := start(t, simulator.Options{})
	sender, err := smtp.New(account(server))
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, messaging.NotSent, sender.SendEmail(ctx, reminder("m-1")).Verdict)
	require.Empty(t, server.Messages(0))
}

func TestNeitherPasswordNorMailTravelsInClear(t *testing.T) {
	t.Parallel()
	server := start(t, simulator.Options{})

	stranger := account(server)
	stranger.TLSConfig = nil // the system does not know the simulator's certificate
	outcome := send(t, stranger, reminder("m-1"))
	require.Equal(t, messaging.NotSent, outcome.Verdict, outcome)
	require.Contains(t, outcome.Reason, "certificate")

	plain := script(t, scripted{}, nil)
	outcome = send(t, smtp.Config{Host: "127.0.0.1", Port: plain.port}, reminder("m-2"))
	require.Equal(t, messaging.NotSent, outcome.Verdict, outcome)
	require.Contains(t, outcome.Reason, "STARTTLS")
	require.Empty(t, plain.taken())
	require.Empty(t, server.Messages(0))
}

func TestAWrongPasswordIsTheConfigurationsFault(t *testing.T) {
	t.Parallel()
	config := account(start(t, simulator.Options{}))
	config.Password = "another"
	outcome := send(t, config, reminder("m-1"))
	require.Equal(t, messaging.NotSent, outcome.Verdict, outcome)
	require.Equal(t, messaging.CauseConfiguration, outcome.Cause)
	require.Equal(t, "5.7.8", outcome.Code)
	require.NotContains(t, outcome.Reason, "another")
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	t.Parallel()
	for reason, config := range map[string]smtp.Config{
		"the host is missing":        {},
		"is no way to encrypt":       {Host: "mail.example.fr", TLS: "ssl"},
		"is not one of 1 to 65535":   {Host: "mail.example.fr", Port: 70000},
		"go together":                {Host: "mail.example.fr", User: "u"},
		"would travel to mail.examp": {Host: "mail.example.fr", TLS: smtp.TLSNone, User: "u", Password: "p"},
		"is negative":                {Host: "mail.example.fr", Timeout: -1},
	} {
		_, err := smtp.New(config)
		require.ErrorContains(t, err, reason)
	}
	_, err := smtp.New(smtp.Config{Host: "localhost", TLS: smtp.TLSNone, User: "u", Password: "p"})
	require.NoError(t, err)
}

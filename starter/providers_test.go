package main

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/stack"
)

// withMailbox is a machine on which the missing providers are played.
func withMailbox(t *testing.T, change func(*config.Config)) *machine {
	t.Helper()
	c := config.Default()
	change(&c)
	m := &machine{folder: t.TempDir(), settings: &settings{config: c}, log: slog.New(slog.DiscardHandler)}
	t.Cleanup(func() { require.NoError(t, m.stop(t.Context())) })
	require.NoError(t, m.startSimulator(t.Context(), machineOptions{ports: ports{FreePorts: true}.chosen(), tell: t.Logf}))
	return m
}

func TestTheMailboxStandsInForBothProvidersAndCallsThisMachine(t *testing.T) {
	t.Parallel()
	m := withMailbox(t, func(*config.Config) {})
	c := m.settings.config
	require.Equal(t, []string{"e-mails", "short messages"}, m.simulated)
	require.Equal(t, "http://"+c.HTTP.Listen, c.HTTP.PublicURL)
	require.True(t, strings.HasPrefix(c.HTTP.PublicURL, "http://"+stack.Loopback+":"))
	require.NotEmpty(t, twilioWebhookToken(c))
}

func TestTheRealTwilioIsNeverToldAnAddressOfThisMachine(t *testing.T) {
	t.Parallel()
	m := withMailbox(t, func(c *config.Config) { c.SMS.Twilio = config.Twilio{AccountSID: "AC1", AuthToken: "token"} })
	c := m.settings.config
	require.Equal(t, []string{"e-mails"}, m.simulated)
	require.Empty(t, c.HTTP.PublicURL)
	require.Empty(t, twilioWebhookToken(c), "what nobody could sign is refused")
	require.Contains(t, m.workerEnvironment(nil), "RELANCE_HTTP_PUBLIC_URL=")
}

func TestAMailServerIsNotReplacedByTheMailboxUnlessItIsToldTo(t *testing.T) {
	t.Parallel()
	m := withMailbox(t, func(c *config.Config) { c.Mail.SMTP.Host = "mail.example" })
	require.Equal(t, []string{"short messages"}, m.simulated)
	require.Equal(t, config.MailBySMTP, m.settings.config.Mail.Way())

	m = withMailbox(t, func(c *config.Config) {
		c.Mail.SMTP.Host, c.Mail.Provider = "mail.example", config.MailBySimulator
	})
	require.Equal(t, []string{"e-mails", "short messages"}, m.simulated)
	require.Equal(t, config.MailBySendGrid, m.settings.config.Mail.Way(), "the mailbox speaks SendGrid's protocol")
	require.Contains(t, m.workerEnvironment(nil), "RELANCE_MAIL_PROVIDER=sendgrid")
}

func TestAConfiguredPublicAddressStays(t *testing.T) {
	t.Parallel()
	m := withMailbox(t, func(c *config.Config) { c.HTTP.PublicURL = "https://relance.example" })
	require.Equal(t, "https://relance.example", m.settings.config.HTTP.PublicURL)
}

func TestTheWorkerIsGivenEachSecretOnce(t *testing.T) {
	t.Parallel()
	m := &machine{settings: &settings{file: "relance.yaml", config: config.Default()}}
	m.settings.config.Mail.SendGrid.APIKey = "SG.key"
	environment := m.workerEnvironment([]string{"PATH=/bin", "RELANCE_MAIL_SENDGRID_API_KEY_FILE=/run/secrets/key"})
	require.Contains(t, environment, "PATH=/bin")
	require.Contains(t, environment, "RELANCE_MAIL_SENDGRID_API_KEY=SG.key")
	require.Contains(t, environment, "RELANCE_CONFIG=relance.yaml")
	require.NotContains(t, strings.Join(environment, "\n"), "RELANCE_MAIL_SENDGRID_API_KEY_FILE")
}

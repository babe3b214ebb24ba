package wiring_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/imports/invoice"
	"relance/law"
	"relance/messaging/compose"
	"relance/messaging/sendgrid"
	"relance/messaging/smtp"
	"relance/wiring"
)

var sid = "AC" + strings.Repeat("0", 32)

func templates(t *testing.T) *compose.Templates {
	t.Helper()
	loaded, err := wiring.Templates(config.Default())
	require.NoError(t, err)
	return loaded
}

// isNil is false for an interface that holds a nil pointer, which require.Nil
// takes for nil.
func isNil(sender any) bool { return sender == nil }

func TestAWorkerStartsWithoutAnyProvider(t *testing.T) {
	t.Parallel()
	options, err := wiring.Workers(config.Default(), nil, nil, templates(t))
	require.NoError(t, err)
	require.True(t, isNil(options.Notices.Email), "the interface itself is nil")
	require.True(t, isNil(options.Notices.SMS), "the interface itself is nil")
	require.True(t, isNil(options.Notices.FindSMS), "the interface itself is nil")
}

func TestEachProviderWithAnAccountHasItsSender(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.SMS.Twilio = config.Twilio{AccountSID: sid, AuthToken: "token"}
	options, err := wiring.Workers(c, nil, nil, templates(t))
	require.NoError(t, err)
	require.True(t, isNil(options.Notices.Email), "the interface itself is nil")
	require.NotNil(t, options.Notices.SMS)
	require.NotNil(t, options.Notices.FindSMS)

	c = config.Default()
	c.Mail.SendGrid.APIKey = "SG.key"
	options, err = wiring.Workers(c, nil, nil, templates(t))
	require.NoError(t, err)
	require.NotNil(t, options.Notices.Email)
	require.True(t, isNil(options.Notices.SMS), "the interface itself is nil")
}

func TestLettersAreHandedToTheServiceThatIsConfigured(t *testing.T) {
	t.Parallel()
	c := config.Default()
	options, err := wiring.Workers(c, nil, nil, templates(t))
	require.NoError(t, err)
	require.True(t, isNil(options.Notices.Post), "the interface itself is nil: people post")
	c.Letters = config.Letters{Provider: config.LettersByPrintAndPost, PrintAndPost: config.PrintAndPost{BaseURL: "https://letters.example", Key: "key"}}
	options, err = wiring.Workers(c, nil, nil, templates(t))
	require.NoError(t, err)
	require.NotNil(t, options.Notices.Post)
	c.Letters.PrintAndPost.Key = ""
	_, err = wiring.Workers(c, nil, nil, templates(t))
	require.ErrorContains(t, err, "print-and-post")
}

func TestAMailServerTakesTheEmailsAndNamesItselfInTheCaseFile(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Mail.SMTP.Host = "mail.example"
	options, err := wiring.Workers(c, nil, nil, templates(t))
	require.NoError(t, err)
	require.IsType(t, &smtp.Sender{}, options.Notices.Email)
	require.Equal(t, "smtp", options.Notices.EmailProvider)
	require.Contains(t, strings.Join(wiring.WithoutNews(c), "\n"), "a bounce comes back as a mail")

	c.Mail.SendGrid.APIKey, c.Mail.Provider = "SG.key", config.MailBySendGrid
	options, err = wiring.Workers(c, nil, nil, templates(t))
	require.NoError(t, err)
	require.IsType(t, &sendgrid.Sender{}, options.Notices.Email)
	require.Equal(t, "sendgrid", options.Notices.EmailProvider)
}

func TestNewsThatCannotComeInAreTold(t *testing.T) {
	t.Parallel()
	c := config.Default()
	require.Empty(t, wiring.WithoutNews(c), "without accounts there are no news")
	c.SMS.Twilio.AccountSID, c.Mail.SendGrid.APIKey = sid, "SG.key"
	told := strings.Join(wiring.WithoutNews(c), "\n")
	require.Contains(t, told, "http.public_url is not set, so Twilio cannot report")
	require.Contains(t, told, "mail.sendgrid.webhook_public_key is not set, so SendGrid cannot report")
	c.HTTP.PublicURL, c.Mail.SendGrid.WebhookPublicKey = "https://relance.example", "key"
	require.Empty(t, wiring.WithoutNews(c))
}

func TestTheBuiltInDefaultsSuitEveryKindOfDebtor(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Creditors = []config.Creditor{{ID: "acme"}}
	set, err := wiring.Strategies(c, templates(t))
	require.NoError(t, err)
	made, err := wiring.Intake(nil, set, c.Creditors, law.Book{})
	require.NoError(t, err)
	require.Equal(t, map[invoice.DebtorKind]string{
		invoice.KindBusiness: "fr-b2b-standard", invoice.KindConsumer: "fr-consumer", invoice.KindPublic: "gentle",
	}, made.Creditors[0].Strategies)
	require.Equal(t, 9*60, made.Creditors[0].Hours.Standard.Opens)
	require.Equal(t, 18*60, made.Creditors[0].Hours.Standard.Closes)
	require.Equal(t, "acme", made.DefaultCreditor)
}

func TestDefaultStrategiesThatDoNotExistOrDoNotSuitAreRefusedTogether(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.Creditors = []config.Creditor{
		{ID: "acme", Strategies: config.DefaultStrategies{Business: "frb2b"}},
		{ID: "globex", Strategies: config.DefaultStrategies{Consumer: "strict", Public: "fr-b2b-standard"}},
	}
	_, err := wiring.Strategies(c, templates(t))
	require.EqualError(t, err, strings.Join([]string{
		`creditor acme: strategies.business: there is no strategy "frb2b": the strategies are fr-b2b-standard, fr-consumer, gentle, strict`,
		`creditor globex: strategies.consumer: the strategy "strict" is for business, not for consumer: choose one that is for consumer or for any`,
		`creditor globex: strategies.public: the strategy "fr-b2b-standard" is for business, not for public: choose one that is for public or for any`,
	}, "\n"))
}

func TestAStrategyOfTheOwnFolderMayBeADefault(t *testing.T) {
	t.Parallel()
	gentle, err := config.Strategies.ReadFile("strategies/gentle.yaml")
	require.NoError(t, err)
	c := config.Default()
	c.StrategiesDir = t.TempDir()
	own := strings.Replace(string(gentle), "name: gentle", "name: ours", 1)
	require.NoError(t, os.WriteFile(filepath.Join(c.StrategiesDir, "ours.yaml"), []byte(own), 0o600))
	c.Creditors = []config.Creditor{{ID: "acme", Strategies: config.DefaultStrategies{Consumer: "ours"}}}
	_, err = wiring.Strategies(c, templates(t))
	require.NoError(t, err)
}

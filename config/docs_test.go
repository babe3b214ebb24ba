package config_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/config/strictyaml"
)

var writeDocs = flag.Bool("write-docs", false, "write the table of docs/configuration.md anew from the Go types")

const (
	page       = "../docs/configuration.md"
	tableBegin = "<!-- settings: written by go test ./config -write-docs -->\n"
	tableEnd   = "<!-- end of settings -->\n"
)

func settingsTable() string {
	var table strings.Builder
	table.WriteString("| setting | environment variable | default | meaning |\n|---|---|---|---|\n")
	for _, s := range config.Settings() {
		variable, preset := "", ""
		if s.Variable != "" {
			variable = "`" + s.Variable + "`"
		}
		if s.Default != "" {
			preset = "`" + s.Default + "`"
		}
		meaning := s.Doc
		if s.Secret {
			meaning += " *Secret.*"
		}
		fmt.Fprintf(&table, "| `%s` | %s | %s | %s |\n", s.Key, variable, preset, meaning)
	}
	return table.String()
}

func TestEverySettingIsDocumented(t *testing.T) {
	t.Parallel()
	for _, s := range config.Settings() {
		require.NotEmpty(t, s.Doc, s.Key)
		require.True(t, strings.HasSuffix(s.Doc, "."), "the meaning of %s is a sentence", s.Key)
	}
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	before, rest, found := strings.Cut(string(text), tableBegin)
	require.True(t, found)
	table, after, found := strings.Cut(rest, tableEnd)
	require.True(t, found)
	if *writeDocs {
		table = settingsTable()
		require.NoError(t, os.WriteFile(page, []byte(before+tableBegin+table+tableEnd+after), 0o600))
	}
	require.Equal(t, settingsTable(), table, "write it anew with: go test ./config -write-docs")
}

func TestTheExampleIsAGoodConfigurationWithEverySetting(t *testing.T) {
	t.Parallel()
	file := written(t, string(config.Example()))
	c, err := config.Load(file, nil)
	require.NoError(t, err)
	require.Equal(t, "exemple", c.Creditors[0].ID)

	var again config.Config
	document, problems := strictyaml.Decode("example.yaml", config.Example(), &again)
	require.Empty(t, problems)
	for _, s := range config.Settings() {
		switch s.Key {
		case "strategies_dir", "templates_dir": // commented out: the folders are not there
			require.Contains(t, string(config.Example()), "\n# "+s.Key+": ")
		case "law.folder":
			require.Contains(t, string(config.Example()), "\n# law: {folder: ")
		default:
			require.True(t, document.Has(strings.ReplaceAll(s.Key, "[]", "[1]")), "the example does not show %s", s.Key)
		}
	}
}

func TestTheExampleShowsTheDefaults(t *testing.T) {
	t.Parallel()
	c, err := config.Load(written(t, string(config.Example())), nil)
	require.NoError(t, err)
	preset := config.Default()
	require.Equal(t, preset.HTTP.Listen, c.HTTP.Listen)
	require.Equal(t, preset.Sending, c.Sending)
	require.Equal(t, preset.Worker, c.Worker)
	require.Equal(t, preset.Inbound.HoldDays, c.Inbound.HoldDays)
	require.Equal(t, preset.Log, c.Log)
	require.InDelta(t, preset.Mail.PerSecond, c.Mail.PerSecond, 0)
}

func TestEveryVariableSetsItsSetting(t *testing.T) {
	t.Parallel()
	samples := map[string]string{
		"database.url": "postgres://u:p@db/relance", "http.listen": ":9", "http.public_url": "https://x.example",
		"http.api_keys": "erp=0123456789abcdef", "mail.sendgrid.base_url": "https://x.example", "mail.per_second": "3", "mail.provider": "simulator",
		"mail.smtp.port": "2525", "mail.smtp.tls": "implicit", "mail.smtp.timeout": "5s",
		"mail.sendgrid.webhook_public_key": sampleKey(t), "sms.twilio.account_sid": "AC" + strings.Repeat("0", 32),
		"sms.twilio.base_url": "https://x.example", "sms.per_second": "3", "sending.ambiguous_after": "5m", "sending.resend_unproven": "true",
		"letters.provider": "print-and-post", "letters.print_and_post.base_url": "https://x.example", "letters.print_and_post.webhook_secret": "0123456789abcdef",
		"worker.cached_cases": "3", "worker.concurrent_sends": "3", "worker.stop_timeout": "45s", "log.level": "debug", "log.format": "json",
		"inbound.parse_token": "0123456789abcdef", "inbound.parse_public_key": sampleKey(t), "inbound.reply_domain": "answers.x.example",
		"inbound.reply_key": "0123456789abcdef", "inbound.hold_days": "5", "handoff.cooling_off_days": "7", "handoff.link_days": "7", "handoff.simulator_url": "https://x.example",
		"strategies_dir": t.TempDir(), "templates_dir": t.TempDir(), "law.folder": t.TempDir(),
	}
	preset := fmt.Sprintf("%+v", config.Default())
	for _, s := range config.Settings() {
		if s.Variable == "" {
			continue
		}
		value := samples[s.Key]
		if value == "" {
			value = "sample"
		}
		c, err := config.Load("", []string{s.Variable + "=" + value})
		if err != nil {
			require.Regexp(t, "RELANCE_(SMS_TWILIO|MAIL_SMTP|LETTERS_PRINT_AND_POST)_", err.Error(), "only accounts need several settings: %s", s.Key)
		}
		require.NotEqual(t, preset, fmt.Sprintf("%+v", c), s.Variable)
	}
}

func sampleKey(t *testing.T) string {
	t.Helper()
	c, err := config.Load(written(t, string(config.Example())), nil)
	require.NoError(t, err)
	return c.Mail.SendGrid.WebhookPublicKey
}

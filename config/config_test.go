package config_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/config"
)

const minimal = `creditors:
  - id: acme
    name: Acme
    address: {country: FR}
    sender_email: accounts@acme.example
`

// written puts a configuration into a file of a test's own folder.
func written(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "relance.yaml")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// problems loads a configuration and gives what is wrong, without the folder.
func problems(t *testing.T, text string, environ ...string) []string {
	t.Helper()
	file := written(t, text)
	_, err := config.Load(file, environ)
	if err == nil {
		return nil
	}
	var found config.Problems
	require.ErrorAs(t, err, &found)
	return strings.Split(strings.ReplaceAll(err.Error(), filepath.Dir(file)+"/", ""), "\n")
}

func TestWithoutFileAndVariablesTheDefaultsHold(t *testing.T) {
	t.Parallel()
	c, err := config.Load("", nil)
	require.NoError(t, err)
	require.Equal(t, config.Default(), c)
	require.Equal(t, "127.0.0.1:8080", c.HTTP.Listen)
	require.Equal(t, 30*time.Minute, c.Sending.AmbiguousAfter)
}

func TestTheFileIsReadAndAccountNumbersTakeTheirElectronicForm(t *testing.T) {
	t.Parallel()
	c, err := config.Load(written(t, minimal+`    iban: fr76 3000 6000 0112 3456 7890 189
    siren: 000 007 005
    vat_id: FR 75 000007005
mail: {per_second: 2.5}
worker: {stop_timeout: 1m}
`), nil)
	require.NoError(t, err)
	require.Equal(t, "FR7630006000011234567890189", c.Creditors[0].IBAN)
	require.Equal(t, "000007005", c.Creditors[0].SIREN)
	require.Equal(t, "FR75000007005", c.Creditors[0].VATID)
	require.InDelta(t, 2.5, c.Mail.PerSecond, 0)
	require.Equal(t, time.Minute, c.Worker.StopTimeout)
}

func TestVariablesWinOverTheFile(t *testing.T) {
	t.Parallel()
	c, err := config.Load(written(t, minimal+"log: {level: debug}\nhttp: {api_keys: {old: an-old-secret-of-the-file}}\n"), []string{
		"PATH=/bin", "RELANCE_LOG_LEVEL=warn", "RELANCE_LOG_FORMAT=", "RELANCE_MAIL_SENDGRID_API_KEY=SG.abc",
		"RELANCE_WORKER_CACHED_CASES=500", "RELANCE_SENDING_AMBIGUOUS_AFTER=10s",
		"RELANCE_HTTP_API_KEYS=billing=a-secret-of-billing, erp=a=secret=of=the=erp",
		"RELANCE_SAMPLES=/elsewhere", "RELANCE_CONFIG=ignored",
	})
	require.NoError(t, err)
	require.Equal(t, "warn", c.Log.Level)
	require.Equal(t, "text", c.Log.Format, "an empty variable counts as not given")
	require.Equal(t, "SG.abc", c.Mail.SendGrid.APIKey.Reveal())
	require.Equal(t, 500, c.Worker.CachedCases)
	require.Equal(t, 10*time.Second, c.Sending.AmbiguousAfter)
	require.Equal(t, map[string]config.Secret{"billing": "a-secret-of-billing", "erp": "a=secret=of=the=erp"}, c.HTTP.APIKeys)
}

func TestASecretMayStandInAFileOfItsOwn(t *testing.T) {
	t.Parallel()
	secret := written(t, "SG.from-a-file\n")
	c, err := config.Load("", []string{"RELANCE_MAIL_SENDGRID_API_KEY_FILE=" + secret})
	require.NoError(t, err)
	require.Equal(t, "SG.from-a-file", c.Mail.SendGrid.APIKey.Reveal())

	_, err = config.Load("", []string{"RELANCE_MAIL_SENDGRID_API_KEY_FILE=" + secret, "RELANCE_MAIL_SENDGRID_API_KEY=SG.abc"})
	require.EqualError(t, err, "environment: RELANCE_MAIL_SENDGRID_API_KEY_FILE: RELANCE_MAIL_SENDGRID_API_KEY is given too: keep one of them")
	_, err = config.Load("", []string{"RELANCE_DATABASE_URL_FILE=/nowhere/at/all"})
	require.EqualError(t, err, "environment: RELANCE_DATABASE_URL_FILE: reading the secret: open /nowhere/at/all: no such file or directory")
}

func TestAMistypedVariableIsRefused(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		"environment: RELANCE_HTTP_LISTNE: there is no such setting: did you mean RELANCE_HTTP_LISTEN?",
		"environment: RELANCE_MAIL_CARRIER_DOVES: there is no such setting: docs/configuration.md lists them",
	}, problems(t, minimal, "RELANCE_HTTP_LISTNE=:80", "RELANCE_MAIL_CARRIER_DOVES=x", "RELANCE_DATA=/srv"))
}

func TestFoldersAreRelativeToTheFile(t *testing.T) {
	t.Parallel()
	file := written(t, minimal+"strategies_dir: own\n")
	require.NoError(t, os.Mkdir(filepath.Join(filepath.Dir(file), "own"), 0o700))
	c, err := config.Load(file, nil)
	require.NoError(t, err)
	require.Equal(t, filepath.Join(filepath.Dir(file), "own"), c.StrategiesDir)

	require.Equal(t, []string{"relance.yaml:6: templates_dir: relance.yaml is not a folder"}, problems(t, minimal+"templates_dir: relance.yaml\n"))
	require.Equal(t, []string{"relance.yaml:6: templates_dir: the folder none cannot be read: stat none: no such file or directory"},
		problems(t, minimal+"templates_dir: none\n"))
}

func TestAFileThatIsNotThereIsNotIgnored(t *testing.T) {
	t.Parallel()
	_, err := config.Load("/nowhere/relance.yaml", nil)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "reading the configuration")
}

// Each line is one mistake in an otherwise good configuration.
func TestEachMistakeIsReportedWithItsPlaceAndAReason(t *testing.T) {
	t.Parallel()
	for written, problem := range map[string]string{
		"htpp: {}": "htpp: there is no such field: did you mean http?",
		"database: {url: \"mysql://root:hunter2@db/relance\"}":                                            "database.url: is not the address of a PostgreSQL database: write it like postgres://user:password@host:5432/relance",
		"database: {url: \"postgres://u:hunter2@[::1\"}":                                                  "database.url: is not the address of a PostgreSQL database: write it like postgres://user:password@host:5432/relance",
		"http: {listen: 8080}":                                                                            `http.listen: "8080" is not an address to listen on: write it like 127.0.0.1:8080`,
		"http: {listen: \"localhost:http\"}":                                                              `http.listen: "localhost:http" is not an address to listen on: write it like 127.0.0.1:8080`,
		"http: {listen: \"localhost:70000\"}":                                                             `http.listen: "localhost:70000" is not an address to listen on: write it like 127.0.0.1:8080`,
		"http: {public_url: relance.example.com}":                                                         `http.public_url: "relance.example.com" is not a web address: write it like https://relance.example.com`,
		"http: {public_url: \"https://u:p@x.example\"}":                                                   `http.public_url: "https://u:p@x.example" is not a web address: write it like https://relance.example.com`,
		"http: {api_keys: {billing: short}}":                                                              "http.api_keys.billing: the key of billing is shorter than 16 characters: use a random one",
		"http: {api_keys: {billing: \"sha256:00\"}}":                                                      "http.api_keys.billing: the key of billing: sha256: is followed by 64 hexadecimal digits",
		"http: {api_keys: {\"a b\": 0123456789abcdef}}":                                                   `http.api_keys.a b: "a b" is not a name for a caller: use letters, digits and hyphens`,
		"http: {api_keys: {a: 0123456789abcdef, b: 0123456789abcdef}}":                                    "http.api_keys.b: b has the same key as a: give each caller its own, so that one can be withdrawn",
		"mail: {per_second: -1}":                                                                          "mail.per_second: is -1: it must be 0 (no limit) to 10000",
		"mail: {sendgrid: {base_url: \"http://mail.example\"}}":                                           "mail.sendgrid.base_url: http://mail.example would carry the account's secret in clear: use https",
		"mail: {sendgrid: {api_key: \"SG. abc\"}}":                                                        "mail.sendgrid.api_key: has a space or a line break in it: copy it again",
		"mail: {sendgrid: {webhook_public_key: abc}}":                                                     "mail.sendgrid.webhook_public_key: is not the verification key of a signed event webhook: copy it from SendGrid's mail settings",
		"letters: {provider: pigeon}":                                                                     `letters.provider: "pigeon" is not known: use queue, print-and-post`,
		"letters: {provider: print-and-post, print_and_post: {key: k, webhook_secret: 0123456789abcdef}}": "letters.print_and_post.base_url: is missing: letters.provider is print-and-post",
		"letters: {print_and_post: {webhook_secret: short}}":                                              "letters.print_and_post.webhook_secret: is shorter than 16 characters: use a random one",
		"letters: {print_and_post: {base_url: 'http://shop.example'}}":                                    "letters.print_and_post.base_url: http://shop.example would carry the account's secret in clear: use https",
		"sms: {twilio: {auth_token: abc}}":                                                                "sms.twilio.account_sid: is missing: the auth token belongs to an account",
		"sms: {twilio: {account_sid: AC1}}":                                                               "sms.twilio.auth_token: is missing: the account is called with it",
		"sms: {twilio: {account_sid: AC1, auth_token: abc}}":                                              `sms.twilio.account_sid: "AC1" is not an account: it is AC and 32 hexadecimal digits`,
		"sending: {ambiguous_after: 0s}":                                                                  "sending.ambiguous_after: is 0s: it must be more than nothing and at most 168h",
		"worker: {stop_timeout: 5s}":                                                                      "worker.stop_timeout: is 5s: it must be 20s to 1h, so that sends under way are not cut off",
		"worker: {cached_cases: -1}":                                                                      "worker.cached_cases: is -1: it must be 0 (the SDK's default) to 1000000",
		"worker: {cached_cases: many}":                                                                    `worker.cached_cases: "many" is not a whole number`,
		"worker: {concurrent_sends: -1}":                                                                  "worker.concurrent_sends: is -1: it must be 0 (the default) to 10000",
		"log: {level: loud}":                                                                              `log.level: "loud" is not known: use debug, info, warn, error`,
		"log: {format: xml}":                                                                              `log.format: "xml" is not known: use text, json`,
	} {
		require.Equal(t, []string{"relance.yaml:6: " + problem}, problems(t, minimal+written+"\n"), written)
	}
}

func TestEachMistakeAboutACreditorIsReported(t *testing.T) {
	t.Parallel()
	for written, problem := range map[string]string{
		"siren: \"123456789\"":              `siren: "123456789" is not a SIREN: 9 digits with a check digit`,
		"siren: \"12345678\"":               `siren: "12345678" is not a SIREN: 9 digits with a check digit`,
		"vat_id: 40303265045":               `vat_id: "40303265045" is not a VAT number: it begins with the country, such as FR40303265045`,
		"vat_id: FR00303265045":             "vat_id: FR00303265045 does not exist: the two digits after FR do not fit the SIREN 303265045",
		"iban: FR7630006000011234567890188": `iban: "FR7630006000011234567890188" is not an IBAN: check it against the bank's document`,
		"bic: AGRI":                         `bic: "AGRI" is not a BIC: it has 8 or 11 characters, such as AGRIFRPPXXX`,
		"email: \"Acme <a@acme.example>\"":  `email: "Acme <a@acme.example>" is not an e-mail address: write it alone, like accounts@example.com`,
		"reply_to: nobody":                  `reply_to: "nobody" is not an e-mail address: write it alone, like accounts@example.com`,
		"phone: 01 23 45 67 89":             `phone: "01 23 45 67 89" is not a telephone number: write it like +33123456789`,
		"sms_sender: A very long name":      `sms_sender: "A very long name" is not a sender: use a number like +33612345678 or a name of 1 to 11 letters and digits`,
		"sms_sender: \"12345\"":             `sms_sender: "12345" is not a sender: use a number like +33612345678 or a name of 1 to 11 letters and digits`,
		"website: acme.example":             `website: "acme.example" is not a web address: write it like https://relance.example.com`,
		"language: French":                  `language: "French" is not a language: use two letters such as fr`,
		"zone: Paris":                       `zone: "Paris" is not a time zone: use an IANA name such as Europe/Paris`,
		"zone: Local":                       `zone: "Local" is not a time zone: use an IANA name such as Europe/Paris`,
		"strategies: {business: My Own}":    `strategies.business: "My Own" is not the name of a strategy, such as fr-b2b-standard`,
		"contact_from: 9h":                  `contact_from: "9h" is not an hour: write it like 09:00`,
		"contact_from: \"19:00\"":           "contact_until: the contact hours end at 18:00, before they begin at 19:00",
	} {
		found := problems(t, minimal+"    "+written+"\n")
		require.Len(t, found, 1, written)
		require.Regexp(t, `^relance\.yaml:[26]: creditors\[1\]\.`, found[0])
		require.Contains(t, found[0], "creditors[1]."+problem)
	}
	require.Equal(t, []string{`relance.yaml:6: creditors[1].language: there are no texts in "de": use fr or en, or write templates (templates_dir)`},
		problems(t, minimal+"    language: de\n"))
	require.Empty(t, problems(t, minimal+"    language: de\ntemplates_dir: .\n"))
	require.Equal(t, []string{"relance.yaml:7: creditors[1].vat_id: FR75000007005 is that of another company than the SIREN 303265045"},
		problems(t, minimal+"    siren: 303 265 045\n    vat_id: FR75000007005\n"))
}

func TestCreditorsAreComplete(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		"relance.yaml:2: creditors[1].address.country: is missing",
		"relance.yaml:2: creditors[1].sender_email: is missing",
		`relance.yaml:3: creditors[2].id: "a" is the ID of creditor 1 already`,
		"relance.yaml:3: creditors[2].name: is missing",
		`relance.yaml:3: creditors[2].address.country: "France" is not a country: use an ISO 3166-1 code such as FR`,
		`relance.yaml:4: creditors[3]: must hold fields (key: value), not "nothing"`,
		`relance.yaml:5: creditors[4].id: "a/b" is not an ID: use letters, digits and single hyphens`,
	}, problems(t, `creditors:
  - {id: a, name: A}
  - {id: a, address: {country: France}, sender_email: a@a.example}
  - nothing
  - {id: a/b, name: B, address: {country: FR}, sender_email: a@a.example}
`))
}

func TestMistakesOfTheFileAndOfTheEnvironmentAreReportedTogether(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{
		"environment: RELANCE_WORKER_CACHED_CASES: \"lots\" is not a whole number",
		`environment: RELANCE_LOG_LEVEL: "loud" is not known: use debug, info, warn, error`,
		"environment: RELANCE_HTTP_API_KEYS: must be a list of name=secret, separated by commas",
		"relance.yaml:6: mail.per_second: \"fast\" is not a number",
		`relance.yaml:7: log.format: "xml" is not known: use text, json`,
	}, sorted(problems(t, minimal+"mail: {per_second: fast}\nlog: {level: info, format: xml}\n",
		"RELANCE_LOG_LEVEL=loud", "RELANCE_WORKER_CACHED_CASES=lots", "RELANCE_HTTP_API_KEYS=nonsense"),
		"RELANCE_WORKER", "RELANCE_LOG", "RELANCE_HTTP", ":6:", ":7:"))

	_, err := config.Load("", []string{"RELANCE_SMS_TWILIO_AUTH_TOKEN=abc", "RELANCE_HTTP_API_KEYS=erp=short"})
	require.ErrorContains(t, err, "environment: RELANCE_SMS_TWILIO_ACCOUNT_SID: is missing: the auth token belongs to an account")
	require.ErrorContains(t, err, "environment: RELANCE_HTTP_API_KEYS: the key of erp is shorter than 16 characters")
}

// sorted puts lines in the order of the words they hold.
func sorted(lines []string, words ...string) []string {
	var ordered []string
	for _, word := range words {
		for _, line := range lines {
			if strings.Contains(line, word) {
				ordered = append(ordered, line)
			}
		}
	}
	return ordered
}

func TestAConfigurationWrittenAsJSONHidesItsSecrets(t *testing.T) {
	t.Parallel()
	c, err := config.Load("", []string{"RELANCE_DATABASE_URL=postgres://u:hunter2@db/relance", "RELANCE_HTTP_API_KEYS=erp=0123456789abcdef"})
	require.NoError(t, err)
	text, err := json.Marshal(c)
	require.NoError(t, err)
	require.NotContains(t, string(text), "hunter2")
	require.NotContains(t, string(text), "0123456789abcdef")
	require.Contains(t, string(text), `"url":"***"`)
}

func TestAMailServerThatCannotWorkIsToldAtTheStart(t *testing.T) {
	t.Parallel()
	require.Empty(t, problems(t, minimal+"mail: {smtp: {host: mail.example}}\n"))
	require.Equal(t, []string{
		"relance.yaml:6: mail.provider: is missing: both SendGrid and a mail server are set, so name the one that sends",
	}, problems(t, minimal+"mail: {sendgrid: {api_key: SG.x}, smtp: {host: mail.example}}\n"))
	require.Equal(t, []string{
		`relance.yaml:6: mail.provider: "pigeon" is not known: use sendgrid, smtp, simulator`,
		"relance.yaml:6: mail.smtp.port: is 70000: a port is 1 to 65535",
		"relance.yaml:6: mail.smtp.timeout: is 0s: it must be 1s to 50s",
		"relance.yaml:6: mail.smtp.password: is missing: the user relance logs in with it",
	}, problems(t, minimal+"mail: {provider: pigeon, smtp: {host: mail.example, port: 70000, timeout: 0s, user: relance}}\n"))
	require.Equal(t, []string{
		"relance.yaml:6: mail.smtp.tls: none would carry the password to mail.example in clear: use mandatory or implicit",
		"relance.yaml:6: mail.smtp.timeout: is 40s: a worker that stops after 30s (worker.stop_timeout) would cut off sends under way; leave it 5s less",
	}, problems(t, minimal+"mail: {smtp: {host: mail.example, tls: none, timeout: 40s, user: relance, password: x}}\n"))
	require.Equal(t, []string{
		"relance.yaml:6: mail.smtp.host: is missing: name the mail server that sends",
	}, problems(t, minimal+"mail: {provider: smtp}\n"))
}

func TestWhatsAppIsSentFromASenderWithApprovedTemplates(t *testing.T) {
	t.Parallel()
	require.Empty(t, problems(t, minimal+`    whatsapp: {from: "+33600000000", content_sids: {reminder-firm/fr: HX0123456789abcdef0123456789abcdef}}
`))
	require.Equal(t, []string{
		`relance.yaml:6: creditors[1].whatsapp.from: "Acme" is not a WhatsApp sender: use a number like +33612345678, or a messaging service`,
		`relance.yaml:6: creditors[1].whatsapp.content_sids: "firm" is not a text: write template/language, such as reminder-firm/fr`,
		`relance.yaml:6: creditors[1].whatsapp.content_sids: "HX1" of firm is not a content template: it is HX and 32 hexadecimal digits`,
	}, problems(t, minimal+`    whatsapp: {from: Acme, content_sids: {firm: HX1}}
`))
}

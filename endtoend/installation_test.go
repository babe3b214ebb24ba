package endtoend_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/pem"
	"fmt"
	"net/smtp"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/messaging/simulator"
	"relance/stack"
	"relance/starter/demo"
	"relance/workflows"
)

// The creditor of the demonstration, which the tests borrow, and the key by which
// its billing software calls the HTTP API.
const (
	creditor   = "atelier-lumiere"
	billingKey = "key-of-the-billing-software"
	parseToken = "token-of-inbound-parse"
)

// morning is a working day in the contact hours of all debtors: Tuesday
// 10 March 2026, 09:30 in Paris.
var morning = time.Date(2026, time.March, 10, 8, 30, 0, 0, time.UTC)

// plan is how a test wants its installation.
type plan struct {
	// begins is the business time at the start; morning when it is not set.
	begins time.Time
	// speed is how many times as fast as the wall business time runs; 1 when it is
	// not set.
	speed int64
	// faults of both providers.
	faults simulator.Faults
	// ambiguousAfter is how long to look for proof (wall).
	ambiguousAfter time.Duration
	// concurrentSends bounds the calls to one provider at a time.
	concurrentSends int
	// otherProviders has e-mails leave through a mail server, which nobody tells about
	// afterwards, and letters through a print-and-post service.
	otherProviders bool
	// creditorYAML are more lines about the creditor in its configuration, indented by
	// four, and strategies are files of its own.
	creditorYAML string
	strategies   map[string]string
	// smsFrom is the number short messages come from, which can be answered; the name of the
	// demonstration when it is empty.
	smsFrom string
	// ownPostgres gives the installation a cluster that the test may stop.
	ownPostgres bool
	// partner configures the office of a professional that takes cases over HTTP.
	partner bool
	// temporalConfig are settings of the Temporal server, beside its own.
	temporalConfig map[string]string
}

// installation is the product with all its parts, as many machines would run it:
// PostgreSQL, Temporal, the HTTP server, the worker. Only the providers are
// played.
type installation struct {
	t        *testing.T
	programs programs
	plan     plan
	folder   string
	clock    calendar.Clock

	postgres    *stack.Postgres
	database    string
	temporal    *stack.Temporal
	provider    *provider
	office      *simulator.PartnerOffice // with plan.partner
	server      *child
	worker      *stack.Worker
	url         string
	environment []string

	// store and client are for looking, and for what a customer does with the Go SDK.
	store  *casefile.Store
	client client.Client
	logs   *os.File
}

// install starts every part but the worker.
func install(t *testing.T, p plan) *installation {
	t.Helper()
	i := &installation{t: t, programs: needPrograms(t), plan: p, folder: openFolder(t)}
	var err error
	i.logs, err = os.Create(filepath.Join(i.folder, "parts.log"))
	require.NoError(t, err)
	t.Cleanup(i.closeLogs)
	i.prepareDatabase()
	i.startTemporal(0)
	i.playProviders()
	i.playPartner()
	i.configure()
	i.startServer()
	return i
}

func (i *installation) closeLogs() {
	if i.t.Failed() {
		if text, err := os.ReadFile(i.logs.Name()); err == nil {
			i.t.Logf("the logs of the parts end with:\n%s", lastLines(string(text), 80))
		}
	}
	require.NoError(i.t, i.logs.Close())
}

func (i *installation) prepareDatabase() {
	i.t.Helper()
	if i.plan.ownPostgres {
		ports, err := stack.FreePorts(1)
		require.NoError(i.t, err)
		i.startPostgres(ports[0])
		require.NoError(i.t, casefile.Migrate(i.t.Context(), i.database))
	} else {
		i.database = casefiletest.Database(i.t)
	}
	var err error
	i.store, err = casefile.Open(i.t.Context(), i.database)
	require.NoError(i.t, err)
	i.t.Cleanup(i.store.Close)
	casefiletest.UseLaw(i.t, i.store)
	if i.plan.begins.IsZero() {
		i.plan.begins = morning
	}
	i.clock, err = calendar.Accelerated(time.Now(), i.plan.begins, max(1, i.plan.speed))
	require.NoError(i.t, err)
	require.NoError(i.t, i.store.SaveClock(i.t.Context(), i.clock))
}

func (i *installation) startPostgres(port int) {
	i.t.Helper()
	var err error
	i.postgres, err = stack.StartPostgres(i.t.Context(), stack.PostgresOptions{
		DataDir: filepath.Join(i.folder, "postgres"), Port: port, Durability: stack.Disposable, MaxConnections: 200, Log: i.logs,
	})
	require.NoError(i.t, err)
	i.database = i.postgres.DSN()
	started := i.postgres
	i.t.Cleanup(func() { require.NoError(i.t, started.Stop(afterTest(i.t))) })
}

// startTemporal starts the server on a port of the loopback address, 0 for any.
func (i *installation) startTemporal(port int) {
	i.t.Helper()
	var err error
	i.temporal, err = stack.StartTemporal(i.t.Context(), stack.TemporalOptions{
		Binary: i.programs.temporal(), DataDir: i.temporalFolder(), Port: port,
		SearchAttributes: workflows.SearchAttributeTypes(), Durability: stack.Disposable, Log: i.logs,
		DynamicConfig: i.plan.temporalConfig,
	})
	require.NoError(i.t, err)
	started := i.temporal
	i.t.Cleanup(func() { require.NoError(i.t, started.Stop(afterTest(i.t))) })
	if i.client == nil {
		i.client, err = client.DialContext(i.t.Context(), client.Options{HostPort: i.temporal.Address, Logger: silence{}})
		require.NoError(i.t, err)
		i.t.Cleanup(i.client.Close)
	}
}

func (i *installation) temporalFolder() string { return filepath.Join(i.folder, "temporal") }

func (i *installation) playProviders() {
	i.t.Helper()
	ports, err := stack.FreePorts(1)
	require.NoError(i.t, err)
	i.url = "http://" + stack.Loopback + ":" + strconv.Itoa(ports[0])
	mailServer := ""
	if i.plan.otherProviders {
		mailServer = stack.Loopback + ":0"
	}
	i.provider = playProviders(i.t, simulator.Options{
		Seed: 1, SendGrid: i.plan.faults, Twilio: i.plan.faults, SMTP: i.plan.faults, SMTPListen: mailServer, EventWebhook: i.url + "/webhooks/sendgrid/events", Now: i.clock.Now,
		ParseWebhook: i.url + "/webhooks/sendgrid/inbound/" + parseToken, MessageWebhook: i.url + "/webhooks/twilio/inbound",
	})
	if i.plan.otherProviders {
		i.provider.shop = simulator.NewPrintShop(simulator.PrintShopOptions{Key: shopKey, WebhookSecret: shopSecret, Faults: i.plan.faults, Seed: 1})
	}
}

// The keys of the print-and-post service.
const (
	shopKey    = "key-of-the-print-shop"
	shopSecret = "secret-of-the-print-shop"
)

// configure writes the configuration as an installation of many machines has it:
// a file for the creditors and the keys, the environment for the rest.
func (i *installation) configure() {
	i.t.Helper()
	_, file, err := demo.Unpack(i.folder)
	require.NoError(i.t, err)
	creditors, err := os.ReadFile(file)
	require.NoError(i.t, err)
	if i.plan.smsFrom != "" {
		require.Contains(i.t, string(creditors), "sms_sender: AtelierLum")
		creditors = bytes.Replace(creditors, []byte("sms_sender: AtelierLum"), []byte(fmt.Sprintf("sms_sender: %q", i.plan.smsFrom)), 1)
	}
	keys := i.plan.creditorYAML + fmt.Sprintf("\nhttp:\n  api_keys:\n    billing: %s\n", billingKey)
	require.NoError(i.t, os.WriteFile(file, []byte(i.withPartner(string(creditors))+keys), 0o600))
	address, err := url.Parse(i.url)
	require.NoError(i.t, err)
	i.environment = append(withoutOurs(os.Environ()),
		"RELANCE_CONFIG="+file,
		"RELANCE_DATABASE_URL="+i.database,
		"RELANCE_HTTP_LISTEN="+address.Host,
		"RELANCE_HTTP_PUBLIC_URL="+i.url,
		"RELANCE_MAIL_SENDGRID_API_KEY="+simulator.DefaultAPIKey,
		"RELANCE_MAIL_SENDGRID_BASE_URL="+i.provider.url,
		"RELANCE_MAIL_SENDGRID_WEBHOOK_PUBLIC_KEY="+i.provider.PublicKey(),
		"RELANCE_INBOUND_PARSE_TOKEN="+parseToken,
		"RELANCE_INBOUND_PARSE_PUBLIC_KEY="+i.provider.PublicKey(),
		"RELANCE_SMS_TWILIO_ACCOUNT_SID="+simulator.DefaultAccountSID,
		"RELANCE_SMS_TWILIO_AUTH_TOKEN="+simulator.DefaultAuthToken,
		"RELANCE_SMS_TWILIO_BASE_URL="+i.provider.url,
		"RELANCE_WORKER_CONCURRENT_SENDS="+strconv.Itoa(max(i.plan.concurrentSends, 0)),
		"RELANCE_SENDING_AMBIGUOUS_AFTER="+max(i.plan.ambiguousAfter, time.Second).String(),
		"TEMPORAL_ADDRESS="+i.temporal.Address,
		"TEMPORAL_NAMESPACE="+i.temporal.Namespace,
	)
	if i.plan.otherProviders {
		i.environment = append(i.environment,
			"RELANCE_MAIL_PROVIDER=smtp", "RELANCE_MAIL_SMTP_HOST="+stack.Loopback, "RELANCE_MAIL_SMTP_PORT="+strconv.Itoa(i.provider.SMTPPort()), "RELANCE_MAIL_SMTP_TLS=mandatory", "SSL_CERT_FILE="+i.certificateOfMailServer(),
			"RELANCE_MAIL_SMTP_USER="+simulator.DefaultSMTPUser, "RELANCE_MAIL_SMTP_PASSWORD="+simulator.DefaultSMTPPassword,
			"RELANCE_LETTERS_PROVIDER=print-and-post", "RELANCE_LETTERS_PRINT_AND_POST_BASE_URL="+i.provider.url,
			"RELANCE_LETTERS_PRINT_AND_POST_KEY="+shopKey, "RELANCE_LETTERS_PRINT_AND_POST_WEBHOOK_SECRET="+shopSecret,
		)
	}
	if len(i.plan.strategies) > 0 {
		own := filepath.Join(i.folder, "strategies")
		require.NoError(i.t, os.MkdirAll(own, 0o700))
		for name, text := range i.plan.strategies {
			require.NoError(i.t, os.WriteFile(filepath.Join(own, name), []byte(text), 0o600))
		}
		i.environment = append(i.environment, "RELANCE_STRATEGIES_DIR="+own)
	}
}

// certificateOfMailServer is a file with the certificate of the mail server, which made
// it itself.
func (i *installation) certificateOfMailServer() string {
	i.t.Helper()
	talk, err := smtp.Dial(stack.Loopback + ":" + strconv.Itoa(i.provider.SMTPPort()))
	require.NoError(i.t, err)
	defer func() { _ = talk.Close() }()
	require.NoError(i.t, talk.StartTLS(&tls.Config{RootCAs: i.provider.SMTPRoots(), ServerName: stack.Loopback, MinVersion: tls.VersionTLS12}))
	state, encrypted := talk.TLSConnectionState()
	require.True(i.t, encrypted)
	file := filepath.Join(i.folder, "mail-server.pem")
	require.NoError(i.t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: state.PeerCertificates[0].Raw}), 0o600))
	return file
}

// withoutOurs leaves out what would reach the programs from the environment of
// whoever runs the tests.
func withoutOurs(environ []string) []string {
	var rest []string
	for _, variable := range environ {
		if !strings.HasPrefix(variable, "RELANCE_") && !strings.HasPrefix(variable, "TEMPORAL_") {
			rest = append(rest, variable)
		}
	}
	return rest
}

func (i *installation) startServer() {
	i.t.Helper()
	i.relance("setup")
	i.server = startChild(i.t, "the HTTP server", i.environment, i.programs.relance(), "serve")
	i.until("the HTTP server is ready", time.Minute, func() bool {
		i.server.requireRunning()
		return i.isReady()
	})
}

func (i *installation) startWorker() {
	i.t.Helper()
	var err error
	i.worker, err = stack.StartWorker(i.t.Context(), stack.WorkerOptions{Binary: i.programs.worker(), Env: i.environment, Log: i.logs})
	require.NoError(i.t, err)
	started := i.worker
	i.t.Cleanup(func() { require.NoError(i.t, started.Stop(afterTest(i.t))) })
}

// relance runs the command line and returns what it printed.
func (i *installation) relance(args ...string) string {
	i.t.Helper()
	output, err := runToEnd(i.t, i.environment, i.programs.relance(), args...)
	require.NoError(i.t, err, "relance %s: %s", strings.Join(args, " "), output)
	return output
}

// caseFile is everything known about a case.
func (i *installation) caseFile(invoice string) casefile.File {
	i.t.Helper()
	file, err := i.store.CaseFile(i.t.Context(), creditor, invoice)
	require.NoError(i.t, err)
	return file
}

// rows are all cases.
func (i *installation) rows() []casefile.CaseRow {
	i.t.Helper()
	rows, err := i.store.Cases(i.t.Context(), casefile.CaseFilter{Limit: 5000})
	require.NoError(i.t, err)
	return rows
}

// until waits for something to become true.
func (i *installation) until(what string, within time.Duration, isSo func() bool) {
	i.t.Helper()
	until(i.t, what, within, isSo)
}

// until asks again and again, on the test's own goroutine, so that the question
// may contain expectations.
func until(t *testing.T, what string, within time.Duration, isSo func() bool) {
	t.Helper()
	deadline := time.Now().Add(within)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !isSo() {
		require.True(t, time.Now().Before(deadline), "not within %s: %s", within, what)
		<-tick.C
	}
}

// afterTest is a context for stopping parts: the test's own has ended by then.
func afterTest(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// silence is a log that keeps nothing: the test's own Temporal client has
// nothing to say that its errors do not.
type silence struct{}

func (silence) Debug(string, ...any) {}
func (silence) Info(string, ...any)  {}
func (silence) Warn(string, ...any)  {}
func (silence) Error(string, ...any) {}

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"go.temporal.io/sdk/client"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/config"
	"relance/messaging/simulator"
	"relance/stack"
	"relance/wiring"
	"relance/workflows"
)

// ports are the loopback ports of the parts; 0 takes a free one.
type ports struct {
	HTTPPort     int `help:"Port of the HTTP API." default:"8080"`
	UIPort       int `help:"Port of the Temporal UI." default:"8233"`
	MailboxPort  int `help:"Port of the mailbox, where the simulated providers keep what was sent." default:"8025"`
	TemporalPort int `help:"Port of the Temporal server." default:"7233"`
	PostgresPort int `help:"Port of PostgreSQL; 0 takes a free one." default:"0"`

	FreePorts bool `help:"Take free ports for everything."`
}

func (p ports) chosen() ports {
	if p.FreePorts {
		return ports{}
	}
	return p
}

// machine is the whole product on one machine: every part private to it, all
// state in one folder.
type machine struct {
	folder   string
	settings *settings
	log      *slog.Logger
	logFile  *os.File

	postgres  *stack.Postgres
	temporal  *stack.Temporal
	simulator *simulator.Simulator
	store     *casefile.Store
	client    client.Client
	cases     *cases.Service
	worker    *stack.Worker
	server    *httpServer
	clock     calendar.Clock

	stops []func(context.Context) error
	// work is what runs beside the parts.
	work sync.WaitGroup
}

// machineOptions is how a machine is started.
type machineOptions struct {
	folder string
	ports  ports
	// speed above 0 begins an accelerated clock in a new folder, at begins.
	speed  int64
	begins time.Time
	// ambiguousAfter replaces the configured time, for accelerated machines.
	ambiguousAfter time.Duration
	tell           func(format string, args ...any)
}

// startMachine brings every part up, in the order they need one another. On an
// error what was started is stopped again.
func startMachine(ctx context.Context, s *settings, o machineOptions) (_ *machine, err error) {
	folder, err := filepath.Abs(o.folder)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // PostgreSQL's user must be able to enter it; what is secret in it is closed
		return nil, fmt.Errorf("making the data folder: %w", err)
	}
	m := &machine{folder: folder, settings: s}
	defer func() {
		if err != nil {
			stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
			defer cancel()
			err = errors.Join(err, m.stop(stopping))
		}
	}()
	for _, part := range []struct {
		name  string
		start func(context.Context, machineOptions) error
	}{
		{"logs", m.openLog},
		{"PostgreSQL", m.startPostgres},
		{"case file", m.openCaseFile},
		{"Temporal and its UI", m.startTemporal},
		{"mailbox", m.startSimulator},
		{"worker", m.startWorker},
		{"HTTP API", m.startServer},
	} {
		begun := time.Now()
		if err := part.start(ctx, o); err != nil {
			return nil, fmt.Errorf("%s: %w", part.name, err)
		}
		o.tell("  %-20s ready in %s", part.name, time.Since(begun).Round(10*time.Millisecond))
	}
	return m, m.writeRunning()
}

const stopTimeout = 40 * time.Second

// stop ends the parts in the reverse order of their start.
func (m *machine) stop(ctx context.Context) error {
	var problems []error
	for len(m.stops) > 0 {
		last := len(m.stops) - 1
		problems = append(problems, m.stops[last](ctx))
		m.stops = m.stops[:last]
	}
	return errors.Join(problems...)
}

func (m *machine) onStop(stop func(context.Context) error) { m.stops = append(m.stops, stop) }

func (m *machine) openLog(context.Context, machineOptions) error {
	file, err := os.OpenFile(filepath.Join(m.folder, "relance.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	m.logFile = file
	m.log = wiring.Logger(m.settings.config.Log, file)
	m.onStop(func(context.Context) error { return file.Close() })
	return nil
}

func (m *machine) startPostgres(ctx context.Context, o machineOptions) error {
	durability := stack.Durable
	if o.speed > 0 {
		durability = stack.Relaxed
	}
	postgres, err := stack.StartPostgres(ctx, stack.PostgresOptions{
		DataDir: filepath.Join(m.folder, "postgres"), Port: o.ports.PostgresPort, PortFlag: "--postgres-port",
		Durability: durability, Log: m.logFile, MaxConnections: 200,
	})
	if err != nil {
		return err
	}
	m.postgres = postgres
	m.onStop(postgres.Stop)
	m.settings.config.Database.URL = config.Secret(postgres.DSN())
	return nil
}

// openCaseFile migrates the database and sets the clock going again where it
// stood: while the machine is off, accelerated business time does not pass.
func (m *machine) openCaseFile(ctx context.Context, o machineOptions) error {
	if err := casefile.Migrate(ctx, m.postgres.DSN()); err != nil {
		return err
	}
	store, err := casefile.Open(ctx, m.postgres.DSN())
	if err != nil {
		return err
	}
	m.store = store
	m.onStop(func(context.Context) error { store.Close(); return nil })
	if err := wiring.SaveCreditors(ctx, store, m.settings.config.Creditors); err != nil {
		return err
	}
	return m.resumeClock(ctx, o)
}

func (m *machine) resumeClock(ctx context.Context, o machineOptions) error {
	known, found, err := m.store.Clock(ctx)
	switch {
	case err != nil:
		return err
	case !found && o.speed == 0:
		return nil
	case found && !known.IsAccelerated() && o.speed > 0, found && known.IsAccelerated() && o.speed == 0:
		return fmt.Errorf("the data in %s belong to another kind of clock: demo data run with `relance demo`, real data with `relance up`; use another --data folder", m.folder)
	}
	begins := o.begins
	if stopped, err := m.stoppedAt(); err == nil {
		begins = stopped
	}
	clock, err := calendar.Accelerated(time.Now(), begins, o.speed)
	if err != nil {
		return err
	}
	m.clock = clock
	if err := m.store.SaveClock(ctx, clock); err != nil {
		return err
	}
	m.onStop(func(context.Context) error { return m.keepStoppedAt() })
	return m.keepStoppedAt()
}

// clockFile keeps the business time at which the machine last stopped. It is
// written now and then, so that a crash loses only moments of it.
func (m *machine) clockFile() string { return filepath.Join(m.folder, "clock") }

func (m *machine) keepStoppedAt() error {
	return os.WriteFile(m.clockFile(), []byte(m.clock.Now().Format(time.RFC3339Nano)), 0o600)
}

func (m *machine) stoppedAt() (time.Time, error) {
	text, err := os.ReadFile(m.clockFile())
	if err != nil {
		return time.Time{}, err
	}
	return time.Parse(time.RFC3339Nano, strings.TrimSpace(string(text)))
}

func (m *machine) startTemporal(ctx context.Context, o machineOptions) error {
	durability := stack.Durable
	if o.speed > 0 {
		durability = stack.Relaxed
	}
	temporal, err := stack.StartTemporal(ctx, stack.TemporalOptions{
		Binary: programBeside("relance-temporal"), DataDir: filepath.Join(m.folder, "temporal"),
		Port: o.ports.TemporalPort, PortFlag: "--temporal-port", UIPort: o.ports.UIPort, UIPortFlag: "--ui-port",
		SearchAttributes: workflows.SearchAttributeTypes(), Durability: durability, Log: m.logFile,
	})
	if err != nil {
		return err
	}
	m.temporal = temporal
	m.onStop(temporal.Stop)
	for name, value := range m.temporalEnvironment() {
		if err := os.Setenv(name, value); err != nil { // the worker inherits it
			return err
		}
	}
	if m.client, err = wiring.Temporal(m.log); err != nil {
		return err
	}
	m.onStop(func(context.Context) error { m.client.Close(); return nil })
	m.cases = &cases.Service{Temporal: m.client, Store: m.store, Clock: func() calendar.Clock { return m.clock }, Log: m.log}
	return nil
}

func (m *machine) temporalEnvironment() map[string]string {
	return map[string]string{"TEMPORAL_ADDRESS": m.temporal.Address, "TEMPORAL_NAMESPACE": m.temporal.Namespace}
}

// startSimulator plays the providers for whom no account is configured: their
// messages stay in the mailbox and reach nobody.
func (m *machine) startSimulator(_ context.Context, o machineOptions) error {
	c := &m.settings.config
	port, err := stack.ChoosePort(o.ports.HTTPPort, "the HTTP API", "--http-port")
	if err != nil {
		return err
	}
	c.HTTP.Listen = "127.0.0.1:" + strconv.Itoa(port)
	c.HTTP.PublicURL = cmp.Or(c.HTTP.PublicURL, "http://"+c.HTTP.Listen)
	if o.ambiguousAfter > 0 {
		c.Sending.AmbiguousAfter = o.ambiguousAfter
	}
	if c.Mail.SendGrid.APIKey != "" && c.SMS.Twilio.AuthToken != "" {
		return nil
	}
	mailboxPort, err := stack.ChoosePort(o.ports.MailboxPort, "the mailbox", "--mailbox-port")
	if err != nil {
		return err
	}
	m.simulator, err = simulator.New(simulator.Options{
		Listen: "127.0.0.1:" + strconv.Itoa(mailboxPort), Dir: filepath.Join(m.folder, "mailbox"),
		EventWebhook: strings.TrimSuffix(c.HTTP.PublicURL, "/") + wiring.SendGridEventsPath,
		Now:          func() time.Time { return m.clock.Now() }, Logger: m.log,
	})
	if err != nil {
		return err
	}
	m.onStop(func(context.Context) error { return m.simulator.Close() })
	if c.Mail.SendGrid.APIKey == "" {
		c.Mail.SendGrid = config.SendGrid{APIKey: simulator.DefaultAPIKey, BaseURL: m.simulator.SendGridURL(), WebhookPublicKey: m.simulator.PublicKey()}
	}
	if c.SMS.Twilio.AuthToken == "" {
		c.SMS.Twilio = config.Twilio{AccountSID: simulator.DefaultAccountSID, AuthToken: simulator.DefaultAuthToken, BaseURL: m.simulator.TwilioURL()}
	}
	return nil
}

// startWorker runs the worker as a program of its own, as it runs in production.
// What the machine decided reaches it through the environment.
func (m *machine) startWorker(ctx context.Context, _ machineOptions) error {
	c := m.settings.config
	environment := append(os.Environ(),
		"RELANCE_CONFIG="+m.settings.file,
		"RELANCE_DATABASE_URL="+c.Database.URL.Reveal(),
		"RELANCE_HTTP_PUBLIC_URL="+c.HTTP.PublicURL,
		"RELANCE_MAIL_SENDGRID_API_KEY="+c.Mail.SendGrid.APIKey.Reveal(),
		"RELANCE_MAIL_SENDGRID_BASE_URL="+c.Mail.SendGrid.BaseURL,
		"RELANCE_SMS_TWILIO_ACCOUNT_SID="+c.SMS.Twilio.AccountSID,
		"RELANCE_SMS_TWILIO_AUTH_TOKEN="+c.SMS.Twilio.AuthToken.Reveal(),
		"RELANCE_SMS_TWILIO_BASE_URL="+c.SMS.Twilio.BaseURL,
		"RELANCE_SENDING_AMBIGUOUS_AFTER="+c.Sending.AmbiguousAfter.String(),
	)
	worker, err := stack.StartWorker(ctx, stack.WorkerOptions{Binary: programBeside("relance-worker"), Env: environment, Log: m.logFile})
	if err != nil {
		return err
	}
	m.worker = worker
	m.onStop(worker.Stop)
	return nil
}

// programBeside is the path of another program of the product, in the folder of
// this one.
func programBeside(name string) string {
	self, err := os.Executable()
	if err != nil {
		return name
	}
	return filepath.Join(filepath.Dir(self), name)
}

// failed tells of the first part that has ended by itself. A worker that died is
// started again: nothing is lost with it.
func (m *machine) failed(ctx context.Context) <-chan error {
	failure := make(chan error, 3)
	watch := func(name string, done <-chan struct{}, reason func() error) {
		select {
		case <-ctx.Done():
		case <-done:
			failure <- fmt.Errorf("%s has ended by itself: %w", name, reason())
		}
	}
	go watch("PostgreSQL", m.postgres.Done(), m.postgres.Err)
	go watch("Temporal", m.temporal.Done(), m.temporal.Err)
	go func() { failure <- m.keepWorker(ctx) }()
	return failure
}

// restartDelay keeps a worker that dies at once from being started all the time.
const restartDelay = 2 * time.Second

func (m *machine) keepWorker(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-m.worker.Done():
		}
		m.log.Error("the worker has ended by itself and is started again", "error", m.worker.Err())
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(restartDelay):
		}
		if err := m.startWorker(ctx, machineOptions{}); err != nil {
			return fmt.Errorf("the worker has ended by itself and cannot be started again: %w", err)
		}
	}
}

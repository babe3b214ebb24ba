package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/config"
	"relance/stack"
	"relance/wiring"
	"relance/workflows"
)

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

// durability trades safety in a power cut for speed on accelerated machines.
func (o machineOptions) durability() stack.Durability {
	if o.speed > 0 {
		return stack.Relaxed
	}
	return stack.Durable
}

func (m *machine) startPostgres(ctx context.Context, o machineOptions) error {
	postgres, err := stack.StartPostgres(ctx, stack.PostgresOptions{
		DataDir: filepath.Join(m.folder, "postgres"), Port: o.ports.PostgresPort, PortFlag: "--postgres-port",
		Durability: o.durability(), Log: m.logFile, MaxConnections: 200,
	})
	if err != nil {
		return err
	}
	m.postgres = postgres
	m.onStop(postgres.Stop)
	m.settings.config.Database.URL = config.Secret(postgres.DSN())
	return nil
}

func (m *machine) openCaseFile(ctx context.Context, _ machineOptions) error {
	if own := m.settings.ownLaw; own != "" { // there from the start, so that the worker finds what is added later
		if err := os.MkdirAll(own, 0o755); err != nil { //nolint:gosec // law is no secret
			return fmt.Errorf("making the folder of your law tables: %w", err)
		}
	}
	if err := casefile.Migrate(ctx, m.postgres.DSN()); err != nil {
		return err
	}
	store, err := wiring.Store(ctx, m.settings.config, m.settings.law)
	if err != nil {
		return err
	}
	m.store = store
	m.onStop(func(context.Context) error { store.Close(); return nil })
	if err := wiring.SavePartners(ctx, store, m.settings.config.Handoff); err != nil {
		return err
	}
	return wiring.SaveCreditors(ctx, store, m.settings.config.Creditors, m.settings.law)
}

func (m *machine) startTemporal(ctx context.Context, o machineOptions) error {
	temporal, err := stack.StartTemporal(ctx, stack.TemporalOptions{
		Binary: programBeside("relance-temporal"), DataDir: filepath.Join(m.folder, "temporal"),
		Port: o.ports.TemporalPort, PortFlag: "--temporal-port", UIPort: o.ports.UIPort, UIPortFlag: "--ui-port",
		SearchAttributes: workflows.SearchAttributeTypes(), Durability: o.durability(), Log: m.logFile,
	})
	if err != nil {
		return err
	}
	m.temporal = temporal
	m.onStop(temporal.Stop)
	if err := useTemporal(temporal.Address, temporal.Namespace); err != nil {
		return err
	}
	if m.client, err = wiring.Temporal(m.log); err != nil {
		return err
	}
	m.onStop(func(context.Context) error { m.client.Close(); return nil })
	m.cases = &cases.Service{Temporal: m.client, Store: m.store, Clock: func() calendar.Clock { return m.clock }, Log: m.log}
	m.onStop(m.cases.Close)
	return nil
}

// stopMargin is what a worker needs beside the sends it waits for.
const stopMargin = 15 * time.Second

// startWorker runs the worker as a program of its own, as it runs in production,
// and starts it again whenever it ends: nothing is lost with it.
func (m *machine) startWorker(ctx context.Context, _ machineOptions) error {
	grace := m.settings.config.Worker.StopTimeout + stopMargin
	worker, err := keepWorker(ctx, m.log, firstRestart, func(ctx context.Context) (*stack.Worker, error) {
		return stack.StartWorker(ctx, stack.WorkerOptions{
			Binary: programBeside("relance-worker"), Env: m.workerEnvironment(os.Environ()), Log: m.logFile, Grace: grace,
		})
	})
	if err != nil {
		return err
	}
	m.worker = worker
	m.onStopWithin(grace+startTimeout+stopMargin, worker.stop)
	return nil
}

// workerEnvironment is ours with what the machine decided.
func (m *machine) workerEnvironment(ours []string) []string {
	c := m.settings.config
	decided := []string{
		"RELANCE_DATABASE_URL", c.Database.URL.Reveal(),
		"RELANCE_HTTP_PUBLIC_URL", c.HTTP.PublicURL,
		"RELANCE_MAIL_PROVIDER", c.Mail.Provider,
		"RELANCE_MAIL_SENDGRID_API_KEY", c.Mail.SendGrid.APIKey.Reveal(),
		"RELANCE_MAIL_SENDGRID_BASE_URL", c.Mail.SendGrid.BaseURL,
		"RELANCE_SMS_TWILIO_ACCOUNT_SID", c.SMS.Twilio.AccountSID,
		"RELANCE_SMS_TWILIO_AUTH_TOKEN", c.SMS.Twilio.AuthToken.Reveal(),
		"RELANCE_SMS_TWILIO_BASE_URL", c.SMS.Twilio.BaseURL,
		"RELANCE_HANDOFF_SIMULATOR_URL", c.Handoff.SimulatorURL,
		"RELANCE_SENDING_AMBIGUOUS_AFTER", c.Sending.AmbiguousAfter.String(),
		"RELANCE_LAW_FOLDER", cmp.Or(c.Law.Folder, m.settings.ownLaw),
		"RELANCE_CONFIG", m.settings.file,
	}
	environment := slices.Clone(ours)
	for pair := range slices.Chunk(decided, 2) {
		// A file that gives the same secret would be a second answer.
		environment = slices.DeleteFunc(environment, func(entry string) bool { return strings.HasPrefix(entry, pair[0]+"_FILE=") })
		environment = append(environment, pair[0]+"="+pair[1])
	}
	return environment
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

// useTemporal points this program, and those it starts, at a Temporal server of this
// machine. What the user has set up for another server does not go for it: the profile of
// a cluster would ask this one for a certificate, and give it the cluster's key.
func useTemporal(address, namespace string) error {
	for _, variable := range os.Environ() {
		if name, _, _ := strings.Cut(variable, "="); strings.HasPrefix(name, "TEMPORAL_") {
			if err := os.Unsetenv(name); err != nil {
				return fmt.Errorf("pointing at the Temporal server %s: %w", address, err)
			}
		}
	}
	for name, value := range map[string]string{"TEMPORAL_ADDRESS": address, "TEMPORAL_NAMESPACE": namespace, "TEMPORAL_CONFIG_FILE": os.DevNull} {
		if err := os.Setenv(name, value); err != nil {
			return fmt.Errorf("pointing at the Temporal server %s: %w", address, err)
		}
	}
	return nil
}

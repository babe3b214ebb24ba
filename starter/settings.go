package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"relance/casefile"
	"relance/cases"
	"relance/collection/strategyfile"
	"relance/config"
	"relance/messaging/compose"
	"relance/wiring"
)

// settings is the configuration with what was made of it.
type settings struct {
	file       string
	config     config.Config
	templates  *compose.Templates
	strategies strategyfile.Set
}

// settings reads the configuration, the strategies and the templates, and tells
// everything that is wrong with them at once.
func (p *program) settings() (*settings, error) {
	s := &settings{file: p.cli.Config}
	var problems []error
	var err error
	if s.config, err = config.Load(s.file, os.Environ()); err != nil {
		problems = append(problems, err)
	}
	if s.templates, err = wiring.Templates(s.config); err != nil {
		problems = append(problems, err)
	} else if s.strategies, err = wiring.Strategies(s.config, s.templates); err != nil {
		problems = append(problems, err)
	}
	return s, errors.Join(problems...)
}

// running is how the commands of a second terminal find the machine that runs on
// a data folder.
type running struct {
	PID         int    `json:"pid"`
	DatabaseURL string `json:"database_url"`
	Temporal    string `json:"temporal_address"`
	Namespace   string `json:"temporal_namespace"`
	HTTP        string `json:"http"`
	UI          string `json:"ui"`
	Mailbox     string `json:"mailbox,omitempty"`
}

func runningFile(folder string) string { return filepath.Join(folder, "running.json") }

// writeRunning tells other programs of the same user where the parts are. It
// holds the database password: nobody else may read it.
func (m *machine) writeRunning() error {
	r := running{
		PID: os.Getpid(), DatabaseURL: m.postgres.DSN(), Temporal: m.temporal.Address, Namespace: m.temporal.Namespace,
		HTTP: m.server.url(), UI: m.temporal.UI,
	}
	if m.simulator != nil {
		r.Mailbox = m.simulator.URL()
	}
	data, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return err
	}
	file := runningFile(m.folder)
	if err := os.WriteFile(file, append(data, '\n'), 0o600); err != nil {
		return fmt.Errorf("telling other programs where the parts run: %w", err)
	}
	m.onStop(func(context.Context) error { return os.Remove(file) })
	return nil
}

// withCases does something with cases: those of the machine that runs on the data
// folder, unless the configuration names a database of its own.
func (p *program) withCases(do func(context.Context, *cases.Service) error) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	return p.withService(s, do)
}

func (p *program) withService(s *settings, do func(context.Context, *cases.Service) error) error {
	if err := p.connect(s); err != nil {
		return err
	}
	logger := wiring.Logger(quiet(s.config.Log), p.errOut)
	store, err := casefile.Open(p.ctx, s.config.Database.URL.Reveal())
	if err != nil {
		return err
	}
	defer store.Close()
	service, closeTemporal, err := service(p.ctx, store, logger)
	if err != nil {
		return err
	}
	defer closeTemporal()
	return do(p.ctx, service)
}

// service connects to Temporal and serves cases.
func service(ctx context.Context, store *casefile.Store, logger *slog.Logger) (*cases.Service, func(), error) {
	clock, err := wiring.Clock(ctx, store)
	if err != nil {
		return nil, nil, err
	}
	temporal, err := wiring.Temporal(logger)
	if err != nil {
		return nil, nil, err
	}
	return &cases.Service{Temporal: temporal, Store: store, Clock: clock, Log: logger}, temporal.Close, nil
}

// connect finds the parts: in the configuration, else those of the running
// machine.
func (p *program) connect(s *settings) error {
	if s.config.Database.URL != "" {
		return nil
	}
	data, err := os.ReadFile(runningFile(p.cli.Data))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("nothing runs on the data folder %s, and no database is configured: start `relance up` or `relance demo`, name its folder with --data, or set RELANCE_DATABASE_URL and TEMPORAL_ADDRESS", p.cli.Data)
	}
	var r running
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	if err != nil {
		return fmt.Errorf("reading %s: %w", runningFile(p.cli.Data), err)
	}
	s.config.Database.URL = config.Secret(r.DatabaseURL)
	return errors.Join(os.Setenv("TEMPORAL_ADDRESS", r.Temporal), os.Setenv("TEMPORAL_NAMESPACE", r.Namespace))
}

// quiet keeps the logs of short commands to what went wrong.
func quiet(c config.Log) config.Log {
	c.Level = "error"
	return c
}

// findStrategy reads "name" or "name@version".
func findStrategy(set strategyfile.Set, name string) (strategyfile.Definition, error) {
	plain, version, pinned := strings.Cut(name, "@")
	if !pinned {
		return set.Newest(plain)
	}
	var number int
	if _, err := fmt.Sscanf(version, "%d", &number); err != nil {
		return strategyfile.Definition{}, fmt.Errorf("%q is not a version: write %s@1", version, plain)
	}
	definition, found := set.Version(plain, number)
	if !found {
		return definition, fmt.Errorf("there is no version %d of the strategy %q", number, plain)
	}
	return definition, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"relance/casefile"
	"relance/cases"
	"relance/config"
	"relance/wiring"
)

// withCases does something with cases: those of the machine that runs on the data
// folder, unless the configuration names a database of its own.
func (p *program) withCases(do func(context.Context, *cases.Service) error) error {
	return p.withInstallation(func(ctx context.Context, _ *settings, service *cases.Service) error { return do(ctx, service) })
}

// withInstallation does something with cases and the settings they run with.
func (p *program) withInstallation(do func(context.Context, *settings, *cases.Service) error) error {
	s, machine, err := p.installation()
	if err != nil {
		return err
	}
	logger := wiring.Logger(quiet(s.config.Log), p.errOut)
	store, err := wiring.Store(p.ctx, s.config, s.law)
	if err != nil {
		return machine.unreachable(err)
	}
	defer store.Close()
	service, closeTemporal, err := service(p.ctx, store, logger)
	if err != nil {
		return machine.unreachable(err)
	}
	defer closeTemporal()
	return do(p.ctx, s, service)
}

// installation finds the parts: in the configuration, else those of the machine
// that runs on the data folder, with its configuration unless another is named.
// The machine is nil in the first case.
func (p *program) installation() (*settings, *running, error) {
	s, err := p.settings()
	if err != nil || s.config.Database.URL != "" {
		return s, nil, err
	}
	machine, err := readRunning(p.cli.Data)
	if err != nil {
		return nil, nil, err
	}
	if p.cli.Config == "" && machine.Config != "" {
		if s, err = p.settingsOf(machine.Config); err != nil {
			return nil, nil, err
		}
	}
	s.config.Database.URL = config.Secret(machine.DatabaseURL)
	return s, machine, useTemporal(machine.Temporal, machine.Namespace)
}

// confirmTimeout is how long a program that ends waits for the database to note what it
// has started.
const confirmTimeout = 10 * time.Second

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
	service := &cases.Service{Temporal: temporal, Store: store, Clock: clock, Log: logger}
	closing := func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), confirmTimeout)
		defer cancel()
		if err := service.Close(ctx); err != nil {
			logger.Warn("some cases will be started once more, which does nothing", "error", err)
		}
		temporal.Close()
	}
	return service, closing, nil
}

// preparedStore migrates and opens the database, and writes the creditors to it.
func (p *program) preparedStore(s *settings) (*casefile.Store, error) {
	if s.config.Database.URL == "" {
		return nil, errors.New("no database is configured: set RELANCE_DATABASE_URL or database.url (for one machine use `relance up`)")
	}
	if err := casefile.Migrate(p.ctx, s.config.Database.URL.Reveal()); err != nil {
		return nil, err
	}
	store, err := wiring.Store(p.ctx, s.config, s.law)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(wiring.SavePartners(p.ctx, store, s.config.Handoff), wiring.SaveCreditors(p.ctx, store, s.config.Creditors, s.law)); err != nil {
		store.Close()
		return nil, fmt.Errorf("preparing the database: %w", err)
	}
	return store, nil
}

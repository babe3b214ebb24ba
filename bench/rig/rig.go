// Package rig puts up what the benchmark measures: the servers, the product's workers and the bare ones, each in a
// process of its own, the provider simulator, and the way in that programs use.
package rig

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.temporal.io/sdk/client"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/messaging/simulator"
	"relance/stack"
)

// Options say what to measure on.
type Options struct {
	// Folder takes all data of the run. It must be empty.
	Folder string
	// TemporalAddress is host:port of an existing server, further described by Temporal's environment variables; empty
	// starts the embedded one, TemporalBinary.
	TemporalAddress string
	TemporalBinary  string
	// TemporalSettings are dynamic configuration of the embedded server, beside its own tuning.
	TemporalSettings map[string]string
	// DatabaseURL is an existing PostgreSQL; empty starts a private one.
	DatabaseURL string
	// Durability of the servers started here.
	Durability stack.Durability
	// CachedCases bounds the workers' caches at first; 0 is the product's default.
	CachedCases int
}

// Rig is everything up and running.
type Rig struct {
	// Creditor is who all cases of this run belong to; every run has another.
	Creditor string
	Temporal client.Client
	Store    *casefile.Store
	Cases    *cases.Service
	Mailbox  *simulator.Simulator

	meter     *Meter
	log       *slog.Logger
	file      *os.File
	serverLog *errorLog
	workerLog *errorLog
	database  string
	clock     atomic.Pointer[calendar.Clock]
	cached    int

	mu      sync.Mutex // of workers: a profile may be asked for while one is started anew
	workers map[string]*Worker
	// ended are the last counts of workers that were stopped.
	ended []Counts
	stops []func(context.Context) error
}

// Start puts everything up but the workers. On an error what was started is stopped again.
func Start(ctx context.Context, o Options) (_ *Rig, err error) {
	if err := os.MkdirAll(o.Folder, 0o755); err != nil { //nolint:gosec // PostgreSQL's user must be able to enter it
		return nil, fmt.Errorf("making the benchmark's folder: %w", err)
	}
	r := &Rig{
		Creditor: "duval-" + strconv.FormatInt(time.Now().Unix(), 36), meter: NewMeter(), cached: o.CachedCases,
		workers: map[string]*Worker{},
	}
	r.clock.Store(&calendar.Clock{})
	defer func() {
		if err != nil {
			stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
			defer cancel()
			err = errors.Join(err, r.Stop(stopping))
		}
	}()
	for _, part := range []struct {
		name  string
		start func(context.Context, Options) error
	}{
		{"the log", r.openLog},
		{"PostgreSQL", r.startPostgres},
		{"the case file", r.openCaseFile},
		{"Temporal", r.startTemporal},
		{"the mailbox", r.startMailbox},
	} {
		if err := part.start(ctx, o); err != nil {
			return nil, fmt.Errorf("%s: %w", part.name, err)
		}
	}
	r.Cases = &cases.Service{Temporal: r.Temporal, Store: r.Store, Clock: r.Clock, Log: r.log}
	return r, nil
}

const stopTimeout = 60 * time.Second

func (r *Rig) onStop(stop func(context.Context) error) { r.stops = append(r.stops, stop) }

// Stop ends everything, in the reverse order of its start.
func (r *Rig) Stop(ctx context.Context) error {
	var problems []error
	for _, role := range slices.Sorted(maps.Keys(r.workers)) {
		problems = append(problems, r.stopWorker(ctx, role))
	}
	for _, stop := range slices.Backward(r.stops) {
		problems = append(problems, stop(ctx))
	}
	r.stops = nil
	return errors.Join(problems...)
}

func (r *Rig) openLog(_ context.Context, o Options) error {
	file, err := os.Create(filepath.Join(o.Folder, "bench.log"))
	if err != nil {
		return err
	}
	r.file = file
	r.onStop(func(context.Context) error { return file.Close() })
	r.log = slog.New(slog.NewTextHandler(file, &slog.HandlerOptions{Level: slog.LevelWarn}))
	r.serverLog, r.workerLog = newErrorLog(file, serverErrorMark), newErrorLog(file, workerErrorMark)
	return nil
}

func (r *Rig) openCaseFile(ctx context.Context, _ Options) error {
	if err := casefile.Migrate(ctx, r.database); err != nil {
		return err
	}
	store, err := casefile.Open(ctx, r.database)
	if err != nil {
		return err
	}
	r.Store = store
	r.onStop(func(context.Context) error { store.Close(); return nil })
	return store.SaveCreditor(ctx, casefile.Creditor{
		ID: r.Creditor, Name: "Ateliers Duval SAS", LegalMentions: "SAS au capital de 40 000 €, RCS Lyon 552 100 554",
		Address: casefile.Address{Line1: "12 rue des Tanneurs", Postcode: "69009", City: "Lyon", Country: "FR"},
		SIREN:   "552100554", IBAN: "FR7630006000011234567890189", BIC: "AGRIFRPP", Email: "compta@duval.example",
		Phone: "+33472000000", Language: "fr", Zone: "Europe/Paris", SignatoryName: "Claire Duval", SignatoryTitle: "Directrice",
		SenderEmail: "relance@duval.example", SenderName: "Ateliers Duval", ReplyTo: "compta@duval.example", SMSSender: "DUVAL",
	})
}

// startMailbox plays the e-mail provider in memory. It posts no events back: the providers' webhooks are not part of
// what is measured.
func (r *Rig) startMailbox(context.Context, Options) error {
	mailbox, err := simulator.New(simulator.Options{
		Listen: stack.Loopback + ":0", Now: func() time.Time { return r.Clock().Now() }, Logger: r.log, KeptBytes: 1 << 20,
	})
	if err != nil {
		return err
	}
	r.Mailbox = mailbox
	r.onStop(func(context.Context) error { return mailbox.Close() })
	return nil
}

// Clock is the business clock that cases are opened with.
func (r *Rig) Clock() calendar.Clock { return *r.clock.Load() }

// Database is the address of the database of this run. It contains the password.
func (r *Rig) Database() string { return r.database }

// SetClock puts the installation on another clock. Its workers are started anew, because they read it at their start.
func (r *Rig) SetClock(ctx context.Context, clock calendar.Clock) error {
	if err := r.Store.SaveClock(ctx, clock); err != nil {
		return err
	}
	kept, _, err := r.Store.Clock(ctx) // to the microsecond, as the workers read it
	if err != nil {
		return err
	}
	r.clock.Store(&kept)
	return r.restartWorker(ctx, roleCases)
}

// quietFor is how long a worker completes nothing before it counts as idle.
const quietFor = time.Second

// settle waits until a worker has nothing to do: stopping it in the middle of something would make requests fail.
func (r *Rig) settle(ctx context.Context, role string) error {
	w := r.worker(role)
	if w == nil {
		return nil
	}
	last, since := int64(-1), time.Now()
	for {
		counts, err := w.Counts(ctx)
		if err != nil {
			return err
		}
		if done := counts.Of(Count{Name: countRequests}); done != last {
			last, since = done, time.Now()
		}
		if time.Since(since) > quietFor {
			return nil
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(quietFor / 10):
		}
	}
}

// SetCache bounds the workers' caches; 0 is the product's default. The workers are started anew, with nothing in them.
func (r *Rig) SetCache(ctx context.Context, cases int) error {
	r.cached = cases
	return errors.Join(r.restartWorker(ctx, roleCases), r.restartWorker(ctx, roleBare))
}

// CaseWorker is the worker of the product; nil while it is started anew.
func (r *Rig) CaseWorker() *Worker { return r.worker(roleCases) }

// BareWorker is the worker of the bare workflow; nil while it is started anew.
func (r *Rig) BareWorker() *Worker { return r.worker(roleBare) }

func (r *Rig) worker(role string) *Worker {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.workers[role]
}

func (r *Rig) setWorker(role string, w *Worker) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if w == nil {
		delete(r.workers, role)
		return
	}
	r.workers[role] = w
}

// StartWorkers starts the worker of the product and that of the bare workflow.
func (r *Rig) StartWorkers(ctx context.Context) error { return r.SetCache(ctx, r.cached) }

func (r *Rig) restartWorker(ctx context.Context, role string) error {
	if err := errors.Join(r.settle(ctx, role), r.stopWorker(ctx, role)); err != nil {
		return err
	}
	environment := append(ownEnvironment(),
		"RELANCE_DATABASE_URL="+r.database,
		"RELANCE_MAIL_SENDGRID_API_KEY="+simulator.DefaultAPIKey,
		"RELANCE_MAIL_SENDGRID_BASE_URL="+r.Mailbox.SendGridURL(),
		"RELANCE_SMS_TWILIO_ACCOUNT_SID="+simulator.DefaultAccountSID,
		"RELANCE_SMS_TWILIO_AUTH_TOKEN="+simulator.DefaultAuthToken,
		"RELANCE_SMS_TWILIO_BASE_URL="+r.Mailbox.TwilioURL(),
	)
	w, err := startWorker(ctx, role, environment, r.cached, r.workerLog)
	if err != nil {
		return err
	}
	r.setWorker(role, w)
	return nil
}

// ownEnvironment leaves out what configures an installation of the user.
func ownEnvironment() []string {
	return slices.DeleteFunc(os.Environ(), func(variable string) bool {
		return strings.HasPrefix(variable, "RELANCE_")
	})
}

func (r *Rig) stopWorker(ctx context.Context, role string) error {
	w := r.worker(role)
	if w == nil {
		return nil
	}
	r.setWorker(role, nil)
	counts, err := w.Counts(ctx)
	r.ended = append(r.ended, counts)
	return errors.Join(err, w.program.Stop(ctx))
}

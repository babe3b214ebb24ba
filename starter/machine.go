package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"go.temporal.io/sdk/client"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/messaging/simulator"
	"relance/stack"
)

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
	// simulated is what the simulator plays: "e-mails", "short messages".
	simulated []string
	// offices are those of the simulated partners.
	offices offices
	store   *casefile.Store
	client  client.Client
	cases   *cases.Service
	worker  *workerKeeper
	server  *httpServer
	clock   calendar.Clock

	endings []ending
	// work is what runs beside the parts.
	work sync.WaitGroup
}

// machineOptions is how a machine is started.
type machineOptions struct {
	folder string
	ports  ports
	// again is the command that starts the machine again.
	again string
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
	if err := o.ports.requireFree(s.config); err != nil {
		return nil, err
	}
	m := &machine{folder: folder, settings: s}
	defer func() {
		if err != nil {
			err = errors.Join(err, m.stop(ctx))
		}
	}()
	for _, part := range []struct {
		name  string
		start func(context.Context, machineOptions) error
	}{
		{"logs", m.openLog},
		{"PostgreSQL", m.startPostgres},
		{"case file", m.openCaseFile},
		{"business clock", m.startClock},
		{"Temporal and its UI", m.startTemporal},
		{"mailbox", m.startSimulator},
		{"offices of partners", m.startOffices},
		{"worker", m.startWorker},
		{"HTTP API", m.startServer},
	} {
		begun := time.Now()
		var taken *stack.PortTakenError
		switch err := part.start(ctx, o); {
		case errors.As(err, &taken): // says itself what the port was wanted for, which need not be this part
			return nil, err
		case err != nil:
			return nil, fmt.Errorf("%s: %w", part.name, err)
		}
		o.tell("  %-20s ready in %s", part.name, time.Since(begun).Round(10*time.Millisecond))
	}
	return m, m.writeRunning(o)
}

// ending is how a part is stopped.
type ending struct {
	stop func(context.Context) error
	// within is the part's own: a part that takes its time must not have the next
	// one killed.
	within time.Duration
}

// stopTimeout is enough for every part but the worker.
const stopTimeout = 40 * time.Second

func (m *machine) onStop(stop func(context.Context) error) { m.onStopWithin(stopTimeout, stop) }

func (m *machine) onStopWithin(limit time.Duration, stop func(context.Context) error) {
	m.endings = append(m.endings, ending{stop, limit})
}

// stop ends the parts in the reverse order of their start, even when the context
// has ended.
func (m *machine) stop(ctx context.Context) error {
	var problems []error
	for len(m.endings) > 0 {
		last := len(m.endings) - 1
		problems = append(problems, m.endings[last].run(ctx))
		m.endings = m.endings[:last]
	}
	return errors.Join(problems...)
}

func (e ending) run(ctx context.Context) error {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), e.within)
	defer cancel()
	return e.stop(limited)
}

// untilStopped does work beside the parts until the machine stops, and waits for
// its end then.
func (m *machine) untilStopped(ctx context.Context, work func(context.Context)) {
	working, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		work(working)
	}()
	m.onStop(func(context.Context) error {
		cancel()
		<-ended
		return nil
	})
}

// failed tells of the first part that has ended by itself and is not started
// again.
func (m *machine) failed(ctx context.Context) <-chan error {
	failure := make(chan error, 1)
	watch := func(name string, done <-chan struct{}, reason func() error) {
		m.work.Go(func() {
			select {
			case <-ctx.Done():
			case <-done:
				select {
				case failure <- fmt.Errorf("%s has ended by itself: %w", name, reason()):
				default: // the first one is told
				}
			}
		})
	}
	watch("PostgreSQL", m.postgres.Done(), m.postgres.Err)
	watch("Temporal", m.temporal.Done(), m.temporal.Err)
	watch("the HTTP API", m.server.ended, m.server.reason)
	return failure
}

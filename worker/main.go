// Command relance-worker works the cases: it runs their workflows, writes the
// case file and sends the messages. Run as many as the load asks for; nothing in
// a worker is lost when it dies.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"relance/casefile"
	"relance/cases"
	"relance/config"
	"relance/stack"
	"relance/wiring"
	"relance/worker/pool"
)

func main() {
	wiring.CollectLate()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "relance-worker:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	file := flag.String("config", os.Getenv("RELANCE_CONFIG"), "configuration `file` (YAML)")
	flag.Parse()
	settings, err := config.Load(*file, os.Environ())
	if err != nil {
		return err
	}
	logger := wiring.Logger(settings.Log, os.Stderr)
	templates, err := wiring.UsableTemplates(settings)
	if err != nil {
		return err
	}
	if err := casefile.Migrate(ctx, settings.Database.URL.Reveal()); err != nil {
		return err
	}
	book, err := wiring.Law(settings)
	if err != nil {
		return err
	}
	store, err := wiring.Store(ctx, settings, book)
	if err != nil {
		return err
	}
	defer store.Close()
	clock, err := wiring.Clock(ctx, store)
	if err != nil {
		return err
	}
	temporal, err := wiring.Temporal(logger)
	if err != nil {
		return err
	}
	defer temporal.Close()
	options, err := wiring.Workers(settings, store, clock, templates)
	if err != nil {
		return err
	}
	statuses, err := wiring.TwilioStatuses(settings)
	if err != nil {
		return err
	}
	alive := wiring.Alive{Store: store, Clock: clock, Temporal: temporal, Log: logger}
	if err := alive.Report(ctx); err != nil {
		return err
	}
	reading, stop := context.WithCancel(ctx)
	var kept sync.WaitGroup
	kept.Go(func() { wiring.KeepLaw(reading, settings, store, logger) })
	kept.Go(func() { wiring.NewTemplateKeeper(settings, templates, logger).Keep(reading) })
	kept.Go(func() { alive.Keep(reading) })
	kept.Go(func() { wiring.KeepLetters(reading, options.Notices, logger) })
	kept.Go(func() {
		wiring.KeepUnheard(reading, &cases.Service{Temporal: temporal, Store: store, Clock: clock, Log: logger}, statuses, logger)
	})
	defer kept.Wait()
	defer stop()
	return work(ctx, logger, func(onFatal func(error)) (*pool.Pool, error) {
		options.OnFatal = onFatal
		return pool.Start(temporal, options)
	})
}

// work runs the workers until the program is told to stop or they cannot go on.
func work(ctx context.Context, logger *slog.Logger, start func(onFatal func(error)) (*pool.Pool, error)) error {
	fatal := make(chan error, 1)
	workers, err := start(func(err error) {
		select {
		case fatal <- err:
		default: // the first reason is told
		}
	})
	if err != nil {
		return err
	}
	fmt.Println(stack.WorkerReady) // whoever started the worker waits for this line
	logger.Info("working")
	select {
	case <-ctx.Done():
		err = nil
	case err = <-fatal:
		err = errors.Join(errors.New("the workers cannot go on"), err)
	}
	logger.Info("stopping: waiting for the sends under way")
	workers.Stop()
	return err
}

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"relance/bench/report"
	"relance/bench/rig"
	"relance/bench/scenario"
	"relance/stack"
)

// options are what the command line chose.
type options struct {
	size       scenario.Size
	temporal   string
	settings   map[string]string // dynamic configuration of the embedded server
	database   string
	durability string
	binary     string
	results    string
	keep       string
	// only are the parts to measure; all when empty.
	only []string
	// profile is the folder for a CPU profile of the product's worker during each part; none when empty.
	profile string
}

func durabilityOf(name string) (stack.Durability, error) {
	switch name {
	case "durable":
		return stack.Durable, nil
	case "relaxed":
		return stack.Relaxed, nil
	case "disposable":
		return stack.Disposable, nil
	default:
		return 0, fmt.Errorf("%q is not a durability: give durable, relaxed or disposable", name)
	}
}

// run measures everything once.
func run(ctx context.Context, o options, out io.Writer) (result *report.Result, err error) {
	durability, err := durabilityOf(o.durability)
	if err != nil {
		return nil, err
	}
	folder, forget, err := scratch(o.keep)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, forget()) }()
	tell := teller(out)
	tell("Starting the servers; log and data are in %s", folder)
	r, err := rig.Start(ctx, rig.Options{
		Folder: folder, TemporalAddress: o.temporal, TemporalBinary: o.binary, TemporalSettings: o.settings,
		DatabaseURL: o.database, Durability: durability, CachedCases: o.size.Cache,
	})
	if err != nil {
		return nil, err
	}
	defer func() {
		stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		err = errors.Join(err, r.Stop(stopping))
	}()
	result = &report.Result{At: time.Now(), Size: o.size}
	result.Machine, err = report.DescribeMachine(ctx, r.Temporal, r.Database(), o.durabilityInWords())
	if err != nil {
		return nil, err
	}
	if err := r.StartWorkers(ctx); err != nil {
		return nil, err
	}
	m := &measuring{bench: &scenario.Bench{Rig: r, Size: o.size, Tell: tell}, result: result, only: o.only, profiles: o.profile}
	if err := m.all(ctx); err != nil {
		return nil, err
	}
	if result.Trouble, err = r.Trouble(ctx); err != nil {
		return nil, err
	}
	result.Took = time.Since(result.At).Round(time.Second).String()
	result.Evaluate()
	return result, nil
}

func (o options) durabilityInWords() string {
	private := map[string]string{
		"durable":    "every commit is on the disk before it is confirmed (SQLite synchronous=FULL, PostgreSQL fsync)",
		"relaxed":    "a power cut may lose the last commits (SQLite synchronous=NORMAL, PostgreSQL synchronous_commit=off)",
		"disposable": "a power cut may break the files (nothing is synced)",
	}[o.durability]
	if o.temporal != "" || o.database != "" {
		return "that of the given servers; of those started here: " + private
	}
	return private
}

// scratch makes the folder of the run, and says how to forget it.
func scratch(keep string) (folder string, forget func() error, err error) {
	if keep != "" {
		folder, err = filepath.Abs(keep)
		return folder, func() error { return nil }, err
	}
	folder, err = os.MkdirTemp("", "relance-bench-")
	if err == nil {
		err = os.Chmod(folder, 0o755) //nolint:gosec // PostgreSQL's user must be able to enter it
	}
	return folder, func() error { return os.RemoveAll(folder) }, err
}

// teller writes lines with the time since the start.
func teller(out io.Writer) func(format string, args ...any) {
	begun := time.Now()
	return func(format string, args ...any) {
		fmt.Fprintf(out, "%6.1fs  %s\n", time.Since(begun).Seconds(), fmt.Sprintf(format, args...))
	}
}

// measuring is a run under way.
type measuring struct {
	bench    *scenario.Bench
	result   *report.Result
	only     []string
	profiles string
}

// Rates to begin with when the parts that measure them are left out.
const (
	guessedStarts = 80.0
	guessedSteps  = 110.0
)

// all measures one thing after the other, with what those before it have found.
func (m *measuring) all(ctx context.Context) (err error) {
	for _, part := range []struct {
		name, words string
		measure     func(context.Context) error
	}{
		{"memory", fmt.Sprintf("Opening %d cases, the worker's cache bounded to %d", m.bench.Size.Cases, m.bench.Size.Cache), func(ctx context.Context) (err error) {
			m.result.Memory, err = m.bench.Sleep(ctx)
			return err
		}},
		{"starts", "Opening cases, and bare workflows in turn", func(ctx context.Context) (err error) {
			m.result.Starts, err = m.bench.Starts(ctx)
			return err
		}},
		{"payments", "Signalling payments, and bare workflows in turn", func(ctx context.Context) (err error) {
			m.result.Payments, err = m.bench.Payments(ctx)
			return err
		}},
		{"steps", "Letting steps fall due, and bare timers in turn", func(ctx context.Context) (err error) {
			m.result.Steps, err = m.bench.Steps(ctx, cmp.Or(m.result.Payments.Bare.Rate(), guessedSteps), cmp.Or(m.result.Starts.Cases.Rate(), guessedStarts), cmp.Or(m.result.Starts.Bare.Rate(), guessedStarts))
			return err
		}},
		{"history", "Living whole cases", func(ctx context.Context) (err error) {
			m.result.History, err = m.bench.History(ctx)
			return err
		}},
		{"morning", "Living through a morning", func(ctx context.Context) (err error) {
			m.result.Morning, err = m.bench.Morning(ctx, cmp.Or(m.result.Starts.Cases.Rate(), guessedStarts))
			return err
		}},
		{"outreach", fmt.Sprintf("Writing to %d debtors on one morning", m.bench.Size.Debtors), func(ctx context.Context) (err error) {
			m.result.Outreach, err = m.bench.Outreach(ctx, cmp.Or(m.result.Steps.Cases.Rate(), guessedSteps), cmp.Or(m.result.Starts.Cases.Rate(), guessedStarts))
			return err
		}},
	} {
		if len(m.only) > 0 && !slices.Contains(m.only, part.name) {
			continue
		}
		m.bench.Tell("%s", part.words)
		if err := m.profiled(ctx, part.name, part.measure); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

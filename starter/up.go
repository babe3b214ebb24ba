package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"relance/starter/demo"
)

type demoCmd struct {
	ports
	Speed int64         `help:"How many times as fast as the wall business time runs; 86400 is a day in a second." default:"86400"`
	For   time.Duration `help:"Stop by itself after this long; on Ctrl-C by default." placeholder:"DURATION"`
}

// Run shows the whole product on an accelerated clock.
func (c *demoCmd) Run(p *program) error {
	folder := filepath.Join(p.cli.Data, "demo")
	if err := os.MkdirAll(folder, 0o755); err != nil { //nolint:gosec // PostgreSQL's user must be able to enter it
		return fmt.Errorf("making the data folder: %w", err)
	}
	portfolio, configuration, err := demo.Unpack(folder)
	if err != nil {
		return err
	}
	if p.cli.Config == "" {
		p.cli.Config = configuration
	}
	return p.runMachine(machineOptions{
		folder: folder, ports: c.chosen(), speed: c.Speed, begins: demo.Begins(), ambiguousAfter: 20 * time.Second,
	}, c.For, func(ctx context.Context, m *machine) (func() []string, error) {
		err := p.importInto(ctx, m.settings, m.cases, &importCmd{Files: []string{portfolio}})
		if err != nil && !errors.Is(err, errRefused) {
			return nil, err
		}
		player := &demo.Player{Cases: m.cases, File: filepath.Join(folder, "played.json")}
		m.background(ctx, "the players of the demonstration", player.Play)
		m.background(ctx, "the clock", m.keepClock)
		return player.Story, nil
	})
}

type upCmd struct {
	ports
}

// Run runs the whole product in real time.
func (c *upCmd) Run(p *program) error {
	return p.runMachine(machineOptions{folder: p.cli.Data, ports: c.chosen()}, 0, func(context.Context, *machine) (func() []string, error) {
		return func() []string { return nil }, nil
	})
}

// runMachine starts a machine, begins its work and shows it until the program is
// told to stop, the time is over or a part fails.
func (p *program) runMachine(o machineOptions, limit time.Duration, begin func(context.Context, *machine) (func() []string, error)) (err error) {
	s, err := p.settings()
	if err != nil {
		return err
	}
	o.tell = func(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }
	o.tell("Starting on the data folder %s", o.folder)
	m, err := startMachine(p.ctx, s, o)
	if err != nil {
		return err
	}
	defer func() {
		o.tell("\nStopping …")
		stopping, cancel := context.WithTimeout(context.WithoutCancel(p.ctx), stopTimeout)
		defer cancel()
		err = errors.Join(err, m.stop(stopping))
		if err == nil {
			o.tell("Stopped. The data stay in %s; the same command goes on with them.", o.folder)
		}
	}()
	ctx, cancel := context.WithCancel(p.ctx)
	if limit > 0 {
		ctx, cancel = context.WithTimeout(p.ctx, limit)
	}
	defer cancel()
	story, err := begin(ctx, m)
	if err != nil {
		if ctx.Err() != nil {
			return nil // told to stop meanwhile
		}
		return err
	}
	p.printAddresses(m)
	live := newLive(p.out, m, story)
	err = live.show(ctx)
	cancel()
	m.work.Wait()
	return err
}

// background runs work beside the summary until the context ends.
func (m *machine) background(ctx context.Context, name string, work func(context.Context) error) {
	m.work.Go(func() {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			m.log.Error("work beside the summary has stopped", "work", name, "error", err)
		}
	})
}

// keepClock writes down, now and then, where the clock stands.
func (m *machine) keepClock(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := m.keepStoppedAt(); err != nil {
				return err
			}
		}
	}
}

// printAddresses says where to look.
func (p *program) printAddresses(m *machine) {
	base := m.temporal.UI + "/namespaces/" + m.temporal.Namespace + "/workflows"
	fmt.Fprintf(p.out, "\nWhere to look:\n")
	fmt.Fprintf(p.out, "  %-28s %s\n", "All cases in the Temporal UI", base)
	fmt.Fprintf(p.out, "  %-28s %s?query=%s\n", "Cases at the formal notice", base, url.QueryEscape(`Stage = "formal-notice" AND ExecutionStatus = "Running"`))
	if m.simulator != nil {
		fmt.Fprintf(p.out, "  %-28s %s\n", "Sent mail and SMS", m.simulator.URL())
		fmt.Fprintf(p.out, "  %-28s no provider account is configured: messages stay in this mailbox and reach nobody\n", "")
	}
	fmt.Fprintf(p.out, "  %-28s %s/docs\n", "HTTP API", m.server.url())
	fmt.Fprintf(p.out, "  %-28s relance --data %s list\n", "Command line", m.folder)
	fmt.Fprintf(p.out, "  %-28s %s\n\n", "Log", filepath.Join(m.folder, "relance.log"))
}

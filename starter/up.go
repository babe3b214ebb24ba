package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"relance/starter/demo"
	"relance/wiring"
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
	again := p.again("demo")
	p.cli.Data = folder
	if p.cli.Config == "" {
		p.cli.Config = configuration
	}
	return p.runMachine(machineOptions{
		folder: folder, again: again, ports: c.chosen(), speed: c.Speed, begins: demo.Begins(), ambiguousAfter: 20 * time.Second,
	}, c.For, func(ctx context.Context, m *machine) (func() []string, error) {
		err := p.importInto(ctx, m.settings, m.cases, &importCmd{Files: []string{portfolio}})
		if err != nil && !errors.Is(err, errRefused) {
			return nil, err
		}
		player := &demo.Player{Cases: m.cases, File: filepath.Join(folder, "played.json"), Office: m.offices.played[demo.Partner]}
		m.background(ctx, "the players of the demonstration", player.Play)
		return player.Story, nil
	})
}

// again is the command line that starts a machine again.
func (p *program) again(command string) string {
	words := calledAs(os.Args[0]) + " --data " + p.cli.Data
	if p.cli.Config != "" {
		words += " --config " + p.cli.Config
	}
	return words + " " + command
}

// calledAs is what to write to run the program again: the name it was called by, so
// that what it prints can be copied where it is not on the search path.
func calledAs(name string) string {
	if filepath.Base(name) != "relance" { // under a test
		return "relance"
	}
	return name
}

type upCmd struct {
	ports
}

// Run runs the whole product in real time.
func (c *upCmd) Run(p *program) error {
	return p.runMachine(machineOptions{folder: p.cli.Data, again: p.again("up"), ports: c.chosen()}, 0, func(context.Context, *machine) (func() []string, error) {
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
		o.tell("\nStopping … (Ctrl-C again ends it at once)")
		err = errors.Join(err, m.stop(p.ctx))
		if err == nil {
			o.tell("Stopped. The data stay in %s; `%s` goes on with them.", o.folder, o.again)
		}
	}()
	defer m.work.Wait()
	ctx, cancel := limited(p.ctx, limit)
	defer cancel()
	story, err := begin(ctx, m)
	switch {
	case ctx.Err() != nil:
		return nil // told to stop meanwhile
	case err != nil:
		return err
	}
	p.printAddresses(m)
	return newLive(p.out, m, p.zones.shared(), story).show(ctx)
}

// limited ends after a while, unless that is 0.
func limited(ctx context.Context, limit time.Duration) (context.Context, context.CancelFunc) {
	if limit > 0 {
		return context.WithTimeout(ctx, limit)
	}
	return context.WithCancel(ctx)
}

// background runs work beside the summary until the context ends.
func (m *machine) background(ctx context.Context, name string, work func(context.Context) error) {
	m.work.Go(func() {
		if err := work(ctx); err != nil && ctx.Err() == nil {
			m.log.Error("work beside the summary has stopped", "work", name, "error", err)
		}
	})
}

// printAddresses says where to look.
func (p *program) printAddresses(m *machine) {
	base := m.temporal.UI + "/namespaces/" + m.temporal.Namespace + "/workflows"
	fmt.Fprintf(p.out, "\nWhere to look:\n")
	fmt.Fprintf(p.out, "  %-28s %s\n", "All cases in the Temporal UI", base)
	fmt.Fprintf(p.out, "  %-28s %s?query=%s\n", "Cases at the formal notice", base, url.QueryEscape(`Stage = "formal-notice" AND ExecutionStatus = "Running"`))
	if m.simulator != nil {
		fmt.Fprintf(p.out, "  %-28s %s\n", "Sent mail and SMS", m.simulator.URL())
		fmt.Fprintf(p.out, "  %-28s without a provider account %s stay in this mailbox and reach nobody\n", "", strings.Join(m.simulated, " and "))
	}
	if len(m.offices.played) > 0 {
		fmt.Fprintf(p.out, "  %-28s %s\n", "Cases at simulated partners", m.offices.url)
	}
	fmt.Fprintf(p.out, "  %-28s %s/docs\n", "HTTP API", m.server.url())
	fmt.Fprintf(p.out, "  %-28s %s --data %s list\n", "Command line", calledAs(os.Args[0]), m.folder)
	fmt.Fprintf(p.out, "  %-28s %s\n\n", "Log", filepath.Join(m.folder, "relance.log"))
	for _, sentence := range wiring.WithoutNews(m.settings.config) {
		fmt.Fprintf(p.out, "Note: %s.\n\n", sentence)
	}
}

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"relance/casefile"
	"relance/collection"
)

// live is the summary that a running machine shows: redrawn in place on a
// terminal, a line now and then elsewhere.
type live struct {
	out      io.Writer
	terminal bool
	machine  *machine
	zone     *time.Location
	story    func() []string
	drawn    int
}

func newLive(out io.Writer, m *machine, zone *time.Location, story func() []string) *live {
	return &live{out: out, terminal: isTerminal(out), machine: m, zone: zone, story: story}
}

const (
	redrawEvery = time.Second
	lineEvery   = 10 * time.Second
)

// show goes on until the context ends or a part of the machine fails.
func (l *live) show(ctx context.Context) error {
	every := lineEvery
	if l.terminal {
		every = redrawEvery
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	failed := l.machine.failed(ctx)
	for {
		if err := l.draw(ctx); err != nil && ctx.Err() == nil {
			l.machine.log.Error("the summary cannot be read", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case err := <-failed:
			if ctx.Err() != nil {
				return nil
			}
			return err
		case <-tick.C:
		}
	}
}

func (l *live) draw(ctx context.Context) error {
	summary, err := l.machine.store.Summary(ctx)
	if err != nil {
		return err
	}
	now := l.machine.clock.Now().In(l.zone)
	if !l.terminal {
		_, err := fmt.Fprintf(l.out, "%s  cases: %s | messages: %s | tasks: %d\n",
			now.Format(time.DateOnly), stages(summary), messages(summary), openTasks(summary))
		return err
	}
	lines := []string{
		fmt.Sprintf("\x1b[1m%s\x1b[0m  business time %s", "Relance", now.Format("Monday 2 January 2006 15:04 MST")),
		"  cases     " + stages(summary),
		"  messages  " + messages(summary),
		fmt.Sprintf("  tasks     %d open", openTasks(summary)),
	}
	for _, line := range l.story() {
		lines = append(lines, "  · "+line)
	}
	lines = append(lines, "  Ctrl-C stops; the data stay.")
	if l.drawn > 0 {
		fmt.Fprintf(l.out, "\x1b[%dA", l.drawn)
	}
	l.drawn = len(lines)
	_, err = fmt.Fprint(l.out, "\x1b[J"+strings.Join(lines, "\n")+"\n")
	return err
}

// stages counts the cases by stage, in the order of the ladder.
func stages(summary casefile.Summary) string {
	counts := map[collection.Stage]int{}
	for _, count := range summary.Cases {
		counts[count.Stage] += count.Cases
	}
	var parts []string
	for _, stage := range []collection.Stage{
		collection.StageOpen, collection.StageReminding, collection.StageFormalNotice, collection.StageMediation, collection.StageHandoff,
		collection.StageWithPartner, collection.StageInsolvency, collection.StageOnHold, collection.StageDisputed, collection.StagePromised, collection.StagePlan, collection.StageUnreachable,
		collection.StageLateFees, collection.StagePaid, collection.StageWrittenOff, collection.StageWithdrawn,
		collection.StageHandedOver,
	} {
		if counts[stage] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[stage], stage))
		}
	}
	return orNone(parts)
}

func messages(summary casefile.Summary) string {
	var parts []string
	for _, count := range summary.Messages {
		parts = append(parts, fmt.Sprintf("%d %s %s", count.Messages, count.Channel, count.State))
	}
	return orNone(parts)
}

func openTasks(summary casefile.Summary) int {
	open := 0
	for _, count := range summary.Tasks {
		open += count.Tasks
	}
	return open
}

func orNone(parts []string) string {
	if len(parts) == 0 {
		return "none yet"
	}
	return strings.Join(parts, ", ")
}

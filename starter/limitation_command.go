package main

import (
	"cmp"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/deadlines"
	"relance/workflows"
)

type limitationEventCmd struct {
	onCase
	Event  string        `arg:"" optional:"" help:"What happened: formal-notice, payment-order-filed, payment-order-served, acknowledgement, court-claim, enforcement-act, insolvency-claim, mediation, conciliation or small-claims-agreement. Leave it out to say more of an event that is recorded."`
	On     calendar.Date `help:"Day it happened or began." placeholder:"DATE"`
	Ended  calendar.Date `help:"Day on which what lasts came to its end." placeholder:"DATE"`
	Result string        `help:"How it came to nothing: withdrawn, lapsed or rejected; mistaken for an event that never happened." enum:",withdrawn,lapsed,rejected,mistaken" default:""`
	ID     string        `help:"The event's own ID, to which its end or result is added later; made of what happened and the day by default."`
}

// Run records an event of the limitation.
func (c *limitationEventCmd) Run(p *program) error {
	id := c.ID
	if id == "" && c.Event != "" && !c.On.IsZero() {
		id = c.Event + "-" + c.On.String()
	}
	return p.command(c.onCase, workflows.CommandLimitationEvent, workflows.LimitationEvent{
		ID: id, Event: deadlines.LimitationEventKind(c.Event), On: c.On, Ended: c.Ended, Result: deadlines.VoidBy(c.Result), By: c.author(),
	})
}

// printLimitation prints until when the claim can be brought to court, and what
// the event just recorded does.
func (p *program) printLimitation(l workflows.LimitationStatus) {
	if l.LastDay.IsZero() {
		return
	}
	words := "last day " + l.LastDay.String()
	switch {
	case l.Passed:
		words = "passed on " + l.LastDay.String()
	case l.Stopped:
		words = "stopped; last day " + l.LastDay.String() + " at the earliest"
	}
	fmt.Fprintf(p.out, "  limitation  %s (%s)\n", words, l.Kind)
	if l.Event != "" {
		fmt.Fprintf(p.out, "  event       %s\n", l.Event)
	}
}

// printReckoning prints how the limitation was reckoned, and from what.
func (p *program) printReckoning(file casefile.File) {
	if file.Limitation.LastDay.IsZero() {
		return
	}
	fmt.Fprintf(p.out, "  limitation  %s\n", file.Limitation.Because)
	for _, doubt := range file.Limitation.Doubts {
		fmt.Fprintf(p.out, "              %s\n", doubt)
	}
	p.table("Limitation", table.Row{"ID", "Event", "On", "Ended", "Result", "Effect"}, len(file.LimitationEvents), func(i int) table.Row {
		event := file.LimitationEvents[i]
		effect := deadlines.NoEffect
		for _, e := range file.Limitation.Effects {
			if e.Event == event.LimitationEvent {
				effect = e.Kind
			}
		}
		return table.Row{event.ID, event.Kind, event.On, event.Until, cmp.Or(string(event.Void), "-"), effect}
	})
}

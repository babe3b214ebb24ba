package casefile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"relance/collection"
	"relance/deadlines"
)

// LimitationEvent is an event of the limitation as it is recorded.
type LimitationEvent struct {
	// ID is the event's own, within its case.
	ID string
	// Revision counts the reports that said more of it.
	Revision int
	deadlines.LimitationEvent
	Actor      string
	At         time.Time
	RecordedAt time.Time
}

// LimitationReport says that something happened to a claim, or more of what is
// recorded under the ID already: its end, or how it came to nothing.
type LimitationReport struct {
	Creditor string
	Invoice  string
	ID       string
	deadlines.LimitationEvent
	Actor string
	At    time.Time
}

// LimitationRecorded is what a report did.
type LimitationRecorded struct {
	// Duplicate: all of it was known.
	Duplicate bool
	// Effect is what the event does to the limitation, in words.
	Effect deadlines.Effect
	// Limitation is what the case now carries: give it to collection.Decide so that
	// the workflow's case stays equal to the stored one.
	Limitation collection.Limitation
	Reckoned   deadlines.Limitation
}

// RecordLimitationEvent records what a report says, reckons the limitation anew
// and takes it into the case, in one transaction. The tasks about the limitation
// as it was before are done then.
//
// The same report again changes nothing. One that contradicts what is recorded, or
// makes no sense, is a *collection.Refusal, and so is any on a claim whose law of
// limitation is not known. An event without effect is recorded as the fact it is.
func (s *Store) RecordLimitationEvent(ctx context.Context, report LimitationReport) (LimitationRecorded, error) {
	var recorded LimitationRecorded
	var events []LimitationEvent
	key := named{"creditor": report.Creditor, "invoice": report.Invoice}
	why := because{at: report.At, actor: report.Actor, cause: "limitation/" + report.ID}
	err := s.changing(ctx, report.Creditor, report.Invoice, why, func(b *batch) {
		all(b, &events, s.sql.LoadLimitationEvents, key)
	}, func(c *lockedCase) error {
		var err error
		recorded, err = c.learn(events, report)
		return err
	})
	return recorded, err
}

func (c *lockedCase) learn(events []LimitationEvent, report LimitationReport) (LimitationRecorded, error) {
	known := slices.IndexFunc(events, func(e LimitationEvent) bool { return e.ID == report.ID })
	learned := LimitationEvent{ID: report.ID, LimitationEvent: report.LimitationEvent}
	var err error
	if known >= 0 {
		learned = events[known]
		learned.LimitationEvent, err = learned.Learn(report.LimitationEvent)
	} else if err = learned.Validate(); err != nil && report.Kind == "" {
		err = fmt.Errorf("it is not recorded: say what happened, and on which day")
	}
	if err != nil {
		return LimitationRecorded{}, refuse(collection.RefusedConflict, "the event %s cannot be recorded: %s", report.ID, err)
	}
	isNew := known < 0 || learned.LimitationEvent != events[known].LimitationEvent
	if isNew {
		learned.Revision, learned.Actor, learned.At = learned.Revision+1, c.actor, c.at
	}
	if known >= 0 {
		events[known] = learned
	} else {
		events = append(events, learned)
	}

	record := c.record.value
	reckoned, err := c.store.tariffs.Load().limitationOf(record.liability, record.LimitationKind, record.claimDates, events)
	if err != nil {
		return LimitationRecorded{}, refuse(collection.RefusedConflict, "the limitation of the claim is not watched: %s", err)
	}
	effect := effectOf(reckoned, learned.LimitationEvent)
	if isNew {
		c.writes.exec(c.store.sql.InsertLimitationEvent, c.key(), learned)
		c.noteAs(fmt.Sprintf("%s/%d", c.cause, learned.Revision), "limitation-event", inHistory(effect, reckoned, learned.LimitationEvent))
	}
	c.takeLimitation(reckoned)
	return LimitationRecorded{Duplicate: !isNew, Effect: effect, Limitation: c.now.Limitation, Reckoned: reckoned}, nil
}

// takeLimitation takes a limitation that was reckoned anew. The tasks about it as it was are
// done then.
func (c *lockedCase) takeLimitation(reckoned deadlines.Limitation) {
	before := c.now.Limitation
	c.report(collection.TakeLimitation{Limitation: collection.NewLimitation(reckoned)})
	if c.now.Limitation.LastDay != before.LastDay || c.now.Limitation.Stopped != before.Stopped {
		c.finishTasks("", "the limitation was reckoned anew", collection.TaskLimitation)
	}
}

// reckonForKind reckons the limitation of a claim anew whose debtor is of another kind than
// it was taken for.
func (c *lockedCase) reckonForKind(events []LimitationEvent) {
	known, record := c.now.Limitation, c.record.value
	if !known.IsKnown() {
		return
	}
	reckoned, err := c.store.tariffs.Load().limitationOf(record.liability, record.LimitationKind, record.claimDates, events)
	if err != nil || reckoned.Kind == known.Kind {
		return // no law is loaded now, or the kind is the same
	}
	c.takeLimitation(reckoned)
	c.noteAs(fmt.Sprintf("limitation/reckoned/%d", c.now.Limitation.Reckonings), "limitation-reckoned", "the debtor is of another kind: "+reckoned.Because.String())
}

func effectOf(reckoned deadlines.Limitation, event deadlines.LimitationEvent) deadlines.Effect {
	for _, effect := range reckoned.Effects {
		if effect.Event == event {
			return effect
		}
	}
	return deadlines.Effect{Event: event, Kind: deadlines.NoEffect}
}

// inHistory says what an event did, and until when the claim can now be brought
// to court.
func inHistory(effect deadlines.Effect, reckoned deadlines.Limitation, event deadlines.LimitationEvent) string {
	words := effect.Because.String()
	for _, possible := range reckoned.Possible {
		if possible.Event == event {
			words += "; " + possible.Because.String()
		}
	}
	return words + "; the prudent last day is " + reckoned.LastDay.String()
}

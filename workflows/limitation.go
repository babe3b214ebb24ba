package workflows

import (
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
)

// LimitationEvent says that something happened that touches the limitation of the
// claim: acknowledgement, court-claim, payment-order-served, enforcement-act,
// insolvency-claim, mediation, conciliation, small-claims-agreement; or something
// that people believe does: formal-notice, payment-order-filed. Those are recorded
// as facts, and the answer says that they do not interrupt.
//
// ID is the event's own. The same ID again says more of it: on which day it Ended,
// or by which Result it came to nothing (withdrawn, lapsed, rejected; mistaken for
// one that never happened).
type LimitationEvent struct {
	ID     string                        `json:"id"`
	Event  deadlines.LimitationEventKind `json:"event,omitempty"`
	On     calendar.Date                 `json:"on,omitzero"`
	Ended  calendar.Date                 `json:"ended,omitzero"`
	Result deadlines.VoidBy              `json:"result,omitempty"`
	By     string                        `json:"by,omitempty"`
}

func (LimitationEvent) name() string     { return CommandLimitationEvent }
func (e LimitationEvent) author() string { return e.By }

// oldestEvent is how many days ago an event may have happened at most: the years
// after which every claim is barred, and some more.
const oldestEvent = 30 * 366

// check refuses what makes no sense whatever is recorded already.
func (e LimitationEvent) check(today calendar.Date) error {
	if err := collection.CheckID("the event", e.ID); err != nil {
		return err
	}
	if e.Event == "" && e.On.IsZero() {
		if e.Ended.IsZero() && e.Result == deadlines.NotVoid {
			return collection.Refuse(collection.RefusedInvalid, "the event %s says nothing: say what happened and on which day, or when it ended, or how it came to nothing", e.ID)
		}
	} else if err := (deadlines.LimitationEvent{Kind: e.Event, On: e.On, Until: e.Ended, Void: e.Result}).Validate(); err != nil {
		return collection.Refuse(collection.RefusedInvalid, "the event %s: %s", e.ID, err)
	}
	for _, day := range []calendar.Date{e.On, e.Ended} {
		if day > today {
			return collection.Refuse(collection.RefusedInvalid, "the event %s of %s has not happened yet: today is %s", e.ID, day, today)
		}
		if !day.IsZero() && day < today.AddDays(-oldestEvent) {
			return collection.Refuse(collection.RefusedInvalid, "the event %s is dated %s: check the year", e.ID, day)
		}
	}
	return nil
}

// LimitationStatus is until when a claim can be brought to court, reckoned with
// prudence.
type LimitationStatus struct {
	Kind    deadlines.ClaimKind `json:"kind"`
	LastDay calendar.Date       `json:"last_day"`
	// Stopped: something that stops the limitation goes on, and LastDay is the
	// earliest it can be.
	Stopped bool `json:"stopped,omitempty"`
	// Passed: nothing leaves by itself any more.
	Passed      bool          `json:"passed,omitempty"`
	NextWarning calendar.Date `json:"next_warning,omitzero"`
	// Effect is what the event just recorded does (none, possible, interrupts,
	// suspends), in words in Event. PossibleDay holds only if a court takes it for an
	// interruption, and moves nothing.
	Effect      deadlines.EffectKind `json:"effect,omitempty"`
	Event       string               `json:"event,omitempty"`
	EventFR     string               `json:"event_fr,omitempty"`
	PossibleDay calendar.Date        `json:"possible_day,omitzero"`
}

func newLimitationStatus(l collection.Limitation, today calendar.Date) LimitationStatus {
	if !l.IsKnown() {
		return LimitationStatus{}
	}
	status := LimitationStatus{Kind: l.Kind, LastDay: l.LastDay, Stopped: l.Stopped, Passed: l.HasPassed(today)}
	status.NextWarning, _ = l.NextWarning(today)
	return status
}

// after is the status with what an event did.
func (s LimitationStatus) after(event activities.LimitationRecorded) LimitationStatus {
	s.Effect, s.Event, s.EventFR, s.PossibleDay = event.Effect, event.Words, event.WordsFR, event.PossibleDay
	return s
}

// recordLimitationEvent records an event and takes the limitation that the case
// file reckons from all of them.
func (r *caseRun) recordLimitationEvent(ctx workflow.Context, e LimitationEvent, at time.Time, today calendar.Date) (activities.LimitationRecorded, error) {
	if err := e.check(today); err != nil {
		return activities.LimitationRecorded{}, err
	}
	recorded, err := recordLimitationEvent(ctx, activities.LimitationOrder{
		CaseKey: r.key(), ID: strings.TrimSpace(e.ID), Event: e.Event, On: e.On, Ended: e.Ended, Result: e.Result, By: e.By, At: at,
	})
	if err != nil {
		return recorded, asRefusal(err)
	}
	if recorded.Refused != "" {
		return activities.LimitationRecorded{}, &collection.Refusal{Code: collection.RefusedConflict, Message: recorded.Refused}
	}
	return recorded, r.decide(collection.TakeLimitation{Limitation: recorded.Limitation})
}

func recordLimitationEvent(ctx workflow.Context, order activities.LimitationOrder) (recorded activities.LimitationRecorded, err error) {
	err = inDatabase(ctx, "limitation: "+string(order.Event)+" "+order.ID, activities.NameRecordLimitationEvent, order, &recorded)
	return recorded, err
}

// limitationDay is the last day to act, for a task about the limitation.
func (r *caseRun) limitationDay(action collection.Action) calendar.Date {
	if action.Task != collection.TaskLimitation {
		return 0
	}
	return r.state.Limitation.LastDay
}

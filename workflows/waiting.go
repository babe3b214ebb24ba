package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
)

// alarm is the case's one timer, for the moment it waits for.
type alarm struct {
	at time.Time
	// changes is how often the case had changed when it last began to wait for it.
	changes int
	timer   workflow.Future
	cancel  workflow.CancelFunc
}

func (a *alarm) stop() {
	if a.timer != nil {
		a.cancel()
	}
	*a = alarm{}
}

// waitUntil sleeps until the action's moment or until a command arrives. The
// timer is kept while the moment stays the same.
func (r *caseRun) waitUntil(ctx workflow.Context, action collection.Action) error {
	if r.wake.timer == nil || !r.wake.at.Equal(action.At) {
		r.wake.stop()
		timerCtx, cancel := workflow.WithCancel(ctx)
		wait := r.clock.Wait(workflow.Now(ctx), action.At)
		r.wake = alarm{at: action.At, changes: r.changes, cancel: cancel, timer: workflow.NewTimerWithOptions(timerCtx, wait, workflow.TimerOptions{
			Summary: timerSummary(r.state, action),
		})}
	}
	r.wake.changes = r.changes // the moment is still right after what has changed
	r.moment = time.Time{}
	if err := workflow.Await(ctx, func() bool { return r.wake.timer.IsReady() || r.inbox.hasCommands() }); err != nil {
		return err
	}
	if !r.wake.timer.IsReady() {
		return nil
	}
	r.wake, r.moment = alarm{}, action.At
	if now := r.now(ctx); isHoldEnd(action) && r.state.Stage(now) != collection.StageOnHold {
		return r.recordHoldEnd(ctx, action.At, now)
	}
	return nil
}

// isHoldEnd reports whether a wait is for the end of a hold.
func isHoldEnd(wait collection.Action) bool {
	return wait.Step.Key == "" && wait.Task == "" && wait.Promise == ""
}

// recordHoldEnd notes that a hold has ended by itself, so that the case file does
// not go on showing the case as held.
func (r *caseRun) recordHoldEnd(ctx workflow.Context, planned, at time.Time) error {
	return recordDecision(ctx, activities.DecisionOrder{
		CaseKey: r.key(), Key: "hold-ended/" + planned.UTC().Format(time.RFC3339Nano), Kind: "hold-ended", At: at,
	})
}

func sameClock(a, b any) bool {
	x, isClock := a.(calendar.Clock)
	y, isClockToo := b.(calendar.Clock)
	return isClock && isClockToo && x.Equal(y)
}

func (r *caseRun) waitForCommand(ctx workflow.Context) error {
	r.wake.stop()
	r.moment = time.Time{}
	return workflow.Await(ctx, r.inbox.hasCommands)
}

// now is the business time the case decides with: the moment it woke for while
// it acts on it, else what the clock shows.
func (r *caseRun) now(ctx workflow.Context) time.Time {
	r.readClock(ctx)
	if r.moment.IsZero() {
		return r.clock.At(workflow.Now(ctx))
	}
	return r.clock.WokenAt(r.moment, workflow.Now(ctx))
}

// readClock notices that an accelerated clock was stopped and started again with
// the installation.
func (r *caseRun) readClock(ctx workflow.Context) {
	r.clock = currentClock(ctx, r.clock, r.workerClock)
}

// currentClock is the clock of the installation now. It writes to the history only
// when the clock is an accelerated one that has changed.
func currentClock(ctx workflow.Context, known calendar.Clock, ofWorker func() calendar.Clock) calendar.Clock {
	if !known.IsAccelerated() {
		return known
	}
	recorded := workflow.MutableSideEffect(ctx, "clock",
		func(workflow.Context) any {
			if ofWorker == nil {
				return known
			}
			return ofWorker()
		},
		sameClock)
	var current calendar.Clock
	if err := recorded.Get(&current); err == nil && current.IsAccelerated() {
		return current
	}
	return known
}

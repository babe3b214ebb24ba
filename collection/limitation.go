package collection

import (
	"slices"
	"time"

	"relance/calendar"
	"relance/deadlines"
)

// Limitation is until when the claim can be brought to court, as package
// deadlines reckoned it. Without a last day nothing is known of it: nobody is
// warned, and nothing stops.
type Limitation struct {
	Kind deadlines.ClaimKind `json:"kind,omitempty"`
	// LastDay is the prudent last day to act.
	LastDay calendar.Date `json:"lastDay,omitzero"`
	// Stopped: something that stops the limitation goes on, so that it cannot pass.
	Stopped bool `json:"stopped,omitempty"`
	// Warnings are the days on which a person is warned, in order.
	Warnings []calendar.Date `json:"warnings,omitempty"`
	// Told is the last of these days, or the day after the last day, of which a
	// person was told.
	Told calendar.Date `json:"told,omitzero"`
	// Reckonings counts how often it was reckoned anew: a day that comes back is told
	// again.
	Reckonings int `json:"reckonings,omitempty"`
}

// NewLimitation is what a case carries of a limitation.
func NewLimitation(l deadlines.Limitation) Limitation {
	carried := Limitation{Kind: l.Kind, LastDay: l.LastDay, Stopped: l.Stopped}
	for warning, found := l.NextWarning(l.Start); found; warning, found = l.NextWarning(warning.On) {
		carried.Warnings = append(carried.Warnings, warning.On)
	}
	return carried
}

// IsKnown reports whether the limitation was reckoned.
func (l Limitation) IsKnown() bool { return !l.LastDay.IsZero() }

// HasPassed reports whether the last day is over and nothing stops the limitation.
func (l Limitation) HasPassed(today calendar.Date) bool {
	return l.IsKnown() && !l.Stopped && today > l.LastDay
}

// NextWarning is the first warning after a day; found is false when none is left.
func (l Limitation) NextWarning(today calendar.Date) (day calendar.Date, found bool) {
	return firstAfter(l.Warnings, today)
}

// days are those on which a person is told of the limitation, in order: the
// warnings, and the first day on which it has passed.
func (l Limitation) days() []calendar.Date {
	if !l.IsKnown() || l.Stopped {
		return l.Warnings
	}
	return append(slices.Clone(l.Warnings), l.LastDay.AddDays(1))
}

// toTell is the latest day that has come and of which nobody was told: after an
// outage one task is enough.
func (l Limitation) toTell(today calendar.Date) (calendar.Date, bool) {
	for _, day := range slices.Backward(l.days()) {
		if day <= today {
			return day, day > l.Told
		}
	}
	return 0, false
}

func (l Limitation) nextToTell(today calendar.Date) (calendar.Date, bool) {
	return firstAfter(l.days(), max(today, l.Told))
}

func firstAfter(days []calendar.Date, today calendar.Date) (calendar.Date, bool) {
	for _, day := range days {
		if day > today {
			return day, true
		}
	}
	return 0, false
}

// watchLimitation puts the limitation beside what the ladder does: a person is
// told of it in time, whatever the ladder waits for, and nothing leaves by itself
// once it has passed.
func (c Case) watchLimitation(ladder Action, now time.Time) Action {
	today := c.Window.DateOf(now)
	if day, found := c.Limitation.toTell(today); found {
		return Action{Kind: ActionOpenTask, Task: TaskLimitation, Day: day, At: now, Because: c.limitationReason(day)}
	}
	if c.Limitation.HasPassed(today) {
		return c.onceLimitationHasPassed(c.nextOfLadder(now), now)
	}
	day, found := c.Limitation.nextToTell(today)
	if !found || ladder.Kind != ActionWait && ladder.Kind != ActionIdle {
		return ladder
	}
	at := c.Window.Instant(day, c.Debtor)
	if ladder.Kind == ActionWait && !at.Before(ladder.At) {
		return ladder
	}
	why := ladder.Because
	why.Warning, why.LastDay = day, c.Limitation.LastDay
	return Action{Kind: ActionWait, Task: TaskLimitation, Day: day, At: at, Because: why}
}

// onceLimitationHasPassed idles, but notes the end of a hold or a promise as ever, tells
// of the time limits of a partner, gives up what a settlement that was kept leaves, and
// asks a person about late fees that are left.
func (c Case) onceLimitationHasPassed(ladder Action, now time.Time) Action {
	if ladder.Task == TaskLateFees || ladder.Task == TaskInsolvency || ladder.Kind == ActionGiveUp {
		return ladder
	}
	why := c.limitationReason(c.Limitation.LastDay.AddDays(1))
	rest := Action{Kind: ActionIdle, Because: why}
	if ladder.Kind == ActionWait && ladder.Because.isOfHold() {
		rest = Action{Kind: ActionWait, At: ladder.At, Because: why}
	}
	rest = c.watchPromise(c.watchTimeLimits(rest, now), now)
	if rest.Task != TaskTimeLimit || rest.Kind == ActionWait {
		rest.Because = why
	}
	return rest
}

// isOfHold reports whether the case is still until a day on which a hold, a stop or a
// decision about its debtor ends.
func (r Reason) isOfHold() bool {
	return r.Code == becauseHeldUntil || r.Code == becauseStopped || r.Code == becauseOverIndebted
}

func (c Case) limitationReason(day calendar.Date) Reason {
	if day > c.Limitation.LastDay {
		return Reason{Code: becauseLimitationPassed, Date: c.Limitation.LastDay}
	}
	if c.Limitation.Stopped {
		return Reason{Code: becauseLimitationStopped, Date: c.Limitation.LastDay}
	}
	return Reason{Code: becauseLimitation, Date: c.Limitation.LastDay}
}

// takeLimitation takes what a limitation was reckoned to be. A new reckoning is
// told anew: what a person knew of the last one is not true any more.
func (c Case) takeLimitation(command TakeLimitation) ([]Event, error) {
	taken := command.Limitation
	if !taken.IsKnown() {
		return nil, Refuse(RefusedInvalid, "the limitation of %s has no last day", c.ID())
	}
	if !slices.IsSorted(taken.Warnings) || len(taken.Warnings) > 0 && taken.Warnings[len(taken.Warnings)-1] > taken.LastDay {
		return nil, Refuse(RefusedInvalid, "the warnings before the limitation of %s on %s are not in order", c.ID(), taken.LastDay)
	}
	known := c.Limitation
	if taken.Kind == known.Kind && taken.LastDay == known.LastDay && taken.Stopped == known.Stopped && slices.Equal(taken.Warnings, known.Warnings) {
		return nil, nil
	}
	taken.Told, taken.Reckonings = 0, known.Reckonings+1
	return []Event{LimitationReckoned{Limitation: taken}}, nil
}

func (e LimitationReckoned) apply(c Case) Case {
	c.Limitation = e.Limitation
	return c
}

func (e LimitationTold) apply(c Case) Case {
	c.Limitation.Told = e.Day
	return c
}

package collection

import (
	"cmp"
	"slices"
	"time"

	"relance/calendar"
)

// A rest keeps the ladder still while something else has its turn.
type rest struct {
	// stage is where the case stands meanwhile; empty: where the ladder has come to.
	stage Stage
	// while says what the case does meanwhile; false when it does not rest for this.
	while func(now time.Time) (Action, bool)
}

// rests are asked in this order; the first that applies decides what the case does, why,
// and where it stands. What people must know of the others in time is watched: see
// watched.
func (c Case) rests() []rest {
	return []rest{
		{StageInsolvency, c.whileInsolvent},
		{StageWithPartner, c.whileWithPartner},
		{StageOnHold, c.whileOverIndebted},
		{StageOnHold, c.whileStopped},
		{StageOnHold, c.whileOnHold},
		{StageDisputed, c.whileDisputed},
		{StagePlan, c.whileOnPlan},
		{StagePromised, c.whilePromised},
		{StageMediation, c.whileMediating},
		{StageHandoff, c.whileHandoffAnnounced},
		{"", c.whileUnproven},
	}
}

// resting is the first rest that applies at an instant.
func (c Case) resting(now time.Time) (Stage, Action, bool) {
	for _, rest := range c.rests() {
		if action, applies := rest.while(now); applies {
			return rest.stage, action, true
		}
	}
	return "", Action{}, false
}

// pause is a stretch of days in which the ladder rested: its first day, and the
// first day after it. Days of a pause do not count as spacing.
type pause struct{ from, end calendar.Date }

// pauses are all rests until a day; one that still lasts ends on that day.
func (c Case) pauses(until calendar.Date) []pause {
	all := c.handoffPauses(until)
	for _, hold := range c.Holds {
		if !hold.From.IsZero() {
			all = append(all, pause{hold.From, hold.end(until)})
		}
	}
	for _, promise := range c.Promises {
		all = append(all, pause{promise.MadeOn, promise.end(until)})
	}
	for _, dispute := range c.Disputes {
		if rest, found := dispute.pause(until); found {
			all = append(all, rest)
		}
	}
	for _, standing := range []func(calendar.Date) (pause, bool){c.insolvencyPause, c.hardshipPause} {
		if p, found := standing(until); found {
			all = append(all, p)
		}
	}
	for _, stop := range c.Stops {
		all = append(all, pause{c.Window.DateOf(stop.At), stop.end(c.Window, until)})
	}
	all = append(all, c.planPauses(until)...)
	return append(all, c.mediationPauses(until)...)
}

// pausedDays counts the days between two dates that were pauses; days of two count
// once.
func (c Case) pausedDays(from, to calendar.Date) int {
	pauses := c.pauses(to)
	slices.SortFunc(pauses, func(a, b pause) int { return cmp.Compare(a.from, b.from) })
	paused, covered := 0, from
	for _, p := range pauses {
		if begin := max(p.from, covered); p.end > begin {
			paused += int(p.end - begin)
			covered = p.end
		}
	}
	return paused
}

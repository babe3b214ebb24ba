package collection

import (
	"cmp"
	"slices"
	"time"

	"relance/calendar"
)

// A rest keeps the ladder still while something else has its turn. It says what the
// case does meanwhile.
type rest func(now time.Time) (Action, bool)

// rests are asked in this order; the first that applies decides.
func (c Case) rests() []rest {
	beside := c.besideMediation([]rest{c.whileWithPartner, c.whileStopped, c.whileOnHold, c.whileDisputed, c.whileOnPlan, c.whilePromised, c.whileHandoffAnnounced, c.whileUnproven})
	return append([]rest{c.whileInsolvent, c.whileOverIndebted}, beside...)
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

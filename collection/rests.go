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
	return []rest{c.whileOnHold, c.whileOnPlan, c.whileUnproven}
}

// pause is a stretch of days in which the ladder rested: its first day, and the
// first day after it. Days of a pause do not count as spacing.
type pause struct{ from, end calendar.Date }

// pauses are all rests until a day; one that still lasts ends on that day.
func (c Case) pauses(until calendar.Date) []pause {
	var all []pause
	for _, hold := range c.Holds {
		if !hold.From.IsZero() {
			all = append(all, pause{hold.From, hold.end(until)})
		}
	}
	all = append(all, c.planPauses(until)...)
	return all
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

package collection

import (
	"cmp"
	"slices"

	"relance/calendar"
)

// movedDeadline is the running deadline of a notice, later by the days of the pauses
// that began before it had passed: the time a debtor was given does not run out while
// the creditor itself keeps still.
func (c Case) movedDeadline(last StepRecord, today calendar.Date) calendar.Date {
	deadline := c.runningDeadline(last)
	if deadline.IsZero() {
		return deadline
	}
	pauses := c.deadlinePauses(today)
	slices.SortFunc(pauses, func(a, b pause) int { return cmp.Compare(a.from, b.from) })
	covered := c.Window.DateOf(last.At)
	for _, p := range pauses {
		if p.from > deadline {
			break
		}
		if begin := max(p.from, covered); p.end > begin {
			deadline = deadline.AddDays(int(p.end - begin))
			covered = p.end
		}
	}
	return deadline
}

// deadlinePauses are the pauses that move deadlines: those of every stop, and of the
// holds that say so. Holds of earlier versions do not, so that a case that slept on one
// goes on as it had planned.
func (c Case) deadlinePauses(until calendar.Date) []pause {
	var all []pause
	for _, hold := range c.Holds {
		if hold.MovesDeadline && !hold.From.IsZero() {
			all = append(all, pause{hold.From, hold.end(until)})
		}
	}
	for _, stop := range c.Stops {
		all = append(all, pause{c.Window.DateOf(stop.At), stop.end(c.Window, until)})
	}
	return all
}

package collection

import (
	"math"
	"time"
)

// Outage is a time in which nothing could leave, because no worker was there, or no
// server that it could work for.
type Outage struct {
	Began, Ended time.Time
}

// leastOutageDays is how many days of contact hours an outage has to swallow before what
// gathered is spread: what gathers in a restart or in a night leaves at once.
const leastOutageDays = 1

// TurnAfter is the debtor's turn after an outage, for a step that the case would take now
// and whose moment came while nothing could leave; false when the step need not wait.
//
// What gathered leaves as after a wide stop (see paced): over as many working days as
// were lost, ten at most, from the first day whose contact hours begin after the outage,
// each debtor at its own moment, and all its invoices together.
func (c Case) TurnAfter(outage Outage, step string, now time.Time) (time.Time, bool) {
	lost := c.Window.Days(outage.Began, outage.Ended, mostResumeDays)
	record := c.record(step)
	if lost < leastOutageDays || len(record.Attempts) > 0 || record.Tries > 0 {
		return time.Time{}, false
	}
	planned, found := c.plannedFor(step, now)
	if !found || planned.Before(outage.Began) || !planned.Before(outage.Ended) {
		return time.Time{}, false
	}
	from := c.Window.DateOf(outage.Ended)
	if !outage.Ended.Before(c.Window.OpeningOf(from)) {
		from = from.AddDays(1)
	}
	turn := c.turnOver(from, int(math.Ceil(lost)))
	return turn, turn.After(now)
}

// plannedFor is the moment of the ladder's next step, if it is the given one.
func (c Case) plannedFor(key string, now time.Time) (time.Time, bool) {
	today := c.Window.DateOf(now)
	step, found := c.nextStep(today)
	if !found || step.Key != key {
		return time.Time{}, false
	}
	planned, why := c.planned(c.Softened(step, today), c.record(key), today)
	planned, _ = c.paced(planned, why, now)
	return planned, true
}

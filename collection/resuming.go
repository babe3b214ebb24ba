package collection

import (
	"time"

	"relance/calendar"
)

// mostResumeDays is over how many working days the backlog of a long stop leaves, at
// most: of a long one a hundredth leaves in an hour.
const mostResumeDays = 10

// paced moves a moment that came while a wide stop was in force to the debtor's turn
// after it: what has gathered for many debtors leaves spread over as many working days
// as the stop lasted, ten at most, from the first working day after it, each debtor at
// its own moment of the day. What falls due later keeps its moment, and all invoices
// of a debtor have the same turn, so that they leave in one message.
func (c Case) paced(planned time.Time, why Reason, now time.Time) (time.Time, Reason) {
	for _, stop := range c.Stops {
		if !stop.IsWide() || stop.isActive(c.Window, now) || !c.fellDueBy(stop, planned) {
			continue
		}
		if turn := c.turnAfter(stop); turn.After(planned) {
			planned, why = turn, Reason{Code: becauseResuming, Step: why.Step, Date: stop.end(c.Window, c.Window.DateOf(now))}
		}
	}
	return planned, why
}

// fellDueBy reports whether a moment came before the end of a stop.
func (c Case) fellDueBy(stop Stop, planned time.Time) bool {
	if !stop.Lifted.IsZero() && (stop.Until.IsZero() || c.Window.DateOf(stop.Lifted) <= stop.Until) {
		return planned.Before(stop.Lifted)
	}
	return c.Window.DateOf(planned) <= stop.Until
}

// turnAfter is the debtor's moment to resume after a stop that has ended.
func (c Case) turnAfter(stop Stop) time.Time {
	ended := stop.end(c.Window, calendar.Date(1<<30))
	if !stop.Lifted.IsZero() && c.Window.DateOf(stop.Lifted) == ended {
		ended = ended.AddDays(1) // the day of the lift has begun
	}
	begun := c.Window.DateOf(stop.At)
	days := 0
	for day := begun; day < ended && days < mostResumeDays; day = day.AddDays(1) {
		if c.Window.IsOpen(day) {
			days++
		}
	}
	return c.turnOver(ended, max(days, 1))
}

// turnOver is the debtor's moment when many debtors share so many open days, from a day on.
func (c Case) turnOver(from calendar.Date, days int) time.Time {
	turn := calendar.ShareOf(c.Debtor, days)
	day := from
	for range 400 {
		if c.Window.IsOpen(day) {
			if turn == 0 {
				break
			}
			turn--
		}
		day = day.AddDays(1)
	}
	return c.Window.Instant(day, c.Debtor)
}

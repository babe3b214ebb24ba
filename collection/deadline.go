package collection

import (
	"time"

	"relance/calendar"
)

// DeadlineOf is the day a notice of a step, sent at an instant, asks to be paid by;
// not set for a step that gives no time.
func (c Case) DeadlineOf(step Step, at time.Time) calendar.Date {
	return c.deadline(step, StepRecord{}, at)
}

// workingDaysAfter is the working day of the debtor n after a day.
func (c Case) workingDaysAfter(day calendar.Date, n int) calendar.Date {
	for n > 0 {
		day = day.AddDays(1)
		if c.Window.IsWorkingDay(day) {
			n--
		}
	}
	return day
}

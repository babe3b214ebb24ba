package collection

import "relance/calendar"

// isOvertaken reports whether the due date has come before a courtesy notice, which would
// say of a day that is past that the invoice falls due on it.
func (c Case) isOvertaken(step Step, record StepRecord, today calendar.Date) bool {
	return today >= c.DueDate && c.yieldsToDueDate(step, record)
}

// yieldsToDueDate reports whether a step is passed over once the due date is there. One
// that reached nobody at all is with a person, who is to find out how to reach the debtor.
func (c Case) yieldsToDueDate(step Step, record StepRecord) bool {
	switch {
	case step.DueOffset >= 0:
		return false
	case len(record.Attempts) == 0:
		return true
	default:
		return c.Rules >= rulesOfCourtesy && !record.isDone(step) && !record.isStuck(step)
	}
}

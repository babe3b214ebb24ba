package invoice

import (
	"fmt"
	"strings"
	"time"

	"relance/calendar"
)

// Terms are payment terms that were understood. The zero Terms mean that none
// were. Days and Months are added to the issue date; the other fields say what
// the end of the month does to the result.
type Terms struct {
	Days   int
	Months int

	// EndOfMonth moves the result to the last day of its month: the French
	// "45 jours fin de mois" in its usual reading, 45 days and then the month's end.
	EndOfMonth bool

	// FromEndOfMonth counts from the last day of the month of issue: "fin de mois
	// 45 jours", and the English "30 days end of month". Where a text allows both
	// readings the later date is the safe one.
	FromEndOfMonth bool

	// DayOfMonth moves the result to the next such day: "30 jours fin de mois le 10".
	DayOfMonth int

	// OnReceipt is payment on receipt of the invoice; it falls due when issued.
	OnReceipt bool
}

// DueDate is the date an invoice issued on a date falls due.
func (t Terms) DueDate(issued calendar.Date) calendar.Date {
	due := issued
	if t.FromEndOfMonth {
		due = due.EndOfMonth()
	}
	due = addMonths(due, t.Months).AddDays(t.Days)
	if t.EndOfMonth {
		due = due.EndOfMonth()
	}
	if t.DayOfMonth > 0 {
		due = nextDayOfMonth(due, t.DayOfMonth)
	}
	return due
}

// addMonths keeps the day of the month where the month has it: 31 January plus
// one month is the last of February.
func addMonths(date calendar.Date, months int) calendar.Date {
	if months == 0 {
		return date
	}
	first := calendar.NewDate(date.Year(), date.Month()+time.Month(months), 1)
	return min(first.AddDays(date.Day()-1), first.EndOfMonth())
}

func nextDayOfMonth(date calendar.Date, day int) calendar.Date {
	first := calendar.NewDate(date.Year(), date.Month(), 1)
	if reached := min(first.AddDays(day-1), first.EndOfMonth()); reached >= date {
		return reached
	}
	first = first.EndOfMonth().AddDays(1)
	return min(first.AddDays(day-1), first.EndOfMonth())
}

// String is the terms in plain English, for a person to check; empty for the
// zero Terms.
func (t Terms) String() string {
	if t == (Terms{}) {
		return ""
	}
	if t.OnReceipt {
		return "on receipt"
	}
	var parts []string
	if t.FromEndOfMonth {
		parts = append(parts, "from the end of the month")
	}
	if t.Months > 0 {
		parts = append(parts, fmt.Sprintf("%d months", t.Months))
	}
	if t.Days > 0 {
		parts = append(parts, fmt.Sprintf("%d days", t.Days))
	}
	if t.EndOfMonth {
		parts = append(parts, "to the end of the month")
	}
	if t.DayOfMonth > 0 {
		parts = append(parts, fmt.Sprintf("then the next day %d", t.DayOfMonth))
	}
	return strings.Join(parts, ", ")
}

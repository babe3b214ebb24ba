// Package deadlines computes the dates that contract and law give: when an
// invoice falls due and whether that is later than the law allows, when a
// procedural period ends, and when a claim is lost by limitation. The figures
// of the law come from a law.Book; each answer says why in English and in
// French.
package deadlines

import (
	"fmt"
	"time"

	"relance/calendar"
)

// Terms are payment terms that were understood. The zero Terms mean that none
// were. Months and Days are added to the issue date, months first; the other
// fields say what the end of the month does to the result.
type Terms struct {
	Days   int `json:"days,omitempty"`
	Months int `json:"months,omitempty"`

	// EndOfMonth: the terms name the end of a month, and Reading says which.
	EndOfMonth bool    `json:"end_of_month,omitempty"`
	Reading    Reading `json:"reading,omitempty"`

	// DayOfMonth moves the result to the next such day: "30 jours fin de mois le
	// 10". A month without it ends on its last day instead.
	DayOfMonth int `json:"day_of_month,omitempty"`

	// OnReceipt is payment on receipt of the invoice; it falls due when issued.
	OnReceipt bool `json:"on_receipt,omitempty"`
}

// Reading is how "45 days end of month" is counted. Both readings are lawful
// where they were agreed, and neither is always the later one, so that the
// contract has to say which is meant.
type Reading string

// The readings of an end of month.
const (
	// ReadingNotStated: the text does not say. It is taken as DaysFirst, the usual
	// French reading; a person should ask.
	ReadingNotStated Reading = ""
	// DaysFirst: 45 days from the issue, then the end of that month.
	DaysFirst Reading = "days-first"
	// MonthEndFirst: the end of the month of issue, then 45 days.
	MonthEndFirst Reading = "month-end-first"
)

// The longest terms that are believed; anything beyond is a typing error.
const (
	LongestTermDays   = 366
	LongestTermMonths = 24
)

// Validate says what is wrong with the terms.
func (t Terms) Validate() error {
	switch {
	case t.Days < 0 || t.Days > LongestTermDays:
		return fmt.Errorf("payment terms of %d days: give 0 to %d days", t.Days, LongestTermDays)
	case t.Months < 0 || t.Months > LongestTermMonths:
		return fmt.Errorf("payment terms of %d months: give 0 to %d months", t.Months, LongestTermMonths)
	case t.DayOfMonth < 0 || t.DayOfMonth > 31:
		return fmt.Errorf("payment terms on day %d of the month: give a day from 1 to 31, or none", t.DayOfMonth)
	case t.Reading != ReadingNotStated && t.Reading != DaysFirst && t.Reading != MonthEndFirst:
		return fmt.Errorf("the reading %q of the end of the month is not known: use %s or %s", t.Reading, DaysFirst, MonthEndFirst)
	case t.Reading != ReadingNotStated && !t.EndOfMonth:
		return fmt.Errorf("the reading %s needs terms that name the end of the month", t.Reading)
	case t.OnReceipt && t != Terms{OnReceipt: true}:
		return fmt.Errorf("payment on receipt leaves no room for other terms (%s)", t)
	default:
		return nil
	}
}

// IsReadingOpen reports whether the terms name an end of month that can be read
// in two ways, and do not say which: a person should ask.
func (t Terms) IsReadingOpen() bool {
	return t.EndOfMonth && t.Reading == ReadingNotStated && (t.Days > 0 || t.Months > 0)
}

// DueDate is the date an invoice issued on a date falls due. A due date that is
// not a working day stays where it is: no rule moves the date of a contract.
func (t Terms) DueDate(issued calendar.Date) calendar.Date {
	due := issued
	monthEndFirst := t.EndOfMonth && t.Reading == MonthEndFirst
	if monthEndFirst {
		due = due.EndOfMonth()
	}
	due = addMonths(due, t.Months)
	if monthEndFirst {
		due = due.EndOfMonth() // a month after the end of February is the end of March
	}
	due = due.AddDays(t.Days)
	if t.EndOfMonth && !monthEndFirst {
		due = due.EndOfMonth()
	}
	if t.DayOfMonth > 0 {
		due = nextDayOfMonth(due, t.DayOfMonth)
	}
	return due
}

// addMonths keeps the day of the month where the month has it: 31 January plus
// one month is the last of February. Months may be negative.
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

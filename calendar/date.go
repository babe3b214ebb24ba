// Package calendar is business time: civil dates, working days and contact
// windows in a debtor's own time zone, and the clock that every part of the
// product reads, which can run faster than the wall.
package calendar

import (
	"fmt"
	"time"
	_ "time/tzdata" // the zones a case was computed with must be there on every host
)

// Date is a civil date without time or zone, counted in days since 1970-01-01.
// Dates are ordered with < and subtract to days. The zero Date means "not set".
type Date int32

const secondsPerDay = 24 * 60 * 60

// NewDate is the date of a year, month and day; days beyond the month roll over
// as in time.Date.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay) //nolint:gosec // years are human
}

// ParseDate reads an ISO 8601 date, "2026-11-22".
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return 0, fmt.Errorf("%q is not a date: write it like 2026-11-22", text)
	}
	return DateOf(t), nil
}

// DateOf is the date an instant falls on in its own zone.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return NewDate(year, month, day)
}

// IsZero reports whether the date is not set.
func (d Date) IsZero() bool { return d == 0 }

// AddDays is the date n days later.
func (d Date) AddDays(n int) Date { return d + Date(n) } //nolint:gosec // days of a human life fit

// Time is the midnight that begins the date in a zone.
func (d Date) Time(zone *time.Location) time.Time {
	year, month, day := d.utc().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, zone)
}

// Year is the calendar year.
func (d Date) Year() int { return d.utc().Year() }

// Month is the month of the year.
func (d Date) Month() time.Month { return d.utc().Month() }

// Day is the day of the month, from 1.
func (d Date) Day() int { return d.utc().Day() }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.utc().Weekday() }

// EndOfMonth is the last day of the date's month.
func (d Date) EndOfMonth() Date { return NewDate(d.Year(), d.Month()+1, 0) }

func (d Date) utc() time.Time { return time.Unix(int64(d)*secondsPerDay, 0).UTC() }

// String is the ISO 8601 form, empty when the date is not set.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format(time.DateOnly)
}

// French is the date as French readers write it, "09/12/2026"; empty when it is not set.
func (d Date) French() string {
	if d.IsZero() {
		return ""
	}
	return d.utc().Format("02/01/2006")
}

// MarshalText writes the ISO 8601 form.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}

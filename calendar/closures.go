package calendar

import (
	"fmt"
	"strings"
	"time"
)

// Closures are days on which nobody is contacted beside weekends and public
// holidays: "2026-05-15", "2026-12-24..2027-01-02", or of every year "12-24..01-02",
// separated by commas. It is a text, so that windows can be compared; ParseClosures
// makes one that is valid.
type Closures string

// maxClosure is the length of one closure in days: a longer one is a mistake, or a
// debtor that is to be put on hold.
const maxClosure = 62

// ParseClosures reads closures as people write them.
func ParseClosures(written []string) (Closures, error) {
	var parts []string
	for _, text := range written {
		text = strings.ReplaceAll(text, " ", "")
		closure, err := parseClosure(text)
		if err != nil {
			return "", err
		}
		if closure.length() > maxClosure {
			return "", fmt.Errorf("the closure %q is longer than %d days", text, maxClosure)
		}
		parts = append(parts, text)
	}
	return Closures(strings.Join(parts, ",")), nil
}

// Has reports whether a day is closed.
func (c Closures) Has(d Date) bool {
	if c == "" {
		return false
	}
	for text := range strings.SplitSeq(string(c), ",") {
		if closure, err := parseClosure(text); err == nil && closure.has(d) {
			return true
		}
	}
	return false
}

// closure is one closure, with days of a leap year when it is of every year.
type closure struct {
	from, to  Date
	everyYear bool
}

const leapYear = 2024

func parseClosure(text string) (closure, error) {
	first, last, isRange := strings.Cut(text, "..")
	if !isRange {
		last = first
	}
	from, yearly, err := parseClosedDay(first)
	if err != nil {
		return closure{}, err
	}
	to, yearlyToo, err := parseClosedDay(last)
	switch {
	case err != nil:
		return closure{}, err
	case yearly != yearlyToo:
		return closure{}, fmt.Errorf("the closure %q mixes a day of one year with one of every year", text)
	case !yearly && to < from:
		return closure{}, fmt.Errorf("the closure %q ends before it begins", text)
	}
	return closure{from: from, to: to, everyYear: yearly}, nil
}

func parseClosedDay(text string) (day Date, everyYear bool, err error) {
	if t, err := time.Parse("2006-01-02", text); err == nil {
		return DateOf(t), false, nil
	}
	if t, err := time.Parse("2006-01-02", fmt.Sprintf("%d-%s", leapYear, text)); err == nil {
		return DateOf(t), true, nil
	}
	return 0, false, fmt.Errorf("%q is not a day: write it like 2026-05-15, or 05-15 for every year; two of them with .. between for all days from one to the other", text)
}

func (c closure) length() int {
	if c.everyYear && c.to < c.from {
		return int(NewDate(leapYear, time.December, 31)-c.from) + int(c.to-NewDate(leapYear, time.January, 1)) + 2
	}
	return int(c.to-c.from) + 1
}

func (c closure) has(d Date) bool {
	if !c.everyYear {
		return c.from <= d && d <= c.to
	}
	d = NewDate(leapYear, d.Month(), d.Day())
	if c.to < c.from {
		return d >= c.from || d <= c.to
	}
	return c.from <= d && d <= c.to
}

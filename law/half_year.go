package law

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"relance/calendar"
)

// HalfYear is January to June or July to December of a year, counted in halves
// since the year 0. Half-years are ordered with < and follow each other by 1.
type HalfYear int

// HalfYearOf is the half-year a date lies in.
func HalfYearOf(d calendar.Date) HalfYear {
	half := HalfYear(2 * d.Year())
	if d.Month() >= time.July {
		half++
	}
	return half
}

// ParseHalfYear reads "2027H1", "2027 H1" or "2027-h1".
func ParseHalfYear(text string) (HalfYear, error) {
	digits := strings.NewReplacer(" ", "", "-", "").Replace(strings.ToUpper(text))
	year, half, found := strings.Cut(digits, "H")
	n, err := strconv.Atoi(year)
	if !found || err != nil || len(year) != yearDigits || half != "1" && half != "2" {
		return 0, fmt.Errorf("%q is not a half-year: write it like 2027H1", text)
	}
	h := HalfYear(2 * n)
	if half == "2" {
		h++
	}
	return h, nil
}

const yearDigits = 4

// Key is the form for names and commands, "2026H2".
func (h HalfYear) Key() string { return fmt.Sprintf("%dH%d", h.Year(), int(h)%2+1) }

// Year is the year of the half-year.
func (h HalfYear) Year() int { return int(h) / 2 }

// IsSecond reports whether the half-year begins on 1 July.
func (h HalfYear) IsSecond() bool { return h%2 == 1 }

// First is its first day, 1 January or 1 July.
func (h HalfYear) First() calendar.Date {
	if h.IsSecond() {
		return calendar.NewDate(h.Year(), time.July, 1)
	}
	return calendar.NewDate(h.Year(), time.January, 1)
}

// Last is its last day, 30 June or 31 December.
func (h HalfYear) Last() calendar.Date { return (h + 1).First() - 1 }

// String is the short form for tables, "2026 H2".
func (h HalfYear) String() string { return fmt.Sprintf("%d H%d", h.Year(), int(h)%2+1) }

// Words is the half-year in a sentence, "the second half of 2026".
func (h HalfYear) Words() Words {
	if h.IsSecond() {
		return Words{EN: fmt.Sprintf("the second half of %d", h.Year()), FR: fmt.Sprintf("le second semestre %d", h.Year())}
	}
	return Words{EN: fmt.Sprintf("the first half of %d", h.Year()), FR: fmt.Sprintf("le premier semestre %d", h.Year())}
}

package calendar

import (
	_ "embed"
	"strings"
	"sync"
	"time"
)

// holidayTable lists public holidays as dated data: country or zone, date, local
// name. A zone, FR-AM for Alsace-Moselle or FR-971 for Guadeloupe, lists all its days,
// those of the whole country too. LU-NAT is all of Luxembourg (nationwide).
// It is written by the generator in holidays_test.go from rickar/cal, with what
// holiday_sources_test.go corrects and adds, and checked against them there. Workflows
// replay against it: rows for past dates are never added or removed, rows for coming
// dates may be.
//
//go:embed holidays.csv
var holidayTable string

type holiday struct {
	country string
	date    Date
}

var publicHolidays = sync.OnceValue(func() map[holiday]string {
	holidays := map[holiday]string{}
	for line := range strings.Lines(holidayTable) {
		country, rest, _ := strings.Cut(strings.TrimSpace(line), ",")
		iso, name, _ := strings.Cut(rest, ",")
		date, err := ParseDate(iso)
		if err != nil {
			continue // the header; a test reads every other row
		}
		holidays[holiday{country, date}] = name
	}
	return holidays
})

// IsPublicHoliday reports whether the date is a nationwide public holiday of a
// country (ISO 3166-1 alpha-2), or a public holiday of a zone such as FR-AM (see
// HolidaysOf). Countries and years without a table have none.
func IsPublicHoliday(country string, d Date) bool {
	_, found := publicHolidays()[holiday{country, d}]
	return found
}

// HasHolidays reports whether the public holidays of a country or zone are known
// for the whole of a year: everywhere it begins with one.
func HasHolidays(country string, year int) bool {
	return IsPublicHoliday(country, NewDate(year, time.January, 1))
}

var placesWithHolidays = sync.OnceValue(func() map[string]bool {
	places := map[string]bool{}
	for row := range publicHolidays() {
		places[row.country] = true
	}
	return places
})

// KnowsHolidaysOf reports whether the table has a country or zone at all: whoever is in
// another one is left alone on weekends only.
func KnowsHolidaysOf(place string) bool { return placesWithHolidays()[place] }

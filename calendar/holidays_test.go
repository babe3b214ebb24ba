package calendar_test

import (
	"flag"
	"fmt"
	"iter"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/aa"
	"github.com/rickar/cal/v2/at"
	"github.com/rickar/cal/v2/be"
	"github.com/rickar/cal/v2/de"
	"github.com/rickar/cal/v2/es"
	"github.com/rickar/cal/v2/fr"
	"github.com/rickar/cal/v2/ie"
	"github.com/rickar/cal/v2/it"
	"github.com/rickar/cal/v2/nl"
	"github.com/stretchr/testify/require"

	"relance/calendar"
)

var writeHolidays = flag.Bool("write-holidays", false, "write calendar/holidays.csv anew from the library")

var holidayCountries = []struct {
	code     string
	holidays []*cal.Holiday
}{
	{"AT", at.Holidays},
	{"BE", be.Holidays},
	{"DE", de.Holidays},
	{"ES", es.Holidays},
	{"FR", fr.Holidays},
	{"FR-971", overseas(time.May, 27)},
	{"FR-972", overseas(time.May, 22)},
	{"FR-973", overseas(time.June, 10)},
	{"FR-974", overseas(time.December, 20)},
	{"FR-976", overseas(time.April, 27)},
	{"FR-AM", alsaceMoselle},
	{"FR-BL", overseas(time.October, 9)},
	{"FR-MF", overseas(time.May, 27)},
	{"IE", ie.Holidays},
	{"IT", it.Holidays},
	{"NL", nl.Holidays},
}

// The two days that C. trav. L3134-13 adds in Bas-Rhin, Haut-Rhin and Moselle.
var alsaceMoselle = slices.Concat(fr.Holidays, []*cal.Holiday{
	aa.GoodFriday.Clone(&cal.Holiday{Name: "Vendredi saint"}),
	aa.ChristmasDay2.Clone(&cal.Holiday{Name: "Saint-Étienne"}),
})

// overseas are the holidays of all of France with the day on which slavery was
// abolished in a territory (C. trav. L3422-2).
func overseas(month time.Month, day int) []*cal.Holiday {
	return slices.Concat(fr.Holidays, []*cal.Holiday{{
		Name: "Abolition de l’esclavage", Month: month, Day: day, Func: cal.CalcDayOfMonth,
	}})
}

const firstHolidayYear, lastHolidayYear = 2020, 2045

func libraryTable() string {
	var table strings.Builder
	table.WriteString("country,date,name\n")
	for _, country := range holidayCountries {
		for day, holiday := range libraryDates(country.holidays, firstHolidayYear, lastHolidayYear) {
			fmt.Fprintf(&table, "%s,%s,%s\n", country.code, day, holiday.Name)
		}
	}
	return table.String()
}

func libraryDates(holidays []*cal.Holiday, firstYear, lastYear int) iter.Seq2[calendar.Date, *cal.Holiday] {
	library := &cal.Calendar{}
	library.AddHoliday(holidays...)
	return func(yield func(calendar.Date, *cal.Holiday) bool) {
		for day := calendar.NewDate(firstYear, time.January, 1); day.Year() <= lastYear; day = day.AddDays(1) {
			if actual, _, holiday := library.IsHoliday(day.Time(time.UTC)); actual && !yield(day, holiday) {
				return
			}
		}
	}
}

func TestHolidayTableAgreesWithTheLibrary(t *testing.T) {
	t.Parallel()
	if *writeHolidays {
		require.NoError(t, os.WriteFile("holidays.csv", []byte(libraryTable()), 0o600))
	}
	table, err := os.ReadFile("holidays.csv")
	require.NoError(t, err)
	require.Equal(t, libraryTable(), string(table), "write it anew with: go test ./calendar -write-holidays")
	for line := range strings.Lines(string(table)) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		if fields[0] == "country" {
			continue
		}
		date, err := calendar.ParseDate(fields[1])
		require.NoError(t, err, line)
		require.True(t, calendar.IsPublicHoliday(fields[0], date), line)
	}
}

// The dates of 2026 as published for metropolitan France.
func TestFrenchHolidaysOf2026(t *testing.T) {
	t.Parallel()
	var found []string
	for day := calendar.NewDate(2026, time.January, 1); day.Year() == 2026; day = day.AddDays(1) {
		if calendar.IsPublicHoliday("FR", day) {
			found = append(found, day.String())
		}
	}
	require.Equal(t, []string{
		"2026-01-01", "2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25",
		"2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11", "2026-12-25",
	}, found)
}

// publishedFrenchHolidays are the dates of 2015 to 2035 from another source than
// the library: those of all of France, and those that Alsace-Moselle adds.
func publishedFrenchHolidays(t *testing.T) (national, added map[calendar.Date]bool) {
	t.Helper()
	text, err := os.ReadFile("testdata/fr_public_holidays_2015_2035.csv")
	require.NoError(t, err)
	national, added = map[calendar.Date]bool{}, map[calendar.Date]bool{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		if fields[0] == "date" {
			continue
		}
		require.Len(t, fields, 4, line)
		date, err := calendar.ParseDate(fields[0])
		require.NoError(t, err, line)
		require.Equal(t, fields[3], date.Weekday().String()[:3], line)
		switch fields[2] {
		case "FR":
			national[date] = true
		case "FR-AM":
			added[date] = true
		default:
			t.Fatalf("a zone that is not known: %s", line)
		}
	}
	return national, added
}

func TestFrenchHolidaysAgreeWithThePublishedDates(t *testing.T) {
	t.Parallel()
	national, added := publishedFrenchHolidays(t)
	require.Len(t, national, 21*11)
	require.Len(t, added, 21*2)
	for day := calendar.NewDate(firstHolidayYear, time.January, 1); day.Year() <= 2035; day = day.AddDays(1) {
		require.Equal(t, national[day], calendar.IsPublicHoliday("FR", day), day)
		require.Equal(t, national[day] || added[day], calendar.IsPublicHoliday("FR-AM", day), day)
	}
	// The product's table begins later; for the years before, the library itself.
	france, alsace := map[calendar.Date]bool{}, map[calendar.Date]bool{}
	for day := range libraryDates(fr.Holidays, 2015, 2035) {
		france[day] = true
	}
	for day := range libraryDates(alsaceMoselle, 2015, 2035) {
		alsace[day] = true
	}
	require.Equal(t, national, france)
	maps.Copy(national, added)
	require.Equal(t, national, alsace)
}

func TestHolidaysAreKnownForTheYearsOfTheTableOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone  string
		year  int
		known bool
	}{
		{"FR", firstHolidayYear, true},
		{"FR-AM", lastHolidayYear, true},
		{"FR", firstHolidayYear - 1, false},
		{"FR-AM", lastHolidayYear + 1, false},
		{"US", 2026, false},
	} {
		require.Equal(t, c.known, calendar.HasHolidays(c.zone, c.year), c)
	}
}

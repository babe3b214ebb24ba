package calendar_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
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
	{"IE", ie.Holidays},
	{"IT", it.Holidays},
	{"NL", nl.Holidays},
}

const firstHolidayYear, lastHolidayYear = 2020, 2045

func libraryTable() string {
	var table strings.Builder
	table.WriteString("country,date,name\n")
	for _, country := range holidayCountries {
		library := &cal.Calendar{}
		library.AddHoliday(country.holidays...)
		for day := calendar.NewDate(firstHolidayYear, time.January, 1); day.Year() <= lastHolidayYear; day = day.AddDays(1) {
			if actual, _, holiday := library.IsHoliday(day.Time(time.UTC)); actual {
				fmt.Fprintf(&table, "%s,%s,%s\n", country.code, day, holiday.Name)
			}
		}
	}
	return table.String()
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

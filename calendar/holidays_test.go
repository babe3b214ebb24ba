package calendar_test

import (
	"cmp"
	"flag"
	"fmt"
	"iter"
	"maps"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rickar/cal/v2"
	"github.com/rickar/cal/v2/fr"
	"github.com/stretchr/testify/require"

	"relance/calendar"
)

var writeHolidays = flag.Bool("write-holidays", false, "write calendar/holidays.csv anew from the library")

const firstHolidayYear, lastHolidayYear = 2020, 2045

func libraryTable() string {
	var table strings.Builder
	table.WriteString("country,date,name\n")
	for _, country := range holidayTables {
		for day, holiday := range country.dates(firstHolidayYear, lastHolidayYear) {
			name, _, _ := strings.Cut(holiday.Name, ",")
			fmt.Fprintf(&table, "%s,%s,%s\n", country.code, day, name)
		}
	}
	return table.String()
}

func (table tableOf) dates(firstYear, lastYear int) iter.Seq2[calendar.Date, *cal.Holiday] {
	library := &cal.Calendar{}
	library.AddHoliday(table.holidays...)
	return func(yield func(calendar.Date, *cal.Holiday) bool) {
		for day := calendar.NewDate(firstYear, time.January, 1); day.Year() <= lastYear; day = day.AddDays(1) {
			actual, inLieu, holiday := library.IsHoliday(day.Time(time.UTC))
			if (actual || table.moved && inLieu) && !yield(day, holiday) {
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
	for day := range (tableOf{holidays: fr.Holidays}).dates(2015, 2035) {
		france[day] = true
	}
	for day := range (tableOf{holidays: alsaceMoselle}).dates(2015, 2035) {
		alsace[day] = true
	}
	require.Equal(t, national, france)
	maps.Copy(national, added)
	require.Equal(t, national, alsace)
}

// notPublished says where the table differs from the published dates, by country and
// date or day of every year, and why. The other source is the npm package date-holidays
// 3.37.0 (CC BY 3.0, from Wikipedia and the laws it names): its public holidays from
// Monday to Friday.
var notPublished = map[string]string{
	"BG 2026-05-25": "in lieu of Sunday 24 May (Labour Code, 154)",
	"BG 2026-09-07": "in lieu of Sunday 6 September",
	"BG 2026-12-28": "in lieu of Saturday 26 December",
	"BG 2027-05-04": "in lieu of Saturday 1 May, as Monday is that after Easter",
	"BG 2027-12-27": "in lieu of Saturday 25 December",
	"BG 2027-12-28": "in lieu of Sunday 26 December",
	"CY 2026-02-23": "the source has Green Monday on a Tuesday",
	"CY 2026-02-24": "the source has Green Monday on a Tuesday",
	"CY 2027-03-15": "the source has Green Monday on a Tuesday",
	"CY 2027-03-16": "the source has Green Monday on a Tuesday",
	"CY 2026-06-01": "Whit Monday (Kataklysmos), which the source leaves out",
	"CY 2027-06-21": "Whit Monday (Kataklysmos), which the source leaves out",
	"DK 06-05":      "Constitution Day, on which shops and banks are closed by law or custom",
	"FI 12-24":      "the eves, on which offices and banks are closed by custom and agreements",
	"FI 2026-06-19": "the eve of Midsummer, as Christmas Eve",
	"FI 2027-06-25": "the eve of Midsummer, as Christmas Eve",
	"LI 2027-11-01": "All Saints' Day is equal to a Sunday (Verordnung I zum Arbeitsgesetz)",
	"LI 2026-05-15": "a bridging day of the administration",
	"LI 2026-06-05": "a bridging day of the administration",
	"LI 2027-05-07": "a bridging day of the administration",
	"LI 2027-05-28": "a bridging day of the administration",
	"MC 2026-11-02": "in lieu of Sunday 1 November (loi n° 798)",
	"MC 2027-08-16": "in lieu of Sunday 15 August (loi n° 798)",
	"SE 12-24":      "the eves, which the law on holidays treats as Sundays (semesterlagen, 3 a §)",
	"SE 12-31":      "the eves, which the law on holidays treats as Sundays",
	"SE 2026-06-19": "the eve of Midsummer, as Christmas Eve",
	"SE 2027-06-25": "the eve of Midsummer, as Christmas Eve",
	"SK 2027-09-15": "a working day in 2026 only (zákon 241/1993)",
	"FR-WF 06-29":   "the feast of a parish, not of the territory",
}

func TestHolidaysAgreeWithThePublishedDatesOf2026And2027(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/public_holidays_2026_2027.csv")
	require.NoError(t, err)
	published := map[string]map[calendar.Date]bool{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(strings.TrimSpace(line), ",")
		if fields[0] == "date" {
			continue
		}
		require.Len(t, fields, 4, line)
		day, err := calendar.ParseDate(fields[0])
		require.NoError(t, err, line)
		require.Equal(t, fields[3], day.Weekday().String()[:3], line)
		if published[fields[2]] == nil {
			published[fields[2]] = map[calendar.Date]bool{}
		}
		published[fields[2]][day] = true
	}
	unused, unexplained, compared := maps.Clone(notPublished), []string(nil), 0
	for _, table := range holidayTables {
		code := strings.TrimSuffix(table.code, "-NAT")
		if published[code] == nil {
			continue
		}
		compared++
		ours := map[calendar.Date]bool{}
		for day := range table.dates(2026, 2027) {
			ours[day] = true
		}
		for day := calendar.NewDate(2026, time.January, 1); day.Year() <= 2027; day = day.AddDays(1) {
			if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday || ours[day] == published[code][day] {
				continue
			}
			reason := ""
			for _, key := range []string{code + " " + day.String(), code + " " + day.String()[5:]} {
				reason = cmp.Or(reason, notPublished[key])
				delete(unused, key)
			}
			if reason == "" {
				unexplained = append(unexplained, fmt.Sprintf("%s on %s: a holiday here %t", code, day, ours[day]))
			}
		}
	}
	require.Len(t, published, compared)
	require.Empty(t, unexplained)
	require.Empty(t, unused, "differences that are none any more")
}

// What the rules for weekends give on days that are easily got wrong.
func TestAHolidayOnAWeekendGivesAnotherDayOffWhereTheLawSaysSo(t *testing.T) {
	t.Parallel()
	for place, days := range map[string][]string{
		"GB-NAT": {"2027-12-27", "2027-12-28", "2028-01-03", "2033-12-26", "2033-12-27"},
		"BG-NAT": {"2027-05-04", "2027-12-28", "2032-05-04", "2040-05-01", "2040-05-08"},
		"LV-NAT": {"2030-05-06", "2028-11-20"},
		"MC-NAT": {"2027-08-16", "2028-01-03"},
	} {
		for _, day := range days {
			working := place == "MC-NAT" && day == "2028-01-03" // 1 January 2028 is a Saturday
			require.Equal(t, working, calendar.Window{Country: place}.IsWorkingDay(date(day)), "%s on %s", place, day)
		}
	}
	require.True(t, calendar.Window{Country: "BG-NAT"}.IsWorkingDay(date("2043-05-05")), "Labour Day on Good Friday is not moved")
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
		{"LU-NAT", firstHolidayYear, true},
		{"GB-NAT", lastHolidayYear, true},
		{"LU", 2026, false}, // cases from before LU-NAT
	} {
		require.Equal(t, c.known, calendar.HasHolidays(c.zone, c.year), c)
	}
}

package calendar_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
)

func date(text string) calendar.Date {
	d, err := calendar.ParseDate(text)
	if err != nil {
		panic(err)
	}
	return d
}

func zone(name string) calendar.Zone {
	z, err := calendar.ParseZone(name)
	if err != nil {
		panic(err)
	}
	return z
}

func moment(zoneName, text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, zone(zoneName).Location())
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

var zones = []string{
	"UTC", "Europe/Paris", "America/Guadeloupe", "Indian/Reunion", "Pacific/Noumea", "America/New_York", "Europe/Dublin",
	"Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia", "America/Santiago", "Africa/Cairo", "Asia/Jerusalem",
}

func anyWindow(t *rapid.T) calendar.Window {
	opens := rapid.IntRange(0, 24*60-1).Draw(t, "opens")
	return calendar.Window{
		Country: rapid.SampledFrom([]string{"FR", "DE", "ZZ", ""}).Draw(t, "country"),
		Zone:    zone(rapid.SampledFrom(zones).Draw(t, "zone")),
		Opens:   opens, Closes: rapid.IntRange(opens+1, 24*60).Draw(t, "closes"),
	}
}

func anyMoment(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(1_577_836_800, 2_000_000_000).Draw(t, "moment"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC()
}

func anyDate(t *rapid.T) calendar.Date {
	return date("2020-01-01").AddDays(rapid.IntRange(0, 9000).Draw(t, "date"))
}

func TestADebtorsMomentIsInTheWindowOfTheFirstWorkingDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, d, key := anyWindow(t), anyDate(t), rapid.String().Draw(t, "debtor")
		at := w.Instant(d, key)
		require.True(t, w.Contains(at), "%s is not in the window", at.In(w.Zone.Location()))
		require.Equal(t, at, w.Instant(d, key), "always the same moment")
		landed := w.DateOf(at)
		require.GreaterOrEqual(t, landed, d)
		for between := d; between < landed; between = between.AddDays(1) {
			require.False(t, w.IsWorkingDay(between), "%s was a working day and was passed over", between)
		}
	})
}

func TestTheFirstMomentAfterATimeIsNotBeforeItAndInTheWindow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w, from := anyWindow(t), anyMoment(t)
		at := w.InstantAfter(from, "martin")
		require.False(t, at.Before(from))
		require.True(t, w.Contains(at))
		require.Equal(t, at, w.InstantAfter(at, "martin"), "a moment in the window is kept")
		if w.Contains(from) {
			require.Equal(t, from, at)
		}
	})
}

func TestAWindowOpensAndClosesToTheMinute(t *testing.T) {
	t.Parallel()
	paris := calendar.StandardWindow("FR", zone("Europe/Paris"))
	for text, open := range map[string]bool{
		"2026-11-23 08:59": false,
		"2026-11-23 09:00": true,
		"2026-11-23 17:59": true,
		"2026-11-23 18:00": false,
		"2026-11-22 10:00": false, // Sunday
		"2026-11-11 10:00": false, // Armistice Day
		"2026-12-25 10:00": false,
	} {
		require.Equal(t, open, paris.Contains(moment("Europe/Paris", text)), text)
	}
}

func TestBeforeTheDoorsOpenTheMomentIsStillToday(t *testing.T) {
	t.Parallel()
	w := calendar.StandardWindow("FR", zone("Europe/Paris"))
	for from, landed := range map[string]string{
		"2026-11-23 00:00": "2026-11-23",
		"2026-11-23 08:59": "2026-11-23",
		"2026-11-23 18:00": "2026-11-24",
		"2026-11-20 18:00": "2026-11-23", // Friday evening
		"2026-11-21 08:00": "2026-11-23",
		"2026-12-24 19:00": "2026-12-28", // Christmas is a Friday
	} {
		at := w.InstantAfter(moment("Europe/Paris", from), "martin")
		require.Equal(t, date(landed), w.DateOf(at), from)
	}
}

// The last Sundays of March and October have 23 and 25 hours in Paris; the
// window is the same on the wall before and after.
func TestTheWindowFollowsTheClockOnTheWall(t *testing.T) {
	t.Parallel()
	w := calendar.StandardWindow("FR", zone("Europe/Paris"))
	winter, summer := w.Instant(date("2026-03-27"), "martin"), w.Instant(date("2026-03-30"), "martin")
	require.Equal(t, winter.In(w.Zone.Location()).Format("15:04:05"), summer.In(w.Zone.Location()).Format("15:04:05"))
	require.Equal(t, 3*24*time.Hour-time.Hour, summer.Sub(winter))
}

func TestGuadeloupeIsFiveOrSixHoursAfterParis(t *testing.T) {
	t.Parallel()
	paris := calendar.StandardWindow("FR", zone("Europe/Paris"))
	guadeloupe := calendar.StandardWindow("FR", zone("America/Guadeloupe"))
	require.Equal(t, 5*time.Hour, guadeloupe.Instant(date("2026-11-23"), "x").Sub(paris.Instant(date("2026-11-23"), "x")))
	require.Equal(t, 6*time.Hour, guadeloupe.Instant(date("2026-07-20"), "x").Sub(paris.Instant(date("2026-07-20"), "x")))
	require.Equal(t, date("2026-11-22"), guadeloupe.DateOf(moment("Europe/Paris", "2026-11-23 04:59")))
}

func TestDebtorsAreSpreadOverTheWindow(t *testing.T) {
	t.Parallel()
	w := calendar.StandardWindow("FR", zone("Europe/Paris"))
	const debtors, quarters = 10_000, 9 * 4 * 9 / 10 // the last tenth of nine hours stays free
	busy := map[int]int{}
	for i := range debtors {
		at := w.Instant(date("2026-11-23"), fmt.Sprintf("debtor-%d", i))
		busy[int(at.Sub(moment("Europe/Paris", "2026-11-23 09:00"))/(15*time.Minute))]++
	}
	for quarter, n := range busy {
		require.Less(t, n, 2*debtors/quarters, "quarter of an hour %d", quarter)
		require.LessOrEqual(t, quarter, quarters)
	}
	require.GreaterOrEqual(t, len(busy), quarters)
}

func TestAWindowThatNeverOpensIsRefused(t *testing.T) {
	t.Parallel()
	require.NoError(t, calendar.StandardWindow("FR", calendar.Zone{}).Validate())
	for _, w := range []calendar.Window{
		{Opens: 600, Closes: 600}, {Opens: 700, Closes: 600}, {Opens: -1, Closes: 600}, {Opens: 600, Closes: 1441},
	} {
		require.Error(t, w.Validate())
	}
}

func TestADebtorsMomentIsInTheWindowOnEveryDayOfEveryZone(t *testing.T) {
	t.Parallel()
	for _, name := range zones {
		for _, hours := range [][2]int{{0, 24 * 60}, {9 * 60, 18 * 60}, {0, 45}, {90, 150}, {23 * 60, 24 * 60}} {
			w := calendar.Window{Zone: zone(name), Opens: hours[0], Closes: hours[1]}
			for d := date("2025-01-01"); d < date("2027-01-01"); d = d.AddDays(1) {
				require.True(t, w.Contains(w.Instant(d, "martin")), "%s %s %v", name, d, hours)
			}
		}
	}
}

func TestDaysOfContactHoursBetweenTwoMoments(t *testing.T) {
	t.Parallel()
	w := calendar.StandardWindow("FR", zone("Europe/Paris"))
	for _, c := range []struct {
		from, to string
		days     float64
	}{
		{"2026-09-07 09:00", "2026-09-07 18:00", 1},
		{"2026-09-07 13:30", "2026-09-08 13:30", 1},
		{"2026-09-07 18:00", "2026-09-08 09:00", 0},
		{"2026-09-04 17:06", "2026-09-07 09:00", 0.1}, // a weekend
		{"2026-09-04 19:00", "2026-09-15 11:00", 6 + 2.0/9},
		{"2026-07-13 18:00", "2026-07-15 09:00", 0}, // 14 July
		{"2026-01-01 00:00", "2029-01-01 00:00", 10},
		{"2026-09-08 09:00", "2026-09-07 09:00", 0},
		{"2026-10-23 18:00", "2026-10-26 18:00", 1}, // summer time ends
	} {
		require.InDelta(t, c.days, w.Days(moment("Europe/Paris", c.from), moment("Europe/Paris", c.to), 10), 1e-9, "%s to %s", c.from, c.to)
	}
}

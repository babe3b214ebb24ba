package csvfile

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
)

func TestDatesAreReadInTheWaysLedgersWriteThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-03-31":           "2026-03-31",
		"31/03/2026":           "2026-03-31",
		"31.03.2026":           "2026-03-31",
		"31-03-2026":           "2026-03-31",
		"1/2/2026":             "2026-02-01",
		"20260331":             "2026-03-31",
		"2026/03/31":           "2026-03-31",
		" 31/03/2026 ":         "2026-03-31",
		"2026-03-31 00:00:00":  "2026-03-31",
		"2026-03-31T00:00:00Z": "2026-03-31",
		"29/02/2028":           "2028-02-29",
	} {
		date, ok := DayFirst.parse(text)
		require.True(t, ok, text)
		require.Equal(t, want, date.String(), text)
	}
}

func TestDatesThatDoNotExistAreRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "31/02/2026", "29/02/2026", "03/31/2026", "00/01/2026", "1/2/26", "46083", "2026-3", "31 mars 2026", "2026-03-31x", "31/03-2026",
		"31/03/2026/1", "20260231", "+1/02/2026", "2026-03-31 demain",
	} {
		_, ok := DayFirst.parse(text)
		require.False(t, ok, text)
	}
}

func TestAmericanDatesNeedToBeAskedFor(t *testing.T) {
	t.Parallel()
	european, ok := DayFirst.parse("03/04/2026")
	require.True(t, ok)
	require.Equal(t, calendar.NewDate(2026, time.April, 3), european)
	american, ok := MonthFirst.parse("03/04/2026")
	require.True(t, ok)
	require.Equal(t, calendar.NewDate(2026, time.March, 4), american)
	iso, ok := MonthFirst.parse("2026-03-04")
	require.True(t, ok)
	require.Equal(t, american, iso)
}

func TestEveryDayOfTheCalendarReadsBackTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		day := calendar.NewDate(1990, time.January, 1).AddDays(rapid.IntRange(0, 40_000).Draw(t, "day"))
		layout := rapid.SampledFrom([]string{"2006-01-02", "02/01/2006", "2/1/2006", "02.01.2006", "20060102"}).Draw(t, "layout")
		back, ok := DayFirst.parse(day.Time(time.UTC).Format(layout))
		require.True(t, ok)
		require.Equal(t, day, back)
	})
}

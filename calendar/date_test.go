package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
)

func TestDatesAreReadAndWrittenAsISO(t *testing.T) {
	t.Parallel()
	d := date("2026-11-23")
	require.Equal(t, calendar.NewDate(2026, time.November, 23), d)
	require.Equal(t, "2026-11-23", d.String())
	require.Equal(t, time.Monday, d.Weekday())
	for _, text := range []string{"", "23/11/2026", "2026-11-31", "2026-13-01", "2026-1-1", "2026-11-23T00:00:00Z", " 2026-11-23"} {
		_, err := calendar.ParseDate(text)
		require.Error(t, err, text)
	}
}

func TestADateThatIsNotSetWritesNothing(t *testing.T) {
	t.Parallel()
	var none calendar.Date
	require.True(t, none.IsZero())
	require.Empty(t, none.String())
	text, err := json.Marshal(none)
	require.NoError(t, err)
	require.Equal(t, `""`, string(text))
	read := date("2026-11-23")
	require.NoError(t, json.Unmarshal(text, &read))
	require.True(t, read.IsZero())
	require.Error(t, json.Unmarshal([]byte(`"soon"`), &read))
}

func TestDatesCountDays(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := date("1900-01-01").AddDays(rapid.IntRange(0, 100_000).Filter(func(n int) bool { return n != 25_567 }).Draw(t, "day")) // not 1970-01-01
		n := rapid.IntRange(-500, 500).Draw(t, "n")
		require.Equal(t, d, d.AddDays(n).AddDays(-n))
		require.Equal(t, n, int(d.AddDays(n)-d))
		require.Equal(t, d, calendar.NewDate(d.Year(), d.Month(), d.Day()))
		read, err := calendar.ParseDate(d.String())
		require.NoError(t, err)
		require.Equal(t, d, read)
		if n > 0 {
			require.Less(t, d, d.AddDays(n))
		}
	})
}

func TestADateIsTheSameInEveryZone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		location, d := zone(rapid.SampledFrom(zones).Draw(t, "zone")).Location(), anyDate(t)
		require.Equal(t, d, calendar.DateOf(time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, location)))
	})
}

func TestAMonthEndsOnItsLastDay(t *testing.T) {
	t.Parallel()
	for text, end := range map[string]string{
		"2026-11-23": "2026-11-30", "2028-02-01": "2028-02-29", "2027-02-28": "2027-02-28", "2026-12-31": "2026-12-31",
	} {
		require.Equal(t, date(end), date(text).EndOfMonth())
	}
}

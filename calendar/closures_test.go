package calendar

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func closures(t *testing.T, written ...string) Closures {
	t.Helper()
	c, err := ParseClosures(written)
	require.NoError(t, err)
	return c
}

func TestClosedDaysAreOfOneYearOrOfEveryYear(t *testing.T) {
	t.Parallel()
	c := closures(t, "2027-05-07", "12-24..01-02", "08-15", "2026-11-02 .. 2026-11-04")
	for day, closed := range map[string]bool{
		"2027-05-07": true, "2028-05-07": false, "2026-12-23": false, "2026-12-24": true, "2027-01-01": true, "2027-01-02": true, "2027-01-03": false,
		"2030-08-15": true, "2026-11-03": true, "2026-11-05": false,
	} {
		d, err := ParseDate(day)
		require.NoError(t, err)
		require.Equal(t, closed, c.Has(d), day)
	}
}

func TestAClosureThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	for _, written := range []string{"", "15-08", "2027-02-30", "2027-05-07..2027-05-01", "05-07..2027-05-08", "01-01..12-31", "tomorrow"} {
		_, err := ParseClosures([]string{written})
		require.Error(t, err, written)
	}
}

func TestAWindowIsNeverOpenOnAClosedDayAndAlwaysOpensSomeDay(t *testing.T) {
	t.Parallel()
	paris, err := ParseZone("Europe/Paris")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		written := rapid.SliceOfN(rapid.SampledFrom([]string{"12-24..01-02", "08-01..08-31", "2026-11-11", "01-01..02-28", "03-01..04-30", "05-01..06-30", "07-01..08-31", "09-01..10-31", "11-01..12-31"}), 0, 9).Draw(t, "closures")
		closed, err := ParseClosures(written)
		if err != nil {
			t.Fatal(err)
		}
		window := StandardWindow("FR", paris)
		window.Closed = closed
		from := NewDate(2026, time.January, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "day"))
		at := window.Instant(from, "debtor")
		day := window.DateOf(at)
		if day < from || !window.IsWorkingDay(day) || day > from.AddDays(370) {
			t.Fatalf("%s after %s", day, from)
		}
		everything := true
		for d := from; d < from.AddDays(366); d = d.AddDays(1) {
			everything = everything && !window.IsOpen(d)
		}
		if !everything && closed.Has(day) {
			t.Fatalf("%s is closed", day)
		}
	})
}

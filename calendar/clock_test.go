package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
)

var wallStart = time.Date(2026, time.November, 23, 9, 0, 0, 0, time.UTC)

func anyClock(t *rapid.T) calendar.Clock {
	speed := rapid.SampledFrom([]int64{0, 1, 2, 60, 3600, 86_400}).Draw(t, "speed")
	if speed == 0 {
		return calendar.Clock{}
	}
	clock, err := calendar.Accelerated(wallStart, time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC), speed)
	if err != nil {
		panic(err)
	}
	return clock
}

func anyWall(t *rapid.T) time.Time {
	return wallStart.Add(time.Duration(rapid.Int64Range(0, int64(24*time.Hour)).Draw(t, "wall")))
}

func TestTheWallClockIsTheClockThatIsNotSet(t *testing.T) {
	t.Parallel()
	var clock calendar.Clock
	require.False(t, clock.IsAccelerated())
	require.Equal(t, wallStart, clock.At(wallStart.In(time.FixedZone("", 3600))))
	require.Equal(t, time.Hour, clock.Wait(wallStart, wallStart.Add(time.Hour)))
	require.WithinDuration(t, time.Now(), clock.Now(), time.Minute)
}

func TestADayInASecond(t *testing.T) {
	t.Parallel()
	business := time.Date(2026, time.June, 1, 0, 0, 0, 0, time.UTC)
	clock, err := calendar.Accelerated(wallStart, business, 86_400)
	require.NoError(t, err)
	require.True(t, clock.IsAccelerated())
	require.Equal(t, business, clock.At(wallStart))
	require.Equal(t, business.AddDate(0, 0, 30), clock.At(wallStart.Add(30*time.Second)))
	require.Equal(t, 10*time.Second, clock.Wait(wallStart, business.AddDate(0, 0, 10)))
}

func TestWaitingReachesTheMomentAndNotMore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clock, wall := anyClock(t), anyWall(t)
		wanted := clock.At(wall).Add(time.Duration(rapid.Int64Range(-1_000_000, int64(400*24*time.Hour)).Draw(t, "ahead")))
		wait := clock.Wait(wall, wanted)
		require.GreaterOrEqual(t, wait, time.Duration(0))
		require.False(t, clock.At(wall.Add(wait)).Before(wanted), "it would wake too early")
		if wait > 0 {
			require.True(t, clock.At(wall.Add(wait-1)).Before(wanted), "it would wait too long")
		}
	})
}

func TestTimeNeverRunsBackwards(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clock, one, other := anyClock(t), anyWall(t), anyWall(t)
		if other.Before(one) {
			one, other = other, one
		}
		require.False(t, clock.At(other).Before(clock.At(one)))
	})
}

// A server fires timers up to seconds late, which are days on a fast clock and
// must not change what a case decides.
func TestAWakeUpThatIsALittleLateCountsAsOnTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clock, wall := anyClock(t), anyWall(t)
		planned := clock.At(wall).Add(time.Duration(rapid.Int64Range(1, int64(300*24*time.Hour)).Draw(t, "ahead")))
		woken := wall.Add(clock.Wait(wall, planned))
		late := time.Duration(rapid.Int64Range(0, int64(59*time.Second)).Draw(t, "late"))
		require.Equal(t, planned, clock.WokenAt(planned, woken.Add(late)))
	})
}

func TestAWakeUpThatIsTooEarlyOrFarTooLateIsNow(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clock, wall := anyClock(t), anyWall(t)
		now := clock.At(wall)
		require.Equal(t, now, clock.WokenAt(now.Add(time.Duration(clock.Speed+1)), wall), "too early by more than the wall can tell")
		outage := time.Duration(rapid.Int64Range(int64(61*time.Second), int64(time.Hour)).Draw(t, "outage"))
		planned := clock.At(wall)
		require.Equal(t, clock.At(wall.Add(outage)), clock.WokenAt(planned, wall.Add(outage)), "after an outage")
	})
}

func TestAClockThatCannotRunIsRefused(t *testing.T) {
	t.Parallel()
	for _, broken := range []func() (calendar.Clock, error){
		func() (calendar.Clock, error) { return calendar.Accelerated(wallStart, wallStart, 0) },
		func() (calendar.Clock, error) { return calendar.Accelerated(wallStart, wallStart, -5) },
		func() (calendar.Clock, error) { return calendar.Accelerated(time.Time{}, wallStart, 5) },
		func() (calendar.Clock, error) { return calendar.Accelerated(wallStart, time.Time{}, 5) },
	} {
		_, err := broken()
		require.Error(t, err)
	}
}

func TestAClockTravelsAsJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		clock, wall := anyClock(t), anyWall(t)
		text, err := json.Marshal(clock)
		require.NoError(t, err)
		var read calendar.Clock
		require.NoError(t, json.Unmarshal(text, &read))
		require.Equal(t, clock.At(wall), read.At(wall))
	})
}

// A demonstration that is started again two days later: at a day in a second,
// that is 473 years.
func TestAFastClockThatRanForDaysDoesNotOverflow(t *testing.T) {
	t.Parallel()
	clock, err := calendar.Accelerated(wallStart, wallStart, 86_400)
	require.NoError(t, err)
	for hours := range 72 {
		at := wallStart.Add(time.Duration(hours) * time.Hour)
		require.False(t, clock.At(at).Before(wallStart), "after %d hours it shows %s", hours, clock.At(at))
	}
}

package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

func TestNothingHappensOnHold(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), collection.PlaceHold{ID: "h", Reason: "dispute", Author: "anne", On: day("2026-08-20")})
	require.Equal(t, collection.StageOnHold, c.Stage(at(c, "2026-09-20 10:00")))
	require.Empty(t, working(t, c, "2026-08-20 08:00", "2027-08-20 08:00").contacts)
	require.Empty(t, collection.Forecast(c, at(c, "2026-08-20 08:00"), at(c, "2027-08-20 08:00")))
}

func TestAHoldWithAnEndEndsAfterItsLastDay(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), collection.PlaceHold{ID: "h", On: day("2026-09-08"), Until: day("2026-09-15")})
	require.Equal(t, collection.StageOnHold, c.Stage(at(c, "2026-09-15 23:59")))
	require.NotEqual(t, collection.StageOnHold, c.Stage(at(c, "2026-09-16 00:00")))
	require.Equal(t, []string{"2026-09-16 courteous: email"}, working(t, c, "2026-09-08 08:00", "2026-09-17 08:00").diary())
}

func TestDaysOnHoldAreNotSpacing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what  string
		holds []collection.Command
		firm  string
	}{
		{"no hold", nil, "2026-09-18"},
		{"three days", []collection.Command{
			collection.PlaceHold{ID: "a", On: day("2026-09-12"), Until: day("2026-09-14")},
		}, "2026-09-21"},
		{"released on the second day", []collection.Command{
			collection.PlaceHold{ID: "a", On: day("2026-09-12")}, collection.ReleaseHold{ID: "a", On: day("2026-09-14")},
		}, "2026-09-21"}, // two days, and the 20th is a Sunday
		{"released on the same day", []collection.Command{
			collection.PlaceHold{ID: "a", On: day("2026-09-12")}, collection.ReleaseHold{ID: "a", On: day("2026-09-12")},
		}, "2026-09-18"},
		{"two holds over the same days", []collection.Command{
			collection.PlaceHold{ID: "a", On: day("2026-09-11"), Until: day("2026-09-13")},
			collection.PlaceHold{ID: "b", On: day("2026-09-12"), Until: day("2026-09-14")},
		}, "2026-09-22"},
		{"one within the other", []collection.Command{
			collection.PlaceHold{ID: "a", On: day("2026-09-11"), Until: day("2026-09-14")},
			collection.PlaceHold{ID: "b", On: day("2026-09-12"), Until: day("2026-09-13")},
		}, "2026-09-22"},
		{"two apart", []collection.Command{
			collection.PlaceHold{ID: "a", On: day("2026-09-11"), Until: day("2026-09-11")},
			collection.PlaceHold{ID: "b", On: day("2026-09-14"), Until: day("2026-09-16")},
		}, "2026-09-22"},
		{"over before its end", []collection.Command{
			collection.PlaceHold{ID: "a", On: day("2026-09-11"), Until: day("2026-12-31")},
			collection.ReleaseHold{On: day("2026-09-15")},
		}, "2026-09-22"},
	} {
		l := working(t, newCase(), "2026-09-07 08:00", "2026-09-11 08:00")
		l.Case = after(t, l.Case, c.holds...)
		action := collection.Next(l.Case, at(l.Case, "2026-09-17 08:00"))
		require.Equal(t, "firm", action.Step.Key, c.what)
		require.Equal(t, day(c.firm), l.Window.DateOf(action.At), c.what)
	}
}

func TestTheLongestOfSeveralHoldsCounts(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(),
		collection.PlaceHold{ID: "a", Reason: "promise", On: day("2026-09-08"), Until: day("2026-09-15")},
		collection.PlaceHold{ID: "b", Reason: "holidays", On: day("2026-09-08"), Until: day("2026-09-29")},
	)
	action := collection.Next(c, at(c, "2026-09-10 08:00"))
	require.Equal(t, day("2026-09-30"), c.Window.DateOf(action.At))
	require.Equal(t, "the case is on hold until 2026-09-29 (holidays)", action.Because.String())

	c = after(t, c, collection.PlaceHold{ID: "c", Reason: "dispute", On: day("2026-09-10")})
	require.Equal(t, collection.ActionIdle, collection.Next(c, at(c, "2026-10-10 08:00")).Kind)
	c = after(t, c, collection.ReleaseHold{ID: "c", On: day("2026-09-11")})
	require.Equal(t, day("2026-09-30"), c.Window.DateOf(collection.Next(c, at(c, "2026-09-12 08:00")).At), "the others stay in force")
}

func TestAReleaseThatArrivesBeforeItsHoldKeepsItFromTakingEffect(t *testing.T) {
	t.Parallel()
	release := collection.ReleaseHold{ID: "h", On: day("2026-09-09")}
	c := after(t, newCase(), release)
	requireNothingNew(t, c, release)
	c = after(t, c, collection.PlaceHold{ID: "h", On: day("2026-09-08")})
	require.Equal(t, collection.ActionNotify, collection.Next(c, at(c, "2026-09-10 17:59")).Kind)
}

func TestAHoldIsPlacedOnce(t *testing.T) {
	t.Parallel()
	hold := collection.PlaceHold{ID: "h", On: day("2026-09-08"), Until: day("2026-09-10")}
	c := after(t, newCase(), hold)
	requireNothingNew(t, c, hold)
	c = after(t, c, collection.ReleaseHold{ID: "h", On: day("2026-09-09")})
	requireNothingNew(t, c, hold)
	requireNothingNew(t, c, collection.ReleaseHold{ID: "h", On: day("2026-09-10")})
	requireNothingNew(t, c, collection.ReleaseHold{On: day("2026-09-10")})
}

func TestAHoldWithoutAReasonHoldsAndSaysThatNoneWasGiven(t *testing.T) {
	t.Parallel()
	hold := collection.PlaceHold{ID: "h", Reason: " ", On: day("2026-09-08")}
	require.ErrorContains(t, collection.Unexplained(hold), "the hold h needs a reason")
	c := after(t, newCase(), hold)
	require.Equal(t, collection.StageOnHold, c.Stage(at(c, "2026-09-09 10:00")))
	require.Equal(t, collection.NoReasonGiven, c.Holds[0].Reason)
	require.NoError(t, c.Contradiction(hold), "it is the same")
	hold.Reason = "audit"
	require.NoError(t, collection.Unexplained(hold))
}

func TestAHoldThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	requireRefused(t, newCase(), collection.PlaceHold{On: day("2026-09-08")}, collection.RefusedInvalid, "has no ID")
	requireRefused(t, newCase(), collection.PlaceHold{ID: "h"}, collection.RefusedInvalid, "does not say from which day")
	requireRefused(t, newCase(), collection.PlaceHold{ID: "h", On: day("2026-09-08"), Until: day("2026-09-07")}, collection.RefusedInvalid,
		"would end on 2026-09-07, before it begins on 2026-09-08")
	requireRefused(t, newCase(), collection.ReleaseHold{ID: "h"}, collection.RefusedInvalid, "does not say on which day")
}

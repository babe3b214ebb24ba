package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
)

func TestTheNextDatesMoveToTheDaysAndHoursOfWhereTheDebtorIs(t *testing.T) {
	t.Parallel()
	c := newCase()
	before := collection.Next(c, at(c, "2026-08-28 10:00"))
	require.Equal(t, day("2026-08-31"), c.Window.DateOf(before.At))

	moved := after(t, c, collection.TakePlace{Place: collection.PlaceOf("FR", "97110")})
	require.Equal(t, "FR-971", moved.Window.Country)
	require.Equal(t, "America/Guadeloupe", moved.Window.Zone.String())
	require.Equal(t, []int{c.Window.Opens, c.Window.Closes}, []int{moved.Window.Opens, moved.Window.Closes}, "the creditor's hours, in the debtor's zone")
	next := collection.Next(moved, at(moved, "2026-08-28 10:00"))
	require.Equal(t, day("2026-08-31"), moved.Window.DateOf(next.At))
	require.True(t, moved.Window.Contains(next.At))
	require.NotEqual(t, before.At.UTC(), next.At.UTC())

	strasbourg := after(t, c, collection.TakePlace{Place: collection.PlaceOf("FR", "67000")})
	require.Equal(t, calendar.AlsaceMoselle, strasbourg.Window.Country)
	require.Equal(t, "Europe/Paris", strasbourg.Window.Zone.String())
}

func TestAPlaceThatIsNotKnownMovesNothing(t *testing.T) {
	t.Parallel()
	c := newCase()
	for _, place := range []collection.Place{{}, collection.PlaceOf("", "97110")} {
		requireNothingNew(t, c, collection.TakePlace{Place: place})
	}
	requireNothingNew(t, c, collection.TakePlace{Place: collection.PlaceOf("FR", "75011")})
	requireRefused(t, c, collection.TakePlace{Place: collection.Place{Zone: "Mars/Olympus"}}, collection.RefusedInvalid, "not a known time zone")
}

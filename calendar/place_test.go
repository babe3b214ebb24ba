package calendar_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
)

func TestAPlaceHasItsOwnTimeZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ country, postcode, zone string }{
		{"FR", "75011", "Europe/Paris"},
		{"FR", "97110", "America/Guadeloupe"},
		{"GP", "", "America/Guadeloupe"},
		{"FR", "98800", "Pacific/Noumea"},
		{"BE", "1000", "Europe/Brussels"},
		{"BE", "9710", "Europe/Brussels"},
	} {
		zone, found := calendar.ZoneOf(c.country, c.postcode)
		require.True(t, found, c)
		require.Equal(t, c.zone, zone.String(), c)
	}
	_, found := calendar.ZoneOf("XX", "")
	require.False(t, found)
}

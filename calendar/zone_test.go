package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
)

func TestZonesAreNamesOfTheIANADatabase(t *testing.T) {
	t.Parallel()
	for _, name := range zones {
		z := zone(name)
		require.Equal(t, name, z.String())
		text, err := json.Marshal(z)
		require.NoError(t, err)
		var read calendar.Zone
		require.NoError(t, json.Unmarshal(text, &read))
		require.Equal(t, z, read)
	}
	require.Equal(t, time.UTC, calendar.Zone{}.Location())
}

func TestAZoneThatDependsOnTheHostIsRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "Local", "Paris", "CEST", "../../etc/passwd", "Europe/Lutetia"} {
		_, err := calendar.ParseZone(name)
		require.ErrorContains(t, err, "use an IANA name such as Europe/Paris", name)
	}
}

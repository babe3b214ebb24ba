package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/config"
)

func TestDaysAndHoursAreThoseOfTheCreditor(t *testing.T) {
	t.Parallel()
	z := zonesOf([]config.Creditor{{ID: "paris"}, {ID: "reunion", Zone: "Indian/Reunion"}})
	late := time.Date(2026, time.March, 2, 23, 30, 0, 0, time.UTC)
	require.Equal(t, "2026-03-03", dayIn(z.of("paris"), late))
	require.Equal(t, "2026-03-03 00:30 CET", minuteIn(z.of("paris"), late))
	require.Equal(t, "2026-03-03 03:30 +04", minuteIn(z.of("reunion"), late))
	require.Equal(t, "2026-03-02 23:30 UTC", minuteIn(z.of("unknown"), late))
	require.Empty(t, dayIn(z.of("paris"), time.Time{}))
	require.Equal(t, time.UTC, z.shared())
	require.Equal(t, "Europe/Paris", zonesOf([]config.Creditor{{ID: "a"}, {ID: "b", Zone: "Europe/Paris"}}).shared().String())
	require.Equal(t, time.UTC, zones{}.shared())
}

func TestTheCreditorOfAStatusIsFoundInTheCase(t *testing.T) {
	t.Parallel()
	p := &program{zones: zonesOf([]config.Creditor{{ID: "acme"}})}
	require.Equal(t, "Europe/Paris", p.zoneOfCase("case/acme/F-1").String())
	require.Equal(t, "Europe/Paris", p.zoneOfCase("acme/F-1").String())
	require.Equal(t, time.UTC, p.zoneOfCase("acme"))
}

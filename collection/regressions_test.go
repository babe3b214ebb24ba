package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

// A spacing in hours would have each notice leave a little later than the one before,
// until it slides into the next day.
func TestSpacingIsCountedInDaysHoweverLateInTheDayTheLastNoticeLeft(t *testing.T) {
	t.Parallel()
	moments := map[string]bool{}
	for _, left := range []string{"2026-09-10 09:00", "2026-09-10 12:34", "2026-09-10 17:59", "2026-09-10 23:59"} {
		c := newCase()
		c = after(t, c, accepted(c, "courteous", collection.ChannelEmail, left))
		next := collection.Next(c, at(c, "2026-09-11 09:00"))
		require.Equal(t, "firm", next.Step.Key)
		require.Equal(t, day("2026-09-18"), c.Window.DateOf(next.At), "left at %s", left)
		moments[next.At.String()] = true
	}
	require.Len(t, moments, 1, "always at the debtor's own moment of the day")
}

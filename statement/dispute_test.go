package statement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

func TestWhatIsDisputedIsToldApartAndNotDue(t *testing.T) {
	t.Parallel()
	contested := accountOf(t, "F-1", euros(100_000), paid("P-1", "2026-06-01", euros(10_000)))
	contested.Disputes = []collection.Dispute{{
		ID: "d", Amount: euros(30_000), RaisedOn: day("2026-06-10"), Outcome: collection.DisputeSplit, ResolvedOn: day("2026-06-20"), Accepted: euros(20_000), EndedOn: day("2026-06-25"),
	}}
	whole := accountOf(t, "F-2", euros(50_000))
	whole.Disputes = []collection.Dispute{{ID: "e", Amount: euros(50_000), WholeClaim: true, RaisedOn: day("2026-06-15")}}
	for on, want := range map[string]struct{ first, second, due int64 }{
		"2026-06-09": {0, 0, 140_000},
		"2026-06-10": {30_000, 0, 110_000},
		"2026-06-15": {30_000, 50_000, 60_000},
		"2026-06-20": {20_000, 50_000, 70_000}, // what is given up and not credited yet
		"2026-06-25": {0, 50_000, 90_000},
	} {
		s := state(t, on, contested, whole)
		require.Equal(t, []int64{want.first, want.second}, []int64{s.Cases[0].Disputed.Minor(), s.Cases[1].Disputed.Minor()}, on)
		require.Equal(t, want.due, s.Totals[0].Due.Minor(), on)
		require.Equal(t, want.first+want.second, s.Totals[0].Disputed.Minor(), on)
		require.Equal(t, 140_000-want.due, want.first+want.second, "due and disputed are what is open")
	}
	require.Equal(t, money.Amount{}, collection.DisputedOn(nil, money.Amount{}, calendar.Date(0)))
}

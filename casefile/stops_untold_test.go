package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/ledger"
)

func TestACaseThatOpensAgainIsToBeToldOfTheStopsItMissed(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	untold := func() []casefile.UntoldOfStops {
		rows, err := store.CasesUntoldOfStops(t.Context(), casefile.CaseName{}, 10)
		require.NoError(t, err)
		return rows
	}
	openCase(t, store, "F-1")
	post(t, store, "F-1", payment("P", 12000))
	require.Empty(t, untold(), "a case that is closed misses nothing")
	post(t, store, "F-1", ledger.Entry{Kind: ledger.EntryReversal, ID: "R", Reverses: "P", ValueDate: day(10)})
	require.Equal(t, []casefile.UntoldOfStops{{Creditor: acme, Invoice: "F-1", Untold: 1}}, untold())

	seen := untold()[0]
	require.NoError(t, store.DoubtStops(t.Context(), casefile.CaseName{Creditor: acme, Invoice: "F-1"}))
	require.NoError(t, store.MarkToldOfStops(t.Context(), seen))
	require.Equal(t, 2, untold()[0].Untold, "another doubt since then stays")
	require.NoError(t, store.MarkToldOfStops(t.Context(), untold()[0]))
	require.Empty(t, untold())
}

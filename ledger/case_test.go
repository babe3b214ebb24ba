package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/collection"
	"relance/ledger"
)

// The money of an invoice reaches the case as one position after each entry;
// the last one is the same whatever the order was.
func TestPaymentsInAnyOrderLeaveTheSameCase(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := anyEntries(t)
		collect := func(order []ledger.Entry) collection.Case {
			account, c := ledger.NewAccount(ledger.Claim{Total: euros(100_000), Due: day("2026-09-01")}), collection.Case{Open: euros(100_000)}
			for _, entry := range order {
				posted, _, err := account.Post(entry)
				require.NoError(t, err)
				account = posted
				events, err := collection.Decide(c, collection.TakePosition{Open: position(t, account).Open})
				require.NoError(t, err)
				c = collection.ApplyAll(c, events)
			}
			return c
		}
		require.Equal(t, collect(entries), collect(rapid.Permutation(append(entries, entries...)).Draw(t, "order")))
	})
}

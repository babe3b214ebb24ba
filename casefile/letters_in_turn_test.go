package casefile_test

import (
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"relance/casefile/casefiletest"
)

// A hundred letters that wait, for an approval or for a person, must not keep the others
// from being written anew; nor cases that cannot be told keep others from being told.
func TestLettersThatWaitKeepNoOtherFromItsTurn(t *testing.T) {
	t.Parallel()
	const many = 110
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	for i := range many {
		queuedTogether(t, store, fmt.Sprintf("d-%d", i), fmt.Sprintf("F-%d", i))
	}
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(t.Context())) }()
	_, err = conn.Exec(t.Context(), "update message_notice set withdrawn = true")
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "update letter set to_replace = true")
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "update message set tell_failure = true")
	require.NoError(t, err)

	rewritten, told := map[string]bool{}, map[string]bool{}
	for round := 0; len(rewritten) < many || len(told) < many; round++ {
		require.Less(t, round, 1000, "%d of %d letters had their turn, and %d were told", len(rewritten), many, len(told))
		letters, err := store.LettersToReplace(t.Context(), sendingDay)
		require.NoError(t, err)
		require.Len(t, letters, 100)
		for _, id := range letters {
			rewritten[id] = true
		}
		refused, err := store.FailuresToTell(t.Context())
		require.NoError(t, err)
		for _, message := range refused {
			told[message.ID] = true
		}
	}
}

package statement_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/ledger"
	"relance/statement"
)

func TestAStatementTellsOfADiscountAsLongAsItCanBeTaken(t *testing.T) {
	t.Parallel()
	account := accountOf(t, "F-1", euros(1_000_00), ledger.Entry{
		Kind: ledger.EntryDiscount, ID: "S-1", Amount: euros(25_00), ValueDate: day("2026-04-20"), Until: day("2026-04-28"),
	})
	offer := func(on string) (statement.Note, bool) {
		notes := state(t, on, account).Cases[0].Notes
		at := slices.IndexFunc(notes, func(n statement.Note) bool { return n.Code == statement.NoteDiscount })
		if at < 0 {
			return statement.Note{}, false
		}
		return notes[at], true
	}
	note, found := offer("2026-04-28")
	require.True(t, found)
	require.Equal(t, "25.00 EUR", note.Saved.String())
	require.Equal(t, "975.00 EUR", note.ToPay.String())
	require.Equal(t, day("2026-04-28"), note.Until)
	require.Equal(t, euros(1_000_00), state(t, "2026-04-28", account).Totals[0].Due, "until it is taken, all is due")
	for _, on := range []string{"2026-04-19", "2026-04-29"} {
		_, found := offer(on)
		require.False(t, found, on)
	}
}

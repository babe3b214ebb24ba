package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
)

func creditNote(id string, cents int64) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryCreditNote, ID: id, Amount: euros(cents), ValueDate: calendar.NewDate(2026, time.March, 2)}
}

func TestTryingToOpenACaseTellsWhatOpeningItGivesAndChangesNothing(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.UseLaw(t, casefiletest.OpenAt(t, dsn))
	_, err := store.PostEntry(t.Context(), posting("F-3", payment("P-3", 12000)))
	require.NoError(t, err)
	old := casefiletest.Opening("F-2")
	old.Invoice.IssueDate, old.Invoice.DueDate = calendar.NewDate(2013, time.March, 1), calendar.NewDate(2013, time.March, 31)
	prepaid := casefiletest.Opening("F-4")
	prepaid.Invoice.Prepaid = euros(2000)
	document := casefiletest.Opening("F-5")
	document.Document = &casefile.InvoiceDocument{Name: "F-5.pdf", Bytes: []byte("%PDF-1.7")}
	for _, opening := range []casefile.Opening{casefiletest.Opening("F-1"), old, casefiletest.Opening("F-3"), prepaid, document} {
		before := dump(t, dsn)
		tried, would, err := store.TryOpenCase(t.Context(), opening)
		require.NoError(t, err)
		require.Equal(t, before, dump(t, dsn), opening.Invoice.Number)

		opened, result, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
		require.Equal(t, result, would)
		requireSameCase(t, opened, tried)

		tried, would, err = store.TryOpenCase(t.Context(), opening)
		require.NoError(t, err)
		require.False(t, would.Created, "it is known now")
		requireSameCase(t, opened, tried)
	}
	other := casefiletest.Opening("F-1")
	other.Invoice.Total = euros(13000)
	_, _, err = store.TryOpenCase(t.Context(), other)
	var conflict *casefile.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "total", conflict.Field)
}

func TestACaseThatIsOnlyTriedLeavesNoStrategyBehind(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	tried := casefiletest.Opening("F-1")
	for range 2 {
		_, _, err := store.TryOpenCase(t.Context(), tried)
		require.NoError(t, err)
	}
	edited := casefiletest.Opening("F-1")
	edited.Strategy.Steps[0].DueOffset = -7
	_, _, err := store.OpenCase(t.Context(), edited)
	require.NoError(t, err, "the version is not on record yet")
	loaded, err := store.LoadCase(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Equal(t, edited.Strategy, loaded.Strategy)

	_, _, err = store.TryOpenCase(t.Context(), casefiletest.Opening("F-2"))
	var conflict *casefile.ConflictError
	require.ErrorAs(t, err, &conflict, "the version is another one now")
}

func TestATriedCaseKnowsTheStopsInForce(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	_, set, err := store.SetStop(t.Context(), casefile.Stop{
		Stop:     collection.Stop{ID: "S-1", Scope: collection.ScopeDebtor, Kind: collection.StopBlock, Reason: "in talks", At: casefiletest.Opened},
		Creditor: acme, Debtor: martin, Author: "sophie",
	})
	require.NoError(t, err)
	require.True(t, set)
	tried, _, err := store.TryOpenCase(t.Context(), casefiletest.Opening("F-2"))
	require.NoError(t, err)
	opened, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-2"))
	require.NoError(t, err)
	require.NotEmpty(t, tried.Stops)
	requireSameCase(t, opened, tried)
	require.Equal(t, collection.Next(opened, casefiletest.Opened), collection.Next(tried, casefiletest.Opened))
}

func TestATriedCaseKnowsOfItsDebtorsInsolvency(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	_, err := store.RecordInsolvency(t.Context(), judgment(t, judged))
	require.NoError(t, err)
	opening := casefiletest.Opening("F-2")
	opening.At = judged
	tried, _, err := store.TryOpenCase(t.Context(), opening)
	require.NoError(t, err)
	opened, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	require.True(t, tried.Insolvency.Freezes())
	requireSameCase(t, opened, tried)
	require.Equal(t, collection.Next(opened, judged), collection.Next(tried, judged))
}

func TestTryingToPostAnEntryTellsWhatPostingItGivesAndChangesNothing(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	for _, number := range []string{"F-1", "F-2"} {
		_, _, err := store.OpenCase(t.Context(), casefiletest.Opening(number))
		require.NoError(t, err)
	}
	for _, p := range []casefile.Posting{posting("F-1", creditNote("A-1", 500)), posting("F-9", creditNote("A-9", 500)), posting("F-2", creditNote("A-2", 12000))} {
		for range 2 { // the second time it is known
			before := dump(t, dsn)
			tried, err := store.TryPostEntry(t.Context(), p)
			require.NoError(t, err)
			require.Equal(t, before, dump(t, dsn), p.Entry.ID)
			posted, err := store.PostEntry(t.Context(), p)
			require.NoError(t, err)
			require.Equal(t, posted, tried)
		}
	}
	for _, p := range []casefile.Posting{posting("F-1", creditNote("A-1", 600)), posting("F-2", creditNote("A-1", 500)), posting("F-8", creditNote("A-9", 500))} {
		_, err := store.TryPostEntry(t.Context(), p)
		var refused *collection.Refusal
		require.ErrorAs(t, err, &refused)
		require.Equal(t, collection.RefusedConflict, refused.Code)
	}
}

package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile/casefiletest"
	"relance/collection"
)

func TestACaseKeepsTheTermsItsCreditorHadWhenItWasOpened(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	creditor, err := store.Creditor(t.Context(), acme)
	require.NoError(t, err)
	none := 0
	creditor.Terms = collection.CreditorTerms{Promises: collection.PromiseTerms{Grace: &none, MostBroken: 2}, Disputes: collection.DisputeTerms{RespondWithin: 3}}
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	openCase(t, store, "F-1")
	ruled(t, store, "F-1", sendingDay, disputeAt("d", sendingDay, 3000))
	file := readFile(t, store, "F-1")
	require.Equal(t, creditor.Terms, file.Case.Terms)
	require.Equal(t, "2026-04-09", file.Tasks[0].DueOn.String(), "three working days instead of ten")

	kept := creditor.Terms
	creditor.Terms = collection.CreditorTerms{}
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	require.Equal(t, kept, readFile(t, store, "F-1").Case.Terms)
	openCase(t, store, "F-2")
	require.Zero(t, readFile(t, store, "F-2").Case.Terms)
}

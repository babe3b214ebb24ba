package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/latefees"
	"relance/law"
	"relance/ledger"
)

// The 8 % of a contract are below three times the legal rate, which is 8.25 % in
// the second half of 2026: the amounts stay, and the creditor is told.
func TestACreditorIsToldOfAClauseBelowTheLegalFloor(t *testing.T) {
	t.Parallel()
	store := claiming(t)
	creditor, err := store.Creditor(t.Context(), acme)
	require.NoError(t, err)
	eight, err := law.ParsePercent("8.00")
	require.NoError(t, err)
	creditor.LateFees = ledger.Policy{ClaimFrom: collection.ToneFormal, Terms: latefees.Terms{Clause: latefees.FixedRate(eight)}}
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	_, _, err = store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	file, err := store.CaseFile(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)

	warnings, err := file.Warnings(time.Date(2026, time.September, 1, 9, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Len(t, warnings, 1)
	require.Equal(t, latefees.BelowFloor, warnings[0].Code)
	require.Contains(t, warnings[0].Message.EN, "8.00 % for the second half of 2026, at least 8.25 %")
	early, err := file.Warnings(casefiletest.Opened)
	require.NoError(t, err)
	require.Empty(t, early, "nothing is late yet")
}

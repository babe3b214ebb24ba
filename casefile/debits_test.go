package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/directdebit"
)

func mandate() casefile.Mandate {
	return casefile.Mandate{
		Creditor: acme, Debtor: casefiletest.Debtor, ID: "M-1", Scheme: directdebit.Core, SignedOn: calendar.NewDate(2026, time.March, 20),
		Name: "Martin SAS", Town: "Lyon", Country: "FR", IBAN: "FR1420041010050500013M02606",
	}
}

func TestAMandateIsKeptAsItWasSigned(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	ctx := t.Context()
	require.NoError(t, store.SaveMandate(ctx, mandate(), "anne", sendingDay))
	require.NoError(t, store.SaveMandate(ctx, mandate(), "anne", sendingDay))
	other := mandate()
	other.Town = "Paris"
	require.ErrorContains(t, store.SaveMandate(ctx, other, "anne", sendingDay), "is recorded already, with other data")
	other = mandate()
	other.ID, other.Town, other.IBAN = "M-2", "", "FR00"
	err := store.SaveMandate(ctx, other, "anne", sendingDay)
	require.ErrorContains(t, err, "needs a town and a country")
	require.ErrorContains(t, err, "is not an IBAN")
	other = mandate()
	other.SignedOn = calendar.NewDate(2027, time.March, 20)
	require.ErrorContains(t, store.SaveMandate(ctx, other, "anne", sendingDay), "which is to come")
	other = mandate()
	other.ID, other.Debtor = "M-3", "nobody"
	require.ErrorIs(t, store.SaveMandate(ctx, other, "anne", sendingDay), casefile.ErrUnknownDebtor)
	require.NoError(t, store.RevokeMandate(ctx, acme, "M-1", calendar.NewDate(2026, time.April, 2)))
	kept, err := store.Mandate(ctx, acme, "M-1")
	require.NoError(t, err)
	require.Equal(t, "2026-04-02", kept.RevokedOn.String())
	require.ErrorIs(t, store.RevokeMandate(ctx, acme, "M-9", kept.RevokedOn), casefile.ErrUnknownMandate)
}

func TestACollectionStandsInOneFileOnly(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	ctx := t.Context()
	require.NoError(t, store.SaveMandate(ctx, mandate(), "anne", sendingDay))
	require.NoError(t, store.RecordPlan(ctx, writing(acceptPlan(t, planOver(t, "P-1", "F-1")), 1, "proposed")))
	debit := func(id string, instalment int) casefile.PlannedDebit {
		return casefile.PlannedDebit{Plan: "P-1", Instalment: instalment, Collection: directdebit.Collection{
			EndToEnd: id, Amount: euros(4000), On: calendar.NewDate(2026, time.May, 4), Mandate: mandate().Given(),
		}}
	}
	write := func(file string, planned ...casefile.PlannedDebit) (content []byte, written []casefile.PlannedDebit, known []casefile.KnownDebit) {
		t.Helper()
		content, written, known, err := store.WriteDebitFile(ctx, acme, file, planned, casefile.Author{By: "anne", At: sendingDay},
			func(collections []directdebit.Collection) ([]byte, error) {
				return []byte(collections[0].EndToEnd), nil
			})
		require.NoError(t, err)
		return content, written, known
	}
	content, written, known := write("DD-1", debit("P-1-1-1-1", 1))
	require.Equal(t, "P-1-1-1-1", string(content))
	require.Len(t, written, 1)
	require.Empty(t, known)
	content, written, known = write("DD-2", debit("P-1-1-1-1", 1))
	require.Empty(t, content, "nothing is collected twice")
	require.Empty(t, written)
	require.Equal(t, "DD-1", known[0].File)
	content, _, known = write("DD-3", debit("P-1-1-1-1", 1), debit("P-1-1-2-1", 2))
	require.Equal(t, "P-1-1-2-1", string(content))
	require.Len(t, known, 1)
	used, err := store.Mandate(ctx, acme, "M-1")
	require.NoError(t, err)
	require.Equal(t, "2026-05-04", used.LastUsedOn.String())
}

package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/identifiers"
	"relance/money"
)

func transfer(id string, minor int64) casefile.Transfer {
	return casefile.Transfer{Creditor: acme, ID: id, Amount: euros(minor), ReceivedOn: calendar.NewDate(2026, 4, 10), At: sendingDay, Actor: "bank"}
}

func divide(t *testing.T, store *casefile.Store, given casefile.Transfer) []casefile.Share {
	t.Helper()
	shares, err := store.DivideTransfer(t.Context(), given)
	require.NoError(t, err)
	return shares
}

func TestATransferIsDividedAmongTheInvoicesItNames(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for _, number := range []string{"F-10", "F-101", "F-11"} {
		openCase(t, store, number)
	}
	other := casefiletest.Opening("F-20")
	other.Debtor.ID, other.Debtor.Name = "durand", "Durand SA"
	_, _, err := store.OpenCase(t.Context(), other)
	require.NoError(t, err)
	reference := identifiers.NewCreditorReference(acme, "F-11")

	whole := func(invoice, payment string) casefile.Share {
		return casefile.Share{Invoice: invoice, Payment: payment, Amount: euros(12000)}
	}
	by := func(id, remittance string, minor int64) []casefile.Share {
		given := transfer(id, minor)
		given.Remittance = remittance
		return divide(t, store, given)
	}
	require.Equal(t, []casefile.Share{whole("F-101", "T1")}, by("T1", "VIR SEPA FACTURE F-101 MERCI", 12000), "its number, as a word of its own")
	require.Equal(t, []casefile.Share{whole("F-11", "T2")}, by("T2", "/RFB/"+reference.Print(), 12000), "its creditor reference, printed in groups")
	require.Equal(t, []casefile.Share{whole("F-10", "T3/F-10"), whole("F-11", "T3/F-11")}, by("T3", "f-11 et F-10", 24000), "two of them")
	require.Equal(t, []casefile.Share{whole("F-10", "T4/F-10"), whole("F-20", "T4/F-20")}, by("T4", "F-20, F-10", 24000), "of two debtors: what is named, and nothing else")

	unnamed := transfer("T5", 30000)
	unnamed.Debtor = casefiletest.Debtor
	require.Equal(t, []casefile.Share{
		{Invoice: "F-10", Payment: "T5/F-10", Amount: euros(10000)}, {Invoice: "F-101", Payment: "T5/F-101", Amount: euros(10000)},
		{Invoice: "F-11", Payment: "T5/F-11", Amount: euros(10000)},
	}, divide(t, store, unnamed), "debts that are alike in proportion")

	require.Equal(t, []casefile.Share{{Payment: "T6", Amount: euros(5000)}}, by("T6", "LOYER AVRIL", 5000), "it fits no invoice")
	require.Equal(t, []casefile.Share{{Invoice: "F-20", Payment: "T7", Amount: euros(15000)}}, by("T7", "F-20", 15000), "what is left is the debtor's credit there")
}

func TestATransferIsDividedOnce(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-10")
	openCase(t, store, "F-11")
	given := transfer("T1", 18000)
	given.Remittance = "F-10 F-11"
	first := divide(t, store, given)
	post(t, store, "F-10", payment("P-other", 12000))
	require.Equal(t, first, divide(t, store, given), "whatever was paid since")

	given.Amount = euros(19000)
	_, err := store.DivideTransfer(t.Context(), given)
	var refused *collection.Refusal
	require.ErrorAs(t, err, &refused)
	require.Equal(t, collection.RefusedConflict, refused.Code)

	given = transfer("T2", 100)
	given.Creditor = "nobody"
	_, err = store.DivideTransfer(t.Context(), given)
	require.ErrorIs(t, err, casefile.ErrUnknownCreditor)
	given = transfer("T3", 100)
	given.Amount = money.FromMinor(-5, "EUR")
	_, err = store.DivideTransfer(t.Context(), given)
	require.ErrorAs(t, err, &refused)
}

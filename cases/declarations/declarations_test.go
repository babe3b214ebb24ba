package declarations_test

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"github.com/carlos7ags/folio/reader"
	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases/declarations"
	"relance/collection"
	"relance/config"
	"relance/ledger"
	"relance/messaging/compose"
	"relance/statement/declaration"
)

func TestTheLetterAndTheDataDeclareWhatTheLedgerSays(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	creditor, err := store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.LateFees, creditor.SignatoryName, creditor.SignatoryTitle = ledger.Policy{ClaimFrom: collection.ToneFormal}, "Claire Roux", "gérante"
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	_, _, err = store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	later := casefiletest.Opening("F-2") // born after the judgment
	later.Invoice.IssueDate, later.Invoice.DueDate = calendar.NewDate(2026, time.April, 20), calendar.NewDate(2026, time.May, 20)
	_, _, err = store.OpenCase(t.Context(), later)
	require.NoError(t, err)
	templates, err := compose.Load(config.Templates)
	require.NoError(t, err)
	at := time.Date(2026, time.May, 4, 9, 0, 0, 0, time.UTC)
	clock, err := calendar.Accelerated(at, at, 1)
	require.NoError(t, err)
	maker := &declarations.Maker{Store: store, Templates: templates, Clock: func() calendar.Clock { return clock }}
	request := declarations.Request{Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor}

	_, err = maker.PDF(t.Context(), request)
	require.ErrorIs(t, err, casefile.ErrUnknownProceedings)
	report := casefile.InsolvencyReport{Proceedings: casefile.Proceedings{
		Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor, ID: "2026J00417", Kind: collection.Receivership, Court: "TAE Lyon",
		Judgment: calendar.NewDate(2026, time.April, 15), Published: calendar.NewDate(2026, time.April, 30), At: at,
	}}
	_, err = store.RecordInsolvency(t.Context(), report)
	require.NoError(t, err)
	_, err = maker.PDF(t.Context(), request)
	require.ErrorContains(t, err, "nobody is recorded to whom the claims")
	report.OfficeHolder = &casefile.OfficeHolder{Role: casefile.RoleMandataire, Name: "Maître Untel", Address: casefile.Address{Line1: "1 rue Y", Postcode: "69002", City: "Lyon"}}
	_, err = store.RecordInsolvency(t.Context(), report)
	require.NoError(t, err)

	written, err := maker.JSON(t.Context(), request)
	require.NoError(t, err)
	var data declaration.Declaration
	require.NoError(t, json.Unmarshal(written, &data))
	require.Equal(t, []string{"F-1"}, data.Documents)
	require.Equal(t, "120.00 EUR", data.Claims[0].Principal.String())
	require.Equal(t, "0.56 EUR", data.Claims[0].Interest.String())
	require.Equal(t, "160.56 EUR", data.Totals[0].Total.String())
	require.Equal(t, "2026-06-30", data.Proceedings.DeclareBy.String())

	file, err := maker.PDF(t.Context(), request)
	require.NoError(t, err)
	text := textOf(t, file)
	for _, says := range []string{"Déclaration de créances", "Maître Untel", "redressement judiciaire", "160,56", "Claire Roux", "chirographaire", "F-1", "TAE Lyon"} {
		require.Contains(t, text, says)
	}
	again, err := maker.PDF(t.Context(), request)
	require.NoError(t, err)
	require.True(t, bytes.Equal(file, again), "the same declaration is the same file")
}

func textOf(t *testing.T, file []byte) string {
	t.Helper()
	read, err := reader.Parse(file)
	require.NoError(t, err)
	text := ""
	for i := range read.PageCount() {
		page, err := read.Page(i)
		require.NoError(t, err)
		some, err := page.ExtractText()
		require.NoError(t, err)
		text += some + "\n"
	}
	return text
}

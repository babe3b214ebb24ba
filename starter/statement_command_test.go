package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases/statements"
	"relance/collection"
	"relance/config"
	"relance/law"
	accounts "relance/ledger"
	"relance/money"
	"relance/wiring"
)

// stating is a maker over the worked example: 10,000 due on 1 May, late fees claimed
// on 15 June, 4,000 paid on 1 July.
func stating(t *testing.T) *statements.Maker {
	t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	store := casefiletest.Open(t).UseLaw(book)
	creditor, err := store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.LateFees = accounts.Policy{ClaimFrom: collection.ToneFormal}
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	opening := casefiletest.Opening("F-1")
	opening.Invoice.DueDate, opening.Invoice.Total = calendar.NewDate(2026, time.May, 1), money.FromMinor(1_000_000, money.EUR)
	_, _, err = store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	for _, entry := range []accounts.Entry{
		{Kind: accounts.EntryClaim, ID: "C-1", ValueDate: calendar.NewDate(2026, time.June, 15)},
		{Kind: accounts.EntryPayment, ID: "P-1", Amount: money.FromMinor(400_000, money.EUR), ValueDate: calendar.NewDate(2026, time.July, 1)},
	} {
		_, err := store.PostEntry(t.Context(), casefile.Posting{Creditor: casefiletest.Creditor, Invoice: "F-1", Entry: entry, Source: "test", Actor: "test", At: begins})
		require.NoError(t, err)
	}
	templates, err := wiring.Templates(config.Default())
	require.NoError(t, err)
	clock, err := calendar.Accelerated(time.Now(), time.Date(2026, time.September, 3, 9, 0, 0, 0, time.UTC), 1)
	require.NoError(t, err)
	return &statements.Maker{Store: store, Templates: templates, Clock: func() calendar.Clock { return clock }}
}

// states runs the command and gives what it printed.
func states(t *testing.T, maker *statements.Maker, c statementCmd) (string, error) {
	t.Helper()
	request, err := c.request()
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	err = c.write(t.Context(), &program{ctx: t.Context(), out: &out, errOut: io.Discard}, maker, request)
	return plainSpaces.Replace(out.String()), err
}

var plainSpaces = strings.NewReplacer("\u00a0", " ", "\u202f", " ")

func TestAStatementIsATableOnTheTerminal(t *testing.T) {
	t.Parallel()
	maker := stating(t)
	said, err := states(t, maker, statementCmd{Of: "acme/F-1", Language: "en"})
	require.NoError(t, err)
	for _, want := range []string{"As at 3 September 2026", "Martin SAS", "Total to be paid: €6,377.99", "Payment P-1", "€3,796.88", "€134.87", "adds €2.11 of interest"} {
		require.Contains(t, said, want)
	}
	said, err = states(t, maker, statementCmd{Of: "acme", Debtor: casefiletest.Debtor, On: calendar.NewDate(2026, time.June, 1)})
	require.NoError(t, err)
	require.Contains(t, said, "Situation au 1er juin 2026")
	require.Contains(t, said, "Total à régler : 10 000,00 €")
}

func TestAStatementIsWrittenToAFileInTheFormatOfItsName(t *testing.T) {
	t.Parallel()
	maker, folder := stating(t), t.TempDir()
	for name, begin := range map[string]string{"s.pdf": "%PDF-", "s.csv": "\ufefftype;", "s.json": "{", "s.txt": "Relevé de compte"} {
		said, err := states(t, maker, statementCmd{Of: "acme/F-1", Output: filepath.Join(folder, name)})
		require.NoError(t, err)
		require.Empty(t, said)
		content, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(content), begin), name)
	}
	printed, err := states(t, maker, statementCmd{Of: "case/acme/F-1", Format: "json"})
	require.NoError(t, err)
	written, err := os.ReadFile(filepath.Join(folder, "s.json"))
	require.NoError(t, err)
	require.JSONEq(t, plainSpaces.Replace(string(written)), printed)
	var told map[string]any
	require.NoError(t, json.Unmarshal(written, &told))
	require.Equal(t, "2026-09-03", told["on"])
}

func TestAStatementThatCannotBeSaysWhatToDo(t *testing.T) {
	t.Parallel()
	maker := stating(t)
	for want, c := range map[string]statementCmd{
		"or <creditor> --debtor ID":         {Of: "acme"},
		"with --debtor, name the creditor":  {Of: "acme/F-1", Debtor: "martin"},
		"relance list":                      {Of: "acme/F-9"},
		"relance list --creditor acme":      {Of: "acme", Debtor: "nobody"},
		"did not exist on 2026-02-01":       {Of: "acme/F-1", On: calendar.NewDate(2026, time.February, 1)},
		"the statement cannot be written: ": {Of: "acme/F-1", Output: filepath.Join(t.TempDir(), "nowhere", "s.pdf")},
	} {
		_, err := states(t, maker, c)
		require.ErrorContains(t, err, want)
	}
	err := run(t.Context(), []string{"statement", "acme/F-1", "--format", "docx"}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "docx")
}

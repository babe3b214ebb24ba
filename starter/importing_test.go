package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/cases/intake"
	"relance/config"
	"relance/imports"
	"relance/imports/invoice"
	"relance/wiring"
)

const columns = "invoice_number;issue_date;due_date;total;debtor_name;debtor_type;country\n"

// ledger writes a CSV of so many invoices.
func ledgerFile(t *testing.T, folder string, rows int) string {
	t.Helper()
	var text strings.Builder
	text.WriteString(columns)
	for row := range rows {
		fmt.Fprintf(&text, "%s-%d;2026-01-05;2026-02-04;12.00;Client;business;FR\n", filepath.Base(folder), row)
	}
	file := filepath.Join(folder, "ledger.csv")
	require.NoError(t, os.WriteFile(file, []byte(text.String()), 0o600))
	return file
}

func importerOf(t *testing.T, service *cases.Service) *importer {
	t.Helper()
	c := config.Default()
	c.Creditors = []config.Creditor{{ID: "acme", Name: "Acme", Address: config.Address{Country: "FR"}}}
	templates, err := wiring.Templates(c)
	require.NoError(t, err)
	strategies, err := wiring.Strategies(c, templates)
	require.NoError(t, err)
	book, err := wiring.Law(c)
	require.NoError(t, err)
	made, err := wiring.Intake(service, strategies, c.Creditors, book)
	require.NoError(t, err)
	return &importer{intake: made, options: imports.Options{Rules: made.Rules()}}
}

// dryImporter changes nothing.
func dryImporter(t *testing.T) *importer {
	t.Helper()
	i := importerOf(t, &cases.Service{Store: casefiletest.Open(t), Clock: func() calendar.Clock { return calendar.Clock{} }})
	i.intake = i.intake.DryRun()
	return i
}

func TestAnImportThatIsStoppedRefusesNothingAndCountsWhatItDidNotReach(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	store := casefiletest.Open(t)
	require.NoError(t, store.SaveCreditor(t.Context(), casefile.Creditor{ID: "acme", Name: "Acme"}))
	// Ctrl-C comes when the first case is about to be opened.
	service := &cases.Service{Store: store, Clock: func() calendar.Clock { stop(); return calendar.Clock{} }}
	folder := t.TempDir()
	var files []string
	for range 3 {
		folder = filepath.Join(folder, "x")
		require.NoError(t, os.Mkdir(folder, 0o700))
		files = append(files, ledgerFile(t, folder, 100))
	}
	result, err := importerOf(t, service).run(ctx, files)
	require.NoError(t, err)
	require.Empty(t, result.refused)
	require.Positive(t, result.untaken)
	require.LessOrEqual(t, result.untaken, concurrentOpenings+1, "nothing more is taken")
	require.Equal(t, 1, result.broken)
	require.Equal(t, 2, result.unopened)

	var said bytes.Buffer
	result.print(&said)
	require.Contains(t, said.String(), "0 refused")
	require.Contains(t, said.String(), ", the rest of 1 file, 2 whole files\n")
	require.NotContains(t, said.String(), "canceled")
}

func TestAnImportToTheEndReachesEverything(t *testing.T) {
	t.Parallel()
	i := dryImporter(t)
	folder := t.TempDir()
	ledgerFile(t, folder, 30)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "bad.csv"), []byte(columns+";;;;;;\nF-1;;;x;Client;business;FR\n"), 0o600))
	result, err := i.run(t.Context(), []string{folder})
	require.NoError(t, err)
	require.Equal(t, map[intake.Outcome]int{intake.WouldOpen: 30}, result.outcomes)
	require.NotEmpty(t, result.refused)
	var said bytes.Buffer
	result.print(&said)
	require.NotContains(t, said.String(), "not reached")

	_, err = i.run(t.Context(), []string{t.TempDir()})
	require.ErrorContains(t, err, "no CSV, XML or PDF file")
}

func TestTheBarEndsOnlyWhenTheImportDoes(t *testing.T) {
	t.Parallel()
	for _, guess := range []int64{0, 1, 3, 1000} {
		b := newBar("Importing", guess)
		for range 50 {
			b.advance()
			require.False(t, b.tracker.IsDone(), "guessed %d", guess)
		}
		require.EqualValues(t, 50, b.tracker.Value())
		b.tracker.MarkAsDone()
		require.InDelta(t, 100, b.tracker.PercentDone(), 0)
	}
}

func TestTheRowsOfALedgerAreCountedInAdvance(t *testing.T) {
	t.Parallel()
	require.EqualValues(t, 5000, documentsIn(ledgerFile(t, t.TempDir(), 5000)), "more than one buffer of them")
	require.EqualValues(t, 1, documentsIn(filepath.Join("demo", "portfolio", "AL-2026-0105-factur-x.pdf")))
	require.EqualValues(t, 1, documentsIn(filepath.Join("demo", "portfolio", "AL-2026-0101-ubl.xml")))
	require.EqualValues(t, 1, documentsIn("/nowhere"))
	empty := filepath.Join(t.TempDir(), "empty.csv")
	require.NoError(t, os.WriteFile(empty, nil, 0o600))
	require.EqualValues(t, 1, documentsIn(empty))
}

func TestABarIsDrawnWhereThereIsATerminal(t *testing.T) {
	t.Parallel()
	i := dryImporter(t)
	i.progress = true
	var drawn bytes.Buffer
	i.out = &drawn
	_, err := i.run(t.Context(), []string{ledgerFile(t, t.TempDir(), 300)})
	require.NoError(t, err)
	require.Contains(t, drawn.String(), "Importing 1 file")
	require.Contains(t, drawn.String(), "300")
}

func TestAFileOfNothingButBadRowsIsCountedAndDoesNotFillTheMemory(t *testing.T) {
	t.Parallel()
	var result imported
	result.outcomes = map[intake.Outcome]int{}
	for line := range 3 * keptRefusals {
		result.refuse(taking{source: invoice.Source{File: "f.csv", Line: line}, err: errors.New("bad")})
	}
	require.Len(t, result.refused, keptRefusals)
	var said strings.Builder
	result.print(&said)
	require.Contains(t, said.String(), "refused  … and 2950 more")
	require.Contains(t, said.String(), "3000 refused")
}

package demo

import (
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/imports"
	"relance/imports/invoice"
	"relance/law/lawtest"
)

// imported is the cases of the portfolio, in the order of their numbers.
func imported(t *testing.T) []casefile.CaseRow {
	t.Helper()
	var rows []casefile.CaseRow
	for _, pattern := range []string{"*.csv", "*.xml", "*.pdf"} {
		files, err := filepath.Glob(filepath.Join("portfolio", pattern))
		require.NoError(t, err)
		for _, file := range files {
			for document, err := range imports.Open(t.Context(), file, imports.Options{Rules: invoice.Rules{Law: invoice.LawOf(lawtest.BuiltIn(t))}}) {
				require.NoError(t, err)
				if document.Kind == invoice.Invoice {
					rows = append(rows, casefile.CaseRow{Creditor: Creditor, Invoice: document.Number, DueDate: document.Due})
				}
			}
		}
	}
	return rows
}

func TestEveryInvoiceOfThePortfolioHasItsBehaviour(t *testing.T) {
	t.Parallel()
	var numbers []string
	for _, row := range imported(t) {
		numbers = append(numbers, row.Invoice)
	}
	slices.Sort(numbers)
	require.Equal(t, invoices(), numbers)
	done := map[deed]bool{}
	for _, a := range schedule(imported(t)) {
		done[a.what] = true
	}
	require.Len(t, done, 16, "everything that can happen does")
}

func TestAnInvoiceOfTheUsersOwnChangesNobodysBehaviourAndIsLeftAlone(t *testing.T) {
	t.Parallel()
	portfolio := imported(t)
	before := schedule(portfolio)
	early := calendar.NewDate(2020, 1, 1)
	own := []casefile.CaseRow{
		{Creditor: Creditor, Invoice: "MY-1", DueDate: early},
		{Creditor: Creditor, Invoice: "AL-2026-0041", DueDate: early},
		{Creditor: "another", Invoice: "AL-2026-0001", DueDate: early},
	}
	require.Equal(t, before, schedule(append(own, portfolio...)))
	require.Empty(t, schedule(own))
}

// Package portfolio_test checks the invoices of the demonstration: the ledger and
// the e-invoices of a fictional creditor, Atelier Lumière SAS, as they would come
// out of its billing software around 2 March 2026. Companies, people, identifiers
// and addresses are made up; phone numbers are from the ranges reserved for
// fiction, domains from those reserved for documentation.
package portfolio_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/imports"
	"relance/imports/invoice"
	"relance/law/lawtest"
	"relance/money"
)

const creditor = "atelier-lumiere"

// portfolio is every document of the folder, by number.
func portfolio(t *testing.T) map[string]invoice.Document {
	t.Helper()
	documents := map[string]invoice.Document{}
	for _, pattern := range []string{"*.csv", "*.xml", "*.pdf"} {
		paths, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, path := range paths {
			for document, err := range imports.Open(t.Context(), path, imports.Options{Rules: invoice.Rules{Law: invoice.LawOf(lawtest.BuiltIn(t))}}) {
				require.NoError(t, err)
				require.NotContains(t, documents, document.Number, "two documents have one number")
				documents[document.Number] = document
			}
		}
	}
	return documents
}

func TestEveryDocumentOfThePortfolioIsImported(t *testing.T) {
	t.Parallel()
	documents := portfolio(t)
	require.Len(t, documents, 47)
	formats := map[invoice.Format]int{}
	for _, d := range documents {
		formats[d.Source.Format]++
		if d.Source.Format == invoice.FormatCSV {
			require.Equal(t, creditor, d.Creditor)
		} else {
			require.Equal(t, "000007005", d.Seller.SIREN, d.Number)
			require.Equal(t, "FR7630006000011234567890189", d.Accounts[0].IBAN)
			for _, subject := range []string{"PMT", "PMD", "AAB"} {
				_, ok := d.Mention(subject)
				require.True(t, ok, "%s has no %s", d.Number, subject)
			}
		}
	}
	require.Equal(t, map[invoice.Format]int{
		invoice.FormatCSV: 41, invoice.FormatUBLInvoice: 2, invoice.FormatUBLCreditNote: 1, invoice.FormatCII: 2, invoice.FormatFacturXPDF: 1,
	}, formats)
}

// The first morning of the demonstration must have something of everything.
func TestThePortfolioIsVaried(t *testing.T) {
	t.Parallel()
	today, err := calendar.ParseDate("2026-03-02")
	require.NoError(t, err)
	debtors, kinds, languages, countries := map[string]bool{}, map[invoice.DebtorKind]bool{}, map[string]bool{}, map[string]bool{}
	var overdue, dueSoon, dueLater, withoutEmail, withoutPhone, partlyPaid int
	for _, d := range portfolio(t) {
		debtors[d.Buyer.Ref], kinds[d.Buyer.Kind], countries[d.Buyer.Address.Country] = true, true, true
		languages[d.Buyer.Language] = true
		if d.Kind == invoice.CreditNote {
			continue
		}
		require.LessOrEqual(t, d.AmountDue.Minor(), int64(48_000_00), d.Number)
		require.GreaterOrEqual(t, d.AmountDue.Minor(), int64(80_00), d.Number)
		var email, phone bool
		for _, contact := range d.Buyer.Contacts {
			email, phone = email || contact.Email != "", phone || contact.Phone != ""
		}
		count := func(n *int, when bool) {
			if when {
				*n++
			}
		}
		count(&overdue, d.Due < today)
		count(&dueSoon, d.Due >= today && d.Due < today.AddDays(15))
		count(&dueLater, d.Due >= today.AddDays(15))
		count(&withoutEmail, !email)
		count(&withoutPhone, !phone)
		count(&partlyPaid, d.AmountDue != d.Total)
	}
	require.Len(t, debtors, 18)
	require.Len(t, kinds, 3, "business, consumer and public; none unknown")
	require.Subset(t, languages, map[string]bool{"fr": true, "en": true})
	require.Len(t, countries, 4)
	for what, n := range map[string]int{
		"overdue": overdue, "due soon": dueSoon, "due later": dueLater,
		"without e-mail": withoutEmail, "without phone": withoutPhone, "partly paid": partlyPaid,
	} {
		require.GreaterOrEqual(t, n, 2, what)
	}
}

func TestCreditNotesNameInvoicesOfThePortfolio(t *testing.T) {
	t.Parallel()
	documents := portfolio(t)
	for number, credit := range map[string]money.Amount{
		"AV-2026-0001": money.FromMinor(240_00, "EUR"),
		"AV-2026-0102": money.FromMinor(1_500_00, "EUR"),
	} {
		d := documents[number]
		require.Equal(t, invoice.CreditNote, d.Kind)
		require.Equal(t, credit, d.Credit())
		lowered, ok := documents[d.References[0].Number]
		require.True(t, ok)
		require.Equal(t, d.Buyer.Ref, lowered.Buyer.Ref)
		require.Greater(t, lowered.AmountDue.Minor(), credit.Minor())
	}
}

func TestOneBadAddressWaitsForAPerson(t *testing.T) {
	t.Parallel()
	for number, d := range portfolio(t) {
		if d.Buyer.Ref == "CL-010" {
			require.Equal(t, invoice.AboutContact, d.Warnings[0].About)
			continue
		}
		require.Empty(t, d.Warnings, number)
	}
}

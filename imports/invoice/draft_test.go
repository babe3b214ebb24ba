package invoice_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/imports/invoice"
	"relance/money"
)

// newDraft is an acceptable invoice of 120.00 EUR issued on 2026-03-02.
func newDraft(rules invoice.Rules) *invoice.Draft {
	draft := invoice.NewDraft(invoice.Source{File: "ledger.csv", Line: 7, Format: invoice.FormatCSV}, rules)
	draft.SetNumber(invoice.Cell{Value: "F-1"})
	draft.Currency = "EUR"
	draft.Issued = 20514 // 2026-03-02
	draft.Total = money.FromMinor(12000, "EUR")
	draft.AmountDue = draft.Total
	draft.Buyer.Name = "Boulangerie Durand"
	return draft
}

func TestTheDueDateComesFromTheBestSource(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, stated, terms, delivered, due string
		source                              invoice.DueDateSource
	}{
		{"a stated date wins over terms", "2026-05-15", "30 jours", "", "2026-05-15", invoice.DueStated},
		{"terms are computed", "", "45 jours fin de mois", "", "2026-04-30", invoice.DueFromTerms},
		{"without both the law gives 30 days", "", "", "", "2026-04-01", invoice.DueLegalDefault},
		{"counted from a later delivery", "", "", "2026-03-10", "2026-04-09", invoice.DueLegalDefault},
		{"never from an earlier one", "", "", "2026-01-10", "2026-04-01", invoice.DueLegalDefault},
		{"terms not understood count as none", "", "selon contrat", "", "2026-04-01", invoice.DueLegalDefault},
	} {
		draft := newDraft(usual(t))
		if c.stated != "" {
			draft.Due = date(t, c.stated)
		}
		if c.delivered != "" {
			draft.Delivered = date(t, c.delivered)
		}
		draft.SetTerms(invoice.Cell{Value: c.terms})
		document, err := draft.Complete()
		require.NoError(t, err, c.name)
		require.Equal(t, c.due, document.Due.String(), c.name)
		require.Equal(t, c.source, document.DueDateSource, c.name)
	}
}

func TestTermsThatWereNotUnderstoodAreReportedOnlyWhenNeeded(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.SetTerms(invoice.Cell{Value: "selon contrat"})
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, invoice.AboutTerms, document.Warnings[0].About)

	draft = newDraft(usual(t))
	draft.Due = date(t, "2026-05-15")
	draft.SetTerms(invoice.Cell{Value: "selon contrat"})
	document, err = draft.Complete()
	require.NoError(t, err)
	require.Empty(t, document.Warnings)
}

func TestInstalmentsMakeTheWholeDueOnTheLastDate(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.AddInstalment(date(t, "2026-06-01"), money.FromMinor(6000, "EUR"), "solde")
	draft.AddInstalment(date(t, "2026-04-01"), money.FromMinor(6000, "EUR"), "acompte")
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, "2026-06-01", document.Due.String())
	require.Equal(t, invoice.DueStated, document.DueDateSource)
	require.Len(t, document.Instalments, 2)
	require.Equal(t, "2026-04-01", document.Instalments[0].Due.String())
	require.Equal(t, invoice.AboutTerms, document.Warnings[0].About)
}

func TestASingleInstalmentIsJustADueDate(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.AddInstalment(date(t, "2026-06-01"), money.Amount{}, "")
	draft.AddInstalment(date(t, "2026-06-01"), money.Amount{}, "")
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, "2026-06-01", document.Due.String())
	require.Empty(t, document.Instalments)
	require.Empty(t, document.Warnings)
}

func TestDocumentsThatCannotBeClaimedAreRefused(t *testing.T) {
	t.Parallel()
	for reason, spoil := range map[string]func(*invoice.Draft){
		"the invoice number is missing":                func(d *invoice.Draft) { d.SetNumber(invoice.Cell{Value: "  "}) },
		"contains control characters":                  func(d *invoice.Draft) { d.SetNumber(invoice.Cell{Value: "F\x071"}) },
		"longer than 100 characters":                   func(d *invoice.Draft) { d.SetNumber(invoice.Cell{Value: strings.Repeat("9", 101)}) },
		"is before the issue date 2026-03-02":          func(d *invoice.Draft) { d.Due = d.Issued - 1 },
		"an invoice cannot total less than zero":       func(d *invoice.Draft) { d.Total = money.FromMinor(-1, "EUR"); d.AmountDue = d.Total },
		"neither an amount due nor a total":            func(d *invoice.Draft) { d.Total, d.AmountDue = money.Amount{}, money.Amount{} },
		"nobody to claim from":                         func(d *invoice.Draft) { d.Buyer.Name = "" },
		"use an ISO 4217 code such as EUR":             func(d *invoice.Draft) { d.SetCurrency(invoice.Cell{Value: "EURO"}) },
		"beyond 10000000000.00 EUR, the largest":       func(d *invoice.Draft) { d.Amount(invoice.Cell{}, "10000000000.01") },
		"not an amount in EUR; write it like 1234.50":  func(d *invoice.Draft) { d.Amount(invoice.Cell{}, "12.345") },
		"a pro-forma invoice, which nobody owes yet":   func(d *invoice.Draft) { d.SetType(invoice.Cell{Value: "325"}, false) },
		"the year is not between 1990 and 2099":        func(d *invoice.Draft) { d.Date(invoice.Cell{}, 200_000, true, "") },
		"not a date; write it like 2026-03-31":         func(d *invoice.Draft) { d.Date(invoice.Cell{}, 0, false, "write it like 2026-03-31") },
		"ledger.csv, line 9, total \"x\": not allowed": func(d *invoice.Draft) { d.Refuse(invoice.Cell{Field: "total", Value: "x", Line: 9}, "not allowed") },
	} {
		draft := newDraft(usual(t))
		spoil(draft)
		_, err := draft.Complete()
		require.ErrorContains(t, err, reason)
		var refusal *invoice.Refusal
		require.ErrorAs(t, err, &refusal)
		require.False(t, refusal.WholeFile())
		var fault *invoice.RowError
		require.ErrorAs(t, err, &fault)
		require.Equal(t, "ledger.csv", fault.File)
		require.NotZero(t, fault.Line)
	}
}

func TestEveryFaultOfADocumentIsReportedAtOnce(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.SetNumber(invoice.Cell{Field: "invoice_number"})
	draft.Due = draft.Issued - 1
	_, err := draft.Complete()
	var refusal *invoice.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Len(t, refusal.Faults, 2)
}

func TestNothingToCollectIsStillAValidDocument(t *testing.T) {
	t.Parallel()
	for _, minor := range []int64{0, -500} {
		draft := newDraft(usual(t))
		draft.AmountDue = money.FromMinor(minor, "EUR")
		document, err := draft.Complete()
		require.NoError(t, err)
		require.True(t, document.NothingDue())
		require.Equal(t, minor, document.AmountDue.Minor(), "the stated amount stands")
	}
}

func TestACreditNoteLowersTheDebtWhateverItsSign(t *testing.T) {
	t.Parallel()
	for _, minor := range []int64{12000, -12000} {
		draft := newDraft(usual(t))
		draft.SetType(invoice.Cell{Value: "381"}, false)
		draft.Total = money.FromMinor(minor, "EUR")
		draft.AmountDue = draft.Total
		draft.AddReference("F-0", 0)
		document, err := draft.Complete()
		require.NoError(t, err)
		require.Equal(t, invoice.CreditNote, document.Kind)
		require.Equal(t, minor, document.Total.Minor())
		require.Equal(t, money.FromMinor(12000, "EUR"), document.Credit())
		require.True(t, document.Due.IsZero(), "nothing falls due on a credit note")
		require.Empty(t, document.Warnings)
	}
}

func TestACreditNoteThatNamesNoInvoiceNeedsAPerson(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.SetType(invoice.Cell{}, true)
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, invoice.AboutDocument, document.Warnings[0].About)
}

func TestTheKindOfDebtorIsOnlyWhatTheDocumentSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		state func(*invoice.Draft)
		kind  invoice.DebtorKind
	}{
		{"silence is unknown", func(*invoice.Draft) {}, invoice.KindUnknown},
		{"a VAT number is a business", func(d *invoice.Draft) { d.Buyer.VAT = "DE123456789" }, invoice.KindBusiness},
		{"a SIREN is a business", func(d *invoice.Draft) { d.Buyer.SIREN = "732829320" }, invoice.KindBusiness},
		{"a SIREN of the State is public", func(d *invoice.Draft) { d.Buyer.SIREN = "110000015" }, invoice.KindPublic},
		{"a SIREN of a town is public", func(d *invoice.Draft) { d.Buyer.SIREN = "217500016" }, invoice.KindPublic},
		{"a Leitweg-ID is public", func(d *invoice.Draft) {
			d.SetEndpoint(&d.Buyer.Party, invoice.Cell{Value: "991-12345-67"}, "0204")
		}, invoice.KindPublic},
		{"the French note decides", func(d *invoice.Draft) {
			d.Buyer.SIREN = "732829320"
			d.AddMention("BAR", "B2C")
		}, invoice.KindConsumer},
		{"what the ledger says stands", func(d *invoice.Draft) {
			d.Buyer.Kind = invoice.KindConsumer
			d.Buyer.SIREN = "732829320"
		}, invoice.KindConsumer},
	} {
		draft := newDraft(usual(t))
		c.state(draft)
		document, err := draft.Complete()
		require.NoError(t, err)
		require.Equal(t, c.kind, document.Buyer.Kind, c.name)
	}
}

func TestAmountsThatDoNotAddUpAreReportedButStand(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.Source.Format = invoice.FormatCII
	draft.Prepaid = money.FromMinor(2000, "EUR")
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, money.FromMinor(12000, "EUR"), document.AmountDue)
	require.Equal(t, invoice.AboutAmounts, document.Warnings[0].About)
	require.Contains(t, document.Warnings[0].Reason, "less the prepaid 20.00 (100.00)")
}

func TestAWrongAccountIsNeverPrintedOnAReminder(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.AddAccount(invoice.AccountCells{IBAN: invoice.Cell{Value: "FR76 3000 6000 0112 3456 7890 188"}})
	draft.AddAccount(invoice.AccountCells{IBAN: invoice.Cell{Value: "FR76 3000 6000 0112 3456 7890 189"}, BIC: invoice.Cell{Value: "nonsense"}})
	draft.AddAccount(invoice.AccountCells{IBAN: invoice.Cell{Value: "fr7630006000011234567890189"}})
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Equal(t, []invoice.BankAccount{{IBAN: "FR7630006000011234567890189"}}, document.Accounts)
	require.Len(t, document.Warnings, 2)
}

func TestCorrectedAndFactoredInvoicesAreMarked(t *testing.T) {
	t.Parallel()
	draft := newDraft(usual(t))
	draft.SetType(invoice.Cell{Value: "384"}, false)
	document, err := draft.Complete()
	require.NoError(t, err)
	require.True(t, document.Corrective())
	require.Equal(t, invoice.Invoice, document.Kind)

	draft = newDraft(usual(t))
	draft.SetType(invoice.Cell{Value: "393"}, false)
	document, err = draft.Complete()
	require.NoError(t, err)
	require.Contains(t, document.Warnings[0].Reason, "sold to a factor")
}

func TestLimitsAreConfigurable(t *testing.T) {
	t.Parallel()
	draft := newDraft(invoice.Rules{MaxMinor: 100})
	draft.Amount(invoice.Cell{}, "1.01")
	_, err := draft.Complete()
	require.ErrorContains(t, err, "beyond 1.00 EUR")

}

func TestTextIsMadeFitToStore(t *testing.T) {
	t.Parallel()
	require.Equal(t, "12 rue de l'Été Bât. B", invoice.Tidy("  12 rue\u00a0de l'Été\r\n\tBât. B\x00 "))
	require.Equal(t, "a b", invoice.Tidy("a b"))
	require.Empty(t, invoice.Tidy(" \t"))
	require.Equal(t, "numero d'oeuvre strasse", invoice.Fold("Numéro d’ŒUVRE  Straße"))
}

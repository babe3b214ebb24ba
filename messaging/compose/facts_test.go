package compose

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/money"
)

func TestFactsThatContradictThemselvesAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(*Facts)
		want   string
	}{
		{"no creditor", func(f *Facts) { f.Creditor.Name = "" }, "the creditor has no name"},
		{"no debtor", func(f *Facts) { f.Debtor.Name = "" }, "the debtor has no name"},
		{"unknown kind", func(f *Facts) { f.Debtor.Kind = "company" }, `kind is "company"`},
		{"no day", func(f *Facts) { f.Today = 0 }, "the day the message is written is not set"},
		{"no invoice", func(f *Facts) { f.Invoices = nil; f.TotalOpen = money.Amount{} }, "about no invoice"},
		{"a total of its own", func(f *Facts) { f.TotalOpen = money.FromMinor(1, money.EUR) }, "the invoices add up to 1234.56 EUR"},
		{"another currency", func(f *Facts) { f.Invoices[0].Paid = money.FromMinor(1, "USD") }, "do not go together"},
		{"an open amount of its own", func(f *Facts) { f.Invoices[0].Paid = money.Amount{} }, "total less payments, credit notes and what is disputed is 1834.56 EUR"},
		{"no due date", func(f *Facts) { f.Invoices[0].DueDate = 0 }, "invoice 1 (FA-2026-0117): its due date is not set"},
		{"a website that is a script", func(f *Facts) { f.Creditor.Website = "javascript:alert(1)" }, "not an http or https address"},
		{"recovery costs claimed from a consumer", func(f *Facts) {
			f.Debtor.Kind = Consumer
			f.LateFees = &LateFees{Indemnity: money.FromMinor(4000, money.EUR), Total: money.FromMinor(4000, money.EUR)}
		}, "must not be claimed from a consumer"},
		{"late fees that do not add up", func(f *Facts) {
			f.LateFees = &LateFees{Interest: money.FromMinor(1, money.EUR), Total: money.FromMinor(2, money.EUR)}
		}, "interest, indemnity and costs add up to 0.01 EUR"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := Example()
			c.change(&f)
			require.ErrorContains(t, f.validate(), c.want)
		})
	}
}

func TestAllThatIsWrongIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	err := Facts{}.validate()
	for _, want := range []string{"the creditor has no name", "the debtor has no name", "kind", "the day", "no invoice"} {
		require.ErrorContains(t, err, want)
	}
}

func TestAnOverpaidInvoiceOwesNothing(t *testing.T) {
	t.Parallel()
	f := Example()
	f.Invoices[0].Paid = money.FromMinor(200_000, money.EUR)
	f.Invoices[0].Open = money.FromMinor(0, money.EUR)
	f.TotalOpen = money.FromMinor(0, money.EUR)
	require.NoError(t, f.validate())
}

func TestExamplesAreValid(t *testing.T) {
	t.Parallel()
	for _, f := range append(examples(), Example()) {
		require.NoError(t, f.validate())
	}
	require.NotNil(t, statementExample().PaymentCode, "templates are tried with a code")
}

func TestTextsFromOutsideBecomeOneVisibleLine(t *testing.T) {
	t.Parallel()
	for dirty, clean := range map[string]string{
		"Durand\r\nBcc: all@example.org": "Durand Bcc: all@example.org",
		"a\u2028b\u2029c\x00d":           "a b c d",
		"1\u202e00\u202c €":              "100 €",
		"zero\u200bwidth\ufeff":          "zerowidth",
		"  two   spaces ":                "two spaces",
		"broken \xff utf-8":              "broken utf-8",
		"Saint\u2011Étienne":             "Saint-Étienne",
		"Société Évry & Fils":            "Société Évry & Fils",
	} {
		require.Equal(t, clean, cleanLine(dirty))
	}
}

func TestCleaningLeavesTheCallersFactsAlone(t *testing.T) {
	t.Parallel()
	f := Example()
	f.Invoices[0].References = []string{"A\nB"}
	f.Creditor.Address = []string{"1 rue\tNeuve"}
	clean := f.cleaned()
	require.Equal(t, []string{"A B"}, clean.Invoices[0].References)
	require.Equal(t, []string{"1 rue Neuve"}, clean.Creditor.Address)
	require.Equal(t, "A\nB", f.Invoices[0].References[0])
	require.Equal(t, f.TotalOpen, clean.TotalOpen)
}

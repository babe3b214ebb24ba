package invoice_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"relance/deadlines"
	"relance/imports/invoice"
	"relance/law"
	"relance/law/lawtest"
)

// usual are the rules of an installation in France with the built-in law tables.
func usual(t require.TestingT) invoice.Rules {
	return invoice.Rules{Law: invoice.LawOf(lawtest.BuiltIn(t))}
}

// terms are law tables with the given rows of payment terms.
func terms(t *testing.T, rows ...string) invoice.Law {
	t.Helper()
	header := "key,country,debtor,category,title_en,title_fr,days,counted_from,end_of_month,valid_from,valid_to,article,source,confidence,checked_on,next_change"
	book, err := law.Load(fstest.MapFS{"payment_terms.csv": {Data: []byte(strings.Join(append([]string{header}, rows...), "\n"))}})
	require.NoError(t, err)
	return invoice.LawOf(book)
}

func TestTheDefaultTermIsThatOfTheCreditorsCountryOnTheIssueDate(t *testing.T) {
	t.Parallel()
	tables := terms(t,
		"default,FR,business,,Default,Défaut,30,receipt,no,,2025-12-31,L441-10,a source,M,2026-11-22,",
		"default,FR,business,,Default,Défaut,45,receipt,no,2026-01-01,,L441-10 new,a source,M,2026-11-22,",
		"default,EU,business,,Default,Défaut,20,receipt,no,,,a directive,a source,M,2026-11-22,")
	for _, c := range []struct{ issued, creditor, seller, due string }{
		{"2026-03-02", "", "", "2026-04-16"},
		{"2025-12-31", "", "", "2026-01-30"},
		{"2026-03-02", "zuse", "", "2026-03-22"}, // no German row: that of the Union
		{"2026-03-02", "acme", "", "2026-04-16"},
		{"2026-03-02", "acme", "DE", "2026-03-22"}, // the seller's address goes before
	} {
		draft := newDraft(invoice.Rules{Law: tables, CreditorCountries: map[string]string{"zuse": "DE"}})
		draft.Issued, draft.Creditor, draft.Seller.Address.Country = date(t, c.issued), c.creditor, c.seller
		document, err := draft.Complete()
		require.NoError(t, err)
		require.Equal(t, c.due, document.Due.String(), c)
		require.Equal(t, invoice.DueLegalDefault, document.DueDateSource)
	}
}

func TestWithoutALawTableADueDateMustBeStated(t *testing.T) {
	t.Parallel()
	_, err := newDraft(invoice.Rules{}).Complete()
	require.ErrorContains(t, err, "neither a due date nor terms are stated, and no law table says when an invoice of 2026-03-02 falls due then (FR): state the date")
	draft := newDraft(invoice.Rules{})
	draft.Due = date(t, "2026-12-31")
	document, err := draft.Complete()
	require.NoError(t, err)
	require.Empty(t, document.Warnings)
}

// Each line is an invoice of 2026-03-02 and what is said about its due date.
func TestADueDateBeyondTheLegalMaximumIsToldWithTheArticleAndStays(t *testing.T) {
	t.Parallel()
	const tooLate = "(C. com. L441-10 I al. 3)"
	for _, c := range []struct {
		name, due, terms, issued string
		kind                     invoice.DebtorKind
		sells                    deadlines.TermCategory
		creditor, debtor, says   string
	}{
		{name: "60 days are allowed", due: "2026-05-01", kind: invoice.KindBusiness},
		{name: "only an agreed end of month allows 61", due: "2026-05-02", kind: invoice.KindBusiness, says: "only if the contract expressly says 45 days end of month from issue " + tooLate},
		{name: "nothing allows 90 days", due: "2026-05-31", kind: invoice.KindBusiness, says: "the invoice falls due on 2026-05-31, 16 days after 2026-05-15, the latest date allowed for sales between businesses: 45 days end of month from issue " + tooLate},
		{name: "nor terms of 90 days", terms: "90 jours", kind: invoice.KindBusiness, says: "the invoice falls due on 2026-05-31"},
		{name: "45 days end of month are allowed where they are stated", terms: "fin de mois 45 jours", kind: invoice.KindBusiness},
		{name: "a carrier is paid in 30 days", due: "2026-04-01", kind: invoice.KindBusiness, sells: deadlines.RoadFreight},
		{name: "and not in 31", due: "2026-04-02", kind: invoice.KindBusiness, sells: deadlines.RoadFreight, says: "1 day after 2026-04-01, the latest date allowed for road freight and vehicle rental: 30 days from issue (C. com. L441-11"},
		{name: "fresh meat in 20 from delivery", due: "2026-03-23", kind: invoice.KindBusiness, sells: deadlines.LiveCattleFreshMeat, says: "1 day after 2026-03-22, the latest date allowed for live cattle and fresh meat"},
		{name: "the State pays a carrier like others", due: "2026-04-15", kind: invoice.KindPublic, sells: deadlines.RoadFreight, says: "the latest date allowed for the State and local authorities"},
		{name: "the State pays in 30 days", due: "2026-04-01", kind: invoice.KindPublic},
		{name: "and not later", due: "2026-04-15", kind: invoice.KindPublic, says: "the latest date allowed for the State and local authorities: 30 days from receipt of the invoice; the date of receipt is not known, issue and delivery stand in for it (CCP L2192-10; R2192-10)"},
		{name: "consumers have no longest term", due: "2026-12-31", kind: invoice.KindConsumer},
		{name: "of an unknown debtor nothing is said", due: "2026-12-31"},
		{name: "nor of a creditor abroad", due: "2026-12-31", kind: invoice.KindBusiness, creditor: "DE"},
		{name: "nor of a debtor abroad", due: "2026-12-31", kind: invoice.KindBusiness, debtor: "BE"},
		{name: "nor of years before the table", due: "2019-01-31", issued: "2018-03-02", kind: invoice.KindBusiness},
		{name: "the legal default is never too late", kind: invoice.KindBusiness},
	} {
		rules := usual(t)
		rules.Sells = map[string]deadlines.TermCategory{"": c.sells}
		draft := newDraft(rules)
		draft.Buyer.Kind, draft.Seller.Address.Country, draft.Buyer.Address.Country = c.kind, c.creditor, c.debtor
		if c.issued != "" {
			draft.Issued = date(t, c.issued)
		}
		if c.due != "" {
			draft.Due = date(t, c.due)
		}
		draft.SetTerms(invoice.Cell{Value: c.terms})
		document, err := draft.Complete()
		require.NoError(t, err, c.name)
		if c.due != "" {
			require.Equal(t, c.due, document.Due.String(), "the date stays: %s", c.name)
		}
		if c.says == "" {
			require.Empty(t, document.Warnings, c.name)
			continue
		}
		require.Len(t, document.Warnings, 1, c.name)
		require.Equal(t, invoice.AboutTerms, document.Warnings[0].About)
		require.Contains(t, document.Warnings[0].Reason, c.says, c.name)
	}
}

package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/config"
	"relance/law"
	accounts "relance/ledger"
	"relance/money"
)

// claimed takes in the worked example: 10,000 due on 1 May, late fees claimed on 15
// June, 4,000 paid on 1 July. It returns the address of the case.
func (b *bundle) claimed(number string) (url string) {
	b.t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(b.t, err)
	b.cases.Store.UseLaw(book)
	creditor, err := b.cases.Store.Creditor(b.t.Context(), b.creditor)
	require.NoError(b.t, err)
	creditor.LateFees, creditor.IBAN = accounts.Policy{ClaimFrom: collection.ToneFormal}, "FR7630006000011234567890189"
	require.NoError(b.t, b.cases.Store.SaveCreditor(b.t.Context(), creditor))

	body := invoiceBody(number)
	body["issued_on"], body["due_on"], body["total"] = "2026-04-01", "2026-05-01", "10000.00"
	answer := b.call(http.MethodPost, "/v1/invoices", body)
	answer.is(http.StatusCreated)
	for _, entry := range []accounts.Entry{
		{Kind: accounts.EntryClaim, ID: "C-" + number, ValueDate: calendar.NewDate(2026, time.June, 15)},
		{Kind: accounts.EntryPayment, ID: "P-" + number, Amount: money.FromMinor(400_000, money.EUR), ValueDate: calendar.NewDate(2026, time.July, 1)},
	} {
		_, err := b.cases.Store.PostEntry(b.t.Context(), casefile.Posting{
			Creditor: b.creditor, Invoice: number, Entry: entry, Source: "test", Actor: "test", At: today,
		})
		require.NoError(b.t, err)
	}
	return answer.header.Get("Location")
}

func TestACaseIsStatedAsJSON(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.claimed("F-2026-0042")
	answer := b.call(http.MethodGet, at+"/statement?on=2026-09-03", nil)
	told := answer.is(http.StatusOK)
	require.Equal(t, "application/json", answer.header.Get("Content-Type"))
	require.Equal(t, "fr", answer.header.Get("Content-Language"), "the creditor's language")
	require.Equal(t, "2026-09-03", told["on"])
	require.Equal(t, "6203.12 EUR", told.at("cases", 0, "parts", 0, "open"))
	require.Equal(t, "337.99 EUR", told.at("cases", 0, "parts", 1, "arisen"))
	require.Equal(t, "134.87 EUR", told.at("cases", 0, "parts", 1, "open"))
	require.Equal(t, "40.00 EUR", told.at("cases", 0, "parts", 2, "open"))
	require.Equal(t, "2.11 EUR", told.at("cases", 0, "per_day", "amount"))
	require.Equal(t, "203.12 EUR", told.at("cases", 0, "receipts", 0, "pays", "interest"))
	require.Equal(t, "6377.99 EUR", told.at("totals", 0, "due"))

	require.Equal(t, "2026-11-23", b.call(http.MethodGet, at+"/statement", nil).is(http.StatusOK)["on"], "today")
	told = b.call(http.MethodGet, at+"/statement?on=2027-01-15&language=en", nil).is(http.StatusOK)
	require.Contains(t, told.at("cases", 0, "notes", 0, "text"), "is not known for the first half of 2027")
	require.Empty(t, told.at("cases", 0, "interest"))
}

func TestADebtorIsStatedWithAllItsCases(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.claimed("F-1")
	b.claimed("F-2")
	at := "/v1/debtors/" + b.creditor + "/C-1007/statement?on=2026-09-03"
	told := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Len(t, told["cases"], 2)
	require.Equal(t, "12755.98 EUR", told.at("totals", 0, "due"))
	require.Equal(t, "4.21 EUR", told.at("totals", 0, "per_day", "amount"), "the exact sum, rounded once")
	require.Nil(t, told["invoice"])

	sheet := b.call(http.MethodGet, at+"&language=en", nil, "Accept", "text/csv")
	require.Equal(t, http.StatusOK, sheet.status)
	require.Contains(t, sheet.header.Get("Content-Type"), "text/csv")
	require.Contains(t, string(sheet.body), "\r\ntotal-due;To be paid;;;;;;;;;;12755.98;")
	require.Contains(t, string(b.call(http.MethodGet, at+"&language=fr&format=csv", nil).body), "\r\ntotal-due;À régler;;;;;;;;;;12755,98;")
}

func TestAStatementIsNegotiated(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.claimed("F-1") + "/statement"
	for accept, contentType := range map[string]string{
		"application/pdf": "application/pdf", "text/csv": "text/csv", "application/json": "application/json", "*/*": "application/json",
		"text/html,application/xhtml+xml,*/*;q=0.8": "application/json", "application/pdf;q=0.2, text/csv;q=0.9": "text/csv",
	} {
		answer := b.call(http.MethodGet, at, nil, "Accept", accept)
		require.Equal(t, http.StatusOK, answer.status, accept)
		require.True(t, strings.HasPrefix(answer.header.Get("Content-Type"), contentType), "%s: %s", accept, answer.header.Get("Content-Type"))
		require.Equal(t, "Accept", answer.header.Get("Vary"))
	}
	printed := b.call(http.MethodGet, at+"?format=pdf&on=2026-09-03&language=en", nil, "Accept", "text/csv")
	require.Equal(t, "%PDF-", string(printed.body[:5]), "the parameter goes before the header")
	require.Equal(t, `inline; filename=statement-of-account-F-1-2026-09-03.pdf`, printed.header.Get("Content-Disposition"))
}

func TestStatementsThatCannotBeAreExplained(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.claimed("F-1") + "/statement"
	b.call(http.MethodGet, at+"?on=2026-03-31", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, at+"?on=yesterday", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, at+"?format=docx", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, at+"?languge=fr", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-9/statement", nil).isProblem(http.StatusNotFound, "unknown-case")
	b.call(http.MethodGet, "/v1/debtors/"+b.creditor+"/nobody/statement", nil).isProblem(http.StatusNotFound, "unknown-debtor")
	b.call(http.MethodGet, "/v1/debtors/umbrella/nobody/statement", nil).isProblem(http.StatusNotFound, "unknown-creditor")
}

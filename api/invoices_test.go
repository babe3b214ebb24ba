package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAnInvoiceOpensItsCaseOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	created := b.call(http.MethodPost, "/v1/invoices", invoiceBody("F/2026/42"))
	told := created.is(http.StatusCreated)
	require.Equal(t, "opened", told["outcome"])
	require.Equal(t, "case/"+b.creditor+"/F/2026/42", told["case"])
	require.Equal(t, "fr-b2b-standard", told["strategy"])
	require.Equal(t, "courtesy", told["next_step"])
	require.Equal(t, "document", told["due_date_source"])
	require.Empty(t, told["warnings"])
	require.Equal(t, "/v1/cases/"+b.creditor+"/F%2F2026%2F42", created.header.Get("Location"))

	again := b.call(http.MethodPost, "/v1/invoices", invoiceBody("F/2026/42")).is(http.StatusOK)
	require.Equal(t, "known", again["outcome"])

	shown := b.call(http.MethodGet, created.header.Get("Location"), nil).is(http.StatusOK)
	require.Equal(t, "F/2026/42", shown.at("status", "invoice"))
	require.Equal(t, "1200.00", shown.at("status", "open"))
	require.Equal(t, "json", shown.at("invoice", "source_format"))
	require.Equal(t, "compta@durand.example", shown.at("contacts", 0, "email"))
	require.Equal(t, "+33639981234", shown.at("contacts", 0, "phone"))
	require.Equal(t, keyName, shown.at("history", 0, "by"), "the key names the author")
}

func TestAnInvoiceThatSaysOtherwiseIsAConflict(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	other := invoiceBody("F-1")
	other["total"] = "1300.00"
	told := b.call(http.MethodPost, "/v1/invoices", other).isProblem(http.StatusConflict, "conflict")
	require.Equal(t, "total", told.at("errors", 0, "field"))
	require.Equal(t, "1200.00 EUR", told.at("errors", 0, "known"))
	require.Equal(t, "1300.00 EUR", told.at("errors", 0, "value"))
}

func TestInvoicesFollowTheRulesOfImports(t *testing.T) {
	t.Parallel()
	b := setup(t)
	for name, c := range map[string]struct {
		change object
		field  string
		reason string
	}{
		"due before issued":     {object{"due_on": "2026-11-01"}, "due date", "is before the issue date"},
		"an absurd amount":      {object{"total": "99999999999999"}, "body.total", "largest amount accepted"},
		"a negative amount":     {object{"total": "-5"}, "total with VAT", "cannot total less than zero"},
		"too many decimals":     {object{"total": 10.005}, "body.total", "not an amount in EUR"},
		"not an amount":         {object{"total": true}, "body.total", "not an amount in EUR"},
		"an unknown currency":   {object{"currency": "EUX"}, "body.currency", "ISO 4217"},
		"a year of typing":      {object{"due_on": "2206-11-30"}, "body.due_on", "the year is not between"},
		"no number":             {object{"number": "  "}, "body.number", "missing"},
		"nobody":                {object{"debtor": object{}}, "debtor", "nobody to claim from"},
		"no such day":           {object{"due_on": "2027-02-30"}, "body.due_on", "date"},
		"an unknown member":     {object{"total_ttc": "12"}, "body.total_ttc", "is not known here"},
		"an unknown strategy":   {object{"strategy": "rude"}, "body.strategy", "fr-b2b-standard, fr-consumer, gentle, strict"},
		"an unknown creditor":   {object{"creditor": "umbrella"}, "body.creditor", "not configured"},
		"a kind without a law":  {object{"debtor": object{"name": "X", "kind": "alien"}}, "body.debtor.kind", "business, consumer, public"},
		"prepaid below nothing": {object{"prepaid": "-1.00"}, "body.prepaid", "less than nothing"},
	} {
		body := invoiceBody("F-bad")
		for member, value := range c.change {
			body[member] = value
		}
		told := b.call(http.MethodPost, "/v1/invoices", body).isProblem(http.StatusUnprocessableEntity, "invalid")
		require.Equal(t, c.field, told.at("errors", 0, "field"), name)
		require.Contains(t, told.at("errors", 0, "reason"), c.reason, name)
	}
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-bad", nil).isProblem(http.StatusNotFound, "unknown-case")
}

func TestAmountsAreTakenExactlyAsTextOrAsNumber(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answer := b.call(http.MethodPost, "/v1/invoices",
		`{"number":"F-2","issued_on":"2026-11-20","terms":"45 jours fin de mois","currency":"eur","total":9007199254.93,"prepaid":"0.10",
		  "debtor":{"name":"Menuiserie Durand","siren":"732829320"}}`)
	told := answer.is(http.StatusCreated)
	require.Equal(t, "terms", told["due_date_source"])
	require.Equal(t, "2027-01-31", told["due_on"])
	shown := b.call(http.MethodGet, answer.header.Get("Location"), nil).is(http.StatusOK)
	require.Equal(t, "9007199254.93", shown.at("position", "total"))
	require.Equal(t, "0.10", shown.at("position", "paid"), "what was prepaid is a payment")
	require.Equal(t, "9007199254.83", shown.at("position", "open"))
}

func TestADoubtfulDetailIsAWarningAndLosesNoClaim(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := invoiceBody("F-3")
	body["contacts"] = []object{{"email": "not an address", "phone": "12"}}
	told := b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	require.Len(t, told["warnings"], 2)
	require.Equal(t, "body.contacts.phone", told.at("warnings", 0, "field"))
	require.Equal(t, "contact", told.at("warnings", 0, "about"))
}

func TestAnInvoiceThatIsPaidAlreadyOpensNothing(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := invoiceBody("F-4")
	body["prepaid"] = "1200"
	told := b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusOK)
	require.Equal(t, "nothing-due", told["outcome"])
	require.Nil(t, told["case"])
}

package api_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The test runs a worker and is not parallel.
func TestAPromiseRestsTheCaseAndCountsInTheRecordOfTheDebtor(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-61")
	made := b.call(http.MethodPost, at+"/promises", object{"id": "P-1", "date": "2026-12-04", "amount": "200.00", "currency": "EUR", "source": "staff", "by": "anna"}).is(http.StatusOK)
	require.Equal(t, "promised", made["stage"])
	require.Equal(t, "2026-12-07", made.at("promise", "until"))
	require.Contains(t, made["why"], "the debtor promised 200.00 EUR for 2026-12-04")
	require.Contains(t, made["why_fr"], "le débiteur a promis 200,00\u00a0€")
	gate := b.call(http.MethodGet, at+"/gate", nil).is(http.StatusOK)
	require.Equal(t, "promised", gate["code"])

	b.call(http.MethodPost, at+"/promises", object{"id": "P-2", "date": "2026-12-05"}).isProblem(http.StatusConflict, "conflict")
	b.call(http.MethodPost, at+"/promises", object{"id": "P-2", "date": "2027-03-05", "replaces": "P-1"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/promises", object{"id": "P-2", "date": "2026-12-05", "grace_days": 99}).isProblem(http.StatusUnprocessableEntity, "invalid")

	paid := b.call(http.MethodPost, at+"/payments", object{"id": "B-61", "amount": "200.00", "currency": "EUR"}).is(http.StatusOK)
	require.Nil(t, paid["promise"], "it is kept")
	b.call(http.MethodPost, at+"/promises", object{"id": "P-3", "date": "2026-12-20"}).is(http.StatusOK)
	b.call(http.MethodPost, at+"/promises/P-3/withdraw", object{}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/promises/P-3/withdraw", object{"reason": "it was about another invoice"}).is(http.StatusOK)
	b.call(http.MethodPost, at+"/promises/P-1/withdraw", object{"reason": "too late"}).isProblem(http.StatusConflict, "not-now")

	record := b.call(http.MethodGet, "/v1/debtors/"+b.creditor+"/C-1007/promises", nil).is(http.StatusOK)
	require.EqualValues(t, 2, record["made"])
	require.EqualValues(t, 1, record["kept"])
	require.EqualValues(t, 1, record["not_counted"])
	file := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "kept", file.at("promises", 0, "outcome"))
	require.Equal(t, "200.00", file.at("promises", 0, "came"))
	require.Equal(t, "withdrawn", file.at("promises", 1, "outcome"))
	b.call(http.MethodGet, "/v1/debtors/"+b.creditor+"/nobody/promises", nil).isProblem(http.StatusNotFound, "unknown-debtor")
}

// The test runs a worker and is not parallel.
func TestADisputeKeepsItsPartBackUntilItIsAnswered(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-62")
	raised := b.call(http.MethodPost, at+"/disputes", object{
		"id": "L-1", "reason": "quality", "amount": "300.00", "currency": "EUR", "owner": "u-17", "text": "Mme Durand says that two chairs are broken.", "by": "anna",
	}).is(http.StatusOK)
	require.Equal(t, "300.00", raised["disputed"])
	require.Equal(t, "u-17", raised.at("disputes", 0, "owner"))
	b.call(http.MethodPost, at+"/disputes", object{"id": "L-2", "reason": "mood"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/disputes", object{"id": "L-2", "reason": "price", "amount": "100000", "currency": "EUR"}).isProblem(http.StatusUnprocessableEntity, "invalid")

	tasks := b.call(http.MethodGet, "/v1/tasks?kind=dispute&creditor="+b.creditor, nil).is(http.StatusOK)
	require.Equal(t, "Answer the dispute L-1 (quality)", tasks.at("tasks", 0, "title"))
	require.Contains(t, tasks.at("tasks", 0, "detail"), "It is for u-17.")
	b.call(http.MethodPost, at+"/disputes/L-1/assign", object{"owner": "u-23"}).is(http.StatusOK)
	tasks = b.call(http.MethodGet, "/v1/tasks?kind=dispute&creditor="+b.creditor, nil).is(http.StatusOK)
	require.Contains(t, tasks.at("tasks", 0, "detail"), "It is for u-23.")

	listed := b.call(http.MethodGet, "/v1/disputes?creditor="+b.creditor+"&owner=u-23", nil).is(http.StatusOK)
	require.Equal(t, "F-62", listed.at("disputes", 0, "invoice"))

	document := bytes.Repeat([]byte("<script>alert(1)</script>"), 10)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.server.URL+at+"/disputes/L-1/documents?filename=chairs.html", bytes.NewReader(document))
	require.NoError(t, err)
	request.Header.Set("Authorization", "Bearer "+keySecret)
	request.Header.Set("Content-Type", "application/octet-stream")
	response, err := b.server.Client().Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusCreated, response.StatusCode)
	fetched, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.server.URL+at+"/disputes/L-1/documents/1", nil)
	require.NoError(t, err)
	fetched.Header.Set("Authorization", "Bearer "+keySecret)
	response, err = b.server.Client().Do(fetched)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, document, body)
	require.Equal(t, "application/octet-stream", response.Header.Get("Content-Type"))
	require.True(t, strings.HasPrefix(response.Header.Get("Content-Disposition"), "attachment"), "it is never shown")
	b.call(http.MethodGet, at+"/disputes/L-1/documents/2", nil).isProblem(http.StatusNotFound, "unknown-dispute")

	papers := b.call(http.MethodGet, at+"/disputes", nil).is(http.StatusOK)
	require.Contains(t, papers.at("disputes", 0, "notes", 0, "text"), "two chairs")
	require.Equal(t, "chairs.html", papers.at("disputes", 0, "documents", 0, "name"))
	file := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "open", file.at("disputes", 0, "outcome"))
	require.NotContains(t, file.at("history"), "two chairs")

	b.call(http.MethodPost, at+"/disputes/L-1/resolve", object{"outcome": "rejected"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	answered := b.call(http.MethodPost, at+"/disputes/L-1/resolve", object{"outcome": "split", "amount": "120.00", "currency": "EUR", "credit_note": "A-62"}).is(http.StatusOK)
	require.Nil(t, answered["disputed"])
	require.Equal(t, "1080.00", answered["open"])
	b.call(http.MethodPost, at+"/disputes/L-1/resolve", object{"outcome": "withdrawn"}).isProblem(http.StatusConflict, "conflict")
	tasks = b.call(http.MethodGet, "/v1/tasks?kind=dispute&creditor="+b.creditor, nil).is(http.StatusOK)
	require.Empty(t, tasks["tasks"], "the answer does the task")

	causes := b.call(http.MethodGet, "/v1/disputes/causes?creditor="+b.creditor+"&from=2026-11-01", nil).is(http.StatusOK)
	require.Equal(t, "quality", causes.at("causes", 0, "reason"))
	require.Equal(t, "300.00", causes.at("causes", 0, "amount"))
	require.Equal(t, "120.00", causes.at("causes", 0, "given_up"))
	require.Equal(t, "100.0", causes.at("causes", 0, "outcomes", 0, "percent"))
	require.Equal(t, "0", causes.at("causes", 0, "median_days_to_resolve"))
	b.call(http.MethodGet, "/v1/disputes?creditor=nobody", nil).isProblem(http.StatusNotFound, "unknown-creditor")
}

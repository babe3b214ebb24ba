package api_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/api"
	"relance/calendar"
	"relance/cases"
	"relance/law"
	"relance/law/lawtest"
)

// lawAPI serves the built-in law tables on the business date of the tests.
func lawAPI(t *testing.T) http.Handler {
	t.Helper()
	book := lawtest.BuiltIn(t)
	return bare(t, func(o *api.Options) {
		o.Law = func() law.Book { return book }
		o.Cases = &cases.Service{Clock: clockOf(t)}
	})
}

func askLaw(t *testing.T, handler http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	request.Header.Set("Authorization", "Bearer "+keySecret)
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

func TestTheLawIsToldWithItsSourcesOnTheBusinessDate(t *testing.T) {
	t.Parallel()
	handler := lawAPI(t)
	answer := askLaw(t, handler, "/v1/law")
	require.Equal(t, http.StatusOK, answer.Code)
	want, err := json.Marshal(lawtest.BuiltIn(t).Watch(calendar.DateOf(today)))
	require.NoError(t, err)
	require.JSONEq(t, string(want), answer.Body.String(), "the same as relance law --json")

	var told law.Watch
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &told))
	require.Equal(t, "2026-11-23", told.On.String())
	require.Greater(t, len(told.Rules), 80)
	require.Len(t, told.Contested, 6)
	require.NotEmpty(t, told.Rules[0].Source)
	require.Contains(t, answer.Body.String(), `"runs_out":[]`)
	require.Contains(t, answer.Body.String(), `"needed":[]`)
}

func TestAnotherDayShowsWhatToAdd(t *testing.T) {
	t.Parallel()
	handler := lawAPI(t)
	var told law.Watch
	answer := askLaw(t, handler, "/v1/law?on=2027-01-02")
	require.Equal(t, http.StatusOK, answer.Code)
	require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &told))
	require.Len(t, told.Needed, 7)
	require.True(t, told.Needed[0].Missing)
	require.NotEmpty(t, told.Needed[0].Row)
	require.Len(t, told.RunsOut, 7)
	require.Equal(t, -2, told.RunsOut[0].DaysLeft)

	require.Equal(t, http.StatusUnprocessableEntity, askLaw(t, handler, "/v1/law?on=soon").Code)
}

func TestTheLawNeedsAKeyLikeEverythingElse(t *testing.T) {
	t.Parallel()
	require.Equal(t, http.StatusUnauthorized, get(t, lawAPI(t), "/v1/law").Code)
}

func TestADueDateBeyondTheLegalMaximumIsAWarningOfTheAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	given := object{
		"creditor": b.creditor, "number": "F-LONG", "issued_on": "2026-11-02", "due_on": "2027-03-02", "currency": "EUR", "total": "120.00",
		"debtor":   object{"id": "C-1", "name": "Menuiserie Durand", "kind": "business"},
		"contacts": []object{{"email": "compta@durand.example"}},
	}
	answer := b.call(http.MethodPost, "/v1/invoices", given).is(http.StatusCreated)
	require.Equal(t, "2027-03-02", answer.at("due_on"), "the date stays")
	require.Equal(t, "terms", answer.at("warnings", 0, "about"))
	require.Contains(t, answer.at("warnings", 0, "reason"), "the latest date allowed for sales between businesses: 45 days end of month from issue (C. com. L441-10 I al. 3)")
}

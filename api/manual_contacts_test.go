package api_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
)

// The test runs a worker and is not parallel.
func TestACallIsPreparedAndItsOutcomeRecordedOnce(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-1")
	asked, _, err := b.cases.Store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: b.creditor, Invoice: "F-1", Kind: collection.TaskCall, Key: "call/0", Title: "Call the debtor", At: time.Now(),
	})
	require.NoError(t, err)

	sheet := b.call(http.MethodGet, at+"/call", nil).is(http.StatusOK)
	require.InDelta(t, float64(asked.ID), sheet.at("tasks", 0, "id"), 0)
	require.NotEmpty(t, sheet.at("script", "request"))
	require.NotEmpty(t, sheet["debtor"])

	promise := object{
		"id": "call-1", "channel": "call", "outcome": "promised", "task": asked.ID, "on": "2027-01-15", "amount": "500", "currency": "eur",
		"note": "after the holidays", "by": "anne",
	}
	for _, fresh := range []bool{true, false} {
		recorded := b.call(http.MethodPost, at+"/contacts", promise).is(http.StatusOK)
		require.Equal(t, fresh, recorded["recorded"])
		require.Equal(t, "done", recorded.at("task", "state"))
		require.Equal(t, "500.00", recorded.at("contact", "promised"))
		require.Contains(t, recorded["not_promised"], "days ahead", "the case takes none so far ahead without a reason")
	}
	promise["on"] = "2027-01-16"
	b.call(http.MethodPost, at+"/contacts", promise).isProblem(http.StatusConflict, "conflict")

	file := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "after the holidays", file.at("manual_contacts", 0, "note"))
	require.NotContains(t, fmt.Sprint(file["history"]), "holidays")
	sheet = b.call(http.MethodGet, at+"/call", nil).is(http.StatusOK)
	require.Equal(t, "2027-01-15", sheet.at("promises", 0, "on"))
	require.Equal(t, "promised", sheet.at("contacts", 0, "what"))
}

// The test runs a worker and is not parallel.
func TestAPromiseOnTheTelephoneIsNotedOnTheCaseInPlaceOfTheOneBefore(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-1")
	today := calendar.DateOf(b.cases.Clock().Now())
	for i, on := range []calendar.Date{today.AddDays(3), today.AddDays(5)} {
		call := object{"id": fmt.Sprintf("call-%d", i), "channel": "call", "outcome": "promised", "on": on.String(), "amount": "50"}
		for range 2 {
			recorded := b.call(http.MethodPost, at+"/contacts", call).is(http.StatusOK)
			require.Equal(t, true, recorded["promised"])
		}
		file, err := b.cases.Store.LoadCase(t.Context(), b.creditor, "F-1")
		require.NoError(t, err)
		running, found := file.RunningPromise()
		require.True(t, found)
		require.Equal(t, fmt.Sprintf("call-%d", i), running.ID)
		require.Equal(t, on, running.Date)
		require.Equal(t, "50.00 EUR", running.Amount.String())
		require.Len(t, file.Promises, i+1)
	}
}

func TestAContactThatCannotBeIsToldWhy(t *testing.T) {
	t.Parallel()
	b := setup(t)
	at := b.opened("F-1")
	for _, wrong := range []object{
		{"id": "c", "channel": "call"},
		{"id": "c", "channel": "meeting", "outcome": "reached"},
		{"id": "c", "channel": "call", "outcome": "promised"},
		{"id": "c", "channel": "call", "outcome": "promised", "on": "2027-01-15", "amount": "5", "currency": "EURO"},
		{"id": "c", "channel": "call", "outcome": "promised", "on": "2027-01-15", "amount": "5.123"},
	} {
		b.call(http.MethodPost, at+"/contacts", wrong).isProblem(http.StatusUnprocessableEntity, "invalid")
	}
	b.call(http.MethodPost, at+"/contacts", object{"id": "c", "channel": "call", "outcome": "reached", "task": 99}).
		isProblem(http.StatusNotFound, "unknown-task")
	b.call(http.MethodPost, "/v1/cases/"+b.creditor+"/F-9/contacts", object{"id": "c", "channel": "meeting"}).
		isProblem(http.StatusNotFound, "unknown-case")
}

package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// The tests in this file run a worker and are not parallel.

func TestAMediationIsProposedAnsweredAndEndedOverHTTP(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-1")
	proposal := object{"id": "MED-1", "kind": "conciliator", "asked_by": "debtor", "respond_by": "2026-12-10", "by": "anne"}
	for range 2 {
		proposed := b.call(http.MethodPost, at+"/mediations", proposal).is(http.StatusOK)
		require.Equal(t, "mediation", proposed["stage"])
		require.Equal(t, "invited", proposed.at("mediation", "phase"))
		require.Equal(t, "2026-12-10", proposed.at("mediation", "respond_by"))
		require.Contains(t, proposed["why_fr"], "le débiteur demande une médiation (un conciliateur de justice)")
	}
	gate := b.call(http.MethodGet, at+"/gate", nil).is(http.StatusOK)
	require.Equal(t, "mediation", gate["code"])

	m := at + "/mediations/MED-1"
	accepted := b.call(http.MethodPost, m+"/answer", object{"answer": "accepted", "in_writing": true}).is(http.StatusOK)
	require.Equal(t, "accepted", accepted.at("mediation", "phase"))
	b.call(http.MethodPost, m+"/sessions", object{"on": "2026-11-23", "meeting": "held", "end_by": "2027-01-31"}).is(http.StatusOK)

	note := object{"id": "n-1", "text": "would take sixty percent", "by": "anne"}
	for _, fresh := range []bool{true, false} {
		require.Equal(t, fresh, b.call(http.MethodPost, m+"/notes", note).is(http.StatusOK)["kept"])
	}

	ended := b.call(http.MethodPost, m+"/end", object{"outcome": "failure", "certificate": "CONST-7"}).is(http.StatusOK)
	require.Equal(t, "over", ended.at("mediation", "phase"))
	require.Equal(t, "courtesy", ended["next_step"], "the ladder goes on where it stood")

	certificate := []byte("%PDF-1.7 constat")
	kept := b.call(http.MethodPost, m+"/certificate", certificate).is(http.StatusOK)
	fetched := b.call(http.MethodGet, m+"/certificate", nil)
	require.Equal(t, certificate, fetched.body)
	require.Equal(t, `"`+kept["sha256"].(string)+`"`, fetched.header.Get("ETag"))
	b.call(http.MethodPost, m+"/certificate", []byte("text")).isProblem(http.StatusUnprocessableEntity, "invalid")

	file := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "failure", file.at("mediations", 0, "outcome"))
	require.Equal(t, "CONST-7", file.at("mediations", 0, "certificate"))
	require.Equal(t, "mediation-answer", file.at("tasks", 0, "kind"))
	require.Equal(t, "done", file.at("tasks", 0, "state"))
	whole, err := json.Marshal(file)
	require.NoError(t, err)
	require.NotContains(t, string(whole), "sixty percent", "what was said is no part of the case file")

	notes := b.call(http.MethodGet, m+"/notes?by=claire", nil).is(http.StatusOK)
	require.Equal(t, "would take sixty percent", notes.at("notes", 0, "text"))
	require.Equal(t, "anne", notes.at("notes", 0, "by"))
	readings := b.call(http.MethodGet, m+"/readings?role=manager", nil).is(http.StatusOK)
	require.Len(t, readings["readings"], 1)
	require.Equal(t, "claire", readings.at("readings", 0, "by"))
	b.call(http.MethodGet, m+"/readings?role=salesperson", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, m+"/readings", nil).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodGet, at+"/mediations/another/readings?role=owner", nil).isProblem(http.StatusNotFound, "unknown-mediation")
}

func TestAMediationThatCannotBeIsToldWhy(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-1")
	b.call(http.MethodPost, at+"/mediations", object{"id": "m", "kind": "consumer", "asked_by": "creditor"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/mediations", object{"id": "m", "kind": "contractual", "mediator": "nobody", "asked_by": "creditor"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/mediations/m/answer", object{"answer": "accepted"}).isProblem(http.StatusConflict, "not-now")
	b.call(http.MethodGet, at+"/mediations/m/notes", nil).isProblem(http.StatusNotFound, "unknown-mediation")
	b.call(http.MethodPost, at+"/mediations/m/notes", object{"id": "n", "text": "a"}).isProblem(http.StatusNotFound, "unknown-mediation")
	b.call(http.MethodGet, at+"/mediations/m/certificate", nil).isProblem(http.StatusNotFound, "no-certificate")
}

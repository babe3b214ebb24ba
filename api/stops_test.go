package api_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAStopIsInForceAtOnceAndItsCasesAreTold(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-31")
	id := "audit " + b.creditor

	set := b.call(http.MethodPost, "/v1/stops", object{"id": id, "kind": "kill-switch", "creditor": b.creditor, "reason": "audit", "by": "claire"}).is(http.StatusOK)
	require.Equal(t, "creditor", set["scope"])
	require.Equal(t, "kill-switch", b.call(http.MethodGet, at+"/gate", nil).is(http.StatusOK)["code"])
	require.Eventually(t, func() bool {
		shown := b.call(http.MethodGet, "/v1/cases?stage=on-hold&creditor="+b.creditor, nil).is(http.StatusOK)
		return len(shown["cases"].([]any)) == 1
	}, eventually, often)
	shown := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Contains(t, shown.at("status", "why"), "the kill switch of the creditor is set: nothing leaves until a person lifts it (audit)")

	born := b.opened("F-32")
	require.Equal(t, "on-hold", b.call(http.MethodGet, born, nil).is(http.StatusOK).at("status", "stage"), "a case opened meanwhile is born stopped")

	again := b.call(http.MethodPost, "/v1/stops", object{"id": id, "kind": "kill-switch", "creditor": b.creditor, "reason": "audit"}).is(http.StatusOK)
	require.Equal(t, set["at"], again["at"])
	b.call(http.MethodPost, "/v1/stops", object{"id": id, "kind": "kill-switch", "creditor": b.creditor, "reason": "other"}).isProblem(http.StatusConflict, "conflict")
	listed := b.call(http.MethodGet, "/v1/stops?creditor="+b.creditor, nil).is(http.StatusOK)
	require.Equal(t, id, listed.at("stops", 0, "id"))

	lifted := b.call(http.MethodPost, "/v1/stops/"+url.PathEscape(id)+"/lift", object{"by": "claire"}).is(http.StatusOK)
	require.Equal(t, "claire", lifted["lifted_by"])
	require.Eventually(t, func() bool {
		shown := b.call(http.MethodGet, "/v1/cases?stage=open&creditor="+b.creditor, nil).is(http.StatusOK)
		return len(shown["cases"].([]any)) == 2
	}, eventually, often)
	require.Empty(t, b.call(http.MethodGet, "/v1/stops?creditor="+b.creditor, nil).is(http.StatusOK)["stops"])
}

func TestAStopThatMakesNoSenseIsRefusedWithAReason(t *testing.T) {
	b := setup(t)
	for _, c := range []struct {
		body   object
		status int
		code   string
		reason string
	}{
		{object{"id": "s", "kind": "block", "creditor": b.creditor, "reason": "x"}, http.StatusUnprocessableEntity, "invalid", "cannot be for the scope"},
		{object{"id": "s", "kind": "kill-switch", "reason": ""}, http.StatusUnprocessableEntity, "invalid", "reason"},
		{object{"id": "s", "kind": "pause", "reason": "x"}, http.StatusUnprocessableEntity, "invalid", "kind"},
		{object{"id": "s", "kind": "block", "creditor": b.creditor, "debtor": "nobody", "reason": "x"}, http.StatusNotFound, "unknown-debtor", "nobody"},
		{object{"id": "s", "kind": "exclusion", "creditor": b.creditor, "invoice": "nothing", "reason": "x"}, http.StatusNotFound, "unknown-case", "nothing"},
		{object{"id": "s", "kind": "kill-switch", "creditor": "nobody", "reason": "x"}, http.StatusNotFound, "unknown-creditor", "nobody"},
	} {
		require.Contains(t, b.call(http.MethodPost, "/v1/stops", c.body).isProblem(c.status, c.code)["detail"], c.reason)
	}
	b.call(http.MethodPost, "/v1/stops/nothing/lift", nil).isProblem(http.StatusNotFound, "unknown-stop")
}

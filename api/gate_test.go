package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// The test runs a worker and is not parallel.
func TestTheGateSaysWhetherTheNextNoticeMayLeaveAndElseWhyAndUntilWhen(t *testing.T) {
	b := setup(t)
	b.work()
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/nothing/gate", nil).isProblem(http.StatusNotFound, "unknown-case")
	at := b.opened("F-51")

	notDue := b.call(http.MethodGet, at+"/gate", nil).is(http.StatusOK)
	require.Equal(t, false, notDue.at("passes"))
	require.Equal(t, "not-due", notDue.at("code"))
	require.Contains(t, notDue.at("until"), "2027-03-24")
	require.Contains(t, notDue.at("why"), "before the due date of 2027-03-31")
	require.Contains(t, notDue.at("why_fr"), "avant l’échéance du 31/03/2027")

	b.call(http.MethodPost, at+"/hold", object{"id": "H-1", "reason": "dispute", "until": "2027-06-30"}).is(http.StatusOK)
	held := b.call(http.MethodGet, at+"/gate", nil).is(http.StatusOK)
	require.Equal(t, "held", held.at("code"))
	require.Contains(t, held.at("until"), "2027-07-01")
}

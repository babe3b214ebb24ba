package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// The test runs a worker and is not parallel.
func TestEventsOfTheLimitationAreRecordedWithWhatTheyDo(t *testing.T) {
	b := setup(t)
	b.work()
	body := invoiceBody("F-31")
	body["issued_on"], body["due_on"] = "2026-11-20", "2026-12-20" // what happens to a claim does so after its invoice
	b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	at := "/v1/cases/" + b.creditor + "/F-31"
	shown := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	lastDay, counted := shown.at("status", "limitation", "last_day").(string), shown.at("limitation", "counted_from").(string)
	require.Equal(t, "business", shown.at("status", "limitation", "kind"))
	require.NotEmpty(t, shown.at("status", "limitation", "next_warning"))
	require.Contains(t, shown.at("limitation", "because"), counted)
	require.Empty(t, shown.at("limitation", "events"))

	// Claims of the bundle are fresh: nothing can interrupt before the day they are counted from.
	notice := b.call(http.MethodPost, at+"/limitation-events", object{"id": "N-1", "event": "formal-notice", "on": counted}).is(http.StatusOK)
	require.Equal(t, "none", notice.at("limitation", "effect"))
	require.Contains(t, notice.at("limitation", "event"), "does not interrupt the limitation")
	require.Contains(t, notice.at("limitation", "event_fr"), "n’interrompt pas la prescription")
	require.Equal(t, lastDay, notice.at("limitation", "last_day"))

	trial := b.call(http.MethodPost, at+"/limitation-events", object{"id": "RG-1", "event": "court-claim", "on": counted}).is(http.StatusOK)
	require.Equal(t, "interrupts", trial.at("limitation", "effect"))
	require.Equal(t, true, trial.at("limitation", "stopped"))
	b.call(http.MethodPost, at+"/limitation-events", object{"id": "RG-1", "event": "mediation", "on": counted}).isProblem(http.StatusConflict, "conflict")
	b.call(http.MethodPost, at+"/limitation-events", object{"id": "RG-2"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/limitation-events", object{"id": "RG-2", "event": "court-claim", "on": "2099-01-01"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/limitation-events", object{"id": "RG-2", "event": "gossip", "on": counted}).isProblem(http.StatusUnprocessableEntity, "invalid")
	rejected := b.call(http.MethodPost, at+"/limitation-events", object{"id": "RG-1", "result": "rejected"}).is(http.StatusOK)
	require.Equal(t, "none", rejected.at("limitation", "effect"))
	require.Equal(t, lastDay, rejected.at("limitation", "last_day"))

	file := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Len(t, file.at("limitation", "events"), 2)
	require.Equal(t, lastDay, file.at("status", "limitation", "last_day"))
	require.NotEmpty(t, file.at("limitation", "doubts"))
}

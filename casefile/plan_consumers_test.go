package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
)

// The workflow has noted the demand as told; the rows know whether it was, and until when it
// can be met.
func TestAConsumersPlanIsBrokenOnlyAfterADemandThatWasMade(t *testing.T) {
	t.Parallel()
	demanded := calendar.NewDate(2026, time.May, 5)
	over := demanded.AddDays(31)
	const step = "instalment/P-1/1/1/missed"
	for name, c := range map[string]struct {
		demand func(*testing.T, *casefile.Store)
		says   string
	}{
		"nobody demanded it": {func(*testing.T, *casefile.Store) {}, "has not been demanded of its debtor, a consumer"},
		"a person did, in time": {func(t *testing.T, store *casefile.Store) {
			t.Helper()
			tickOff(t, store, step, demanded)
		}, ""},
		"a person did, later": {func(t *testing.T, store *casefile.Store) {
			t.Helper()
			tickOff(t, store, step, demanded.AddDays(3))
		}, "was demanded on 2026-05-08: its debtor, a consumer, can pay it until 2026-06-07"},
		"a mail did": {func(t *testing.T, store *casefile.Store) {
			t.Helper()
			mailed(t, store, step, demanded)
		}, ""},
		"its mail came back": {func(t *testing.T, store *casefile.Store) {
			t.Helper()
			id := mailed(t, store, step, demanded)
			_, err := store.RecordDeliveryEvent(t.Context(), news(id, "e-1", messaging.DeliveryBounced))
			require.NoError(t, err)
		}, "has not been demanded"},
	} {
		store := casefiletest.Open(t)
		openCase(t, store, "F-1")
		plan := planOver(t, "P-1", "F-1")
		plan.Consumer = true
		plan = acceptPlan(t, plan)
		require.NoError(t, store.RecordPlan(t.Context(), writing(plan, 1, "proposed")))
		c.demand(t, store)
		plan = decidePlan(t, plan, arrangements.ReportTold{Instalment: 1, Missed: true, On: demanded})
		require.NoError(t, store.RecordPlan(t.Context(), writing(plan, 2, "")))
		broken := decidePlan(t, plan, arrangements.DeclareDefault{On: over})
		ended := writing(broken, 3, "the plan is broken")
		ended.At = noonOf(over)
		err := store.RecordPlan(t.Context(), ended)
		if c.says == "" {
			require.NoError(t, err, name)
			continue
		}
		require.ErrorContains(t, err, c.says, name)
		stored, err := store.Plan(t.Context(), acme, "P-1")
		require.NoError(t, err)
		require.Equal(t, arrangements.StateRunning, stored.Plan.State, name)
	}
}

// tickOff has a person demand an instalment on a day.
func tickOff(t *testing.T, store *casefile.Store, step string, on calendar.Date) {
	t.Helper()
	task, _, err := store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: acme, Invoice: "F-1", Kind: collection.TaskInstalment, Key: step, Title: "Demand it", At: noonOf(on),
	})
	require.NoError(t, err)
	_, err = store.CompleteTask(t.Context(), task.ID, "anne", "sent by post", noonOf(on))
	require.NoError(t, err)
}

// mailed has a mail demand an instalment on a day.
func mailed(t *testing.T, store *casefile.Store, step string, on calendar.Date) (id string) {
	t.Helper()
	message, gate, err := store.ReserveMessage(t.Context(), casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: acme, Invoice: "F-1", Step: step, Channel: collection.ChannelEmail}, At: noonOf(on),
	}, onPaper)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	sending, err := store.BeginSending(t.Context(), message.ID, noonOf(on))
	require.NoError(t, err)
	require.True(t, sending.MayCall)
	_, err = store.MarkAccepted(t.Context(), message.ID, "sendgrid", "p-"+step, noonOf(on))
	require.NoError(t, err)
	return message.ID
}

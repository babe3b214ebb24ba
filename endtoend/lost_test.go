package endtoend_test

import (
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/workflows"
)

func TestACaseWhoseWorkflowIsTerminatedIsFoundAndGoesOn(t *testing.T) {
	t.Parallel()
	i := install(t, plan{})
	i.importLedger(dueNotices(2))
	terminated, running := "F-0000", "F-0001"
	require.NoError(t, i.client.TerminateWorkflow(t.Context(), collection.WorkflowID(creditor, terminated), "", "a mistake in the Temporal UI"))
	service := &cases.Service{
		Temporal: i.client, Store: i.store, Clock: func() calendar.Clock { return i.clock }, Log: slog.New(slog.DiscardHandler),
	}
	restarted, err := service.RestartLost(t.Context(), 24*time.Hour)
	require.NoError(t, err)
	require.Zero(t, restarted, "a case may be a little late")
	i.until("both cases are late, and the one without a workflow is started again", time.Minute, func() bool {
		restarted, err = service.RestartLost(t.Context(), 0)
		require.NoError(t, err)
		return restarted > 0
	})
	require.Equal(t, 1, restarted)
	restarted, err = service.RestartLost(t.Context(), 0)
	require.NoError(t, err)
	require.Zero(t, restarted, "it runs now")

	i.startWorker()
	i.untilWorkedOff(2 * time.Minute)
	for _, number := range []string{terminated, running} {
		require.Len(t, i.provider.about(number), 2, "one e-mail and one SMS about %s", number)
	}
	require.True(t, slices.ContainsFunc(i.caseFile(terminated).History, func(h casefile.HistoryEntry) bool { return h.Kind == "workflow-restarted" }))
}

// A rest that ends by itself wakes the workflow, which has nothing to write: until the
// next step acts the lists would say that the case rests.
func TestTheListsDoNotSayThatACaseRestsWhoseRestIsOver(t *testing.T) {
	t.Parallel()
	i := install(t, plan{})
	i.importLedger(dueNotices(1))
	i.startWorker()
	i.untilWorkedOff(2 * time.Minute)
	now := i.clock
	service := &cases.Service{
		Temporal: i.client, Store: i.store, Clock: func() calendar.Clock { return now }, Log: slog.New(slog.DiscardHandler),
	}
	today := calendar.DateOf(now.Now())
	_, err := service.Command(t.Context(), creditor, "F-0000", workflows.CommandHold, workflows.HoldOrder{ID: "H1", Reason: "holidays", Until: today.AddDays(1)})
	require.NoError(t, err)
	require.Equal(t, collection.StageOnHold, i.caseFile("F-0000").Row.Stage)

	now, err = calendar.Accelerated(time.Now(), now.Now().AddDate(0, 0, 3), 1)
	require.NoError(t, err)
	restarted, err := service.RestartLost(t.Context(), 0)
	require.NoError(t, err)
	require.Zero(t, restarted, "its workflow runs")
	row := i.caseFile("F-0000").Row
	require.NotEqual(t, collection.StageOnHold, row.Stage)
	require.NotContains(t, row.Why, "hold")
	require.True(t, row.NextAt.After(now.Now()), "what comes next is ahead")
}

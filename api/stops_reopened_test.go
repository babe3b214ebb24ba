package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"relance/casefile"
	"relance/collection"
	"relance/ledger"
	"relance/money"
	"relance/workflows"
)

// A payment is taken back, and between the moment in which the case is read from its file
// and the one in which its workflow starts with that, a stop is set: those who tell the
// cases of it find no workflow.
func TestAStopThatIsSetInTheMomentACaseOpensAgainIsToldToIt(t *testing.T) { //nolint:paralleltest // see work
	b := setup(t)
	ctx := t.Context()
	b.opened("F-90")
	store := b.cases.Store
	entry := func(e ledger.Entry) {
		e.ValueDate = 0
		_, err := store.PostEntry(ctx, casefile.Posting{Creditor: b.creditor, Invoice: "F-90", Entry: e, Source: "test", At: today})
		require.NoError(t, err)
	}
	id := collection.WorkflowID(b.creditor, "F-90")
	require.NoError(t, b.cases.Temporal.TerminateWorkflow(ctx, id, "", "no worker has run it: its life ends with the payment"))
	entry(ledger.Entry{Kind: ledger.EntryPayment, ID: "P1-" + b.creditor, Amount: money.FromMinor(1200_00, money.EUR)})
	entry(ledger.Entry{Kind: ledger.EntryReversal, ID: "R1-" + b.creditor, Reverses: "P1-" + b.creditor})
	open, err := store.LoadCase(ctx, b.creditor, "F-90")
	require.NoError(t, err)
	require.False(t, open.IsClosed())

	stop := casefile.Stop{Stop: collection.Stop{ID: "K-" + b.creditor, Kind: collection.StopKillSwitch, Scope: collection.ScopeCreditor, Reason: "wrong text"}, Creditor: b.creditor, Author: "claire"}
	_, _, err = b.cases.SetStop(ctx, stop)
	require.NoError(t, err)
	_, err = b.cases.TellStops(ctx)
	require.NoError(t, err)
	_, err = b.cases.Temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: workflows.TaskQueue}, workflows.WorkflowType,
		workflows.Start{Case: open, Clock: b.cases.Clock()})
	require.NoError(t, err)
	b.work()
	said := func() workflows.Status {
		answer, err := b.cases.Temporal.QueryWorkflow(ctx, id, "", workflows.QueryStatus)
		require.NoError(t, err)
		var status workflows.Status
		require.NoError(t, answer.Get(&status))
		return status
	}
	require.NotEqual(t, collection.StageOnHold, said().Stage, "it does not know")

	told, err := b.cases.TellStops(ctx)
	require.NoError(t, err)
	require.Equal(t, 1, told)
	require.Eventually(t, func() bool { return said().Stage == collection.StageOnHold }, eventually, often)
	require.Contains(t, said().Why, "wrong text")
	told, err = b.cases.TellStops(ctx)
	require.NoError(t, err)
	require.Zero(t, told, "once")

	b.call(http.MethodPost, "/v1/stops/K-"+b.creditor+"/lift", nil).is(http.StatusOK)
	require.Eventually(t, func() bool { return said().Stage != collection.StageOnHold }, eventually, often)
}

package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/collection"
	"relance/ledger"
	"relance/money"
	"relance/workflows"
)

// A payment is taken back eight weeks after it closed the case, whose workflow is long
// over. Whoever starts it again, with the case as its file has it or by the name of the
// invoice only, the signal first: the ladder goes on where it stood.
func TestAPaymentTakenBackAfterEightWeeksGoesOnAtTheStepTheCaseHad(t *testing.T) {
	t.Parallel()
	first := setup(t)
	first.payOn("2026-04-17", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, first.result().Stage)
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms"}, first.desk.steps())
	closed := first.start.Case
	for i, order := range first.desk.notices {
		closed = applied(t, closed, collection.ReportAttempt{Step: order.Step, Channel: order.Channel, At: first.desk.noticedAt[i], Deadline: order.Deadline})
	}
	closed = applied(t, closed, collection.TakePosition{Open: money.FromMinor(0, money.EUR)})

	for name, start := range map[string]workflows.Start{
		"with its case":    {Case: closed},
		"by its name only": {Case: collection.Case{Creditor: closed.Creditor, Invoice: closed.Invoice}},
	} {
		second := setup(t)
		second.SetStartTime(time.Date(2026, time.June, 12, 8, 0, 0, 0, time.UTC))
		second.desk.account, second.desk.loaded, second.start = first.desk.account, activities.LoadedCase{Case: closed}, start
		second.RegisterDelayedCallback(func() {
			second.SignalWorkflow(workflows.CommandPaymentReversed, workflows.PaymentReversed{ID: "R1", PaymentID: "P1"})
		}, 0)
		second.RegisterDelayedCallback(func() {
			status := second.status()
			require.Equal(t, collection.StageFormalNotice, status.Stage, name)
			require.Equal(t, "1000.00 EUR", status.Open.String(), name)
			require.Equal(t, "formal", status.LastStep, name)
			second.SignalWorkflow(workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: "P2", Amount: "1000.00", Currency: "EUR"})
		}, 4*24*time.Hour)
		require.Equal(t, collection.StagePaid, second.result().Stage, name)
		require.Equal(t, []string{"formal/email"}, second.desk.steps(), "no step is repeated, and one leaves, not all that were missed")
		require.Equal(t, []ledger.EntryOutcome{ledger.EntryApplied, ledger.EntryApplied}, second.desk.entries, name)
	}
}

// applied is a case after a command that it must take.
func applied(t *testing.T, c collection.Case, command collection.Command) collection.Case {
	t.Helper()
	events, err := collection.Decide(c, command)
	require.NoError(t, err)
	return collection.ApplyAll(c, events)
}

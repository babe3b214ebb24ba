package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/ledger"
	"relance/workflows"
)

func costOf(euros workflows.Decimal) workflows.CostClaim {
	return workflows.CostClaim{ID: "K-" + string(euros), Amount: euros, Currency: "EUR", What: "letter before action"}
}

func TestOnceThePrincipalIsPaidAPersonDecidesAboutTheLateFees(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-09", workflows.CommandClaimCost, costOf("25.00"))
	b.payOn("2026-04-10", "P1", "1000.00")
	b.on("2026-05-30", func() {
		status := b.status()
		require.Equal(t, collection.StageLateFees, status.Stage)
		require.Equal(t, "25.00 EUR", status.LateFees.String())
		require.Contains(t, status.Why, "25.00 EUR of claimed late fees")
		require.Contains(t, status.WhyFR, "pénalités")
		require.Empty(t, status.NextStep)
	})
	b.signalOn("2026-06-01", workflows.CommandWaiveLateFees, workflows.LateFeesWaiver{ID: "W1", Part: ledger.PartCosts, Reason: "a good customer"})
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"courtesy/email", "courteous/email"}, b.desk.steps(), "no reminder left for them")
	require.Len(t, b.desk.tasks, 1)
	require.Equal(t, collection.TaskLateFees, b.desk.tasks[0].Task)
}

func TestPayingTheLateFeesClosesTheCase(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-09", workflows.CommandClaimCost, costOf("25.00"))
	b.payOn("2026-04-10", "P1", "1000.00")
	b.payOn("2026-04-20", "P2", "25.00")
	result := b.result()
	require.Equal(t, collection.StagePaid, result.Stage)
	require.True(t, result.Open.IsZero())
}

func TestAReversalTakesACaseBackFromItsLateFeesToTheStepItHad(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-09", workflows.CommandClaimCost, costOf("25.00"))
	b.payOn("2026-04-10", "P1", "1000.00")
	b.signalOn("2026-04-20", workflows.CommandPaymentReversed, workflows.PaymentReversed{ID: "R1", PaymentID: "P1"})
	b.on("2026-04-21", func() {
		require.Equal(t, collection.StageReminding, b.status().Stage)
		require.Equal(t, "1000.00 EUR", b.status().Open.String())
	})
	b.payOn("2026-05-05", "P2", "1025.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Contains(t, b.desk.steps(), "firm/email", "the ladder went on")
	require.Len(t, b.desk.tasks, 1, "of the first time")
}

func TestACostThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-09", workflows.CommandClaimCost, workflows.CostClaim{ID: "K1", Amount: "-5", Currency: "EUR", What: "x"})
	b.signalOn("2026-04-09", workflows.CommandLegalEvent, workflows.LegalEvent{ID: "E1", Event: "wedding"})
	b.payOn("2026-04-10", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []ledger.EntryOutcome{ledger.EntryApplied}, b.desk.entries)
}

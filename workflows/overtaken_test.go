package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/deadlines"
	"relance/workflows"
)

func TestAnOpeningJudgmentIsToldToThePlanAndRecordedWithWhatItEnds(t *testing.T) {
	t.Parallel()
	b := setup(t).claiming(deadlines.BetweenProfessionals)
	var cancelled []any
	b.OnSignalExternalWorkflow(mock.Anything, "plan/atelier/P-12", mock.Anything, workflows.CommandCancelPlan, mock.Anything).Return(
		func(_, _, _, _ string, order any) error {
			cancelled = append(cancelled, order)
			return nil
		})
	b.signalOn("2026-03-05", workflows.CommandProposeMediation, workflows.MediationProposal{ID: "m", Kind: collection.MediationConciliator, AskedBy: collection.PartyDebtor})
	b.signalOn("2026-03-06", workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: "m", Answer: "accepted", InWriting: true, EndBy: date(t, "2026-06-30")})
	b.signalOn("2026-03-08", workflows.CommandPromise, workflows.PromiseOrder{ID: "p", Date: date(t, "2026-04-05")})
	b.signalOn("2026-03-09", workflows.CommandPlanAttached, workflows.PlanAttached{Plan: "P-12", Revision: 1, From: date(t, "2026-03-09")})
	b.on("2026-04-10", func() {
		require.True(t, b.status().Limitation.Stopped, "the mediation suspends the limitation")
		b.desk.standing.Insolvency = receivership(t)
		b.SignalWorkflow(workflows.CommandDebtorStanding, workflows.DebtorStanding{})
	})
	b.on("2026-04-11", func() {
		status := b.status()
		require.Equal(t, collection.StageInsolvency, status.Stage)
		require.Nil(t, status.Promise)
		require.Equal(t, collection.OutcomeWithdrawn, status.Mediation.Outcome)
		require.False(t, status.Limitation.Stopped, "the limitation runs on")
	})
	b.signalOn("2026-04-12", workflows.CommandPromise, workflows.PromiseOrder{ID: "q", Date: date(t, "2026-04-20")})
	b.signalOn("2026-04-20", workflows.CommandCloseCase, workflows.CloseOrder{Outcome: collection.StageWrittenOff, Reason: "declared"})
	b.result()
	require.Len(t, cancelled, 1)
	require.Len(t, b.desk.kindsOf("insolvency"), 1)
	require.Contains(t, b.desk.kindsOf("refused")[0], "promised to be paid")
}

// kindsOf are the notes of the decisions of a kind.
func (d *desk) kindsOf(kind string) []string {
	var notes []string
	for _, decision := range d.decisions {
		if decision.Kind == kind {
			notes = append(notes, decision.Note)
		}
	}
	return notes
}

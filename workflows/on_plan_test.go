package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/workflows"
)

// onPlan has the case follow a plan from a day on, and counts what it tells the plan.
func (b *bench) onPlan(date string) *int {
	b.t.Helper()
	told := 0
	b.OnSignalExternalWorkflow(mock.Anything, "plan/atelier/P-12", mock.Anything, workflows.CommandPlanMoneyMoved, mock.Anything).Return(
		func(_, _, _, _ string, _ any) error {
			told++
			return nil
		})
	from, err := calendar.ParseDate(date)
	require.NoError(b.t, err)
	b.signalOn(date, workflows.CommandPlanAttached, workflows.PlanAttached{Plan: "P-12", Revision: 1, From: from})
	b.signalOn(date, workflows.CommandPlanAttached, workflows.PlanAttached{
		Plan: "P-12", Revision: 2, From: from, Accepted: true, NextOn: calendar.NewDate(2026, time.May, 5), NextAmount: euros(250_00),
	})
	return &told
}

func TestACaseOnAPlanRestsAndAfterADefaultGoesOnAtItsSavedStep(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.onPlan("2026-04-08")
	b.on("2026-04-30", func() {
		status := b.status()
		require.Equal(t, collection.StagePlan, status.Stage)
		require.Equal(t, "the case follows the plan P-12, next instalment of 250.00 EUR on 2026-05-05", status.Why)
		require.Equal(t, "le dossier suit l’échéancier P-12, prochaine échéance de 250,00\u00a0€ le 05/05/2026", status.WhyFR)
		require.Zero(t, status.NextAt)
		require.Equal(t, &workflows.FollowedPlanStatus{ID: "P-12", Accepted: true, NextOn: calendar.NewDate(2026, time.May, 5), NextAmount: euros(250_00)}, status.Plan)
	})
	b.signalOn("2026-05-08", workflows.CommandPlanEnded, workflows.PlanEnded{
		Plan: "P-12", Revision: 7, On: calendar.NewDate(2026, time.May, 8), As: arrangements.StateDefaulted,
	})
	b.on("2026-05-11", func() { require.Equal(t, "firm", b.status().NextStep) })
	b.payOn("2026-06-01", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-05-15", "2026-05-15", "2026-05-26"}, dates(b.desk.noticedAt),
		"30 days on the plan shift the 8 days of spacing from 15 April to 15 May, as a hold would")
	var kinds []string
	for _, decision := range b.desk.decisions {
		kinds = append(kinds, decision.Key)
	}
	require.Equal(t, []string{"plan/P-12/1", "plan/P-12/2", "plan/P-12/7"}, kinds, "under the keys of the plan's own writing")
}

func TestACaseOfABrokenPlanWaitsForTheDayItsBalanceIsDue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.onPlan("2026-04-08")
	b.signalOn("2026-05-12", workflows.CommandPlanEnded, workflows.PlanEnded{
		Plan: "P-12", Revision: 7, On: calendar.NewDate(2026, time.May, 12), As: arrangements.StateDefaulted, PayBy: calendar.NewDate(2026, time.May, 20),
	})
	b.on("2026-05-19", func() {
		require.Equal(t, "step firm waits for the day of 2026-05-20 by which the debtor was asked to pay the balance of the broken plan P-12", b.status().Why)
	})
	b.payOn("2026-05-25", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-05-21", "2026-05-21"}, dates(b.desk.noticedAt), "with the pause alone it would have been 19 May")
}

func TestACaseTellsItsPlanOfEveryEntry(t *testing.T) {
	t.Parallel()
	b := setup(t)
	told := b.onPlan("2026-03-10")
	b.payOn("2026-04-07", "P1", "250.00")
	b.signalOn("2026-04-09", workflows.CommandPaymentReversed, workflows.PaymentReversed{ID: "R1", PaymentID: "P1"})
	b.payOn("2026-04-10", "P2", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, 3, *told)
	require.Empty(t, b.desk.notices)
}

func TestACaseRestsOnItsKeptPlanAgainAsSoonAsMoneyIsTakenBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.onPlan("2026-03-10")
	b.payOn("2026-04-07", "P1", "250.00")
	ended := workflows.PlanEnded{Plan: "P-12", Revision: 7, On: calendar.NewDate(2026, time.April, 7), As: arrangements.StateCompleted}
	b.signalOn("2026-04-08", workflows.CommandPlanEnded, ended)
	stale := workflows.PlanAttached{Plan: "P-12", Revision: 6, From: calendar.NewDate(2026, time.March, 10), Accepted: true}
	b.signalOn("2026-04-09", workflows.CommandPlanAttached, stale)
	b.on("2026-04-09", func() {
		require.NotEqual(t, collection.StagePlan, b.status().Stage, "news of before its end are news of the past")
	})
	b.on("2026-04-20", func() {
		b.desk.mu.Lock()
		b.desk.follows = collection.FollowedPlan{
			ID: "P-12", Revision: 8, From: calendar.NewDate(2026, time.March, 10), Accepted: true, NextOn: calendar.NewDate(2026, time.April, 7), NextAmount: euros(250_00),
		}
		b.desk.mu.Unlock()
		b.SignalWorkflow(workflows.CommandPaymentReversed, workflows.PaymentReversed{ID: "R1", PaymentID: "P1"})
	})
	sent := 0
	b.on("2026-04-21", func() {
		require.Equal(t, collection.StagePlan, b.status().Stage)
		require.Equal(t, "the case follows the plan P-12; its instalment of 250.00 EUR was due on 2026-04-07", b.status().Why)
		sent = len(b.desk.notices)
	})
	again := workflows.PlanAttached{Plan: "P-12", Revision: 8, From: calendar.NewDate(2026, time.March, 10), Accepted: true, NextOn: calendar.NewDate(2026, time.April, 7), NextAmount: euros(250_00)}
	b.signalOn("2026-04-22", workflows.CommandPlanAttached, again)
	b.on("2026-05-20", func() { require.Len(t, b.desk.notices, sent, "no reminder leaves while it rests") })
	b.signalOn("2026-05-21", workflows.CommandPlanEnded, workflows.PlanEnded{
		Plan: "P-12", Revision: 12, On: calendar.NewDate(2026, time.May, 21), As: arrangements.StateDefaulted,
	})
	late := again
	late.Revision = 13
	b.signalOn("2026-05-22", workflows.CommandPlanAttached, late)
	b.on("2026-06-05", func() {
		require.NotEqual(t, collection.StagePlan, b.status().Stage, "after a default it does not rest again")
		require.Greater(t, len(b.desk.notices), sent)
	})
	b.payOn("2026-06-08", "P2", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
}

func TestACaseFollowsOnePlanAtATime(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.onPlan("2026-03-10")
	var answer updateAnswer
	b.on("2026-03-11", func() {
		b.UpdateWorkflow(workflows.CommandPlanAttached, "u", &answer, workflows.PlanAttached{Plan: "P-13", Revision: 1, From: calendar.NewDate(2026, time.March, 11)})
	})
	b.payOn("2026-03-12", "P1", "1000.00")
	b.result()
	require.ErrorContains(t, answer.rejection, "follows the plan P-12")
}

func TestADiscountThatIsEarnedClosesTheCaseAndOneThatIsNotIsGone(t *testing.T) {
	t.Parallel()
	offer := workflows.DiscountOffer{ID: "S-1", Amount: "50.00", Currency: "EUR", Until: calendar.NewDate(2026, time.March, 20), By: "anne"}
	b := setup(t)
	var answer updateAnswer
	b.on("2026-03-10", func() { b.UpdateWorkflow(workflows.CommandOfferDiscount, "u", &answer, offer) })
	b.payOn("2026-03-19", "P1", "950.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.NoError(t, answer.err)
	require.Equal(t, "1000.00 EUR", answer.status.Open.String(), "an offer lowers nothing before it is earned")

	b = setup(t)
	b.signalOn("2026-03-10", workflows.CommandOfferDiscount, offer)
	b.payOn("2026-03-21", "P1", "950.00")
	b.on("2026-03-22", func() { require.Equal(t, "50.00 EUR", b.status().Open.String()) })
	b.payOn("2026-03-23", "P2", "50.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []ledger.EntryOutcome{ledger.EntryApplied, ledger.EntryApplied, ledger.EntryApplied}, b.desk.entries)

	b = setup(t)
	b.signalOn("2026-03-10", workflows.CommandOfferDiscount, offer)
	b.signalOn("2026-03-12", workflows.CommandRevokeDiscount, workflows.DiscountRevocation{ID: "V", Discount: "S-1"})
	b.payOn("2026-03-15", "P1", "950.00")
	b.on("2026-03-16", func() { require.Equal(t, "50.00 EUR", b.status().Open.String()) })
	b.payOn("2026-03-23", "P2", "50.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
}

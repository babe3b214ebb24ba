package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/arrangements"
	"relance/calendar"
	"relance/money"
	"relance/workflows"
)

// setupReopened is the plan of setupPlan, kept on 6 July 2026, of which 250.00 EUR on F-3
// were taken back on 31 August: its workflow comes to life again that day.
func setupReopened(t *testing.T, change func(*arrangements.Proposal)) *planBench {
	t.Helper()
	b := setupPlan(t, change)
	began := time.Date(2026, time.August, 31, 8, 0, 0, 0, time.UTC)
	b.SetStartTime(began)
	for invoice, claim := range b.desk.claims {
		b.desk.received[invoice] = claim
	}
	b.desk.received["F-3"] = 0
	b.desk.received["F-2"] -= 50_00
	p := b.start.Plan
	for _, command := range []arrangements.Command{
		arrangements.Accept{Acceptance: arrangements.Acceptance{On: on(time.March, 3), How: arrangements.ByMail}, Today: on(time.March, 4)},
		arrangements.TakeMoney{Received: euros(1000_00), Open: euros(0), On: on(time.July, 6), Today: on(time.July, 6)},
		arrangements.TakeMoney{Received: euros(750_00), Open: euros(250_00), On: on(time.July, 6), Today: on(time.August, 31)},
	} {
		events, err := arrangements.Decide(p, command)
		require.NoError(t, err)
		p = arrangements.ApplyAll(p, events)
	}
	require.Equal(t, arrangements.StateRunning, p.State)
	b.start.Plan, b.start.Revision = p, 9
	return b
}

// onLater is on, for a workflow that began on 31 August.
func (b *planBench) onLater(date string, do func()) {
	b.t.Helper()
	parsed, err := calendar.ParseDate(date)
	require.NoError(b.t, err)
	b.RegisterDelayedCallback(do, parsed.Time(paris.Location()).Add(12*time.Hour).Sub(time.Date(2026, time.August, 31, 8, 0, 0, 0, time.UTC)))
}

func TestAPlanThatGoesOnAgainChasesItsInstalmentAndDefaultsAfterItsGrace(t *testing.T) {
	t.Parallel()
	b := setupReopened(t, nil)
	b.onLater("2026-08-31", func() {
		told := b.last("F-1", workflows.CommandPlanAttached).(workflows.PlanAttached)
		require.Equal(t, 9, told.Revision, "as the case file has it")
		require.Equal(t, "2026-07-06", told.NextOn.String())
		status := b.status()
		require.Equal(t, arrangements.StateRunning, status.State)
		require.Equal(t, "money was taken back, and instalment 4 of the plan P-12, 250.00 EUR, is open again since 2026-08-31; the whole balance is due if it is not paid by 2026-09-05", status.Why)
		require.Equal(t, "un paiement a été repris et l’échéance 4 de l’échéancier P-12, de 250,00\u00a0€, est de nouveau à payer depuis le 31/08/2026 ; sans paiement au 05/09/2026, tout le solde devient exigible", status.WhyFR)
	})
	require.Equal(t, arrangements.StateDefaulted, b.result().State)
	require.Equal(t, []string{"2026-09-01"}, dates(b.desk.toldAt), "the day after it was open again")
	require.True(t, b.desk.told[0].Missed)
	ended := b.last("F-3", workflows.CommandPlanEnded).(workflows.PlanEnded)
	require.Equal(t, arrangements.StateDefaulted, ended.As)
	require.Equal(t, "2026-09-07", ended.On.String(), "five days of grace from the day it was open again end on a Saturday")
	require.Nil(t, b.last("F-1", workflows.CommandLimitationEvent), "the debtor has acknowledged nothing anew")
}

func TestAPlanThatGoesOnAgainIsKeptAgainUnderIDsOfItsOwn(t *testing.T) {
	t.Parallel()
	b := setupReopened(t, nil)
	b.onLater("2026-09-03", func() {
		b.desk.mu.Lock()
		b.desk.received["F-3"], b.desk.received["F-2"] = 200_00, 300_00
		b.desk.rests = map[string]money.Amount{"F-3": euros(3_00)}
		b.desk.mu.Unlock()
		b.SignalWorkflow(workflows.CommandPlanMoneyMoved, workflows.PlanMoneyMoved{Invoice: "F-3"})
	})
	require.Equal(t, arrangements.StateCompleted, b.result().State)
	require.Equal(t, "plan-P-12/2-F-3", b.last("F-3", workflows.CommandCreditNoteIssued).(workflows.CreditNoteIssued).Number)
	require.Equal(t, "plan-P-12/2-F-3", b.last("F-3", workflows.CommandWaiveLateFees).(workflows.LateFeesWaiver).ID)
}

func TestAReturnedDebitOfAPlanThatGoesOnAgainIsCollectedAgain(t *testing.T) {
	t.Parallel()
	b := setupReopened(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" })
	b.start.Plan.Schedule[3].Debits = []arrangements.Debit{{ID: "E-4", On: on(time.July, 6)}}
	b.onLater("2026-08-31", func() {
		require.Equal(t, "2026-09-05", b.status().Next.Until.String())
		b.SignalWorkflow(workflows.CommandDebitReturned, workflows.DebitReturned{ID: "E-4", Reason: "AM04"})
	})
	b.onLater("2026-09-01", func() {
		require.True(t, b.status().Next.Until.IsZero(), "it is tried again on the 8th")
	})
	b.onLater("2026-09-09", func() {
		b.desk.mu.Lock()
		b.desk.received["F-3"], b.desk.received["F-2"] = 200_00, 300_00
		b.desk.mu.Unlock()
		b.SignalWorkflow(workflows.CommandPlanMoneyMoved, workflows.PlanMoneyMoved{Invoice: "F-3"})
	})
	require.Equal(t, arrangements.StateCompleted, b.result().State)
}

// The payment is taken back in the moment between the plan's end in the case file and the
// end of its workflow: the run hears of it and goes on.
func TestARunThatIsAboutToEndHearsThatMoneyWasTakenBack(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.desk.onWritten = func(order activities.PlanOrder) {
		if order.Plan.State == arrangements.StateCompleted && len(order.Plan.Reopened) == 0 {
			b.desk.received["F-3"] = 0
			b.SignalWorkflow(workflows.CommandPlanMoneyMoved, workflows.PlanMoneyMoved{Invoice: "F-3"})
		}
	}
	b.payOn("2026-04-07", "F-1", 500_00)
	b.payOn("2026-04-07", "F-2", 300_00)
	b.payOn("2026-04-07", "F-3", 200_00)
	b.on("2026-04-08", func() {
		require.Equal(t, arrangements.StateRunning, b.status().State)
		require.True(t, b.last("F-3", workflows.CommandPlanAttached).(workflows.PlanAttached).Accepted)
	})
	b.payOn("2026-07-06", "F-3", 200_00)
	require.Equal(t, arrangements.StateCompleted, b.result().State)
	require.Equal(t, "plan-reopened", b.desk.kindOf(1))
}

// kindOf is the kind of the writing by which the plan was reopened for a time.
func (d *planDesk) kindOf(times int) string {
	for _, order := range d.written {
		if len(order.Plan.Reopened) == times {
			return order.Kind
		}
	}
	return ""
}

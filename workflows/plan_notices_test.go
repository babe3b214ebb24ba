package workflows_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

// telling is a plan whose notices can go by e-mail, then by SMS.
func telling(t *testing.T, change func(*arrangements.Proposal)) *planBench {
	t.Helper()
	b := setupPlan(t, change).accepted()
	b.desk.channels = []collection.Channel{collection.ChannelEmail, collection.ChannelSMS}
	return b
}

func (b *planBench) sentSteps() []string {
	b.desk.mu.Lock()
	defer b.desk.mu.Unlock()
	var steps []string
	for _, order := range b.desk.sent {
		steps = append(steps, order.Step+" "+string(order.Channel))
	}
	return steps
}

func TestInstalmentsAreAnnouncedMissedAndBrokenByMessagesAndNoTask(t *testing.T) {
	t.Parallel()
	b := telling(t, nil)
	b.payOn("2026-04-07", "F-1", 250_00)
	require.Equal(t, arrangements.StateDefaulted, b.result().State)
	require.Equal(t, []string{
		"instalment/P-12/1/1/due email", "instalment/P-12/1/2/due email", "instalment/P-12/1/2/missed email", "instalment/P-12/1/2/default email",
	}, b.sentSteps())
	require.Empty(t, b.desk.told, "no person was asked to tell the debtor")
	require.Len(t, b.desk.tasks, 1)
	require.Contains(t, b.desk.tasks[0].Detail, "The debtor was told by email.")
}

func TestTheNoticeOfDefaultLeavesBeforeTheCasesGoOn(t *testing.T) {
	t.Parallel()
	b := telling(t, nil)
	toldBefore := false
	b.desk.taking = func(order activities.NoticeOrder) (activities.Delivery, error) {
		if _, _, _, kind, _ := collection.OfInstalment(order.Step); kind == collection.PlanDefault {
			toldBefore = b.last("F-1", workflows.CommandPlanEnded) != nil
		}
		return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
	}
	require.Equal(t, arrangements.StateDefaulted, b.result().State)
	require.False(t, toldBefore)
	require.NotNil(t, b.last("F-1", workflows.CommandPlanEnded))
}

func TestANoticeFallsBackToTheNextChannelAndInTheEndToAPerson(t *testing.T) {
	t.Parallel()
	b := telling(t, nil)
	b.desk.taking = func(order activities.NoticeOrder) (activities.Delivery, error) {
		if order.Channel == collection.ChannelSMS && order.Step == "instalment/P-12/1/1/due" {
			return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryFailed, Reason: "no address"}, nil
	}
	b.signalOn("2026-04-09", workflows.CommandCancelPlan, workflows.PlanCancellation{Reason: "enough seen"})
	b.result()
	require.Equal(t, []string{
		"instalment/P-12/1/1/due email", "instalment/P-12/1/1/due sms", "instalment/P-12/1/1/missed email", "instalment/P-12/1/1/missed sms",
	}, b.sentSteps())
	require.Len(t, b.desk.told, 1)
	require.True(t, b.desk.told[0].Missed)
	require.Equal(t, "instalment/P-12/1/1/missed", b.desk.told[0].Step)
}

func TestANoticeThatMayNotLeaveWaitsAndDoesNotKeepBackTheDefault(t *testing.T) {
	t.Parallel()
	b := telling(t, nil)
	until := time.Date(2026, time.April, 7, 8, 0, 0, 0, time.UTC)
	b.desk.taking = func(order activities.NoticeOrder) (activities.Delivery, error) {
		if order.At.Before(until) {
			return activities.Delivery{Outcome: activities.DeliveryWithheld, Reason: "the debtor was contacted yesterday", Until: until}, nil
		}
		if _, _, _, kind, _ := collection.OfInstalment(order.Step); kind == collection.InstalmentMissed {
			return activities.Delivery{Outcome: activities.DeliveryWithheld, Reason: "on hold", Until: until.AddDate(1, 0, 0)}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
	}
	require.Equal(t, arrangements.StateDefaulted, b.result().State)
	require.Equal(t, []string{
		"instalment/P-12/1/1/due email", "instalment/P-12/1/1/due email", "instalment/P-12/1/1/missed email", "instalment/P-12/1/1/default email",
	}, b.sentSteps())
	require.Equal(t, "2026-04-13", b.last("F-1", workflows.CommandPlanEnded).(workflows.PlanEnded).On.String(), "as if the notice had left")
	require.Empty(t, b.desk.told)
}

func TestANoticeThatNoProviderTakesDoesNotKeepThePlanFromAnswering(t *testing.T) {
	t.Parallel()
	b := telling(t, nil)
	b.desk.taking = func(activities.NoticeOrder) (activities.Delivery, error) {
		return activities.Delivery{}, errors.New("the provider is away")
	}
	var answer planAnswer
	b.on("2026-04-02", func() {
		b.UpdateWorkflow(workflows.CommandCancelPlan, "u1", &answer, workflows.PlanCancellation{Reason: "the company was sold"})
	})
	require.Equal(t, arrangements.StateCancelled, b.result().State)
	require.NoError(t, answer.err)
	require.Equal(t, arrangements.StateCancelled, answer.status.State)
}

func TestADirectDebitIsAnnouncedFourteenDaysBeforeAndItsDebtorIsNotBlamedForWhatWasNotCollected(t *testing.T) {
	t.Parallel()
	b := telling(t, func(p *arrangements.Proposal) { p.Terms.Mandate, p.Terms.RemindDays = "M-1", 0 })
	b.on("2026-04-07", func() { b.desk.mu.Lock(); b.desk.forPerson = true; b.desk.mu.Unlock() })
	b.on("2026-03-26", func() {
		require.Len(t, b.sentSteps(), 1)
		require.Equal(t, "2026-03-24", calendar.DateOf(b.desk.sent[0].At).String())
	})
	b.signalOn("2026-04-09", workflows.CommandCancelPlan, workflows.PlanCancellation{Reason: "enough seen"})
	b.result()
	require.Len(t, b.desk.told, 1)
	require.True(t, b.desk.told[0].Uncollected)
}

func TestAPlanWaitsForWhatItsCreditorHasNotCollected(t *testing.T) {
	t.Parallel()
	b := telling(t, func(p *arrangements.Proposal) { p.Terms.Mandate, p.Terms.RemindDays = "M-1", 0 })
	b.on("2026-04-07", func() { b.desk.mu.Lock(); b.desk.forPerson = true; b.desk.mu.Unlock() })
	b.on("2026-07-01", func() {
		status := b.status()
		require.Equal(t, arrangements.StateRunning, status.State)
		require.Contains(t, status.Why, "stood in no file for the bank")
		require.Len(t, b.desk.told, 3, "its creditor is asked, and asked again each month")
		require.Empty(t, b.desk.sent[1:], "its debtor is told nothing more")
	})
	b.payOn("2026-07-02", "F-1", 1_000_00)
	require.Equal(t, arrangements.StateCompleted, b.result().State)
}

func TestTheBalanceOfAConsumerIsDueThirtyDaysAfterTheDemand(t *testing.T) {
	t.Parallel()
	b := telling(t, func(p *arrangements.Proposal) { p.Consumer, p.Terms.RemindDays = true, 0 })
	require.Equal(t, arrangements.StateDefaulted, b.result().State)
	require.Len(t, b.desk.sent, 2, "the demand, and the end")
	demanded := calendar.DateOf(b.desk.sent[0].At)
	require.Equal(t, "2026-04-08", demanded.String())
	ended := b.last("F-1", workflows.CommandPlanEnded).(workflows.PlanEnded)
	require.Equal(t, "2026-05-11", ended.On.String(), "the first contact day after 8 May")
	require.Equal(t, "2026-05-19", ended.PayBy.String())
}

func TestNothingIsMissedWhileItsDirectDebitIsUnderWay(t *testing.T) {
	t.Parallel()
	b := telling(t, func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" })
	b.signalOn("2026-04-01", workflows.CommandDebitSent, workflows.DebitSent{Instalment: 1, ID: "E-1", On: calendar.NewDate(2026, time.April, 7)})
	b.on("2026-04-10", func() { require.Len(t, b.sentSteps(), 1, "announced, and not missed") })
	b.payOn("2026-04-10", "F-1", 1_000_00)
	require.Equal(t, arrangements.StateCompleted, b.result().State)
}

func TestAKeptPlanGivesUpWhatItsMoneyPaidOfLateFeesThatAroseMeanwhile(t *testing.T) {
	t.Parallel()
	b := telling(t, nil)
	b.desk.rests = map[string]money.Amount{"F-2": euros(12_34)}
	b.payOn("2026-04-02", "F-1", 1_000_00)
	require.Equal(t, arrangements.StateCompleted, b.result().State)
	given := b.last("F-2", workflows.CommandCreditNoteIssued).(workflows.CreditNoteIssued)
	require.Equal(t, workflows.Decimal("12.34"), given.Amount)
	require.Equal(t, "plan-P-12-F-2", given.Number)
	require.Nil(t, b.last("F-1", workflows.CommandCreditNoteIssued))
}

func TestABrokenPlanGivesUpNothing(t *testing.T) {
	t.Parallel()
	b := telling(t, nil)
	b.desk.rests = map[string]money.Amount{"F-2": euros(12_34)}
	require.Equal(t, arrangements.StateDefaulted, b.result().State)
	require.Nil(t, b.last("F-2", workflows.CommandCreditNoteIssued))
}

package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/workflows"
)

// onTerms has the formal notice approved within five working days, by a deputy after
// two. The request comes on 27 April 2026, a Monday.
func onTerms(b *bench) *bench {
	b.start.Case.Strategy = ladder()
	for i, step := range b.start.Case.Strategy.Steps {
		if step.Key == "formal" {
			b.start.Case.Strategy.Steps[i].Approval = true
			b.start.Case.Strategy.Steps[i].ApprovalTerms = collection.ApprovalTerms{ExpiresAfter: 5, DeputyAfter: 2}
		}
	}
	return b
}

func (b *bench) approveOn(date, by, claim string) {
	b.t.Helper()
	b.signalOn(date, workflows.CommandApproveStep, workflows.StepOrder{Step: "formal", For: claim, By: by})
}

// refusals are the refusals that were recorded, in words.
func (b *bench) refusals() (words []string) {
	for _, decision := range b.desk.decisions {
		if decision.Kind == "refused" {
			words = append(words, decision.Note)
		}
	}
	return words
}

const thousand = "1000.00 EUR by test-ladder@1"

func TestAnApprovalNobodyGivesGoesToADeputyExpiresAndIsAskedAnewUntilItIsGiven(t *testing.T) {
	t.Parallel()
	b := onTerms(setup(t))
	b.on("2026-05-02", func() {
		require.Contains(t, b.status().Why, "waits for a person's approval, which is asked for anew on 2026-05-05")
		require.Equal(t, "2026-05-05", b.status().NextAt.In(paris.Location()).Format("2006-01-02"))
		require.Contains(t, b.details(), "**Next** the approval of formal is asked for anew on 2026-05-05")
	})
	b.approveOn("2026-05-08", "deputy", thousand)
	b.payOn("2026-05-20", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-04-27", "2026-05-05"}, b.desk.tasksOf(collection.TaskApproval), "1 May is a holiday")
	require.Equal(t, []string{"2026-04-29", "2026-05-07"}, b.desk.tasksOf(collection.TaskDeputy))
	require.Contains(t, b.desk.steps(), "formal/email")
	require.Equal(t, "2026-05-11", dates(b.desk.noticedAt)[4], "the day of the approval is Victory Day")
}

func TestAnUnapprovedCourtesyNoticeSaysWhenItIsPassedOver(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.start.Case.Strategy = ladder()
	b.start.Case.Strategy.Steps[0].Approval = true
	require.Negative(t, b.start.Case.Strategy.Steps[0].DueOffset)
	b.on("2026-03-26", func() {
		require.Contains(t, b.details(), "waits for approval, and is passed over on 2026-04-01")
	})
	b.payOn("2026-04-02", "P1", "1000.00")
	b.result()
}

func TestAStepThatGoesToOthersThanItWasApprovedForIsAskedForAnew(t *testing.T) {
	t.Parallel()
	b := onTerms(setup(t))
	lapses := true
	b.desk.deliver = func(order activities.NoticeOrder) (activities.Delivery, error) {
		if order.Step == "formal" && lapses {
			lapses = false
			return activities.Delivery{Outcome: activities.DeliveryWithheld, OtherRecipient: true}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
	}
	b.signalOn("2026-04-28", workflows.CommandApproveStep, workflows.StepOrder{Step: "formal", For: thousand, To: "seal-1", By: "anne"})
	b.on("2026-04-30", func() { require.Contains(t, b.status().Why, "waits for a person's approval") })
	b.signalOn("2026-05-04", workflows.CommandApproveStep, workflows.StepOrder{Step: "formal", For: thousand, To: "seal-2", By: "anne"})
	b.payOn("2026-05-20", "P1", "1000.00")
	b.result()
	require.Len(t, b.desk.tasksOf(collection.TaskApproval), 2)
	var anew []bool
	for _, task := range b.desk.tasks {
		if task.Task == collection.TaskApproval {
			anew = append(anew, task.OtherRecipient)
		}
	}
	require.Equal(t, []bool{false, true}, anew, "the second task says why")
	require.Contains(t, b.desk.steps(), "formal/email")
}

func TestAPaymentAtTheMomentOfTheApprovalIsNotApprovedWithIt(t *testing.T) {
	t.Parallel()
	b := onTerms(setup(t))
	b.payOn("2026-04-28", "P1", "400.00")
	b.approveOn("2026-04-28", "anne", thousand) // what she saw before the payment
	b.on("2026-04-29", func() {
		require.Len(t, b.desk.tasksOf(collection.TaskApproval), 2, "a new request is made for what is open now")
		require.NotContains(t, b.desk.steps(), "formal/email")
	})
	b.approveOn("2026-04-30", "anne", "600.00 EUR by test-ladder@1")
	b.payOn("2026-05-20", "P2", "600.00")
	b.result()
	require.Len(t, b.refusals(), 1)
	require.Contains(t, b.refusals()[0], "step formal was judged for 1000.00 EUR by test-ladder@1, and it is 600.00 EUR by test-ladder@1 now")
	require.Contains(t, b.desk.steps(), "formal/email")
}

func TestAnApprovedNoticeWhoseClaimChangesBeforeItLeavesIsAskedForAgain(t *testing.T) {
	t.Parallel()
	b := onTerms(setup(t))
	for i, step := range b.start.Case.Strategy.Steps {
		if step.Key == "formal" {
			b.start.Case.Strategy.Steps[i].CoolingOffDays = 2
		}
	}
	b.approveOn("2026-04-28", "anne", thousand)
	b.payOn("2026-04-29", "P1", "1.00")
	b.on("2026-05-04", func() {
		require.NotContains(t, b.desk.steps(), "formal/email")
		require.Equal(t, []string{"2026-04-27", "2026-04-29"}, b.desk.tasksOf(collection.TaskApproval))
	})
	b.payOn("2026-05-20", "P2", "999.00")
	b.result()
	require.NotContains(t, b.desk.steps(), "formal/email", "nobody approved the claim as it was then")
}

func TestOfTwoWhoApproveAtOnceTheSecondIsToldWhoDid(t *testing.T) {
	t.Parallel()
	b := onTerms(setup(t))
	b.approveOn("2026-04-28", "anne", thousand)
	b.approveOn("2026-04-28", "bob", thousand)
	b.payOn("2026-05-20", "P1", "1000.00")
	b.result()
	require.Len(t, b.refusals(), 1)
	require.Contains(t, b.refusals()[0], "was approved already by anne")
}

func TestARefusedApprovalHoldsTheCaseOrSkipsTheStepAsThePersonChose(t *testing.T) {
	t.Parallel()
	held := onTerms(setup(t))
	held.signalOn("2026-04-28", workflows.CommandRefuseApproval, workflows.ApprovalRefusal{
		Step: "formal", Reason: "we talk to them", Then: collection.RefusalHolds, Until: calendar.NewDate(2026, 5, 8), By: "anne",
	})
	held.on("2026-04-29", func() { require.Equal(t, collection.StageOnHold, held.status().Stage) })
	held.payOn("2026-05-20", "P1", "1000.00")
	held.result()
	require.Equal(t, []string{"2026-04-27", "2026-05-11", "2026-05-19"}, held.desk.tasksOf(collection.TaskApproval), "asked anew after the hold, and when that expires")

	skipped := onTerms(setup(t))
	skipped.signalOn("2026-04-28", workflows.CommandRefuseApproval, workflows.ApprovalRefusal{Step: "formal", Reason: "a key account", By: "anne"})
	skipped.payOn("2026-06-20", "P1", "1000.00")
	skipped.result()
	require.NotContains(t, skipped.desk.steps(), "formal/email")
	require.NotEmpty(t, skipped.desk.tasksOf(collection.TaskMediation), "the ladder goes on")
}

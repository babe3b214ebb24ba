package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/workflows"
)

func disputeOf(id string, euros workflows.Decimal) workflows.DisputeOrder {
	order := workflows.DisputeOrder{ID: id, Reason: collection.DisputeQuality, Owner: "sophie", By: "paul"}
	if euros != "" {
		order.Amount, order.Currency = euros, "EUR"
	}
	return order
}

func TestNothingLeavesWhileAllIsDisputedAndASupervisorIsAsked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-08", workflows.CommandDispute, disputeOf("D", ""))
	b.on("2026-04-09", func() {
		status := b.status()
		require.Equal(t, collection.StageDisputed, status.Stage)
		require.Contains(t, status.Why, "the debtor disputes all that is open, 1000.00 EUR (quality); the answer is due by 2026-04-22")
		require.Equal(t, "sophie", status.Disputes[0].Owner)
		require.Equal(t, "1000.00 EUR", status.Disputed.String())
	})
	b.signalOn("2026-06-10", workflows.CommandResolveDispute, workflows.DisputeAnswer{ID: "D", Outcome: collection.DisputeRejected, Reason: "the delivery note is signed", By: "sophie"})
	b.payOn("2026-06-20", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-06-17", "2026-06-17"}, dates(b.desk.noticedAt), "63 days of dispute move the 15th of April to the 17th of June")
	require.Len(t, b.desk.tasks, 1)
	require.Equal(t, collection.TaskDisputeOverdue, b.desk.tasks[0].Task)
	require.Equal(t, activities.DisputeTask{ID: "D", Reason: collection.DisputeQuality, Owner: "sophie"}, b.desk.tasks[0].Dispute)
	require.Equal(t, []string{"2026-04-29"}, dates(b.desk.tasksAt), "ten working days to answer and five more")
	require.Equal(t, []string{"dispute", "resolve-dispute"}, b.desk.kinds())
}

func TestWhatIsNotDisputedIsRemindedAndRestsOnceItIsPaid(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-08", workflows.CommandDispute, disputeOf("D", "300.00"))
	b.on("2026-04-09", func() {
		status := b.status()
		require.Equal(t, collection.StageReminding, status.Stage)
		require.Equal(t, "300.00 EUR", status.Disputed.String())
		require.Equal(t, "1000.00 EUR", status.Open.String())
		require.Equal(t, "firm", status.NextStep)
	})
	b.payOn("2026-04-16", "P1", "700.00")
	b.on("2026-04-17", func() { require.Equal(t, collection.StageDisputed, b.status().Stage) })
	b.payOn("2026-05-20", "P2", "300.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-04-15", "2026-04-15"}, dates(b.desk.noticedAt))
}

func TestACreditNoteInTheAnswerIsPostedWithIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-08", workflows.CommandDispute, disputeOf("D", "300.00"))
	var answered updateAnswer
	b.on("2026-04-10", func() {
		b.UpdateWorkflow(workflows.CommandResolveDispute, "u1", &answered, workflows.DisputeAnswer{
			ID: "D", Outcome: collection.DisputeSplit, Amount: "200.00", Currency: "EUR", CreditNote: "A-7", By: "sophie",
		})
	})
	b.payOn("2026-04-12", "P1", "800.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.NoError(t, answered.err)
	require.Equal(t, ledger.EntryApplied, answered.status.Outcome)
	require.Equal(t, "800.00 EUR", answered.status.Open.String())
	require.Empty(t, answered.status.Disputes)
	require.True(t, answered.status.Disputed.IsZero(), "nothing is kept back any more")
}

func TestAnAnswerWithoutItsCreditNoteKeepsTheAmountBackUntilItComes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-08", workflows.CommandDispute, disputeOf("D", ""))
	b.signalOn("2026-04-10", workflows.CommandResolveDispute, workflows.DisputeAnswer{ID: "D", Outcome: collection.DisputeCreditNote})
	b.on("2026-05-11", func() {
		require.Equal(t, collection.StageDisputed, b.status().Stage)
		require.Contains(t, b.status().Why, "a credit note of 1000.00 EUR is waited for")
	})
	b.signalOn("2026-05-12", workflows.CommandCreditNoteIssued, workflows.CreditNoteIssued{Number: "A-7", Amount: "1000.00", Currency: "EUR"})
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Empty(t, b.desk.tasks, "a dispute that is answered is not overdue")
	require.Equal(t, []string{"2026-03-25", "2026-04-07"}, dates(b.desk.noticedAt))
}

func TestAPromiseDuringADisputeIsForTheRest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.signalOn("2026-04-08", workflows.CommandDispute, disputeOf("D", "300.00"))
	b.promiseOn("2026-04-09", "P", "2026-04-24")
	b.on("2026-04-10", func() {
		require.Equal(t, collection.StagePromised, b.status().Stage)
		require.Equal(t, "700.00 EUR", b.status().Promise.Amount.String())
	})
	b.payOn("2026-04-20", "P1", "700.00")
	b.on("2026-04-21", func() {
		require.Nil(t, b.status().Promise)
		require.Equal(t, collection.StageDisputed, b.status().Stage)
	})
	b.signalOn("2026-04-22", workflows.CommandResolveDispute, workflows.DisputeAnswer{ID: "D", Outcome: collection.DisputeWithdrawn})
	b.payOn("2026-05-30", "P2", "300.00")
	b.result()
	require.Equal(t, []string{"dispute", "promise", "resolve-dispute"}, b.desk.kinds())
}

func TestADisputeOfAllOvertakesTheRunningPromise(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.promiseOn("2026-04-08", "P", "2026-04-24")
	b.signalOn("2026-04-10", workflows.CommandDispute, disputeOf("D", ""))
	b.on("2026-05-10", func() {
		require.Nil(t, b.status().Promise)
		require.Equal(t, collection.StageDisputed, b.status().Stage)
	})
	b.payOn("2026-05-20", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"promise", "dispute"}, b.desk.kinds(), "it is neither kept nor broken")
}

// The notice is on its way to the provider when the dispute arrives: it is called
// back, and the gate in the case file stops what could not be.
func TestADisputeRaisedWhileANoticeIsBeingSentStopsIt(t *testing.T) {
	t.Parallel()
	b := setup(t)
	firm := time.Date(2026, time.April, 15, 0, 0, 0, 0, paris.Location())
	b.desk.deliver = func(order activities.NoticeOrder) (activities.Delivery, error) {
		if order.Step == "firm" && order.Channel == collection.ChannelEmail && len(b.desk.decisions) == 0 {
			b.SignalWorkflow(workflows.CommandDispute, disputeOf("D", ""))
			open := b.start.Case.Open
			return activities.Delivery{Outcome: activities.DeliveryWithheld, Reason: "all is disputed", Open: &open, At: firm}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryAccepted, At: order.At, Deadline: order.Deadline}, nil
	}
	b.on("2026-05-10", func() { require.Equal(t, collection.StageDisputed, b.status().Stage) })
	b.payOn("2026-06-01", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email"}, b.desk.steps())
}

func TestADisputeThatCannotBeIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	b := setup(t)
	answers := map[string]*updateAnswer{}
	b.on("2026-04-08", func() {
		for words, order := range map[string]any{
			"is no reason":   workflows.DisputeOrder{ID: "D", Reason: "mood"},
			"are disputed":   disputeOf("D", "1000.01"),
			"amount":         disputeOf("D", "some"),
			"which is to":    workflows.DisputeOrder{ID: "D", Reason: collection.DisputeOther, On: calendar.NewDate(2026, time.April, 9)},
			"has no dispute": workflows.DisputeAnswer{ID: "X", Outcome: collection.DisputeRejected, Reason: "x"},
		} {
			command := workflows.CommandDispute
			if _, isAnswer := order.(workflows.DisputeAnswer); isAnswer {
				command = workflows.CommandResolveDispute
			}
			answers[words] = &updateAnswer{}
			b.UpdateWorkflow(command, words, answers[words], order)
		}
	})
	var rejected updateAnswer
	b.signalOn("2026-04-09", workflows.CommandDispute, disputeOf("D", "300.00"))
	b.on("2026-04-10", func() {
		b.UpdateWorkflow(workflows.CommandResolveDispute, "r", &rejected, workflows.DisputeAnswer{ID: "D", Outcome: collection.DisputeWithdrawn, CreditNote: "A-1"})
	})
	b.signalOn("2026-04-11", workflows.CommandAssignDispute, workflows.DisputeAssignment{ID: "D", Owner: "anne"})
	var again, other updateAnswer
	b.on("2026-04-12", func() {
		require.Equal(t, "anne", b.status().Disputes[0].Owner)
		b.UpdateWorkflow(workflows.CommandDispute, "again", &again, disputeOf("D", "300.00"))
		b.UpdateWorkflow(workflows.CommandDispute, "other", &other, disputeOf("D", "400.00"))
	})
	b.payOn("2026-04-13", "P1", "1000.00")
	b.result()
	require.NoError(t, again.err)
	require.ErrorContains(t, other.rejection, "is known for another reason or amount")
	for words, answer := range answers {
		require.ErrorContains(t, answer.rejection, words)
	}
	require.ErrorContains(t, rejected.err, "no credit note belongs to it")
}

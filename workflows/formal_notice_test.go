package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/workflows"
)

// formally gives the formal notice of the ladder what a real one has: it is approved,
// announced two days before, goes by letter and must be proven.
func formally(b *bench) *bench {
	strategy := ladder()
	for i, step := range strategy.Steps {
		if step.Key == "formal" {
			strategy.Steps[i].Approval, strategy.Steps[i].CoolingOffDays = true, 2
			strategy.Steps[i].Channels, strategy.Steps[i].Fallbacks = []collection.Channel{"email", "letter"}, nil
			strategy.Steps[i].Proof = collection.ChannelLetter
		}
	}
	b.start.Case.Strategy = strategy
	return b
}

func (d *desk) tasksOf(kind collection.TaskKind) (on []string) {
	for i, task := range d.tasks {
		if task.Task == kind {
			on = append(on, d.tasksAt[i].Format("2006-01-02"))
		}
	}
	return on
}

func TestAFormalNoticeIsApprovedAnnouncedSentProvenAndItsDeadlineRunsFromTheProof(t *testing.T) {
	t.Parallel()
	b := formally(setup(t))
	b.signalOn("2026-04-28", workflows.CommandApproveStep, workflows.StepOrder{Step: "formal", By: "anne"})
	b.on("2026-04-29", func() {
		require.Contains(t, b.status().Why, "cooling-off")
		require.Contains(t, b.status().WhyFR, "délai de réflexion")
	})
	b.on("2026-05-06", func() {
		require.Contains(t, b.status().Why, "later steps wait for the proof")
	})
	// Sent on 30 April with a deadline of 8 May; presented on 6 May.
	b.signalOn("2026-05-07", workflows.CommandNoticeServed, workflows.ServedNotice{Step: "formal", On: calendar.NewDate(2026, 4, 1)})
	b.signalOn("2026-05-07", workflows.CommandNoticeServed, workflows.ServedNotice{Step: "formal", On: calendar.NewDate(2026, 5, 6), By: "post"})
	b.payOn("2026-06-30", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms", "formal/email", "formal/letter"}, b.desk.steps())
	require.Equal(t, []string{"2026-04-28"}, b.desk.tasksOf(collection.TaskAnnounce))
	require.Equal(t, "2026-04-30", b.desk.tasks[1].Day.String(), "the announcement tells the day")
	require.Equal(t, []string{"2026-04-30", "2026-04-30"}, dates(b.desk.noticedAt)[4:])
	require.Empty(t, b.desk.tasksOf(collection.TaskProof))
	require.Equal(t, []string{"2026-05-18"}, b.desk.tasksOf(collection.TaskMediation),
		"8 days from 6 May end on the 14th, which is Ascension Day, so on the 15th; the 16th is a Saturday")
}

// What was to be posted is written anew, and names a later day.
func TestNoStepFollowsBeforeTheDayThatALetterInPlaceOfAnotherNames(t *testing.T) {
	t.Parallel()
	b := setup(t)
	nextOn := func(day string) func() {
		return func() { require.Equal(t, day, calendar.DateOf(b.status().NextAt).String()) }
	}
	b.on("2026-04-19", nextOn("2026-04-27"))
	b.signalOn("2026-04-20", workflows.CommandNoticeReplaced, workflows.ReplacedNotice{Step: "formal", Deadline: calendar.NewDate(2026, 5, 20)})
	b.on("2026-04-21", nextOn("2026-04-27"))
	for range 2 {
		b.signalOn("2026-04-22", workflows.CommandNoticeReplaced, workflows.ReplacedNotice{Step: "firm", Deadline: calendar.NewDate(2026, 4, 29)})
	}
	b.signalOn("2026-04-23", workflows.CommandNoticeReplaced, workflows.ReplacedNotice{Step: "firm", Deadline: calendar.NewDate(2026, 4, 20)})
	b.on("2026-04-24", nextOn("2026-04-30"))
	b.payOn("2026-05-02", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms", "formal/email"}, b.desk.steps())
	require.Equal(t, "2026-04-30", dates(b.desk.noticedAt)[4])
}

func TestAPaymentDuringTheCoolingOffWins(t *testing.T) {
	t.Parallel()
	b := formally(setup(t))
	b.signalOn("2026-04-28", workflows.CommandApproveStep, workflows.StepOrder{Step: "formal", By: "anne"})
	b.payOn("2026-04-29", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.NotContains(t, b.desk.steps(), "formal/email")
}

func TestAProofThatDoesNotComeIsAskedForOnceAndNothingLaterActs(t *testing.T) {
	t.Parallel()
	b := formally(setup(t))
	b.signalOn("2026-04-28", workflows.CommandApproveStep, workflows.StepOrder{Step: "formal", By: "anne"})
	b.payOn("2026-09-30", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-05-26"}, b.desk.tasksOf(collection.TaskProof), "25 days after 30 April; the 25th of May is Whit Monday")
	require.Empty(t, b.desk.tasksOf(collection.TaskMediation))
}

func TestARegisteredLetterThatComesBackIsNoFormalNotice(t *testing.T) {
	t.Parallel()
	b := formally(setup(t))
	b.signalOn("2026-04-28", workflows.CommandApproveStep, workflows.StepOrder{Step: "formal", By: "anne"})
	b.signalOn("2026-05-05", workflows.CommandDeliveryFailed, workflows.DeliveryFailed{Step: "formal", Channel: "letter", Reason: "wrong address"})
	b.on("2026-05-06", func() { require.Equal(t, collection.StageUnreachable, b.status().Stage) })
	b.signalOn("2026-05-12", workflows.CommandRetryStep, workflows.StepOrder{Step: "formal", By: "anne"})
	b.payOn("2026-05-20", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"2026-05-05"}, b.desk.tasksOf(collection.TaskReach))
	last := b.desk.notices[len(b.desk.notices)-1]
	require.Equal(t, activities.NoticeOrder{
		CaseKey: last.CaseKey, Debtor: "D-1", Round: 1, Step: "formal", Channel: collection.ChannelLetter, Try: 1, Template: "formal-notice", Tone: collection.ToneFormal,
		Deadline: calendar.NewDate(2026, 5, 20), At: last.At,
	}, last, "sent again by letter only; the mail had arrived")
}

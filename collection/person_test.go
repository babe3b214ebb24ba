package collection_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

func TestAStepThatNeedsApprovalAsksOnceAndWaits(t *testing.T) {
	t.Parallel()
	c := newCase(withStep("courteous", func(s *collection.Step) { s.Approval = true }))
	requireRefused(t, c, collection.ApproveStep{Step: "courteous", Author: "anne"}, collection.RefusedNotNow, "does not wait for an approval")
	l := working(t, c, "2026-09-07 08:00", "2026-10-01 08:00")
	require.Empty(t, l.contacts)
	waiting := collection.Next(l.Case, at(c, "2026-10-01 08:00"))
	require.Equal(t, collection.ActionIdle, waiting.Kind)
	require.Equal(t, "step courteous waits for a person's approval", waiting.Because.String())

	l.approved = map[string]bool{"courteous": true}
	l.command(t, collection.ApproveStep{Step: "courteous", Author: "anne"})
	requireNothingNew(t, l.Case, collection.ApproveStep{Step: "courteous", Author: "anne"})
	l.work(t, "2026-10-01 20:00", "2026-10-02 23:00")
	require.Equal(t, []string{"2026-10-02 courteous: email"}, l.diary(), "approved in the evening, sent in the morning")
}

func TestRefusingAnApprovalSkipsTheStep(t *testing.T) {
	t.Parallel()
	c := newCase(withStep("courteous", func(s *collection.Step) { s.Approval = true }))
	l := working(t, c, "2026-09-07 08:00", "2026-10-01 08:00")
	l.now = at(c, "2026-10-01 10:00")
	skip := collection.SkipStep{Step: "courteous", Author: "anne", Reason: "agreed by telephone", At: l.now}
	l.command(t, skip)
	requireNothingNew(t, l.Case, skip)
	requireRefused(t, l.Case, collection.ApproveStep{Step: "courteous", Author: "anne"}, collection.RefusedNotNow, "does not wait for an approval")
	require.Equal(t, "firm", collection.Next(l.Case, l.now).Step.Key)
	require.Equal(t, collection.StageOpen, l.Stage(l.now), "a step that was skipped leads nowhere")
}

func TestOnlyTheNextStepCanBeSkippedAndWithAReason(t *testing.T) {
	t.Parallel()
	c := newCase()
	now := at(c, "2026-09-08 10:00")
	requireRefused(t, c, collection.SkipStep{Step: "courteous", Author: "anne", At: now}, collection.RefusedInvalid, "needs a reason")
	requireRefused(t, c, collection.SkipStep{Step: "formal", Author: "anne", Reason: "why not", At: now}, collection.RefusedNotNow, "is not the next one")
	requireRefused(t, c, collection.SkipStep{Step: "courtesy", Author: "anne", Reason: "why not", At: now}, collection.RefusedNotNow, "is not the next one")
	requireRefused(t, c, collection.SkipStep{Step: "nothing", Author: "anne", Reason: "why not", At: now}, collection.RefusedInvalid, `has no step "nothing"`)
}

func TestSkippingTheRestOfAStepKeepsItsDistanceToTheNext(t *testing.T) {
	t.Parallel()
	c := newCase(withStep("formal", func(s *collection.Step) { s.DueOffset = 12 }))
	c = after(t, c, accepted(c, "courteous", "email", "2026-09-10 10:00"),
		collection.ReportAttempt{Step: "firm", Channel: "email", At: at(c, "2026-09-28 10:00"), Deadline: day("2026-10-05")})
	c = after(t, c, collection.SkipStep{Step: "firm", Author: "anne", Reason: "no mobile number", At: at(c, "2026-09-28 11:00")})
	action := collection.Next(c, at(c, "2026-09-28 12:00"))
	require.Equal(t, "formal", action.Step.Key)
	require.Equal(t, day("2026-10-07"), c.Window.DateOf(action.At), "9 days after the e-mail that did leave")
}

func TestAStepIsRetriedOnlyWhenItReachedNobody(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-10 23:00")
	requireRefused(t, l.Case, collection.RetryStep{Step: "courteous", Author: "anne"}, collection.RefusedNotNow, "there is nothing to try again")
	requireRefused(t, l.Case, collection.RetryStep{Step: "firm", Author: "anne"}, collection.RefusedNotNow, "there is nothing to try again")
	requireRefused(t, l.Case, collection.RetryStep{Step: "nothing", Author: "anne"}, collection.RefusedInvalid, `has no step "nothing"`)
}

func TestAPersonClosesACaseWithAReasonAndForGood(t *testing.T) {
	t.Parallel()
	c := newCase()
	requireRefused(t, c, collection.CloseCase{Outcome: collection.StagePaid, Author: "anne", Reason: "x"}, collection.RefusedInvalid, "written-off, withdrawn or handed-over")
	requireRefused(t, c, collection.CloseCase{Outcome: collection.StageWrittenOff, Author: "anne"}, collection.RefusedInvalid, "needs a reason")

	c = after(t, c, collection.CloseCase{Outcome: collection.StageWrittenOff, Author: "anne", Reason: "insolvent"})
	require.True(t, c.IsClosed())
	require.Equal(t, collection.StageWrittenOff, c.Stage(at(c, "2026-09-10 10:00")))
	require.Equal(t, collection.ActionIdle, collection.Next(c, at(c, "2026-09-10 10:00")).Kind)
	requireNothingNew(t, c, collection.CloseCase{Outcome: collection.StageWrittenOff, Author: "anne", Reason: "insolvent"})
	requireRefused(t, c, collection.CloseCase{Outcome: collection.StageWithdrawn, Author: "anne", Reason: "x"}, collection.RefusedClosed, "is closed (written-off)")

	reversed := after(t, c, collection.TakePosition{Open: euros(120_000)})
	require.True(t, reversed.IsClosed(), "money does not reopen what a person closed")
}

func TestAClosedCaseRefusesCommandsAndSaysWhy(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), collection.TakePosition{Open: euros(0)})
	now := at(c, "2026-09-10 10:00")
	for _, command := range []collection.Command{
		collection.ApproveStep{Step: "formal"},
		collection.SkipStep{Step: "courteous", Reason: "x", At: now},
		collection.RetryStep{Step: "courteous"},
		collection.CloseCase{Outcome: collection.StageWithdrawn, Reason: "x"},
		collection.MigrateStrategy{Strategy: standardLadder()},
	} {
		requireRefused(t, c, command, collection.RefusedClosed, "the case case/acme/F-1 is closed (paid)")
	}
	require.Equal(t, collection.StageReminding, after(t, c, accepted(c, "courteous", "email", "2026-09-10 10:00"),
		collection.TakePosition{Open: euros(1)}).Stage(now), "a report that comes late still counts")
}

func TestAPaymentStopsTheLadderAndItsReversalGoesOnAtTheSameStep(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-11 08:00")
	l.command(t, collection.TakePosition{Open: euros(0)})
	l.work(t, "2026-09-12 08:00", "2027-01-01 08:00")
	require.Equal(t, collection.StagePaid, l.Stage(l.now))
	require.Equal(t, []string{"2026-09-10 courteous: email"}, l.diary())

	l.command(t, collection.TakePosition{Open: euros(40_000)})
	l.work(t, "2027-01-04 11:00", "2027-01-04 23:00")
	require.Equal(t, []string{"2027-01-04 firm: email", "2027-01-04 firm: sms"}, l.diary()[1:])
}

func TestAPositionInAnotherCurrencyIsRefused(t *testing.T) {
	t.Parallel()
	dollars := collection.TakePosition{Open: newCase().Open}
	c := newCase(func(c *collection.Case) { c.Open = euros(5) })
	requireNothingNew(t, c, collection.TakePosition{Open: euros(5)})
	c.Open = c.Open.Zero()
	require.NotPanics(t, func() { _, _ = collection.Decide(c, dollars) })
	requireRefused(t, c, collection.TakePosition{}, collection.RefusedInvalid, "the case is kept in EUR")
}

func TestMigrationKeepsTheCaseAtItsPlace(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-18 23:00")
	second := standardLadder()
	second.Version = 2
	second.Steps[3].Spacing = 30
	second.Steps = slices.Insert(second.Steps, 1, collection.Step{Key: "new", DueOffset: 1, Channels: channels("email")})
	l.command(t, collection.MigrateStrategy{Strategy: second, Author: "anne"})
	requireNothingNew(t, l.Case, collection.MigrateStrategy{Strategy: second, Author: "anne"})
	require.Equal(t, 2, l.Strategy.Version)
	action := collection.Next(l.Case, at(l.Case, "2026-09-21 10:00"))
	require.Equal(t, "formal", action.Step.Key, "a new step below the case's place is not made up for")
	require.Equal(t, day("2026-10-19"), l.Window.DateOf(action.At), "30 days after firm, and the 18th is a Sunday")
}

func TestAMigrationNamesTheStepToGoOnWithWhenTheOldOneIsGone(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-18 23:00")
	gentle := collection.Strategy{Name: "gentle", Version: 1, Steps: []collection.Step{
		{Key: "hello", DueOffset: 5, Channels: channels("email")},
		{Key: "call", DueOffset: 40, Opens: collection.TaskCall},
	}}
	requireRefused(t, l.Case, collection.MigrateStrategy{Strategy: gentle, Author: "anne"}, collection.RefusedInvalid,
		"the strategy gentle (version 1) has no step firm, where the case stands: name the step to go on with")
	requireRefused(t, l.Case, collection.MigrateStrategy{Strategy: gentle, Author: "anne", ResumeAt: "firm"}, collection.RefusedInvalid, "has no step firm to go on with")
	requireRefused(t, l.Case, collection.MigrateStrategy{Strategy: collection.Strategy{Name: "empty", Version: 1}}, collection.RefusedInvalid, "has no steps")
	l.command(t, collection.MigrateStrategy{Strategy: gentle, Author: "anne", ResumeAt: "call"})
	action := collection.Next(l.Case, at(l.Case, "2026-09-21 10:00"))
	require.Equal(t, "call", action.Step.Key)
	require.Equal(t, day("2026-10-19"), l.Window.DateOf(action.At), "40 days after the due date is a Saturday")
}

func TestAMigrationDoesNotMakeUpForWhatTheNewStrategyAddsToADoneStep(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-12 23:00")
	second := standardLadder()
	second.Version = 2
	second.Steps[1].Channels = channels("email", "sms")
	l.command(t, collection.MigrateStrategy{Strategy: second, Author: "anne"})
	require.Equal(t, "firm", collection.Next(l.Case, l.now).Step.Key)
}

func TestAMigrationCannotGoBackBeforeAStepThatWasTaken(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-18 23:00")
	second := standardLadder()
	second.Version = 2
	requireRefused(t, l.Case, collection.MigrateStrategy{Strategy: second, ResumeAt: "courteous"}, collection.RefusedConflict, "has taken step courteous already")
	l.command(t, collection.MigrateStrategy{Strategy: second, ResumeAt: "mediation"})
	require.Equal(t, "mediation", collection.Next(l.Case, l.now).Step.Key)
}

func TestAMigrationBackToAnEarlierStepIsNotStoppedByAnOpenApproval(t *testing.T) {
	t.Parallel()
	c := newCase(withStep("formal", func(s *collection.Step) { s.Approval = true }))
	l := working(t, c, "2026-09-07 08:00", "2026-10-18 23:00")
	second := l.Strategy
	second.Version = 2
	second.Steps = slices.Insert(slices.Clone(second.Steps), 3, collection.Step{Key: "last", DueOffset: 15, Channels: channels("email")})
	l.command(t, collection.MigrateStrategy{Strategy: second, ResumeAt: "last"})
	require.Equal(t, "last", collection.Next(l.Case, l.now).Step.Key)
}

func TestAnUnknownCommandIsRefused(t *testing.T) {
	t.Parallel()
	requireRefused(t, newCase(), nil, collection.RefusedInvalid, "is not known")
	requireRefused(t, newCase(), collection.ReportAttempt{Step: "nothing", Failed: true, At: time.Unix(0, 0)}, collection.RefusedInvalid, `has no step "nothing"`)
	requireRefused(t, newCase(), collection.ReportTask{Step: "nothing"}, collection.RefusedInvalid, `has no step "nothing"`)
	requireRefused(t, newCase(), collection.ApproveStep{Step: "nothing"}, collection.RefusedInvalid, `has no step "nothing"`)
}

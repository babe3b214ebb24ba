package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

func channels(list ...collection.Channel) []collection.Channel { return list }

func TestABouncedMessageIsNotADoneStepAndFallsBack(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-11 08:00")
	require.Equal(t, []string{"2026-09-10 courteous: email"}, l.diary())
	require.Equal(t, collection.StageReminding, l.Stage(l.now))

	l.command(t, failed(l.Case, "courteous", "email", "2026-09-11 09:00"))
	l.contacts[0].failed = true
	require.Equal(t, collection.StageOpen, l.Stage(l.now), "nobody was reminded yet")
	action := collection.Next(l.Case, at(l.Case, "2026-09-11 10:00"))
	require.Equal(t, "courteous", action.Step.Key)
	require.Equal(t, collection.ChannelLetter, action.Channel)

	l.command(t, accepted(l.Case, "courteous", "letter", "2026-09-11 10:00"))
	require.Equal(t, "firm", collection.Next(l.Case, l.now).Step.Key)
	require.Equal(t, collection.StageReminding, l.Stage(l.now))
}

func TestTheNextStepCountsFromTheContactThatReachedTheDebtor(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-11 08:00")
	l.command(t, failed(l.Case, "courteous", "email", "2026-09-17 09:00"))
	l.contacts[0].failed = true
	l.work(t, "2026-09-17 10:00", "2026-09-30 08:00")
	require.Equal(t, []string{
		"2026-09-10 courteous: email",  // bounced a week later
		"2026-09-17 courteous: letter", // and so went by letter
		"2026-09-25 firm: email",       // 8 days after the letter
		"2026-09-25 firm: sms",
	}, l.diary())
}

func TestWhenEveryChannelFailsAPersonIsAskedOnceAndTheLadderWaits(t *testing.T) {
	t.Parallel()
	c := newCase()
	l := &life{Case: c, deliver: func(contact) bool { return false }}
	l.work(t, "2026-09-07 08:00", "2026-09-10 23:00")
	require.Equal(t, []string{"2026-09-10 courteous: email", "2026-09-10 courteous: letter"}, l.diary())
	require.Equal(t, collection.StageUnreachable, l.Stage(l.now))
	waiting := collection.Next(l.Case, at(c, "2027-01-04 10:00"))
	require.Equal(t, collection.ActionIdle, waiting.Kind)
	require.Equal(t, "step courteous reached nobody: every channel failed and a person was asked to help", waiting.Because.String())
	requireNothingNew(t, l.Case, collection.ReportTask{Step: "courteous", Task: collection.TaskReach, At: l.now})
}

func TestARetryTriesTheChannelsAgainUnderANewNumber(t *testing.T) {
	t.Parallel()
	l := &life{Case: newCase(), deliver: func(contact) bool { return false }}
	l.work(t, "2026-09-07 08:00", "2026-09-10 23:00")
	l.command(t, collection.RetryStep{Step: "courteous", Author: "anne"})
	l.deliver = nil
	l.work(t, "2026-10-01 10:00", "2026-10-02 08:00")
	again := l.contacts[len(l.contacts)-1]
	require.Equal(t, contact{at: at(l.Case, "2026-10-01 10:00"), step: "courteous", channel: "email", try: 1}, again)
	require.Equal(t, collection.StageReminding, l.Stage(l.now))
	require.Equal(t, day("2026-10-09"), l.Window.DateOf(collection.Next(l.Case, l.now).At), "firm comes 8 days after the retry")
}

func TestANoticeSentAgainNamesADeadlineAhead(t *testing.T) {
	t.Parallel()
	c := newCase(withStep("firm", func(s *collection.Step) { s.Channels, s.Fallbacks = channels("email"), nil }))
	l := working(t, c, "2026-09-07 08:00", "2026-09-18 08:00")
	l.deliver = func(contact) bool { return false }
	l.work(t, "2026-09-18 08:00", "2026-12-01 08:00")
	l.command(t, collection.RetryStep{Step: "firm", Author: "anne"})
	l.deliver = nil
	l.work(t, "2026-12-01 10:00", "2026-12-01 18:00")
	require.Equal(t, day("2026-12-08"), l.contacts[len(l.contacts)-1].deadline, "7 days from the day it left at last")
}

func TestNewsOfAnEarlierTryIsNewsOfThePast(t *testing.T) {
	t.Parallel()
	l := &life{Case: newCase(), deliver: func(contact) bool { return false }}
	l.work(t, "2026-09-07 08:00", "2026-09-10 23:00")
	bounce := failed(l.Case, "courteous", "email", "2026-09-11 09:00")
	l.command(t, collection.RetryStep{Step: "courteous", Author: "anne"})
	l.command(t, accepted(l.Case, "courteous", "email", "2026-09-11 10:00"))
	requireNothingNew(t, l.Case, bounce)
	require.Equal(t, "firm", collection.Next(l.Case, at(l.Case, "2026-09-11 11:00")).Step.Key)
}

func TestABounceOfAnEarlierStepDoesNotTakeTheLadderBack(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-18 23:00")
	l.command(t, failed(l.Case, "courteous", "email", "2026-09-19 09:00"))
	require.Equal(t, "formal", collection.Next(l.Case, at(l.Case, "2026-09-19 10:00")).Step.Key)
}

func TestAReportOfSuccessDoesNotUndoABounceThatCameFirst(t *testing.T) {
	t.Parallel()
	c := newCase()
	c = after(t, c, failed(c, "courteous", "email", "2026-09-10 10:00"))
	requireNothingNew(t, c, accepted(c, "courteous", "email", "2026-09-10 10:01"))
	require.Equal(t, collection.ChannelLetter, collection.Next(c, at(c, "2026-09-10 10:02")).Channel)
}

func TestABounceAfterAMigrationIsNotADoneStepEither(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-11 08:00")
	second := standardLadder()
	second.Version = 2
	l.command(t, collection.MigrateStrategy{Strategy: second, Author: "anne"})
	l.command(t, failed(l.Case, "courteous", "email", "2026-09-11 09:00"))
	action := collection.Next(l.Case, at(l.Case, "2026-09-11 10:00"))
	require.Equal(t, "courteous", action.Step.Key)
	require.Equal(t, collection.ChannelLetter, action.Channel)
}

func TestTheFallbackIsForWhenNoChannelWorked(t *testing.T) {
	t.Parallel()
	c := newCase()
	c = after(t, c, accepted(c, "courteous", "email", "2026-09-10 10:00"),
		failed(c, "firm", "email", "2026-09-18 10:00"), accepted(c, "firm", "sms", "2026-09-18 10:01"))
	require.Equal(t, "formal", collection.Next(c, at(c, "2026-09-18 10:02")).Step.Key, "the SMS reached the debtor: no letter")

	c = newCase()
	c = after(t, c, accepted(c, "courteous", "email", "2026-09-10 10:00"),
		failed(c, "firm", "email", "2026-09-18 10:00"), failed(c, "firm", "sms", "2026-09-18 10:01"))
	require.Equal(t, collection.ChannelLetter, collection.Next(c, at(c, "2026-09-18 10:02")).Channel)
}

func TestTheGateBeforeSendingPostponesTheNextChannelToo(t *testing.T) {
	t.Parallel()
	c := newCase()
	c = after(t, c, accepted(c, "courteous", "email", "2026-09-10 10:00"),
		collection.Postpone{Until: at(c, "2026-09-21 10:00")})
	require.Equal(t, at(c, "2026-09-21 10:00"), collection.Next(c, at(c, "2026-09-20 10:00")).At)

	c = after(t, c, accepted(c, "firm", "email", "2026-09-18 10:00"))
	require.Equal(t, collection.ChannelSMS, collection.Next(c, at(c, "2026-09-18 10:00")).Channel, "a contact ends the postponement")
	c = after(t, c, collection.Postpone{Until: at(c, "2026-09-22 11:00")})
	action := collection.Next(c, at(c, "2026-09-18 10:01"))
	require.Equal(t, collection.ActionWait, action.Kind, "or the case would ask the gate again and again")
	require.Equal(t, at(c, "2026-09-22 11:00"), action.At)
	require.Equal(t, "step firm was postponed by the last check before sending", action.Because.String())
}

func TestAPostponementIntoTheNightEndsInTheContactHours(t *testing.T) {
	t.Parallel()
	c := newCase()
	c = after(t, c, collection.Postpone{Until: at(c, "2026-09-11 23:00")})
	action := collection.Next(c, at(c, "2026-09-11 23:00"))
	require.Equal(t, collection.ActionWait, action.Kind)
	require.Equal(t, day("2026-09-14"), c.Window.DateOf(action.At), "Monday, after the weekend")
}

func TestAChannelThatIsDelayedStillNamesADeadlineAhead(t *testing.T) {
	t.Parallel()
	c := newCase()
	c = after(t, c, accepted(c, "courteous", "email", "2026-09-10 10:00"))
	email := collection.Next(c, at(c, "2026-09-18 17:30"))
	c = after(t, c, collection.ReportAttempt{Step: "firm", Channel: "email", At: email.At, Deadline: email.Deadline})
	require.Equal(t, email.Deadline, collection.Next(c, at(c, "2026-09-21 10:00")).Deadline, "three days later the SMS repeats the day the e-mail named")
	require.Equal(t, day("2026-10-08"), collection.Next(c, at(c, "2026-10-01 10:00")).Deadline, "that day has passed: the SMS names one of its own")
}

package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

// bounced is a case whose courtesy notice of 31 August reached nobody by mail, before its
// due date of 7 September, and has waited for its short message since.
func bounced(t *testing.T, changes ...func(*collection.Case)) collection.Case {
	t.Helper()
	c := newCase(changes...)
	c = after(t, c, failed(c, "courtesy", collection.ChannelEmail, "2026-08-31 10:00"))
	action := collection.Next(c, at(c, "2026-08-31 10:00"))
	require.Equal(t, collection.ActionNotify, action.Kind)
	require.Equal(t, collection.ChannelSMS, action.Channel)
	return after(t, c, collection.Postpone{Until: at(c, "2026-09-09 09:00"), For: collection.PostponedForWeek})
}

func TestACourtesyNoticeThatHasBegunIsPassedOverOnTheDueDateToo(t *testing.T) {
	t.Parallel()
	c := bounced(t)
	wait := collection.Next(c, at(c, "2026-09-04 10:00"))
	require.Equal(t, collection.ActionWait, wait.Kind)
	require.Equal(t, "courtesy", wait.Step.Key)
	require.Equal(t, day("2026-09-07"), c.Window.DateOf(wait.At), "it wakes on the due date")

	next := collection.Next(c, wait.At)
	require.Equal(t, "courteous", next.Step.Key)
	require.Equal(t, day("2026-09-10"), c.Window.DateOf(next.At), "three days after the due date")
	require.Equal(t, []string{"2026-09-10 courteous: email"}, working(t, c, "2026-09-04 10:00", "2026-09-10 20:00").diary())
}

func TestACaseOfEarlierRulesGoesOnWithItsCourtesyNotice(t *testing.T) {
	t.Parallel()
	c := bounced(t, func(c *collection.Case) { c.Rules = 0 })
	require.Equal(t, at(c, "2026-09-09 09:00"), collection.Next(c, at(c, "2026-09-04 10:00")).At)
	action := collection.Next(c, at(c, "2026-09-09 09:00"))
	require.Equal(t, "courtesy", action.Step.Key)
	require.Equal(t, collection.ChannelSMS, action.Channel)
}

func TestACourtesyNoticeThatReachedNobodyStaysWithAPerson(t *testing.T) {
	t.Parallel()
	c := bounced(t)
	c = after(t, c, failed(c, "courtesy", collection.ChannelSMS, "2026-09-01 10:00"))
	for _, moment := range []string{"2026-09-02 10:00", "2026-09-20 10:00"} {
		action := collection.Next(c, at(c, moment))
		require.Equal(t, collection.TaskReach, action.Task, "the next reminder would reach nobody either")
	}
	c = after(t, c, collection.RetryStep{Step: "courtesy", Author: "anne"})
	require.Equal(t, "courtesy", collection.Next(c, at(c, "2026-09-04 10:00")).Step.Key)
	require.Equal(t, "courteous", collection.Next(c, at(c, "2026-09-10 10:00")).Step.Key)
}

func TestAMailThatComesBackLateGivesNoCourtesyNoticeAfterTheDueDate(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-08-31 06:00", "2026-08-31 20:00")
	require.Equal(t, []string{"2026-08-31 courtesy: email"}, l.diary())
	c := after(t, l.Case, failed(l.Case, "courtesy", collection.ChannelEmail, "2026-09-08 10:00"))
	next := collection.Next(c, at(c, "2026-09-08 10:00"))
	require.Equal(t, "courteous", next.Step.Key)
	require.Equal(t, collection.ActionWait, next.Kind)
}

// What it told by one of its channels counts as a contact, whatever it still owed.
func TestTheNextStepKeepsItsDistanceFromACourtesyNoticeThatWasPassedOver(t *testing.T) {
	t.Parallel()
	both := withStep("courtesy", func(s *collection.Step) {
		s.Channels, s.Fallbacks = []collection.Channel{collection.ChannelEmail, collection.ChannelSMS}, nil
	})
	farther := withStep("courteous", func(s *collection.Step) { s.Spacing = 15 })
	c := newCase(both, farther)
	c = after(t, c, accepted(c, "courtesy", collection.ChannelEmail, "2026-08-31 10:00"),
		collection.Postpone{Until: at(c, "2026-09-09 09:00"), For: collection.PostponedForWeek})
	next := collection.Next(c, at(c, "2026-09-09 10:00"))
	require.Equal(t, "courteous", next.Step.Key)
	require.Equal(t, day("2026-09-15"), c.Window.DateOf(next.At), "15 days after 31 August")
}

package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

// doubted is a case whose courteous step went out by e-mail alone, and nobody knows
// whether it has arrived.
func doubted(t *testing.T) collection.Case {
	t.Helper()
	c := newCase(withStep("courteous", func(s *collection.Step) { s.Fallbacks, s.DeadlineDays = nil, 5 }))
	return after(t, c, collection.ReportAttempt{
		Step: "courteous", Channel: "email", At: at(c, "2026-09-10 10:00"), Deadline: day("2026-09-15"), Failed: true, Doubtful: true,
	})
}

// proven says that it has.
func proven(c collection.Case) collection.Command {
	return collection.ReportAttempt{Step: "courteous", Channel: "email", At: at(c, "2026-09-10 10:00"), Proven: true}
}

func asksToFind(c collection.Case) collection.Command {
	return collection.ReportTask{Step: "courteous", Task: collection.TaskReach, At: at(c, "2026-09-10 10:01")}
}

func TestWhatMayHaveArrivedIsNotSentAgainAndAPersonIsAsked(t *testing.T) {
	t.Parallel()
	c := doubted(t)
	action := collection.Next(c, at(c, "2026-09-10 10:01"))
	require.Equal(t, collection.TaskReach, action.Task)
	require.True(t, action.Doubtful)
	require.Equal(t, "the message of step courteous may have arrived: its provider never said so, and a person was asked to find out before anything else leaves", action.Because.String())
	require.Contains(t, action.Because.French(), "peut-être arrivé")
	c = after(t, c, asksToFind(c))
	require.Equal(t, collection.ActionIdle, collection.Next(c, at(c, "2026-12-01 10:00")).Kind)
}

func TestOnceItIsKnownToHaveArrivedTheLadderGoesOnFromTheDayItLeft(t *testing.T) {
	t.Parallel()
	c := doubted(t)
	c = after(t, c, asksToFind(c), proven(c))
	require.Equal(t, collection.StageReminding, c.Stage(at(c, "2026-09-11 10:00")))
	require.False(t, c.Steps[0].TaskOpen)
	next := collection.Next(c, at(c, "2026-09-11 10:00"))
	require.Equal(t, "firm", next.Step.Key)
	require.Equal(t, day("2026-09-18"), c.Window.DateOf(next.At), "as if nobody had ever doubted it")
	requireNothingNew(t, c, proven(c))
}

func TestALostMessageIsTriedOnceMoreAndProofThatComesBeforeCallsThatOff(t *testing.T) {
	t.Parallel()
	c := doubted(t)
	c = after(t, c, asksToFind(c), failed(c, "courteous", "email", "2026-09-10 11:00"), collection.RetryStep{Step: "courteous", Author: "anne"})
	again := collection.Next(c, at(c, "2026-09-11 10:00"))
	require.Equal(t, collection.ActionNotify, again.Kind)
	require.Equal(t, 1, again.Try)
	calledOff := after(t, c, proven(c))
	require.Equal(t, "firm", collection.Next(calledOff, at(c, "2026-09-11 10:00")).Step.Key)

	sent := after(t, c, accepted(c, "courteous", "email", "2026-09-11 10:00"))
	requireNothingNew(t, sent, proven(c))
}

func TestProofThatOvertakesTheDoubtIsNotUndoneByIt(t *testing.T) {
	t.Parallel()
	c := newCase()
	c = after(t, c, proven(c))
	requireNothingNew(t, c, collection.ReportAttempt{Step: "courteous", Channel: "email", At: at(c, "2026-09-10 10:00"), Failed: true, Doubtful: true})
	require.Equal(t, "firm", collection.Next(c, at(c, "2026-09-11 10:00")).Step.Key)
}

func TestAMessageThatBouncedAfterAllIsNotDoubtedAnyMore(t *testing.T) {
	t.Parallel()
	c := doubted(t)
	c = after(t, c, failed(c, "courteous", "email", "2026-09-11 10:00"))
	require.False(t, collection.Next(c, at(c, "2026-09-11 10:01")).Doubtful)
	requireNothingNew(t, c, proven(c))
}

func TestAnotherChannelTakesOverWhatMayHaveArrived(t *testing.T) {
	t.Parallel()
	c := newCase()
	c = after(t, c, collection.ReportAttempt{Step: "courteous", Channel: "email", At: at(c, "2026-09-10 10:00"), Failed: true, Doubtful: true})
	require.Equal(t, collection.ChannelLetter, collection.Next(c, at(c, "2026-09-10 10:01")).Channel)
	c = after(t, c, accepted(c, "courteous", "letter", "2026-09-10 10:01"), proven(c))
	require.Equal(t, "firm", collection.Next(c, at(c, "2026-09-11 10:00")).Step.Key)
}

func TestACaseAsksForAnotherChannelOnlyWhileTheNoticeHasNotArrived(t *testing.T) {
	t.Parallel()
	c := newCase(withStep("courteous", func(s *collection.Step) {
		s.Channels, s.Fallbacks = []collection.Channel{"email", "whatsapp"}, []collection.Channel{"sms"}
	}))
	require.True(t, c.StillAsks("unheard-of", "sms", 0), "of another strategy nothing is known")
	c = after(t, c, collection.ReportAttempt{Step: "courteous", Channel: "email", At: at(c, "2026-09-10 10:00"), Failed: true, Doubtful: true})
	require.True(t, c.StillAsks("courteous", "sms", 0))

	arrived := after(t, c, proven(c))
	require.False(t, arrived.StillAsks("courteous", "sms", 0), "it has arrived by e-mail")
	require.False(t, arrived.StillAsks("courteous", "email", 0))
	require.True(t, arrived.StillAsks("courteous", "whatsapp", 0), "each of the step's own channels tells it")

	retried := after(t, c, failed(c, "courteous", "whatsapp", "2026-09-10 10:01"), failed(c, "courteous", "sms", "2026-09-10 10:02"),
		collection.RetryStep{Step: "courteous", Author: "anne"})
	require.False(t, retried.StillAsks("courteous", "email", 0), "a person had it tried anew")
	require.True(t, retried.StillAsks("courteous", "email", 1))
}

package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

// A webhook or a person reports a failure for a step that was never sent.
func TestAFailureOfAStepThatWasNotSentDoesNotMakeTheLadderJump(t *testing.T) {
	t.Parallel()
	c := newCase()
	command := collection.ReportAttempt{Step: "formal", Channel: "email", Failed: true, At: at(c, "2026-09-01 10:00")}
	events, _ := collection.Decide(c, command)
	c = collection.ApplyAll(c, events)
	require.Equal(t, "courtesy", collection.Next(c, at(c, "2026-09-01 10:00")).Step.Key)
}

// A notice is on its way while a person migrates the case to a strategy without
// that step, or without that channel; then the provider's answer comes.
func TestAContactIsCountedEvenWhenTheStrategyChangedMeanwhile(t *testing.T) {
	t.Parallel()
	c := newCase()
	other := collection.Strategy{Name: "other", Version: 1, Steps: []collection.Step{
		{Key: "call", DueOffset: 4, Spacing: 8, Opens: collection.TaskCall},
	}}
	c = after(t, c, collection.MigrateStrategy{Strategy: other, Author: "anne"})
	events, err := collection.Decide(c, accepted(c, "courteous", "email", "2026-09-10 10:00"))
	require.NoError(t, err)
	c = collection.ApplyAll(c, events)
	action := collection.Next(c, at(c, "2026-09-11 17:30"))
	require.Equal(t, collection.ActionWait, action.Kind, "the call keeps its distance to the mail that left")
}

// The same hold, the same payment and the same reversal, in two orders.
func TestAHoldThatArrivesWhileTheCaseIsPaidIsNotForgotten(t *testing.T) {
	t.Parallel()
	hold := collection.PlaceHold{ID: "h", Reason: "dispute", On: day("2026-09-08")}
	paid, reversed := collection.TakePosition{Open: euros(0)}, collection.TakePosition{Open: euros(100_000)}
	now := at(newCase(), "2026-09-20 10:00")
	for _, order := range [][]collection.Command{{hold, paid, reversed}, {paid, hold, reversed}} {
		c := newCase()
		for _, command := range order {
			if events, err := collection.Decide(c, command); err == nil {
				c = collection.ApplyAll(c, events)
			}
		}
		require.Equal(t, collection.StageOnHold, c.Stage(now))
	}
}

package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

func TestStepsThatWereNotTakenSayWhy(t *testing.T) {
	t.Parallel()
	type passed = []collection.PassedOver
	byPerson := func(step string) collection.PassedOver {
		return collection.PassedOver{Step: step, Because: collection.PassedOverByPerson}
	}
	overtaken := collection.PassedOver{Step: "courtesy", Because: collection.PassedOverForDueDate}
	behind := func(step string) collection.PassedOver {
		return collection.PassedOver{Step: step, Because: collection.PassedOverForLaterStep}
	}
	c := newCase()
	require.Empty(t, collection.StepsPassedOver(c, at(c, "2026-09-04 10:00")), "the courtesy notice may still leave")
	require.Equal(t, passed{overtaken}, collection.StepsPassedOver(c, at(c, "2026-09-07 10:00")), "it may not any more")

	told := after(t, c, accepted(c, "courtesy", collection.ChannelEmail, "2026-08-31 10:00"))
	require.Empty(t, collection.StepsPassedOver(told, at(c, "2026-09-09 10:00")))

	skipped := after(t, told, collection.SkipStep{Step: "courteous", Author: "anne", Reason: "they called", At: at(c, "2026-09-08 10:00")})
	require.Equal(t, passed{byPerson("courteous")}, collection.StepsPassedOver(skipped, at(c, "2026-09-09 10:00")))

	jumped := newCase(func(c *collection.Case) { c.ResumeAt = "firm" })
	require.Equal(t, passed{overtaken, behind("courteous")}, collection.StepsPassedOver(jumped, at(c, "2026-09-09 10:00")))

	mediated := newCase(func(c *collection.Case) {
		c.ResumeAt = "formal"
		c.Mediations = []collection.Mediation{{ID: "M-1", Outcome: collection.OutcomeDeclined}}
		c.Steps = []collection.StepRecord{{Key: "formal", At: at(*c, "2026-10-01 10:00"), Completed: true, Attempts: []collection.Attempt{{Channel: collection.ChannelEmail}}}}
	})
	require.Equal(t,
		passed{overtaken, behind("courteous"), behind("firm"), {Step: "mediation", Because: collection.PassedOverForMediation}},
		collection.StepsPassedOver(mediated, at(c, "2026-10-09 10:00")))
}

func TestAPaidCasePassesOverNoMoreSteps(t *testing.T) {
	t.Parallel()
	c := newCase()
	c = after(t, c, collection.TakePosition{Open: c.Open.Zero()})
	require.Empty(t, collection.StepsPassedOver(c, at(c, "2026-10-01 10:00")), "it was paid before the courtesy notice")

	c = newCase()
	c = after(t, c, accepted(c, "courteous", collection.ChannelEmail, "2026-09-10 10:00"), collection.TakePosition{Open: c.Open.Zero()})
	require.Equal(t, []collection.PassedOver{{Step: "courtesy", Because: collection.PassedOverForDueDate}}, collection.StepsPassedOver(c, at(c, "2026-10-01 10:00")))
}

func TestWhyAStepWasNotTakenIsSaidInTwoLanguages(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, because := range []collection.PassedOverReason{
		collection.PassedOverByPerson, collection.PassedOverForDueDate, collection.PassedOverForMediation, collection.PassedOverForLaterStep, "unheard-of",
	} {
		seen[because.String()], seen[because.French()] = true, true
	}
	require.Len(t, seen, 10)
	require.Contains(t, collection.PassedOverReason("unheard-of").String(), "unheard-of")
}

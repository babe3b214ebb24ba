package workflows_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/workflows"
)

// A task of the workflow may be done again after what it decided was recorded: at another
// time, and with more signals. The case file knows the decisions again by their keys.
func TestADecisionHasTheSameKeyWheneverItIsTaken(t *testing.T) {
	t.Parallel()
	keys := func(date string, before ...string) []string {
		b := setup(t)
		var resumed updateAnswer
		b.on(date, func() {
			for _, name := range before {
				b.SignalWorkflow(name, workflows.StepOrder{Step: "firm"})
			}
			b.SignalWorkflow(workflows.CommandHold, workflows.HoldOrder{ID: "H1", Reason: "dispute"})
			b.SignalWorkflow(workflows.CommandHold, workflows.HoldOrder{ID: "H2", Reason: "dispute"})
			b.SignalWorkflow(workflows.CommandSkipStep, "not a step")
		})
		b.on("2026-03-20", func() { b.UpdateWorkflow(workflows.CommandResume, "u-1", &resumed, workflows.ResumeOrder{}) })
		b.payOn("2026-03-21", "P1", "1000.00")
		b.result()
		require.NoError(t, resumed.err)
		var found []string
		for _, decision := range b.desk.decisions {
			found = append(found, decision.Key)
		}
		return found
	}
	first := keys("2026-03-10")
	require.Len(t, first, 4)
	require.ElementsMatch(t, first, keys("2026-03-12"), "at another time")
	again := keys("2026-03-10", workflows.CommandApproveStep)
	require.Len(t, again, 5, "the approval is refused, and recorded so")
	require.Subset(t, again, first, "after another signal")
}

func TestWhateverIDAnUpdateHasItsDecisionHasAKeyThatADatabaseTakes(t *testing.T) {
	t.Parallel()
	b := setup(t)
	ids := []string{"request-7731", "a\x00b", "l'été", strings.Repeat("long", 250)}
	answers := make([]updateAnswer, len(ids))
	b.on("2026-03-10", func() {
		for n, id := range ids {
			b.UpdateWorkflow(workflows.CommandHold, id, &answers[n], workflows.HoldOrder{ID: strconv.Itoa(n), Reason: "dispute"})
		}
	})
	b.payOn("2026-03-21", "P1", "1000.00")
	b.result()
	keys := map[string]bool{}
	for n, decision := range b.desk.decisions {
		require.NoError(t, answers[n].err)
		require.Regexp(t, `^hold/update/[0-9a-z-]{12,64}/1$`, decision.Key)
		keys[decision.Key] = true
	}
	require.Len(t, keys, len(ids))
	require.Contains(t, keys, "hold/update/request-7731/1")
}

func TestAPlanGoesOnFromTheRevisionAsWhichItWasWritten(t *testing.T) {
	t.Parallel()
	b := setupPlan(t, nil).accepted()
	b.desk.onWritten = func(order activities.PlanOrder) {
		if order.Kind == "plan-accepted" {
			b.desk.revisionsTaken = 3
		} else {
			b.desk.revisionsTaken = 0
		}
	}
	b.on("2026-03-10", func() {
		require.Equal(t, 5, b.last("F-1", workflows.CommandPlanAttached).(workflows.PlanAttached).Revision, "2, and three that were taken")
	})
	b.signalOn("2026-03-20", workflows.CommandCancelPlan, workflows.PlanCancellation{Reason: "all was credited", By: "anne"})
	b.result()
	require.Equal(t, 6, b.desk.written[len(b.desk.written)-1].Revision)
}

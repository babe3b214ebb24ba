package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/collection"
	"relance/workflows"
)

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	parsed, err := calendar.ParseDate(text)
	require.NoError(t, err)
	return parsed
}

// An answer holds its case as cases/answers does: under the answer's own ID, for
// some working days.
func TestACaseThatAnAnswerHoldsGoesOnByItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	hold := workflows.HoldOrder{ID: "answer-0a0b0c0d", Reason: "answer by email", Until: date(t, "2026-04-07"), By: "relance"}
	b.on("2026-04-02", func() {
		for range 3 { // the provider repeats, a crash is made good
			b.SignalWorkflow(workflows.CommandHold, hold)
		}
	})
	b.on("2026-04-05", func() {
		require.Equal(t, collection.StageOnHold, b.status().Stage)
		require.Empty(t, b.desk.noticesAfter("courtesy"), "nothing leaves while it is held")
	})
	b.on("2026-04-09", func() { require.Contains(t, b.desk.steps(), "courteous/email", "it went on without anybody") })
	b.payOn("2026-04-10", "P-1", "1000.00")
	b.result()
	holds := 0
	for _, decision := range b.desk.decisions {
		if decision.Kind == workflows.CommandHold {
			holds++
		}
	}
	require.Equal(t, 1, holds, "one answer is one hold")
}

func TestResumingAnAnswerEndsItsHoldOnly(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.on("2026-04-02", func() {
		b.SignalWorkflow(workflows.CommandHold, workflows.HoldOrder{ID: "answer-1", Until: date(t, "2026-04-30"), By: "relance"})
		b.SignalWorkflow(workflows.CommandHold, workflows.HoldOrder{ID: "dispute-7", Until: date(t, "2026-04-20"), By: "jeanne"})
	})
	b.signalOn("2026-04-03", workflows.CommandResume, workflows.ResumeOrder{HoldID: "answer-1", By: "jeanne"})
	b.on("2026-04-08", func() { require.Equal(t, collection.StageOnHold, b.status().Stage, "the dispute still holds it") })
	b.on("2026-04-22", func() { require.Contains(t, b.desk.steps(), "courteous/email") })
	b.payOn("2026-04-23", "P-1", "1000.00")
	b.result()
}

// noticesAfter are the steps that were noticed after a step.
func (d *desk) noticesAfter(step string) []string {
	var after []string
	seen := false
	for _, order := range d.notices {
		if seen {
			after = append(after, order.Step)
		}
		seen = seen || order.Step == step
	}
	return after
}

package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

func TestACaseThatRestsIsListedWithWhatItRestsForAndNotWithAWarningYearsAhead(t *testing.T) {
	t.Parallel()
	at := time.Date(2030, time.August, 1, 13, 0, 0, 0, time.UTC)
	planned := casefile.CaseRow{}
	planned.NextStep, planned.NextAt, planned.Why = "reminder-firm", at, "step reminder-firm leaves 8 days after the contact of 2030-07-24"
	next, on := comes(planned, time.UTC)
	require.Equal(t, []string{"reminder-firm", "2030-08-01"}, []string{next, on})

	waits := casefile.CaseRow{}
	waits.NextAt, waits.Why = at, "step formal-notice waits for a person's approval; on 2030-08-01 a person is warned of the limitation of 2031-08-01"
	next, on = comes(waits, time.UTC)
	require.Equal(t, []string{"step formal-notice waits for a person's approval", ""}, []string{next, on})
}

func TestWhatComesNextNamesTheStepAndWhetherAPersonIsAsked(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.August, 3, 13, 0, 0, 0, time.UTC)
	for next, status := range map[string]workflows.Status{
		"nothing until a command arrives":                                         {},
		"nothing before 2026-08-03 13:00 UTC":                                     {NextAt: at},
		"reminder-firm on 2026-08-03 13:00 UTC":                                   {NextAt: at, NextStep: "reminder-firm"},
		"a person is asked on 2026-08-03 13:00 UTC: limitation":                   {NextAt: at, NextTask: collection.TaskLimitation},
		"a person is asked on 2026-08-03 13:00 UTC: approve (step formal-notice)": {NextAt: at, NextStep: "formal-notice", NextTask: collection.TaskApproval},
	} {
		require.Equal(t, next, nextInWords(status, time.UTC))
	}
}

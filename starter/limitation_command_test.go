package main

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/deadlines"
	"relance/workflows"
)

func TestTheLimitationIsPrintedAsItStands(t *testing.T) {
	t.Parallel()
	lastDay := calendar.NewDate(2031, time.March, 1)
	for words, l := range map[string]workflows.LimitationStatus{
		"": {},
		"  limitation  last day 2031-03-01 (claim between professionals)\n":                                                         {Kind: deadlines.BetweenProfessionals, LastDay: lastDay},
		"  limitation  passed on 2031-03-01 (claim against a consumer)\n":                                                           {Kind: deadlines.AgainstConsumer, LastDay: lastDay, Passed: true},
		"  limitation  stopped; last day 2031-03-01 at the earliest (claim between professionals)\n  event       it does a thing\n": {Kind: deadlines.BetweenProfessionals, LastDay: lastDay, Stopped: true, Event: "it does a thing"},
	} {
		var out bytes.Buffer
		(&program{out: &out}).printLimitation(l)
		require.Equal(t, words, out.String())
	}
}

func TestAResultThatIsNoneIsRefusedOnTheCommandLine(t *testing.T) {
	t.Parallel()
	err := run(t.Context(), []string{"limitation-event", "acme/F-1", "court-claim", "--result", "lost"}, io.Discard, io.Discard)
	require.ErrorContains(t, err, "withdrawn")
}

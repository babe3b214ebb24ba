package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
)

func TestTheListOfLettersSaysWhatMustNotBePosted(t *testing.T) {
	t.Parallel()
	require.Equal(t, "DO NOT POST: nothing is left to collect", stateOf(casefile.Letter{State: casefile.LetterCancelled, DoNotPost: "nothing is left to collect"}))
	sent := casefile.Letter{Number: "2026-000001", State: casefile.LetterPosted, PostedOn: calendar.NewDate(2026, 4, 4), Reason: "posted although it was not to be: it is paid"}
	require.Equal(t, "posted although it was not to be: it is paid", stateOf(sent))
	require.Contains(t, sent.Warning(), "it is paid")
	require.Equal(t, "queued", stateOf(casefile.Letter{State: casefile.LetterQueued}))
}

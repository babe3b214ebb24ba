package main

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/collection"
)

func TestAStopIsAboutWhomTheCommandLineNames(t *testing.T) {
	t.Parallel()
	for words, c := range map[string]stopCmd{
		"exclusion of acme/F-1 (audit)":     {Kind: "exclusion", Case: caseRef{"acme", "F-1"}},
		"block of acme/D-1 (audit)":         {Kind: "block", Debtor: debtorRef{"acme", "D-1"}},
		"kill-switch of acme (audit)":       {Kind: "kill-switch", Creditor: "acme"},
		"kill-switch of everything (audit)": {Kind: "kill-switch", Everything: true},
	} {
		c.Reason, c.ID = "audit", "s-1"
		stop, err := c.stop()
		require.NoError(t, err)
		require.Equal(t, words, describeStop(stop))
		require.Contains(t, collection.StopKind(c.Kind).Scopes(), stop.Scope)
	}
	for _, c := range []stopCmd{{Kind: "kill-switch"}, {Kind: "kill-switch", Creditor: "acme", Everything: true}} {
		_, err := c.stop()
		require.ErrorContains(t, err, "say whom it is about, once")
	}
	require.ErrorContains(t, run(t.Context(), []string{"stop", "pause", "--everything", "--reason", "x"}, io.Discard, io.Discard), "kill-switch")
	require.ErrorContains(t, run(t.Context(), []string{"stop", "block", "--debtor", "acme/D-1"}, io.Discard, io.Discard), "--reason")
}

func TestLettersThatMustNotBePostedAreLeftOutOfWhatIsPrinted(t *testing.T) {
	t.Parallel()
	var told bytes.Buffer
	letters := []casefile.Letter{{Number: "2026-000001", State: casefile.LetterQueued}, {Number: "2026-000002", State: casefile.LetterQueued, StoppedBy: "block b-1"}}
	kept := (&program{errOut: &told}).withoutStopped(letters)
	require.Equal(t, letters[:1], kept)
	require.Equal(t, "1 letter left out, because a stop is in force (relance stops) or an answer has come in (relance answers)\n", told.String())
	require.Equal(t, "queued, not to be posted: block b-1", stateOf(letters[1]))
}

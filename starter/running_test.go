package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMachineThatWasKilledIsToldOfWithItsCommand(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	// The process lives, and is not the machine.
	left := running{
		PID: os.Getpid(), Start: "relance --data " + folder + " up",
		DatabaseURL: fmt.Sprintf("postgres://relance@127.0.0.1:%d/relance?connect_timeout=2", freePort(t)), Temporal: "127.0.0.1:1", Namespace: "default",
	}
	data, err := json.Marshal(left)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(runningFile(folder), data, 0o600))
	for _, command := range []string{"list", "setup"} {
		err = run(t.Context(), []string{"--data", folder, command}, io.Discard, io.Discard)
		require.ErrorContains(t, err, fmt.Sprintf("the machine that ran on %s (process %d) has ended; start it again with `%s`", folder, left.PID, left.Start))
	}
}

func TestAFolderOnWhichNothingRunsIsToldOf(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.ErrorContains(t, run(t.Context(), []string{"--data", folder, "list"}, io.Discard, io.Discard), "nothing runs on the data folder "+folder)
}

func TestWhatIsPrintedToBeRunAgainIsHowItWasRun(t *testing.T) {
	t.Parallel()
	require.Equal(t, "./relance", calledAs("./relance"))
	require.Equal(t, "/opt/relance/relance", calledAs("/opt/relance/relance"))
	require.Equal(t, "relance", calledAs("/tmp/starter.test"))
}

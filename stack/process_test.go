package stack

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long a test waits for what should happen at once.
const patience = 30 * time.Second

func TestAChildThatEndsByItselfIsReportedWithItsStatusAndLastWords(t *testing.T) {
	t.Parallel()
	p := startShell(t, processSpec{}, "echo first >&2; echo the disk is full >&2; exit 3")
	<-p.Done()
	require.ErrorContains(t, p.Err(), "the child (process ")
	require.ErrorContains(t, p.Err(), "ended by itself: exit status 3; its last words:\nfirst\nthe disk is full")
	var exit *exec.ExitError
	require.ErrorAs(t, p.Err(), &exit)
	require.Equal(t, 3, exit.ExitCode())
	require.NoError(t, p.Stop(t.Context()), "nothing is left to stop")
	require.Error(t, p.Err(), "a later stop does not hide the failure")
}

func TestAChildThatStopsWhenAskedIsNoFailure(t *testing.T) {
	t.Parallel()
	p := startShell(t, processSpec{}, `trap 'echo stopping >&2; exit 0' TERM; echo up >&2; while :; do sleep 0.02; done`)
	awaitUp(t, p)
	require.NoError(t, p.Err())
	require.NoError(t, p.Stop(t.Context()))
	require.NoError(t, p.Err())
	require.Contains(t, p.Tail(), "stopping")
	require.NoError(t, p.Stop(t.Context()), "a second stop does nothing")
}

func TestAChildThatDoesNotStopIsKilledWithAllItStarted(t *testing.T) {
	t.Parallel()
	p := startShell(t, processSpec{Grace: 50 * time.Millisecond},
		`trap '' TERM; sleep 1000 & echo up >&2; while :; do sleep 0.02; done`)
	awaitUp(t, p)
	require.ErrorContains(t, p.Stop(t.Context()), "did not stop within 50ms and was killed")
	require.Eventually(t, func() bool { return !groupRuns(p.PID()) }, patience, 10*time.Millisecond)
}

func TestAStopWaitsNoLongerThanItsCaller(t *testing.T) {
	t.Parallel()
	p := startShell(t, processSpec{}, `trap '' TERM; echo up >&2; while :; do sleep 0.02; done`)
	awaitUp(t, p)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorContains(t, p.Stop(ctx), "did not stop before the caller gave up (context canceled) and was killed")
}

func TestAProgramThatCannotBeStartedIsNamed(t *testing.T) {
	t.Parallel()
	_, err := startProcess(t.Context(), processSpec{Name: "the child", Path: "/no/such/program"})
	require.ErrorContains(t, err, "start the child (/no/such/program): fork/exec /no/such/program: no such file or directory")
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAChildGetsASignalWhenItsParentIsKilled(t *testing.T) {
	t.Parallel()
	const marker = "RELANCE_TEST_PROCESS_PARENT"
	if file := os.Getenv(marker); file != "" {
		// This is the parent that the test below kills.
		p := startShell(t, processSpec{}, `trap 'echo signalled >"$0"; exit' TERM; echo up >&2; while :; do sleep 0.02; done`, file)
		awaitUp(t, p)
		fmt.Println("up")
		<-p.Done()
		return
	}
	file := filepath.Join(t.TempDir(), "trace")
	parent := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	parent.Env = append(os.Environ(), marker+"="+file)
	stdout, err := parent.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, parent.Start())
	word := make([]byte, 3)
	_, err = io.ReadFull(stdout, word)
	require.NoError(t, err)

	require.NoError(t, parent.Process.Kill())
	require.ErrorContains(t, parent.Wait(), "killed")
	require.Eventually(t, func() bool {
		trace, err := os.ReadFile(file)
		return err == nil && string(trace) == "signalled\n"
	}, patience, 10*time.Millisecond)
}

func TestALogTailKeepsTheLastWholeLines(t *testing.T) {
	t.Parallel()
	var all strings.Builder
	tail := &logTail{also: &all}
	for i := range 1000 {
		_, err := fmt.Fprintf(tail, "line %d of many\n", i)
		require.NoError(t, err)
	}
	kept := tail.String()
	require.LessOrEqual(t, len(kept), tailBytes)
	require.True(t, strings.HasPrefix(kept, "line "), "starts with a whole line: %.30q", kept)
	require.True(t, strings.HasSuffix(kept, "line 999 of many"))
	require.Equal(t, 1000, strings.Count(all.String(), "\n"), "everything was passed on")
}

// startShell starts a shell script as a child, with arguments from $0 on.
func startShell(t *testing.T, spec processSpec, script string, args ...string) *process {
	t.Helper()
	spec.Name, spec.Path, spec.Args = "the child", "/bin/sh", append([]string{"-c", script}, args...)
	p, err := startProcess(t.Context(), spec)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, p.Kill()) })
	return p
}

// awaitUp waits until the script has said "up", which it does once its traps are set.
func awaitUp(t *testing.T, p *process) {
	t.Helper()
	require.Eventually(t, func() bool { return p.Tail() == "up" }, patience, 5*time.Millisecond)
}

// groupRuns tells whether a process of the group still runs; the dead that nobody has buried yet do not count.
func groupRuns(group int) bool {
	if syscall.Kill(-group, 0) != nil {
		return false
	}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range stats {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		// pid (name) state ppid pgrp ...; the name may contain anything, so what follows its last parenthesis counts.
		fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
		if fields[0] != "Z" && fields[2] == fmt.Sprint(group) {
			return true
		}
	}
	return false
}

func TestWhatSaidThatItIsReadyCountsAsStartedThoughItHasEnded(t *testing.T) {
	t.Parallel()
	for range 20 {
		ready := newFirstLine()
		child, err := startProcess(t.Context(), processSpec{Name: "the child", Path: "/bin/sh", Args: []string{"-c", "echo ready; exit 1"}, Stdout: ready})
		require.NoError(t, err)
		<-child.Done()
		line, err := ready.wait(t.Context(), child)
		require.NoError(t, err)
		require.Equal(t, "ready", string(line))
	}
}

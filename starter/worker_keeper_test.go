package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/stack"
)

// standIn runs a script in the place of a worker. It is never written to a file:
// one that another test is forking beside cannot be run yet.
func standIn(ctx context.Context, script string) (*stack.Worker, error) {
	return stack.StartWorker(ctx, stack.WorkerOptions{Binary: "/bin/sh", Args: []string{"-c", script}})
}

const ready = "echo '" + stack.WorkerReady + "'\n"

var atOnce = restart{first: time.Millisecond, most: 5 * time.Millisecond}

func TestAWorkerThatEndsIsStartedAgainHoweverOften(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	// The third start does not get ready, the fifth worker stays.
	script := fmt.Sprintf("cd %s\necho x >> starts\nn=$(wc -l < starts)\n[ $n = 3 ] && exit 1\n%s[ $n -lt 5 ] && exit 1\nexec sleep 60\n", folder, ready)
	k, err := keepWorker(t.Context(), slog.New(slog.DiscardHandler), atOnce, func(ctx context.Context) (*stack.Worker, error) {
		return standIn(ctx, script)
	})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		starts, _ := os.ReadFile(filepath.Join(folder, "starts"))
		return strings.Count(string(starts), "x") == 5
	}, 20*time.Second, 10*time.Millisecond)
	require.NoError(t, k.stop(t.Context()))
	<-k.worker.Done()
}

func TestAWorkerThatIsBeingStartedAgainIsStoppedInOrder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	// A worker that is told to stop says so; one that is killed cannot.
	stoppable := "trap 'echo stopped > " + folder + "/stopped; exit 0' TERM\nsleep 0.3\n" + ready + "while true; do sleep 0.01; done\n"
	restarting := make(chan struct{})
	var starts atomic.Int32
	k, err := keepWorker(t.Context(), slog.New(slog.DiscardHandler), atOnce, func(ctx context.Context) (*stack.Worker, error) {
		if starts.Add(1) == 1 {
			return standIn(ctx, ready+"exit 1\n")
		}
		close(restarting)
		return standIn(ctx, stoppable)
	})
	require.NoError(t, err)
	<-restarting
	require.NoError(t, k.stop(t.Context()))
	require.FileExists(t, filepath.Join(folder, "stopped"))
	require.EqualValues(t, 2, starts.Load())
}

func TestAWorkerThatCannotStartAtFirstIsReported(t *testing.T) {
	t.Parallel()
	_, err := keepWorker(t.Context(), slog.New(slog.DiscardHandler), atOnce, func(ctx context.Context) (*stack.Worker, error) {
		return stack.StartWorker(ctx, stack.WorkerOptions{Binary: "/nowhere/relance-worker"})
	})
	require.ErrorContains(t, err, "./relance build")
}

package stack

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// WorkerReady is the line a worker prints on standard output once it works.
const WorkerReady = "relance-worker ready"

// WorkerOptions configures a worker program beside this one.
type WorkerOptions struct {
	// Binary is the program of the worker, built from the worker folder.
	Binary string
	// Args and Env are its command line and its full environment.
	Args, Env []string
	// Log receives its log.
	Log io.Writer
	// Grace is how long Stop waits for the sends under way before it kills; 45 s
	// when it is not set. It must exceed the worker's own stop timeout.
	Grace time.Duration
}

// Worker is a running worker program, gone when this program is.
type Worker struct{ program *process }

// StartWorker starts a worker and returns when it works. The context limits only
// the start.
func StartWorker(ctx context.Context, options WorkerOptions) (*Worker, error) {
	if _, err := os.Stat(options.Binary); errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the worker is not built, there is no %s: build it with `./relance build`", options.Binary)
	}
	ready := newFirstLine()
	program, err := startProcess(ctx, processSpec{
		Name: "the worker", Path: options.Binary, Args: options.Args, Env: options.Env, Stdout: ready, Log: options.Log,
		Grace: cmp.Or(options.Grace, defaultWorkerGrace),
	})
	if err != nil {
		return nil, err
	}
	line, err := ready.wait(ctx, program)
	switch {
	case err != nil:
		return nil, err
	case string(line) != WorkerReady:
		return nil, errors.Join(fmt.Errorf("the worker said %q instead of being ready: build it again with `./relance build`", line), program.Kill())
	default:
		return &Worker{program: program}, nil
	}
}

// defaultWorkerGrace is longer than a worker waits for its sends by default.
const defaultWorkerGrace = defaultGrace * 3

// Done is closed when the worker has ended, for whatever reason.
func (w *Worker) Done() <-chan struct{} { return w.program.Done() }

// Err says why the worker ended by itself, with the end of its log.
func (w *Worker) Err() error { return w.program.Err() }

// Stop lets the worker finish the sends under way. When the context ends earlier
// it is killed, which loses nothing.
func (w *Worker) Stop(ctx context.Context) error { return w.program.Stop(ctx) }

// Kill ends the worker at once, as a crash would.
func (w *Worker) Kill() error { return w.program.Kill() }

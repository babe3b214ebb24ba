// Command devserver is the embedded Temporal server: frontend, history, matching and worker services and the web UI in
// one process, on one durable SQLite file, reachable from this machine only.
//
// It prints one JSON line on standard output when it is ready for work, and logs on standard error. It exits with
// status 0 after an ordinary stop, 2 when a flag, a port or the database file must be put right first, and 1 when the
// server fails.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

const (
	exitStopped = 0
	exitFailed  = 1
	exitSetup   = 2
)

// setupError is a fault that the person who started the server can put right: a flag, a port, a file.
type setupError struct{ err error }

func (e *setupError) Error() string { return e.err.Error() }
func (e *setupError) Unwrap() error { return e.err }

func setupErrorf(format string, args ...any) error {
	return &setupError{fmt.Errorf(format, args...)}
}

// readiness is the line that tells the parent where to connect.
type readiness struct {
	Ready     bool   `json:"ready"`
	Address   string `json:"address"` // host:port of the gRPC frontend
	UI        string `json:"ui"`      // URL of the web UI
	Namespace string `json:"namespace"`
}

func main() {
	// Only the readiness line belongs on standard output, but the web framework of the UI logs its errors there.
	stdout := os.Stdout
	os.Stdout = os.Stderr
	collectLate()
	os.Exit(run(os.Args[1:], os.Stdin, stdout, os.Stderr))
}

// run serves until a signal, or the end of stdin when the options say so, and returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := parseOptions(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitStopped
	case err != nil:
		return explain(stderr, err)
	}

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if o.dieWithStdin {
		ctx = untilEOF(ctx, stdin)
	}
	if err := serve(ctx, stop, o, stdout); err != nil {
		return explain(stderr, err)
	}
	return exitStopped
}

// serve runs the server until ctx ends. It calls stopSignals when the shutdown begins, so that a second Ctrl-C ends a
// shutdown that takes too long.
func serve(ctx context.Context, stopSignals func(), o options, stdout io.Writer) (err error) {
	s, err := startServer(ctx, o)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return err
	}
	defer func() {
		stopSignals()
		err = errors.Join(err, s.stop())
	}()

	line := readiness{Ready: true, Address: s.address, UI: s.uiURL, Namespace: o.namespace}
	if err := json.NewEncoder(stdout).Encode(line); err != nil {
		return fmt.Errorf("announce readiness on standard output: %w", err)
	}
	<-ctx.Done()
	return nil
}

// untilEOF returns a context that ends with stdin: the pipe closes when the parent is gone, however it went.
func untilEOF(ctx context.Context, stdin io.Reader) context.Context {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		defer cancel()
		// An unreadable stdin says the same as a closed one.
		_, _ = io.Copy(io.Discard, stdin)
	}()
	return ctx
}

func explain(stderr io.Writer, err error) int {
	_, _ = fmt.Fprintf(stderr, "relance-temporal: %v\n", err)
	var setup *setupError
	if errors.As(err, &setup) {
		return exitSetup
	}
	return exitFailed
}

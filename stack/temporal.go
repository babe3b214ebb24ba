package stack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// TemporalOptions configures a private Temporal server.
type TemporalOptions struct {
	// Binary is the program of the embedded server, built from the devserver module.
	Binary string
	// DataDir holds everything that must survive: all workflows, in one SQLite file. It is created when missing.
	DataDir string
	// Port of the gRPC frontend on 127.0.0.1; 0 takes a free one.
	Port int
	// UIPort of the web UI on 127.0.0.1; 0 takes a free one.
	UIPort int
	// PortFlag and UIPortFlag are the command line options that choose the ports, named in the error when one is taken.
	PortFlag, UIPortFlag string
	// Namespace is created when missing; empty means "default".
	Namespace string
	// SearchAttributes that workflows may carry, name -> type: Bool, Datetime, Double, Int, Keyword, KeywordList or
	// Text. More may come with a later start; the type of one that exists cannot change.
	SearchAttributes map[string]string
	// Durability against power cuts. May change from one start to the next.
	Durability Durability
	// DynamicConfig of the server, key -> value, beside its own tuning for one machine.
	DynamicConfig map[string]string
	// Log receives the server log, one JSON object per line from warnings on; nil keeps only its end, for error messages.
	Log io.Writer
}

// Temporal is a running private Temporal server with its UI: reachable on the loopback address, and gone when this
// program is, whatever ended it.
type Temporal struct {
	Address   string // host:port of the gRPC frontend
	UI        string // URL of the web UI
	Namespace string

	server *process
}

// TemporalMissingError says that the program of the server has not been built.
type TemporalMissingError struct{ Binary string }

func (e *TemporalMissingError) Error() string {
	return fmt.Sprintf("the Temporal server is not built, there is no %s: build it with `./relance build`", e.Binary)
}

// StartTemporal starts the server on its data folder and returns when workflows with all the search attributes can be
// started on it. The context limits only the start.
//
// Errors the caller may want to tell apart: *TemporalMissingError, *PortTakenError.
func StartTemporal(ctx context.Context, options TemporalOptions) (*Temporal, error) {
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("start the Temporal server: %w", err)
	}
	if _, err := os.Stat(options.Binary); errors.Is(err, fs.ErrNotExist) {
		return nil, &TemporalMissingError{Binary: options.Binary}
	}
	if err := os.MkdirAll(options.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("create the data folder of the Temporal server: %w", err)
	}
	ready := newFirstLine()
	server, err := startProcess(ctx, processSpec{
		Name:   "the Temporal server",
		Path:   options.Binary,
		Args:   options.args(),
		Stdout: ready,
		Log:    options.Log,
	})
	if err != nil {
		return nil, err
	}
	line, err := ready.wait(ctx, server)
	if err != nil {
		return nil, options.explainStart(server, err)
	}
	temporal, err := readTemporalReadiness(line, server)
	if err != nil {
		return nil, errors.Join(err, server.Kill())
	}
	return temporal, nil
}

// Done is closed when the server has ended, for whatever reason.
func (t *Temporal) Done() <-chan struct{} { return t.server.Done() }

// Err says why the server ended by itself, with the end of its log. It is nil while it runs and after a Stop.
func (t *Temporal) Err() error { return t.server.Err() }

// Stop ends the server in order, which takes about a second. When the context ends earlier the server is killed, which
// loses nothing. Calling it again does nothing.
func (t *Temporal) Stop(ctx context.Context) error { return t.server.Stop(ctx) }

func (o TemporalOptions) args() []string {
	namespace := o.Namespace
	if namespace == "" {
		namespace = "default"
	}
	args := []string{
		"-db", filepath.Join(o.DataDir, "temporal.db"),
		"-port", strconv.Itoa(o.Port),
		"-ui-port", strconv.Itoa(o.UIPort),
		"-namespace", namespace,
		"-durability", o.Durability.ofSQLite(),
		"-die-with-stdin",
	}
	if len(o.SearchAttributes) > 0 {
		args = append(args, "-search-attributes", joinSorted(o.SearchAttributes))
	}
	for _, key := range slices.Sorted(maps.Keys(o.DynamicConfig)) {
		args = append(args, "-dynamic-config", key+"="+o.DynamicConfig[key])
	}
	return args
}

// ofSQLite is the synchronous setting that gives the durability with a write-ahead log.
func (d Durability) ofSQLite() string {
	switch d {
	case Durable:
		return "full"
	case Relaxed:
		return "normal"
	default:
		return "off"
	}
}

// joinSorted writes a map as "a=1,b=2".
func joinSorted(values map[string]string) string {
	var pairs []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		pairs = append(pairs, key+"="+values[key])
	}
	return strings.Join(pairs, ",")
}

// temporalSetupFault is the exit status by which the server says that its sentence is for the person who started it.
const temporalSetupFault = 2

// explainStart explains why the server did not become ready. A port in use is looked up here, for its owner.
func (o TemporalOptions) explainStart(server *process, err error) error {
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != temporalSetupFault {
		return err
	}
	for _, wish := range []struct {
		port          int
		purpose, flag string
	}{
		{o.Port, "the Temporal server", o.PortFlag},
		{o.UIPort, "the Temporal UI", o.UIPortFlag},
	} {
		var taken *PortTakenError
		if _, err := ChoosePort(wish.port, wish.purpose, wish.flag); errors.As(err, &taken) {
			return taken
		}
	}
	_, sentence, _ := strings.Cut(server.Tail(), "relance-temporal: ")
	return fmt.Errorf("the Temporal server did not start: %s", sentence)
}

func readTemporalReadiness(line []byte, server *process) (*Temporal, error) {
	var readiness struct {
		Ready                  bool
		Address, UI, Namespace string
	}
	if err := json.Unmarshal(line, &readiness); err != nil || !readiness.Ready {
		return nil, fmt.Errorf("the Temporal server said %q instead of being ready: build it again with `./relance build`", line)
	}
	return &Temporal{Address: readiness.Address, UI: readiness.UI, Namespace: readiness.Namespace, server: server}, nil
}

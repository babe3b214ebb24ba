// Package endtoend_test runs the whole product on real parts, as a customer
// would: the programs as they are built, a real PostgreSQL, a real Temporal
// server, the real client libraries of the providers against the simulator; and
// looks at it from outside.
package endtoend_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"relance/stack"
)

// built are the programs of the product, in a folder of their own, once for all
// tests.
var built struct {
	folder string
	// missing says why the tests cannot run here.
	missing error
}

func (programs) path(name string) string { return filepath.Join(built.folder, name) }

// programs names the programs of the product.
type programs struct{}

func (p programs) relance() string  { return p.path("relance") }
func (p programs) worker() string   { return p.path("relance-worker") }
func (p programs) temporal() string { return p.path("relance-temporal") }

func TestMain(m *testing.M) { os.Exit(runWithPrograms(m)) }

func runWithPrograms(m *testing.M) int {
	folder, err := os.MkdirTemp("", "relance-endtoend-")
	if err == nil {
		defer func() { _ = os.RemoveAll(folder) }() // in the system's temporary folder, which is cleaned anyway
		built.folder = folder
		err = build(context.Background(), folder)
	}
	var missing *stack.TemporalMissingError
	if errors.As(err, &missing) {
		built.missing, err = missing, nil
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "building the programs for the tests:", err)
		return 1
	}
	return m.Run()
}

// build compiles the product's programs, and lays the Temporal server beside
// them, where the starter looks for it.
func build(ctx context.Context, folder string) error {
	root, err := filepath.Abs("..")
	if err != nil {
		return err
	}
	temporal := os.Getenv("RELANCE_TEMPORAL_BINARY")
	if temporal == "" {
		temporal = filepath.Join(root, ".build", "relance-temporal")
	}
	if _, err := os.Stat(temporal); errors.Is(err, fs.ErrNotExist) {
		return &stack.TemporalMissingError{Binary: temporal}
	}
	if err := os.Symlink(temporal, filepath.Join(folder, "relance-temporal")); err != nil {
		return err
	}
	for name, source := range map[string]string{"relance": "./starter", "relance-worker": "./worker"} {
		compile := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", filepath.Join(folder, name), source)
		compile.Dir = root
		compile.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := compile.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", source, err, output)
		}
	}
	return nil
}

// needPrograms skips a test where the Temporal server is not built, or fails it
// where CI=true: a test machine that lacks it tests too little.
func needPrograms(t *testing.T) programs {
	t.Helper()
	if built.missing != nil && os.Getenv("CI") != "true" {
		t.Skip(built.missing)
	}
	if built.missing != nil {
		t.Fatal(built.missing)
	}
	return programs{}
}

// openFolder is a temporary folder that PostgreSQL's user may enter too.
func openFolder(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, one := range []string{folder, filepath.Dir(folder)} {
		if err := os.Chmod(one, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

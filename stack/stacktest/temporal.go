package stacktest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/stack"
)

// temporalBinary is where ./relance builds the server, below the folder of the product's module.
const temporalBinary = ".build/relance-temporal"

// sharedTemporal is the server of this test program, started by its first test that asks.
var sharedTemporal struct {
	sync.Mutex
	address    string
	attributes map[string]string
}

// Temporal returns the host:port of a running Temporal server that all tests of this program share, with the namespace
// "default". The search attributes (name -> type, as in stack.TemporalOptions) are those of the first test that asks;
// later ones may ask for the same or fewer.
//
// Without the server's program the test is skipped, or fails where CI=true: a test machine that lacks it tests too little.
func Temporal(t testing.TB, searchAttributes map[string]string) (address string) {
	t.Helper()
	if address := os.Getenv("RELANCE_TEST_TEMPORAL"); address != "" {
		return address
	}
	sharedTemporal.Lock()
	defer sharedTemporal.Unlock()
	if sharedTemporal.address == "" {
		address, err := startTemporal(searchAttributes)
		var missing *stack.TemporalMissingError
		if errors.As(err, &missing) && os.Getenv("CI") != "true" {
			t.Skip(missing.Error())
		}
		require.NoError(t, err, "start Temporal for the tests")
		sharedTemporal.address, sharedTemporal.attributes = address, searchAttributes
	}
	for name, kind := range searchAttributes {
		require.Equal(t, kind, sharedTemporal.attributes[name],
			"type of search attribute %s: let the first test that asks for Temporal ask for all attributes", name)
	}
	return sharedTemporal.address
}

func startTemporal(searchAttributes map[string]string) (string, error) {
	binary, err := findTemporalBinary()
	if err != nil {
		return "", err
	}
	dir, err := folderForThisProgram("temporal")
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	server, err := stack.StartTemporal(ctx, stack.TemporalOptions{
		Binary:           binary,
		DataDir:          dir,
		SearchAttributes: searchAttributes,
		Durability:       stack.Disposable,
	})
	if err != nil {
		return "", err
	}
	return server.Address, nil
}

// findTemporalBinary returns RELANCE_TEMPORAL_BINARY, or the built server of the module the test belongs to.
func findTemporalBinary() (string, error) {
	if binary := os.Getenv("RELANCE_TEMPORAL_BINARY"); binary != "" {
		return binary, nil
	}
	here, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the Temporal server: %w", err)
	}
	// A nested module is inside the product's, so the outermost one has it.
	missing := filepath.Join(here, temporalBinary)
	for folder := here; ; folder = filepath.Dir(folder) {
		binary := filepath.Join(folder, temporalBinary)
		if _, err := os.Stat(binary); err == nil {
			return binary, nil
		}
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); !errors.Is(err, fs.ErrNotExist) {
			missing = binary
		}
		if folder == filepath.Dir(folder) {
			return "", &stack.TemporalMissingError{Binary: missing}
		}
	}
}

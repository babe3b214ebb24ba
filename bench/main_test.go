package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/bench/rig"
)

// The benchmark starts its workers as further processes of its own program, which
// in a test is this one.
func TestMain(m *testing.M) {
	if rig.IsWorker() {
		end(rig.WorkerProgram())
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// At a small size the speeds mean nothing. That everything is measured, and nothing
// lost, doubled, or sent after its payment, must hold at any.
func TestEveryFigureIsMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a minute")
	}
	o, err := parse([]string{"-quick", "-results", ""})
	require.NoError(t, err)
	if _, err := os.Stat(o.binary); err != nil && os.Getenv("CI") == "" {
		t.Skip("the Temporal server is not built: ./relance build")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	log, err := os.Create(filepath.Join(t.TempDir(), "bench.log"))
	require.NoError(t, err)
	defer log.Close() //nolint:errcheck // it is only read when the test fails
	result, err := run(ctx, o, log)
	require.NoError(t, err)

	require.Positive(t, result.Starts.Cases.Rate())
	require.Positive(t, result.Starts.Bare.Rate())
	require.Positive(t, result.Payments.Cases.Rate())
	require.Positive(t, result.Steps.Cases.Rate())
	require.Equal(t, o.size.Morning+o.size.Paid/10, result.Morning.Due)
	require.Zero(t, result.Morning.Lost)
	require.Zero(t, result.Morning.Doubled)
	require.Zero(t, result.Morning.Unplanned)
	require.Zero(t, result.Morning.OutsideWindow)
	require.Zero(t, result.Morning.AfterPayment)
	require.Equal(t, o.size.Debtors, result.Outreach.Messages)
	require.Equal(t, result.Outreach.Notices, result.Outreach.Carried)
	require.Positive(t, result.Outreach.Statements)
	require.NotEmpty(t, result.Memory)
	require.Positive(t, result.Morning.Effective.P99)
}

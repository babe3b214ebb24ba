package main

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPartsAreStoppedInReverseOrderEachWithATimeOfItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &machine{}
		var order []string
		m.onStop(func(ctx context.Context) error {
			order = append(order, "database")
			deadline, limited := ctx.Deadline()
			require.True(t, limited)
			require.Equal(t, stopTimeout, time.Until(deadline), "the worker's time is not the database's")
			return ctx.Err()
		})
		m.onStopWithin(time.Hour, func(ctx context.Context) error {
			order = append(order, "worker")
			<-ctx.Done()
			return errors.New("the worker took its time")
		})
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		require.EqualError(t, m.stop(ended), "the worker took its time")
		require.Equal(t, []string{"worker", "database"}, order)
		require.NoError(t, m.stop(ended), "nothing is stopped twice")
	})
}

func TestWorkBesideThePartsHasEndedBeforeThePartsItNeedsAreStopped(t *testing.T) {
	t.Parallel()
	m := &machine{}
	working := true
	m.onStop(func(context.Context) error {
		require.False(t, working)
		return nil
	})
	m.untilStopped(t.Context(), func(ctx context.Context) {
		<-ctx.Done()
		working = false
	})
	require.NoError(t, m.stop(t.Context()))
}

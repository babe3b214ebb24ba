package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
)

var begins = time.Date(2026, time.March, 2, 7, 0, 0, 0, time.UTC)

// day is a speed: a day in a second.
const day = 86400

// startedAt starts the clock of a machine, stops it at the end of the test, and
// gives the business time it began at.
func startedAt(t *testing.T, store *casefile.Store, folder string, speed int64) (time.Time, error) {
	t.Helper()
	m := &machine{folder: folder, store: store, log: slog.New(slog.DiscardHandler)}
	err := m.startClock(t.Context(), machineOptions{speed: speed, begins: begins})
	require.NoError(t, m.stop(t.Context()))
	return m.clock.Business, err
}

func TestBusinessTimeGoesOnWhereTheMachineStopped(t *testing.T) {
	t.Parallel()
	store, folder := casefiletest.Open(t), t.TempDir()
	at, err := startedAt(t, store, folder, day)
	require.NoError(t, err)
	require.Equal(t, begins, at, "a new folder begins at the beginning")

	stopped, err := clockFile(filepath.Join(folder, "clock")).read()
	require.NoError(t, err)
	require.True(t, stopped.After(begins))
	at, err = startedAt(t, store, folder, day)
	require.NoError(t, err)
	require.Equal(t, stopped, at)
	kept, err := filepath.Glob(filepath.Join(folder, "*"))
	require.NoError(t, err)
	require.Equal(t, []string{filepath.Join(folder, "clock")}, kept, "no half-written file stays")
}

func TestBusinessTimeNeverRunsBackwards(t *testing.T) {
	t.Parallel()
	store, folder := casefiletest.Open(t), t.TempDir()
	_, err := startedAt(t, store, folder, day)
	require.NoError(t, err)
	clock, _, err := store.Clock(t.Context())
	require.NoError(t, err)
	_, _, err = store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	recorded, err := store.LastRecordedAt(t.Context())
	require.NoError(t, err)

	// A crash: the file is older than the last thing that was done.
	require.NoError(t, clockFile(filepath.Join(folder, "clock")).write(begins))
	at, err := startedAt(t, store, folder, day)
	require.NoError(t, err)
	require.True(t, at.After(begins))
	require.Equal(t, clock.At(recorded), at)

	require.NoError(t, os.Remove(filepath.Join(folder, "clock")))
	again, err := startedAt(t, store, folder, day)
	require.NoError(t, err)
	require.False(t, again.Before(at), "without the file neither")
}

func TestAnUnreadableTimeIsAnErrorThatSaysWhatToDo(t *testing.T) {
	t.Parallel()
	store, folder := casefiletest.Open(t), t.TempDir()
	file := filepath.Join(folder, "clock")
	for _, text := range []string{"", "2026-05-1", "tomorrow"} {
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		_, err := startedAt(t, store, folder, day)
		require.ErrorContains(t, err, "cannot be read from "+file)
		require.ErrorContains(t, err, "write the time to go on from into it, such as 2026-05-12T08:00:00Z, or delete it")
	}
}

func TestTheDataOfOneKindOfClockAreRefusedByTheOther(t *testing.T) {
	t.Parallel()
	store, folder := casefiletest.Open(t), t.TempDir()
	_, err := startedAt(t, store, folder, 0)
	require.NoError(t, err, "the wall's clock needs no record")
	require.NoFileExists(t, filepath.Join(folder, "clock"))
	_, err = startedAt(t, store, folder, day)
	require.NoError(t, err)
	_, err = startedAt(t, store, folder, 0)
	require.ErrorContains(t, err, "another kind of clock")

	inUse := casefiletest.Open(t)
	_, _, err = inUse.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	_, err = startedAt(t, inUse, t.TempDir(), 0)
	require.NoError(t, err)
	_, err = startedAt(t, inUse, t.TempDir(), day)
	require.ErrorContains(t, err, "another kind of clock", "real cases are not hurried")
}

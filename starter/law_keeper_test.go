package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/collection"
	"relance/config"
	"relance/law"
	"relance/wiring"
)

// On a real PostgreSQL: a server that runs into a new half-year, and a person who
// adds it without stopping the server.
func TestAServerAsksForAHalfYearAndTakesItWithoutARestart(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	clock, err := calendar.Accelerated(time.Now(), time.Date(2027, time.January, 2, 9, 0, 0, 0, time.UTC), 1)
	require.NoError(t, err)
	service := &cases.Service{Store: store, Clock: func() calendar.Clock { return clock }}
	data := t.TempDir()
	s := &settings{config: config.Default()}
	s.ownLaw = filepath.Join(data, "law") // made by the first addition
	s.config.Creditors = []config.Creditor{{ID: casefiletest.Creditor, Address: config.Address{Country: "FR"}}}
	s.law, err = wiring.Law(s.config)
	require.NoError(t, err)
	var log bytes.Buffer
	keeper := newLawKeeper(s, slog.New(slog.NewTextHandler(&log, nil)))
	look := func() (open []string) {
		keeper.read()
		keeper.keepTasks(t.Context(), service)
		tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Kind: collection.TaskLawTable, State: casefile.TaskOpen})
		require.NoError(t, err)
		for _, task := range tasks {
			open = append(open, task.Key)
		}
		return open
	}
	require.Equal(t, []string{"law/ecb-first-day/2027H1", "law/fr-legal-professional/2027H1"}, look())
	require.Contains(t, log.String(), "tasks_opened=2")
	log.Reset()
	require.Len(t, look(), 2)
	require.Empty(t, log.String(), "the same day is not looked at twice")

	_, err = lawOn(t, data, "add", "ecb-first-day", "2027H1", "2.65", "--source", "ecb.europa.eu")
	require.NoError(t, err)
	require.Equal(t, []string{"law/fr-legal-professional/2027H1"}, look())
	_, last, _ := keeper.book().KnownHalfYears(law.ECBOnTheFirstDay)
	require.Equal(t, "2027 H1", last.String())

	log.Reset()
	require.NoError(t, os.WriteFile(filepath.Join(s.ownLaw, "de_base_rate.csv"), []byte("rate;percent\n"), 0o600))
	require.Len(t, look(), 1)
	require.Len(t, look(), 1)
	require.Equal(t, 1, strings.Count(log.String(), "the law tables cannot be read any more"), "told once")
	_, last, _ = keeper.book().KnownHalfYears(law.ECBOnTheFirstDay)
	require.Equal(t, "2027 H1", last.String(), "those read before stay")
}

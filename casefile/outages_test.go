package casefile_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

func TestAGapInWhatTheWorkersSayIsAnOutageIfItIsLongByBothClocks(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	business, wall := sendingDay, time.Now()
	report := func(later, laterByWall time.Duration) (collection.Outage, bool) {
		business, wall = business.Add(later), wall.Add(laterByWall)
		outage, found, err := store.ReportAlive(t.Context(), business, wall)
		require.NoError(t, err)
		return outage, found
	}
	_, found := report(0, 0)
	require.False(t, found, "nobody was there before")
	_, found = report(10*time.Second, 10*time.Second)
	require.False(t, found)
	_, found = report(23*time.Hour, 23*time.Hour)
	require.False(t, found, "a night and a day's work")
	_, found = report(48*time.Hour, 4*time.Second)
	require.False(t, found, "a hiccup, which a fast clock makes long")
	_, found = report(-time.Hour, time.Hour)
	require.False(t, found, "a clock that was set anew")
	last := business
	outage, found := report(72*time.Hour, time.Minute)
	require.True(t, found)
	require.Equal(t, collection.Outage{Began: last, Ended: business}, outage)
	_, found = report(0, 0)
	require.False(t, found, "it is told once")
}

func TestOfWorkersThatStartTogetherOneFindsTheOutage(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	_, _, err := store.ReportAlive(t.Context(), sendingDay, time.Now())
	require.NoError(t, err)
	later := sendingDay.AddDate(0, 0, 3)
	var all sync.WaitGroup
	outages, errs := make([]bool, 8), make([]error, 8)
	for n := range outages {
		all.Go(func() { _, outages[n], errs[n] = store.ReportAlive(t.Context(), later, time.Now().AddDate(0, 0, 3)) })
	}
	all.Wait()
	found := 0
	for n := range outages {
		require.NoError(t, errs[n])
		if outages[n] {
			found++
		}
	}
	require.Equal(t, 1, found)
}

// The gate that machine and people share closes for what gathered, and opens at the turn.
func TestAfterAnOutageTheGateGivesEachDebtorItsTurn(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	due, err := store.LoadCase(t.Context(), acme, "F-1")
	require.NoError(t, err)
	planned := collection.Next(due, due.Window.OpeningOf(due.DueDate))
	require.Equal(t, "reminder", planned.Step.Key)
	began, ended := planned.At.AddDate(0, 0, -1), planned.At.AddDate(0, 0, 7)
	wall := time.Now()
	for n, at := range []time.Time{began, ended} {
		_, _, err := store.ReportAlive(t.Context(), at, wall.AddDate(0, 0, n))
		require.NoError(t, err)
	}
	turn, waits := due.TurnAfter(collection.Outage{Began: began, Ended: ended}, "reminder", ended)
	require.True(t, waits)

	asked := reminder("F-1")
	asked.At = ended
	message, gate, err := store.ReserveMessage(t.Context(), asked, compose)
	require.NoError(t, err)
	require.Empty(t, message.ID)
	require.Equal(t, casefile.GatePostponed, gate.Code)
	require.Equal(t, collection.PostponedForOutage, gate.For)
	require.Equal(t, turn, gate.Until)
	require.Contains(t, gate.Reason, "waits for its turn")
	forPeople, err := store.CheckGate(t.Context(), acme, "F-1", ended)
	require.NoError(t, err)
	require.Equal(t, gate.Until, forPeople.Until)
	require.Equal(t, gate.Reason, forPeople.Reason)

	asked.At = turn
	message, gate, err = store.ReserveMessage(t.Context(), asked, compose)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	require.NotEmpty(t, message.ID)
}

// Whoever tries the product and comes back weeks later with overdue invoices has them
// reminded at once.
func TestAnOutageBeforeACaseWasOpenedDoesNotPutItOff(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	opening := casefiletest.Opening("F-1")
	opening.At = sendingDay.AddDate(0, 0, 14)
	wall := time.Now()
	for n, at := range []time.Time{sendingDay.AddDate(0, 0, -30), opening.At.Add(-time.Minute)} {
		_, _, err := store.ReportAlive(t.Context(), at, wall.AddDate(0, 0, 30*n))
		require.NoError(t, err)
	}
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	asked := reminder("F-1")
	asked.At = opening.At.Add(time.Minute)
	_, gate, err := store.ReserveMessage(t.Context(), asked, compose)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
}

package casefile_test

import (
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// halfYear is the task for a half-year of a rate.
func halfYear(key string) casefile.LawTask {
	return casefile.LawTask{Key: "law/" + key, Title: "Add " + key, Detail: "the row", DueOn: calendar.NewDate(2027, time.January, 1)}
}

func lawTasks(t *testing.T, store *casefile.Store, state casefile.TaskState) []casefile.Task {
	t.Helper()
	tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Creditor: acme, Kind: collection.TaskLawTable, State: state})
	require.NoError(t, err)
	return tasks
}

func TestATableThatRunsOutIsATaskOfTheCreditorOnce(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	needed := []casefile.LawTask{halfYear("ecb-first-day/2027H1"), halfYear("fr-legal-professional/2027H1")}

	opened, done, err := store.KeepLawTasks(t.Context(), acme, needed, casefiletest.Opened)
	require.NoError(t, err)
	require.Equal(t, []int{2, 0}, []int{opened, done})
	tasks := lawTasks(t, store, casefile.TaskOpen)
	require.Len(t, tasks, 2)
	require.Empty(t, tasks[0].Invoice, "it is about no invoice")
	require.Equal(t, "law/ecb-first-day/2027H1", tasks[0].Key)
	require.Equal(t, "2027-01-01", tasks[0].DueOn.String())

	before := dump(t, dsn)
	var together sync.WaitGroup
	for range 4 {
		together.Go(func() {
			opened, done, err := store.KeepLawTasks(t.Context(), acme, needed, casefiletest.Opened.Add(24*time.Hour))
			require.NoError(t, err)
			require.Zero(t, opened+done)
		})
	}
	together.Wait()
	require.Equal(t, before, dump(t, dsn), "every day the same changes nothing")
	require.Empty(t, readFile(t, store, "F-1").Tasks, "no case shows it")
}

func TestAHalfYearThatIsKnownCompletesItsTask(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	ecb, legal := halfYear("ecb-first-day/2027H1"), halfYear("fr-legal-professional/2027H1")
	_, _, err := store.KeepLawTasks(t.Context(), acme, []casefile.LawTask{ecb, legal}, casefiletest.Opened)
	require.NoError(t, err)

	opened, done, err := store.KeepLawTasks(t.Context(), acme, []casefile.LawTask{legal}, casefiletest.Opened.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, []int{0, 1}, []int{opened, done})
	finished := lawTasks(t, store, casefile.TaskDone)
	require.Len(t, finished, 1)
	require.Equal(t, ecb.Key, finished[0].Key)
	require.Equal(t, "relance", finished[0].DoneBy)
	require.Equal(t, casefiletest.Opened.Add(time.Hour), finished[0].DoneAt.UTC())
	require.Contains(t, dump(t, dsn), "task done, because the tables know it now: Add ecb-first-day/2027H1")

	open := lawTasks(t, store, casefile.TaskOpen)
	_, err = store.CompleteTask(t.Context(), open[0].ID, "claire", "published tomorrow", casefiletest.Opened.Add(2*time.Hour))
	require.NoError(t, err, "a person may do it by hand")
	require.Contains(t, dump(t, dsn), "/done,task-done,claire,")
	opened, _, err = store.KeepLawTasks(t.Context(), acme, []casefile.LawTask{legal}, casefiletest.Opened.Add(3*time.Hour))
	require.NoError(t, err)
	require.Zero(t, opened, "nobody is asked twice")
}

func TestTasksOfOneCreditorLeaveThoseOfAnotherAlone(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	require.NoError(t, store.SaveCreditor(t.Context(), casefile.Creditor{ID: "globex", Name: "Globex"}))
	ecb := halfYear("ecb-first-day/2027H1")
	for _, creditor := range []string{acme, "globex"} {
		opened, _, err := store.KeepLawTasks(t.Context(), creditor, []casefile.LawTask{ecb}, casefiletest.Opened)
		require.NoError(t, err)
		require.Equal(t, 1, opened)
	}
	_, done, err := store.KeepLawTasks(t.Context(), "globex", nil, casefiletest.Opened)
	require.NoError(t, err)
	require.Equal(t, 1, done)
	require.Len(t, lawTasks(t, store, casefile.TaskOpen), 1)
}

func TestATaskAboutTheLawHasNoInvoiceAndOneOfTheLadderHas(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	casefiletest.OpenAt(t, dsn)
	insert := `insert into task (creditor, invoice, round, step, kind, key, title, detail, state, closed_with_case, opened_at, done_by, note)
		values ('acme', $1, 0, '', $2, 'k', 't', '', 'open', false, now(), '', '')`
	require.Error(t, execute(t, dsn, insert, "", "call"))
	require.ErrorContains(t, execute(t, dsn, insert, "F-1", "law-table"), "task_invoice_check")
	require.ErrorContains(t, execute(t, dsn, insert, "F-1", "call"), "foreign key")
	require.ErrorContains(t, execute(t, dsn, insert, "F-1", "dance"), "task_kind_check")
	require.NoError(t, execute(t, dsn, insert, "F-1", "match-payment"), "money may come before its invoice")
	require.NoError(t, execute(t, dsn, insert, "", "match-payment"), "or fit none")
}

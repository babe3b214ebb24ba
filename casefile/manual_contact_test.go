package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/money"
)

// called is a case with a task to call its debtor.
func called(t *testing.T) (*casefile.Store, casefile.Task) {
	t.Helper()
	store := casefiletest.Open(t)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-1"))
	require.NoError(t, err)
	task, created, err := store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Kind: collection.TaskCall, Key: "call/0", Title: "Call the debtor", At: casefiletest.Opened,
	})
	require.NoError(t, err)
	require.True(t, created)
	return store, task
}

func call(key string, outcome collection.CallOutcome, task int64) casefile.ManualContact {
	return casefile.ManualContact{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Key: key, Channel: collection.ContactCall, Outcome: outcome, Task: task,
		At: casefiletest.Opened.Add(time.Hour), By: "anne", Note: "spoke to Jeanne",
	}
}

func TestAPromiseMadeOnTheTelephoneIsNotedOnceAndDoesItsTask(t *testing.T) {
	t.Parallel()
	store, task := called(t)
	promise := call("c-1", collection.CallPromised, task.ID)
	promise.On, promise.Promised = calendar.NewDate(2026, time.April, 15), money.FromMinor(10_000, money.EUR)
	for i := range 2 {
		recorded, err := store.RecordContact(t.Context(), promise)
		require.NoError(t, err)
		require.Equal(t, i == 0, recorded.Fresh)
		require.Equal(t, casefile.TaskDone, recorded.Task.State)
		require.Equal(t, casefiletest.Debtor, recorded.Contact.Debtor)
	}
	file, err := store.CaseFile(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Len(t, file.ManualContacts, 1)
	require.Equal(t, promise.Promised, file.ManualContacts[0].Promised)
	require.Equal(t, "spoke to Jeanne", file.ManualContacts[0].Note)
	require.Equal(t, casefile.TaskDone, file.Tasks[0].State)
	require.Equal(t, "anne", file.Tasks[0].DoneBy)
	require.Empty(t, file.Case.Holds, "a promise holds nothing by itself")
	last := file.History[len(file.History)-2]
	require.Equal(t, "contact-made", last.Kind)
	require.Equal(t, "anne", last.Actor)
	require.Equal(t, "called the debtor: promised 100.00 EUR on 2026-04-15", last.Summary, "no names in the history")

	promise.On++
	_, err = store.RecordContact(t.Context(), promise)
	var conflict *casefile.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "day", conflict.Field)
}

func TestACallThatReachedNobodyLeavesItsTaskOpen(t *testing.T) {
	t.Parallel()
	store, task := called(t)
	for key, outcome := range map[string]collection.CallOutcome{
		"c-1": collection.CallNoAnswer, "c-2": collection.CallVoicemail, "c-3": collection.CallWrongNumber,
	} {
		recorded, err := store.RecordContact(t.Context(), call(key, outcome, task.ID))
		require.NoError(t, err)
		require.Equal(t, casefile.TaskOpen, recorded.Task.State)
	}
	back := call("c-4", collection.CallBack, task.ID)
	back.On = calendar.NewDate(2026, time.April, 2)
	recorded, err := store.RecordContact(t.Context(), back)
	require.NoError(t, err)
	require.Equal(t, back.On, recorded.Task.DueOn)
	tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{State: casefile.TaskOpen})
	require.NoError(t, err)
	require.Len(t, tasks, 1)
	require.Equal(t, back.On, tasks[0].DueOn)
}

func TestContactsOfAllInvoicesOfADebtorAreListedTogether(t *testing.T) {
	t.Parallel()
	store, _ := called(t)
	_, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-2"))
	require.NoError(t, err)
	first, second := call("c-1", collection.CallReached, 0), call("c-2", "", 0)
	second.Invoice, second.Channel, second.At = "F-2", collection.ContactMeeting, second.At.Add(time.Hour)
	for _, contact := range []casefile.ManualContact{first, second} {
		_, err := store.RecordContact(t.Context(), contact)
		require.NoError(t, err)
	}
	all, err := store.ManualContactsOfDebtor(t.Context(), casefiletest.Creditor, casefiletest.Debtor, casefiletest.Opened)
	require.NoError(t, err)
	require.Len(t, all, 2)
	later, err := store.ManualContactsOfDebtor(t.Context(), casefiletest.Creditor, casefiletest.Debtor, second.At)
	require.NoError(t, err)
	require.Len(t, later, 1)
	require.Equal(t, "F-2", later[0].Invoice)
}

func TestAContactThatFitsNoTaskIsRefused(t *testing.T) {
	t.Parallel()
	store, task := called(t)
	var refused *collection.Refusal
	meeting := call("c-1", "", task.ID)
	meeting.Channel = collection.ContactMeeting
	_, err := store.RecordContact(t.Context(), meeting)
	require.ErrorAs(t, err, &refused)
	_, err = store.RecordContact(t.Context(), call("c-1", collection.CallReached, task.ID+1))
	require.ErrorIs(t, err, casefile.ErrUnknownTask)
	_, err = store.RecordContact(t.Context(), call("", collection.CallReached, 0))
	require.ErrorAs(t, err, &refused)
	unknown := call("c-1", collection.CallReached, 0)
	unknown.Invoice = "F-9"
	_, err = store.RecordContact(t.Context(), unknown)
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
}

package main

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

func TestTasksAreGivenAndFilteredFromTheCommandLine(t *testing.T) {
	store, command := desk(t)
	_, _, err := store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Kind: collection.TaskCall, Key: "call", Title: "Call the debtor", At: casefiletest.Opened,
	})
	require.NoError(t, err)
	said, _, err := command("tasks", "--owner", "nobody")
	require.NoError(t, err)
	require.Contains(t, said, "Call the debtor")
	said, _, err = command("tasks", "--give", "1", "--to", "accountant", "--by", "claire")
	require.NoError(t, err)
	require.Equal(t, "Task 1 is for accountant: Call the debtor\n", said)
	said, _, err = command("tasks", "--owner", "accountant")
	require.NoError(t, err)
	require.Contains(t, said, "Call the debtor")
	said, _, err = command("tasks", "--owner", "manager")
	require.NoError(t, err)
	require.Equal(t, "Nothing to do.\n", said)
	_, _, err = command("tasks", "--give", "1", "--to", "paul@elsewhere.example")
	require.ErrorContains(t, err, "is no colleague of acme")
}

func TestATaskThatADecisionDoesIsNotTickedOff(t *testing.T) {
	store, command := desk(t)
	for n, task := range []struct {
		kind collection.TaskKind
		how  string
	}{
		{collection.TaskApproval, "relance approve acme/F-1 reminder"}, {collection.TaskReach, "relance resolve acme/F-1"}, {collection.TaskDispute, "relance resolve-dispute acme/F-1"},
	} {
		order, _, err := store.OpenTask(t.Context(), casefile.TaskOrder{
			Creditor: casefiletest.Creditor, Invoice: "F-1", Kind: task.kind, Key: string(task.kind), Title: "Decide", Step: "reminder", At: casefiletest.Opened,
		})
		require.NoError(t, err)
		require.EqualValues(t, n+1, order.ID)
		_, _, err = command("tasks", "--done", strconv.Itoa(n+1))
		require.ErrorContains(t, err, "the case waits for a decision")
		require.ErrorContains(t, err, task.how)
	}
	_, _, err := store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Kind: collection.TaskCall, Key: "call", Title: "Call the debtor", At: casefiletest.Opened,
	})
	require.NoError(t, err)
	said, _, err := command("tasks", "--done", "4")
	require.NoError(t, err)
	require.Contains(t, said, "Task 4 is done")
}

package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

const (
	mia   = "mia@acme.example"
	zoe   = "zoe@acme.example"
	maxim = "max@acme.example"
)

// staffed is a case file whose debtor martin has a salesperson of its own, and in which
// Zoe keeps the accounts and Max manages.
func staffed(t *testing.T) *casefile.Store {
	t.Helper()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	for _, colleague := range []casefile.Colleague{
		{Creditor: acme, Debtor: martin, Role: collection.RoleSalesperson, Name: "Mia", Email: mia},
		{Creditor: acme, Role: collection.RoleSalesperson, Name: "Sam", Email: "sam@acme.example"},
		{Creditor: acme, Role: collection.RoleAccountant, Name: "Zoe", Email: zoe},
		{Creditor: acme, Role: collection.RoleManager, Name: "Max", Email: maxim},
	} {
		_, err := store.SaveColleague(t.Context(), colleague)
		require.NoError(t, err)
	}
	return store
}

func asked(t *testing.T, store *casefile.Store, kind collection.TaskKind, key string) casefile.Task {
	t.Helper()
	task, _, err := store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: acme, Invoice: "F-1", Kind: kind, Key: key, Title: "do " + string(kind), At: sendingDay,
	})
	require.NoError(t, err)
	return task
}

func TestATaskIsForWhoLooksAfterTheDebtorOrItsAccount(t *testing.T) {
	t.Parallel()
	store := staffed(t)
	for kind, owner := range map[collection.TaskKind]string{
		collection.TaskCall: mia, collection.TaskReach: mia, collection.TaskMediation: zoe, collection.TaskPostLetter: zoe, collection.TaskApproval: maxim,
		collection.TaskDeputy: maxim, collection.TaskLimitation: zoe,
	} {
		require.Equal(t, owner, asked(t, store, kind, string(kind)).Owner, kind)
	}
	ruled(t, store, "F-1", sendingDay, disputeAt("d", sendingDay, 3000))
	owners := map[collection.TaskKind]string{}
	for _, task := range readFile(t, store, "F-1").Tasks {
		owners[task.Kind] = task.Owner
	}
	require.Equal(t, "u-17", owners[collection.TaskDispute], "the dispute's owner")
	ruled(t, store, "F-1", sendingDay, collection.AssignDispute{ID: "d", Owner: mia})
	of, err := store.Tasks(t.Context(), casefile.TaskFilter{Owner: mia, Kind: collection.TaskDispute})
	require.NoError(t, err)
	require.Len(t, of, 1, "the task goes with the dispute")
}

func TestATaskIsForTheRoleWhereSeveralHaveItAndForNobodyWhereNoneHas(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	require.Empty(t, asked(t, store, collection.TaskCall, "early").Owner, "the directory is empty")
	for _, email := range []string{zoe, "yan@acme.example"} {
		_, err := store.SaveColleague(t.Context(), casefile.Colleague{Creditor: acme, Role: collection.RoleAccountant, Email: email})
		require.NoError(t, err)
	}
	require.Equal(t, "accountant", asked(t, store, collection.TaskCall, "late").Owner)
	for owner, keys := range map[string][]string{
		zoe: {"late"}, "accountant": {"late"}, casefile.NobodysTasks: {"early"}, maxim: nil, "": {"early", "late"},
	} {
		tasks, err := store.Tasks(t.Context(), casefile.TaskFilter{Owner: owner})
		require.NoError(t, err)
		var listed []string
		for _, task := range tasks {
			listed = append(listed, task.Key)
		}
		require.Equal(t, keys, listed, "the tasks of %q", owner)
	}
}

func TestATaskIsGivenToSomebodyElseAndTheHistorySaysByWhom(t *testing.T) {
	t.Parallel()
	store := staffed(t)
	task := asked(t, store, collection.TaskCall, "call")
	for range 2 {
		given, err := store.AssignTask(t.Context(), task.ID, "ZOE@acme.example", "claire", sendingDay)
		require.NoError(t, err)
		require.Equal(t, zoe, given.Owner)
	}
	file := readFile(t, store, "F-1")
	require.Equal(t, zoe, file.Tasks[0].Owner)
	require.Equal(t, []string{"task given to zoe@acme.example: do call"}, summaries(file, "task-assigned"))
	for _, line := range file.History {
		if line.Kind == "task-assigned" {
			require.Equal(t, "claire", line.Actor)
		}
	}
	for owner, kept := range map[string]string{"manager": "manager", "": ""} {
		given, err := store.AssignTask(t.Context(), task.ID, owner, "claire", sendingDay)
		require.NoError(t, err)
		require.Equal(t, kept, given.Owner)
	}

	var refusal *collection.Refusal
	_, err := store.AssignTask(t.Context(), task.ID, "paul@elsewhere.example", "claire", sendingDay)
	require.ErrorAs(t, err, &refusal)
	require.ErrorContains(t, err, "is no colleague of acme who looks after this debtor")
	_, err = store.AssignTask(t.Context(), 4711, zoe, "claire", sendingDay)
	require.ErrorIs(t, err, casefile.ErrUnknownTask)
	ruled(t, store, "F-1", sendingDay, disputeAt("d", sendingDay, 3000))
	for _, other := range readFile(t, store, "F-1").Tasks {
		if other.Kind == collection.TaskDispute {
			_, err = store.AssignTask(t.Context(), other.ID, zoe, "claire", sendingDay)
			require.ErrorContains(t, err, "give the dispute to somebody else")
		}
	}
	_, err = store.CompleteTask(t.Context(), task.ID, "zoe", "", sendingDay)
	require.NoError(t, err)
	_, err = store.AssignTask(t.Context(), task.ID, zoe, "claire", sendingDay)
	require.ErrorContains(t, err, "nobody has to do it any more")
}

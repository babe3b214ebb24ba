package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

func decision(invoice, key string, events ...collection.Event) casefile.Decision {
	return casefile.Decision{
		Creditor: acme, Invoice: invoice, Key: key, Kind: "test", Actor: "sophie", Summary: "a decision of the test",
		At: casefiletest.Opened.Add(48 * time.Hour), Events: events,
	}
}

func decide(t testing.TB, store *casefile.Store, invoice, key string, events ...collection.Event) {
	t.Helper()
	require.NoError(t, store.RecordDecision(t.Context(), decision(invoice, key, events...)))
}

func dispute(from calendar.Date) collection.HoldPlaced {
	return collection.HoldPlaced{Hold: collection.Hold{ID: "h", Reason: "dispute", From: from}}
}

func TestADecisionIsRecordedOnce(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	decide(t, store, "F-1", "k-1", dispute(calendar.NewDate(2026, time.March, 4)))
	before := dump(t, dsn)
	decide(t, store, "F-1", "k-1", dispute(calendar.NewDate(2026, time.March, 4)))
	require.Equal(t, before, dump(t, dsn))

	file := readFile(t, store, "F-1")
	require.Equal(t, collection.StageOnHold, file.Row.Stage)
	require.Equal(t, "sophie", file.History[1].Actor)

	decide(t, store, "F-1", "k-2", collection.HoldReleased{ID: "h", On: calendar.NewDate(2026, time.March, 4)})
	require.Equal(t, collection.StageOpen, readFile(t, store, "F-1").Row.Stage)

	var refusal *collection.Refusal
	require.ErrorAs(t, store.RecordDecision(t.Context(), casefile.Decision{Creditor: acme, Invoice: "F-1"}), &refusal)
	require.ErrorIs(t, store.RecordDecision(t.Context(), decision("F-9", "k")), casefile.ErrUnknownCase)
}

func TestARefusedCommandLeavesOnlyItsLineInTheHistory(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	before := readFile(t, store, "F-1")
	decide(t, store, "F-1", "refused")
	after := readFile(t, store, "F-1")
	require.Len(t, after.History, len(before.History)+1)
	requireSameCase(t, before.Case, after.Case)
}

func TestAHoldReleasedBeforeItWasPlacedNeverTakesEffect(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	day := calendar.NewDate(2026, time.March, 4)
	decide(t, store, "F-1", "k-1", collection.HoldReleased{ID: "h", On: day})
	decide(t, store, "F-1", "k-2", dispute(day))
	file := readFile(t, store, "F-1")
	require.Equal(t, []collection.Hold{{ID: "h", Released: day}}, file.Case.Holds)
	require.Equal(t, collection.StageOpen, file.Row.Stage)
}

func TestTheStageOfAnEndedHoldIsProjectedAnew(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	placed := dispute(calendar.NewDate(2026, time.March, 4))
	placed.Hold.Until = calendar.NewDate(2026, time.March, 10)
	decide(t, store, "F-1", "k", placed)
	require.Equal(t, collection.StageOnHold, readFile(t, store, "F-1").Row.Stage)

	projection, err := store.Project(t.Context(), acme, "F-1", time.Date(2026, time.March, 11, 9, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	require.Equal(t, collection.StageOpen, projection.Stage)
	require.Equal(t, projection, readFile(t, store, "F-1").Row.Projection)
}

func TestMigratingACaseKeepsTheStrategyItMovesTo(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	next := casefiletest.Ladder()
	next.Version, next.Steps = 2, next.Steps[1:]
	decide(t, store, "F-1", "k", collection.StrategyMigrated{Strategy: next, ResumeAt: "reminder"})
	file := readFile(t, store, "F-1")
	require.Equal(t, next, file.Case.Strategy)
	require.Equal(t, "reminder", file.Case.ResumeAt)
	require.Equal(t, 2, file.Row.StrategyVersion)

	changed := casefiletest.Ladder()
	changed.Version = 2
	var conflict *casefile.ConflictError
	require.ErrorAs(t, store.RecordDecision(t.Context(), decision("F-1", "k-2", collection.StrategyMigrated{Strategy: casefiletest.Ladder()},
		collection.StrategyMigrated{Strategy: changed})), &conflict)
	require.Equal(t, next, readFile(t, store, "F-1").Case.Strategy, "nothing of the refused decision was kept")
}

func TestClosingACaseCancelsItsTasksAndReopeningBringsThemBack(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	call, created := order(t, store, collection.TaskCall, "call/1")
	require.True(t, created)
	order(t, store, collection.TaskPostLetter, "letter/1")

	post(t, store, "F-1", payment("P-1", 12000))
	require.Equal(t, map[string]casefile.TaskState{"call/1": casefile.TaskCancelled, "letter/1": casefile.TaskCancelled}, taskStates(readFile(t, store, "F-1")))
	late, _ := order(t, store, collection.TaskCall, "call/2")
	require.Equal(t, casefile.TaskCancelled, late.State, "a closed case asks nobody to call")

	post(t, store, "F-1", reversal("R-1", "P-1"))
	require.Equal(t, map[string]casefile.TaskState{
		"call/1": casefile.TaskOpen, "call/2": casefile.TaskOpen, "letter/1": casefile.TaskOpen,
	}, taskStates(readFile(t, store, "F-1")))

	done, err := store.CompleteTask(t.Context(), call.ID, "sophie", "left a message", casefiletest.Opened.Add(72*time.Hour))
	require.NoError(t, err)
	require.Equal(t, casefile.TaskDone, done.State)
	require.Equal(t, "sophie", done.DoneBy)
	again, err := store.CompleteTask(t.Context(), call.ID, "paul", "me too", casefiletest.Opened.Add(96*time.Hour))
	require.NoError(t, err)
	require.Equal(t, done, again)
	_, err = store.CompleteTask(t.Context(), 999, "paul", "", casefiletest.Opened)
	require.ErrorIs(t, err, casefile.ErrUnknownTask)
}

func taskStates(file casefile.File) map[string]casefile.TaskState {
	states := map[string]casefile.TaskState{}
	for _, task := range file.Tasks {
		states[task.Key] = task.State
	}
	return states
}

func order(t testing.TB, store *casefile.Store, kind collection.TaskKind, key string) (casefile.Task, bool) {
	t.Helper()
	task, created, err := store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: acme, Invoice: "F-1", Kind: kind, Key: key, Title: "do " + key, At: casefiletest.Opened.Add(24 * time.Hour),
	})
	require.NoError(t, err)
	return task, created
}

func TestATaskIsOpenedOnceAndReportedToItsCase(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	approval := casefile.TaskOrder{
		Creditor: acme, Invoice: "F-1", Step: "formal-notice", Kind: collection.TaskApproval, Key: "approve/0/formal-notice",
		Title: "Release the formal notice", At: casefiletest.Opened.Add(time.Hour), DueOn: calendar.NewDate(2026, time.April, 25),
	}
	task, created, err := store.OpenTask(t.Context(), approval)
	require.NoError(t, err)
	require.True(t, created)
	require.NotZero(t, task.ID)
	before := dump(t, dsn)
	again, created, err := store.OpenTask(t.Context(), approval)
	require.NoError(t, err)
	require.False(t, created)
	require.Equal(t, task, again)
	require.Equal(t, before, dump(t, dsn))

	file := readFile(t, store, "F-1")
	require.Equal(t, collection.ApprovalRequested, file.Case.Steps[0].Approval)
	require.Equal(t, []casefile.Task{task}, file.Tasks)

	decide(t, store, "F-1", "k", collection.StepApproved{Step: "formal-notice"})
	file = readFile(t, store, "F-1")
	require.Equal(t, collection.ApprovalGranted, file.Case.Steps[0].Approval)
	require.Equal(t, casefile.TaskDone, file.Tasks[0].State)
	require.Equal(t, "sophie", file.Tasks[0].DoneBy)
}

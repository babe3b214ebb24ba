package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/deadlines"
)

// years lives a case as its workflow does, from one action to the next, on the
// real case file.
type years struct {
	*testing.T
	desk  *activities.CaseFile
	key   activities.CaseKey
	state collection.Case
	now   time.Time
}

func livingFor(t *testing.T, opening casefile.Opening) *years {
	t.Helper()
	store := casefiletest.OpenWithLaw(t)
	opened, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	return &years{
		T: t, desk: &activities.CaseFile{Store: store, Clock: func() calendar.Clock { return calendar.Clock{} }},
		key: activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: opening.Invoice.Number}, state: opened, now: casefiletest.Opened,
	}
}

func (y *years) tell(command collection.Command) []collection.Event {
	y.Helper()
	events, err := collection.Decide(y.state, command)
	require.NoError(y, err)
	y.state = collection.ApplyAll(y.state, events)
	return events
}

// decide has a decision recorded as the workflow does.
func (y *years) decide(key string, command collection.Command) {
	y.Helper()
	events := y.tell(command)
	require.NoError(y, y.desk.RecordDecision(y.Context(), activities.DecisionOrder{CaseKey: y.key, Key: key, Kind: key, At: y.now, Events: events}))
}

func (y *years) happens(order activities.LimitationOrder) activities.LimitationRecorded {
	y.Helper()
	order.CaseKey, order.At = y.key, y.now
	recorded, err := y.desk.RecordLimitationEvent(y.Context(), order)
	require.NoError(y, err)
	if recorded.Refused == "" {
		y.tell(collection.TakeLimitation{Limitation: recorded.Limitation})
	}
	return recorded
}

// until does what the case asks for until a day; every activity runs twice.
func (y *years) until(day string) {
	y.Helper()
	end, err := calendar.ParseDate(day)
	require.NoError(y, err)
	for {
		action := collection.Next(y.state, y.now)
		switch action.Kind {
		case collection.ActionOpenTask:
			order := activities.TaskOrder{
				CaseKey: y.key, Round: y.state.Round, Step: action.Step.Key, Task: action.Task, At: action.At, Day: action.Day, LastDay: y.state.Limitation.LastDay, Reckoning: y.state.Limitation.Reckonings,
			}
			require.NoError(y, y.desk.OpenTask(y.Context(), order))
			require.NoError(y, y.desk.OpenTask(y.Context(), order))
			y.tell(collection.ReportTask{Step: action.Step.Key, Task: action.Task, At: action.At})
		case collection.ActionWait:
			if y.state.Window.DateOf(action.At) > end {
				y.now = end.Time(time.UTC).Add(12 * time.Hour)
				return
			}
			y.now = action.At
		case collection.ActionIdle:
			y.now = end.Time(time.UTC).Add(12 * time.Hour)
			return
		case collection.ActionNotify, collection.ActionConclude, collection.ActionGiveUp, collection.ActionHandOver, collection.ActionRecall:
			require.Fail(y, "nothing should be sent", action.Because.String())
		}
	}
}

func (y *years) file() casefile.File {
	y.Helper()
	file, err := y.desk.Store.CaseFile(y.Context(), y.key.Creditor, y.key.Invoice)
	require.NoError(y, err)
	return file
}

func TestACaseOnHoldForYearsLeavesItsWarningsInTheCaseFile(t *testing.T) {
	t.Parallel()
	y := livingFor(t, casefiletest.Opening("F-1"))
	y.decide("hold", collection.PlaceHold{ID: "h", Reason: "dispute", On: y.state.Window.DateOf(y.now)})
	y.until("2031-06-01")
	file := y.file()
	require.Equal(t, y.state.Limitation, file.Case.Limitation, "the case file and the workflow agree")
	var told []string
	for _, task := range file.Tasks {
		require.Equal(t, collection.TaskLimitation, task.Kind)
		told = append(told, y.state.Window.DateOf(task.OpenedAt).String()+" "+task.Title)
	}
	warning := " Act before the claim is barred by limitation: the last day is 2031-03-01"
	require.Equal(t, []string{
		"2030-03-01" + warning, "2030-09-02" + warning, "2030-12-02" + warning, "2031-02-03" + warning,
		"2031-03-03 The limitation has passed: the last day was 2031-03-01",
	}, told)
	require.Equal(t, "2031-03-01", file.Tasks[0].DueOn.String())
	require.Contains(t, file.Tasks[4].Detail, "Nothing leaves by itself any more")
	require.Contains(t, file.Row.Why, "the limitation has passed")
	require.True(t, file.Row.NextAt.IsZero())

	y.decide("close", collection.CloseCase{Outcome: collection.StageWrittenOff, Reason: "barred"})
	for _, task := range y.file().Tasks {
		require.NotEqual(t, casefile.TaskOpen, task.State)
	}
}

func TestTheSameWarningIsGivenAgainWhenAnInterruptionComesToNothing(t *testing.T) {
	t.Parallel()
	y := livingFor(t, casefiletest.Opening("F-1"))
	y.decide("hold", collection.PlaceHold{ID: "h", On: y.state.Window.DateOf(y.now)})
	y.until("2031-02-10")
	require.Len(t, y.file().Tasks, 4)

	on := calendar.NewDate(2031, time.February, 10)
	trial := y.happens(activities.LimitationOrder{ID: "trial", Event: deadlines.CourtClaim, On: on})
	require.Equal(t, deadlines.Interrupts, trial.Effect)
	y.until("2031-02-11")
	file := y.file()
	for _, task := range file.Tasks {
		require.Equal(t, casefile.TaskDone, task.State, "what was to be done is done")
	}

	y.happens(activities.LimitationOrder{ID: "trial", Result: deadlines.Withdrawn})
	y.until("2031-02-12")
	file = y.file()
	require.Len(t, file.Tasks, 5)
	require.Equal(t, casefile.TaskOpen, file.Tasks[4].State, "one month is left again, and a person is told again")
	require.Equal(t, y.state.Limitation, file.Case.Limitation)

	refused := y.happens(activities.LimitationOrder{ID: "trial", Result: deadlines.Lapsed})
	require.Contains(t, refused.Refused, "recorded as withdrawn, not as lapsed")
	possible := y.happens(activities.LimitationOrder{ID: "letter", Event: deadlines.Acknowledgement, On: on})
	require.Equal(t, "2036-02-10", possible.PossibleDay.String())
	require.Contains(t, possible.Words, "possibly until 2036-02-10")
	require.Equal(t, "2031-03-01", y.file().Case.Limitation.LastDay.String())
}

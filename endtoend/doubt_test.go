package endtoend_test

import (
	"slices"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/collection"
)

// requireHonest holds the messages of a case against what the providers took: exactly once
// what the case file takes for sent, at most once what it says nobody knows of, which
// another channel of its step or a person then took over. It returns whether a person is
// to find out about it.
func (i *installation) requireHonest(file casefile.File, taken map[string]int) (waitsForPerson bool) {
	i.t.Helper()
	number := file.Case.Invoice
	for _, m := range file.Messages {
		switch {
		case m.State == casefile.MessageAccepted, m.State == casefile.MessageDelivered:
			require.Equal(i.t, 1, taken[m.ID], "%s by %s of %s, message %s, is %s", m.Step, m.Channel, number, m.ID, m.State)
		case m.IsDoubtful():
			require.LessOrEqual(i.t, taken[m.ID], 1, "%s by %s of %s, message %s", m.Step, m.Channel, number, m.ID)
			if !isTakenOver(file, m) {
				require.True(i.t, asksPerson(file, m.Step), "nobody is asked what became of %s by %s of %s", m.Step, m.Channel, number)
				waitsForPerson = true
			}
		default:
			require.Zero(i.t, taken[m.ID], "%s by %s of %s, message %s, is %s: %s", m.Step, m.Channel, number, m.ID, m.State, m.Reason)
			require.Fail(i.t, "a message that did not leave", "%s by %s of %s is %s: %s", m.Step, m.Channel, number, m.State, m.Reason)
		}
	}
	return waitsForPerson
}

// isTakenOver reports whether another message of the step has reached the debtor.
func isTakenOver(file casefile.File, m casefile.Message) bool {
	return slices.ContainsFunc(file.Messages, func(other casefile.Message) bool {
		return other.Step == m.Step && other.ID != m.ID && other.State.IsSettled() && !other.State.IsFailure()
	})
}

// asksPerson reports whether a task asks what became of the messages of a step.
func asksPerson(file casefile.File, step string) bool {
	return slices.ContainsFunc(file.Tasks, func(task casefile.Task) bool {
		return task.State == casefile.TaskOpen && task.Kind == collection.TaskReach && task.Step == step
	})
}

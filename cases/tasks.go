package cases

import (
	"context"
	"fmt"

	"relance/casefile"
)

// DecisionNeededError says that a task is done by the decision it asks for, and by nothing
// else: ticked off without one, the case would wait for ever for an answer that nobody is
// asked for any more.
type DecisionNeededError struct{ Task casefile.Task }

func (e *DecisionNeededError) Error() string {
	return fmt.Sprintf("the case waits for a decision, which does the task %d (%s)", e.Task.ID, e.Task.Title)
}

// CompleteTask records that a person did a task. One that a decision does is a
// *DecisionNeededError; a task that is not open is returned unchanged, and an unknown ID
// is casefile.ErrUnknownTask.
func (s *Service) CompleteTask(ctx context.Context, id int64, by, note string) (casefile.Task, error) {
	tasks, err := s.Store.Tasks(ctx, casefile.TaskFilter{After: id - 1, Limit: 1})
	if err != nil {
		return casefile.Task{}, err
	}
	if len(tasks) > 0 && tasks[0].ID == id && tasks[0].State == casefile.TaskOpen && tasks[0].IsDoneByDecision() {
		return casefile.Task{}, &DecisionNeededError{tasks[0]}
	}
	return s.Store.CompleteTask(ctx, id, by, note, s.now())
}

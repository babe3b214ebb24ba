package casefile

import (
	"context"
	"fmt"

	"relance/collection"
	"relance/money"
)

// Summary is the whole portfolio in numbers.
type Summary struct {
	Cases    []StageCount
	Messages []MessageCount
	Tasks    []TaskCount // open ones
}

// StageCount is the number of cases of a stage and currency, and what is open.
type StageCount struct {
	Stage collection.Stage
	Cases int
	Open  money.Amount
}

// MessageCount is the number of messages of a state and channel.
type MessageCount struct {
	State    MessageState
	Channel  collection.Channel
	Messages int
}

// TaskCount is the number of open tasks of a kind.
type TaskCount struct {
	Kind  collection.TaskKind
	Tasks int
}

// Summary counts cases, messages and open tasks, at one moment.
func (s *Store) Summary(ctx context.Context) (Summary, error) {
	var summary Summary
	err := s.reading(ctx, func(tx *transaction) error {
		var b batch
		all(&b, &summary.Cases, s.sql.CountCases)
		all(&b, &summary.Messages, s.sql.CountMessages)
		all(&b, &summary.Tasks, s.sql.CountTasks)
		return b.run(ctx, tx)
	})
	if err != nil {
		return Summary{}, fmt.Errorf("counting the cases: %w", err)
	}
	return summary, nil
}

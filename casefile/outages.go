package casefile

import (
	"context"
	"fmt"
	"time"

	"relance/collection"
)

// A gap between two reports of a worker is an outage when it is long by both clocks: an
// accelerated business clock makes a day of what is a hiccup on the wall.
const (
	leastOutage     = 24 * time.Hour
	leastOutageWall = 30 * time.Second
)

// liveness is when a worker last said that it can send, by both clocks.
type liveness struct{ BusinessAt, WallAt time.Time }

// ReportAlive notes that a worker can send, at a moment by the business clock and by the
// wall. Where nobody could for a day or longer before, it keeps the outage, after which
// the gate has what gathered leave over several days, and returns it: report before the
// worker begins to send. It is safe for several workers.
func (s *Store) ReportAlive(ctx context.Context, business, wall time.Time) (outage collection.Outage, found bool, err error) {
	now := liveness{BusinessAt: businessTime(business), WallAt: wall}
	err = s.writing(ctx, func(tx *transaction) error {
		outage, found = collection.Outage{}, false
		last, err := s.lastAlive(ctx, tx)
		if err != nil {
			return err
		}
		var writes batch
		gap := now.BusinessAt.Sub(last.value.BusinessAt)
		if found = last.is && gap >= leastOutage && now.WallAt.Sub(last.value.WallAt) >= leastOutageWall; found {
			outage = collection.Outage{Began: last.value.BusinessAt, Ended: now.BusinessAt}
			writes.exec(s.sql.InsertOutage, outage)
		}
		writes.exec(s.sql.SaveLiveness, now)
		return writes.run(ctx, tx)
	})
	if err != nil {
		return collection.Outage{}, false, fmt.Errorf("noting that a worker is there: %w", err)
	}
	return outage, found, nil
}

func (s *Store) lastAlive(ctx context.Context, tx *transaction) (found[liveness], error) {
	var last found[liveness]
	var b batch
	one(&b, &last, s.sql.LockLiveness)
	return last, b.run(ctx, tx)
}

// afterOutage closes a gate for a notice whose moment came during an outage, until the
// debtor's turn. What was over when the case was opened does not concern it.
func (c *lockedCase) afterOutage(gate Gate, step string, outages []collection.Outage) Gate {
	for _, outage := range outages {
		if c.record.value.OpenedAt.After(outage.Ended) {
			continue
		}
		if turn, waits := c.now.TurnAfter(outage, step, c.at); gate.Passes && waits {
			gate = c.postponed(gate, c.now.Window.DateOf(turn), collection.PostponedForOutage)
		}
	}
	return gate
}

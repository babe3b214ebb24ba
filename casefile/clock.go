package casefile

import (
	"context"
	"fmt"
	"time"

	"relance/calendar"
)

// Clock reads the clock the installation runs on; found is false before SaveClock.
func (s *Store) Clock(ctx context.Context) (calendar.Clock, bool, error) {
	var clock found[calendar.Clock]
	var b batch
	one(&b, &clock, s.sql.LoadClock)
	if err := b.run(ctx, s.pool); err != nil {
		return calendar.Clock{}, false, fmt.Errorf("reading the clock: %w", err)
	}
	return clock.value, clock.is, nil
}

// LastRecordedAt is when the newest entry of the history was recorded, by the wall;
// the zero time when there is none.
func (s *Store) LastRecordedAt(ctx context.Context) (time.Time, error) {
	var latest found[struct{ RecordedAt time.Time }]
	var b batch
	one(&b, &latest, s.sql.LatestHistory)
	if err := b.run(ctx, s.pool); err != nil {
		return time.Time{}, fmt.Errorf("reading the time of the newest entry of the history: %w", err)
	}
	return latest.value.RecordedAt, nil
}

// SaveClock keeps the clock the installation runs on, in place of an earlier one.
// Its times are kept to the microsecond.
func (s *Store) SaveClock(ctx context.Context, clock calendar.Clock) error {
	var b batch
	b.exec(s.sql.SaveClock, clock)
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("saving the clock: %w", err)
	}
	return nil
}

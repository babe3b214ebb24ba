package casefile

import (
	"context"
	"errors"

	"relance/collection"
)

// TryOpenCase is what OpenCase would answer now, with the case as it would begin. It
// runs the same transaction and takes it back: nothing is changed.
func (s *Store) TryOpenCase(ctx context.Context, opening Opening) (collection.Case, OpenResult, error) {
	return s.openCase(ctx, opening, s.trying)
}

// TryPostEntry is what PostEntry would answer now. It runs the same transaction and
// takes it back: nothing is changed.
func (s *Store) TryPostEntry(ctx context.Context, posting Posting) (Posted, error) {
	return s.postEntry(ctx, posting, s.trying)
}

// trying runs a transaction as writing does, to its last statement, and takes it back.
func (s *Store) trying(ctx context.Context, write func(tx *transaction) error) error {
	err := s.writing(ctx, func(tx *transaction) error {
		if err := write(tx); err != nil {
			return err
		}
		if err := tx.flush(ctx); err != nil {
			return err
		}
		return errPreviewed
	})
	if errors.Is(err, errPreviewed) {
		return nil
	}
	return err
}

package casefile

import (
	"context"
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"relance/stack/stacktest"
)

func marking(t *testing.T) *Store {
	t.Helper()
	dsn := stacktest.Database(t, func(ctx context.Context, dsn string) error {
		connection, err := pgx.Connect(ctx, dsn)
		if err != nil {
			return err
		}
		_, err = connection.Exec(ctx, "create table mark (n int primary key)")
		return errors.Join(err, connection.Close(ctx))
	}, "marks")
	store, err := Open(t.Context(), dsn)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

// mark queues a row; the same one again fails.
func mark(n int) *batch {
	var b batch
	b.Queue("insert into mark values ($1)", n)
	return &b
}

func (s *Store) marks(t *testing.T) (count int) {
	t.Helper()
	require.NoError(t, s.pool.QueryRow(t.Context(), "select count(*) from mark").Scan(&count))
	return count
}

func TestWhatIsPutOffIsWrittenWithTheRestOrNotAtAll(t *testing.T) {
	t.Parallel()
	store := marking(t)
	require.NoError(t, store.writing(t.Context(), func(tx *transaction) error {
		tx.later(mark(1))
		return mark(2).run(t.Context(), tx)
	}))
	require.Equal(t, 2, store.marks(t))

	err := store.writing(t.Context(), func(tx *transaction) error {
		if err := mark(3).run(t.Context(), tx); err != nil {
			return err
		}
		tx.later(mark(1)) // is there
		return nil
	})
	require.ErrorContains(t, err, "duplicate key")
	require.Equal(t, 2, store.marks(t))
}

func TestAnAnswerThatIsRefusedComesBeforeTheCommit(t *testing.T) {
	t.Parallel()
	store := marking(t)
	refused := errors.New("not this one")
	err := store.writing(t.Context(), func(tx *transaction) error {
		b := mark(1)
		b.Queue("select count(*) from mark").QueryRow(func(pgx.Row) error { return refused })
		tx.later(b)
		return nil
	})
	require.ErrorIs(t, err, refused)
	require.Zero(t, store.marks(t))
}

func TestAFailureThatNobodyHeededIsNoCommit(t *testing.T) {
	t.Parallel()
	store := marking(t)
	err := store.writing(t.Context(), func(tx *transaction) error {
		require.NoError(t, mark(1).run(t.Context(), tx))
		require.Error(t, mark(1).run(t.Context(), tx))
		return nil
	})
	require.ErrorIs(t, err, pgx.ErrTxCommitRollback)
	require.Zero(t, store.marks(t))
}

func TestAPanicUndoesTheTransactionAndGivesTheConnectionBack(t *testing.T) {
	t.Parallel()
	store := marking(t)
	require.Panics(t, func() {
		_ = store.writing(t.Context(), func(tx *transaction) error {
			require.NoError(t, mark(1).run(t.Context(), tx))
			panic("in the middle of it")
		})
	})
	require.Zero(t, store.marks(t))
	require.Zero(t, store.pool.Stat().AcquiredConns())
}

func TestATransactionThatDoesNothingSendsNothing(t *testing.T) {
	t.Parallel()
	store := marking(t)
	before := store.Statements()
	require.NoError(t, store.writing(t.Context(), func(*transaction) error { return nil }))
	require.Equal(t, before, store.Statements())
}

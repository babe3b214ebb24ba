package casefile

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// transaction spares round trips: it begins with its first statements and commits with
// its last ones. Each trip is a pause in which the rows stay locked.
type transaction struct {
	conn  *pgx.Conn
	begin string
	// begun: the database knows of the transaction.
	begun bool
	// last are writes whose outcome nothing waits for before the end.
	last []*pgx.QueuedQuery
}

// SendBatch sends statements, after those that were put off.
func (t *transaction) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	var all pgx.Batch
	if !t.begun {
		t.begun = true
		all.Queue(t.begin)
	}
	all.QueuedQueries = append(append(all.QueuedQueries, t.last...), b.QueuedQueries...)
	t.last = nil
	return t.conn.SendBatch(ctx, &all)
}

// later puts statements off until the next ones, or the end. Their failure fails the
// transaction then.
func (t *transaction) later(b *batch) {
	t.last = append(t.last, b.QueuedQueries...)
}

// flush sends what was put off.
func (t *transaction) flush(ctx context.Context) error {
	if len(t.last) == 0 {
		return nil
	}
	var asking batch
	return asking.send(ctx, t)
}

// commit sends what was put off and makes everything last.
func (t *transaction) commit(ctx context.Context) error {
	if !t.begun && len(t.last) == 0 {
		return nil
	}
	if slices.ContainsFunc(t.last, func(q *pgx.QueuedQuery) bool { return q.Fn != nil }) {
		// Whoever looks at an answer may refuse it, which must come before the commit.
		if err := t.flush(ctx); err != nil {
			return err
		}
	}
	var b batch
	b.Queue("commit").Exec(func(tag pgconn.CommandTag) error {
		if tag.String() == "ROLLBACK" { // a failure that nobody heeded
			return pgx.ErrTxCommitRollback
		}
		return nil
	})
	return b.run(ctx, t)
}

// rollbackPatience is how long to wait for the database to undo a transaction. The pool
// drops a connection that did not.
const rollbackPatience = 5 * time.Second

func (t *transaction) rollback(ctx context.Context) error {
	if !t.begun || t.conn.IsClosed() || t.conn.PgConn().TxStatus() == 'I' {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackPatience)
	defer cancel()
	_, err := t.conn.Exec(ctx, "rollback")
	return err
}

// inTransaction runs one transaction, all or nothing.
func (s *Store) inTransaction(ctx context.Context, begin string, run func(tx *transaction) error) error {
	return s.pool.AcquireFunc(ctx, func(c *pgxpool.Conn) (err error) {
		tx := &transaction{conn: c.Conn(), begin: begin}
		committed := false
		defer func() { // also when run panics
			if !committed {
				err = errors.Join(err, tx.rollback(ctx))
			}
		}()
		if err := run(tx); err != nil {
			return err
		}
		if err := tx.commit(ctx); err != nil {
			return err
		}
		committed = true
		return nil
	})
}

// reading runs reads that belong together on one snapshot.
func (s *Store) reading(ctx context.Context, read func(tx *transaction) error) error {
	return s.inTransaction(ctx, "begin isolation level repeatable read read only", read)
}

// writing runs one transaction. Read committed is enough: what must not change
// meanwhile is locked.
func (s *Store) writing(ctx context.Context, write func(tx *transaction) error) error {
	return s.inTransaction(ctx, "begin isolation level read committed", write)
}

// transacting is how a transaction is run: writing, or trying.
type transacting func(ctx context.Context, write func(tx *transaction) error) error

// commitSoon lets the commit of a transaction not wait for the disk: for what may be
// lost in a power cut, because nothing outside of the database relies on it before a
// later transaction, which does wait and takes this one along.
func (s *Store) commitSoon(tx *transaction) {
	var b batch
	b.exec(s.sql.CommitSoon)
	tx.later(&b)
}

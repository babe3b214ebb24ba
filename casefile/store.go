package casefile

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Store is the case file in PostgreSQL. It is safe for concurrent use.
type Store struct {
	pool    *pgxpool.Pool
	sql     *statements
	tariffs atomic.Pointer[tariffs]
}

// Open connects to the database of a DSN (postgres://…) that Migrate prepared.
// The DSN may size the pool (pool_max_conns).
func Open(ctx context.Context, dsn string) (*Store, error) {
	sql, err := loadStatements()
	if err != nil {
		return nil, fmt.Errorf("reading the statements of the case file: %w", err)
	}
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("the address of the database cannot be read: %w", err)
	}
	zones := &zoneCache{}
	config.AfterConnect = func(_ context.Context, connection *pgx.Conn) error {
		registerColumns(connection.TypeMap(), zones)
		return nil
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("preparing the connections to the database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connecting to the database: %w", err)
	}
	store := &Store{pool: pool, sql: sql}
	store.tariffs.Store(&tariffs{})
	return store, nil
}

// Close waits for the connections in use and closes them.
func (s *Store) Close() { s.pool.Close() }

// reading runs reads that belong together on one snapshot.
func (s *Store) reading(ctx context.Context, read func(tx pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, read)
}

// writing runs one transaction. Read committed is enough: what must not change
// meanwhile is locked.
func (s *Store) writing(ctx context.Context, write func(tx pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, s.pool, pgx.TxOptions{IsoLevel: pgx.ReadCommitted}, write)
}

// writingSoon is writing for what may be lost in a power cut, because nothing outside
// of the database relies on it before a later transaction, which waits for the disk and
// takes this one along: its commit does not wait.
func (s *Store) writingSoon(ctx context.Context, write func(tx pgx.Tx) error) error {
	return s.writing(ctx, func(tx pgx.Tx) error {
		if err := write(tx); err != nil {
			return err
		}
		return s.commitSoon(ctx, tx)
	})
}

func (s *Store) commitSoon(ctx context.Context, tx pgx.Tx) error {
	var b batch
	b.exec(s.sql.CommitSoon)
	return b.run(ctx, tx)
}

// businessTime is an instant as the database keeps it: in UTC, to the microsecond.
func businessTime(at time.Time) time.Time { return at.UTC().Truncate(time.Microsecond) }

package casefile

import (
	"context"
	"fmt"
	"sync"
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
	// strategies are the keptStrategy values that are known to be on record, by strategyKey.
	strategies sync.Map
	count      *statementCount
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
	count := &statementCount{}
	config.ConnConfig.Tracer = count
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
	store := &Store{pool: pool, sql: sql, count: count}
	store.tariffs.Store(&tariffs{})
	return store, nil
}

// Close waits for the connections in use and closes them.
func (s *Store) Close() { s.pool.Close() }

// businessTime is an instant as the database keeps it: in UTC, to the microsecond.
func businessTime(at time.Time) time.Time { return at.UTC().Truncate(time.Microsecond) }

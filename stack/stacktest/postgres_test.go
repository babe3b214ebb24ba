package stacktest_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"relance/stack/stacktest"
)

func TestEachTestHasADatabaseOfItsOwnInTheMigratedState(t *testing.T) {
	t.Parallel()
	var migrations atomic.Int32
	migrate := func(ctx context.Context, dsn string) error {
		migrations.Add(1)
		return run(ctx, dsn, "create table invoice (number text primary key)", "insert into invoice values ('basic data')")
	}
	for i := range 4 {
		t.Run(fmt.Sprintf("copy %d", i), func(t *testing.T) {
			t.Parallel()
			dsn := stacktest.Database(t, migrate, "own database")
			require.NoError(t, run(t.Context(), dsn, "insert into invoice values ('only here')"))
			require.Equal(t, 2, count(t, dsn, "select count(*) from invoice"))
		})
	}
	t.Cleanup(func() { require.Equal(t, int32(1), migrations.Load(), "later databases are copies") })
}

func TestADatabaseIsDroppedAfterItsTest(t *testing.T) {
	t.Parallel()
	migrate := func(context.Context, string) error { return nil }
	var name string
	t.Run("test", func(t *testing.T) {
		config, err := pgx.ParseConfig(stacktest.Database(t, migrate, "dropped database"))
		require.NoError(t, err)
		name = config.Database
	})
	require.NotEmpty(t, name)
	require.Zero(t, count(t, stacktest.Postgres(t), "select count(*) from pg_database where datname = $1", name))
}

func run(ctx context.Context, dsn string, statements ...string) error {
	connection, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close(ctx) }()
	for _, statement := range statements {
		if _, err := connection.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

func count(t *testing.T, dsn, query string, args ...any) int {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, connection.Close(t.Context())) }()
	var n int
	require.NoError(t, connection.QueryRow(t.Context(), query, args...).Scan(&n))
	return n
}

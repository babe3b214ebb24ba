package casefile_test

import (
	"context"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// dump is every row of every table as text, to show that nothing changed.
func dump(t testing.TB, dsn string) string {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { _ = connection.Close(context.Background()) }()
	rows, err := connection.Query(t.Context(), "select table_name from information_schema.tables where table_schema = 'public' order by 1")
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Greater(t, len(tables), 10)
	var text strings.Builder
	for _, table := range tables {
		rows, err := connection.Query(t.Context(), "select r::text from "+pgx.Identifier{table}.Sanitize()+" r order by 1")
		require.NoError(t, err)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		text.WriteString("== " + table + "\n" + strings.Join(lines, "\n") + "\n")
	}
	return text.String()
}

// execute runs SQL past the store.
func execute(t testing.TB, dsn, sql string, arguments ...any) error {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { _ = connection.Close(context.Background()) }()
	_, err = connection.Exec(t.Context(), sql, arguments...)
	return err
}

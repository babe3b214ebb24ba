package casefile

import (
	"context"
	"database/sql"
	"reflect"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"relance/money"
	"relance/stack/stacktest"
)

func TestEveryStatementIsUnderstoodByPostgreSQL(t *testing.T) {
	t.Parallel()
	statements, err := loadStatements()
	require.NoError(t, err)
	key, err := SchemaKey()
	require.NoError(t, err)
	connection, err := pgx.Connect(t.Context(), stacktest.Database(t, Migrate, key))
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close(context.Background()) })

	fields := reflect.ValueOf(*statements)
	for i := range fields.NumField() {
		s, ok := fields.Field(i).Interface().(statement)
		require.True(t, ok)
		text, _, err := pgx.NamedArgs{}.RewriteQuery(t.Context(), connection, s.text, nil)
		require.NoError(t, err)
		_, err = connection.Prepare(t.Context(), s.name, text)
		require.NoError(t, err, s.name)
	}
}

func TestEveryMigrationCanBeUndoneAndDoneAgain(t *testing.T) {
	t.Parallel()
	dsn := stacktest.Database(t, func(context.Context, string) error { return nil }, "empty")
	database, err := sql.Open("pgx", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { _ = database.Close() })
	migrations, err := migrationsOf(database)
	require.NoError(t, err)
	for range 2 {
		_, err = migrations.Up(t.Context())
		require.NoError(t, err)
		_, err = migrations.DownTo(t.Context(), 0)
		require.NoError(t, err)
	}
}

func TestArgumentsAreFoundInStructsByTheirColumnNames(t *testing.T) {
	t.Parallel()
	s := newStatement("Test", "select @vat_id, @sender_email, @sms_sender, @line1, @source_sha256, @total_minor, @total_currency, @id")
	arguments := s.with(
		named{"id": 7},
		Creditor{ID: "later sources lose", VATID: "FR1", SenderEmail: "a@b", SMSSender: "Acme", Address: Address{Line1: "rue"}},
		Invoice{SourceSHA256: "abc", Total: money.FromMinor(5, "EUR")},
	)
	require.Equal(t, pgx.StrictNamedArgs{
		"id": 7, "vat_id": "FR1", "sender_email": "a@b", "sms_sender": "Acme", "line1": "rue", "source_sha256": "abc",
		"total_minor": int64(5), "total_currency": "EUR",
	}, arguments)
}

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
		_, err = connection.Prepare(t.Context(), s.name, s.text)
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
	s, err := newStatement("Test", "select @vat_id, @sender_email, 'not@me', @sms_sender, -- @comment\n @line1, @source_sha256, @total_minor, @total_currency, @id, @vat_id, @fee_minor")
	require.NoError(t, err)
	require.Equal(t, "-- Test\nselect $1, $2, 'not@me', $3, -- @comment\n $4, $5, $6, $7, $8, $1, $9", s.text)
	arguments := s.with(
		named{"id": 7, "fee": money.FromMinor(3, "EUR")},
		Creditor{ID: "later sources lose", VATID: "FR1", SenderEmail: "a@b", SMSSender: "Acme", Address: Address{Line1: "rue"}},
		Invoice{SourceSHA256: "abc", Total: money.FromMinor(5, "EUR")},
	)
	_, values, err := arguments.RewriteQuery(t.Context(), nil, "", nil)
	require.NoError(t, err)
	require.Equal(t, []any{"FR1", "a@b", "Acme", "rue", "abc", int64(5), "EUR", 7, int64(3)}, values)
}

func TestAnArgumentWithoutAValueIsNamed(t *testing.T) {
	t.Parallel()
	s, err := newStatement("Test", "select @creditor, @nobody")
	require.NoError(t, err)
	_, _, err = s.with(named{"creditor": "acme"}).RewriteQuery(t.Context(), nil, "", nil)
	require.EqualError(t, err, "the statement Test has no value for @nobody")
}

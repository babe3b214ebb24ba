package casefile_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"relance/casefile/casefiletest"
)

// Every read of a case under lock asks for its stops, and so does every send for those of
// the debtor's cases; every stop there ever was stays.
func TestTheStopsOfACaseAreFoundWithoutReadingAllThereEverWere(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	openCase(t, casefiletest.OpenAt(t, dsn), "F-1")
	db, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { _ = db.Close(t.Context()) }()
	for _, statement := range []string{
		`create temporary table many as select d.* from debtor d limit 1`,
		`insert into debtor select (jsonb_populate_record(d, jsonb_build_object('id', 'M-' || n))).* from many d, generate_series(1, 5000) n`,
		`insert into stop (id, kind, scope, creditor, debtor, reason, author, placed_at, lifted_at)
		 select 's-' || n, 'hold', 'debtor', creditor, 'M-' || n, 'r', 'a', now(), now() from many, generate_series(1, 5000) n`,
		`analyze`,
	} {
		_, err := db.Exec(t.Context(), statement)
		require.NoError(t, err, statement)
	}
	for name, file := range map[string]string{"LoadCase": "case", "LockCasesOfDebtor": "case", "LoadStopsOfCase": "stops"} {
		text, err := os.ReadFile("queries/" + file + ".sql")
		require.NoError(t, err)
		_, rest, found := strings.Cut(string(text), "-- name: "+name+"\n")
		require.True(t, found)
		statement, _, _ := strings.Cut(rest, "-- name: ")
		rows, err := db.Query(t.Context(), "explain "+statement, pgx.NamedArgs{
			"creditor": acme, "invoice": "F-1", "debtor": "", "at": time.Time{}, "until": time.Time{}, "round": 0, "step": "", "channel": "", "try": 0,
		})
		require.NoError(t, err, name)
		lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		plan := strings.Join(lines, "\n")
		require.Contains(t, plan, "on stop", name)
		require.NotContains(t, plan, "Seq Scan on stop", plan)
	}
}

// Package stacktest lends tests the real parts of the stack: a private PostgreSQL with a fresh database per test, and a
// real Temporal server.
//
// Each test program starts what it needs once, on first use, and nothing has to be stopped: the servers die with the
// program, and their folders go with them. Servers that already run are used when the environment names them:
//
//	RELANCE_TEST_POSTGRES  connection address of a database whose role may create databases and roles
//	RELANCE_TEST_TEMPORAL  host:port of a Temporal server
package stacktest

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx" of database/sql
	"github.com/peterldowns/pgtestdb"
	"github.com/stretchr/testify/require"

	"relance/stack"
)

// startTimeout is generous: CI machines start several test programs on two cores.
const startTimeout = 2 * time.Minute

// sharedPostgres starts the cluster of this test program once. A package variable, because tests share nothing else.
var sharedPostgres = sync.OnceValues(func() (string, error) {
	if dsn := os.Getenv("RELANCE_TEST_POSTGRES"); dsn != "" {
		return dsn, nil
	}
	dir, err := folderForThisProgram("postgres")
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	server, err := stack.StartPostgres(ctx, stack.PostgresOptions{DataDir: dir, Durability: stack.Disposable, MaxConnections: 200})
	if err != nil {
		return "", err
	}
	return server.DSN(), nil
})

// Postgres returns the connection address of a running cluster that all tests of this program share. Its role may do
// everything; tests take a database of their own with Database.
func Postgres(t testing.TB) (dsn string) {
	t.Helper()
	dsn, err := sharedPostgres()
	require.NoError(t, err, "start PostgreSQL for the tests")
	return dsn
}

// Database returns the connection address of a fresh database for one test, in which migrate has run. The migrated state
// is kept as a template under the key, so that migrate runs once and each further database is a copy (some 50 ms): a
// test that needs other migrations or other basic data takes another key.
//
// The database is dropped after the test, which fails if it left connections open; close pools in the test or with
// t.Cleanup. After a failed test it stays as long as the cluster does, and its address is in the test's log.
func Database(t testing.TB, migrate func(ctx context.Context, dsn string) error, key string) (dsn string) {
	t.Helper()
	address, err := url.Parse(Postgres(t))
	require.NoError(t, err, "read the address of the test PostgreSQL")
	password, _ := address.User.Password()

	database := pgtestdb.Custom(t, pgtestdb.Config{
		DriverName: "pgx",
		Host:       address.Hostname(),
		Port:       address.Port(),
		User:       address.User.Username(),
		Password:   password,
		Database:   strings.TrimPrefix(address.Path, "/"),
		Options:    address.RawQuery,
	}, template{key: key, migrate: migrate})
	return database.URL()
}

// template adapts a migrate function to pgtestdb.
type template struct {
	key     string
	migrate func(ctx context.Context, dsn string) error
}

func (t template) Hash() (string, error) { return t.key, nil }

func (t template) Migrate(ctx context.Context, _ *sql.DB, config pgtestdb.Config) error {
	return t.migrate(ctx, config.URL())
}

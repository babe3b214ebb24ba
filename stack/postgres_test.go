package stack

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

func TestDataAndAddressSurviveAStopAndAStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()

	first := startPostgres(t, PostgresOptions{DataDir: dir, Durability: Durable})
	execSQL(t, first.DSN(), "create table payment (id int)", "insert into payment values (42)")
	require.NoError(t, first.Stop(t.Context()))
	require.NoError(t, first.Err(), "a stop that was asked for is no failure")
	require.NoError(t, first.Stop(t.Context()), "a second stop does nothing")

	second := startPostgres(t, PostgresOptions{DataDir: dir, Port: portOf(t, first.DSN())})
	require.Equal(t, first.DSN(), second.DSN(), "same password, and the port that was asked for")
	require.Equal(t, "42", queryText(t, second.DSN(), "select id::text from payment"))
}

func TestOnlyTheKeptPasswordOpensTheDatabase(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := startPostgres(t, PostgresOptions{DataDir: dir, Durability: Disposable})

	info, err := os.Stat(filepath.Join(dir, "password"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	guess := strings.Replace(server.DSN(), passwordOf(t, server.DSN()), "guess", 1)
	_, err = pgx.Connect(t.Context(), guess)
	var refused *pgconn.PgError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, "28P01", refused.Code)
	require.Equal(t, "127.0.0.1", queryText(t, server.DSN(), "show listen_addresses"))
}

func TestALostPasswordIsExplained(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := startPostgres(t, PostgresOptions{DataDir: dir, Durability: Disposable})
	require.NoError(t, server.Stop(t.Context()))
	require.NoError(t, os.Remove(filepath.Join(dir, "password")))

	_, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dir, Durability: Disposable})
	require.ErrorContains(t, err, "restore the folder as a whole from a backup")
	requireFolderFree(t, dir)
}

func TestDurabilityChoosesWhatAPowerCutMayCost(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, want := range []struct {
		durability               Durability
		fsync, synchronousCommit string
	}{
		{Disposable, "off", "off"},
		{Relaxed, "on", "off"},
		{Durable, "on", "on"},
	} {
		server := startPostgres(t, PostgresOptions{DataDir: dir, Durability: want.durability})
		require.Equal(t, want.fsync, queryText(t, server.DSN(), "show fsync"))
		require.Equal(t, want.synchronousCommit, queryText(t, server.DSN(), "show synchronous_commit"))
		require.NoError(t, server.Stop(t.Context()))
	}
}

func TestAnInterruptedCreationIsDoneAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "cluster.new", "base"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cluster.new", "PG_VERSION"), []byte("15\n"), 0o600))

	server := startPostgres(t, PostgresOptions{DataDir: dir, Durability: Disposable})
	require.Equal(t, "relance", queryText(t, server.DSN(), "select current_database()"))
}

func TestATakenPortIsExplained(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, listener.Close()) })
	dir := t.TempDir()

	_, err = StartPostgres(t.Context(), PostgresOptions{
		DataDir: dir, Durability: Disposable,
		Port: listener.Addr().(*net.TCPAddr).Port, PortFlag: "--postgres-port",
	})

	var taken *PortTakenError
	require.ErrorAs(t, err, &taken)
	require.ErrorContains(t, err, "--postgres-port")
	requireFolderFree(t, dir)
}

func TestMissingProgramsSayWhatToInstall(t *testing.T) {
	t.Parallel()
	empty := t.TempDir()
	_, err := StartPostgres(t.Context(), PostgresOptions{DataDir: t.TempDir(), BinDir: empty})

	var missing *PostgresMissingError
	require.ErrorAs(t, err, &missing)
	require.Equal(t, []string{empty}, missing.Searched)
	require.ErrorContains(t, err, "apt-get install postgresql")
}

func TestDataOfAnotherMajorVersionIsRefusedAndLeftAlone(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	versionFile := filepath.Join(dir, "cluster", "PG_VERSION")
	require.NoError(t, os.Mkdir(filepath.Dir(versionFile), 0o700))
	require.NoError(t, os.WriteFile(versionFile, []byte("9\n"), 0o600))

	_, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dir})

	var version *PostgresVersionError
	require.ErrorAs(t, err, &version)
	require.Equal(t, 9, version.Written)
	require.NotEmpty(t, version.Installed)
	kept, err := os.ReadFile(versionFile)
	require.NoError(t, err)
	require.Equal(t, "9\n", string(kept))
}

func TestAStartThatIsCancelledLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())

	_, err := StartPostgres(ctx, PostgresOptions{DataDir: dir, Durability: Disposable, Log: writerFunc(func([]byte) { cancel() })})
	require.ErrorIs(t, err, context.Canceled, "cancelled at the first line the server writes")
	requireFolderFree(t, dir)

	startPostgres(t, PostgresOptions{DataDir: dir, Durability: Disposable})
}

func TestRootLendsTheServerAnUnprivilegedUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root has to lend another user")
	}
	for name, parent := range map[string]string{
		"where the way to the data is open":             openTempDir(t),
		"where only root may enter a folder on the way": t.TempDir(),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			options := PostgresOptions{DataDir: filepath.Join(parent, "data"), Durability: Disposable}
			requireUnprivileged(t, startPostgres(t, options))
		})
	}
}

func TestRootGivesACopyItMadeToTheServer(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root has to lend another user")
	}
	original, backup := PostgresOptions{DataDir: openTempDir(t)}, PostgresOptions{DataDir: openTempDir(t)}
	server := startPostgres(t, original)
	execSQL(t, server.DSN(), "create table payment (id int)", "insert into payment values (42)")
	require.NoError(t, server.Stop(t.Context()))
	require.NoError(t, os.CopyFS(backup.DataDir, os.DirFS(original.DataDir)))
	require.NoError(t, os.Chmod(filepath.Join(backup.DataDir, "cluster"), 0o700))

	restored := startPostgres(t, backup)
	requireUnprivileged(t, restored)
	require.Equal(t, "42", queryText(t, restored.DSN(), "select id::text from payment"))
}

func requireUnprivileged(t *testing.T, server *Postgres) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", server.server.PID()))
	require.NoError(t, err)
	require.NotContains(t, string(status), "Uid:\t0", "the server does not run as root")
}

type writerFunc func([]byte)

func (f writerFunc) Write(p []byte) (int, error) {
	f(p)
	return len(p), nil
}

// startPostgres starts a server that is stopped at the end of the test at the latest.
func startPostgres(t *testing.T, options PostgresOptions) *Postgres {
	t.Helper()
	server, err := StartPostgres(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Stop(context.WithoutCancel(t.Context()))) })
	return server
}

// openTempDir is a temporary folder that every user may enter; those of the testing package are closed.
func openTempDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "relance-open") //nolint:usetesting // see above
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	return dir
}

// requireFolderFree shows that no program and no server holds the folder after a failed start.
func requireFolderFree(t *testing.T, dir string) {
	t.Helper()
	lock, err := lockFolder(dir)
	require.NoError(t, err)
	require.NoError(t, lock.release())
	require.NoFileExists(t, filepath.Join(dir, "cluster", "postmaster.pid"))
}

func queryText(t *testing.T, dsn, query string) string {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, connection.Close(t.Context())) }()
	var text string
	require.NoError(t, connection.QueryRow(t.Context(), query).Scan(&text))
	return text
}

func execSQL(t *testing.T, dsn string, statements ...string) {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	defer func() { require.NoError(t, connection.Close(t.Context())) }()
	for _, statement := range statements {
		_, err := connection.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
}

func portOf(t *testing.T, dsn string) int {
	t.Helper()
	address, err := url.Parse(dsn)
	require.NoError(t, err)
	port, err := strconv.Atoi(address.Port())
	require.NoError(t, err)
	return port
}

func passwordOf(t *testing.T, dsn string) string {
	t.Helper()
	address, err := url.Parse(dsn)
	require.NoError(t, err)
	password, set := address.User.Password()
	require.True(t, set)
	return password
}

// ownerOf is the user ID a file belongs to.
func ownerOf(t *testing.T, path string) uint32 {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	owner, ok := info.Sys().(*syscall.Stat_t)
	require.True(t, ok)
	return owner.Uid
}

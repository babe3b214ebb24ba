package stack

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// parentFolder tells a copy of this test program that it is to run a cluster on a folder until it is killed.
const parentFolder = "RELANCE_TEST_POSTGRES_PARENT"

// TestParentProgram is the program that the tests below kill, not a test.
func TestParentProgram(t *testing.T) {
	dir := os.Getenv(parentFolder)
	if dir == "" {
		t.Skip("only runs inside other tests")
	}
	server, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dir, Durability: Durable})
	require.NoError(t, err)
	_, err = fmt.Printf("%s %d\n", server.DSN(), server.server.PID())
	require.NoError(t, err)
	_, err = io.Copy(io.Discard, os.Stdin)
	require.NoError(t, err)
	require.NoError(t, server.Stop(t.Context()))
}

func TestAKilledProgramTakesItsServerAlongAndTheNextStartIsClean(t *testing.T) {
	t.Parallel()
	// As root the two folders take different ways: in the closed one the server keeps a right of root.
	for name, dir := range map[string]string{"in an open folder": openTempDir(t), "in a closed folder": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			parent := startParent(t, dir, nil)
			execSQL(t, parent.dsn, "create table payment (id int)", "insert into payment values (42)")

			require.NoError(t, parent.cmd.Process.Kill())
			_ = parent.cmd.Wait()
			require.Eventually(t, func() bool { return serverState(parent.server, filepath.Join(dir, "cluster")) != serverRunning },
				30*time.Second, 20*time.Millisecond, "the server ends by itself")

			server := startPostgres(t, PostgresOptions{DataDir: dir})
			require.Equal(t, "42", queryText(t, server.DSN(), "select id::text from payment"))
		})
	}
}

func TestAStartRightAfterAKillWaitsForTheOldServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for round := range 3 {
		parent := startParent(t, dir, nil)
		execSQL(t, parent.dsn, "create table if not exists payment (id int)", "insert into payment values (1)")
		require.NoError(t, parent.cmd.Process.Kill())
		_ = parent.cmd.Wait()

		server := startPostgres(t, PostgresOptions{DataDir: dir})
		require.Equal(t, strconv.Itoa(round+1), queryText(t, server.DSN(), "select count(*)::text from payment"))
		require.NoError(t, server.Stop(t.Context()))
	}
}

func TestAServerThatWasLeftRunningIsStopped(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := startPostgres(t, PostgresOptions{DataDir: dir})
	execSQL(t, first.DSN(), "create table payment (id int)", "insert into payment values (42)")
	require.NoError(t, first.Stop(t.Context()))
	leftover := startLeftover(t, dir)

	second := startPostgres(t, PostgresOptions{DataDir: dir})
	require.Equal(t, "42", queryText(t, second.DSN(), "select id::text from payment"))
	select {
	case <-leftover.Done():
	case <-time.After(10 * time.Second):
		require.Fail(t, "the old server still runs")
	}
}

func TestALivingProgramKeepsItsFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := startPostgres(t, PostgresOptions{DataDir: dir, Durability: Disposable})

	_, err := StartPostgres(t.Context(), PostgresOptions{DataDir: dir, Durability: Disposable})
	var inUse *FolderInUseError
	require.ErrorAs(t, err, &inUse)
	require.Equal(t, strconv.Itoa(os.Getpid()), inUse.PID)
	require.Equal(t, "1", queryText(t, server.DSN(), "select '1'"), "the first server goes on")
}

func TestAProcessNumberThatNowBelongsToAnotherProgramIsNoServer(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := startPostgres(t, PostgresOptions{DataDir: dir, Durability: Disposable})
	require.NoError(t, first.Stop(t.Context()))
	// As a machine does that crashed and gave our number to something else after its restart.
	pidFile := fmt.Sprintf("%d\n%s\n", os.Getpid(), filepath.Join(dir, "cluster"))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cluster", "postmaster.pid"), []byte(pidFile), 0o600))

	startPostgres(t, PostgresOptions{DataDir: dir, Durability: Disposable})
}

func TestAServerThatDiesIsReportedAndRecoversAtTheNextStart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	server := startPostgres(t, PostgresOptions{DataDir: dir})
	execSQL(t, server.DSN(), "create table payment (id int)", "insert into payment values (42)")

	require.NoError(t, syscall.Kill(server.server.PID(), syscall.SIGKILL))
	<-server.Done()
	require.ErrorContains(t, server.Err(), "PostgreSQL (process "+strconv.Itoa(server.server.PID())+") ended by itself: signal: killed")
	require.NoError(t, server.Stop(t.Context()))

	again := startPostgres(t, PostgresOptions{DataDir: dir})
	require.Equal(t, "42", queryText(t, again.DSN(), "select id::text from payment"))
}

func TestANormalUserRunsItAndRootLaterKeepsItTheirs(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can become a normal user; for a normal user all tests here show it")
	}
	const nobody = 65534
	dir := filepath.Join(openTempDir(t), "home")
	require.NoError(t, os.Mkdir(dir, 0o700))
	require.NoError(t, os.Chown(dir, nobody, nobody))

	parent := startParent(t, dir, &syscall.Credential{Uid: nobody, Gid: nobody})
	execSQL(t, parent.dsn, "create table payment (id int)", "insert into payment values (42)")
	require.NoError(t, parent.stdin.Close(), "asks it to stop")
	require.NoError(t, parent.cmd.Wait())

	server := startPostgres(t, PostgresOptions{DataDir: dir})
	require.Equal(t, "42", queryText(t, server.DSN(), "select id::text from payment"))
	require.NoError(t, server.Stop(t.Context()))

	for _, name := range []string{"cluster", "password", "lock", "socket", filepath.Join("cluster", "pg_wal")} {
		require.Equal(t, uint32(nobody), ownerOf(t, filepath.Join(dir, name)), name)
	}
	again := startParent(t, dir, &syscall.Credential{Uid: nobody, Gid: nobody})
	require.Equal(t, "42", queryText(t, again.dsn, "select id::text from payment"))
	require.NoError(t, again.stdin.Close())
	require.NoError(t, again.cmd.Wait())
}

// parentProgram is a copy of this test program that runs a cluster.
type parentProgram struct {
	cmd    *exec.Cmd
	stdin  io.Closer
	dsn    string
	server int // process ID of its server
}

func startParent(t *testing.T, dir string, credential *syscall.Credential) parentProgram {
	t.Helper()
	// The link in /proc reaches the program even where its folder is closed to the other user.
	cmd := exec.CommandContext(context.WithoutCancel(t.Context()), "/proc/self/exe", "-test.run=^TestParentProgram$")
	cmd.Env = append(os.Environ(), parentFolder+"="+dir)
	cmd.Dir = "/"
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential}
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })

	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err, "the parent program says where its server is; it said %q", line)
	dsn, pid, found := strings.Cut(strings.TrimSpace(line), " ")
	require.True(t, found && strings.HasPrefix(dsn, "postgres://"), "address and process number, not %q", line)
	server, err := strconv.Atoi(pid)
	require.NoError(t, err)
	return parentProgram{cmd: cmd, stdin: stdin, dsn: dsn, server: server}
}

// startLeftover runs a server on the cluster of a folder without its lock, as a crashed program leaves it.
func startLeftover(t *testing.T, dir string) *process {
	t.Helper()
	c, err := openCluster(t.Context(), PostgresOptions{DataDir: dir})
	require.NoError(t, err)
	server, _, err := c.start(t.Context(), PostgresOptions{}, mustPassword(t, c))
	require.NoError(t, err)
	require.NoError(t, c.lock.release())
	t.Cleanup(func() { require.NoError(t, server.Kill()) })
	return server
}

func mustPassword(t *testing.T, c *cluster) string {
	t.Helper()
	password, err := c.password()
	require.NoError(t, err)
	return password
}

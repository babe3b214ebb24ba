package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// asServer makes the test binary behave as the server, so that tests run it as a process of its own, and kill it.
const asServer = "RELANCE_TEST_AS_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(asServer) != "" {
		main()
	}
	os.Exit(m.Run())
}

// child is a server process.
type child struct {
	readiness
	cmd    *exec.Cmd
	stdin  io.Closer
	stderr *syncBuffer
	exited chan error
}

const patience = 30 * time.Second

// startChild starts a server and waits until it is ready.
func startChild(t *testing.T, args ...string) *child {
	t.Helper()
	c := &child{stderr: &syncBuffer{}, exited: make(chan error, 1)}
	c.cmd = exec.CommandContext(t.Context(), os.Args[0], args...)
	c.cmd.Env = append(os.Environ(), asServer+"=1")
	c.cmd.Stderr = c.stderr
	stdout, err := c.cmd.StdoutPipe()
	require.NoError(t, err)
	c.stdin, err = c.cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, c.cmd.Start())
	t.Cleanup(func() { _ = c.cmd.Process.Kill() })

	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	require.NoError(t, err, "the server ended before it was ready: %s", c.stderr)
	require.NoError(t, json.Unmarshal(line, &c.readiness))
	require.True(t, c.Ready)
	go func() { c.exited <- c.cmd.Wait() }()
	return c
}

// stop ends the server as Ctrl-C does and expects it to leave in order.
func (c *child) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, c.cmd.Process.Signal(os.Interrupt))
	require.NoError(t, c.awaitExit(t))
}

// kill ends the server as a crash does.
func (c *child) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, c.cmd.Process.Kill())
	require.ErrorContains(t, c.awaitExit(t), "killed")
}

func (c *child) awaitExit(t *testing.T) error {
	t.Helper()
	select {
	case err := <-c.exited:
		return err
	case <-time.After(patience):
		require.FailNow(t, "the server did not end", "%s", c.stderr)
		return nil
	}
}

// refusedStart runs a server that is expected to give up for a fault of setup, and returns what it says.
func refusedStart(t *testing.T, args ...string) string {
	t.Helper()
	var stderr bytes.Buffer
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asServer+"=1")
	cmd.Stderr = &stderr
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Run(), &exit)
	require.Equal(t, exitSetup, exit.ExitCode(), stderr.String())
	require.Equal(t, 1, bytes.Count(stderr.Bytes(), []byte("\n")), "one line: %s", stderr.String())
	return stderr.String()
}

func TestTheServerLeavesInOrderWhenItsParentClosesStandardInput(t *testing.T) {
	t.Parallel()
	c := startChild(t, "-db", filepath.Join(t.TempDir(), "temporal.db"), "-die-with-stdin")
	require.NoError(t, c.stdin.Close())
	require.NoError(t, c.awaitExit(t))
	require.Empty(t, c.stderr.String(), "a clean run logs nothing")
}

func TestTheServerLeavesInOrderOnSIGTERM(t *testing.T) {
	t.Parallel()
	c := startChild(t, "-db", filepath.Join(t.TempDir(), "temporal.db"))
	require.NoError(t, c.stdin.Close(), "without -die-with-stdin it does not matter")
	require.NoError(t, c.cmd.Process.Signal(syscall.SIGTERM))
	require.NoError(t, c.awaitExit(t))
}

func TestTheUIAnswersAndSeesTheNamespace(t *testing.T) {
	t.Parallel()
	c := startChild(t, "-db", filepath.Join(t.TempDir(), "temporal.db"), "-namespace", "relance")
	require.Contains(t, get(t, c.UI), "<html")
	require.Contains(t, get(t, c.UI+"/namespaces/relance/workflows"), "<html")
	require.Contains(t, get(t, c.UI+"/api/v1/namespaces/relance"), `"relance"`)
	require.Contains(t, get(t, c.UI+"/api/v1/settings"), `"DefaultNamespace":"relance"`)
}

func TestAPortInUseIsNamedWithItsFlag(t *testing.T) {
	t.Parallel()
	taken, number, err := listen(t.Context(), "", 0)
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	port := strconv.Itoa(number)

	require.Contains(t, refusedStart(t, "-db", filepath.Join(t.TempDir(), "a.db"), "-port", port),
		"port "+port+" is in use by another program: stop it, or give another port with -port")
	require.Contains(t, refusedStart(t, "-db", filepath.Join(t.TempDir(), "b.db"), "-ui-port", port),
		"port "+port+" is in use by another program: stop it, or give another port with -ui-port")
}

func TestADatabaseFileThatCannotBeUsedIsExplained(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()

	require.Contains(t, refusedStart(t, "-db", filepath.Join(folder, "missing", "temporal.db")), "no such file or directory")
	require.Contains(t, refusedStart(t, "-db", folder), "is a directory")

	garbage := filepath.Join(folder, "garbage.db")
	require.NoError(t, os.WriteFile(garbage, bytes.Repeat([]byte("not a database\n"), 100), 0o600))
	require.Contains(t, refusedStart(t, "-db", garbage), "file is not a database")
}

func TestTwoServersNeverShareADatabaseFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "temporal.db")
	c := startChild(t, "-db", file)
	require.Contains(t, refusedStart(t, "-db", file), "in use by another server (process "+strconv.Itoa(c.cmd.Process.Pid)+")")
	c.stop(t)
}

func TestOnlyItsOwnerCanReadTheDatabase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	startChild(t, "-db", filepath.Join(folder, "temporal.db"))
	files, err := os.ReadDir(folder)
	require.NoError(t, err)
	require.Len(t, files, 4, "database, write-ahead log, its index, lock")
	for _, file := range files {
		info, err := file.Info()
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), file.Name())
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, "GET %s: %s", url, body)
	return string(body)
}

// syncBuffer collects what a child writes while the test may already read it.
type syncBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

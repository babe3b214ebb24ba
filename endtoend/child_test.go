package endtoend_test

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// child is a program of the product that runs beside the test, and ends with it.
type child struct {
	t    *testing.T
	name string
	cmd  *exec.Cmd
	done chan struct{}
	err  error // set before done is closed

	mu     sync.Mutex
	output bytes.Buffer
}

// startChild runs a program in a process group of its own, as a terminal does.
// What it says is shown if the test fails.
func startChild(t *testing.T, name string, environment []string, program string, args ...string) *child {
	t.Helper()
	c := &child{t: t, name: name, cmd: exec.CommandContext(t.Context(), program, args...), done: make(chan struct{})}
	c.cmd.Cancel = func() error { return c.cmd.Process.Signal(os.Interrupt) }
	c.cmd.Env = environment
	c.cmd.Stdout, c.cmd.Stderr = c, c
	c.cmd.WaitDelay = time.Minute
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	endWithTests(c.cmd.SysProcAttr)
	started := make(chan error, 1)
	go c.run(started)
	require.NoError(t, <-started)
	t.Cleanup(func() {
		c.stop(time.Minute)
		if t.Failed() {
			t.Logf("%s said at the end:\n%s", name, lastLines(c.said(), 60))
		}
	})
	return c
}

// run stays on one thread: the kernel ends a child with the thread that forked it.
func (c *child) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := c.cmd.Start()
	started <- err
	if err == nil {
		c.err = c.cmd.Wait()
	}
	close(c.done)
}

// Write keeps what the program says.
func (c *child) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.output.Write(p)
}

func (c *child) said() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.output.String()
}

// isRunning reports whether the program has not ended by itself.
func (c *child) isRunning() bool {
	select {
	case <-c.done:
		return false
	default:
		return true
	}
}

func (c *child) requireRunning() {
	c.t.Helper()
	require.True(c.t, c.isRunning(), "%s ended: %s", c.name, lastLines(c.said(), 20))
}

// stop interrupts the program as Ctrl-C does, and reports whether it ended in
// time; one that did not is killed.
func (c *child) stop(within time.Duration) bool {
	if !c.isRunning() {
		return true
	}
	if err := c.cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
		c.t.Logf("interrupting %s: %v", c.name, err)
	}
	limit := time.NewTimer(within)
	defer limit.Stop()
	select {
	case <-c.done:
		return true
	case <-limit.C:
		_ = c.cmd.Process.Kill() // it may just have ended
		<-c.done
		return false
	}
}

// runToEnd runs a command and returns what it printed and its error.
func runToEnd(t *testing.T, environment []string, program string, args ...string) (string, error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = environment
	output, err := cmd.CombinedOutput()
	return string(output), err
}

func lastLines(text string, n int) string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	return strings.Join(lines[max(0, len(lines)-n):], "\n")
}

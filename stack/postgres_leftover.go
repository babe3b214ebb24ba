package stack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// FolderInUseError says that another living program works on a data folder.
type FolderInUseError struct {
	Folder string
	PID    string // of the program; empty when unknown
}

func (e *FolderInUseError) Error() string {
	who := "another relance"
	if e.PID != "" {
		who += " (process " + e.PID + ")"
	}
	return fmt.Sprintf("the data folder %s is in use by %s: stop it, or choose another data folder", e.Folder, who)
}

// folderLock marks a data folder as in use by this program. The kernel drops it when the program ends, however it ends,
// which tells a crash from a living neighbour.
type folderLock struct{ file *os.File }

func lockFolder(folder string) (*folderLock, error) {
	file, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the data folder: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer func() { _ = file.Close() }()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("lock the data folder %s: %w", folder, err)
		}
		pid, _ := os.ReadFile(file.Name())
		return nil, &FolderInUseError{Folder: folder, PID: strings.TrimSpace(string(pid))}
	}
	// Only for the message above; the lock itself is what counts.
	if err := file.Truncate(0); err == nil {
		_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &folderLock{file: file}, nil
}

// release lets others use the folder. Calling it again does nothing.
func (l *folderLock) release() error {
	if err := l.file.Close(); err != nil && !errors.Is(err, fs.ErrClosed) {
		return fmt.Errorf("unlock the data folder: %w", err)
	}
	return nil
}

// How long a leftover server may take for each of the two ways to stop.
const leftoverGrace = 30 * time.Second

// stopLeftover ends a server that still runs on the cluster although the program that started it is gone (the folder's
// lock is ours now). After a kill -9 this is a server in the middle of its own shutdown; we wait for it.
func stopLeftover(ctx context.Context, clusterDir string) error {
	pidFile := filepath.Join(clusterDir, "postmaster.pid")
	pid, err := leftoverPID(pidFile)
	if err != nil || pid == 0 {
		return err
	}
	switch state := serverState(pid, clusterDir); state {
	case serverGone:
		return nil // postgres itself clears the file of a dead process
	case serverOther:
		// The number was given to another program since, perhaps after a reboot. postgres would believe it is a server.
		if err := os.Remove(pidFile); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("remove the stale %s: %w", pidFile, err)
		}
		return nil
	case serverUnknown:
		return fmt.Errorf("a PostgreSQL server may still run on %s as process %d: stop it with `kill -INT %d`, "+
			"or remove %s if that process is another program", clusterDir, pid, pid, pidFile)
	case serverRunning:
	}
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT} { // fast, then immediate
		if err := syscall.Kill(pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("stop the PostgreSQL server left running on %s (process %d): %w", clusterDir, pid, err)
		}
		gone, err := waitGone(ctx, pid, clusterDir)
		if err != nil || gone {
			return err
		}
	}
	return fmt.Errorf("the PostgreSQL server left running on %s (process %d) does not stop: end it with `kill -KILL %d`", clusterDir, pid, pid)
}

// leftoverPID reads the process number a server wrote into its folder; 0 when there is none.
func leftoverPID(pidFile string) (int, error) {
	content, err := os.ReadFile(pidFile)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("look for a PostgreSQL server left running: %w", err)
	}
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil || pid <= 0 {
		return 0, nil //nolint:nilerr // postgres itself reports a file it cannot read
	}
	return pid, nil
}

type leftoverState int

const (
	serverGone    leftoverState = iota // no such process
	serverRunning                      // it runs on this cluster
	serverOther                        // the process is something else
	serverUnknown                      // the system does not tell
)

// serverState finds out what a process is by its command line, which every user may read: the working directory of a
// server that runs as another user would stay hidden from root in a container.
func serverState(pid int, clusterDir string) leftoverState {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return serverGone
	}
	commandLine, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
			return serverGone // ended meanwhile
		}
		return serverUnknown
	}
	args := strings.Split(strings.TrimRight(string(commandLine), "\x00"), "\x00")
	if filepath.Base(args[0]) != "postgres" {
		return serverOther // an ended process that nobody has waited for has no command line at all
	}
	for _, arg := range args[1:] {
		if arg == clusterDir || sameFolder(arg, clusterDir) {
			return serverRunning
		}
	}
	return serverOther
}

// sameFolder sees through links and other spellings of a path.
func sameFolder(path, clusterDir string) bool {
	one, err := os.Stat(path)
	if err != nil {
		return false
	}
	other, err := os.Stat(clusterDir)
	return err == nil && os.SameFile(one, other)
}

func waitGone(ctx context.Context, pid int, clusterDir string) (bool, error) {
	deadline := time.Now().Add(leftoverGrace)
	for time.Now().Before(deadline) {
		if serverState(pid, clusterDir) != serverRunning {
			return true, nil
		}
		if err := sleep(ctx, postgresPoll); err != nil {
			return false, fmt.Errorf("wait for the PostgreSQL server left running (process %d) to stop: %w", pid, err)
		}
	}
	return false, nil
}

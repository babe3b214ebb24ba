package stacktest

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"syscall"
)

// removeAfterwards waits for the end of the program whose pipe is its input, then for the servers that end with it and
// may still be writing, and removes the folder.
const removeAfterwards = `
cat >/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	rm -rf "$1" 2>/dev/null && exit
	sleep 0.2
done`

// openPipes keeps the pipes to the removing processes from being collected, which would close them early.
var openPipes struct {
	sync.Mutex
	pipes []io.Closer
}

// folderForThisProgram creates a temporary folder that is removed after this test program ends, even when it crashes or
// runs into its time limit. Tests have no common end to do it at: a test package need not have a TestMain.
func folderForThisProgram(purpose string) (string, error) {
	dir, err := os.MkdirTemp("", "relance-test-"+purpose+"-")
	if err != nil {
		return "", fmt.Errorf("create a folder for %s: %w", purpose, err)
	}
	remover := exec.CommandContext(context.Background(), "/bin/sh", "-c", removeAfterwards, "sh", dir)
	remover.Dir = "/"
	remover.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C ends the tests, not their cleaning up
	pipe, err := remover.StdinPipe()
	if err != nil {
		return "", fmt.Errorf("prepare the removal of %s: %w", dir, err)
	}
	if err := remover.Start(); err != nil {
		return "", fmt.Errorf("prepare the removal of %s: %w", dir, err)
	}
	openPipes.Lock()
	defer openPipes.Unlock()
	openPipes.pipes = append(openPipes.pipes, pipe)
	return dir, nil
}

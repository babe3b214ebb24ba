package stack

import (
	"bytes"
	"io"
	"strings"
	"sync"
)

// tailBytes is enough for the last screen of a log, little enough for an error message.
const tailBytes = 4096

// logTail is a writer that remembers the last of what was written, and passes everything on when it has someone to
// pass it to. It never fails: a full log disk must not stop the program that logs.
type logTail struct {
	also io.Writer

	mu   sync.Mutex
	last []byte
	cut  bool
}

func (t *logTail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, p...)
	if over := len(t.last) - tailBytes; over > 0 {
		t.last = append(t.last[:0], t.last[over:]...)
		t.cut = true
	}
	if t.also != nil {
		_, _ = t.also.Write(p)
	}
	return len(p), nil
}

// String is the remembered end in whole lines, without the last line break.
func (t *logTail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	text := t.last
	if t.cut {
		if _, after, found := bytes.Cut(text, []byte("\n")); found {
			text = after
		}
	}
	return strings.TrimSpace(string(text))
}

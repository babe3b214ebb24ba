package rig

import (
	"bytes"
	"io"
	"sync"
)

// keptWords is how many lines of a kind are kept to be shown.
const keptWords = 5

// errorLog passes a program's log on and counts the lines that tell of an error.
type errorLog struct {
	next   io.Writer
	marker []byte

	mu      sync.Mutex
	partial []byte
	errors  int
	words   []string
}

// The marks of an error in the logs of the Temporal server and of the workers.
const (
	serverErrorMark = `"level":"error"`
	workerErrorMark = "level=ERROR"
)

func newErrorLog(next io.Writer, marker string) *errorLog {
	return &errorLog{next: next, marker: []byte(marker)}
}

func (l *errorLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.partial = append(l.partial, p...)
	for {
		line, rest, whole := bytes.Cut(l.partial, []byte("\n"))
		if !whole {
			break
		}
		if bytes.Contains(line, l.marker) {
			l.errors++
			l.words = append(l.words, string(line))
			l.words = l.words[max(0, len(l.words)-keptWords):]
		}
		l.partial = rest
	}
	return l.next.Write(p)
}

func (l *errorLog) count() (int, []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.errors, append([]string(nil), l.words...)
}

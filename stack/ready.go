package stack

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
)

// firstLine is a writer that delivers the first line written to it and ignores what follows: by that line a child
// program says that it is ready.
type firstLine struct {
	line chan []byte

	mu      sync.Mutex
	partial []byte
	done    bool
}

func newFirstLine() *firstLine { return &firstLine{line: make(chan []byte, 1)} }

func (f *firstLine) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.done {
		return len(p), nil
	}
	f.partial = append(f.partial, p...)
	if line, _, found := bytes.Cut(f.partial, []byte("\n")); found {
		f.done = true
		f.line <- line
	}
	return len(p), nil
}

// wait returns the line a child wrote, even if the child has ended since: whoever keeps it then sees it end. A child that
// ends without a line, or takes longer than the context, is an error; in the second case it is killed.
func (f *firstLine) wait(ctx context.Context, child *process) ([]byte, error) {
	select {
	case line := <-f.line:
		return line, nil
	case <-child.Done():
		// Both may have come at once: all of the child's output was read before it counts as ended.
		select {
		case line := <-f.line:
			return line, nil
		default:
			return nil, child.Err()
		}
	case <-ctx.Done():
		err := fmt.Errorf("%s was not ready in time: %w", child.spec.Name, context.Cause(ctx))
		return nil, errors.Join(err, child.Kill())
	}
}

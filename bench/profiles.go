package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// profileLength is how much one profile covers; `go tool pprof` adds up those of a part.
const profileLength = 5 * time.Second

// profiled measures, and beside it takes one CPU profile of the product's worker after the other when they are asked
// for. A worker that is started anew during a part cuts one short, which is left out.
func (m *measuring) profiled(ctx context.Context, name string, measure func(context.Context) error) error {
	if m.profiles == "" {
		return measure(ctx)
	}
	if err := os.MkdirAll(m.profiles, 0o755); err != nil { //nolint:gosec // profiles are for everybody
		return fmt.Errorf("making the folder of the profiles: %w", err)
	}
	profiling, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := 1; profiling.Err() == nil; n++ {
			m.profile(profiling, filepath.Join(m.profiles, fmt.Sprintf("%s-%02d.pprof", name, n)))
		}
	}()
	err := measure(ctx)
	stop()
	<-done
	return err
}

var errNoWorker = errors.New("the worker is being started anew")

// profile keeps a profile if it was taken to its end.
func (m *measuring) profile(ctx context.Context, path string) {
	file, err := os.Create(path)
	if err != nil {
		m.bench.Tell("no profile: %s", err)
		return
	}
	err = errNoWorker
	if worker := m.bench.Rig.CaseWorker(); worker != nil {
		err = worker.Profile(ctx, profileLength, file)
	}
	if closing := file.Close(); err == nil && closing == nil {
		return
	}
	if err := os.Remove(path); err != nil {
		m.bench.Tell("an unfinished profile stays in %s: %s", path, err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(profileLength / 10):
	}
}

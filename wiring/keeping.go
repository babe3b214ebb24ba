package wiring

import (
	"context"
	"time"
)

// keptWork is what a worker does again and again beside its tasks.
type keptWork struct {
	every time.Duration
	// do tells how many it dealt with.
	do func(context.Context) (int, error)
	// done tells people how many were dealt with, waits what keeps it from being done.
	done  func(count int)
	waits func(error)
}

// keep works until the context ends. What goes wrong is tried again, and told once.
func (w keptWork) keep(ctx context.Context) {
	ticks := time.NewTicker(w.every)
	defer ticks.Stop()
	told := ""
	for {
		count, err := w.do(ctx)
		if count > 0 {
			w.done(count)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			told = ""
		case told != err.Error():
			told = err.Error()
			w.waits(err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks.C:
		}
	}
}

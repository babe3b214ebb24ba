package main

import (
	"context"
	"log/slog"
	"time"

	"relance/stack"
)

// workerKeeper keeps a worker running: one that ends by itself is started again,
// for ever, because nothing is lost with it and cases wait meanwhile.
type workerKeeper struct {
	start   func(context.Context) (*stack.Worker, error)
	log     *slog.Logger
	restart restart

	cancel context.CancelFunc
	// ended is closed when nothing is started any more; worker is then the last one.
	ended  chan struct{}
	worker *stack.Worker
}

// restart is how long to wait before a worker is started again: each time twice
// as long, unless it has run for a while.
type restart struct{ first, most time.Duration }

var firstRestart = restart{first: 2 * time.Second, most: time.Minute}

// startTimeout is how long a worker that is started again may take to be ready.
const startTimeout = 30 * time.Second

// keepWorker starts a worker and keeps it until stop. The context limits the
// first start only.
func keepWorker(ctx context.Context, log *slog.Logger, again restart, start func(context.Context) (*stack.Worker, error)) (*workerKeeper, error) {
	first, err := start(ctx)
	if err != nil {
		return nil, err
	}
	keeping, cancel := context.WithCancel(context.WithoutCancel(ctx))
	k := &workerKeeper{start: start, log: log, restart: again, cancel: cancel, ended: make(chan struct{}), worker: first}
	go k.keep(keeping)
	return k, nil
}

func (k *workerKeeper) keep(ctx context.Context) {
	defer close(k.ended)
	delay := k.restart.first
	for {
		begun := time.Now()
		select {
		case <-ctx.Done():
			return
		case <-k.worker.Done():
		}
		if time.Since(begun) > k.restart.most {
			delay = k.restart.first
		}
		k.log.Error("the worker has ended by itself and is started again", "after", delay, "error", k.worker.Err())
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(delay):
			}
			delay = min(2*delay, k.restart.most)
			if k.startAgain(ctx) {
				break
			}
			k.log.Error("the worker could not be started and is tried again", "after", delay)
		}
	}
}

// startAgain goes on when the context ends meanwhile, so that the new worker is
// stopped in order.
func (k *workerKeeper) startAgain(ctx context.Context) bool {
	starting, cancel := context.WithTimeout(context.WithoutCancel(ctx), startTimeout)
	defer cancel()
	worker, err := k.start(starting)
	if err != nil {
		k.log.Error("starting the worker again", "error", err)
		return false
	}
	k.worker = worker
	k.log.Info("the worker runs again")
	return true
}

// stop starts nothing any more and lets the worker finish the sends under way.
func (k *workerKeeper) stop(ctx context.Context) error {
	k.cancel()
	<-k.ended
	return k.worker.Stop(ctx)
}

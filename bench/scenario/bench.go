// Package scenario holds the figures of the benchmark, one file each: how the load is made, what is waited for, and what
// the numbers are.
package scenario

import (
	"context"
	"fmt"
	"sync"
	"time"

	"relance/bench/rig"
)

// Size is how much is measured.
type Size struct {
	// Cases are open, and asleep, while everything else is measured.
	Cases int `json:"cases"`
	// Cache bounds the worker's cache while they are opened, to show what memory does beyond it.
	Cache int `json:"cache"`
	// Clients open and signal side by side.
	Clients int `json:"clients"`
	// Rounds is how often product and bare workflow take turns; figures are medians of the rounds.
	Rounds int `json:"rounds"`
	// Block is how many cases, payments or bare workflows one turn takes.
	Block int `json:"block"`
	// Steps fall due in one turn, on one compressed business day.
	Steps int `json:"steps"`
	// Morning is how many steps fall due on the one morning, Paid how many cases are paid meanwhile, and Window the
	// wall time that the nine hours of the contact window are compressed to.
	Morning int           `json:"morning"`
	Paid    int           `json:"paid"`
	Window  time.Duration `json:"window"`
	// Debtors owe several notices each on the morning of the outreach.
	Debtors int `json:"debtors"`
	// Lives is how many whole cases are measured for their history.
	Lives int `json:"lives"`
}

// Full is the size whose figures are told.
func Full() Size {
	return Size{
		Cases: 5000, Cache: 1000, Clients: 24, Rounds: 5, Block: 240, Steps: 400,
		Morning: 2000, Paid: 700, Window: 120 * time.Second, Debtors: 10_000, Lives: 5,
	}
}

// Quick is a size that runs everything in a minute and a half and whose speeds mean little.
func Quick() Size {
	return Size{
		Cases: 60, Cache: 20, Clients: 8, Rounds: 1, Block: 20, Steps: 40,
		Morning: 60, Paid: 20, Window: 12 * time.Second, Debtors: 20, Lives: 2,
	}
}

// Bench measures on a rig.
type Bench struct {
	Rig  *rig.Rig
	Size Size
	// Tell says how far it is.
	Tell func(format string, args ...any)

	// sleepers are the open cases that nothing is due for.
	sleepers []invoice
	// bareStarted counts the bare workflows, and asleep those of them that wait for their signal.
	bareStarted int
	bareAsleep  []string
}

// inParallel does something n times, by so many clients, and ends with the first error.
func inParallel(ctx context.Context, n, clients int, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan int)
	var working sync.WaitGroup
	for range clients {
		working.Go(func() {
			for i := range next {
				if err := do(ctx, i); err != nil {
					cancel(err)
					return
				}
			}
		})
	}
	for i := range n {
		select {
		case next <- i:
		case <-ctx.Done():
		}
	}
	close(next)
	working.Wait()
	return context.Cause(ctx)
}

// pollEvery is how exact the end of a turn is seen; turns take seconds.
const pollEvery = 25 * time.Millisecond

// until waits for something that others do.
func until(ctx context.Context, what string, isSo func(context.Context) (bool, error)) error {
	return within(ctx, patience, what, isSo)
}

// within is until with a patience of its own.
func within(ctx context.Context, patience time.Duration, what string, isSo func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, fmt.Errorf("%s: not so after %s", what, patience))
	defer cancel()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		done, err := isSo(ctx)
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
}

// pause waits for a moment of the wall clock.
func pause(ctx context.Context, moment time.Time) error {
	timer := time.NewTimer(time.Until(moment))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// patience is how long the work of one turn may take before the run is given up.
const patience = 3 * time.Minute

// timed measures how many times a second something is done, and what each costs with what it leaves to be done later.
func (b *Bench) timed(ctx context.Context, n int, do func() error) (Turn, error) {
	if err := b.settled(ctx); err != nil {
		return Turn{}, err
	}
	before, err := b.Rig.Spent()
	if err != nil {
		return Turn{}, err
	}
	begun := time.Now()
	if err := do(); err != nil {
		return Turn{}, err
	}
	took := time.Since(begun)
	if err := b.settled(ctx); err != nil {
		return Turn{}, err
	}
	return b.turn(n, took, before)
}

// turn is what n times in so much time come to.
func (b *Bench) turn(n int, took time.Duration, before rig.Spent) (Turn, error) {
	spent, err := b.Rig.Spent()
	return Turn{PerSecond: float64(n) / took.Seconds(), Cost: spent.Since(before, n)}, err
}

// A server has nothing to do when it takes less than quietShare of a core over quietFor.
const (
	quietFor   = 500 * time.Millisecond
	quietShare = 0.06
)

// settled waits until everybody has done what there was to do. The server brings its list of workflows up to date behind
// everything else, for hundreds of workflows at a time: what one turn leaves would slow down the next.
func (b *Bench) settled(ctx context.Context) error {
	before, err := b.Rig.Spent()
	if err != nil {
		return err
	}
	for {
		if err := pause(ctx, time.Now().Add(quietFor)); err != nil {
			return err
		}
		now, err := b.Rig.Spent()
		if err != nil || now.Since(before, 1).Total() < quietShare*milliseconds(quietFor) {
			return err
		}
		before = now
	}
}

// tasksDone waits until a worker has completed so many workflow tasks more than before.
func tasksDone(w *rig.Worker, more int) (wait func(context.Context) error, err error) {
	return counted(w, "the first workflow tasks", more, rig.Counts.TasksDone)
}

// closed waits until so many workflows more than before have ended at a worker.
func closed(w *rig.Worker, more int) (wait func(context.Context) error, err error) {
	return counted(w, "the end of the workflows", more, rig.Counts.Closed)
}

func counted(w *rig.Worker, what string, more int, count func(rig.Counts) int64) (func(context.Context) error, error) {
	before, err := w.Counts(context.Background())
	if err != nil {
		return nil, err
	}
	goal := count(before) + int64(more)
	return func(ctx context.Context) error {
		return within(ctx, max(patience, time.Duration(more)*time.Second/50), what, func(ctx context.Context) (bool, error) {
			now, err := w.Counts(ctx)
			return count(now) >= goal, err
		})
	}, nil
}

package scenario

import (
	"context"
	"time"

	"relance/bench/rig"
	"relance/calendar"
)

// Memory is what the worker holds with so many cases open.
type Memory struct {
	Open int `json:"open"`
	rig.Memory
}

// Sleep opens the cases that are asleep while everything else is measured, with the worker's cache bounded, and returns
// what the worker held on the way.
func (b *Bench) Sleep(ctx context.Context) ([]Memory, error) {
	strategy, err := standard()
	if err != nil {
		return nil, err
	}
	due := calendar.DateOf(time.Now()).AddDays(300)
	for i := range b.Size.Cases {
		b.sleepers = append(b.sleepers, invoiceOf("0", i, due))
	}
	var samples []Memory
	open := 0
	for _, share := range []float64{0, 0.1, 0.2, 0.5, 1} {
		goal := int(share * float64(b.Size.Cases))
		if _, err := b.open(ctx, b.sleepers[open:goal], strategy); err != nil {
			return nil, err
		}
		open = goal
		memory, err := b.Rig.CaseWorker().Memory(ctx)
		if err != nil {
			return nil, err
		}
		samples = append(samples, Memory{Open: open, Memory: memory})
		b.Tell("%d cases open; the worker holds %.1f MB of heap, %.0f MB resident", open, megabytes(memory.Heap), megabytes(memory.RSS))
	}
	return samples, nil
}

func megabytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

package scenario

import (
	"slices"
	"time"

	"relance/bench/rig"
)

// Turn is one measurement of how many times a second something is done, and what doing it once costs.
type Turn struct {
	PerSecond float64 `json:"per_second"`
	// Cost is processor time for each, the first workflow task of a start and the like included.
	Cost rig.Spent `json:"cost_ms"`
}

// Turns are the same thing measured round by round.
type Turns []Turn

// Rate is the median of how many times a second it was done; 0 of no rounds.
func (t Turns) Rate() float64 {
	return t.median(func(turn Turn) float64 { return turn.PerSecond })
}

// Cost is what doing it once took of the processor: the median for each of those who spent it.
func (t Turns) Cost() rig.Spent {
	return rig.Spent{
		Server:     t.median(func(turn Turn) float64 { return turn.Cost.Server }),
		PostgreSQL: t.median(func(turn Turn) float64 { return turn.Cost.PostgreSQL }),
		Worker:     t.median(func(turn Turn) float64 { return turn.Cost.Worker }),
		BareWorker: t.median(func(turn Turn) float64 { return turn.Cost.BareWorker }),
		Load:       t.median(func(turn Turn) float64 { return turn.Cost.Load }),
	}
}

func (t Turns) median(of func(Turn) float64) float64 {
	var values []float64
	for _, turn := range t {
		values = append(values, of(turn))
	}
	return median(values)
}

// Over is the median of the ratios of the rates to others, round by round: the two took turns, so that what else the
// machine did at the time concerned both.
func (t Turns) Over(others Turns) float64 {
	var ratios []float64
	for i := range min(len(t), len(others)) {
		ratios = append(ratios, t[i].PerSecond/others[i].PerSecond)
	}
	return median(ratios)
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// Spread is how a duration was distributed, in milliseconds.
type Spread struct {
	N   int     `json:"n"`
	P50 float64 `json:"p50_ms"`
	P99 float64 `json:"p99_ms"`
	Max float64 `json:"max_ms"`
}

func spreadOf(durations []time.Duration) Spread {
	if len(durations) == 0 {
		return Spread{}
	}
	sorted := slices.Sorted(slices.Values(durations))
	// The nearest rank: the smallest value that so many of a hundred do not exceed.
	rank := func(percent int) float64 {
		return milliseconds(sorted[max(0, (len(sorted)*percent+99)/100-1)])
	}
	return Spread{N: len(sorted), P50: rank(50), P99: rank(99), Max: milliseconds(sorted[len(sorted)-1])}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

package scenario

import (
	"context"
	"fmt"
	"slices"
	"time"

	"relance/bench/bare"
)

// Steps are due steps worked a second: the timer fires, the notice is accepted by the provider.
type Steps struct {
	// Speed is how fast the clock ran, and Offered how many steps fell due a second.
	Speed   int64   `json:"speed"`
	Offered float64 `json:"offered"`
	Cases   Turns   `json:"cases"`
	// Bare is a timer that fires, the activity after it, and the next timer.
	Bare Turns `json:"bare"`
}

// overload is how many times more steps fall due than the bare workflow works, so that both are measured at what they
// can do and not at what they are offered.
const overload = 1.3

// Steps measures how fast due steps are worked, given how many a second the bare workflow is expected to work and how
// fast both are opened. The days take turns: Monday the bare workflow, Tuesday the cases, and so on. Each day is as long
// as it takes to offer its steps, and each night twice as long.
func (b *Bench) Steps(ctx context.Context, expected, opened, started float64) (Steps, error) {
	window := float64(b.Size.Steps) / (overload * expected) // seconds
	result := Steps{Speed: max(1, int64(spreadOver.Seconds()/window)), Offered: overload * expected}
	all := float64(b.turns() * b.Size.Steps)
	lead := time.Duration(2.2*(all/opened+all/started)*float64(time.Second)) + 8*time.Second
	clock, err := clockBefore(monday(), lead, result.Speed)
	if err != nil {
		return result, err
	}
	if err := b.Rig.SetClock(ctx, clock); err != nil {
		return result, err
	}
	days, err := b.prepareDays(ctx)
	if err != nil {
		return result, err
	}
	if err := stillAhead(days[0].begins(b), "the first day of steps"); err != nil {
		return result, err
	}
	for _, day := range days {
		turn, err := day.work(ctx, b)
		if err != nil {
			return result, err
		}
		*day.turns(&result) = append(*day.turns(&result), turn)
	}
	for i := range min(len(result.Cases), len(result.Bare)) {
		b.Tell("  due steps worked/s %.0f, bare %.0f", result.Cases[i].PerSecond, result.Bare[i].PerSecond)
	}
	return result, nil
}

// turns is how many days each of the two gets; the week has five.
func (b *Bench) turns() int { return min(2, b.Size.Rounds) }

// dayOfSteps is a business day on which the steps of one of the two fall due.
type dayOfSteps struct {
	invoices []invoice
	// bare are the workflows that take the invoices' place.
	bare []string
}

func (b *Bench) prepareDays(ctx context.Context) ([]dayOfSteps, error) {
	var days []dayOfSteps
	strategy := sixReminders(90) // the second step stays out of the way
	for turn := range b.turns() {
		for _, isBare := range []bool{true, false} {
			day := dayOfSteps{}
			date := monday().AddDays(len(days))
			for i := range b.Size.Steps {
				day.invoices = append(day.invoices, invoiceOf(fmt.Sprintf("3%d", turn), i, date.AddDays(-1)))
			}
			var err error
			if isBare {
				day.bare, err = b.startBareDay(ctx, day.invoices)
			} else {
				_, err = b.open(ctx, day.invoices, strategy)
			}
			if err != nil {
				return nil, fmt.Errorf("preparing the steps of %s: %w", date, err)
			}
			days = append(days, day)
		}
	}
	return days, nil
}

// startBareDay starts bare workflows that act at the very moments of a day at which cases would.
func (b *Bench) startBareDay(ctx context.Context, invoices []invoice) ([]string, error) {
	starts := make([]bare.Start, len(invoices))
	for i := range invoices {
		starts[i] = bare.Start{Due: []time.Time{b.planned(invoices[i]), farAway()}}
	}
	ids, _, err := b.startBare(ctx, starts)
	return ids, err
}

func (d dayOfSteps) turns(s *Steps) *Turns {
	if d.bare != nil {
		return &s.Bare
	}
	return &s.Cases
}

// begins is when the first step is due, on the wall.
func (d dayOfSteps) begins(b *Bench) time.Time {
	return b.planned(slices.MinFunc(d.invoices, func(x, y invoice) int { return b.planned(x).Compare(b.planned(y)) }))
}

// work waits for the day and its end, and measures from the moment the first step was due until the last was done.
func (d dayOfSteps) work(ctx context.Context, b *Bench) (Turn, error) {
	begins, last := d.begins(b), b.lastMessage()
	if err := stillAhead(begins, "the next day of steps"); err != nil {
		return Turn{}, err
	}
	if err := pause(ctx, begins); err != nil {
		return Turn{}, err
	}
	before, err := b.Rig.Spent()
	if err != nil {
		return Turn{}, err
	}
	ends, err := d.end(ctx, b, last)
	if err != nil {
		return Turn{}, err
	}
	return b.turn(len(d.invoices), ends.Sub(begins), before)
}

func (d dayOfSteps) end(ctx context.Context, b *Bench, before int64) (time.Time, error) {
	if d.bare == nil {
		messages, err := b.accepted(ctx, before, len(d.invoices))
		if err != nil {
			return time.Time{}, err
		}
		return messages[len(messages)-1].ReceivedAt, nil
	}
	return d.endOfBare(ctx, b)
}

func (d dayOfSteps) endOfBare(ctx context.Context, b *Bench) (last time.Time, err error) {
	err = until(ctx, "the bare activities have run", func(ctx context.Context) (bool, error) {
		times, err := b.Rig.BareWorker().Times(ctx)
		if err != nil {
			return false, err
		}
		last = time.Time{}
		for _, id := range d.bare {
			at, acted := times[id]
			if !acted {
				return false, nil
			}
			if at.After(last) {
				last = at
			}
		}
		return true, nil
	})
	return last, err
}

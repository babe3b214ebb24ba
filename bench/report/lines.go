package report

import (
	"fmt"

	"relance/bench/rig"
	"relance/bench/scenario"
)

// The targets.
const (
	wishedRatio, leastRatio = 0.9, 0.7
	mostEvents, mostBytes   = 90, 12_000
	slowestEffect           = 1000.0 // milliseconds
	// leastOfDirect is how fast messages leave, at least, compared with posting their bytes.
	leastOfDirect = 0.5
	// flatWithin is how much the worker may grow between half and all of the cases open, both far beyond its cache.
	flatWithin = 1.15
)

// Evaluate makes the lines of the table.
func (r *Result) Evaluate() {
	r.Lines = []Line{
		rate("cases opened/s", r.Starts.Cases, r.Starts.Bare, true),
		cost("  processor time of each", r.Starts.Cases, r.Starts.Bare),
		rate("  of which started only, nothing recorded", r.Starts.WithoutDatabase, r.Starts.Bare, false),
		rate("payments signalled and applied/s", r.Payments.Cases, r.Payments.Bare, true),
		cost("  processor time of each", r.Payments.Cases, r.Payments.Bare),
		rate("  against a signal that is only received", r.Payments.Cases, r.Payments.Received, false),
		rate("due steps worked/s", r.Steps.Cases, r.Steps.Bare, true),
		cost("  processor time of each", r.Steps.Cases, r.Steps.Bare),
	}
	r.history()
	r.morning()
	r.outreach()
	r.memory()
	r.add("trouble in the whole run", fmt.Sprint(r.Trouble.Sum()), "0", r.Trouble.Sum() == 0)
}

func rate(figure string, cases, bare scenario.Turns, hasTarget bool) Line {
	line := Line{Figure: figure, Measured: fmt.Sprintf("%.1f", cases.Rate()), Bare: fmt.Sprintf("%.1f", bare.Rate()), Ratio: cases.Over(bare)}
	if !hasTarget {
		return line
	}
	line.Target = fmt.Sprintf(">= %.1f x bare, at least %.1f x", wishedRatio, leastRatio)
	switch {
	case line.Ratio >= wishedRatio:
		line.Verdict = Met
	case line.Ratio >= leastRatio:
		line.Verdict = AtLeast
	default:
		line.Verdict = Missed
	}
	return line
}

// cost tells what is done once takes of the processor: on a machine that is busy with other things as well, this is the
// ratio to believe.
func cost(figure string, cases, bare scenario.Turns) Line {
	line := Line{Figure: figure, Measured: inWords(cases.Cost()), Bare: inWords(bare.Cost())}
	if whole := bare.Cost().Total(); whole > 0 {
		line.Ratio = cases.Cost().Total() / whole
	}
	return line
}

func inWords(spent rig.Spent) string {
	return fmt.Sprintf("%.1f ms: server %.1f, worker %.1f, PostgreSQL %.1f, load %.1f",
		spent.Total(), spent.Server, spent.Worker+spent.BareWorker, spent.PostgreSQL, spent.Load)
}

func (r *Result) add(figure, measured, target string, met bool) {
	line := Line{Figure: figure, Measured: measured, Target: target}
	if target != "" {
		line.Verdict = verdict(met)
	}
	r.Lines = append(r.Lines, line)
}

func verdict(met bool) Verdict {
	if met {
		return Met
	}
	return Missed
}

func (r *Result) history() {
	h := r.History
	add := func(figure string, cases, bare int64, target string, met bool) {
		line := Line{Figure: figure, Measured: fmt.Sprint(cases), Bare: fmt.Sprint(bare), Ratio: float64(cases) / float64(max(bare, 1)), Target: target}
		if target != "" {
			line.Verdict = verdict(met)
		}
		r.Lines = append(r.Lines, line)
	}
	add("events of a whole case, as measured", h.Cases.Events, h.Bare.Events, "", false)
	add("events of a whole case, on a real clock", h.RealClock.Events, h.Bare.Events, fmt.Sprintf("<= %d", mostEvents), h.RealClock.Events <= mostEvents)
	add("bytes of a whole case, as measured", h.Cases.Bytes, h.Bare.Bytes, "", false)
	add("bytes of a whole case, on a real clock", h.RealClock.Bytes, h.Bare.Bytes, fmt.Sprintf("<= %d", mostBytes), h.RealClock.Bytes <= mostBytes)
}

func (r *Result) morning() {
	m := r.Morning
	r.add("payment in effect, p50", fmt.Sprintf("%.0f ms", m.Effective.P50), "", true)
	r.add("payment in effect, p99", fmt.Sprintf("%.0f ms", m.Effective.P99), fmt.Sprintf("< %.0f ms", slowestEffect), m.Effective.P99 < slowestEffect)
	r.add("notices that left after their payment", fmt.Sprint(m.AfterPayment), "0", m.AfterPayment == 0)
	r.add(fmt.Sprintf("morning of %d steps: lateness p50", m.Due), fmt.Sprintf("%.2f s", m.Lateness.P50/1000), "", true)
	r.add("  lateness p99, max", fmt.Sprintf("%.2f s, %.2f s", m.Lateness.P99/1000, m.Lateness.Max/1000), "", true)
	r.add("  trouble (server errors, failed requests, tasks, attempts)", fmt.Sprint(m.Trouble.Sum()), "0", m.Trouble.Sum() == 0)
	r.add("  outside the contact window", fmt.Sprint(m.OutsideWindow), "0", m.OutsideWindow == 0)
	r.add("  lost, doubled, unplanned", fmt.Sprintf("%d, %d, %d", m.Lost, m.Doubled, m.Unplanned), "0, 0, 0", m.Lost+m.Doubled+m.Unplanned == 0)
}

func (r *Result) outreach() {
	o := r.Outreach
	if o.Debtors == 0 {
		return
	}
	line := Line{
		Figure:   fmt.Sprintf("messages/s to %d debtors of %d notices", o.Debtors, o.Notices),
		Measured: fmt.Sprintf("%.1f", o.Sent.PerSecond), Bare: fmt.Sprintf("%.1f", o.Direct.PerSecond),
		Target: fmt.Sprintf(">= %.1f x the same bytes posted directly", leastOfDirect),
	}
	if o.Direct.PerSecond > 0 {
		line.Ratio = o.Sent.PerSecond / o.Direct.PerSecond
	}
	line.Verdict = verdict(line.Ratio >= leastOfDirect)
	r.Lines = append(r.Lines, line, Line{Figure: "  processor time of each", Measured: inWords(o.Sent.Cost), Bare: inWords(o.Direct.Cost)})
	r.add("  statements to PostgreSQL for each", fmt.Sprintf("%.0f", o.Statements), "", true)
	r.add("  messages, and notices in them", fmt.Sprintf("%d, %d", o.Messages, o.Carried), fmt.Sprintf("%d, %d", o.Debtors, o.Notices),
		o.Messages == o.Debtors && o.Carried == o.Notices)
}

// memory compares the last two samples, both beyond the cache.
func (r *Result) memory() {
	if len(r.Memory) < 2 {
		return
	}
	half, all := r.Memory[len(r.Memory)-2], r.Memory[len(r.Memory)-1]
	for _, sample := range r.Memory {
		r.add(fmt.Sprintf("worker memory with %d cases open (cache %d)", sample.Open, r.Size.Cache),
			fmt.Sprintf("%.1f MB heap, %.0f MB resident", megabytes(sample.Heap), megabytes(sample.RSS)), "", true)
	}
	last := &r.Lines[len(r.Lines)-1]
	last.Target = fmt.Sprintf("flat beyond the cache: <= %.2f x that of %d", flatWithin, half.Open)
	last.Ratio = float64(all.Heap) / float64(half.Heap)
	last.Verdict = verdict(last.Ratio <= flatWithin)
}

func megabytes(bytes int64) float64 { return float64(bytes) / (1 << 20) }

package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/cases/intake"
)

// shownRefusals bounds the list in the terminal; the count is always told.
const shownRefusals = 50

// print writes the summary of an import.
func (r imported) print(out io.Writer) {
	for _, result := range r.results {
		for _, warning := range result.Warnings {
			fmt.Fprintf(out, "warning  %s, line %d, %s: %s\n", result.Source.File, result.Source.Line, result.Number, warning)
		}
	}
	for _, refusal := range r.refused[:min(shownRefusals, len(r.refused))] {
		fmt.Fprintf(out, "refused  %v\n", refusal.err)
	}
	if r.refusals > shownRefusals {
		fmt.Fprintf(out, "refused  … and %d more\n", r.refusals-shownRefusals)
	}
	var counts []string
	for _, outcome := range []intake.Outcome{intake.Opened, intake.WouldOpen, intake.Known, intake.Credited, intake.Kept, intake.NothingDue} {
		if n := r.outcomes[outcome]; n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, outcome))
		}
	}
	counts = append(counts, fmt.Sprintf("%d refused", r.refusals))
	fmt.Fprintf(out, "%s in %s: %s\n", plural(r.files, "file"), r.took.Round(time.Millisecond), strings.Join(counts, ", "))
	if unreached := r.unreached(); len(unreached) > 0 {
		fmt.Fprintf(out, "not reached: %s\n", strings.Join(unreached, ", "))
	}
}

// unreached is what an import that was told to stop has left. How many documents
// the rest of a file holds is not known.
func (r imported) unreached() []string {
	var parts []string
	for _, left := range []struct {
		n            int
		before, what string
	}{
		{r.untaken, "", "document"}, {r.broken, "the rest of ", "file"}, {r.unopened, "", "whole file"},
	} {
		if left.n > 0 {
			parts = append(parts, left.before+plural(left.n, left.what))
		}
	}
	return parts
}

// printResults tells of every document.
func (p *program) printResults(results []intake.Result) {
	p.table(plural(len(results), "document"), table.Row{"Invoice", "Creditor", "Outcome", "Strategy", "First step", "On"}, len(results), func(i int) table.Row {
		result := results[i]
		return table.Row{
			result.Number, result.Creditor, result.Outcome, result.Strategy, result.FirstStep, dayIn(p.zones.of(result.Creditor), result.FirstAt),
		}
	})
}

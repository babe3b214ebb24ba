package ledger

import (
	"fmt"
	"slices"

	"relance/calendar"
	"relance/latefees"
	"relance/law"
)

// Explanation is how an account stands at the end of a day, and how that came
// about.
type Explanation struct {
	Position Position
	// Entries are those that count, in the order of time. Aside are money, credit
	// notes and reversals of the day or before that do not: in another currency, or
	// taking back a payment that is not known or was taken back already.
	Entries []Entry
	Aside   []Entry
	// Allocations say what each entry pays, Waivers what each waiver gives up.
	Allocations []Allocation
	Waivers     []Allocation
	// Segments explain the interest, Exact is their sum before it is rounded, and
	// PerDay what the day after costs more; all are empty where no interest is told.
	Segments []latefees.Segment
	Exact    latefees.Exact
	PerDay   latefees.Exact
	// Indemnity says why the fixed sum is due or not.
	Indemnity latefees.Indemnity
	// Warnings are what a person should know before claiming the amounts.
	Warnings []latefees.Warning
	// Missing is the half-year without which the interest cannot be told, nil when
	// none is missing.
	Missing *law.MissingRateError
}

// Explain is At with the reasons. It fails only when the amounts are too large to
// add.
func (a Account) Explain(day calendar.Date) (Explanation, error) {
	s, err := a.settle(day)
	if err != nil {
		return Explanation{}, fmt.Errorf("explaining what is owed on %s: %w", a.claim.Total, err)
	}
	explained := Explanation{
		Position: s.position, Entries: s.entries, Aside: a.aside(day, s.entries),
		Allocations: s.allocations, Waivers: s.waivers, Missing: s.missing,
	}
	if s.statement != nil {
		explained.Segments, explained.Exact, explained.PerDay = s.statement.Segments(), s.statement.Exact(), s.statement.PerDay()
		explained.Indemnity, explained.Warnings = s.statement.Indemnity(), s.statement.Warnings()
	}
	return explained, nil
}

// aside are the entries about money that came to a day and are not among those
// that count.
func (a Account) aside(day calendar.Date, counting []Entry) []Entry {
	var aside []Entry
	for _, e := range a.entries {
		counts := slices.ContainsFunc(counting, func(c Entry) bool { return c.Kind == e.Kind && c.ID == e.ID })
		if e.Kind.IsKept() && e.ValueDate <= day && !counts {
			aside = append(aside, e)
		}
	}
	slices.SortFunc(aside, inTime)
	return aside
}

package law

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"relance/calendar"
)

// arrange makes the book of all rows that were read, and reports those that
// contradict each other, leave gaps or name a rate that is not there.
func (t *tables) arrange() Book {
	b := Book{
		references:   timelines(t.references, &t.problems),
		values:       timelines(t.values, &t.problems),
		lateInterest: timelines(t.lateInterest, &t.problems),
		terms:        timelines(t.terms, &t.problems),
		limitations:  timelines(t.limitations, &t.problems),
		deadlines:    timelines(t.deadlines, &t.problems),
		routes:       timelines(t.routes, &t.problems),
		plain:        timelines(t.plain, &t.problems),
		contested:    timelines(t.contested, &t.problems),
	}
	t.checkReferences(b)
	t.checkDefaults(b)
	return b
}

// timelines orders the rows by key and date.
func timelines[T fact[T]](rows []T, problems *Problems) map[string][]T {
	lines := map[string][]T{}
	for _, row := range rows {
		lines[row.key()] = append(lines[row.key()], row)
	}
	for _, key := range sortedKeys(lines) {
		lines[key] = timeline(key, lines[key], problems)
	}
	return lines
}

// timeline orders the rows of one key by date. A row of a later layer that says
// the same again is left out; overlaps and gaps are reported at the later row.
func timeline[T fact[T]](key string, rows []T, problems *Problems) []T {
	slices.SortStableFunc(rows, func(a, b T) int {
		return cmp.Or(cmp.Compare(a.dated().ValidFrom, b.dated().ValidFrom), cmp.Compare(a.dated().layer, b.dated().layer))
	})
	var line []T
	for _, next := range rows {
		if len(line) == 0 {
			line = append(line, next)
			continue
		}
		known := line[len(line)-1]
		before, after := known.dated(), next.dated()
		switch {
		case saysTheSame(known, next):
			continue
		case before.ValidTo.IsZero() || after.ValidFrom <= before.ValidTo:
			reportOverlap(key, before, after, problems)
		case after.ValidFrom > before.ValidTo+1:
			reportGap(key, before, after, problems)
		}
		line = append(line, next)
	}
	return line
}

func saysTheSame[T fact[T]](a, b T) bool {
	one, other := a.dated(), b.dated()
	return one.layer != other.layer && one.ValidFrom == other.ValidFrom && one.ValidTo == other.ValidTo && reflect.DeepEqual(a.bare(), b.bare())
}

// reportOverlap blames the row of the later layer, or the later row of one file.
func reportOverlap(key string, known, added Dated, problems *Problems) {
	if known.layer > added.layer || known.layer == added.layer && known.File == added.File && known.Line > added.Line {
		known, added = added, known
	}
	*problems = append(*problems, Problem{File: added.File, Line: added.Line, Field: "valid_from", Reason: fmt.Sprintf(
		"%s for %s contradicts %s, line %d, which covers %s: remove one of the two rows",
		key, added.validity(), known.File, known.Line, known.validity())})
}

func reportGap(key string, before, after Dated, problems *Problems) {
	*problems = append(*problems, Problem{File: after.File, Line: after.Line, Field: "valid_from", Reason: fmt.Sprintf(
		"nothing says what %s is from %s to %s, before this row: add the rows between",
		key, before.ValidTo+1, after.ValidFrom-1)})
}

// checkReferences reports rules and values of rates that reference_rates.csv
// does not describe.
func (t *tables) checkReferences(b Book) {
	known := sortedKeys(b.references)
	check := func(d Dated, column string, key ReferenceKey) {
		if _, found := b.references[string(key)]; !found && key != "" {
			t.problems = append(t.problems, Problem{File: d.File, Line: d.Line, Field: column, Reason: fmt.Sprintf(
				"there is no rate %q in reference_rates.csv: its rates are %v", key, known)})
		}
	}
	for _, value := range t.values {
		check(value.Dated, "rate", value.Rate)
	}
	for _, rule := range t.lateInterest {
		check(rule.Dated, "reference", rule.Reference)
		check(rule.Dated, "floor_reference", rule.FloorReference)
	}
}

func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

// latest is the row that holds on a date, or else the last one before it.
func latest[T fact[T]](line []T, on calendar.Date) (T, bool) {
	for _, row := range slices.Backward(line) {
		if from := row.dated().ValidFrom; from.IsZero() || from <= on {
			return row, true
		}
	}
	var none T
	return none, false
}

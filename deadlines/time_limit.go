package deadlines

import (
	"fmt"

	"relance/calendar"
	"relance/law"
)

// france is the country whose law this package counts by.
const france = "FR"

// TimeLimit is a period that the law gives: a row of the table of deadlines or of
// limitation periods.
type TimeLimit struct {
	// Key names the limit: "insolvency-declare".
	Key    string
	Period Period
	// CountedFrom is the event that sets it running.
	CountedFrom law.Words
	// Extends: an end that is not a working day moves to the next one (CPC 642).
	Extends bool
	// Acts is who has to act before the end.
	Acts law.Actor
	// WarnMonths are how many months before the end a person is warned, longest
	// first.
	WarnMonths []int
	law.Dated
}

// limitationPrefix begins the keys of limitation periods among the time limits.
const limitationPrefix = "limitation-"

// TimeLimits are the time limits of French law, in all their versions: the
// procedural ones under their own keys, those of limitation under
// "limitation-" and theirs.
func TimeLimits(book law.Book) []TimeLimit {
	var limits []TimeLimit
	for _, row := range book.Limitations(france) {
		limits = append(limits, newTimeLimit(limitationPrefix+row.Key, row))
	}
	for _, row := range book.Deadlines(france) {
		limits = append(limits, newTimeLimit(row.Key, row))
	}
	return limits
}

func newTimeLimit(key string, row law.Deadline) TimeLimit {
	limit := TimeLimit{
		Key: key, CountedFrom: row.StartsFrom, Extends: row.Extension != law.NotExtended, Acts: row.Acts,
		WarnMonths: row.WarnMonths, Dated: row.Dated,
	}
	switch row.Unit {
	case law.Years:
		limit.Period.Years = row.Count
	case law.Months:
		limit.Period.Months = row.Count
	case law.Days:
		limit.Period.Days = row.Count
	}
	return limit
}

// LimitOf is the time limit of a key that holds on the date of the event that
// sets it running. None is an error: nothing is taken from another date.
func LimitOf(limits []TimeLimit, key string, on calendar.Date) (TimeLimit, error) {
	for _, limit := range limits {
		if limit.Key == key && limit.Covers(on) {
			return limit, nil
		}
	}
	return TimeLimit{}, fmt.Errorf("no time limit %s is known for %s: add the row to the table of time limits", key, on)
}

package deadlines

import (
	"fmt"
	"slices"

	"relance/calendar"
)

// TimeLimit is a period that the law gives: a row of the table of time limits.
type TimeLimit struct {
	// Key names the limit: "insolvency-declare".
	Key    string
	Period Period
	// CountedFrom is the event that sets it running, in words for a person.
	CountedFrom string
	// Extends: an end that is not a working day moves to the next one (CPC 642).
	Extends bool
	// Acts is who has to act before the end.
	Acts Actor
	// WarnMonths are how many months before the end a person is warned, longest
	// first.
	WarnMonths []int
	Provision
}

// Actor is who has to act before a time limit ends.
type Actor string

// Who acts. It decides what holidays of a part of the country do to the end: the
// creditor must not count on them, and must grant them to everyone else.
const (
	CreditorActs Actor = "creditor"
	DebtorActs   Actor = "debtor"
	CourtActs    Actor = "court"
	OtherActs    Actor = "other"
)

// Validate says what is wrong with a row of the table.
func (l TimeLimit) Validate() error {
	switch {
	case l.Key == "":
		return fmt.Errorf("a time limit of %s has no key", l.Period)
	case !l.Period.IsPositive():
		return fmt.Errorf("the time limit %s has no length", l.Key)
	case !slices.Contains([]Actor{CreditorActs, DebtorActs, CourtActs, OtherActs}, l.Acts):
		return fmt.Errorf("in the time limit %s %q acts: say creditor, debtor, court or other", l.Key, l.Acts)
	case slices.ContainsFunc(l.WarnMonths, func(months int) bool { return months < 1 }):
		return fmt.Errorf("the time limit %s warns %v months before: give months of 1 or more", l.Key, l.WarnMonths)
	case l.Article == "":
		return fmt.Errorf("the time limit %s names no article", l.Key)
	default:
		return nil
	}
}

// LimitOf is the time limit of a key that holds on the date of the event that
// sets it running. None is an error: nothing is taken from another date.
func LimitOf(limits []TimeLimit, key string, on calendar.Date) (TimeLimit, error) {
	for _, limit := range limits {
		if limit.Key == key && limit.InForce(on) {
			return limit, nil
		}
	}
	return TimeLimit{}, fmt.Errorf("no time limit %s is known for %s: add the row to the table of time limits", key, on)
}

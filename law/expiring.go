package law

import (
	"cmp"
	"slices"

	"relance/calendar"
)

// WarningDays is how many days before a table runs out the product warns.
const WarningDays = 20

// Expiry is a rate or rule of which nothing is known after a date.
type Expiry struct {
	Key      string        `json:"key"`
	Title    Words         `json:"title"`
	LastDay  calendar.Date `json:"last_day" doc:"The last day that is covered."`
	DaysLeft int           `json:"days_left" doc:"The days until then, negative when they are over."`
	// Missing is the half-year to add, for a reference rate.
	Missing *MissingRateError `json:"-"`
	Dated
}

// Expiring lists the reference rates and the rules of late interest that run out
// within a number of days, or have run out: the first to end comes first.
func (b Book) Expiring(today calendar.Date, within int) []Expiry {
	var expiring []Expiry
	add := func(key string, title Words, last Dated, missing *MissingRateError) {
		if last.ValidTo.IsZero() || last.ValidTo > today.AddDays(within) {
			return
		}
		expiring = append(expiring, Expiry{
			Key: key, Title: title, LastDay: last.ValidTo, DaysLeft: int(last.ValidTo - today), Missing: missing, Dated: last,
		})
	}
	for _, key := range sortedKeys(b.values) {
		values := b.values[key]
		last := values[len(values)-1].Dated
		missing := b.missing(ReferenceKey(key), HalfYearOf(last.ValidTo)+1)
		add(keyOfRate(key), missing.Title, last, missing)
	}
	for _, key := range sortedKeys(b.lateInterest) {
		versions := b.lateInterest[key]
		last := versions[len(versions)-1]
		add(keyOfLateInterest(key), last.Title, last.Dated, nil)
	}
	slices.SortStableFunc(expiring, func(a, b Expiry) int { return cmp.Compare(a.LastDay, b.LastDay) })
	return expiring
}

func byBeginning(needed []NeededRate) []NeededRate {
	slices.SortStableFunc(needed, func(a, b NeededRate) int { return cmp.Compare(a.From, b.From) })
	return needed
}

package handoff

import (
	"slices"

	"relance/calendar"
	"relance/deadlines"
	"relance/law"
)

// TimeLimit is a time limit that a status of the partner set running.
type TimeLimit struct {
	// Key is that of the table config/law/deadlines.csv: "payment-order-serve".
	Key string `json:"key"`
	// Title is what is to be done, Article where it stands.
	Title   law.Words     `json:"title"`
	Article string        `json:"article"`
	From    calendar.Date `json:"from"`
	// Target is the day to work towards, Last the last day.
	Target calendar.Date `json:"target"`
	Last   calendar.Date `json:"last"`
	// Waits: the debtor or a court acts meanwhile, and the creditor goes on after it.
	Waits bool `json:"waits,omitempty"`
	// Days are those on which a person is told, in order, and Told the last of them
	// that a person was told of.
	Days []calendar.Date `json:"days,omitempty"`
	Told calendar.Date   `json:"told,omitzero"`
}

// startOf says which limits a status sets running on a route.
type startOf struct {
	route  Route
	status Status
	keys   []string
	// civil limits are those of the civil court: for debtors that are no merchants.
	civil, commercial []string
}

// starts are the limits of each route. Their lengths are in the dated table only.
func starts() []startOf {
	return []startOf{
		{route: PaymentOrder, status: OrderObtained, keys: []string{"payment-order-serve"}},
		{route: PaymentOrder, status: Served, keys: []string{"payment-order-opposition", "payment-order-enforceable"}},
		{route: PaymentOrder, status: Opposed, civil: []string{"payment-order-appoint-lawyer"}, commercial: []string{"payment-order-deposit"}},
		{route: SmallClaims, status: InProgress, keys: []string{"small-claims-answer"}},
		{route: UndisputedClaim, status: InProgress, keys: []string{"undisputed-claim-contest"}},
		{route: UndisputedClaim, status: OrderObtained, keys: []string{"undisputed-claim-serve"}},
		{route: EuropeanOrder, status: Served, keys: []string{"european-order-opposition"}},
	}
}

// chained begins a limit on the last day of another.
var chained = map[string]string{"undisputed-claim-contest": "undisputed-claim-report"}

// LimitsOf are the time limits that a status sets running on a day, at a place with
// these public holidays (calendar.HolidaysOf). A limit whose row the table lacks on
// that day has not begun to exist or is not known: it is left out, and named, so that
// a person looks.
func LimitsOf(route Route, status Status, on calendar.Date, debtor law.Debtor, book law.Book, holidays string) (running []TimeLimit, unknown []string) {
	limits := deadlines.TimeLimits(book)
	for _, start := range starts() {
		if start.route != route || start.status != status {
			continue
		}
		keys := slices.Concat(start.keys, start.commercial)
		if debtor != law.Business {
			keys = slices.Concat(start.keys, start.civil)
		}
		for _, key := range keys {
			for from := on; key != ""; key = chained[key] {
				limit, err := limitFrom(key, from, limits, holidays)
				if err != nil {
					unknown = append(unknown, key)
					break
				}
				if row, known := book.Deadline(france, key, from); known {
					limit.Title, limit.Article = row.Title, row.Article
				}
				running = append(running, limit)
				from = limit.Last
			}
		}
	}
	return running, unknown
}

func limitFrom(key string, from calendar.Date, limits []deadlines.TimeLimit, holidays string) (TimeLimit, error) {
	row, err := deadlines.LimitOf(limits, key, from)
	if err != nil {
		return TimeLimit{}, err
	}
	end, err := row.Deadline(from, holidays)
	if err != nil {
		return TimeLimit{}, err
	}
	limit := TimeLimit{Key: key, From: from, Target: end.Target, Last: end.Last, Waits: row.Acts != law.CreditorActs}
	limit.Days = limit.days()
	return limit, nil
}

// A person who must act is told a month and a week before the day to work towards,
// on it, and once it is too late. Where others act, on the day after the end.
const (
	earlyNotice = 30
	lateNotice  = 7
)

func (l TimeLimit) days() []calendar.Date {
	if l.Waits {
		return []calendar.Date{l.Last.AddDays(1)}
	}
	var days []calendar.Date
	for _, before := range []int{earlyNotice, lateNotice, 0} {
		if day := l.Target.AddDays(-before); day > l.From {
			days = append(days, day)
		}
	}
	return append(days, l.Last.AddDays(1))
}

// settles are the statuses that show that a limit is kept, or has no object any more.
var settles = map[string][]Status{
	"payment-order-serve":          {Served, Opposed, Enforced, Collected},
	"payment-order-opposition":     {Opposed, Enforced, Collected},
	"payment-order-enforceable":    {Opposed, Enforced, Collected},
	"payment-order-appoint-lawyer": {InProgress, OrderObtained, Enforced, Collected},
	"payment-order-deposit":        {InProgress, OrderObtained, Enforced, Collected},
	"small-claims-answer":          {OrderObtained, Opposed, Collected},
	"undisputed-claim-contest":     {OrderObtained, Opposed, Collected},
	"undisputed-claim-report":      {OrderObtained, Opposed, Collected},
	"undisputed-claim-serve":       {Served, Opposed, Enforced, Collected},
	"european-order-opposition":    {Opposed, Enforced, Collected},
}

// After are the limits that still run after a status, and those it sets running. A
// status that is told again with another day replaces what it had set running.
func After(running []TimeLimit, status Status, begun []TimeLimit) []TimeLimit {
	var kept []TimeLimit
	for _, limit := range running {
		isBegunAnew := slices.ContainsFunc(begun, func(b TimeLimit) bool { return b.Key == limit.Key })
		if !isBegunAnew && !slices.Contains(settles[limit.Key], status) {
			kept = append(kept, limit)
		}
	}
	return append(kept, begun...)
}

// AfterEarlier are the limits that run after a report of an earlier day than what was
// told before it: what runs since a later day stays, and what it sets running begins
// unless that is settled by then (Unsettled).
func AfterEarlier(running []TimeLimit, status Status, on calendar.Date, begun []TimeLimit) []TimeLimit {
	var kept, later []TimeLimit
	for _, limit := range running {
		if limit.From > on {
			later = append(later, limit)
		} else {
			kept = append(kept, limit)
		}
	}
	return append(After(kept, status, begun), later...)
}

// Unsettled are the limits whose object none of the statuses has settled.
func Unsettled(limits []TimeLimit, told []Status) []TimeLimit {
	var open []TimeLimit
	for _, limit := range limits {
		if !slices.ContainsFunc(told, func(s Status) bool { return slices.Contains(settles[limit.Key], s) }) {
			open = append(open, limit)
		}
	}
	return open
}

// Due is the limit of which a person is to be told now, and the day of which this is
// to be told; after an outage one telling is enough.
func Due(running []TimeLimit, today calendar.Date) (limit TimeLimit, day calendar.Date, found bool) {
	for _, l := range running {
		for _, d := range slices.Backward(l.Days) {
			if d > today {
				continue
			}
			if d > l.Told && (!found || d < day) {
				limit, day, found = l, d, true
			}
			break
		}
	}
	return limit, day, found
}

// NextDay is the next day on which a person is told of a limit.
func NextDay(running []TimeLimit, today calendar.Date) (limit TimeLimit, day calendar.Date, found bool) {
	for _, l := range running {
		for _, d := range l.Days {
			if d > max(today, l.Told) && (!found || d < day) {
				limit, day, found = l, d, true
			}
		}
	}
	return limit, day, found
}

// WithTold are the limits once a person was told of a day of one of them.
func WithTold(running []TimeLimit, key string, day calendar.Date) []TimeLimit {
	told := slices.Clone(running)
	for i := range told {
		if told[i].Key == key {
			told[i].Told = max(told[i].Told, day)
		}
	}
	return told
}

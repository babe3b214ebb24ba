package deadlines

import "relance/calendar"

// The time limits of a declaration of claims, by their keys in the tables.
const (
	declareKey       = "insolvency-declare"
	declareAbroadKey = "insolvency-declare-from-abroad"
	reliefKey        = "insolvency-relief"
)

// Declaration is until when a claim is declared in insolvency proceedings
// (C. com. L622-24, R622-24), and until when relief can be asked for if it was not
// (L622-26).
type Declaration struct {
	Deadline
	Relief Deadline
}

// DeclarationOf reckons a declaration from the publication of the opening judgment
// in the BODACC. A creditor outside the territory has longer. It is an error when no
// table holds the limits of that day, or the holidays of the year.
func DeclarationOf(published calendar.Date, abroad bool, limits []TimeLimit) (Declaration, error) {
	key := declareKey
	if abroad {
		key = declareAbroadKey
	}
	declare, err := ends(limits, key, published)
	if err != nil {
		return Declaration{}, err
	}
	relief, err := ends(limits, reliefKey, published)
	return Declaration{Deadline: declare, Relief: relief}, err
}

func ends(limits []TimeLimit, key string, from calendar.Date) (Deadline, error) {
	limit, err := LimitOf(limits, key, from)
	if err != nil {
		return Deadline{}, err
	}
	return limit.Deadline(from, "FR")
}

// declarationNotice is when a person is warned again before a declaration is due.
func declarationNotice() []Period { return []Period{{Months: 1}, {Days: 10}, {Days: 2}} }

// DeclarationWarnings are the days on which a person is warned before the day a
// claim is to be declared by: the last working day on or before each, so that none
// falls on a weekend, a public holiday or too late.
func DeclarationWarnings(by calendar.Date) []calendar.Date {
	var days []calendar.Date
	for _, notice := range declarationNotice() {
		day := addMonths(by, -notice.Months).AddDays(-notice.Days)
		for !isWorkingDay(day, "FR") {
			day = day.AddDays(-1)
		}
		if len(days) == 0 || day > days[len(days)-1] {
			days = append(days, day)
		}
	}
	return days
}

package deadlines

import (
	"strings"

	"relance/calendar"
)

// Period is a length of time as the law writes it: "2 months", "15 days". Where
// months and days come together, the months are counted first (CPC 641).
type Period struct {
	Years  int
	Months int
	Days   int
}

// End is the last day of a period that something on a date sets running. That
// day itself does not count. Months and years end on the day of the same number,
// or on the last of the month where there is none (CPC 641).
func (p Period) End(from calendar.Date) calendar.Date {
	return addMonths(from, 12*p.Years+p.Months).AddDays(p.Days)
}

// String is the period in English.
func (p Period) String() string {
	return p.inWords([3][2]string{{"year", "years"}, {"month", "months"}, {"day", "days"}}, " and ")
}

// French is the period in French.
func (p Period) French() string {
	return p.inWords([3][2]string{{"an", "ans"}, {"mois", "mois"}, {"jour", "jours"}}, " et ")
}

func (p Period) inWords(units [3][2]string, and string) string {
	var parts []string
	for i, n := range [3]int{p.Years, p.Months, p.Days} {
		if n != 0 {
			parts = append(parts, counted(n, units[i][0], units[i][1]))
		}
	}
	return strings.Join(parts, and)
}

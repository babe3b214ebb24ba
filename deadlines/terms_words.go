package deadlines

import (
	"fmt"
	"strings"
)

// String is the terms in plain English, for a person to check; empty for the
// zero Terms.
func (t Terms) String() string {
	switch {
	case t == Terms{}:
		return ""
	case t.OnReceipt:
		return "on receipt"
	}
	var parts []string
	if t.EndOfMonth && t.Reading == MonthEndFirst {
		parts = append(parts, "from the end of the month")
	}
	if t.Months > 0 {
		parts = append(parts, counted(t.Months, "month", "months"))
	}
	if t.Days > 0 {
		parts = append(parts, counted(t.Days, "day", "days"))
	}
	if t.EndOfMonth && t.Reading != MonthEndFirst {
		parts = append(parts, "to the end of the month")
	}
	if t.DayOfMonth > 0 {
		parts = append(parts, fmt.Sprintf("then the next day %d", t.DayOfMonth))
	}
	return strings.Join(parts, ", ")
}

// French is the terms in plain French; empty for the zero Terms.
func (t Terms) French() string {
	switch {
	case t == Terms{}:
		return ""
	case t.OnReceipt:
		return "à réception"
	}
	var parts []string
	if t.EndOfMonth && t.Reading == MonthEndFirst {
		parts = append(parts, "à compter de la fin du mois")
	}
	if t.Months > 0 {
		parts = append(parts, counted(t.Months, "mois", "mois"))
	}
	if t.Days > 0 {
		parts = append(parts, counted(t.Days, "jour", "jours"))
	}
	if t.EndOfMonth && t.Reading != MonthEndFirst {
		parts = append(parts, "jusqu’à la fin du mois")
	}
	if t.DayOfMonth > 0 {
		parts = append(parts, fmt.Sprintf("puis le %d suivant", t.DayOfMonth))
	}
	return strings.Join(parts, ", ")
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

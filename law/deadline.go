package law

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Deadline is a limitation period or a procedural deadline.
type Deadline struct {
	Key     string `json:"key"`
	Country string `json:"country"`
	Title   Words  `json:"title"`
	Count   int    `json:"count"`
	Unit    Unit   `json:"unit"`
	// StartsFrom is the event that starts it, in words.
	StartsFrom Words     `json:"starts_from"`
	Extension  Extension `json:"extension"`
	// Acts is who has to act before it ends.
	Acts   Actor  `json:"acts"`
	Action Action `json:"action"`
	// WarnMonths are how many months before the end a person is warned, the
	// longest notice first.
	WarnMonths []int `json:"warn_months,omitempty"`
	Dated
}

func (d Deadline) key() string    { return d.Country + "/" + d.Key }
func (d Deadline) dated() Dated   { return d.Dated }
func (d Deadline) bare() Deadline { d.Dated = Dated{}; return d }

// Unit is what a deadline is counted in.
type Unit string

// The units of deadlines.
const (
	Days   Unit = "days"
	Months Unit = "months"
	Years  Unit = "years"
)

// Extension says whether a deadline that ends on a Saturday, a Sunday or a
// public holiday is moved to the next working day (CPC 642).
type Extension string

// The extensions of deadlines.
const (
	NotExtended Extension = "none"
	Extended    Extension = "extended"
	// PlanWithout: the law extends it, but who acts plans without.
	PlanWithout Extension = "plan-without"
)

// Actor is who has to act before a deadline ends.
type Actor string

// Who acts. It decides what holidays of a part of the country do to the end: the
// creditor must not count on them, and must grant them to everyone else.
const (
	CreditorActs Actor = "creditor"
	DebtorActs   Actor = "debtor"
	CourtActs    Actor = "court"
	OtherActs    Actor = "other"
)

// Action is what a deadline asks of whoever watches it.
type Action string

// The actions of deadlines.
const (
	ActCritical Action = "critical"
	ActTask     Action = "task"
	ActWait     Action = "wait"
	ActInform   Action = "information"
)

const (
	longestDeadline = 10_000
	// longestNotice is how many months before its end a person is warned at most.
	longestNotice = 120
)

func deadlineColumns() []string {
	return originColumns("key", "country", "title_en", "title_fr", "count", "unit", "starts_en", "starts_fr",
		"extension", "acts", "action", "warn_months")
}

func readDeadline(r row) Deadline {
	return Deadline{
		Key: r.text("key"), Country: r.country(), Title: r.words("title"),
		Count: r.count("count", longestDeadline), Unit: choice(r, "unit", Days, Months, Years), StartsFrom: r.words("starts"),
		Extension:  choice(r, "extension", NotExtended, Extended, PlanWithout),
		Acts:       choice(r, "acts", CreditorActs, DebtorActs, CourtActs, OtherActs),
		Action:     choice(r, "action", ActCritical, ActTask, ActWait, ActInform),
		WarnMonths: r.months("warn_months"),
		Dated:      r.origin(),
	}
}

// months are whole numbers separated by spaces, the longest first, or none.
func (r row) months(column string) []int {
	var months []int
	for _, text := range strings.Fields(r.optional(column)) {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > longestNotice || len(months) > 0 && n >= months[len(months)-1] {
			r.refuse(column, "%q are not months before the end: write them like 12 6 3 1, the longest first", r.optional(column))
			return nil
		}
		months = append(months, n)
	}
	return slices.Clip(months)
}

func (d Deadline) words() Words {
	unit := map[Unit]Words{Days: {"day", "jour"}, Months: {"month", "mois"}, Years: {"year", "an"}}[d.Unit]
	if d.Count > 1 {
		unit.EN += "s"
		if d.Unit != Months {
			unit.FR += "s"
		}
	}
	return Words{
		EN: fmt.Sprintf("%d %s from: %s", d.Count, unit.EN, d.StartsFrom.EN),
		FR: fmt.Sprintf("%d %s depuis : %s", d.Count, unit.FR, d.StartsFrom.FR),
	}
}

package law

import (
	"fmt"
	"slices"
	"strings"

	"relance/calendar"
)

// Watch is the law the product works with on a day, for people who answer for it.
type Watch struct {
	On        calendar.Date    `json:"on" doc:"The day it is about."`
	Rules     []WatchedRule    `json:"rules" nullable:"false" doc:"Every dated rule: what holds on the day, what is announced, what is missing."`
	Contested []ContestedPoint `json:"contested" nullable:"false" doc:"What the law does not settle, with the answers there are, the default first."`
	RunsOut   []Expiry         `json:"runs_out" nullable:"false" doc:"The rates and rules that run out within 20 days, or have run out."`
	Needed    []NeededRate     `json:"needed" nullable:"false" doc:"The half-years to add to the tables, with the row."`
}

// given is a list that is written as a list when it is empty.
func given[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// HasRunOut reports whether something is not known on the day: a rule without a
// value, a table that has run out, a half-year that is missing.
func (w Watch) HasRunOut() bool {
	return slices.ContainsFunc(w.Rules, func(r WatchedRule) bool { return r.Missing }) ||
		slices.ContainsFunc(w.RunsOut, func(e Expiry) bool { return e.DaysLeft < 0 }) ||
		slices.ContainsFunc(w.Needed, func(n NeededRate) bool { return n.Missing })
}

// WatchedRule is a dated rule in words.
type WatchedRule struct {
	Key   string `json:"key" example:"late-interest/FR/business"`
	Title Words  `json:"title"`
	Value Words  `json:"value"`
	Note  Words  `json:"note,omitzero"`
	// What is shown besides a missing value is the last row there was.
	Missing   bool `json:"missing" doc:"The rule has no value on the day; the rest is the last row there was."`
	Announced bool `json:"announced" doc:"The row begins after the day."`
	Dated
}

// Watch lists every dated rule: what holds on the day, what is announced for
// later, and what is missing.
func (b Book) Watch(today calendar.Date) Watch {
	var rules []WatchedRule
	rules = append(rules, watched(b.values, keyOfRate, today, func(v RateValue) WatchedRule {
		described, _ := b.ReferenceRate(v.Rate)
		return WatchedRule{Title: described.Title, Value: v.Percent.Words()}
	})...)
	rules = append(rules, watched(b.lateInterest, keyOfLateInterest, today, func(l LateInterest) WatchedRule {
		return WatchedRule{Title: l.Title, Value: b.lateInterestWords(l, today), Note: l.Note}
	})...)
	rules = append(rules, watched(b.terms, keyIn("payment-term"), today, func(p PaymentTerm) WatchedRule {
		return WatchedRule{Title: p.Title, Value: p.words()}
	})...)
	rules = append(rules, watched(b.limitations, keyIn("limitation"), today, watchDeadline)...)
	rules = append(rules, watched(b.deadlines, keyIn("deadline"), today, watchDeadline)...)
	rules = append(rules, watched(b.routes, keyIn("recovery-route"), today, func(r Route) WatchedRule {
		return WatchedRule{Title: r.Title, Value: r.words(), Note: r.Terms}
	})...)
	rules = append(rules, watched(b.plain, keyIn("rule"), today, func(p PlainRule) WatchedRule {
		return WatchedRule{Title: p.Title, Value: p.Value}
	})...)
	return Watch{
		On: today, Rules: given(rules), Contested: given(b.Contested()),
		RunsOut: given(b.Expiring(today, WarningDays)), Needed: given(b.Needed(today, WarningDays)),
	}
}

func watched[T fact[T]](lines map[string][]T, name func(string) string, today calendar.Date, describe func(T) WatchedRule) []WatchedRule {
	var rules []WatchedRule
	add := func(row T, mark func(*WatchedRule)) {
		rule := describe(row)
		rule.Key, rule.Dated = name(row.key()), row.dated()
		mark(&rule)
		rules = append(rules, rule)
	}
	for _, key := range sortedKeys(lines) {
		if row, found := latest(lines[key], today); found {
			add(row, func(rule *WatchedRule) {
				if !rule.Covers(today) {
					rule.Missing, rule.Value = true, Words{EN: "not known", FR: "inconnu"}
				}
			})
		}
		for _, row := range lines[key] {
			if row.dated().ValidFrom > today {
				add(row, func(rule *WatchedRule) { rule.Announced = true })
			}
		}
	}
	return rules
}

func watchDeadline(d Deadline) WatchedRule { return WatchedRule{Title: d.Title, Value: d.words()} }

func keyIn(table string) func(string) string {
	return func(key string) string { return table + "/" + key }
}

// LateInterestOf begins the keys of the rules of late interest of a country.
func LateInterestOf(country string) string { return keyOfLateInterest(country + "/") }

func keyOfRate(key string) string         { return keyIn("reference-rate")(key) }
func keyOfLateInterest(key string) string { return keyIn("late-interest")(key) }

// lateInterestWords is the rate of the day, how it is made, and the fixed sum:
// "2.40 % + 10 points = 12.40 %; EUR 40.00 for each late invoice".
func (b Book) lateInterestWords(l LateInterest, today calendar.Date) Words {
	words := Words{EN: "reference rate not known", FR: "taux de référence inconnu"}
	if value, err := b.RateValue(l.Reference, HalfYearOf(today)); err == nil {
		words = l.sumWords(value.Percent)
	}
	if l.Moves == Frozen {
		words.EN, words.FR = words.EN+", frozen when interest begins", words.FR+", figé quand les intérêts commencent"
	}
	if l.FixedSum.IsZero() {
		return Words{EN: words.EN + "; no fixed sum", FR: words.FR + " ; pas d’indemnité"}
	}
	return Words{
		EN: words.EN + "; EUR " + l.FixedSum.Decimal() + " for each late invoice",
		FR: words.FR + " ; " + comma(l.FixedSum.Decimal()) + " € par facture en retard",
	}
}

func (l LateInterest) sumWords(reference Percent) Words {
	rate := l.Rate(reference).Words()
	if l.Points == 0 {
		return rate
	}
	points := strings.TrimSuffix(strings.TrimRight(l.Points.String(), "0"), ".")
	made := Words{
		EN: fmt.Sprintf("%s + %s points = %s", reference.Words().EN, points, rate.EN),
		FR: fmt.Sprintf("%s + %s points = %s", reference.Words().FR, comma(points), rate.FR),
	}
	if l.Rounding == UpToHalfPoint {
		made.EN, made.FR = made.EN+" (up to the next half point)", made.FR+" (au demi-point supérieur)"
	}
	return made
}

func comma(decimal string) string { return strings.Replace(decimal, ".", ",", 1) }

package law

import (
	"fmt"
	"path"
	"strings"

	"relance/calendar"
)

// MissingRateError is a half-year whose reference rate is in no table. Nothing
// is computed in its place.
type MissingRateError struct {
	Rate     ReferenceKey
	Title    Words
	HalfYear HalfYear
	// File is the table that lacks the row, Article what the row would cite.
	File, Article string
}

// Error names the half-year and the row to add.
func (e *MissingRateError) Error() string {
	return fmt.Sprintf("the %s of %s is not known: add it with this row in %s of your own law tables: %s",
		e.Title.EN, e.HalfYear.Words().EN, e.File, e.Row())
}

// Row is the row to add, with words in capitals for what must be filled in.
func (e *MissingRateError) Row() string {
	return csvLine(string(e.Rate), e.HalfYear.First().String(), e.HalfYear.Last().String(), "PERCENT", e.Article,
		"SOURCE", "CONFIDENCE", "CHECKED_ON", (e.HalfYear + 1).First().String())
}

// Command is the command that adds the row, with the same words.
func (e *MissingRateError) Command() string {
	return fmt.Sprintf("relance law add %s %s PERCENT --source SOURCE", e.Rate, e.HalfYear.Key())
}

func (b Book) missing(key ReferenceKey, half HalfYear) *MissingRateError {
	missing := &MissingRateError{
		Rate: key, HalfYear: half, Title: Words{EN: "rate " + string(key), FR: "taux " + string(key)},
		File: strings.ReplaceAll(string(key), "-", "_") + rateSuffix,
	}
	if described, found := b.ReferenceRate(key); found {
		missing.Title, missing.Article = described.Title, described.Article
	}
	if values := b.values[string(key)]; len(values) > 0 {
		missing.File, missing.Article = path.Base(values[0].File), values[0].Article
	}
	return missing
}

// NeededRate is a half-year to add to a table: one that has begun, or begins
// soon.
type NeededRate struct {
	Rate     ReferenceKey  `json:"rate" doc:"The reference rate."`
	Title    Words         `json:"title"`
	HalfYear string        `json:"half_year" example:"2027 H1"`
	From     calendar.Date `json:"from" doc:"The first day without a value."`
	DaysLeft int           `json:"days_left" doc:"The days until then; 0 or less when the value is missing today."`
	Missing  bool          `json:"missing" doc:"The half-year has begun: what needs the rate cannot be computed."`
	File     string        `json:"file" doc:"The file to add the row to, in the folder of the installation's own law tables."`
	Header   string        `json:"header" doc:"The first line of that file."`
	Row      string        `json:"row" doc:"The row to add, with words in capitals for what must be filled in."`
	Command  string        `json:"command" doc:"The command that adds it."`

	half HalfYear
}

// Key names the half-year among all that can be needed: "ecb-first-day/2027H1".
func (n NeededRate) Key() string { return string(n.Rate) + "/" + n.half.Key() }

// Needed lists the half-years that have begun without a value, and those that
// begin without one when a number of days is over; the first to begin comes
// first.
func (b Book) Needed(today calendar.Date, within int) []NeededRate {
	var needed []NeededRate
	for _, key := range sortedKeys(b.references) {
		next := HalfYearOf(today)
		if _, last, known := b.KnownHalfYears(ReferenceKey(key)); known {
			next = last + 1
		}
		for ; next.First() <= today.AddDays(within+1); next++ {
			needed = append(needed, b.needed(ReferenceKey(key), next, today))
		}
	}
	return byBeginning(needed)
}

func (b Book) needed(key ReferenceKey, half HalfYear, today calendar.Date) NeededRate {
	missing := b.missing(key, half)
	return NeededRate{
		Rate: key, Title: missing.Title, HalfYear: half.String(), From: half.First(), DaysLeft: int(half.First() - today),
		Missing: half.First() <= today, File: missing.File, Header: rateHeader(), Row: missing.Row(), Command: missing.Command(), half: half,
	}
}

// ReferencesOf lists the reference rates that the rules of late interest of a
// country are made of.
func (b Book) ReferencesOf(country string) []ReferenceKey {
	used := map[string]bool{}
	for key, versions := range b.lateInterest {
		if !strings.HasPrefix(key, country+"/") {
			continue
		}
		for _, rule := range versions {
			used[string(rule.Reference)] = true
			if rule.FloorReference != "" {
				used[string(rule.FloorReference)] = true
			}
		}
	}
	var keys []ReferenceKey
	for _, key := range sortedKeys(used) {
		keys = append(keys, ReferenceKey(key))
	}
	return keys
}

package law

import (
	"path"
	"slices"
	"strings"
)

// tables are the rows of all files while they are read.
type tables struct {
	references   []ReferenceRate
	values       []RateValue
	lateInterest []LateInterest
	terms        []PaymentTerm
	limitations  []Deadline
	deadlines    []Deadline
	routes       []Route
	plain        []PlainRule
	contested    []ContestedOption
	problems     Problems
}

// rateSuffix ends the names of the files that hold values of reference rates.
const rateSuffix = "_rate.csv"

// tableNames are the files there can be besides those of rates.
func tableNames() []string {
	return []string{
		"reference_rates.csv", "late_interest.csv", "payment_terms.csv", "limitation_periods.csv", "deadlines.csv",
		"recovery_routes.csv", "plain_rules.csv", "contested_points.csv",
	}
}

func originColumns(own ...string) []string {
	return append(own, "valid_from", "valid_to", "article", "source", "confidence", "checked_on", "next_change")
}

// read adds the rows of a file, which its name tells the kind of.
func (t *tables) read(file string, layer int, data []byte) {
	rows := func(columns []string) []row { return rowsOf(file, layer, data, columns, &t.problems) }
	switch name := path.Base(file); {
	case name == "reference_rates.csv":
		for _, r := range rows(originColumns("rate", "country", "title_en", "title_fr")) {
			t.references = append(t.references, ReferenceRate{
				Key: ReferenceKey(r.text("rate")), Country: r.country(), Title: r.words("title"), Dated: r.origin(),
			})
		}
	case strings.HasSuffix(name, rateSuffix):
		for _, r := range rows(rateColumns()) {
			t.values = append(t.values, readValue(r))
		}
	case name == "late_interest.csv":
		for _, r := range rows(lateInterestColumns()) {
			t.lateInterest = append(t.lateInterest, readLateInterest(r))
		}
	case name == "payment_terms.csv":
		for _, r := range rows(paymentTermColumns()) {
			t.terms = append(t.terms, readPaymentTerm(r))
		}
	case name == "limitation_periods.csv":
		for _, r := range rows(deadlineColumns()) {
			t.limitations = append(t.limitations, readDeadline(r))
		}
	case name == "deadlines.csv":
		for _, r := range rows(deadlineColumns()) {
			t.deadlines = append(t.deadlines, readDeadline(r))
		}
	case name == "recovery_routes.csv":
		for _, r := range rows(routeColumns()) {
			t.routes = append(t.routes, readRoute(r))
		}
	case name == "plain_rules.csv":
		for _, r := range rows(originColumns("key", "country", "title_en", "title_fr", "value_en", "value_fr")) {
			t.plain = append(t.plain, PlainRule{
				Key: r.text("key"), Country: r.country(), Title: r.words("title"), Value: r.words("value"), Dated: r.origin(),
			})
		}
	case name == "contested_points.csv":
		for _, r := range rows(contestedColumns()) {
			t.contested = append(t.contested, readContested(r))
		}
	default:
		t.problems = append(t.problems, Problem{File: file, Reason: "there is no table of this name: the tables are " +
			strings.Join(tableNames(), ", ") + " and those of rates, which end in " + rateSuffix})
	}
}

func rateColumns() []string { return originColumns("rate", "percent") }

// readValue reads a rate, which must hold for whole half-years.
func readValue(r row) RateValue {
	v := RateValue{Rate: ReferenceKey(r.text("rate")), Percent: r.percent("percent"), Dated: r.origin()}
	r.text("valid_from")
	r.text("valid_to")
	if from := v.ValidFrom; !from.IsZero() && HalfYearOf(from).First() != from {
		r.refuse("valid_from", "%s is not the first day of a half-year: write %s", from, HalfYearOf(from).First())
	}
	if to := v.ValidTo; !to.IsZero() && HalfYearOf(to).Last() != to {
		r.refuse("valid_to", "%s is not the last day of a half-year: write %s", to, HalfYearOf(to).Last())
	}
	return v
}

func lateInterestColumns() []string {
	return originColumns("country", "debtor", "title_en", "title_fr", "reference", "points", "rounding", "moves", "starts",
		"fixed_sum", "fixed_sum_article", "floor_reference", "floor_times",
		"judgment_points", "judgment_months", "judgment_article", "note_en", "note_fr")
}

// The largest numbers that are believed in a rule of late interest.
const (
	mostTimes  = 100
	mostMonths = 120
)

func readLateInterest(r row) LateInterest {
	l := LateInterest{
		Regime: Regime{Country: r.country(), Debtor: choice(r, "debtor", Business, Consumer, Public)},
		Title:  r.words("title"), Note: r.optionalWords("note"),
		Reference: ReferenceKey(r.text("reference")), Points: r.percent("points"),
		Rounding: choice(r, "rounding", NotRounded, UpToHalfPoint),
		Moves:    choice(r, "moves", EachHalfYear, Frozen),
		Starts:   choice(r, "starts", AfterDueDate, AfterNotice),
		FixedSum: r.euros("fixed_sum"), FixedSumArticle: r.text("fixed_sum_article"),
		Dated: r.origin(),
	}
	r.text("valid_from")
	r.text("fixed_sum")
	if r.givesAny("floor_reference", "floor_times") {
		l.FloorReference, l.FloorTimes = ReferenceKey(r.text("floor_reference")), int64(r.count("floor_times", mostTimes))
	}
	if r.givesAny("judgment_points", "judgment_months", "judgment_article") {
		l.JudgmentPoints, l.JudgmentMonths, l.JudgmentArticle = r.percent("judgment_points"), r.count("judgment_months", mostMonths), r.text("judgment_article")
	}
	return l
}

// givesAny reports whether one of the columns is given; then all must be.
func (r row) givesAny(columns ...string) bool {
	return slices.ContainsFunc(columns, func(column string) bool { return r.optional(column) != "" })
}

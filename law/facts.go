package law

import "relance/money"

// ReferenceKey names a reference rate in the tables.
type ReferenceKey string

// The reference rates that clauses of contracts refer to. The tables hold more.
const (
	ECBOnTheFirstDay ReferenceKey = "ecb-first-day"
	FrenchLegalRate  ReferenceKey = "fr-legal-professional"
)

// ReferenceRate describes a rate that is published for each half-year.
type ReferenceRate struct {
	Key     ReferenceKey `json:"key"`
	Country string       `json:"country"`
	Title   Words        `json:"title"`
	Dated
}

func (r ReferenceRate) key() string         { return string(r.Key) }
func (r ReferenceRate) dated() Dated        { return r.Dated }
func (r ReferenceRate) bare() ReferenceRate { r.Dated = Dated{}; return r }

// RateValue is a reference rate for one half-year or several.
type RateValue struct {
	Rate    ReferenceKey `json:"rate"`
	Percent Percent      `json:"percent"`
	Dated
}

func (v RateValue) key() string     { return string(v.Rate) }
func (v RateValue) dated() Dated    { return v.Dated }
func (v RateValue) bare() RateValue { v.Dated = Dated{}; return v }

// Debtor is the kind of debtor: the law differs for each.
type Debtor string

// The kinds of debtors.
const (
	Business Debtor = "business"
	Consumer Debtor = "consumer"
	Public   Debtor = "public"
)

// Regime says whose late interest it is: the country whose law applies, as ISO
// 3166-1 alpha-2 code, and the kind of debtor.
type Regime struct {
	Country string `json:"country"`
	Debtor  Debtor `json:"debtor"`
}

// String is "FR/business".
func (r Regime) String() string { return r.Country + "/" + string(r.Debtor) }

// Rounding says what the law does with the sum of reference rate and points.
type Rounding string

// The roundings of rates.
const (
	NotRounded    Rounding = "none"
	UpToHalfPoint Rounding = "up-to-half-point"
)

// Moves says whether the rate follows the half-years.
type Moves string

// The ways of rates.
const (
	// EachHalfYear: each day takes the rate of its own half-year.
	EachHalfYear Moves = "each-half-year"
	// Frozen: all days take the rate of the half-year in which interest begins.
	Frozen Moves = "frozen"
)

// Start says from when interest runs.
type Start string

// The starts of interest.
const (
	// AfterDueDate: from the day after the due date, without a reminder.
	AfterDueDate Start = "after-due"
	// AfterNotice: from the day after a formal notice was received.
	AfterNotice Start = "after-notice"
)

// LateInterest is the rule of late interest and of the fixed sum for one regime.
type LateInterest struct {
	Regime Regime `json:"regime"`
	Title  Words  `json:"title"`
	Note   Words  `json:"note,omitzero"`
	// Reference and Points make the rate: the reference rate plus the points,
	// then rounded as Rounding says.
	Reference ReferenceKey `json:"reference"`
	Points    Percent      `json:"points"`
	Rounding  Rounding     `json:"rounding"`
	Moves     Moves        `json:"moves"`
	Starts    Start        `json:"starts"`
	// FixedSum is due once for each late invoice; it is zero where there is none.
	FixedSum        money.Amount `json:"fixed_sum"`
	FixedSumArticle string       `json:"fixed_sum_article"`
	// FloorReference times FloorTimes is the least a contract clause may fix; no
	// reference means that there is no floor.
	FloorReference ReferenceKey `json:"floor_reference,omitempty"`
	FloorTimes     int64        `json:"floor_times,omitempty"`
	// JudgmentPoints are added when JudgmentMonths have passed since a judgment
	// became enforceable.
	JudgmentPoints  Percent `json:"judgment_points,omitempty"`
	JudgmentMonths  int     `json:"judgment_months,omitempty"`
	JudgmentArticle string  `json:"judgment_article,omitempty"`
	Dated
}

func (l LateInterest) key() string        { return l.Regime.String() }
func (l LateInterest) dated() Dated       { return l.Dated }
func (l LateInterest) bare() LateInterest { l.Dated = Dated{}; return l }

// Rate is the rate of late interest for a value of the reference rate.
func (l LateInterest) Rate(reference Percent) Percent {
	rate := reference + l.Points
	if l.Rounding == UpToHalfPoint {
		return rate.upToHalfPoint()
	}
	return rate
}

// PlainRule is a rule that has no number, in words.
type PlainRule struct {
	Key     string `json:"key"`
	Country string `json:"country"`
	Title   Words  `json:"title"`
	Value   Words  `json:"value"`
	Dated
}

func (p PlainRule) key() string     { return p.Country + "/" + p.Key }
func (p PlainRule) dated() Dated    { return p.Dated }
func (p PlainRule) bare() PlainRule { p.Dated = Dated{}; return p }

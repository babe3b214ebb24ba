package latefees

import (
	"relance/calendar"
	"relance/law"
	"relance/money"
)

// Statement is what a claim costs on a date. What it shows is worked out when it
// is asked for, so that the claim must not change meanwhile. It is made by a
// Tariff, which can fill the same Statement again and again.
type Statement struct {
	tariff   *Tariff
	currency money.Currency
	// asOf is the last day that was counted, starts the first that can bear
	// interest.
	asOf, starts           calendar.Date
	due, opened, judgment  calendar.Date
	next, last, raisedFrom calendar.Date
	grace                  []Span
	movements              []Movement

	principal, interest, claimed, waived, credit int64
	askedFrom                                    calendar.Date
	late, afterInsolvency                        bool

	// isFrozen: all days take the rate of the period in which interest begins.
	isFrozen bool
	frozen   int
	// inWords: sums fit int64 and are counted in units of the tariff, as units;
	// otherwise they are exact.
	inWords bool
	units   int64
	exact   Exact

	segments []segment
	splits   []split
}

// segment is a Segment as it is computed: what can be looked up is left out.
type segment struct {
	from, to  calendar.Date
	principal int64
	period    int32
	raised    bool
}

// split is a Split as it is computed. It belongs to a movement, or to the day of
// a reversal that set off what had been paid too much.
type split struct {
	movement   int
	creditUsed bool
	reversed   bool
	allocation
}

// allocation is a sum divided among what it pays, in minor units.
type allocation struct{ interest, principal, left int64 }

// AsOf is the last day that was counted.
func (s *Statement) AsOf() calendar.Date { return s.asOf }

// Starts is the first day that can bear interest, not set when none does.
func (s *Statement) Starts() calendar.Date { return s.starts }

// Exact is the interest of all segments, not rounded.
func (s *Statement) Exact() Exact {
	if !s.inWords {
		return s.exact
	}
	unit := s.tariff.unit
	return Exact{minor: s.units / unit, parts: s.units % unit * (wholeUnit / unit), currency: s.currency}
}

// Interest is the interest due, paid or not: what ran between two payments is
// rounded once, half up.
func (s *Statement) Interest() money.Amount { return s.amount(s.claimed) }

// InterestPaid is what payments paid of the interest, and InterestWaived what the
// creditor gave up of it.
func (s *Statement) InterestPaid() money.Amount {
	return s.amount(s.claimed - s.waived - s.interest)
}

// InterestWaived is what the creditor gave up of the interest.
func (s *Statement) InterestWaived() money.Amount { return s.amount(s.waived) }

// Overpaid is what was paid or credited beyond the claim.
func (s *Statement) Overpaid() money.Amount { return s.amount(s.credit) }

func (s *Statement) amount(minor int64) money.Amount { return money.FromMinor(minor, s.currency) }

// Owed is what remains of a claim. The indemnity has its own currency.
type Owed struct {
	Principal money.Amount `json:"principal"`
	Interest  money.Amount `json:"interest"`
	Indemnity money.Amount `json:"indemnity"`
}

// Owed is what remains to be paid.
func (s *Statement) Owed() Owed {
	return Owed{Principal: s.amount(s.principal), Interest: s.amount(s.interest), Indemnity: s.Indemnity().Amount}
}

// PerDay is what the day after the statement costs more. It is nothing as well
// when the rate of that day is not known, which a warning says.
func (s *Statement) PerDay() Exact {
	nothing := Exact{currency: s.currency}
	day := s.nextDay()
	if !s.bearsInterest(day) {
		return nothing
	}
	period, rate, err := s.rateOn(day)
	if err != nil {
		return nothing
	}
	perDay, err := product(s.principal, int64(rate), 1, period.base, s.currency)
	if err != nil {
		return nothing // no such sum: the interest of all days would not have fitted either
	}
	return perDay
}

// nextDay is the first day that was not counted.
func (s *Statement) nextDay() calendar.Date { return s.asOf + 1 - s.tariff.early }

func (s *Statement) bearsInterest(day calendar.Date) bool {
	if s.principal == 0 || s.starts.IsZero() || day < s.starts || day > s.last {
		return false
	}
	for _, grace := range s.grace {
		if grace.From <= day && day <= grace.To {
			return false
		}
	}
	return true
}

func (s *Statement) rateOn(day calendar.Date) (*period, law.Percent, error) {
	at := s.tariff.locate(day)
	if err := s.usable(at, day); err != nil {
		return nil, 0, err
	}
	p := &s.tariff.periods[at]
	rate := s.rateOf(p)
	if day >= s.raisedFrom {
		rate += p.raise
	}
	return p, rate, nil
}

// rateOf is the rate of a period before a judgment raises it.
func (s *Statement) rateOf(p *period) law.Percent {
	if s.isFrozen {
		return s.tariff.periods[s.frozen].rate
	}
	return p.rate
}

// usable is the error of a day that has no rate.
func (s *Statement) usable(at int, day calendar.Date) error {
	periods := s.tariff.periods
	if at == len(periods) || periods[at].from > day || !s.isFrozen && !periods[at].known {
		return s.tariff.missing(day)
	}
	if s.isFrozen && (s.frozen == len(periods) || periods[s.frozen].from > s.starts || !periods[s.frozen].known) {
		return s.tariff.missing(s.starts)
	}
	return nil
}

// Split is what a movement paid. That of a reversal has the opposite signs of
// the payment it takes back.
type Split struct {
	Kind      MovementKind
	ID        string
	On        calendar.Date
	Interest  money.Amount
	Principal money.Amount
	// Left is what went beyond the claim.
	Left money.Amount
}

// Splits say what each movement paid, in the order of time.
func (s *Statement) Splits() []Split {
	splits := make([]Split, 0, len(s.splits))
	for _, part := range s.splits {
		m := &s.movements[part.movement]
		shown := Split{
			Kind: m.Kind, ID: m.ID, On: m.On,
			Interest: s.amount(part.interest), Principal: s.amount(part.principal), Left: s.amount(part.left),
		}
		if part.creditUsed {
			shown.Kind = CreditUsed
		}
		splits = append(splits, shown)
	}
	return splits
}

// Segment is a time in which the principal and the rate stayed the same.
type Segment struct {
	From      calendar.Date
	To        calendar.Date
	Days      int
	Rate      law.Percent
	Base      int
	Principal money.Amount
	// Exact is the interest of the segment, and Shown the same rounded, to be
	// read only: the sum of rounded segments is not the interest.
	Exact Exact
	Shown money.Amount
	// Rule is the key of the rule, "late-interest/FR/business" or "contract", and
	// Article its text.
	Rule    string
	Article string
}

// ruleOfContract is the rule of segments whose rate a clause fixed.
const ruleOfContract = "contract"

// Segments explain the interest: they follow each other in time.
func (s *Statement) Segments() []Segment {
	segments := make([]Segment, 0, len(s.segments))
	for i := range s.segments {
		segments = append(segments, s.explain(&s.segments[i]))
	}
	return segments
}

func (s *Statement) explain(part *segment) Segment {
	p := &s.tariff.periods[part.period]
	version := p.version
	if s.isFrozen {
		version = s.tariff.periods[s.frozen].version
	}
	rule := &s.tariff.versions[version]
	rate := s.rateOf(p)
	if part.raised {
		rate += p.raise
	}
	days := int64(part.to-part.from) + 1
	exact, _ := product(part.principal, int64(rate), days, p.base, s.currency) // it fitted when it was added up
	explained := Segment{
		From: part.from, To: part.to, Days: int(days), Rate: rate, Base: int(p.base),
		Principal: s.amount(part.principal), Exact: exact, Shown: exact.Rounded(),
		Rule: s.tariff.ruleKey, Article: rule.Article,
	}
	if part.raised {
		explained.Article += "; " + rule.JudgmentArticle
	}
	return explained
}

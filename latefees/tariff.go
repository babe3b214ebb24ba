package latefees

import (
	"fmt"
	"slices"
	"time"

	"relance/calendar"
	"relance/law"
)

// Tariff is the law and the contract prepared for one kind of claim: the rate of
// every half-year, resolved once. It is only read, and may serve any number of
// claims at the same time.
type Tariff struct {
	regime   law.Regime
	terms    Terms
	versions []law.LateInterest
	book     law.Book
	periods  []period
	// ruleKey is what segments show as their rule.
	ruleKey string
	// unit is what sums in int64 count: parts of a minor unit.
	unit int64
	// steepest is the most a day can cost, for one minor unit and in parts.
	steepest int64
	// early is 1 when the due date bears interest and the payment day does not.
	early          calendar.Date
	principalFirst bool
	retroactive    bool
	// watchful: some half-year has something to warn of.
	watchful bool
}

// period is a part of a half-year with one rate.
type period struct {
	from, to calendar.Date
	rate     law.Percent
	// scale makes parts of rate x days, cost is rate x scale.
	scale int64
	cost  int64
	base  int64
	// raise is added to the rate after a judgment.
	raise   law.Percent
	version int
	known   bool
	// knownTo is the last day of the known periods that follow without a gap.
	knownTo calendar.Date
	// floor is the least a clause may fix; what is said of it says flag.
	floor law.Percent
	flags flags
}

type flags uint8

const (
	belowFloor flags = 1 << iota
	floorUnknown
	uncertain
)

// horizon ends the half-years of claims whose rate does not move.
func horizon() calendar.Date { return calendar.NewDate(2099, time.December, 31) }

// NewTariff prepares the rates of a regime under the terms of a contract. It
// refuses terms that make no sense; a half-year that is missing is only an error
// for the claims that need it.
func NewTariff(book law.Book, regime law.Regime, terms Terms) (*Tariff, error) {
	versions, err := book.LateInterest(regime)
	if err != nil {
		return nil, err
	}
	if err := terms.Clause.validate(regime); err != nil {
		return nil, err
	}
	if err := terms.Conventions.validate(); err != nil {
		return nil, err
	}
	t := &Tariff{
		regime: regime, terms: terms, versions: versions, book: book, unit: fixedUnit,
		principalFirst: terms.Conventions.PartPayment == PrincipalFirst,
		retroactive:    terms.Conventions.CreditNotes == Retroactive,
	}
	t.ruleKey = "late-interest/" + regime.String()
	if terms.Clause.Kind != NoClause {
		t.ruleKey = ruleOfContract
	}
	if terms.Conventions.DayCount == ActualActual {
		t.unit = wholeUnit
	}
	if terms.Conventions.PaymentDay == PaymentDayNotCounted {
		t.early = 1
	}
	for number := range versions {
		if err := t.prepare(number); err != nil {
			return nil, err
		}
	}
	for at := len(t.periods) - 1; at >= 0; at-- {
		p := &t.periods[at]
		if p.known {
			p.knownTo = p.to
		}
		if next := at + 1; p.known && next < len(t.periods) && t.periods[next].known && t.periods[next].from == p.to+1 {
			p.knownTo = t.periods[next].knownTo
		}
	}
	return t, nil
}

// Regime is whose late interest the tariff computes.
func (t *Tariff) Regime() law.Regime { return t.regime }

// Terms are the terms the tariff was prepared with.
func (t *Tariff) Terms() Terms { return t.terms }

// prepare adds the periods of one version of the rule.
func (t *Tariff) prepare(number int) error {
	rule := t.versions[number]
	reference := t.terms.Clause.reference(rule)
	from, to := rule.ValidFrom, horizon()
	if !rule.ValidTo.IsZero() {
		to = min(to, rule.ValidTo)
	}
	if reference != "" {
		first, last, found := t.book.KnownHalfYears(reference)
		if !found {
			return nil
		}
		from = max(from, first.First())
		if rule.Moves != law.Frozen {
			to = min(to, last.Last())
		}
	}
	for half := law.HalfYearOf(from); half.First() <= to; half++ {
		p := period{from: max(from, half.First()), to: min(to, half.Last()), version: number, base: yearDays, scale: 1}
		if t.terms.Conventions.DayCount == ActualActual {
			if isLeap(half.Year()) {
				p.base = leapDays
			}
			p.scale = wholeUnit / percentUnit / p.base
		}
		if err := t.price(&p, rule, reference, half); err != nil {
			return err
		}
		p.cost = int64(p.rate) * p.scale
		t.steepest = max(t.steepest, int64(p.rate+p.raise)*(t.unit/fixedUnit))
		t.watchful = t.watchful || p.flags != 0
		t.periods = append(t.periods, p)
	}
	return nil
}

// price finds the rate of a period and what there is to say about it.
func (t *Tariff) price(p *period, rule law.LateInterest, reference law.ReferenceKey, half law.HalfYear) error {
	var base law.RateValue
	if reference != "" {
		value, err := t.book.RateValue(reference, half)
		if err != nil {
			return nil //nolint:nilerr // only a claim that needs the half-year is refused, then with this error
		}
		base = value
	}
	rate, err := t.terms.Clause.rate(rule, base.Percent)
	if err != nil {
		return err
	}
	if rate < 0 {
		return fmt.Errorf("the late interest of %s is %s %% in %s: a rate below nothing is not computed", t.regime, rate, half.Words().EN)
	}
	p.rate, p.known = rate, true
	if rule.Confidence == law.Low || base.Confidence == law.Low {
		p.flags |= uncertain
	}
	if t.terms.Clause.Kind == NoClause {
		p.raise = rule.JudgmentPoints
		return nil
	}
	t.checkFloor(p, rule, half)
	return nil
}

// checkFloor compares a clause with the least that the law allows. The floor
// limits clauses only, never the law's own rate.
func (t *Tariff) checkFloor(p *period, rule law.LateInterest, half law.HalfYear) {
	if rule.FloorReference == "" {
		return
	}
	legal, err := t.book.RateValue(rule.FloorReference, half)
	if err != nil {
		p.flags |= floorUnknown
		return
	}
	p.floor = legal.Percent * law.Percent(rule.FloorTimes)
	if p.rate < p.floor {
		p.flags |= belowFloor
	}
}

func isLeap(year int) bool { return year%4 == 0 && (year%100 != 0 || year%400 == 0) }

// locate is the period a day lies in, or the first one after it. Periods are
// half-years, but for a rule that changed within one: the guess is near.
func (t *Tariff) locate(day calendar.Date) int {
	if len(t.periods) == 0 {
		return 0
	}
	const half = 183
	at := min(max(int(day-t.periods[0].from)/half, 0), len(t.periods)-1)
	for at > 0 && t.periods[at-1].to >= day {
		at--
	}
	for at < len(t.periods) && t.periods[at].to < day {
		at++
	}
	return at
}

// missing is why there is no rate for a day.
func (t *Tariff) missing(day calendar.Date) error {
	at := slices.IndexFunc(t.versions, func(v law.LateInterest) bool { return v.Covers(day) })
	if at < 0 {
		return fmt.Errorf("no rule of late interest of %s is known for %s", t.regime, day)
	}
	if reference := t.terms.Clause.reference(t.versions[at]); reference != "" {
		if _, err := t.book.RateValue(reference, law.HalfYearOf(day)); err != nil {
			return err
		}
	}
	return fmt.Errorf("%s is too far away to compute the late interest of %s", day, t.regime)
}

// version is the rule that holds on a day, or else the one nearest before it, or
// the first.
func (t *Tariff) version(day calendar.Date) *law.LateInterest {
	for number := len(t.versions) - 1; number > 0; number-- {
		if t.versions[number].ValidFrom <= day {
			return &t.versions[number]
		}
	}
	return &t.versions[0]
}

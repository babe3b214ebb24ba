package latefees

import (
	"math"
	"time"

	"relance/calendar"
)

const noDay calendar.Date = math.MaxInt32

// walk goes through the life of a claim, day by day, segment by segment, and
// fills in its statement. Amounts are in minor units.
type walk struct {
	*Statement
	period int
	// isUsual: the rates move and are not raised, and the sums fit int64.
	isUsual bool
	// openUnits or open is what ran since the last rounding.
	openUnits int64
	open      Exact
	// used is what of the credit paid something later.
	used allocation
	// moved is the day of the last movement.
	moved calendar.Date
}

// monthsAfter is the same day n months later, or the last day of that month.
func monthsAfter(d calendar.Date, n int) calendar.Date {
	month := d.Month() + time.Month(n)
	return min(calendar.NewDate(d.Year(), month, d.Day()), calendar.NewDate(d.Year(), month, 1).EndOfMonth())
}

// until counts the interest of all days to the given one that are not counted yet.
func (w *walk) until(day calendar.Date) error {
	from, to := w.next, min(day, w.last)
	if to < from {
		return nil
	}
	w.next = to + 1
	if w.principal == 0 {
		return nil
	}
	if len(w.grace) == 0 {
		return w.count(from, to)
	}
	for _, grace := range w.grace {
		if grace.To < from || grace.From > to {
			continue
		}
		if from < grace.From {
			if err := w.count(from, grace.From-1); err != nil {
				return err
			}
		}
		from = grace.To + 1
	}
	if from > to {
		return nil
	}
	return w.count(from, to)
}

// count adds the interest of days without interruption, segment by segment. The
// days of two calls follow each other.
func (w *walk) count(from, to calendar.Date) error {
	periods := w.tariff.periods
	for w.period < len(periods) && periods[w.period].to < from {
		w.period++
	}
	if w.isUsual && w.period < len(periods) && from >= periods[w.period].from && to <= periods[w.period].knownTo {
		w.countUsual(from, to)
		return nil
	}
	return w.countCarefully(from, to)
}

// countUsual is for rates that move, are all known and are not raised, and for
// sums that fit int64: nearly every claim. It is written for speed.
func (w *walk) countUsual(from, to calendar.Date) {
	periods, at, principal := w.tariff.periods, w.period, w.principal
	segments, days := w.segments, int64(0)
	for {
		p := &periods[at]
		end := min(p.to, to)
		days += p.cost * int64(end-from+1)
		segments = append(segments, segment{})
		part := &segments[len(segments)-1]                                                // filled in place: to copy small fields is slow
		part.from, part.to, part.principal, part.period = from, end, principal, int32(at) //nolint:gosec // a few hundred periods
		if end == to {
			break
		}
		from = end + 1
		at++
	}
	w.segments, w.period = segments, at
	w.openUnits += principal * days
}

// countCarefully is for everything else.
func (w *walk) countCarefully(from, to calendar.Date) error {
	periods := w.tariff.periods
	for from <= to {
		for w.period < len(periods) && periods[w.period].to < from {
			w.period++
		}
		if err := w.usable(w.period, from); err != nil {
			return err
		}
		p := &periods[w.period]
		rate, end, raised := w.rateOf(p), min(p.to, to), false
		if p.raise != 0 && end >= w.raisedFrom {
			if from >= w.raisedFrom {
				rate, raised = rate+p.raise, true
			} else {
				end = w.raisedFrom - 1
			}
		}
		days := int64(end-from) + 1
		if w.inWords {
			w.openUnits += w.principal * int64(rate) * p.scale * days
		} else if err := w.addExactly(int64(rate), days, p.base); err != nil {
			return err
		}
		w.segments = append(w.segments, segment{from: from, to: end, principal: w.principal, period: int32(w.period), raised: raised}) //nolint:gosec // a few hundred periods
		from = end + 1
	}
	return nil
}

func (w *walk) addExactly(rate, days, base int64) error {
	part, err := product(w.principal, rate, days, base, w.currency)
	if err != nil {
		return err
	}
	w.open, err = w.open.Add(part)
	return err
}

// round makes what ran since the last rounding due, rounded half up.
func (w *walk) round() error {
	var rounded int64
	switch {
	case !w.inWords:
		var err error
		if w.exact, err = w.exact.Add(w.open); err != nil {
			return err
		}
		rounded, w.open = w.open.Rounded().Minor(), Exact{}
	case w.openUnits == 0:
		return nil
	case w.tariff.unit == fixedUnit:
		rounded = (w.openUnits + fixedUnit/2) / fixedUnit
	default:
		rounded = (w.openUnits + wholeUnit/2) / wholeUnit
	}
	w.units += w.openUnits
	w.openUnits = 0
	w.interest += rounded
	w.claimed += rounded
	if w.claimed < 0 {
		return errTooLarge
	}
	return nil
}

// finish counts the last days.
func (w *walk) finish() error {
	w.noteLateness(w.asOf)
	if err := w.until(w.asOf - w.tariff.early); err != nil {
		return err
	}
	if err := w.round(); err != nil {
		return err
	}
	if w.credit < 0 {
		return errTooLarge
	}
	return nil
}

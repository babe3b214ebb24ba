package deadlines

import (
	"slices"

	"relance/calendar"
)

// course follows a limitation through its events, from one day on which one
// begins or ends to the next.
type course struct {
	rules limitationRules
	start calendar.Date
	// restart is when the period that now runs began, or will begin when an
	// interruption ends.
	restart calendar.Date
	last    calendar.Date
	// open: something goes on whose end is not recorded.
	open bool
	// lifted: the long stop does not hold any more.
	lifted   bool
	outcomes []outcome
}

// outcome is what became of one event.
type outcome struct {
	effect EffectKind
	// late: the limitation had passed before; early: it had not begun.
	late, early bool
	// restart and last are the period an interruption sets running.
	restart, last calendar.Date
}

// follow runs the events, which are in the order of their dates. Those that
// asInterruption accepts interrupt although the law only says they may.
func follow(rules limitationRules, start calendar.Date, events []LimitationEvent, asInterruption func(int) bool) course {
	c := course{rules: rules, start: start, restart: start, last: rules.period.End(start), outcomes: make([]outcome, len(events))}
	days := turningDays(events)
	for i, today := range days {
		for n, event := range events {
			if c.outcomes[n].effect == Suspends && event.Until == today {
				c.last = max(c.last, rules.leftAfter.Period.End(today))
			}
		}
		for n, event := range events {
			if event.On == today {
				c.happen(n, event, asInterruption(n))
			}
		}
		if i+1 < len(days) && c.isSuspended(events, today) {
			c.last = c.last.AddDays(max(0, int(days[i+1]-max(today, c.restart))))
		}
	}
	c.last = c.capped()
	return c
}

// capped is the last day, which the long stop bounds until something lifts it.
func (c *course) capped() calendar.Date {
	if c.lifted {
		return c.last
	}
	return min(c.last, c.rules.longStop.Period.End(c.start))
}

func turningDays(events []LimitationEvent) []calendar.Date {
	var days []calendar.Date
	for _, event := range events {
		days = append(days, event.On)
		if !event.Until.IsZero() {
			days = append(days, event.Until)
		}
	}
	slices.Sort(days)
	return slices.Compact(days)
}

func (c *course) isSuspended(events []LimitationEvent, today calendar.Date) bool {
	for n, event := range events {
		if c.outcomes[n].effect == Suspends && event.On <= today && today < event.Until {
			return true
		}
	}
	return false
}

func (c *course) happen(n int, event LimitationEvent, asInterruption bool) {
	rule, _ := event.Kind.rule()
	result := &c.outcomes[n]
	result.effect = NoEffect
	switch {
	case event.Void != NotVoid || rule.effect == NoEffect:
	case !c.open && event.On > c.capped():
		result.late = true
	case rule.effect == Suspends:
		result.effect = Suspends
		c.open = c.open || event.isOpen()
		if event.isOpen() || event.Until == event.On {
			c.last = max(c.last, c.rules.leftAfter.Period.End(max(event.On, c.start)))
		}
	case event.On < c.start:
		result.early = true
	case rule.effect == PossiblyExtends && !asInterruption:
		result.effect = PossiblyExtends
	default:
		c.interrupt(result, event, rule)
	}
}

// interrupt sets a new full period running from the end of what interrupts; one
// that goes on keeps it from running.
func (c *course) interrupt(result *outcome, event LimitationEvent, rule eventRule) {
	end := max(event.On, event.Until)
	if event.On < c.restart { // another interruption still goes on
		end = max(end, c.restart)
	}
	c.restart, c.last = end, c.rules.period.End(end)
	c.open = c.open || event.isOpen()
	c.lifted = c.lifted || rule.liftsLongStop
	*result = outcome{effect: Interrupts, restart: c.restart, last: c.last}
}

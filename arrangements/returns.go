package arrangements

import "relance/calendar"

// rulesOfReturns is the version of the rules by which the return of a direct debit counts
// for the instalment that it leaves open, and a debit that neither brought money nor came
// back is asked about.
const rulesOfReturns = 1

// rulesOfCollection is the version of the rules by which an instalment that the creditor was
// to collect, and has not, breaks no plan: its debtor was to do nothing.
const rulesOfCollection = 2

// isCreditorsTurn reports whether an instalment is open because its creditor has to collect
// it, or to find out what became of its direct debit: it breaks no plan.
func (p Plan) isCreditorsTurn(i Instalment) bool {
	return p.Rules >= rulesOfCollection && p.Terms.Mandate != "" && (p.isBeingCollected(i) || !p.collectOn(i).IsZero())
}

// isForCreditor reports whether, on a day, nobody but the creditor is to be told that an
// instalment was missed: its debtor waits for the direct debit.
func (p Plan) isForCreditor(i Instalment, today calendar.Date) bool {
	if p.Rules < rulesOfCollection {
		return p.isBeingCollected(i) || p.Terms.Mandate != "" && len(i.Debits) == 0
	}
	wasToBeCollected := len(i.Debits) == 0 || p.isCreditorsTurn(i) && p.collectOn(i) < today
	return p.Terms.Mandate != "" && (p.isBeingCollected(i) || wasToBeCollected)
}

// askAgainDays is how many days later the creditor is asked again.
const askAgainDays = 30

// askOn is the day on which the creditor is asked to collect an instalment, or what became
// of its direct debit; wanted is false when it has nothing to do.
func (p Plan) askOn(i Instalment) (on calendar.Date, why reasonCode, wanted bool) {
	if !p.isCreditorsTurn(i) {
		return 0, "", false
	}
	on, why = max(p.collectOn(i), i.DueOn, p.begun()).AddDays(1), becauseUncollected
	if p.isBeingCollected(i) {
		on, why = i.Debits[len(i.Debits)-1].On.AddDays(returnDays+1), becauseUnresolved
	}
	if !i.Asked.IsZero() {
		on = max(on, i.Asked.AddDays(askAgainDays))
	}
	return on, why, true
}

// cameBackFor is the last direct debit of another instalment that came back and whose
// money is missing of this one: money pays the first instalments, whichever it was
// collected for, so that a debit of the first one that comes back leaves the last one open
// that was paid.
func (p Plan) cameBackFor(i Instalment) (back Debit, found bool) {
	if p.Rules < rulesOfReturns {
		return Debit{}, false
	}
	for place, paid := range p.Paid() {
		other := p.Schedule[place]
		if other.Number == i.Number || paid != other.Amount() || len(other.Debits) == 0 {
			continue
		}
		if last := other.Debits[len(other.Debits)-1]; !last.Returned.IsZero() && last.until() > back.until() {
			back, found = last, true
		}
	}
	return back, found
}

// until is the day until which a debit that came back leaves the debtor in the right: that
// on which it came back, or is tried again.
func (d Debit) until() calendar.Date { return max(d.Returned, d.RetryOn) }

// collectOn is when an instalment is to be collected next, not set while it is being
// collected or when it is not collected any more.
func (p Plan) collectOn(i Instalment) calendar.Date {
	if len(i.Debits) == 0 {
		return i.DueOn
	}
	last := i.Debits[len(i.Debits)-1]
	if back, found := p.cameBackFor(i); found && last.Returned.IsZero() && back.RetryOn > last.On {
		return back.RetryOn
	}
	return last.RetryOn
}

// isBeingCollected reports whether a direct debit of the instalment is under way: nothing
// is missed before it comes back. Of a plan that went on again it is known that those came
// back which were collected before.
func (p Plan) isBeingCollected(i Instalment) bool {
	if len(i.Debits) == 0 {
		return false
	}
	last := i.Debits[len(i.Debits)-1]
	if back, found := p.cameBackFor(i); found && back.Returned > last.On {
		return false
	}
	return last.Returned.IsZero() && last.On >= p.reopenedOn()
}

// chaseOn is the day on which an instalment is called missed; wanted is false when, today, it
// is not. By the rules of before, a debit under way is asked about when banks give none back
// any more.
func (p Plan) chaseOn(i Instalment, today calendar.Date) (on calendar.Date, wanted bool) {
	on = max(i.DueOn, p.begun())
	if p.Rules >= rulesOfCollection {
		return on.AddDays(1), i.Missed.IsZero() && !p.isForCreditor(i, max(today, on.AddDays(1)))
	}
	if p.isBeingCollected(i) {
		if p.Rules < rulesOfReturns {
			return 0, false
		}
		on = max(on, i.Debits[len(i.Debits)-1].On.AddDays(returnDays))
	}
	return on.AddDays(1), i.Missed.IsZero()
}

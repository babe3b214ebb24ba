package arrangements

import (
	"relance/calendar"
	"relance/collection"
)

// The plan of a consumer differs in three ways from that of a business.
//
// It bears no interest: time to pay a debt is no consumer credit only where it costs
// nothing (C. conso. L312-4; directive (EU) 2023/2225, art. 2(2)).
//
// Its balance is due only after a demand to pay the instalment that was missed, and a
// reasonable time after it: a clause without them is unfair (C. conso. L212-1; Cass. 1re
// civ., 22 March 2023, 21-16.044). A demand that was met is over: what is missed later, or
// again, is demanded anew.
//
// The demand is in writing, and no short message.

// demandDays is how many days a consumer has after the demand. What is reasonable is for
// courts to judge; the number is a choice of the product.
const demandDays = 30

// IsAcceleratedAfter is for how many days after a demand a missed instalment can be paid
// before the whole balance is due; 0: no demand is needed, and the days of grace count
// from its date.
func (p Plan) IsAcceleratedAfter() int {
	if p.Consumer {
		return demandDays
	}
	return 0
}

// isDemanded reports whether a missed instalment was demanded, where that is needed before
// all is due.
func (p Plan) isDemanded(i Instalment) bool { return !p.Consumer || !i.Missed.IsZero() }

// DemandEnds is the last day to pay a missed instalment of a consumer after the demand of a
// day, not set for other debtors.
func (p Plan) DemandEnds(demanded calendar.Date) calendar.Date {
	if !p.Consumer {
		return 0
	}
	return demanded.AddDays(demandDays)
}

// withDemandsMet is the plan without the demands that were met.
func (p Plan) withDemandsMet() Plan { return p.withoutDemands(p.IsPaid) }

// withoutDemands is the plan of a consumer without the demands of the instalments, by their
// place, that are over: what is missed of them again is demanded anew.
func (p Plan) withoutDemands(isOver func(place int) bool) Plan {
	if !p.Consumer {
		return p
	}
	for place := range p.Schedule {
		if instalment := p.Schedule[place]; !instalment.Missed.IsZero() && isOver(place) {
			p = p.changing(instalment.Number, func(i *Instalment) {
				i.Missed = 0
				i.Demands++
			})
		}
	}
	return p
}

// demandsOver is how many demands of the instalment of a number are over: the next one is a
// message of its own.
func (p Plan) demandsOver(number int) int {
	if place := p.placeOf(number); place >= 0 {
		return p.Schedule[place].Demands
	}
	return 0
}

// checkConsumer refuses terms that a consumer must not be bound by.
func (t Terms) checkConsumer(consumer bool) error {
	if consumer && t.Interest.isOn() {
		return refuse(collection.RefusedInvalid, "the debtor is a consumer, and the plan bears interest: time to pay that costs something is consumer credit (C. conso. L312-4), which needs an offer of credit; let the plan bear none (interest: %s)", NoInterest)
	}
	return nil
}

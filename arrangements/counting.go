package arrangements

import (
	"math/big"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// counted is the money that this version of the schedule counts. It is less than nothing
// where what an earlier version had counted was taken back since.
func (p Plan) counted() int64 { return p.Received.Minor() - p.CountedBefore.Minor() }

// Paid is what is paid of each instalment: the money received, the first instalment
// first, each up to its amount. It follows from the sum received alone, whatever the
// order in which payments came.
func (p Plan) Paid() []money.Amount {
	rest := max(0, p.counted())
	paid := make([]money.Amount, len(p.Schedule))
	for i, instalment := range p.Schedule {
		part := min(rest, instalment.Amount().Minor())
		paid[i] = money.FromMinor(part, p.Currency())
		rest -= part
	}
	return paid
}

// IsPaid reports whether an instalment, by its place in the schedule, is paid.
func (p Plan) IsPaid(place int) bool { return p.Paid()[place] == p.Schedule[place].Amount() }

// NextInstalment is the first instalment that is not paid; found is false when all
// are.
func (p Plan) NextInstalment() (next Instalment, found bool) {
	place, found := p.nextPlace()
	if !found {
		return Instalment{}, false
	}
	return p.Schedule[place], true
}

func (p Plan) nextPlace() (int, bool) {
	for i, paid := range p.Paid() {
		if paid != p.Schedule[i].Amount() {
			return i, true
		}
	}
	return 0, false
}

// StillDue is what is missing of an instalment. What was taken back of the money of
// earlier schedules is due with the next one.
func (p Plan) StillDue(place int) money.Amount {
	missing := p.Schedule[place].Amount().Minor() - p.Paid()[place].Minor()
	if next, found := p.nextPlace(); found && place == next {
		missing -= min(0, p.counted())
	}
	return money.FromMinor(missing, p.Currency())
}

// StillDueOf is what is missing of the instalment of a number; nothing when the
// schedule has none.
func (p Plan) StillDueOf(number int) money.Amount {
	if place := p.placeOf(number); place >= 0 {
		return p.StillDue(place)
	}
	return p.Received.Zero()
}

// Outstanding is what the schedule still asks for.
func (p Plan) Outstanding() money.Amount {
	return money.FromMinor(max(0, p.Total().Minor()-p.counted()), p.Currency())
}

// SettlementOn is what settles the whole plan on a day: the principal, the interest
// of the days until then, less what was counted and less a reduction that is offered
// to that day. Interest of days to come is not owed by a debtor who pays early.
func (p Plan) SettlementOn(day calendar.Date) money.Amount {
	rest := p.BalanceOn(day).Minor()
	if !p.Settlement.Until.IsZero() && day <= p.Settlement.Until {
		rest -= p.Settlement.Reduction.Minor()
	}
	return money.FromMinor(max(0, rest), p.Currency())
}

// BalanceOn is all that is owed on a day under the plan, without any reduction: what is
// due at once after a default.
func (p Plan) BalanceOn(day calendar.Date) money.Amount {
	return money.FromMinor(max(0, p.Owed().Minor()+p.accrued(day)-p.counted()), p.Currency())
}

// interestFrom is the day from which this version of the schedule bears interest.
func (p Plan) interestFrom() calendar.Date {
	if len(p.Past) > 0 {
		return p.Past[len(p.Past)-1].ReplacedOn
	}
	return p.ProposedOn
}

// ToCollect lists the instalments of a plan with a mandate that are to be collected by
// direct debit on a day or before: not paid, not being collected, or to be collected
// again.
func (p Plan) ToCollect(by calendar.Date) []Instalment {
	if p.State != StateRunning || p.Terms.Mandate == "" {
		return nil
	}
	var collected []Instalment
	for place, instalment := range p.Schedule {
		if on := p.collectOn(instalment); !p.IsPaid(place) && !on.IsZero() && on <= by {
			collected = append(collected, instalment)
		}
	}
	return collected
}

// CollectOn is the day on which a file that is written on a day has an instalment
// collected: its own, or that of another try, no sooner than the next working day.
func (p Plan) CollectOn(i Instalment, written calendar.Date) calendar.Date {
	return workingDay(max(p.collectOn(i), written.AddDays(1)), p.Window)
}

// DivideReduction divides the reduction of a settlement that is to be offered among the
// claims, in proportion to what is open of the principal of each, by invoice; the odd
// cents go to the first ones. A reduction of interest alone concerns no claim. It refuses
// what the claims cannot give, and an offer beside one that still stands.
func (p Plan) DivideReduction(offer Settlement, on calendar.Date, principal map[string]money.Amount) ([]money.Amount, error) {
	if standing := p.Settlement; offer != standing && standing.Reduction.Sign() > 0 && on <= standing.Until {
		return nil, refuse(collection.RefusedConflict, "the plan %s can be settled early for %s less until %s: make another offer after that day", p.ID, standing.Reduction, standing.Until)
	}
	parts, most := make([]int64, len(p.Claims)), make([]int64, len(p.Claims))
	open, room, reduction := int64(0), int64(0), offer.Reduction.Minor()
	for i, claim := range p.Claims {
		owed := principal[claim.Invoice].Minor()
		most[i] = max(0, owed-1) // a discount is not all of an invoice
		open, room = open+owed, room+most[i]
	}
	if open > 0 && reduction > room {
		return nil, refuse(collection.RefusedInvalid, "the reduction of %s leaves nothing of the %s that are open of the principal: issue credit notes, and cancel the plan %s",
			offer.Reduction, money.FromMinor(open, p.Currency()), p.ID)
	}
	rest := reduction
	for i, claim := range p.Claims {
		if open > 0 {
			product := new(big.Int).Mul(big.NewInt(reduction), big.NewInt(principal[claim.Invoice].Minor()))
			parts[i] = product.Quo(product, big.NewInt(open)).Int64()
			rest -= parts[i]
		}
	}
	for i := 0; open > 0 && rest > 0; i = (i + 1) % len(parts) {
		if parts[i] < most[i] {
			parts[i], rest = parts[i]+1, rest-1
		}
	}
	divided := make([]money.Amount, len(parts))
	for i, minor := range parts {
		divided[i] = money.FromMinor(minor, p.Currency())
	}
	return divided, nil
}

// Reductions divides the reduction of a settlement that is offered among the claims,
// in proportion to what each brought into the plan; the odd cents go to the last one.
// Offers that were made before DivideReduction was there were divided so.
func (p Plan) Reductions() []money.Amount {
	parts := make([]money.Amount, len(p.Claims))
	rest, total := p.Settlement.Reduction.Minor(), p.Principal().Minor()
	for i, claim := range p.Claims {
		minor := rest
		if i < len(p.Claims)-1 {
			product := new(big.Int).Mul(big.NewInt(p.Settlement.Reduction.Minor()), big.NewInt(claim.Amount.Minor()))
			minor = product.Quo(product, big.NewInt(total)).Int64()
		}
		parts[i] = money.FromMinor(minor, p.Currency())
		rest -= minor
	}
	return parts
}

package arrangements

import (
	"slices"

	"relance/calendar"
	"relance/money"
)

// Interest bears interest only when it is owed for a whole year at least and the contract
// or a judgment provides so (C. civ. 1343-2). A plan never provides so: the late interest
// that claims bring into it, and the interest of a schedule that another replaces, are
// owed and paid as parts of the instalments, and bear none.

// debt is what a schedule spreads, in minor units: a sum, and what of it is interest.
type debt struct{ sum, interest int64 }

// lateInterest is what of the claims is interest.
func (p Proposal) lateInterest() int64 {
	sum := int64(0)
	for _, claim := range p.Claims {
		sum += claim.Interest.Minor()
	}
	return sum
}

// EarlierInterest is what of this version of the schedule was interest already when it
// was made.
func (p Plan) EarlierInterest() money.Amount {
	return money.FromMinor(earlierInterest(p.Schedule), p.Currency())
}

func earlierInterest(schedule []Instalment) int64 {
	sum := int64(0)
	for _, instalment := range schedule {
		sum += instalment.EarlierInterest.Minor()
	}
	return sum
}

// accrued is the interest that this version of the schedule has borne by a day.
func (p Plan) accrued(day calendar.Date) int64 {
	if !p.Terms.Interest.isOn() {
		return 0
	}
	principal := money.FromMinor(p.Owed().Minor()-p.EarlierInterest().Minor(), p.Currency())
	return rounded(interestTo(p.Schedule, principal, p.Terms.Interest.Rate, p.interestFrom(), day))
}

// unpaidInterest is what of the balance of a day is interest. Money pays the interest of
// an instalment before its principal (C. civ. 1343-1); money of earlier schedules that
// was taken back leaves the interest unpaid that it had paid.
func (p Plan) unpaidInterest(day calendar.Date) int64 {
	unpaid := interestLeft(p.Schedule, p.accrued(day), max(0, p.counted()))
	_, freed := takenBack(p.countedEarlier(), -min(0, p.counted()))
	return max(0, min(unpaid+freed, p.BalanceOn(day).Minor()))
}

// earlierCount is the money that a schedule counted which was replaced, in minor units.
type earlierCount struct {
	PastSchedule

	minor int64
}

// countedEarlier is what each schedule before this one counted, less what was taken back
// before this one was made: that is part of what it spreads.
func (p Plan) countedEarlier() []earlierCount {
	var counts []earlierCount
	before := int64(0)
	for _, past := range p.Past {
		if more := past.Counted.Minor() - before; more >= 0 {
			counts = append(counts, earlierCount{past, more})
		} else {
			counts, _ = takenBack(append(counts, earlierCount{past, 0}), -more)
		}
		before = past.Counted.Minor()
	}
	return counts
}

// takenBack takes money back from the schedules that counted it, the last one first;
// freed is the interest that it had paid and that is owed again.
func takenBack(counts []earlierCount, minor int64) (left []earlierCount, freed int64) {
	left = slices.Clone(counts)
	for i := len(left) - 1; i >= 0 && minor > 0; i-- {
		part := min(minor, left[i].minor)
		was := interestLeft(left[i].Schedule, left[i].Accrued.Minor(), left[i].minor)
		left[i].minor -= part
		freed += interestLeft(left[i].Schedule, left[i].Accrued.Minor(), left[i].minor) - was
		minor -= part
	}
	return left, freed
}

// interestLeft is what the money that a schedule counts leaves of the interest that it
// has borne and of that which it took over.
func interestLeft(schedule []Instalment, accrued, counted int64) int64 {
	paid := int64(0)
	for _, instalment := range schedule {
		part := min(counted, instalment.Amount().Minor())
		paid += min(part, instalment.EarlierInterest.Minor()+instalment.Interest.Minor())
		counted -= part
	}
	return max(0, earlierInterest(schedule)+accrued-paid)
}

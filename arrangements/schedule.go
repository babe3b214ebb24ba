package arrangements

import (
	"math/big"
	"time"

	"relance/calendar"
	"relance/law"
	"relance/money"
)

// schedule are the instalments by which a debt is paid from a day on. What of it is
// interest is paid first (C. civ. 1343-1).
func schedule(owed debt, currency money.Currency, t Terms, from calendar.Date, window calendar.Window) []Instalment {
	var instalments []Instalment
	interest := owed.interest
	add := func(on calendar.Date, minor int64) {
		part := min(interest, minor)
		interest -= part
		instalments = append(instalments, Instalment{
			Number: len(instalments) + 1, DueOn: workingDay(on, window), Principal: money.FromMinor(minor-part, currency),
			EarlierInterest: money.OmitNothing(money.FromMinor(part, currency)),
		})
	}
	rest := owed.sum
	if t.DownPayment.Sign() > 0 {
		add(t.DownPaymentOn, t.DownPayment.Minor())
		rest -= t.DownPayment.Minor()
	}
	months := t.months()
	even := rest / int64(months)
	for month := range months {
		minor := even
		switch {
		case len(t.Amounts) > 0:
			minor = t.Amounts[month].Minor()
		case month == months-1:
			minor = rest - even*int64(months-1) // the last one takes the odd cents
		}
		add(monthsLater(t.FirstOn, month), minor)
	}
	if t.Interest.isOn() {
		addInterest(instalments, money.FromMinor(owed.sum-owed.interest, currency), t.Interest.Rate, from)
	}
	return instalments
}

// monthsLater is the same day of a later month, or its last day when it has no such
// day: 31 January, 28 February, 31 March.
func monthsLater(first calendar.Date, months int) calendar.Date {
	begin := calendar.NewDate(first.Year(), first.Month()+time.Month(months), 1)
	return min(begin.AddDays(first.Day()-1), begin.EndOfMonth())
}

// workingDay is the first working day on or after a day.
func workingDay(day calendar.Date, window calendar.Window) calendar.Date {
	for !window.IsWorkingDay(day) {
		day = day.AddDays(1)
	}
	return day
}

// addInterest gives each instalment the interest of the days before it on what is
// owed then. The exact sums are rounded as they add up, half a cent upwards, so that
// all instalments together bear the interest of the whole, rounded once.
func addInterest(instalments []Instalment, principal money.Amount, rate law.Percent, from calendar.Date) {
	charged := int64(0)
	for i := range instalments {
		owed := rounded(interestTo(instalments, principal, rate, from, instalments[i].DueOn))
		instalments[i].Interest = money.FromMinor(owed-charged, principal.Currency())
		charged = owed
	}
}

const yearDays = 365

// interestTo is the exact interest, in minor units, from a day to another on a
// principal that is paid as scheduled: simple interest, a year of 365 days, the day
// of a payment counted.
func interestTo(instalments []Instalment, principal money.Amount, rate law.Percent, from, to calendar.Date) *big.Rat {
	sum := new(big.Rat)
	owed, begin := principal.Minor(), from
	for _, instalment := range instalments {
		end := min(instalment.DueOn, to)
		sum.Add(sum, interestOf(owed, rate, end, begin))
		if instalment.DueOn >= to {
			return sum
		}
		owed -= instalment.Principal.Minor()
		begin = max(begin, end)
	}
	return sum
}

func interestOf(minor int64, rate law.Percent, to, from calendar.Date) *big.Rat {
	if to <= from || minor <= 0 {
		return new(big.Rat)
	}
	amount := new(big.Int).Mul(big.NewInt(minor), big.NewInt(int64(rate)))
	amount.Mul(amount, big.NewInt(int64(to-from)))
	return new(big.Rat).SetFrac(amount, big.NewInt(100*int64(law.OnePercent)*yearDays))
}

// rounded is a number of minor units, half a unit rounded upwards; it is not
// negative.
func rounded(exact *big.Rat) int64 {
	doubled := new(big.Int).Mul(exact.Num(), big.NewInt(2))
	doubled.Add(doubled, exact.Denom())
	return doubled.Quo(doubled, new(big.Int).Mul(exact.Denom(), big.NewInt(2))).Int64()
}

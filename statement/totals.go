package statement

import (
	"maps"
	"slices"

	"relance/latefees"
	"relance/ledger"
	"relance/money"
)

// sums add up cases by currency.
type sums map[money.Currency]*sum

type sum struct {
	Total
	perDay    latefees.Exact
	isUnknown bool
}

func (s sums) of(currency money.Currency) *sum {
	if s[currency] == nil {
		zero := money.FromMinor(0, currency)
		s[currency] = &sum{Total: Total{Currency: currency, Overpaid: zero, GivenUp: zero, Due: zero}}
	}
	return s[currency]
}

// take adds a case and the exact sum of its daily amount.
func (s sums) take(c Case, perDay latefees.Exact) error {
	for _, line := range c.Lines {
		total := s.of(line.Arisen.Currency())
		if err := total.takeLine(line); err != nil {
			return err
		}
		open, asked := &total.Due, line.Open
		if c.IsGivenUp() {
			open = &total.GivenUp
		}
		if line.Part == ledger.PartPrincipal && c.Disputed.Sign() > 0 {
			asked = money.FromMinor(asked.Minor()-c.Disputed.Minor(), asked.Currency())
			total.Disputed = money.FromMinor(total.Disputed.Minor()+c.Disputed.Minor(), asked.Currency())
		}
		if err := addTo(open, asked); err != nil {
			return err
		}
	}
	total := s.of(c.Overpaid.Currency())
	if err := addTo(&total.Overpaid, c.Overpaid); err != nil {
		return err
	}
	if c.ClaimedFrom.IsZero() || c.IsGivenUp() {
		return nil
	}
	total.isUnknown = total.isUnknown || c.PerDay.Unknown
	if perDay.IsZero() {
		return nil
	}
	var err error
	total.perDay, err = perDay.Add(total.perDay)
	return err
}

func (t *sum) takeLine(line Line) error {
	at := slices.IndexFunc(t.Lines, func(l Line) bool { return l.Part == line.Part })
	if at < 0 {
		line.Article = ""
		t.Lines = append(t.Lines, line)
		return nil
	}
	known := &t.Lines[at]
	for _, each := range []struct {
		into *money.Amount
		from money.Amount
	}{
		{&known.Arisen, line.Arisen}, {&known.Paid, line.Paid}, {&known.Credited, line.Credited}, {&known.Waived, line.Waived},
		{&known.Tolerated, line.Tolerated}, {&known.NotClaimed, line.NotClaimed}, {&known.Open, line.Open},
	} {
		if err := addTo(each.into, each.from); err != nil {
			return err
		}
	}
	return nil
}

func addTo(into *money.Amount, from money.Amount) error {
	added, err := into.Add(from)
	*into = added
	return err
}

// totals are in the order of the currencies' codes.
func (s sums) totals() []Total {
	totals := make([]Total, 0, len(s))
	order := []ledger.Part{ledger.PartPrincipal, ledger.PartInterest, ledger.PartIndemnity, ledger.PartCosts}
	for _, currency := range slices.Sorted(maps.Keys(s)) {
		total := s[currency].Total
		slices.SortStableFunc(total.Lines, func(x, y Line) int { return slices.Index(order, x.Part) - slices.Index(order, y.Part) })
		total.PerDay = daily(s[currency].perDay, currency, s[currency].isUnknown)
		totals = append(totals, total)
	}
	return totals
}

package collection

import (
	"slices"

	"relance/calendar"
	"relance/money"
)

// DisputeRaised: a dispute was noted.
type DisputeRaised struct{ Dispute Dispute }

// DisputeAssigned: a dispute has another owner.
type DisputeAssigned struct{ ID, Owner string }

// DisputeEscalated: a supervisor was asked about a dispute that nobody answered.
type DisputeEscalated struct{ ID string }

// DisputeResolved: a dispute was answered.
type DisputeResolved struct {
	ID                          string
	Outcome                     DisputeOutcome
	Accepted, Awaited, Credited money.Amount
	On                          calendar.Date
}

// DisputeCredited: a credit note that a dispute waited for has come.
type DisputeCredited struct {
	ID     string
	Amount money.Amount
	On     calendar.Date
}

func (e DisputeRaised) apply(c Case) Case {
	c.Disputes = append(c.Disputes[:len(c.Disputes):len(c.Disputes)], e.Dispute)
	return c.noteRestOfDisputes(e.Dispute.RestFrom)
}

func (e DisputeAssigned) apply(c Case) Case {
	return c.withDispute(e.ID, func(d *Dispute) { d.Owner = e.Owner })
}

func (e DisputeEscalated) apply(c Case) Case {
	return c.withDispute(e.ID, func(d *Dispute) { d.Escalated = true })
}

func (e DisputeResolved) apply(c Case) Case {
	c = c.withDispute(e.ID, func(d *Dispute) {
		d.Outcome, d.ResolvedOn, d.Accepted, d.Awaited, d.Credited = e.Outcome, e.On, e.Accepted, e.Awaited, e.Credited
		if d.Awaited.Sign() <= 0 {
			d.EndedOn = e.On
		}
	})
	return c.noteRestOfDisputes(e.On)
}

func (e DisputeCredited) apply(c Case) Case {
	c = c.withDispute(e.ID, func(d *Dispute) {
		d.Awaited = money.FromMinor(d.Awaited.Minor()-e.Amount.Minor(), e.Amount.Currency())
		d.Credited = money.FromMinor(d.Credited.Minor()+e.Amount.Minor(), e.Amount.Currency())
		if d.Awaited.Sign() <= 0 {
			d.Awaited, d.EndedOn = money.Amount{}, e.On
		}
	})
	if c.Rules < rulesOfCredits {
		return c
	}
	return c.noteRestOfDisputes(e.On)
}

func (c Case) withDispute(id string, change func(*Dispute)) Case {
	c.Disputes = slices.Clone(c.Disputes)
	for i := range c.Disputes {
		if c.Disputes[i].ID == id {
			change(&c.Disputes[i])
		}
	}
	return c
}

// noteRestOfDisputes keeps from which day on nothing but what is disputed is open.
func (c Case) noteRestOfDisputes(on calendar.Date) Case {
	if len(c.Disputes) == 0 {
		return c
	}
	rests := c.isAllDisputed()
	c.Disputes = slices.Clone(c.Disputes)
	for i := range c.Disputes {
		switch d := &c.Disputes[i]; {
		case !d.EndedOn.IsZero():
		case !rests:
			d.RestFrom = 0
		case d.RestFrom.IsZero():
			d.RestFrom = on
		}
	}
	return c
}

package arrangements

import (
	"slices"
	"time"

	"relance/calendar"
	"relance/money"
)

// Event is a change of a plan that was decided. Applying it cannot fail.
type Event interface{ apply(p Plan) Plan }

// Apply is the plan after an event.
func Apply(p Plan, e Event) Plan { return e.apply(p) }

// ApplyAll is the plan after events, in order.
func ApplyAll(p Plan, events []Event) Plan {
	for _, e := range events {
		p = Apply(p, e)
	}
	return p
}

// Approved: somebody who may grant the terms released the plan.
type Approved struct{}

// Accepted: the debtor agreed; the plan runs from the day on which that was known.
type Accepted struct {
	Acceptance Acceptance
	On         calendar.Date
}

// MoneyTaken: the ledger's sums changed.
type MoneyTaken struct{ Received, Open money.Amount }

// Told: the debtor was told of an instalment.
type Told ReportTold

// NoticePostponed: a notice about an instalment waits.
type NoticePostponed PostponeNotice

// SettlementOffered: the debtor may end the plan early.
type SettlementOffered struct{ Settlement Settlement }

// Rescheduled: what is still owed is paid by another schedule.
type Rescheduled struct {
	Terms    Terms
	Schedule []Instalment
	On       calendar.Date
	// Accrued is the interest that the schedule before had borne.
	Accrued money.Amount
}

// Reopened: money was taken back that had kept the plan, which goes on again.
type Reopened struct{ On calendar.Date }

// Ended: the plan is over.
type Ended struct {
	State  State
	On     calendar.Date
	Reason string
}

// DebitRecorded: an instalment is being collected.
type DebitRecorded RecordDebit

// DebitReturned: a direct debit came back.
type DebitReturned ReturnDebit

func (Approved) apply(p Plan) Plan {
	p.State, p.Beyond = StateOffered, nil
	return p
}

func (e Accepted) apply(p Plan) Plan {
	p.State, p.Acceptance, p.RunsFrom = StateRunning, e.Acceptance, e.On
	return p
}

func (e MoneyTaken) apply(p Plan) Plan {
	p.Received, p.Open = e.Received, e.Open
	return p.withDemandsMet()
}

func (e NoticePostponed) apply(p Plan) Plan {
	p.NotBefore = e.Until
	return p
}

func (e Told) apply(p Plan) Plan {
	p.NotBefore = time.Time{}
	return p.changing(e.Instalment, func(i *Instalment) {
		switch {
		case e.Missed && e.Asked && p.Rules >= rulesOfCollection:
			i.Asked = e.On
		case e.Missed:
			i.Missed = e.On
		default:
			i.Announced = e.On
		}
	})
}

func (e SettlementOffered) apply(p Plan) Plan {
	p.Settlement = e.Settlement
	return p
}

func (e Rescheduled) apply(p Plan) Plan {
	past := PastSchedule{Version: p.Version, ReplacedOn: e.On, Schedule: p.Schedule, Counted: p.Received, Accrued: e.Accrued}
	p.Past = append(p.Past[:len(p.Past):len(p.Past)], past)
	p.Version++
	p.Terms, p.Schedule, p.CountedBefore, p.Settlement = e.Terms, e.Schedule, p.Received, Settlement{}
	return p
}

func (e Reopened) apply(p Plan) Plan {
	p.State, p.EndedOn, p.EndReason, p.NotBefore = StateRunning, 0, "", time.Time{}
	p.Reopened = append(p.Reopened[:len(p.Reopened):len(p.Reopened)], e.On)
	return p.withoutDemands(func(int) bool { return true })
}

func (e Ended) apply(p Plan) Plan {
	p.State, p.EndedOn, p.EndReason = e.State, e.On, e.Reason
	return p
}

func (e DebitRecorded) apply(p Plan) Plan {
	return p.changing(e.Instalment, func(i *Instalment) {
		i.Asked = 0 // it is collected
		i.Debits = append(i.Debits[:len(i.Debits):len(i.Debits)], e.Debit)
	})
}

func (e DebitReturned) apply(p Plan) Plan {
	p.Schedule = e.in(p.Schedule)
	for _, instalment := range p.Schedule {
		if slices.ContainsFunc(instalment.Debits, func(d Debit) bool { return d.ID == e.ID }) {
			p = p.changing(instalment.Number, func(i *Instalment) { i.Asked = 0 }) // it is known what became of it
		}
	}
	p.Past = slices.Clone(p.Past)
	for i := range p.Past {
		p.Past[i].Schedule = e.in(p.Past[i].Schedule)
	}
	return p
}

// in is a schedule with the debit as it came back, where it is one of the schedule.
func (e DebitReturned) in(schedule []Instalment) []Instalment {
	schedule = slices.Clone(schedule)
	for i := range schedule {
		debits := slices.Clone(schedule[i].Debits)
		for k := range debits {
			if debits[k].ID == e.ID {
				debits[k].Returned, debits[k].Reason, debits[k].RetryOn = e.On, e.Reason, e.RetryOn
			}
		}
		schedule[i].Debits = debits
	}
	return schedule
}

// changing is the plan with one instalment changed; the plan it was made of stays as
// it is.
func (p Plan) changing(number int, change func(*Instalment)) Plan {
	p.Schedule = slices.Clone(p.Schedule)
	if place := p.placeOf(number); place >= 0 {
		change(&p.Schedule[place])
	}
	return p
}

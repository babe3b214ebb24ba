package arrangements

import (
	"cmp"
	"time"

	"relance/calendar"
	"relance/money"
)

// ActionKind is what a plan does next.
type ActionKind string

// What a plan can do next.
const (
	// ActionWait: nothing before At, unless a command arrives.
	ActionWait ActionKind = "wait"
	// ActionRemind: tell the debtor of an instalment that will be due.
	ActionRemind ActionKind = "remind"
	// ActionChase: tell the debtor that an instalment was missed.
	ActionChase ActionKind = "chase"
	// ActionAsk: ask a person of the creditor to collect an instalment, or what became of its
	// direct debit.
	ActionAsk ActionKind = "ask"
	// ActionDefault: end the plan, the whole balance is due.
	ActionDefault ActionKind = "default"
	// ActionExpire: end an offer that was not accepted in time.
	ActionExpire ActionKind = "expire"
	// ActionIdle: nothing at all: the plan is over.
	ActionIdle ActionKind = "idle"
)

// Action is what a plan does next, and why.
type Action struct {
	Kind       ActionKind
	Instalment Instalment
	// Amount is what of the instalment is still due.
	Amount  money.Amount
	At      time.Time
	Because Reason
}

// Next is what the plan does at an instant.
func Next(p Plan, now time.Time) Action {
	switch p.State {
	case StateProposed, StateOffered:
		return p.whileOffered(now)
	case StateRunning:
		return p.whileRunning(now)
	case StateCompleted, StateSettledEarly, StateDefaulted, StateCancelled:
	}
	return Action{Kind: ActionIdle, Because: Reason{Code: becauseOver, State: p.State, Plan: p.ID, Date: p.EndedOn}}
}

func (p Plan) whileOffered(now time.Time) Action {
	why := Reason{Code: becauseOffered, Plan: p.ID, Date: p.OfferEnds}
	if p.State == StateProposed {
		why.Code = becauseProposed
	}
	ends := p.Window.Instant(p.OfferEnds.AddDays(1), p.Debtor)
	if ends.After(now) {
		return Action{Kind: ActionWait, At: ends, Because: why}
	}
	return Action{Kind: ActionExpire, At: now, Because: why}
}

func (p Plan) whileRunning(now time.Time) Action {
	place, found := p.nextPlace()
	if !found {
		return Action{Kind: ActionIdle, Because: Reason{Code: becauseOver, State: StateCompleted, Plan: p.ID}}
	}
	instalment, due := p.Schedule[place], p.StillDue(place)
	why := Reason{Code: becauseDue, Plan: p.ID, Instalment: instalment.Number, Amount: due, Date: instalment.DueOn}
	late := why
	chaseOn, isChased := p.chaseOn(instalment, p.today(now))
	late.Code, late.Date = becauseLate, p.graceEnd(instalment, cmp.Or(instalment.Missed, max(chaseOn, p.today(now))))
	askOn, askedFor, isAsked := p.askOn(instalment)
	ask := why
	if p.today(now) >= instalment.DueOn {
		ask.Code = askedFor
	}
	if since := p.reopenedOn(); instalment.DueOn <= since {
		late.Code, late.Since = becauseReopened, since
		why = late
	}
	// A reminder that could not leave waits, and so does not keep back what ends the plan.
	told := func(day calendar.Date) time.Time { return latest(p.Window.Instant(day, p.Debtor), p.NotBefore) }
	coming := []planned{
		{ActionRemind, told(p.announceOn(instalment)), why, p.isAnnounced(instalment) && instalment.Announced.IsZero() && p.today(now) <= instalment.DueOn},
		{ActionChase, told(chaseOn), late, isChased},
		{ActionDefault, p.Window.Instant(p.GraceEnd(instalment).AddDays(1), p.Debtor), late, p.isDemanded(instalment) && !p.isCreditorsTurn(instalment)},
		{ActionAsk, p.Window.Instant(askOn, p.Debtor), ask, isAsked},
	}
	var next planned
	for _, candidate := range coming {
		switch {
		case !candidate.wanted:
		case !candidate.at.After(now):
			// After an outage what ends the plan goes before what is only said.
			next = candidate
		case next.kind == "" || candidate.at.Before(next.at) && next.at.After(now):
			next = candidate
		}
	}
	if next.at.After(now) {
		return Action{Kind: ActionWait, Instalment: instalment, Amount: due, At: next.at, Because: next.why}
	}
	return Action{Kind: next.kind, Instalment: instalment, Amount: due, At: now, Because: next.why}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// planned is something the plan may do from an instant on.
type planned struct {
	kind   ActionKind
	at     time.Time
	why    Reason
	wanted bool
}

func (p Plan) today(now time.Time) calendar.Date { return p.Window.DateOf(now) }

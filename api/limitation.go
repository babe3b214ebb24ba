package api

import (
	"context"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/deadlines"
	"relance/imports/invoice"
	"relance/workflows"
)

// limitation is until when a claim can be brought to court.
type limitation struct {
	Kind        string        `json:"kind" enum:"business,consumer,public,carriage"`
	LastDay     calendar.Date `json:"last_day" doc:"The prudent last day to act."`
	Stopped     bool          `json:"stopped,omitempty" doc:"Something that stops the limitation goes on; last_day is then the earliest it can be."`
	Passed      bool          `json:"passed,omitempty" doc:"The last day is over: nothing leaves by itself any more."`
	NextWarning calendar.Date `json:"next_warning,omitzero" doc:"When a person is warned next."`
	Effect      string        `json:"effect,omitempty" enum:"none,possible,interrupts,suspends" doc:"What the event just recorded does."`
	Event       string        `json:"event,omitempty" doc:"The same in words, with the article."`
	EventFR     string        `json:"event_fr,omitempty" doc:"The same in French."`
	PossibleDay calendar.Date `json:"possible_day,omitzero" doc:"A later last day that holds only if a court takes the event for an interruption. It moves nothing."`
}

func newLimitation(s workflows.LimitationStatus) limitation {
	return limitation{
		Kind: string(s.Kind), LastDay: s.LastDay, Stopped: s.Stopped, Passed: s.Passed, NextWarning: s.NextWarning,
		Effect: string(s.Effect), Event: s.Event, EventFR: s.EventFR, PossibleDay: s.PossibleDay,
	}
}

// reckoning is how a limitation was reckoned, and from what.
type reckoning struct {
	CountedFrom calendar.Date     `json:"counted_from" doc:"The earliest of completion, invoice and due date; its own day does not count."`
	Because     string            `json:"because" doc:"How the last day was found, with the articles."`
	BecauseFR   string            `json:"because_fr"`
	Doubts      []string          `json:"doubts" nullable:"false" doc:"What a person should look at."`
	DoubtsFR    []string          `json:"doubts_fr" nullable:"false"`
	Events      []limitationEvent `json:"events" nullable:"false" doc:"What happened to the claim, and what each event does."`
}

type limitationEvent struct {
	ID          string        `json:"id"`
	Event       string        `json:"event" example:"court-claim"`
	On          calendar.Date `json:"on"`
	Ended       calendar.Date `json:"ended,omitzero"`
	Result      string        `json:"result,omitempty" enum:"withdrawn,lapsed,rejected,mistaken"`
	Effect      string        `json:"effect,omitempty" enum:"none,possible,interrupts,suspends"`
	Says        string        `json:"says,omitempty"`
	SaysFR      string        `json:"says_fr,omitempty"`
	PossibleDay calendar.Date `json:"possible_day,omitzero"`
	By          string        `json:"by,omitempty"`
	At          time.Time     `json:"at" doc:"Business time of the last report."`
}

func newReckoning(f casefile.File) reckoning {
	l := f.Limitation
	if l.LastDay.IsZero() {
		return reckoning{}
	}
	return reckoning{
		CountedFrom: l.Start, Because: l.Because.String(), BecauseFR: l.Because.French(),
		Doubts: each(l.Doubts, deadlines.Reason.String), DoubtsFR: each(l.Doubts, deadlines.Reason.French),
		Events: each(f.LimitationEvents, func(e casefile.LimitationEvent) limitationEvent { return newLimitationEvent(l, e) }),
	}
}

func newLimitationEvent(l deadlines.Limitation, e casefile.LimitationEvent) limitationEvent {
	told := limitationEvent{ID: e.ID, Event: string(e.Kind), On: e.On, Ended: e.Until, Result: string(e.Void), By: e.Actor, At: e.At}
	for _, effect := range l.Effects {
		if effect.Event == e.LimitationEvent {
			told.Effect, told.Says, told.SaysFR = string(effect.Kind), effect.Because.String(), effect.Because.French()
		}
	}
	for _, possible := range l.Possible {
		if possible.Event == e.LimitationEvent {
			told.PossibleDay = possible.LastDay
		}
	}
	return told
}

func (a *api) registerLimitation() {
	register(a, decision("record-limitation-event", "limitation-events", "Record what touches the limitation of a claim",
		"An interruption (court-claim, payment-order-served, enforcement-act, insolvency-claim), a suspension (mediation, conciliation, small-claims-agreement), an "+
			"acknowledgement, or what people believe to interrupt and does not (formal-notice, payment-order-filed): those are recorded as facts. The answer says "+
			"what the event does and the prudent last day after it. The same id again says more of it: when it ended, or how it came to nothing."), a.recordLimitationEvent)
}

type limitationEventInput struct {
	CaseKey
	Body struct {
		ID     string        `json:"id" minLength:"1" maxLength:"200" example:"RG-2027-00123" doc:"The event's own ID. It counts once."`
		Event  string        `json:"event,omitempty" enum:"formal-notice,payment-order-filed,payment-order-served,acknowledgement,court-claim,enforcement-act,insolvency-claim,mediation,conciliation,small-claims-agreement" doc:"What happened; may be left out of an event that is recorded."`
		On     calendar.Date `json:"on,omitzero" doc:"The day it happened or began; may be left out of an event that is recorded."`
		Ended  calendar.Date `json:"ended,omitzero" doc:"The day on which what lasts came to its end."`
		Result string        `json:"result,omitempty" enum:"withdrawn,lapsed,rejected,mistaken" doc:"How it came to nothing; mistaken: it never happened."`
		By     string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"LimitationEventOrder"`
}

func (a *api) recordLimitationEvent(ctx context.Context, in *limitationEventInput) (*decisionOutput, error) {
	given := in.Body
	if given.Event == "" && given.Ended.IsZero() && given.Result == "" {
		return nil, collection.Refuse(collection.RefusedInvalid, "the event %s says nothing: say what happened and on which day, or when it ended, or how it came to nothing", given.ID)
	}
	return a.command(ctx, in.CaseKey, workflows.CommandLimitationEvent, workflows.LimitationEvent{
		ID: invoice.Tidy(given.ID), Event: deadlines.LimitationEventKind(given.Event), On: given.On, Ended: given.Ended,
		Result: deadlines.VoidBy(given.Result), By: author(ctx, given.By),
	})
}

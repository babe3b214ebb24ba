package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// MediationProposal says that one side asks for a mediation: by the company-mediator,
// a conciliator, the contractual mediator, a conventional one, or the consumer mediator,
// to whom only the consumer can turn. ID is the mediation's own.
type MediationProposal struct {
	ID   string                   `json:"id"`
	Kind collection.MediationKind `json:"kind"`
	// Mediator is the key of one of the creditor's configured mediators.
	Mediator string `json:"mediator,omitempty"`
	// AskedBy is creditor or debtor.
	AskedBy collection.Party `json:"asked_by"`
	// RespondBy is the last day to answer; fifteen days later when it is missing.
	RespondBy calendar.Date `json:"respond_by,omitzero"`
	// ByHand: a person has invited the debtor, or will. Otherwise the invitation of a
	// creditor leaves by itself.
	ByHand bool   `json:"by_hand,omitempty"`
	By     string `json:"by,omitempty"`
}

// MediationAnswer says that the other side takes part, or declines.
type MediationAnswer struct {
	ID string `json:"id"`
	// Answer is accepted or declined.
	Answer string `json:"answer"`
	// On is the day of the answer; today when it is missing.
	On calendar.Date `json:"on,omitzero"`
	// InWriting: both sides agreed to it in writing, which suspends the limitation from
	// that day; else the first session does.
	InWriting bool `json:"in_writing,omitempty"`
	// EndBy is the day by which it should have ended.
	EndBy calendar.Date `json:"end_by,omitzero"`
	By    string        `json:"by,omitempty"`
}

// MediationSession says that a meeting with the mediator was held or missed, and until
// when the mediation goes on if that is later than planned.
type MediationSession struct {
	ID string        `json:"id"`
	On calendar.Date `json:"on"`
	// Meeting is held or missed.
	Meeting string        `json:"meeting"`
	EndBy   calendar.Date `json:"end_by,omitzero"`
	By      string        `json:"by,omitempty"`
}

// MediationEnd says how a mediation ended: agreement, failure or withdrawn.
type MediationEnd struct {
	ID      string                      `json:"id"`
	Outcome collection.MediationOutcome `json:"outcome"`
	// On is the day it ended; today when it is missing.
	On calendar.Date `json:"on,omitzero"`
	// Certificate is the reference of the document that states its failure.
	Certificate string `json:"certificate,omitempty"`
	// Agreement is settlement, plan, discount or withdrawal, with what the debtor pays
	// and the last day to do so.
	Agreement collection.AgreementKind `json:"agreement,omitempty"`
	Amount    Decimal                  `json:"amount,omitempty"`
	Currency  string                   `json:"currency,omitempty"`
	Until     calendar.Date            `json:"until,omitzero"`
	By        string                   `json:"by,omitempty"`
}

// mediationOrder is an order about a mediation. The core decides on it with what the
// case file and the law know.
type mediationOrder interface {
	order
	note() string
	// mediation is its ID.
	mediation() string
	command(today calendar.Date, facts activities.MediationFacts) (collection.Command, error)
}

func (MediationProposal) name() string { return CommandProposeMediation }
func (MediationAnswer) name() string   { return CommandMediationAnswered }
func (MediationSession) name() string  { return CommandMediationSession }
func (MediationEnd) name() string      { return CommandMediationEnded }

func (p MediationProposal) author() string { return p.By }
func (a MediationAnswer) author() string   { return a.By }
func (s MediationSession) author() string  { return s.By }
func (e MediationEnd) author() string      { return e.By }

func (p MediationProposal) mediation() string { return strings.TrimSpace(p.ID) }
func (a MediationAnswer) mediation() string   { return strings.TrimSpace(a.ID) }
func (s MediationSession) mediation() string  { return strings.TrimSpace(s.ID) }
func (e MediationEnd) mediation() string      { return strings.TrimSpace(e.ID) }

func (p MediationProposal) note() string {
	return fmt.Sprintf("mediation %s (%s), asked for by the %s", p.mediation(), p.Kind, p.AskedBy)
}

func (a MediationAnswer) note() string { return "mediation " + a.mediation() + ": " + a.Answer }

func (s MediationSession) note() string {
	return fmt.Sprintf("mediation %s: session of %s %s", s.mediation(), s.On, s.Meeting)
}

func (e MediationEnd) note() string {
	words := "mediation " + e.mediation() + ": " + string(e.Outcome)
	if e.Agreement != "" {
		words += ", " + string(e.Agreement)
	}
	if e.Certificate != "" {
		words += ", certificate " + e.Certificate
	}
	return words
}

func (p MediationProposal) command(today calendar.Date, facts activities.MediationFacts) (collection.Command, error) {
	return collection.ProposeMediation{
		ID: p.mediation(), Kind: p.Kind, Mediator: strings.TrimSpace(p.Mediator), AskedBy: p.AskedBy, RespondBy: p.RespondBy, Author: p.By, On: today,
		Invite: !p.ByHand, Consumer: facts.Consumer, UnknownMediator: facts.UnknownMediator, Closed: facts.Closed,
	}, nil
}

func (a MediationAnswer) command(today calendar.Date, facts activities.MediationFacts) (collection.Command, error) {
	accepted, err := oneOfTwo("answer", a.Answer, "accepted", "declined")
	return collection.AnswerMediation{
		ID: a.mediation(), Accepted: accepted, InWriting: a.InWriting, On: orToday(a.On, today), EndBy: a.EndBy, Longest: facts.Longest, Author: a.By, Today: today,
	}, err
}

func (s MediationSession) command(today calendar.Date, _ activities.MediationFacts) (collection.Command, error) {
	held, err := oneOfTwo("meeting", s.Meeting, "held", "missed")
	return collection.ReportSession{ID: s.mediation(), On: s.On, Held: held, EndBy: s.EndBy, Author: s.By, Today: today}, err
}

func (e MediationEnd) command(today calendar.Date, facts activities.MediationFacts) (collection.Command, error) {
	command := collection.EndMediation{
		ID: e.mediation(), Outcome: e.Outcome, On: orToday(e.On, today), Certificate: strings.TrimSpace(e.Certificate),
		Agreement: collection.Agreement{Kind: e.Agreement, Until: e.Until}, Author: e.By, Today: today,
	}
	if e.Amount != "" {
		agreed, err := amount(e.Amount, e.Currency)
		if err != nil {
			return nil, collection.Refuse(collection.RefusedInvalid, "mediation %s: %s", command.ID, err)
		}
		command.Agreement.Amount = agreed
	}
	if e.Agreement == collection.AgreementSettlement {
		command.Agreement.Before = facts.Received
	}
	return command, nil
}

func oneOfTwo(field, given, yes, no string) (bool, error) {
	if given != yes && given != no {
		return false, collection.Refuse(collection.RefusedInvalid, "%s is %q: say %s or %s", field, given, yes, no)
	}
	return given == yes, nil
}

// checkMediation refuses what the core refuses whatever the case file knows.
func (r *caseRun) checkMediation(o mediationOrder, today calendar.Date) error {
	command, err := o.command(today, activities.MediationFacts{})
	if err == nil {
		_, err = collection.Decide(r.state, command)
	}
	return err
}

// carryOutMediation decides on an order about a mediation, records it, and has the
// limitation suspended or run on from the day that the law says.
func (r *caseRun) carryOutMediation(ctx workflow.Context, o mediationOrder, at time.Time, today calendar.Date) (activities.LimitationRecorded, error) {
	var nothing activities.LimitationRecorded
	if err := r.checkMediation(o, today); err != nil {
		return nothing, err
	}
	if proposal, isNew := o.(MediationProposal); isNew && proposal.AskedBy == collection.PartyCreditor && !invitesOnDemand(ctx) {
		proposal.ByHand = true
		o = proposal
	}
	facts, err := mediationFacts(ctx, r.questionOf(o, at, today))
	if err != nil {
		return nothing, err
	}
	command, err := o.command(today, facts)
	if err != nil {
		return nothing, err
	}
	before, _ := r.state.Mediation(o.mediation())
	if err := r.record(ctx, command, activities.DecisionOrder{
		Key: r.decisionKey(o.name()), Kind: o.name(), By: o.author(), Note: o.note(), At: at,
	}); err != nil {
		return nothing, err
	}
	return r.suspendLimitation(ctx, before, o.mediation(), o.name(), o.author(), at)
}

// record decides on a command and writes what comes of it before it is true.
func (r *caseRun) record(ctx workflow.Context, command collection.Command, decision activities.DecisionOrder) error {
	events, err := collection.Decide(r.state, command)
	if err != nil || len(events) == 0 {
		return err
	}
	decision.CaseKey, decision.Events = r.key(), events
	if err := recordDecision(ctx, decision); err != nil {
		return asRefusal(err)
	}
	r.state = collection.ApplyAll(r.state, events)
	r.changes++
	return nil
}

func (r *caseRun) questionOf(o mediationOrder, at time.Time, today calendar.Date) activities.MediationQuestion {
	question := activities.MediationQuestion{CaseKey: r.key(), On: today, At: at}
	if proposal, isNew := o.(MediationProposal); isNew {
		question.Kind, question.Mediator = proposal.Kind, strings.TrimSpace(proposal.Mediator)
		return question
	}
	known, _ := r.state.Mediation(o.mediation())
	question.Kind, question.Mediator = known.Kind, known.Mediator
	if answer, isAnswer := o.(MediationAnswer); isAnswer {
		question.On = orToday(answer.On, today)
	}
	return question
}

// suspendLimitation records what a mediation does to the limitation, once that has
// changed. Where no limitation is watched there is nothing to suspend.
func (r *caseRun) suspendLimitation(ctx workflow.Context, before collection.Mediation, id, name, by string, at time.Time) (activities.LimitationRecorded, error) {
	var nothing activities.LimitationRecorded
	now, _ := r.state.Mediation(id)
	was, _ := before.Suspension()
	event, suspends := now.Suspension()
	if !suspends || event == was || !r.state.Limitation.IsKnown() {
		return nothing, nil
	}
	recorded, err := recordLimitationEvent(ctx, activities.LimitationOrder{
		CaseKey: r.key(), ID: "mediation/" + now.ID, Event: event.Kind, On: event.On, Ended: event.Until, By: by, At: at,
	})
	if err != nil {
		return nothing, err
	}
	if recorded.Refused != "" {
		return nothing, r.recordRefusal(ctx, name, by, fmt.Errorf("the limitation is not suspended by the mediation %s: %s", now.ID, recorded.Refused))
	}
	return recorded, r.decide(collection.TakeLimitation{Limitation: recorded.Limitation})
}

func mediationFacts(ctx workflow.Context, question activities.MediationQuestion) (facts activities.MediationFacts, err error) {
	err = inDatabase(ctx, "mediation: "+string(question.Kind), activities.NameMediationFacts, question, &facts)
	return facts, err
}

// giveUp gives up what a settlement that was kept leaves of the claim: the principal by
// a credit, then the late fees by a waiver. Where the account takes neither, the
// settlement counts as broken, and a person sees why in the history.
func (r *caseRun) giveUp(ctx workflow.Context, action collection.Action) error {
	r.describe(ctx, action)
	at := r.now(ctx)
	today := r.state.Window.DateOf(at)
	entry := ledger.Entry{Kind: ledger.EntryCreditNote, ID: "settlement/" + action.Mediation, Amount: action.Amount, ValueDate: today}
	if r.state.Open.Sign() <= 0 {
		entry = ledger.Entry{Kind: ledger.EntryWaiver, ID: entry.ID, Note: "settled in the mediation " + action.Mediation, ValueDate: today}
	}
	posted, err := postEntry(ctx, activities.EntryOrder{CaseKey: r.key(), Entry: entry, By: "relance", At: at})
	if err != nil {
		return err
	}
	open, fees := r.state.Open, r.state.LateFees
	if posted.Refused == "" {
		if err := r.takePosition(ctx, collection.TakePosition{Open: posted.Open, LateFees: posted.LateFees, Settled: posted.Settled, On: today}); err != nil {
			return err
		}
	}
	if r.state.Open != open || r.state.LateFees != fees {
		return nil
	}
	return r.record(ctx, collection.BreakAgreement{Mediation: action.Mediation, On: today}, activities.DecisionOrder{
		Key: "agreement-broken/" + action.Mediation, Kind: "agreement-broken", By: "relance", Note: "the rest of the claim could not be given up: " + posted.Refused, At: at,
	})
}

// MediationStatus is how the last mediation of a case stands.
type MediationStatus struct {
	ID      string                      `json:"id"`
	Kind    collection.MediationKind    `json:"kind"`
	AskedBy collection.Party            `json:"asked_by"`
	Phase   collection.MediationPhase   `json:"phase"`
	Outcome collection.MediationOutcome `json:"outcome,omitempty"`
	// RespondBy is the last day to answer, EndBy the one by which it should have ended.
	RespondBy   calendar.Date `json:"respond_by,omitzero"`
	EndBy       calendar.Date `json:"end_by,omitzero"`
	Ended       calendar.Date `json:"ended,omitzero"`
	Certificate string        `json:"certificate,omitempty"`
	// Agreement is what was agreed, Amount what the debtor pays and Until the last day.
	Agreement collection.AgreementKind `json:"agreement,omitempty"`
	Amount    money.Amount             `json:"amount,omitzero"`
	Until     calendar.Date            `json:"until,omitzero"`
}

func newMediationStatus(c collection.Case) MediationStatus {
	if len(c.Mediations) == 0 {
		return MediationStatus{}
	}
	return NewMediationStatus(c.Mediations[len(c.Mediations)-1])
}

// NewMediationStatus describes a mediation.
func NewMediationStatus(m collection.Mediation) MediationStatus {
	return MediationStatus{
		ID: m.ID, Kind: m.Kind, AskedBy: m.AskedBy, Phase: m.Phase(), Outcome: m.Outcome, RespondBy: m.RespondBy, EndBy: m.EndBy, Ended: m.Ended,
		Certificate: m.Certificate, Agreement: m.Agreement.Kind, Amount: m.Agreement.Amount, Until: m.Agreement.Until,
	}
}

// mediationInWords is what a case waits for in a mediation.
func mediationInWords(action collection.Action) string {
	switch action.Task {
	case collection.TaskMediationOverdue:
		return "a person is asked how the mediation stands on " + moment(action.At)
	case collection.TaskAgreementBroken:
		return "what was agreed in the mediation is to be kept by " + moment(action.At)
	default:
		return "the mediation is to be answered by " + moment(action.At)
	}
}

package api

import (
	"context"

	"relance/calendar"
	"relance/collection"
	"relance/imports/invoice"
	"relance/workflows"
)

// mediation is how an attempt to settle a claim with a third person stands.
type mediation struct {
	ID          string        `json:"id"`
	Kind        string        `json:"kind" enum:"company-mediator,conciliator,contractual,consumer,conventional"`
	AskedBy     string        `json:"asked_by" enum:"creditor,debtor"`
	Phase       string        `json:"phase" enum:"invited,accepted,agreed,kept,over" doc:"Nothing leaves while it is invited, accepted or agreed."`
	Outcome     string        `json:"outcome,omitempty" enum:"agreement,failure,withdrawn,declined,unanswered,undelivered"`
	RespondBy   calendar.Date `json:"respond_by,omitzero" doc:"The last day to answer; no answer counts as declining."`
	EndBy       calendar.Date `json:"end_by,omitzero" doc:"The day after which a person is asked how it stands."`
	Ended       calendar.Date `json:"ended,omitzero"`
	Certificate string        `json:"certificate,omitempty" doc:"The reference of the document that states its failure."`
	Agreement   string        `json:"agreement,omitempty" enum:"settlement,plan,discount,withdrawal"`
	Amount      decimal       `json:"amount,omitempty" doc:"What the debtor pays under the agreement."`
	Currency    string        `json:"currency,omitempty"`
	Until       calendar.Date `json:"until,omitzero" doc:"The last day to do so."`
}

func newMediation(s workflows.MediationStatus) mediation {
	return mediation{
		ID: s.ID, Kind: string(s.Kind), AskedBy: string(s.AskedBy), Phase: string(s.Phase), Outcome: string(s.Outcome), RespondBy: s.RespondBy,
		EndBy: s.EndBy, Ended: s.Ended, Certificate: s.Certificate, Agreement: string(s.Agreement),
		Amount: decimalUnlessZero(s.Amount), Currency: string(s.Amount.Currency()), Until: s.Until,
	}
}

func (a *api) registerMediations() {
	register(a, decision("propose-mediation", "mediations", "Ask for a mediation, for either side",
		"Nothing leaves until it is answered; no answer by respond_by counts as declining. Where the creditor asks, the invitation leaves by itself, by e-mail or else by letter, unless by_hand says that a person sends it; where the debtor does, "+
			"a task asks for the answer. Only the consumer can turn to the consumer mediator: record it as asked by the debtor."), a.proposeMediation)
	register(a, ofMediation("answer-mediation", "answer", "Say whether the other side takes part",
		"Accepted in writing, the mediation suspends the limitation from that day (C. civ. 2238); otherwise from the first session that is held."), a.answerMediation)
	register(a, ofMediation("record-mediation-session", "sessions", "Record a meeting with the mediator",
		"Held or missed; end_by prolongs the mediation."), a.recordMediationSession)
	register(a, ofMediation("end-mediation", "end", "Say how a mediation ended",
		"After a failure or a withdrawal the case goes on where it stood. A settlement that is paid in time gives up the rest of the claim, and one that is not leaves it due; "+
			"a plan or a discount is to be concluded until a day; a withdrawal closes the case."), a.endMediation)
}

func ofMediation(id, path, summary, description string) operation {
	return decision(id, "mediations/{mediation}/"+path, summary, description)
}

// MediationKey is embedded in what concerns one mediation of a case.
type MediationKey struct {
	Mediation string `path:"mediation" maxLength:"200" example:"MED-2026-7" doc:"The ID of the mediation."`
}

func (k MediationKey) id() string { return invoice.Tidy(k.Mediation) }

type proposeMediationInput struct {
	CaseKey
	Body struct {
		ID        string        `json:"id" minLength:"1" maxLength:"200" example:"MED-2026-7" doc:"The mediation's own ID. It counts once."`
		Kind      string        `json:"kind" enum:"company-mediator,conciliator,contractual,consumer,conventional" doc:"Who is to mediate."`
		Mediator  string        `json:"mediator,omitempty" maxLength:"60" doc:"Key of one of the creditor's configured mediators."`
		AskedBy   string        `json:"asked_by" enum:"creditor,debtor" doc:"Which side asks."`
		RespondBy calendar.Date `json:"respond_by,omitzero" doc:"The last day to answer; fifteen days from now when it is missing."`
		ByHand    bool          `json:"by_hand,omitempty" doc:"A person sends the invitation, and a task asks for it; only where the creditor asks."`
		By        string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"MediationProposal"`
}

func (a *api) proposeMediation(ctx context.Context, in *proposeMediationInput) (*decisionOutput, error) {
	return a.command(ctx, in.CaseKey, workflows.CommandProposeMediation, workflows.MediationProposal{
		ID: invoice.Tidy(in.Body.ID), Kind: collection.MediationKind(in.Body.Kind), Mediator: invoice.Tidy(in.Body.Mediator),
		AskedBy: collection.Party(in.Body.AskedBy), RespondBy: in.Body.RespondBy, ByHand: in.Body.ByHand, By: author(ctx, in.Body.By),
	})
}

type answerMediationInput struct {
	CaseKey
	MediationKey
	Body struct {
		Answer    string        `json:"answer" enum:"accepted,declined"`
		On        calendar.Date `json:"on,omitzero" doc:"The day of the answer; today when it is missing."`
		InWriting bool          `json:"in_writing,omitempty" doc:"Both sides agreed to the mediation in writing."`
		EndBy     calendar.Date `json:"end_by,omitzero" doc:"The day by which it should have ended; that of the mediator or of the law when it is missing."`
		By        string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"MediationAnswer"`
}

func (a *api) answerMediation(ctx context.Context, in *answerMediationInput) (*decisionOutput, error) {
	return a.command(ctx, in.CaseKey, workflows.CommandMediationAnswered, workflows.MediationAnswer{
		ID: in.id(), Answer: in.Body.Answer, On: in.Body.On, InWriting: in.Body.InWriting, EndBy: in.Body.EndBy, By: author(ctx, in.Body.By),
	})
}

type mediationSessionInput struct {
	CaseKey
	MediationKey
	Body struct {
		On      calendar.Date `json:"on" doc:"The day of the meeting."`
		Meeting string        `json:"meeting" enum:"held,missed"`
		EndBy   calendar.Date `json:"end_by,omitzero" doc:"The day by which the mediation should now have ended."`
		By      string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"MediationSession"`
}

func (a *api) recordMediationSession(ctx context.Context, in *mediationSessionInput) (*decisionOutput, error) {
	return a.command(ctx, in.CaseKey, workflows.CommandMediationSession, workflows.MediationSession{
		ID: in.id(), On: in.Body.On, Meeting: in.Body.Meeting, EndBy: in.Body.EndBy, By: author(ctx, in.Body.By),
	})
}

type endMediationInput struct {
	CaseKey
	MediationKey
	Body struct {
		Outcome     string            `json:"outcome" enum:"agreement,failure,withdrawn"`
		On          calendar.Date     `json:"on,omitzero" doc:"The day it ended; today when it is missing."`
		Certificate string            `json:"certificate,omitempty" maxLength:"200" doc:"Reference of the document that states its failure; the document itself is kept with keep-mediation-certificate."`
		Agreement   string            `json:"agreement,omitempty" enum:"settlement,plan,discount,withdrawal" doc:"What was agreed; only with an agreement."`
		Amount      workflows.Decimal `json:"amount,omitempty" doc:"What the debtor pays."`
		Currency    string            `json:"currency,omitempty" maxLength:"3" doc:"Its currency."`
		Until       calendar.Date     `json:"until,omitzero" doc:"The last day to pay it, or to conclude the plan or the discount."`
		By          string            `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	} `nameHint:"MediationEnd"`
}

func (a *api) endMediation(ctx context.Context, in *endMediationInput) (*decisionOutput, error) {
	return a.command(ctx, in.CaseKey, workflows.CommandMediationEnded, workflows.MediationEnd{
		ID: in.id(), Outcome: collection.MediationOutcome(in.Body.Outcome), On: in.Body.On, Certificate: invoice.Tidy(in.Body.Certificate),
		Agreement: collection.AgreementKind(in.Body.Agreement), Amount: in.Body.Amount, Currency: in.Body.Currency, Until: in.Body.Until, By: author(ctx, in.Body.By),
	})
}

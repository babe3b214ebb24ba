package collection

import (
	"slices"

	"relance/calendar"
	"relance/deadlines"
)

// MediationKind is who mediates. The kinds that are ways of the law have the keys of
// its table of routes.
type MediationKind string

// The kinds of mediation.
const (
	// MediationCompanies is the médiateur des entreprises: between businesses, or with
	// a public body; free and confidential.
	MediationCompanies MediationKind = "company-mediator"
	// MediationConciliator is a conciliateur de justice: free.
	MediationConciliator MediationKind = "conciliator"
	// MediationContractual is the mediator that the contract names.
	MediationContractual MediationKind = "contractual"
	// MediationConsumer is the médiateur de la consommation: only the consumer turns to
	// it (Code de la consommation, art. L612-1), so that the case only takes note.
	MediationConsumer MediationKind = "consumer"
	// MediationConventional is any other mediator the parties agree on, such as a
	// lawyer (CPC 1530 and following).
	MediationConventional MediationKind = "conventional"
)

// MediationKinds lists the kinds of mediation.
func MediationKinds() []MediationKind {
	return []MediationKind{MediationCompanies, MediationConciliator, MediationContractual, MediationConsumer, MediationConventional}
}

// Party is a side of a claim.
type Party string

// The sides.
const (
	PartyCreditor Party = "creditor"
	PartyDebtor   Party = "debtor"
)

// MediationPhase is how far a mediation has come.
type MediationPhase string

// The phases. In the first three the ladder rests.
const (
	// MediationInvited: the other side has not answered yet.
	MediationInvited MediationPhase = "invited"
	// MediationAccepted: both sides take part.
	MediationAccepted MediationPhase = "accepted"
	// MediationAgreed: what was agreed is still to be kept.
	MediationAgreed MediationPhase = "agreed"
	// MediationKept: what was agreed was kept.
	MediationKept MediationPhase = "kept"
	// MediationOver: it ended without an agreement, or with one that was not kept.
	MediationOver MediationPhase = "over"
)

// MediationOutcome is how a mediation ended.
type MediationOutcome string

// The outcomes; the empty one has not ended.
const (
	OutcomeAgreement MediationOutcome = "agreement"
	OutcomeFailure   MediationOutcome = "failure"
	// OutcomeWithdrawn: who asked for it, or one who took part, gave it up.
	OutcomeWithdrawn MediationOutcome = "withdrawn"
	OutcomeDeclined  MediationOutcome = "declined"
	// OutcomeUnanswered: nobody answered in time, which counts as declining.
	OutcomeUnanswered MediationOutcome = "unanswered"
	// OutcomeUndelivered: the invitation did not arrive.
	OutcomeUndelivered MediationOutcome = "undelivered"
)

// Mediation is an attempt to settle the claim with the help of a third person. What is
// said there is confidential and no part of the case.
type Mediation struct {
	ID   string        `json:"id"`
	Kind MediationKind `json:"kind"`
	// Mediator is the key of the mediator in the creditor's configuration; empty when
	// none is named yet.
	Mediator string `json:"mediator,omitempty"`
	AskedBy  Party  `json:"askedBy"`
	// Step is the step whose notice was the invitation; empty for one on demand.
	Step string `json:"step,omitempty"`
	// Proposed is the day it was asked for, RespondBy the last day to answer.
	Proposed  calendar.Date `json:"proposed"`
	RespondBy calendar.Date `json:"respondBy"`
	// Accepted is the day both sides agreed to it; InWriting says how.
	Accepted  calendar.Date `json:"accepted,omitzero"`
	InWriting bool          `json:"inWriting,omitempty"`
	// EndBy is the day by which it should have come to an end: after it a person is
	// asked how it stands.
	EndBy    calendar.Date      `json:"endBy,omitzero"`
	Sessions []MediationSession `json:"sessions,omitempty"`
	// Suspends is the day from which it suspends the limitation (C. civ. 2238): of the
	// written agreement to it, else of the first session that was held.
	Suspends calendar.Date    `json:"suspends,omitzero"`
	Ended    calendar.Date    `json:"ended,omitzero"`
	Outcome  MediationOutcome `json:"outcome,omitempty"`
	// Certificate is the reference of the document that states its failure.
	Certificate string    `json:"certificate,omitempty"`
	Agreement   Agreement `json:"agreement,omitzero"`
	// Invitation is what proposes one on demand to the debtor.
	Invitation Invitation `json:"invitation,omitzero"`
	// Asked: the task of the present phase was opened.
	Asked bool `json:"asked,omitempty"`
}

// MediationSession is one meeting with the mediator.
type MediationSession struct {
	On   calendar.Date `json:"on"`
	Held bool          `json:"held,omitempty"`
}

// Phase is how far the mediation has come.
func (m Mediation) Phase() MediationPhase {
	switch {
	case m.Outcome == OutcomeAgreement && m.Agreement.isKept():
		return MediationKept
	case m.Outcome == OutcomeAgreement && m.Agreement.stands():
		return MediationAgreed
	case m.Outcome != "":
		return MediationOver
	case !m.Accepted.IsZero():
		return MediationAccepted
	default:
		return MediationInvited
	}
}

// isOpen reports whether something is still to come of it.
func (m Mediation) isOpen() bool {
	return slices.Contains([]MediationPhase{MediationInvited, MediationAccepted, MediationAgreed}, m.Phase())
}

// Suspension is what the mediation does to the limitation, as an event of it; found is
// false when it does nothing, or nothing yet.
func (m Mediation) Suspension() (event deadlines.LimitationEvent, found bool) {
	if m.Suspends.IsZero() {
		return deadlines.LimitationEvent{}, false
	}
	kind := deadlines.Mediation
	if m.Kind == MediationConciliator {
		kind = deadlines.Conciliation
	}
	return deadlines.LimitationEvent{Kind: kind, On: m.Suspends, Until: m.Ended}, true
}

// Mediation is the mediation of an ID.
func (c Case) Mediation(id string) (Mediation, bool) {
	i := slices.IndexFunc(c.Mediations, func(m Mediation) bool { return m.ID == id })
	if i < 0 {
		return Mediation{}, false
	}
	return c.Mediations[i], true
}

// OpenMediation is the mediation of which something is still to come; there is one at
// most.
func (c Case) OpenMediation() (Mediation, bool) {
	if n := len(c.Mediations); n > 0 && c.Mediations[n-1].isOpen() {
		return c.Mediations[n-1], true
	}
	return Mediation{}, false
}

// RestsForMediation reports whether nothing may leave because a mediation is under way.
// An invitation that leaves over several channels is finished first.
func (c Case) RestsForMediation() bool {
	_, resting := c.restingMediation()
	return resting
}

func (c Case) restingMediation() (Mediation, bool) {
	m, open := c.OpenMediation()
	if !open || m.Phase() == MediationInvited && c.stillInvites(m) {
		return Mediation{}, false
	}
	return m, true
}

// stillInvites reports whether the invitation has not gone over all of its channels.
func (c Case) stillInvites(m Mediation) bool {
	step, known := c.Strategy.Step(m.Step)
	return known && !c.record(m.Step).isDone(step)
}

// wasMediated reports whether a step has lost its purpose, because the mediation it
// proposes took place or was refused.
func (c Case) wasMediated(step Step) bool {
	if step.Opens != TaskMediation {
		return false
	}
	return slices.ContainsFunc(c.Mediations, func(m Mediation) bool {
		settled := m.Outcome == OutcomeAgreement || m.Outcome == OutcomeFailure || m.Outcome == OutcomeDeclined
		return settled && m.Step != step.Key && (step.Mediation.Kind == "" || step.Mediation.Kind == m.Kind)
	})
}

// withMediation replaces or appends a mediation.
func (c Case) withMediation(changed Mediation) Case {
	c.Mediations = slices.Clone(c.Mediations)
	for i := range c.Mediations {
		if c.Mediations[i].ID == changed.ID {
			c.Mediations[i] = changed
			return c
		}
	}
	c.Mediations = append(c.Mediations, changed)
	return c
}

package collection

import (
	"fmt"

	"relance/calendar"
)

// MediationProposed: a mediation was asked for.
type MediationProposed struct{ Mediation Mediation }

// MediationJoined: both sides take part in a mediation.
type MediationJoined struct {
	ID        string
	On        calendar.Date
	InWriting bool `json:",omitempty"`
	EndBy     calendar.Date
}

// MediationMet: a meeting with the mediator was held, or missed.
type MediationMet struct {
	ID      string
	Session MediationSession
	EndBy   calendar.Date `json:",omitzero"`
}

// MediationEnded: a mediation is over, or came to an agreement that is to be kept.
type MediationEnded struct {
	ID          string
	On          calendar.Date
	Outcome     MediationOutcome
	Certificate string    `json:",omitempty"`
	Agreement   Agreement `json:",omitzero"`
}

// MediationTaskOpened: a person was asked to do what the mediation waits for.
type MediationTaskOpened struct{ ID string }

// AgreementConcluded: what was agreed was concluded apart.
type AgreementConcluded struct {
	ID string
	On calendar.Date
}

// AgreementBroken: what was agreed was not kept.
type AgreementBroken struct {
	ID string
	On calendar.Date
}

func (e MediationProposed) apply(c Case) Case { return c.withMediation(e.Mediation) }

func (e MediationJoined) apply(c Case) Case {
	m, _ := c.Mediation(e.ID)
	m.Accepted, m.InWriting, m.EndBy = e.On, e.InWriting, e.EndBy
	m.Ended, m.Outcome, m.Asked = 0, "", false // a late answer
	if e.InWriting {
		m.Suspends = e.On
	}
	return c.withMediation(m).withoutInvitation(m)
}

func (e MediationMet) apply(c Case) Case {
	m, _ := c.Mediation(e.ID)
	known := false
	for _, session := range m.Sessions {
		known = known || session == e.Session
	}
	if !known {
		m.Sessions = append(m.Sessions[:len(m.Sessions):len(m.Sessions)], e.Session)
	}
	if e.Session.Held && m.Suspends.IsZero() {
		m.Suspends = e.Session.On
	}
	if !e.EndBy.IsZero() {
		m.EndBy, m.Asked = e.EndBy, false
	}
	return c.withMediation(m)
}

func (e MediationEnded) apply(c Case) Case {
	m, _ := c.Mediation(e.ID)
	m.Ended, m.Outcome, m.Certificate, m.Agreement, m.Asked = e.On, e.Outcome, e.Certificate, e.Agreement, false
	return c.withMediation(m).withoutInvitation(m)
}

func (e MediationTaskOpened) apply(c Case) Case {
	m, _ := c.Mediation(e.ID)
	m.Asked = true
	return c.withMediation(m)
}

func (e AgreementConcluded) apply(c Case) Case {
	m, _ := c.Mediation(e.ID)
	m.Agreement.Concluded = e.On
	return c.withMediation(m)
}

func (e AgreementBroken) apply(c Case) Case {
	m, _ := c.Mediation(e.ID)
	m.Agreement.Broken = e.On
	return c.withMediation(m)
}

// invited begins the mediation to which a notice of a step has just invited.
func (c Case) invited(step Step, record StepRecord) Case {
	if IsInvitationStep(step.Key) {
		return c // on demand: it began when it was proposed
	}
	id := invitationID(step, record, c.Round)
	_, begun := c.Mediation(id)
	_, other := c.OpenMediation()
	if !step.Mediation.Invite || begun || other || !record.anyAccepted() {
		return c
	}
	respondBy := record.Deadline
	if respondBy.IsZero() {
		respondBy = c.deadlineFrom(c.Window.DateOf(record.At), step)
	}
	return c.withMediation(Mediation{
		ID: id, Kind: step.Mediation.Kind, Mediator: step.Mediation.Mediator, AskedBy: PartyCreditor, Step: step.Key,
		Proposed: c.Window.DateOf(record.At), RespondBy: respondBy,
	})
}

// uninvited ends the mediation whose invitation turned out to have reached nobody.
func (c Case) uninvited(step Step, record StepRecord) Case {
	m, begun := c.Mediation(invitationID(step, record, c.Round))
	if !begun || m.Phase() != MediationInvited || record.anyAccepted() {
		return c
	}
	m.Ended, m.Outcome = m.Proposed, OutcomeUndelivered
	return c.withMediation(m)
}

// invitationID is the ID of the mediation that a step invites to: another one for each
// round and each time it is tried again.
func invitationID(step Step, record StepRecord, round int) string {
	return fmt.Sprintf("%s-%d-%d", step.Key, round, record.Tries)
}

// withoutInvitation leaves out the channels over which an invitation has not left yet:
// it was answered.
func (c Case) withoutInvitation(m Mediation) Case {
	if m.Step == "" {
		return c
	}
	record := c.record(m.Step)
	record.Completed = true
	return c.withRecord(record)
}

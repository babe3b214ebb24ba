package collection

import (
	"strings"
	"time"

	"relance/calendar"
)

// Invitation is the message by which a mediation on demand is proposed to the debtor, and
// how far it has come. It is no rung of the ladder, and leaves beside it.
type Invitation struct {
	// Step says how it leaves, as a step of a strategy would. Without a key none does: a
	// person invites, or the invitation is the notice of a step.
	Step Step `json:"step"`
	// Record is what was done about it.
	Record StepRecord `json:"record"`
}

const invitationKey = "invitation/"

// InvitationStep is the key under which the invitation to a mediation on demand is sent,
// in place of the key of a step of a strategy: no strategy has such a step.
func InvitationStep(mediation string) string { return invitationKey + mediation }

// IsInvitationStep reports whether a key is that of an invitation on demand.
func IsInvitationStep(key string) bool { return strings.HasPrefix(key, invitationKey) }

// The templates of an invitation on demand.
const (
	invitationTemplate         = "mediation-invitation"
	consumerInvitationTemplate = "consumer-mediation-invitation"
)

// leastAnswerDays is how many days a debtor has to answer at least, where it was given as
// many: an invitation that leaves late gives its days anew.
const leastAnswerDays = 7

// newInvitation is the invitation that a proposal has sent, by mail and where that fails by
// letter; none where a person invites, or the debtor asked.
func (p ProposeMediation) newInvitation(respondBy calendar.Date) Invitation {
	if !p.Invite || p.AskedBy != PartyCreditor {
		return Invitation{}
	}
	step := Step{
		Key: InvitationStep(p.ID), Tone: ToneCourteous, Template: invitationTemplate, Opens: TaskMediation, Stage: StageMediation,
		Channels: []Channel{ChannelEmail}, Fallbacks: []Channel{ChannelLetter},
		Mediation: MediationOffer{Kind: p.Kind, Mediator: p.Mediator, RespondWithinDays: max(1, int(respondBy-p.On)), Invite: true},
	}
	if p.Consumer {
		step.Template = consumerInvitationTemplate
	}
	return Invitation{Step: step, Record: StepRecord{Key: step.Key}}
}

// isWaiting reports whether it is still to leave over one of its channels.
func (i Invitation) isWaiting() bool {
	return i.Step.Key != "" && !i.Record.isDone(i.Step) && !i.Record.isStuck(i.Step)
}

// Invites reports whether the message of a key is the invitation to the mediation that is
// open, and is still to leave.
func (c Case) Invites(key string) bool {
	m, open := c.OpenMediation()
	return open && m.Invitation.Step.Key == key && c.invites(m)
}

// IsInvitedBy reports whether the notice of a step is the invitation to the mediation that is
// open, and nobody has answered it: it stays true while nothing else may leave.
func (c Case) IsInvitedBy(step string) bool {
	m, open := c.OpenMediation()
	return open && step != "" && m.Phase() == MediationInvited && (m.Step == step || m.Invitation.Step.Key == step)
}

// invites reports whether the invitation to a mediation leaves by itself, as soon as it may:
// not once a person was asked to invite, and not while a handoff is live, in which
// nothing leaves.
func (c Case) invites(m Mediation) bool {
	_, live := c.LiveHandoff()
	return m.Phase() == MediationInvited && m.Invitation.isWaiting() && !m.Asked && !live
}

// StepOf is the step of the strategy of a key, or the invitation to a mediation.
func (c Case) StepOf(key string) (Step, bool) {
	if !IsInvitationStep(key) {
		return c.Strategy.Step(key)
	}
	m, found := c.Mediation(strings.TrimPrefix(key, invitationKey))
	return m.Invitation.Step, found && m.Invitation.Step.Key == key
}

// HasBegun reports whether a channel of a step was tried, or is to be tried again.
func (c Case) HasBegun(key string) bool {
	record := c.record(key)
	return len(record.Attempts) > 0 || record.Tries > 0
}

// withInvitationRecord keeps what was done about an invitation.
func (c Case) withInvitationRecord(record StepRecord) Case {
	m, found := c.Mediation(strings.TrimPrefix(record.Key, invitationKey))
	if !found {
		return c
	}
	m.Invitation.Record = record
	if m.Phase() == MediationInvited && record.anyAccepted() && !record.Deadline.IsZero() {
		m.RespondBy = record.Deadline // the day that the debtor was told
	}
	return c.withMediation(m)
}

// answerBy is the day until which an invitation that leaves now asks for an answer: the one
// it was proposed with, unless hardly any of its days are left.
func (c Case) answerBy(m Mediation, now time.Time) calendar.Date {
	today, given := c.Window.DateOf(now), m.Invitation.Step.Mediation.RespondWithinDays
	if m.Invitation.Record.anyAccepted() && m.RespondBy > today || m.RespondBy >= today.AddDays(min(given, leastAnswerDays)) {
		return m.RespondBy
	}
	return c.deadlineFrom(today, m.Invitation.Step)
}

// inviting sends the invitation, or waits for the moment at which it may leave.
func (c Case) inviting(m Mediation, now time.Time) Action {
	step, record := m.Invitation.Step, m.Invitation.Record
	why := Reason{Code: becauseInviting, Step: step.Key, Mediator: m.Kind, Date: c.answerBy(m, now)}
	planned, why := c.postponed(c.Window.OpeningOf(m.Proposed), why)
	planned, why = c.paced(planned, why, now)
	if planned.After(now) {
		return Action{Kind: ActionWait, Step: step, Mediation: m.ID, At: planned, Because: why}
	}
	if at := c.Window.InstantAfter(now, c.Debtor); at.After(now) {
		return Action{Kind: ActionWait, Step: step, Mediation: m.ID, At: at, Because: why}
	}
	channel, _ := record.nextChannel(step)
	return Action{
		Kind: ActionNotify, Step: step, Channel: channel, Try: record.Tries, Mediation: m.ID, At: now, Deadline: c.answerBy(m, now), Because: why,
	}
}

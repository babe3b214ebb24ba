package collection

import (
	"time"

	"relance/calendar"
)

// paymentTravel is how many days after the day agreed a payment may still arrive and
// be booked before it counts as missing.
const paymentTravel = 3

// watchMediation puts the days of a mediation beside what the case does: it goes on
// while something else keeps the case still.
func (c Case) watchMediation(action Action, now time.Time) Action {
	if c.isPrincipalPaid() || c.Insolvency.Freezes() {
		return action
	}
	m, resting := c.restingMediation()
	if !resting || c.invites(m) {
		return action // an invitation leaves when the case rests for nothing else
	}
	mediating, _ := c.whileMediating(now)
	return beside(action, mediating)
}

// whileMediating waits for the answer to an invitation, for the end of a mediation, or
// for what was agreed there.
func (c Case) whileMediating(now time.Time) (Action, bool) {
	m, resting := c.restingMediation()
	if !resting {
		return Action{}, false
	}
	switch m.Phase() {
	case MediationInvited:
		return c.whileInvited(m, now), true
	case MediationAccepted:
		return c.onDay(m, TaskMediationOverdue, m.EndBy.AddDays(1), now, Reason{Code: becauseMediation, Mediator: m.Kind, Date: m.EndBy}), true
	default:
		why := Reason{Code: becauseAgreed, Agreement: m.Agreement.Kind, Amount: m.Agreement.Amount, Date: m.Agreement.Until}
		return c.onDay(m, TaskAgreementBroken, m.Agreement.Until.AddDays(paymentTravel+1), now, why), true
	}
}

// whileInvited sends the invitation, or asks a person to where it does not leave by itself
// or arrives nowhere, or to answer that of the debtor; then it waits: what nobody has
// answered in time is declined.
func (c Case) whileInvited(m Mediation, now time.Time) Action {
	if c.invites(m) {
		return c.inviting(m, now)
	}
	why := Reason{Code: becauseInvited, Mediator: m.Kind, Date: m.RespondBy, AskedBy: m.AskedBy}
	if m.Step == "" && !m.Asked && !m.Invitation.Record.anyAccepted() && c.Window.DateOf(now) <= m.RespondBy {
		task := TaskMediation
		if m.AskedBy == PartyDebtor {
			task = TaskMediationAnswer
		}
		return Action{Kind: ActionOpenTask, Task: task, Mediation: m.ID, Day: m.RespondBy, At: now, Because: why}
	}
	return c.onDay(Mediation{ID: m.ID}, TaskMediationLapsed, m.RespondBy.AddDays(1), now, why)
}

// onDay waits for a day and then asks a person, once.
func (c Case) onDay(m Mediation, task TaskKind, day calendar.Date, now time.Time, why Reason) Action {
	at := c.Window.Instant(day, c.Debtor)
	switch {
	case at.After(now):
		why.Late = c.Window.DateOf(now) > why.Date
		return Action{Kind: ActionWait, Task: task, Mediation: m.ID, Day: day, At: at, Because: why}
	case m.Asked:
		why.Overdue = true
		return Action{Kind: ActionIdle, Because: why}
	default:
		why.Overdue = true
		return Action{Kind: ActionOpenTask, Task: task, Mediation: m.ID, Day: day, At: now, Because: why}
	}
}

// mediationPauses are the days in which mediations kept the ladder still.
func (c Case) mediationPauses(until calendar.Date) []pause {
	var all []pause
	for _, m := range c.Mediations {
		all = append(all, pause{m.Proposed, min(until, m.restEnd(until))})
	}
	return all
}

// restEnd is the first day on which the mediation does not keep the ladder still any
// more, or the given day while it does.
func (m Mediation) restEnd(day calendar.Date) calendar.Date {
	switch {
	case m.Phase() == MediationOver && !m.Agreement.Broken.IsZero():
		return m.Agreement.Broken
	case m.Phase() == MediationKept && !m.Agreement.Concluded.IsZero():
		return m.Agreement.Concluded
	case m.Outcome == OutcomeUnanswered:
		return m.Ended.AddDays(1)
	case m.Phase() == MediationOver, m.Phase() == MediationKept:
		return m.Ended
	default:
		return day
	}
}

// givingUp gives up what a kept settlement leaves of the claim.
func (c Case) givingUp(now time.Time) (Action, bool) {
	m, rest, found := c.settled()
	if !found {
		return Action{}, false
	}
	return Action{
		Kind: ActionGiveUp, Mediation: m.ID, Amount: rest, At: now,
		Because: Reason{Code: becauseSettled, Amount: m.Agreement.Amount},
	}, true
}

// IsOfMediation reports whether the task is about a mediation as a whole.
func (k TaskKind) IsOfMediation() bool {
	switch k {
	case TaskMediation, TaskMediationAnswer, TaskMediationLapsed, TaskMediationOverdue, TaskAgreementBroken:
		return true
	default:
		return false
	}
}

// reportMediationTask takes that a person was asked about the mediation that is open.
func (c Case) reportMediationTask(command ReportTask) []Event {
	m, open := c.OpenMediation()
	today := c.Window.DateOf(command.At)
	if !open {
		return nil
	}
	switch phase := m.Phase(); {
	case (command.Task == TaskMediation || command.Task == TaskMediationAnswer) && phase == MediationInvited && !m.Asked,
		command.Task == TaskMediationOverdue && phase == MediationAccepted && !m.Asked && today > m.EndBy:
		return []Event{MediationTaskOpened{ID: m.ID}}
	case command.Task == TaskMediationLapsed && phase == MediationInvited && today > m.RespondBy:
		return []Event{MediationEnded{ID: m.ID, On: m.RespondBy, Outcome: OutcomeUnanswered}}
	case command.Task == TaskAgreementBroken && phase == MediationAgreed && today > m.Agreement.Until:
		return []Event{AgreementBroken{ID: m.ID, On: today}}
	default:
		return nil
	}
}

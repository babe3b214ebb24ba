package collection

import (
	"time"

	"relance/calendar"
)

// whileDisputed waits for the answer, while nothing but what is disputed is open.
func (c Case) whileDisputed(now time.Time) (Action, bool) {
	if !c.isAllDisputed() {
		return Action{}, false
	}
	why := Reason{Code: becauseCredited, Amount: c.Disputed()}
	for _, dispute := range c.Disputes {
		if dispute.IsOpen() {
			why = Reason{Code: becauseDisputed, Dispute: dispute.Reason, Amount: c.Disputed(), Date: dispute.RespondBy, Late: c.Window.DateOf(now) > dispute.RespondBy, OwnTerms: c.ownAnswer()}
			break
		}
	}
	return Action{Kind: ActionIdle, Because: why}, true
}

// watchDisputes puts the day on which a supervisor is asked beside what the case
// does.
func (c Case) watchDisputes(action Action, now time.Time) Action {
	if c.isPrincipalPaid() {
		return action
	}
	today := c.Window.DateOf(now)
	var next Dispute
	for _, dispute := range c.Disputes {
		if !dispute.IsOpen() || dispute.Escalated {
			continue
		}
		if dispute.EscalateOn <= today {
			return Action{
				Kind: ActionOpenTask, Task: TaskDisputeOverdue, Dispute: dispute.ID, Day: dispute.RespondBy, At: now,
				Because: Reason{Code: becauseDisputeOverdue, Dispute: dispute.Reason, Date: dispute.RespondBy, OwnTerms: c.ownAnswer()},
			}
		}
		if next.ID == "" || dispute.EscalateOn < next.EscalateOn {
			next = dispute
		}
	}
	if next.ID == "" {
		return action
	}
	return sooner(action, Action{
		Kind: ActionWait, Task: TaskDisputeOverdue, Dispute: next.ID, Day: next.RespondBy, At: c.Window.Instant(next.EscalateOn, c.Debtor),
	})
}

// pause are the days on which nothing but what is disputed was open.
func (d Dispute) pause(until calendar.Date) (pause, bool) {
	if d.RestFrom.IsZero() {
		return pause{}, false
	}
	end := until
	if !d.EndedOn.IsZero() {
		end = min(end, d.EndedOn)
	}
	return pause{d.RestFrom, end}, true
}

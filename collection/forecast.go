package collection

import (
	"time"

	"relance/calendar"
)

// Planned is one action of a forecast.
type Planned struct {
	At   time.Time
	Step Step
	Kind ActionKind
	Task TaskKind
	// Day is the day of which a limitation task tells.
	Day     calendar.Date
	Channel Channel
	Because Reason
}

// Forecast lists what the case will do until a time, if nobody pays, everything
// is delivered and every approval is given at once. It asks the same Next as
// the case itself.
func Forecast(c Case, from, until time.Time) []Planned {
	var plan []Planned
	for now := from; ; {
		action := Next(c, now)
		switch action.Kind {
		case ActionIdle, ActionHandOver, ActionRecall: // from here on it is for others to act
			return plan
		case ActionWait:
			if action.At.After(until) || action.Task == TaskApproval || action.Task == TaskDeputy {
				return plan
			}
			now = action.At
			continue
		case ActionGiveUp:
			c = Apply(c, PositionTaken{Open: c.Open.Zero()})
		case ActionNotify, ActionOpenTask, ActionConclude:
			if action.Kind != ActionConclude && action.Task != TaskApproval && action.Task != TaskDeputy && action.Task != TaskAnnounce {
				plan = append(plan, Planned{
					At: now, Step: action.Step, Kind: action.Kind, Task: action.Task, Day: action.Day, Channel: action.Channel, Because: action.Because,
				})
			}
			c = c.assumeDone(action, now)
		}
	}
}

// assumeDone is the case after an action went as hoped.
func (c Case) assumeDone(action Action, now time.Time) Case {
	switch {
	case action.Kind == ActionNotify:
		c = Apply(c, StepAttempted{
			Step: action.Step.Key, Attempt: Attempt{Channel: action.Channel}, At: now, Deadline: action.Deadline,
		})
		if action.Step.Proof == action.Channel {
			c = Apply(c, NoticeServed{Step: action.Step.Key, On: c.Window.DateOf(now)})
		}
		return c
	case action.Kind == ActionConclude:
		events, _ := c.concludePromise(ConcludePromise{ID: action.Promise, At: now}) // it refuses nothing
		return ApplyAll(c, events)
	case action.Task == TaskDisputeOverdue:
		return Apply(c, DisputeEscalated{ID: action.Dispute})
	case action.Task == TaskApproval:
		return Apply(c, StepApproved{Step: action.Step.Key})
	case action.Task == TaskDeputy:
		return Apply(c, DeputyAsked{Step: action.Step.Key})
	case action.Task == TaskAnnounce:
		return Apply(c, StepAnnounced{Step: action.Step.Key, At: now})
	case action.Task == TaskProof:
		return Apply(c, ProofAsked{Step: action.Step.Key})
	case action.Task == TaskHandoffApproval, action.Task == TaskTimeLimit:
		return ApplyAll(c, c.reportHandoffTask(ReportTask{Task: action.Task, At: now}))
	case action.Task == TaskLateFees:
		return Apply(c, LateFeesTaskOpened{})
	case action.Task == TaskLimitation:
		return Apply(c, LimitationTold{Day: action.Day})
	case action.Task == TaskInsolvency:
		return Apply(c, InsolvencyTold{Day: action.Day})
	case action.Mediation != "":
		return ApplyAll(c, c.reportMediationTask(ReportTask{Task: action.Task, At: now}))
	case action.Task == TaskReach:
		return Apply(c, TaskOpened{Step: action.Step.Key})
	default:
		return Apply(c, StepAttempted{Step: action.Step.Key, Attempt: Attempt{Channel: channelTask}, At: now})
	}
}

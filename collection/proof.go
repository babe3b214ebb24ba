package collection

import (
	"time"

	"relance/calendar"
)

// proofPatience is how many days after it left a person is asked what became of a
// notice whose delivery is not proven: a registered letter waits fifteen days at the
// post office, and its acknowledgement travels back.
const proofPatience = 25

// whileUnproven waits for the proof that the last notice reached the debtor, where
// its step asks for one: nothing later acts before.
func (c Case) whileUnproven(now time.Time) (Action, bool) {
	last, found := c.lastDone(c.Window.DateOf(now))
	if !found || last.Waived || !last.Served.IsZero() {
		return Action{}, false
	}
	step, known := c.Strategy.Step(last.Key)
	if !known || step.Proof == "" {
		return Action{}, false
	}
	why := Reason{Code: becauseUnproven, Step: step.Key, Date: c.Window.DateOf(last.At)}
	ask := c.Window.Instant(c.Window.DateOf(last.At).AddDays(proofPatience), c.Debtor)
	switch {
	case last.ProofAsked:
		return Action{Kind: ActionIdle, Step: step, Because: why}, true
	case ask.After(now):
		return Action{Kind: ActionWait, Step: step, Task: TaskProof, At: ask, Because: why}, true
	default:
		return Action{Kind: ActionOpenTask, Step: step, Task: TaskProof, Try: last.Tries, At: now, Because: why}, true
	}
}

// runningDeadline is the day until which the debtor may pay after a notice: the one
// it names, but never sooner than the days it gives after it was served.
func (c Case) runningDeadline(last StepRecord) calendar.Date {
	step, known := c.Strategy.Step(last.Key)
	if step.Mediation.Invite {
		return 0 // the mediation waits for the answer
	}
	if !known || last.Served.IsZero() || step.DeadlineDays == 0 {
		return last.Deadline
	}
	return max(last.Deadline, c.deadlineFrom(last.Served, step))
}

// whileCoolingOff announces a notice that cannot be taken back, then waits.
func (c Case) whileCoolingOff(step Step, record StepRecord, now time.Time) (Action, bool) {
	if step.CoolingOffDays == 0 || len(record.Attempts) > 0 || record.Tries > 0 {
		return Action{}, false
	}
	announced := record.Announced
	if announced.IsZero() {
		announced = now
	}
	leaves := c.Window.Instant(c.Window.DateOf(announced).AddDays(step.CoolingOffDays), c.Debtor)
	why := Reason{Code: becauseCoolingOff, Step: step.Key, Date: c.Window.DateOf(announced)}
	switch {
	case record.Announced.IsZero():
		return Action{Kind: ActionOpenTask, Step: step, Task: TaskAnnounce, Day: c.Window.DateOf(leaves), At: now, Because: why}, true
	case leaves.After(now):
		return Action{Kind: ActionWait, Step: step, At: leaves, Because: why}, true
	default:
		return Action{}, false
	}
}

// reportReplaced takes the day that a letter in place of another names: no step follows
// before it. What the first letter promised stays promised.
func (c Case) reportReplaced(command ReportReplaced) ([]Event, error) {
	step, found := c.StepOf(command.Step)
	if !found {
		return nil, c.refuseUnknownStep(command.Step)
	}
	record := c.record(step.Key)
	switch {
	case !record.anyAccepted():
		return nil, Refuse(RefusedNotNow, "the notice of step %s of %s has not left: no letter can be in its place", step.Key, c.ID())
	case command.Deadline <= record.Deadline:
		return nil, nil
	default:
		return []Event{NoticeReplaced{Step: step.Key, Deadline: command.Deadline}}, nil
	}
}

// reportServed takes the day a notice is proven to have reached the debtor.
func (c Case) reportServed(command ReportServed) ([]Event, error) {
	step, found := c.Strategy.Step(command.Step)
	if !found {
		return nil, c.refuseUnknownStep(command.Step)
	}
	record := c.record(step.Key)
	switch {
	case !record.anyAccepted():
		return nil, Refuse(RefusedNotNow, "the notice of step %s of %s has not left: it cannot have reached the debtor", step.Key, c.ID())
	case command.On.IsZero():
		return nil, Refuse(RefusedInvalid, "the proof of step %s does not say on which day the notice reached the debtor", step.Key)
	case command.On < c.Window.DateOf(record.At):
		return nil, Refuse(RefusedInvalid, "the notice of step %s left on %s: it cannot have reached the debtor on %s", step.Key, c.Window.DateOf(record.At), command.On)
	case command.On > command.Today:
		return nil, Refuse(RefusedInvalid, "the notice of step %s cannot have reached the debtor on %s, which is to come", step.Key, command.On)
	case record.Served == command.On:
		return nil, nil
	default:
		return []Event{NoticeServed{Step: step.Key, On: command.On}}, nil
	}
}

package collection

import (
	"strings"
	"time"

	"relance/calendar"
	"relance/handoff"
	"relance/money"
)

// ActionKind is what a case does next.
type ActionKind string

// What a case can do next.
const (
	// ActionWait: nothing before At, unless a command arrives.
	ActionWait ActionKind = "wait"
	// ActionNotify: send the step's notice over Channel now.
	ActionNotify ActionKind = "notify"
	// ActionOpenTask: ask a person to do Task now.
	ActionOpenTask ActionKind = "open-task"
	// ActionConclude: judge the promise Promise now.
	ActionConclude ActionKind = "conclude-promise"
	// ActionGiveUp: give up Amount, the rest of the claim that a kept settlement leaves.
	ActionGiveUp ActionKind = "give-up"
	// ActionIdle: nothing at all until a command arrives.
	ActionIdle ActionKind = "idle"
	// ActionHandOver: give the case file to the partner of Handoff now.
	ActionHandOver ActionKind = "hand-over"
	// ActionRecall: tell the partner of Handoff to stop.
	ActionRecall ActionKind = "recall"
)

// Action is what a case does next, and why.
type Action struct {
	Kind ActionKind
	// Step is the step that acts, or that is waited for; its Key is empty when
	// there is none.
	Step    Step
	Channel Channel
	// Try is how often this channel of the step was tried before by request.
	Try  int
	Task TaskKind
	// Day is the day of which a limitation task tells, or will tell.
	Day calendar.Date
	// Promise is the promise that ends, or whose end is waited for; Dispute the one a
	// task is about.
	Promise string
	Dispute string
	// Mediation is the ID of the mediation the action is about.
	Mediation string
	// Amount is what is given up.
	Amount money.Amount
	// At is when to act: not set when idle.
	At time.Time
	// Deadline is the day until which the notice asks to be paid.
	Deadline calendar.Date
	// Handoff is the ID of the handoff it is about, Partner whom it is to.
	Handoff string
	Partner string
	// Limit is the time limit of which a task tells.
	Limit handoff.TimeLimit
	// Doubtful: nobody knows whether the partner has the file, or the debtor the notice.
	Doubtful bool
	Because  Reason
}

// Next is what the case does at an instant: act now, wait until a time, or wait
// for a command. It is the only place that decides so: the workflow, the
// preview and every screen ask it.
func Next(c Case, now time.Time) Action {
	if action, owes := c.towardsPartner(now); owes {
		return action
	}
	if c.IsClosed() {
		return Action{Kind: ActionIdle, Because: Reason{Code: becauseClosed, Stage: c.Stage(now)}}
	}
	return c.watched(now)
}

func (c Case) nextOfLadder(now time.Time) Action {
	today := c.Window.DateOf(now)
	if action, settled := c.givingUp(now); settled {
		return action
	}
	if c.isPrincipalPaid() {
		return c.aboutLateFees(now)
	}
	if _, action, resting := c.resting(now); resting {
		return action
	}
	step, found := c.nextStep(today)
	if !found {
		return Action{Kind: ActionIdle, Because: Reason{Code: becauseLadderDone}}
	}
	step = c.Softened(step, today)
	record := c.record(step.Key)
	action := c.ofStep(step, record, now)
	passedOver := c.Window.Instant(c.DueDate, c.Debtor)
	if action.Kind == ActionWait && c.yieldsToDueDate(step, record) && passedOver.After(now) {
		return sooner(action, Action{Kind: ActionWait, Step: step, At: passedOver})
	}
	return action
}

// ofStep is what the next step does: it acts, or waits for its moment, for an approval,
// or for the debtor's contact hours.
func (c Case) ofStep(step Step, record StepRecord, now time.Time) Action {
	today := c.Window.DateOf(now)
	if record.isStuck(step) {
		return whenStuck(step, record, now)
	}
	planned, why := c.planned(step, record, today)
	planned, why = c.paced(planned, why, now)
	if planned.After(now) {
		return Action{Kind: ActionWait, Step: step, At: planned, Because: why}
	}
	if c.awaitsApproval(step, record) {
		return c.forApproval(step, record, now)
	}
	if action, cooling := c.whileCoolingOff(step, record, now); cooling {
		return action
	}
	if at := c.Window.InstantAfter(now, c.Debtor); at.After(now) {
		why.Code = becauseOutsideWindow
		return Action{Kind: ActionWait, Step: step, At: at, Because: why}
	}
	return c.act(step, record, now, why)
}

func (c Case) act(step Step, record StepRecord, now time.Time, why Reason) Action {
	if !step.sendsNotice() {
		return Action{Kind: ActionOpenTask, Step: step, Task: step.Opens, At: now, Because: why}
	}
	channel, _ := record.nextChannel(step)
	return Action{
		Kind: ActionNotify, Step: step, Channel: channel, Try: record.Tries, At: now,
		Deadline: c.deadline(step, record, now), Because: why,
	}
}

// aboutLateFees: once the principal is paid no reminder leaves by itself; a person
// decides about the rest.
func (c Case) aboutLateFees(now time.Time) Action {
	if action, resting := c.whileInsolvent(now); resting {
		return action
	}
	why := Reason{Code: becauseLateFees, Amount: c.LateFees}
	if c.LateFeesTask {
		return Action{Kind: ActionIdle, Because: why}
	}
	return Action{Kind: ActionOpenTask, Task: TaskLateFees, At: now, Because: why}
}

// approvalEnds is when a step that nobody has released needs no approval any more: a
// courtesy notice is passed over on the due date, and what hardship alone makes a person
// release leaves by itself once that is over.
func (c Case) approvalEnds(step Step, record StepRecord, now time.Time) (time.Time, bool) {
	if at := c.Window.OpeningOf(c.DueDate); c.yieldsToDueDate(step, record) && at.After(now) {
		return at, true
	}
	asked, _ := c.Strategy.Step(step.Key)
	if c.needsApproval(asked) || !c.Hardship.softens(c.Window.DateOf(now)) || c.Hardship.Until.IsZero() {
		return time.Time{}, false
	}
	return c.Window.Instant(c.Hardship.Until.AddDays(1), c.Debtor), true
}

func whenStuck(step Step, record StepRecord, now time.Time) Action {
	why := Reason{Code: becauseUnreachable, Step: step.Key}
	if record.isDoubtful() {
		why.Code = becauseDoubtful
	}
	if record.TaskOpen {
		return Action{Kind: ActionIdle, Step: step, Because: why}
	}
	return Action{Kind: ActionOpenTask, Step: step, Task: TaskReach, Try: record.Tries, At: now, Doubtful: record.isDoubtful(), Because: why}
}

// nextStep is the next required step: the first one that is not behind us or overtaken.
func (c Case) nextStep(today calendar.Date) (Step, bool) {
	start := max(0, c.Strategy.index(c.ResumeAt), c.Strategy.index(c.broughtForward().GoOnAt))
	for _, record := range c.Steps {
		i := c.Strategy.index(record.Key)
		switch {
		case i < start, len(record.Attempts) == 0 && record.Tries == 0:
		case record.isDone(c.Strategy.Steps[i]):
			start = i + 1
		default:
			start = i
		}
	}
	for _, step := range c.Strategy.Steps[start:] {
		record := c.record(step.Key)
		if record.Waived || c.isOvertaken(step, record, today) || len(record.Attempts) == 0 && c.wasMediated(step) {
			continue
		}
		return step, true
	}
	return Step{}, false
}

// planned is the moment a step is eligible: the latest of the due date and the
// step's delay, the last completed step and the step's spacing, and the day
// after the deadline the debtor was given; moved to the debtor's contact moment
// of that day. A step that has begun goes on at once.
func (c Case) planned(step Step, record StepRecord, today calendar.Date) (time.Time, Reason) {
	if len(record.Attempts) > 0 {
		if broken, waits := c.awaitedBalance(today); waits {
			return c.postponed(c.Window.Instant(broken.PayBy.AddDays(1), c.Debtor), Reason{Code: becausePlanBroken, Step: step.Key, Text: broken.ID, Date: broken.PayBy})
		}
		if c.NotBefore.After(record.At) {
			return c.NotBefore, Reason{Code: becausePostponed, Step: step.Key, PostponedFor: c.PostponedFor}
		}
		return record.At, Reason{Code: becauseNextChannel, Step: step.Key}
	}
	date, why := c.DueDate.AddDays(step.DueOffset), Reason{Code: becauseDue, Step: step.Key, Days: step.DueOffset, Date: c.DueDate}
	spacing := max(step.Spacing, 1)
	broken := c.broughtForward()
	isBrought := step.Key == broken.GoOnAt
	if isBrought {
		date, spacing, why = broken.EndedOn, 1, Reason{Code: becauseBrokenPromise, Step: step.Key, Date: broken.Date}
	}
	if last, found := c.lastDone(today); found {
		contacted := c.Window.DateOf(last.At)
		free := contacted.AddDays(spacing)
		if !isBrought {
			free = free.AddDays(c.pausedDays(contacted, today))
		}
		if free > date {
			date, why = free, Reason{Code: becauseSpacing, Step: step.Key, Days: spacing, Date: contacted}
		}
		if deadline := c.movedDeadline(last, today); deadline >= date {
			date, why = deadline.AddDays(1), Reason{Code: becauseDeadline, Step: step.Key, Date: deadline}
			if deadline < today {
				why.Code = becauseDeadlineOver
			}
		}
	}
	if broken := c.balanceDue(); broken.PayBy >= date {
		date, why = broken.PayBy.AddDays(1), Reason{Code: becausePlanBroken, Step: step.Key, Text: broken.ID, Date: broken.PayBy}
	}
	return c.postponed(c.Window.Instant(date, c.Debtor), why)
}

// postponed moves a moment to what the last gate said.
func (c Case) postponed(at time.Time, why Reason) (time.Time, Reason) {
	if c.NotBefore.After(at) {
		return c.NotBefore, Reason{Code: becausePostponed, Step: why.Step, PostponedFor: c.PostponedFor}
	}
	return at, why
}

// deadline is the day a notice sent now asks to be paid by: the step's number of
// days, then the next working day. All channels of a step name the same day, as
// long as it was told to the debtor and lies ahead.
func (c Case) deadline(step Step, record StepRecord, now time.Time) calendar.Date {
	if step.daysGiven() == 0 {
		return 0
	}
	if m, found := c.Mediation(strings.TrimPrefix(step.Key, invitationKey)); found && IsInvitationStep(step.Key) {
		return c.answerBy(m, now)
	}
	if record.anyAccepted() && record.Deadline > c.Window.DateOf(now) {
		return record.Deadline
	}
	return c.deadlineFrom(c.Window.DateOf(now), step)
}

// deadlineFrom counts the days a step gives from a day, to a working day.
func (c Case) deadlineFrom(day calendar.Date, step Step) calendar.Date {
	date := day.AddDays(step.daysGiven())
	for !c.Window.IsWorkingDay(date) {
		date = date.AddDays(1)
	}
	return date
}

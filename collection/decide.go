package collection

import (
	"fmt"
	"slices"
	"time"

	"relance/money"
)

// Decide says what a command changes, or refuses it with a *Refusal. A command
// that was carried out before (a signal delivered twice) changes nothing and is
// not an error.
func Decide(c Case, command Command) ([]Event, error) {
	switch command := command.(type) {
	case TakePosition:
		events, err := c.takePosition(command)
		if err != nil || len(events) == 0 {
			return nil, err
		}
		return append(events, c.handoffAfter(command)...), nil
	case TakeContactHours:
		return c.takeContactHours(command)
	case TakeLimitation:
		return c.takeLimitation(command)
	case TakePlace:
		return c.takePlace(command)
	case TakeStanding:
		return c.takeStanding(command)
	case PlaceHold:
		return c.placeHold(command)
	case TakeStop:
		return c.takeStop(command)
	case ReleaseHold:
		return c.releaseHold(command)
	case MakePromise:
		return c.makePromise(command)
	case WithdrawPromise:
		return c.withdrawPromise(command)
	case ConcludePromise:
		return c.concludePromise(command)
	case RaiseDispute:
		return c.raiseDispute(command)
	case ResolveDispute:
		return c.resolveDispute(command)
	case AssignDispute:
		return c.assignDispute(command)
	case ReportAttempt:
		return c.reportAttempt(command)
	case ReportServed:
		return c.reportServed(command)
	case ReportReplaced:
		return c.reportReplaced(command)
	case ReportTask:
		return c.reportTask(command)
	case Postpone:
		return []Event{Postponed(command)}, nil
	case ApproveStep:
		return c.approve(command)
	case LapseApproval:
		return c.lapseApproval(command)
	case RefuseApproval:
		return c.refuseApproval(command)
	case SkipStep:
		return c.skip(command)
	case RetryStep:
		return c.retry(command)
	case AttachPlan:
		return c.attachPlan(command)
	case EndPlan:
		return c.endPlan(command)
	case CloseCase:
		return c.end(command)
	case MigrateStrategy:
		return c.migrate(command)
	case ProposeMediation:
		return c.proposeMediation(command)
	case AnswerMediation:
		return c.answerMediation(command)
	case ReportSession:
		return c.reportSession(command)
	case EndMediation:
		return c.endMediation(command)
	case ConcludeAgreement:
		return c.concludeAgreement(command)
	case BreakAgreement:
		return c.breakAgreement(command)
	default:
		if events, err, isOne := c.decideHandoff(command); isOne {
			return events, err
		}
		return nil, Refuse(RefusedInvalid, "the command %T is not known", command)
	}
}

func (c Case) takePosition(command TakePosition) ([]Event, error) {
	if command.Open.Currency() != c.Open.Currency() {
		return nil, Refuse(RefusedInvalid, "the case is kept in %s, not in %s", c.Open.Currency(), command.Open.Currency())
	}
	lateFees := money.OmitNothing(command.LateFees)
	if !command.Settled.Known {
		command.Settled = c.Settled
	}
	if command.Open == c.Open && lateFees == c.LateFees && command.Settled == c.Settled {
		return nil, nil
	}
	events := append([]Event{PositionTaken{Open: command.Open, LateFees: lateFees, Settled: command.Settled, On: command.On}}, c.creditArrived(command)...)
	return append(events, ApplyAll(c, events).keptByNow(command.On)...), nil
}

func (c Case) takeContactHours(command TakeContactHours) ([]Event, error) {
	window := c.Window
	window.Opens, window.Closes, window.Closed = command.Opens, command.Closes, command.Closed
	if err := window.Validate(); err != nil {
		return nil, Refuse(RefusedInvalid, "%s", err)
	}
	if window == c.Window {
		return nil, nil
	}
	return []Event{WindowTaken{Window: window}}, nil
}

func (c Case) placeHold(command PlaceHold) ([]Event, error) {
	if err := CheckID("the hold", command.ID); err != nil {
		return nil, err
	}
	if !IsPlainText(command.Reason) {
		return nil, Refuse(RefusedInvalid, "the reason of the hold is longer than %d characters or has control characters in it", maxText)
	}
	if command.On.IsZero() {
		return nil, Refuse(RefusedInvalid, "the hold %s does not say from which day", command.ID)
	}
	if slices.ContainsFunc(c.Holds, func(h Hold) bool { return h.ID == command.ID }) {
		return nil, nil
	}
	if !command.Until.IsZero() && command.Until < command.On {
		return nil, Refuse(RefusedInvalid, "the hold %s would end on %s, before it begins on %s", command.ID, command.Until, command.On)
	}
	if c.Outcome != "" {
		return nil, c.refuseClosed("put on hold")
	}
	return []Event{HoldPlaced{Hold: Hold{ID: command.ID, Reason: command.reason(), From: command.On, Until: command.Until, MovesDeadline: command.MovesDeadline}}}, nil
}

func (c Case) releaseHold(command ReleaseHold) ([]Event, error) {
	if command.On.IsZero() {
		return nil, Refuse(RefusedInvalid, "the release does not say on which day")
	}
	if command.ID != "" {
		for _, hold := range c.Holds {
			if hold.ID == command.ID && !hold.Released.IsZero() {
				return nil, nil
			}
		}
		return []Event{HoldReleased{ID: command.ID, On: command.On}}, nil
	}
	var events []Event
	for _, hold := range c.Holds {
		if hold.Released.IsZero() {
			events = append(events, HoldReleased{ID: hold.ID, On: command.On})
		}
	}
	return events, nil
}

// reportAttempt also takes reports that come late: after the case was closed, after a
// bounce that contradicts an earlier success, and the proof that an earlier try has
// arrived, which spares the debtor the next one.
func (c Case) reportAttempt(command ReportAttempt) ([]Event, error) {
	if IsInstalmentStep(command.Step) {
		return nil, nil // it is the plan's business, and no rung of the ladder
	}
	if err := c.refuseReport(command); err != nil {
		return nil, err
	}
	record := c.record(command.Step)
	known, tried := record.attempt(command.Channel)
	if command.Try < record.Tries && (tried || !command.Proven) {
		return nil, nil // the channel was retried since; this is news of the past
	}
	switch {
	case tried && known.Doubtful && command.Proven:
		return []Event{AttemptProven{Step: command.Step, Channel: command.Channel, At: command.At}}, nil
	case tried && command.Failed && !command.Doubtful && (!known.Failed || known.Doubtful):
		return []Event{AttemptFailed{Step: command.Step, Channel: command.Channel}}, nil
	case tried:
		return nil, nil
	default:
		return []Event{StepAttempted{
			Step:    command.Step,
			Attempt: Attempt{Channel: command.Channel, Failed: command.Failed, Doubtful: command.Failed && command.Doubtful},
			At:      command.At, Deadline: command.Deadline,
		}}, nil
	}
}

// refuseReport refuses news that cannot be about this case. A contact that was
// made counts even when the strategy was changed while it was under way; a
// failure of something the case would never have tried does not.
func (c Case) refuseReport(command ReportAttempt) error {
	step, found := c.StepOf(command.Step)
	if _, tried := c.record(command.Step).attempt(command.Channel); tried || !command.Failed && !found {
		return nil
	}
	if !found {
		return c.refuseUnknownStep(command.Step)
	}
	if command.Failed && !slices.Contains(step.Channels, command.Channel) && !slices.Contains(step.Fallbacks, command.Channel) {
		return Refuse(RefusedInvalid, "step %s of %s does not use the channel %q", step.Key, c.ID(), command.Channel)
	}
	next, waiting := c.nextStep(c.Window.DateOf(command.At))
	if command.Failed && waiting && c.Strategy.index(step.Key) > c.Strategy.index(next.Key) {
		return Refuse(RefusedNotNow, "the case %s has not come to step %s yet: nothing of it can have failed", c.ID(), step.Key)
	}
	return nil
}

func (c Case) skip(command SkipStep) ([]Event, error) {
	if c.IsClosed() || c.isPrincipalPaid() {
		return nil, c.refuseClosed("changed")
	}
	step, found := c.Strategy.Step(command.Step)
	if !found {
		return nil, c.refuseUnknownStep(command.Step)
	}
	if command.Reason == "" {
		return nil, Refuse(RefusedInvalid, "skipping step %s needs a reason", step.Key)
	}
	record := c.record(step.Key)
	if record.Waived {
		return nil, nil
	}
	if next, found := c.nextStep(c.Window.DateOf(command.At)); !found || next.Key != step.Key {
		return nil, Refuse(RefusedNotNow, "step %s of %s is not the next one: only the next step can be skipped", step.Key, c.ID())
	}
	return []Event{StepWaived{Step: step.Key, At: command.At}}, nil
}

func (c Case) retry(command RetryStep) ([]Event, error) {
	if c.IsClosed() || c.isPrincipalPaid() {
		return nil, c.refuseClosed("retried")
	}
	step, found := c.Strategy.Step(command.Step)
	if !found {
		return nil, c.refuseUnknownStep(command.Step)
	}
	if last, _ := c.lastBegun(); last != step.Key || !c.record(step.Key).isStuck(step) {
		return nil, Refuse(RefusedNotNow, "step %s of %s is not one that failed on every channel and was left at that: there is nothing to try again", step.Key, c.ID())
	}
	return []Event{StepRetried{Step: step.Key}}, nil
}

func (c Case) end(command CloseCase) ([]Event, error) {
	if !slices.Contains([]Stage{StageWrittenOff, StageWithdrawn, StageHandedOver}, command.Outcome) {
		return nil, Refuse(RefusedInvalid, "a case is closed as %s, %s or %s, not as %q",
			StageWrittenOff, StageWithdrawn, StageHandedOver, command.Outcome)
	}
	if command.Reason == "" {
		return nil, Refuse(RefusedInvalid, "closing a case as %s needs a reason", command.Outcome)
	}
	if c.Outcome == command.Outcome {
		return nil, nil
	}
	if c.IsClosed() {
		return nil, c.refuseClosed("closed again")
	}
	ended := CaseEnded{Outcome: command.Outcome}
	events := append([]Event{ended}, Apply(c, ended).overtaken(command.On)...)
	return append(events, c.handoffAtClose(command)...), nil
}

func (c Case) migrate(command MigrateStrategy) ([]Event, error) {
	if c.IsClosed() {
		return nil, c.refuseClosed("migrated")
	}
	target := command.Strategy
	if err := target.Validate(); err != nil {
		return nil, err
	}
	if target.Name == c.Strategy.Name && target.Version == c.Strategy.Version {
		return nil, nil
	}
	if command.ResumeAt != "" {
		if _, found := target.Step(command.ResumeAt); !found {
			return nil, Refuse(RefusedInvalid, "the strategy %s has no step %s to go on with", target.label(), command.ResumeAt)
		}
		if taken, found := c.takenFrom(target, command.ResumeAt); found {
			return nil, Refuse(RefusedConflict, "the case %s has taken step %s already: go on with a later one than %s", c.ID(), taken, command.ResumeAt)
		}
	} else if last, begun := c.lastBegun(); begun {
		if _, found := target.Step(last); !found {
			return nil, Refuse(RefusedInvalid, "the strategy %s has no step %s, where the case stands: name the step to go on with", target.label(), last)
		}
	}
	return []Event{StrategyMigrated{Strategy: target, ResumeAt: command.ResumeAt}}, nil
}

// takenFrom is a step at or after a key of the target strategy that has reached
// the debtor already: going on before it would send it twice.
func (c Case) takenFrom(target Strategy, key string) (string, bool) {
	for _, record := range c.Steps {
		if record.anyAccepted() && target.index(record.Key) >= target.index(key) {
			return record.Key, true
		}
	}
	return "", false
}

func (c Case) lastBegun() (string, bool) {
	if len(c.Steps) == 0 {
		return "", false
	}
	return c.Steps[len(c.Steps)-1].Key, true
}

func (s Strategy) label() string { return fmt.Sprintf("%s (version %d)", s.Name, s.Version) }

func (c Case) refuseClosed(what string) error {
	if !c.IsClosed() {
		return Refuse(RefusedNotNow, "the principal of the case %s is paid: only its late fees are open, so that nothing more can be %s", c.ID(), what)
	}
	return Refuse(RefusedClosed, "the case %s is closed (%s) and cannot be %s", c.ID(), c.Stage(time.Time{}), what)
}

func (c Case) refuseUnknownStep(key string) error {
	return Refuse(RefusedInvalid, "the strategy %s of %s has no step %q", c.Strategy.Name, c.ID(), key)
}

package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"relance/collection"
)

// show writes how the case stands where people look for it: the search
// attributes that have changed, and the current details.
func (r *caseRun) show(ctx workflow.Context, action collection.Action) error {
	r.describe(ctx, action)
	wanted := searchAttributes(r.state, action, r.now(ctx))
	known := workflow.GetTypedSearchAttributes(ctx)
	changes := changedAttributes(known, wanted)
	if len(changes) == 0 {
		return nil
	}
	return workflow.UpsertTypedSearchAttributes(ctx, changes...)
}

// describe sets the details that the Temporal UI shows for the running case.
func (r *caseRun) describe(ctx workflow.Context, action collection.Action) {
	lines := []string{
		fmt.Sprintf("**Stage** %s · **still due** %s · **due date** %s", r.state.Stage(r.now(ctx)), r.stillDue(), r.state.DueDate),
		"**Next** " + nextInWords(r.state, action),
		"**Why** " + action.Because.String(),
		fmt.Sprintf("**Strategy** %s, version %d", r.state.Strategy.Name, r.state.Strategy.Version),
	}
	workflow.SetCurrentDetails(ctx, strings.Join(lines, "\n\n"))
}

func (r *caseRun) stillDue() string {
	if disputed := r.state.Disputed(); disputed.Sign() > 0 {
		return fmt.Sprintf("%s, of which %s are disputed", r.state.Open, disputed)
	}
	if r.state.LateFees.Sign() > 0 {
		return r.state.LateFees.String() + " of late fees"
	}
	return r.state.Open.String()
}

func nextInWords(c collection.Case, action collection.Action) string {
	switch action.Kind {
	case collection.ActionWait:
		if action.Task == collection.TaskLimitation {
			return "a person is told of the limitation on " + moment(action.At)
		}
		if action.Task == collection.TaskInsolvency {
			return "a person is told of the declaration of the claim on " + moment(action.At)
		}
		if action.Task == collection.TaskApproval {
			return approvalInWords(c, action)
		}
		if action.Task == collection.TaskHandoffApproval {
			return "a person is asked to approve the handoff on " + moment(action.At)
		}
		if action.Task == collection.TaskTimeLimit {
			return "a person is told of a time limit on " + moment(action.At)
		}
		if action.Task == collection.TaskProof {
			return fmt.Sprintf("a person is asked for the proof of %s on %s", action.Step.Key, moment(action.At))
		}
		if action.Task == collection.TaskDisputeOverdue {
			return "a supervisor is asked about the dispute " + action.Dispute + " on " + moment(action.At)
		}
		if action.Mediation != "" {
			return mediationInWords(action)
		}
		if action.Task == collection.TaskDeputy {
			return fmt.Sprintf("a deputy is asked to approve %s on %s", action.Step.Key, moment(action.At))
		}
		if action.Step.Key == "" {
			return "nothing before " + moment(action.At)
		}
		return fmt.Sprintf("%s on %s", action.Step.Key, moment(action.At))
	case collection.ActionGiveUp:
		return "the rest of the claim is given up, as agreed in the mediation"
	case collection.ActionNotify:
		return fmt.Sprintf("%s is being sent by %s", action.Step.Key, action.Channel)
	case collection.ActionOpenTask:
		return fmt.Sprintf("a person is asked: %s", action.Task)
	case collection.ActionHandOver:
		return "the case file is being given to a partner"
	case collection.ActionRecall:
		return "the partner is being told to stop"
	default:
		return "nothing until a command arrives"
	}
}

// approvalInWords says what becomes of a step that waits for its approval, and when.
func approvalInWords(c collection.Case, action collection.Action) string {
	switch {
	case c.Window.DateOf(action.At) == action.Because.Date:
		return fmt.Sprintf("the approval of %s is asked for anew on %s", action.Step.Key, moment(action.At))
	case action.Step.DueOffset < 0:
		return fmt.Sprintf("%s waits for approval, and is passed over on %s", action.Step.Key, moment(action.At))
	default:
		return fmt.Sprintf("%s waits for approval, and needs none any more on %s", action.Step.Key, moment(action.At))
	}
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

func timerSummary(c collection.Case, action collection.Action) string {
	day := c.Window.DateOf(action.At).String()
	switch action.Task {
	case collection.TaskLimitation:
		return "limitation " + day
	case collection.TaskInsolvency:
		return "declaration of the claim " + day
	case collection.TaskProof:
		return "proof of " + action.Step.Key + " " + day
	case collection.TaskDisputeOverdue:
		return "dispute " + action.Dispute + " overdue " + day
	case collection.TaskApproval, collection.TaskDeputy:
		return "approval of " + action.Step.Key + " " + day
	case collection.TaskHandoffApproval:
		return "cooling-off ends " + day
	case collection.TaskTimeLimit:
		return "time limit " + day
	default:
	}
	if action.Promise != "" {
		return "promise " + action.Promise + " ends " + day
	}
	if action.Mediation != "" {
		return string(action.Task) + " " + day
	}
	if action.Step.Key == "" {
		return "hold ends " + day
	}
	return action.Step.Key + " " + day
}

// attributes are the values of a case that its search attributes show.
type attributes struct {
	stage, strategy string
	amountDue       int64
	nextAction      time.Time
}

func searchAttributes(c collection.Case, action collection.Action, now time.Time) attributes {
	return attributes{
		stage: string(c.Stage(now)), strategy: c.Strategy.Name, amountDue: c.Open.Minor() + c.LateFees.Minor(), nextAction: action.At.UTC().Truncate(time.Second),
	}
}

func changedAttributes(known temporal.SearchAttributes, wanted attributes) []temporal.SearchAttributeUpdate {
	var changes []temporal.SearchAttributeUpdate
	if stage, _ := known.GetKeyword(AttributeStage); stage != wanted.stage {
		changes = append(changes, AttributeStage.ValueSet(wanted.stage))
	}
	if strategy, _ := known.GetKeyword(AttributeStrategy); strategy != wanted.strategy {
		changes = append(changes, AttributeStrategy.ValueSet(wanted.strategy))
	}
	if due, found := known.GetInt64(AttributeAmountDue); !found || due != wanted.amountDue {
		changes = append(changes, AttributeAmountDue.ValueSet(wanted.amountDue))
	}
	next, planned := known.GetTime(AttributeNextActionDate)
	switch {
	case wanted.nextAction.IsZero() && planned:
		changes = append(changes, AttributeNextActionDate.ValueUnset())
	case !wanted.nextAction.IsZero() && !next.Equal(wanted.nextAction):
		changes = append(changes, AttributeNextActionDate.ValueSet(wanted.nextAction))
	}
	return changes
}

// InitialAttributes are the search attributes a case is started with, so that
// it need not write them itself.
func InitialAttributes(c collection.Case, now time.Time) temporal.SearchAttributes {
	action := collection.Next(c, now)
	wanted := searchAttributes(c, action, now)
	updates := []temporal.SearchAttributeUpdate{
		AttributeCreditor.ValueSet(c.Creditor),
		AttributeDebtor.ValueSet(c.Debtor),
		AttributeDueDate.ValueSet(c.DueDate.Time(time.UTC)),
	}
	return temporal.NewSearchAttributes(append(updates, changedAttributes(temporal.SearchAttributes{}, wanted)...)...)
}

// status is how the case stands, what it does next and why.
func (r *caseRun) status(ctx workflow.Context) Status {
	status := NewStatus(r.state, r.clock.At(workflow.Now(ctx)))
	status.Sending = r.sending
	return status
}

// NewStatus describes a case at a moment.
func NewStatus(c collection.Case, now time.Time) Status {
	action, upcoming := collection.Next(c, now), collection.Upcoming(c, now)
	status := Status{
		Case: c.ID(), Stage: c.Stage(now), Open: c.Open, LateFees: c.LateFees, Strategy: fmt.Sprintf("%s@%d", c.Strategy.Name, c.Strategy.Version),
		NextStep: upcoming.Step.Key, NextAt: upcoming.At, NextChannel: upcoming.Channel, NextTask: upcoming.Task, Why: action.Because.String(), WhyFR: action.Because.French(),
		Limitation: newLimitationStatus(c.Limitation, c.Window.DateOf(now)), Insolvency: newInsolvencyStatus(c.Insolvency), Mediation: newMediationStatus(c), Handoff: newHandoffStatus(c),
		Promise: newPromiseStatus(c), Disputes: newDisputeStatuses(c), Plan: newFollowedPlanStatus(c),
	}
	if disputed := c.Disputed(); disputed.Sign() > 0 {
		status.Disputed = disputed
	}
	if len(c.Steps) > 0 {
		last := c.Steps[len(c.Steps)-1]
		status.LastStep, status.LastAttempts = last.Key, last.Attempts
	}
	return status
}

// AsPlanned is the status of a case that acts at the moment it has set a timer for:
// where its window has opened since, it could act, and does so then.
func (s Status) AsPlanned(at, now time.Time) Status {
	if at.After(now) && !s.NextAt.IsZero() && !s.NextAt.After(now) {
		s.NextAt = at
	}
	return s
}

// plannedStatus is the status as long as the case waits for the timer it has set.
func (r *caseRun) plannedStatus(ctx workflow.Context) Status {
	status := r.status(ctx)
	if r.wake.timer == nil || r.inbox.hasCommands() || r.changes != r.wake.changes {
		return status
	}
	return status.AsPlanned(r.wake.at, r.clock.At(workflow.Now(ctx)))
}

// forecastDays is how far ahead a case looks when it is asked for its plan.
const forecastDays = 90

// NewForecast lists what a case does in the next 90 days if nobody pays.
func NewForecast(c collection.Case, now time.Time) []ForecastEntry {
	forecast := []ForecastEntry{}
	for _, planned := range collection.Forecast(c, now, now.AddDate(0, 0, forecastDays)) {
		forecast = append(forecast, ForecastEntry{
			At: planned.At, Step: planned.Step.Key, Channel: planned.Channel, Task: planned.Task, Why: planned.Because.String(),
		})
	}
	return forecast
}

func (r *caseRun) answerQueries(ctx workflow.Context) error {
	err := workflow.SetQueryHandlerWithOptions(ctx, QueryStatus,
		func() (Status, error) { return r.plannedStatus(ctx), nil },
		workflow.QueryHandlerOptions{Description: "How the case stands, what it does next, when, and why."})
	if err != nil {
		return err
	}
	return workflow.SetQueryHandlerWithOptions(ctx, QueryForecast,
		func() ([]ForecastEntry, error) { return NewForecast(r.state, r.clock.At(workflow.Now(ctx))), nil },
		workflow.QueryHandlerOptions{Description: "What the case does in the next 90 days if nobody pays."})
}

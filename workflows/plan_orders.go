package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
)

func (PlanAttached) name() string   { return CommandPlanAttached }
func (PlanEnded) name() string      { return CommandPlanEnded }
func (PlanAttached) author() string { return "plan" }
func (PlanEnded) author() string    { return "plan" }

func (o PlanAttached) note() string { return "follows the plan " + o.Plan }
func (o PlanEnded) note() string    { return fmt.Sprintf("the plan %s is over: %s", o.Plan, o.As) }

func (o PlanAttached) command(time.Time, calendar.Date) collection.Command {
	return collection.AttachPlan{AgreedOn: o.AgreedOn, FollowedPlan: collection.FollowedPlan{
		ID: o.Plan, Revision: o.Revision, From: o.From, Accepted: o.Accepted, NextOn: o.NextOn, NextAmount: o.NextAmount,
	}}
}

func (o PlanEnded) command(time.Time, calendar.Date) collection.Command {
	return collection.EndPlan{ID: o.Plan, On: o.On, As: string(o.As), PayBy: o.PayBy, Revision: o.Revision}
}

// The plan has written what it told into the case file before it told it: the case
// takes it under the same key, so that it stands there once.
func (o PlanAttached) naturalKey() string { return planKey(o.Plan, o.Revision) }
func (o PlanEnded) naturalKey() string    { return planKey(o.Plan, o.Revision) }

func planKey(plan string, revision int) string { return fmt.Sprintf("plan/%s/%d", plan, revision) }

// tellPlan tells the plan that the case follows that something was posted. A plan that
// is over by now has no use for it.
func (r *caseRun) tellPlan(ctx workflow.Context) {
	plan, found := r.state.ActivePlan()
	if !found {
		return
	}
	r.signalPlan(ctx, plan.ID, CommandPlanMoneyMoved, PlanMoneyMoved{Invoice: r.state.Invoice})
}

func (r *caseRun) signalPlan(ctx workflow.Context, plan, command string, order any) {
	told := workflow.SignalExternalWorkflow(ctx, arrangements.WorkflowID(r.state.Creditor, plan), "", command, order)
	if err := told.Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Info("The plan is not running and could not be told; it reads the accounts when it acts next", "plan", plan, "command", command, "error", err)
	}
}

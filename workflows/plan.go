package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
	"relance/money"
)

// Plans is the workflow of instalment plans with what its worker provides.
type Plans struct {
	// Clock is the worker's business clock, as for cases.
	Clock func() calendar.Clock
}

// Follow is the life of one plan, from its proposal until it is paid, broken or
// cancelled: ask the core what comes next, wait for that moment or for a command, act,
// repeat. Its cases rest meanwhile and are told what they must know.
func (w *Plans) Follow(ctx workflow.Context, start PlanStart) (PlanResult, error) {
	run := &planRun{state: start.Plan, revision: start.Revision, policy: start.Policy, told: start.Told, clock: start.Clock, workerClock: w.Clock}
	if err := run.listen(ctx); err != nil {
		return PlanResult{}, err
	}
	result, err := run.follow(ctx)
	if temporal.IsCanceledError(err) && ctx.Err() != nil {
		return result, run.withdraw(ctx, err)
	}
	return result, err
}

// planRun is one run of the workflow of a plan.
type planRun struct {
	state    arrangements.Plan
	revision int
	policy   arrangements.Policy
	told     collection.FollowedPlan
	clock    calendar.Clock

	workerClock func() calendar.Clock
	inbox       inbox[planOrder, PlanStatus]
	// moment is the instant the plan last woke for, while it acts on it.
	moment time.Time
	// rests are what the ledger said last that a kept plan leaves open of its invoices.
	rests map[string]money.Amount
	// principal is what the ledger said last that is open of the principal of each invoice.
	principal map[string]money.Amount
}

// giveUpRests gives up what a plan that is kept leaves open of its invoices because its
// money paid late fees first that arose meanwhile. For plans that are settled early it
// does so since the ledger tells the principal; the histories of earlier ones know none.
func (r *planRun) giveUpRests(ctx workflow.Context) {
	isSettled := r.state.State == arrangements.StateSettledEarly && r.principal != nil
	if r.state.State != arrangements.StateCompleted && !isSettled {
		return
	}
	for _, claim := range r.state.Claims {
		if rest, left := r.rests[claim.Invoice]; left {
			r.signalCase(ctx, claim.Invoice, CommandCreditNoteIssued, CreditNoteIssued{
				Number: r.state.GivenUpID(claim.Invoice), Amount: Decimal(rest.Decimal()), Currency: string(rest.Currency()), IssuedOn: r.state.EndedOn, By: "plan",
			})
		}
	}
}

func (r *planRun) follow(ctx workflow.Context) (PlanResult, error) {
	if r.told.ID == "" {
		r.tellCases(ctx)
	}
	for {
		if err := r.answerCommands(ctx); err != nil {
			return PlanResult{}, err
		}
		if err := ctx.Err(); err != nil {
			return PlanResult{}, err
		}
		quiet := workflow.AllHandlersFinished(ctx) && !r.inbox.hasCommands()
		if r.state.State.IsOver() && quiet {
			return PlanResult{State: r.state.State, Received: r.state.Received}, nil
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() && quiet {
			return PlanResult{}, workflow.NewContinueAsNewError(ctx, PlanWorkflowType, PlanStart{
				Plan: r.state, Revision: r.revision, Policy: r.policy, Clock: r.clock, Told: r.told,
			})
		}
		err := r.act(ctx, arrangements.Next(r.state, r.now(ctx)))
		if isRefusal(err) {
			err = r.afterRefusal(ctx, err)
		}
		if err != nil {
			return PlanResult{}, err
		}
	}
}

// act does what the core said comes next. What ends the plan, or is said to the
// debtor, is done on what the ledger says at that moment.
func (r *planRun) act(ctx workflow.Context, action arrangements.Action) error {
	r.describe(ctx, action)
	if action.Kind == arrangements.ActionWait {
		return r.waitUntil(ctx, action)
	}
	if action.Kind == arrangements.ActionIdle {
		return workflow.Await(ctx, func() bool {
			return r.inbox.hasCommands() || r.state.State.IsOver() && workflow.AllHandlersFinished(ctx)
		})
	}
	if err := r.readMoney(ctx); err != nil {
		return err
	}
	now := arrangements.Next(r.state, r.now(ctx))
	if now.Kind != action.Kind || now.Instalment.Number != action.Instalment.Number {
		return nil // what came meanwhile has changed what is to be done
	}
	today := r.today(ctx)
	switch action.Kind {
	case arrangements.ActionRemind, arrangements.ActionChase, arrangements.ActionAsk:
		return r.tellDebtor(ctx, now)
	case arrangements.ActionDefault:
		return r.decide(ctx, arrangements.DeclareDefault{On: today}, "plan", "plan-defaulted",
			fmt.Sprintf("instalment %d of the plan %s was missed beyond its grace: the whole balance is due at once", action.Instalment.Number, r.state.ID))
	case arrangements.ActionExpire:
		return r.decide(ctx, arrangements.Cancel{Reason: "the debtor did not accept in time", On: today}, "plan", "plan-expired",
			fmt.Sprintf("the plan %s was not accepted by %s", r.state.ID, r.state.OfferEnds))
	case arrangements.ActionWait, arrangements.ActionIdle:
	}
	return nil
}

// refusalPause is how long a plan waits before it tries again what the case file
// refused: only what people do can have changed it.
const refusalPause = time.Hour

func (r *planRun) afterRefusal(ctx workflow.Context, refused error) error {
	workflow.GetLogger(ctx).Error("What the plan was to do is refused; it is tried again later", "plan", r.state.ID, "error", refused)
	timerCtx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimer(timerCtx, refusalPause)
	return workflow.Await(ctx, func() bool { return timer.IsReady() || r.inbox.hasCommands() })
}

// waitUntil sleeps until the action's moment or until a command arrives.
func (r *planRun) waitUntil(ctx workflow.Context, action arrangements.Action) error {
	r.moment = time.Time{}
	timerCtx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	timer := workflow.NewTimerWithOptions(timerCtx, r.clock.Wait(workflow.Now(ctx), action.At), workflow.TimerOptions{Summary: action.Because.String()})
	if err := workflow.Await(ctx, func() bool { return timer.IsReady() || r.inbox.hasCommands() }); err != nil {
		return err
	}
	if timer.IsReady() {
		r.moment = action.At
	}
	return nil
}

// readMoney takes what the ledger says of the claims.
func (r *planRun) readMoney(ctx workflow.Context) error {
	sum, err := planMoney(ctx, activities.PlanMoneyOrder{Creditor: r.state.Creditor, Plan: r.state.ID, Today: r.today(ctx)})
	if err != nil {
		return err
	}
	r.rests, r.principal = sum.Rests, sum.Principal
	kind, note := "plan-money", fmt.Sprintf("%s received for the plan %s", sum.Received, r.state.ID)
	if r.state.State.WasKept() { // else nothing comes of it
		kind, note = "plan-reopened", fmt.Sprintf("money was taken back: the plan %s goes on again", r.state.ID)
	}
	return r.decide(ctx, arrangements.TakeMoney{Received: sum.Received, Open: sum.Open, On: sum.PaidOn, Today: r.today(ctx)}, "plan", kind, note)
}

func (r *planRun) invoices() []string {
	invoices := make([]string, 0, len(r.state.Claims))
	for _, claim := range r.state.Claims {
		invoices = append(invoices, claim.Invoice)
	}
	return invoices
}

// decide has the core decide, writes what came of it and tells the cases what is new
// to them. A refusal is returned and changes nothing.
func (r *planRun) decide(ctx workflow.Context, command arrangements.Command, by, kind, note string) error {
	events, err := arrangements.Decide(r.state, command)
	if err != nil || len(events) == 0 {
		return err
	}
	after := arrangements.ApplyAll(r.state, events)
	news := newsOf(after)
	if isSameNews(news, r.told, after) && kind != "plan-accepted" && kind != "plan-rescheduled" {
		note = "" // it concerns the plan alone
	}
	if after.State.IsOver() && note == "" {
		note = fmt.Sprintf("the plan %s is over: %s", after.ID, after.State)
	}
	recorded, err := recordPlan(ctx, activities.PlanOrder{
		Plan: after, Revision: r.revision + 1, Kind: kind, Note: note, By: by, At: r.clock.At(workflow.Now(ctx)),
	})
	if err != nil {
		return asRefusal(err)
	}
	isAccepted := !r.state.State.IsOver() && r.state.State != arrangements.StateRunning && after.State == arrangements.StateRunning
	r.state, r.revision = after, max(r.revision+1, recorded.Revision)
	told := ""
	if after.State == arrangements.StateDefaulted {
		told = r.tellDefault(ctx)
	}
	if note != "" {
		r.giveUpRests(ctx)
		r.tellCases(ctx)
	}
	if after.State == arrangements.StateDefaulted {
		return r.askPerson(ctx, "The plan "+after.ID+" is broken", "An instalment was missed beyond its grace. The whole balance is due at once, and each case goes on at the step it had. "+told)
	}
	if isAccepted {
		r.acknowledge(ctx)
	}
	return nil
}

// acknowledge records on each case that the debtor acknowledged the debt by accepting
// the plan (C. civ. 2240).
func (r *planRun) acknowledge(ctx workflow.Context) {
	for _, claim := range r.state.Claims {
		r.signalCase(ctx, claim.Invoice, CommandLimitationEvent, LimitationEvent{
			ID: "plan-" + r.state.ID, Event: deadlines.Acknowledgement, On: r.state.Acceptance.On, By: "plan",
		})
	}
}

func newsOf(p arrangements.Plan) collection.FollowedPlan {
	news := collection.FollowedPlan{ID: p.ID, From: p.ProposedOn, Accepted: p.State == arrangements.StateRunning}
	if next, found := p.NextInstalment(); found && news.Accepted {
		news.NextOn, news.NextAmount = next.DueOn, next.Amount()
	}
	return news
}

// isSameNews compares what cases were told with what they would be told.
func isSameNews(news, told collection.FollowedPlan, p arrangements.Plan) bool {
	told.Revision = 0
	return news == told && !p.State.IsOver()
}

// tellCases tells every case of the plan how it stands. Cases that are closed have no
// workflow any more: their file says it.
func (r *planRun) tellCases(ctx workflow.Context) {
	news := newsOf(r.state)
	stillDue := news.NextAmount
	if next, found := r.state.NextInstalment(); found && news.Accepted {
		stillDue = r.state.StillDueOf(next.Number) // as the case file has it
	}
	for _, claim := range r.state.Claims {
		if r.state.State.IsOver() {
			r.signalCase(ctx, claim.Invoice, CommandPlanEnded, PlanEnded{
				Plan: r.state.ID, Revision: r.revision, On: r.state.EndedOn, As: r.state.State, PayBy: r.state.BalanceDueBy(),
			})
			if r.state.State == arrangements.StateCompleted || r.state.State == arrangements.StateSettledEarly {
				r.signalCase(ctx, claim.Invoice, CommandWaiveLateFees, LateFeesWaiver{
					ID: r.state.GivenUpID(claim.Invoice), Reason: "the plan " + r.state.ID + " was kept", WaivedOn: r.state.EndedOn, By: "plan",
				})
			}
			continue
		}
		r.signalCase(ctx, claim.Invoice, CommandPlanAttached, PlanAttached{
			Plan: r.state.ID, Revision: r.revision, From: r.state.ProposedOn, Accepted: news.Accepted, NextOn: news.NextOn, NextAmount: stillDue,
			AgreedOn: r.state.Acceptance.On,
		})
	}
	r.told = news
}

func (r *planRun) signalCase(ctx workflow.Context, invoice, command string, order any) {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	err := workflow.SignalExternalWorkflow(ctx, collection.WorkflowID(r.state.Creditor, invoice), "", command, order).Get(ctx, nil)
	if err != nil {
		workflow.GetLogger(ctx).Info("A case of the plan is not running and was not told; its file says it", "invoice", invoice, "command", command, "error", err)
	}
}

// askPerson asks for a decision about the plan, on its first case.
func (r *planRun) askPerson(ctx workflow.Context, title, detail string) error {
	return openPlanTask(ctx, activities.PlanTaskOrder{
		Creditor: r.state.Creditor, Plan: r.state.ID, Invoices: r.invoices(), Revision: r.revision, Title: title, Detail: detail,
		At: r.clock.At(workflow.Now(ctx)),
	})
}

// withdraw cancels a plan whose workflow somebody cancelled in Temporal: its cases
// must not rest for ever.
func (r *planRun) withdraw(ctx workflow.Context, cancelled error) error {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	err := r.decide(ctx, arrangements.Cancel{Reason: "the workflow was cancelled in Temporal", On: r.today(ctx)}, "temporal", "plan-cancelled",
		"the workflow of the plan "+r.state.ID+" was cancelled in Temporal")
	if err != nil && !isRefusal(err) {
		return err
	}
	return cancelled
}

// now is the business time the plan decides with.
func (r *planRun) now(ctx workflow.Context) time.Time {
	r.clock = currentClock(ctx, r.clock, r.workerClock)
	if r.moment.IsZero() {
		return r.clock.At(workflow.Now(ctx))
	}
	return r.clock.WokenAt(r.moment, workflow.Now(ctx))
}

func (r *planRun) today(ctx workflow.Context) calendar.Date { return r.state.Window.DateOf(r.now(ctx)) }

// describe sets the details that the Temporal UI shows for the running plan.
func (r *planRun) describe(ctx workflow.Context, action arrangements.Action) {
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("**State** %s · **received** %s of %s\n\n**Why** %s",
		r.state.State, r.state.Received, r.state.Total(), action.Because))
}

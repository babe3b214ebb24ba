// Package workflows is the durable shell around the core: one workflow for each
// unpaid invoice, which waits on dates and commands, acts through activities and
// asks package collection for every decision.
package workflows

import (
	"cmp"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
)

// Cases is the case workflow with what its worker provides.
type Cases struct {
	// Clock is the worker's business clock. Only accelerated cases ask for it, and
	// record each answer in their history.
	Clock func() calendar.Clock
}

// Collect is the life of one case, from creation until it is paid or ended: ask
// the core what comes next, wait for that moment or for a command, act, repeat.
func (w *Cases) Collect(ctx workflow.Context, start Start) (Result, error) {
	run, err := w.begin(ctx, start)
	if err != nil {
		return Result{}, err
	}
	result, err := run.collect(ctx)
	if temporal.IsCanceledError(err) && ctx.Err() != nil {
		err = cmp.Or(run.withdraw(ctx), err)
	}
	return result, err
}

func (r *caseRun) collect(ctx workflow.Context) (Result, error) {
	for {
		if err := r.answerCommands(ctx); err != nil {
			return Result{}, err
		}
		if err := ctx.Err(); err != nil {
			return Result{}, err // waiting on a cancelled context would not wait
		}
		if r.state.IsClosed() && !r.state.OwesPartner() {
			if finished, err := r.finish(ctx); finished || err != nil {
				return Result{Stage: r.state.Stage(r.now(ctx)), Open: r.state.Open}, err
			}
			continue
		}
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			if quiet, err := r.isQuiet(ctx); quiet || err != nil {
				return Result{}, r.continueAsNew(ctx, err)
			}
			continue
		}
		if err := r.act(ctx, collection.Next(r.state, r.now(ctx))); err != nil {
			return Result{}, err
		}
	}
}

// withdraw closes a case whose workflow somebody cancelled in Temporal: a case
// never stops being collected without its file saying so.
func (r *caseRun) withdraw(ctx workflow.Context) error {
	ctx, _ = workflow.NewDisconnectedContext(ctx)
	_, err := r.carryOut(ctx, "cancellation/"+workflow.GetInfo(ctx).WorkflowExecution.RunID, CloseOrder{Outcome: collection.StageWithdrawn, Reason: "the workflow was cancelled in Temporal", By: "temporal"})
	if err != nil && !isRefusal(err) {
		return err
	}
	if err := r.settleWithPartner(ctx); err != nil {
		return err
	}
	return r.show(ctx, collection.Next(r.state, r.now(ctx)))
}

// begin reads the case file when the caller only named the invoice, and makes
// the case reachable.
func (w *Cases) begin(ctx workflow.Context, start Start) (*caseRun, error) {
	run := &caseRun{state: start.Case, clock: start.Clock, workerClock: w.Clock}
	if err := run.listen(ctx); err != nil {
		return nil, err
	}
	if len(run.state.Strategy.Steps) > 0 {
		return run, nil
	}
	loaded, err := loadCase(ctx, run.key())
	run.state, run.clock = loaded.Case, loaded.Clock
	return run, err
}

// caseRun is one run of a case workflow.
type caseRun struct {
	state       collection.Case
	clock       calendar.Clock
	workerClock func() calendar.Clock

	inbox inbox[order, Status]
	wake  alarm
	// moment is the planned instant the case last woke for, while it acts on it.
	moment time.Time
	// sending is the message that is leaving, for those who ask.
	sending *SendingStatus
	// changes counts how often the case has changed in this run.
	changes int
	// source is the request that is being carried out, and decisions counts what has been
	// recorded of it.
	source    string
	decisions int
}

func (r *caseRun) key() activities.CaseKey {
	return activities.CaseKey{Creditor: r.state.Creditor, Invoice: r.state.Invoice}
}

// act does what the core said comes next.
func (r *caseRun) act(ctx workflow.Context, action collection.Action) error {
	switch action.Kind {
	case collection.ActionNotify:
		return r.notify(ctx, action)
	case collection.ActionOpenTask:
		return r.openTask(ctx, action)
	case collection.ActionConclude:
		return r.conclude(ctx, action)
	case collection.ActionGiveUp:
		return r.giveUp(ctx, action)
	case collection.ActionHandOver:
		return r.handOver(ctx, action)
	case collection.ActionRecall:
		return r.recall(ctx, action)
	case collection.ActionWait:
		if action.Task == collection.TaskApproval && !passesOverUnapproved(ctx) {
			return r.act(ctx, collection.Action{Kind: collection.ActionIdle, Step: action.Step, Because: action.Because})
		}
		if err := r.show(ctx, action); err != nil {
			return err
		}
		return r.waitUntil(ctx, action)
	case collection.ActionIdle:
		if err := r.show(ctx, action); err != nil {
			return err
		}
		return r.waitForCommand(ctx)
	}
	return nil
}

// notify sends one notice over one channel: at once if the case's own worker may, or
// else through the provider's task queue. The provider may keep it waiting for days;
// commands are answered meanwhile, and one after which the notice is no longer wanted
// calls it back, unless it has already left.
func (r *caseRun) notify(ctx workflow.Context, action collection.Action) error {
	r.describe(ctx, action)
	order := activities.NoticeOrder{
		CaseKey: r.key(), Debtor: r.state.Debtor, Round: r.state.Round, Step: action.Step.Key, Channel: action.Channel, Try: action.Try,
		Template: action.Step.Template, Tone: action.Step.Tone, Deadline: action.Deadline, At: action.At,
		AttachInvoice: action.Step.AttachInvoice, AttachStatement: action.Step.AttachStatement,
	}
	var delivery activities.Delivery
	r.sending = &SendingStatus{Step: action.Step.Key, Channel: action.Channel, Delivery: deliverySending}
	defer func() { r.sending = nil }()
	for first := actsAtOnce(ctx); ; first = false {
		delivered, err := r.deliver(ctx, action, order, first)
		if err != nil {
			return err
		}
		err = delivered.Get(ctx, &delivery)
		switch {
		case err != nil && first && !isFinal(err):
			order.NotBefore = workflow.Now(ctx).Add(max(askedDelay(err), firstRetry))
			if isAmbiguous(err) {
				r.sending = &SendingStatus{Step: action.Step.Key, Channel: action.Channel, Delivery: deliveryAmbiguous}
			}
		case err != nil:
			return r.afterFailedActivity(ctx, err)
		}
		if err == nil && delivery.Outcome != activities.DeliveryElsewhere {
			break
		}
		if !r.stillWants(action) {
			return nil
		}
	}
	if err := r.afterDelivery(ctx, action, delivery); err != nil {
		return err
	}
	if r.stillWants(action) {
		// Nothing came of it that the core counts: never ask again at once.
		return r.postpone(ctx, time.Time{}, "")
	}
	return nil
}

// deliver asks for a send, and answers commands until its outcome is known.
func (r *caseRun) deliver(ctx workflow.Context, action collection.Action, order activities.NoticeOrder, atOnce bool) (workflow.Future, error) {
	callable, callBack := workflow.WithCancel(ctx)
	defer callBack()
	send := deliverNotice
	if atOnce {
		// Not to be called back: the call to the provider would be cut off, which may have
		// heard it all the same.
		callable, _ = workflow.NewDisconnectedContext(ctx)
		send = deliverNoticeAtOnce
	}
	delivering := send(callable, order)
	return delivering, r.answerUntil(ctx, delivering, func() {
		if !r.stillWants(action) {
			callBack()
		}
	})
}

// answerUntil answers commands until an act is done, and has a look after each answer.
func (r *caseRun) answerUntil(ctx workflow.Context, acting workflow.Future, look func()) error {
	for {
		if err := workflow.Await(ctx, func() bool { return acting.IsReady() || r.inbox.hasCommands() }); err != nil {
			return err
		}
		if acting.IsReady() {
			return nil
		}
		if err := r.answerCommands(ctx); err != nil {
			return err
		}
		look()
	}
}

// stillWants reports whether the case would send the same notice again.
func (r *caseRun) stillWants(action collection.Action) bool {
	next := collection.Next(r.state, action.At)
	return next.Kind == action.Kind && next.Step.Key == action.Step.Key && next.Channel == action.Channel
}

func (r *caseRun) afterDelivery(ctx workflow.Context, action collection.Action, delivery activities.Delivery) error {
	switch {
	case delivery.OtherRecipient:
		return r.decide(collection.LapseApproval{Step: action.Step.Key})
	case delivery.Outcome != activities.DeliveryWithheld:
		return r.decide(collection.ReportAttempt{
			Step: action.Step.Key, Channel: action.Channel, Try: action.Try,
			Failed: delivery.Outcome == activities.DeliveryFailed, Doubtful: delivery.Doubtful, Reason: delivery.Reason,
			At: delivery.At, Deadline: delivery.Deadline,
		})
	case delivery.Open != nil && *delivery.Open != r.state.Open:
		return r.takePosition(ctx, collection.TakePosition{
			Open: *delivery.Open, LateFees: delivery.LateFees, Settled: delivery.Settled, On: r.state.Window.DateOf(r.now(ctx)),
		})
	case !r.stillWants(action):
		return nil // what withheld it is known to the case by now
	default:
		return r.postpone(ctx, delivery.Until, delivery.For)
	}
}

// leastPostponement keeps a gate that names no time from being asked again and
// again.
const leastPostponement = 15 * time.Minute

func (r *caseRun) postpone(ctx workflow.Context, until time.Time, why collection.PostponedFor) error {
	if earliest := r.now(ctx).Add(leastPostponement); until.Before(earliest) {
		until = earliest
	}
	return r.decide(collection.Postpone{Until: until, For: why})
}

// openTask asks a person to do something.
func (r *caseRun) openTask(ctx workflow.Context, action collection.Action) error {
	r.describe(ctx, action)
	err := openTask(ctx, activities.TaskOrder{
		CaseKey: r.key(), Round: r.state.Round, Step: action.Step.Key, Try: action.Try, Task: action.Task, At: action.At,
		Day: action.Day, Mediation: action.Mediation, LastDay: r.limitationDay(action), Reckoning: r.state.Limitation.Reckonings,
		Dispute:        r.disputeOf(action),
		Proceeding:     r.proceeding(action),
		OtherRecipient: action.Because.IsOtherRecipient(),
		Handoff:        action.Handoff, Partner: action.Partner, Limit: action.Limit, Doubtful: action.Doubtful,
	})
	if err != nil {
		return err
	}
	return r.decide(collection.ReportTask{Step: action.Step.Key, Task: action.Task, At: action.At})
}

// decide applies a command that only reports what happened. What the case has
// no use for any more (the outcome of a step that a migration has removed)
// changes nothing.
func (r *caseRun) decide(command collection.Command) error {
	events, err := collection.Decide(r.state, command)
	if isRefusal(err) {
		return nil
	}
	if err != nil {
		return err
	}
	r.state = collection.ApplyAll(r.state, events)
	r.changes++
	return nil
}

// takePosition applies what the ledger says is open.
func (r *caseRun) takePosition(ctx workflow.Context, taken collection.TakePosition) error {
	if r.state.EndsHandoff(taken) {
		taken.Undated = !datesPaidHandoff(ctx)
	}
	return r.decide(taken)
}

// finish ends the run of a closed case, unless a command came that the case must
// still answer (a reversal may reopen it).
func (r *caseRun) finish(ctx workflow.Context) (bool, error) {
	r.wake.stop()
	if quiet, err := r.isQuiet(ctx); !quiet || err != nil {
		return false, err
	}
	return true, r.show(ctx, collection.Next(r.state, r.now(ctx)))
}

// isQuiet reports whether nobody waits for an answer of this run.
func (r *caseRun) isQuiet(ctx workflow.Context) (bool, error) {
	err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) || r.inbox.hasCommands() })
	return err == nil && !r.inbox.hasCommands(), err
}

func (r *caseRun) continueAsNew(ctx workflow.Context, err error) error {
	if err != nil {
		return err
	}
	r.wake.stop()
	return workflow.NewContinueAsNewError(ctx, WorkflowType, Start{Case: r.state, Clock: r.clock})
}

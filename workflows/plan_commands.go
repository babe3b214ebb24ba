package workflows

import (
	"cmp"
	"fmt"
	"slices"

	"go.temporal.io/sdk/workflow"

	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/directdebit"
	"relance/money"
)

// planOrder is a command of a plan as a caller sends it.
type planOrder interface {
	order
	decision(r *planRun, today calendar.Date) (planDecision, error)
}

// planDecision is what the core is asked, and what the history says of it: what it is
// in a word, and in a sentence where the cases are concerned.
type planDecision struct {
	command arrangements.Command
	kind    string
	note    string
}

// QueryPlan answers with the arrangements.Plan.
const QueryPlan = "plan"

// listen registers every command as a signal and as an update, and the queries.
func (r *planRun) listen(ctx workflow.Context) error {
	for _, register := range []func(*planRun, workflow.Context) error{
		acceptForPlan[PlanApproval]("Release a plan beyond what its proposer may grant."),
		acceptForPlan[PlanAcceptance]("The debtor agreed to the plan."),
		acceptForPlan[PlanSettlement]("The debtor may end the plan early, for less."),
		acceptForPlan[PlanRescheduling]("What is still owed is paid by another schedule."),
		acceptForPlan[PlanCancellation]("End the plan; needs a reason."),
		acceptForPlan[DebitSent]("An instalment is being collected by direct debit."),
		acceptForPlan[DebitReturned]("A direct debit came back."),
		acceptForPlan[PlanMoneyMoved]("Something was posted to an account of the plan."),
	} {
		if err := register(r, ctx); err != nil {
			return err
		}
	}
	err := workflow.SetQueryHandlerWithOptions(ctx, QueryStatus,
		func() (PlanStatus, error) { return r.status(ctx), nil },
		workflow.QueryHandlerOptions{Description: "How the plan stands, what it does next, when, and why."})
	if err != nil {
		return err
	}
	return workflow.SetQueryHandlerWithOptions(ctx, QueryPlan, func() (arrangements.Plan, error) { return r.state, nil },
		workflow.QueryHandlerOptions{Description: "The plan with its schedule."})
}

func acceptForPlan[T planOrder](description string) func(*planRun, workflow.Context) error {
	return func(r *planRun, ctx workflow.Context) error {
		return listenTo[T](ctx, &r.inbox, r.validate, description)
	}
}

// validate refuses, before anything is recorded, what the core would refuse.
func (r *planRun) validate(ctx workflow.Context, o planOrder) error {
	asked, err := o.decision(r, r.state.Window.DateOf(r.clock.At(workflow.Now(ctx))))
	if err != nil || asked.command == nil {
		return err
	}
	_, err = arrangements.Decide(r.state, asked.command)
	return err
}

// answerCommands carries out all that was asked, even when somebody cancels the workflow
// meanwhile.
func (r *planRun) answerCommands(ctx workflow.Context) error {
	return r.inbox.answer(ctx, func(ctx workflow.Context, _ string, o planOrder) (PlanStatus, error) {
		err := r.carryOut(ctx, o)
		return r.status(ctx), err
	}, func(ctx workflow.Context, _, name string, why error) error {
		workflow.GetLogger(ctx).Error("The payload of a signal cannot be read", "signal", name, "error", why)
		return nil
	})
}

func (r *planRun) carryOut(ctx workflow.Context, o planOrder) error {
	today := r.state.Window.DateOf(r.clock.At(workflow.Now(ctx)))
	if _, isMoney := o.(PlanMoneyMoved); isMoney {
		if r.state.State.IsOver() && !(r.state.State.WasKept() && goesOnAgain(ctx)) {
			return nil
		}
		return r.readMoney(ctx)
	}
	asked, err := o.decision(r, today)
	if err != nil {
		return refusal(err)
	}
	if settlement, is := o.(PlanSettlement); is && dividesByWhatIsOpen(ctx) {
		return r.offerSettlement(ctx, settlement, asked)
	}
	if isKnown := r.knowsReturn(o); isKnown && asksOnceAboutReturn(ctx) {
		return nil
	}
	if rescheduling, is := asked.command.(arrangements.Reschedule); is {
		rescheduling.InterestAsPrincipal = !keepsInterestApart(ctx)
		asked.command = rescheduling
	}
	if err := r.decide(ctx, asked.command, o.author(), asked.kind, asked.note); err != nil {
		return err
	}
	switch o := o.(type) {
	case PlanSettlement:
		r.offerReductions(ctx, o, r.state.Reductions(), false)
		return r.readMoney(ctx)
	case DebitReturned:
		return r.afterReturn(ctx, o)
	default:
		return nil
	}
}

// offerSettlement lets the debtor settle the plan early, on what the ledger says is open.
func (r *planRun) offerSettlement(ctx workflow.Context, o PlanSettlement, asked planDecision) error {
	if err := r.readMoney(ctx); err != nil {
		return err
	}
	events, err := arrangements.Decide(r.state, asked.command)
	if err != nil || len(events) == 0 {
		return err
	}
	offered := arrangements.ApplyAll(r.state, events).Settlement
	parts, err := r.state.DivideReduction(offered, r.today(ctx), r.principal)
	if err != nil {
		return err
	}
	if err := r.decide(ctx, asked.command, o.author(), asked.kind, asked.note); err != nil {
		return err
	}
	r.offerReductions(ctx, o, parts, true)
	return r.readMoney(ctx)
}

// offerReductions offers each part of the reduction of a settlement as a discount for
// payment in full by the same day on its claim. Their cases apply it exactly when it is
// earned. The late fees that are part of the plan are part of what is to be paid.
func (r *planRun) offerReductions(ctx workflow.Context, o PlanSettlement, parts []money.Amount, keepsLateFees bool) {
	for i, part := range parts {
		if part.Sign() <= 0 {
			continue
		}
		r.signalCase(ctx, r.state.Claims[i].Invoice, CommandOfferDiscount, DiscountOffer{
			ID:     fmt.Sprintf("plan/%s/%d/%s", r.state.ID, r.revision, r.state.Claims[i].Invoice),
			Amount: Decimal(part.Decimal()), Currency: string(part.Currency()), Until: o.Until, KeepsLateFees: keepsLateFees, Reason: "settles the plan " + r.state.ID,
			Role: o.Role, ApprovedBy: cmp.Or(o.By, "plan"), By: o.By,
		})
	}
}

// knowsReturn reports whether an order tells of a direct debit that is known to have come
// back.
func (r *planRun) knowsReturn(o planOrder) bool {
	back, is := o.(DebitReturned)
	if !is {
		return false
	}
	_, debit, _, found := r.state.Debit(back.ID)
	return found && !debit.Returned.IsZero()
}

// afterReturn asks a person where a debit that came back is not tried again.
func (r *planRun) afterReturn(ctx workflow.Context, o DebitReturned) error {
	instalment, debit, isReplaced, found := r.state.Debit(o.ID)
	if !found || !debit.RetryOn.IsZero() {
		return nil
	}
	reason, err := directdebit.ReturnOf(o.Reason)
	if err != nil {
		return err
	}
	next := "It is not tried again: agree on another way to pay, or on a new mandate."
	if isReplaced {
		next = "What it brought is due with the next instalment of the schedule that replaced it: take the payment back (relance reverse), and tell the debtor."
	}
	return r.askPerson(ctx, fmt.Sprintf("The direct debit of instalment %d of the plan %s came back", instalment, r.state.ID),
		"The bank says: "+reason.String()+". "+next)
}

func (r *planRun) status(ctx workflow.Context) PlanStatus {
	return NewPlanStatus(r.state, r.clock.At(workflow.Now(ctx)))
}

func (PlanApproval) name() string     { return CommandApprovePlan }
func (PlanAcceptance) name() string   { return CommandAcceptPlan }
func (PlanSettlement) name() string   { return CommandSettlePlan }
func (PlanRescheduling) name() string { return CommandReschedulePlan }
func (PlanCancellation) name() string { return CommandCancelPlan }
func (DebitSent) name() string        { return CommandDebitSent }
func (DebitReturned) name() string    { return CommandDebitReturned }
func (PlanMoneyMoved) name() string   { return CommandPlanMoneyMoved }

func (o PlanApproval) author() string     { return o.By }
func (o PlanAcceptance) author() string   { return o.By }
func (o PlanSettlement) author() string   { return o.By }
func (o PlanRescheduling) author() string { return o.By }
func (o PlanCancellation) author() string { return o.By }
func (o DebitSent) author() string        { return o.By }
func (o DebitReturned) author() string    { return o.By }
func (PlanMoneyMoved) author() string     { return "case" }

func (o PlanApproval) decision(r *planRun, _ calendar.Date) (planDecision, error) { //nolint:unparam // as every order of a plan
	return planDecision{arrangements.Approve{Role: o.Role, Policy: r.policy}, "plan-approved", fmt.Sprintf("the plan %s is approved", r.state.ID)}, nil
}

func (o PlanAcceptance) decision(r *planRun, today calendar.Date) (planDecision, error) { //nolint:unparam // as every order of a plan
	accepted := arrangements.Acceptance{On: orToday(o.On, today), How: o.How, Document: o.Document}
	note := fmt.Sprintf("the debtor accepted the plan %s on %s (%s): %s in %d instalments", r.state.ID, accepted.On, o.How, r.state.Total(), len(r.state.Schedule))
	return planDecision{arrangements.Accept{Acceptance: accepted, Today: today}, "plan-accepted", note}, nil
}

func (o PlanSettlement) decision(r *planRun, today calendar.Date) (planDecision, error) {
	reduction := money.Amount{}
	if o.Reduction != "" {
		var err error
		if reduction, err = amount(o.Reduction, string(r.state.Currency())); err != nil {
			return planDecision{}, collection.Refuse(collection.RefusedInvalid, "the reduction: %s", err)
		}
	}
	offer := arrangements.OfferSettlement{
		Settlement: arrangements.Settlement{Reduction: reduction, Until: o.Until}, On: today, Role: o.Role, Policy: r.policy,
	}
	return planDecision{offer, "plan-settlement-offered", fmt.Sprintf("the plan %s can be settled early until %s", r.state.ID, o.Until)}, nil
}

func (o PlanRescheduling) decision(r *planRun, today calendar.Date) (planDecision, error) {
	terms, err := o.Terms.Arrange(r.state.Currency())
	if err != nil {
		return planDecision{}, err
	}
	note := fmt.Sprintf("what is still owed of the plan %s is paid by another schedule, version %d", r.state.ID, r.state.Version+1)
	return planDecision{arrangements.Reschedule{Terms: terms, Role: o.Role, Policy: r.policy, On: today}, "plan-rescheduled", note}, nil
}

func (o PlanCancellation) decision(r *planRun, today calendar.Date) (planDecision, error) { //nolint:unparam // as every order of a plan
	note := fmt.Sprintf("the plan %s is cancelled: %s", r.state.ID, o.Reason)
	return planDecision{arrangements.Cancel{Reason: o.Reason, On: today}, "plan-cancelled", note}, nil
}

func (o DebitSent) decision(*planRun, calendar.Date) (planDecision, error) {
	if err := collection.CheckID("the direct debit", o.ID); err != nil {
		return planDecision{}, err
	}
	if o.On.IsZero() {
		return planDecision{}, collection.Refuse(collection.RefusedInvalid, "the direct debit %s does not say on which day it is collected", o.ID)
	}
	sent := arrangements.RecordDebit{Instalment: o.Instalment, Debit: arrangements.Debit{ID: o.ID, On: o.On}}
	return planDecision{command: sent, kind: "debit-sent"}, nil
}

func (o DebitReturned) decision(r *planRun, today calendar.Date) (planDecision, error) {
	returned, err := o.Ask(r.state, today)
	return planDecision{command: returned, kind: "debit-returned"}, err
}

// Ask is what the core is asked about a direct debit of a plan that came back, by the
// policy for the bank's reason.
func (o DebitReturned) Ask(p arrangements.Plan, today calendar.Date) (arrangements.ReturnDebit, error) {
	reason, err := directdebit.ReturnOf(o.Reason)
	if err != nil {
		return arrangements.ReturnDebit{}, err
	}
	tried := 0
	for _, instalment := range p.Schedule {
		if slices.ContainsFunc(instalment.Debits, func(d arrangements.Debit) bool { return d.ID == o.ID }) {
			tried = len(instalment.Debits)
		}
	}
	on := orToday(o.On, today)
	return arrangements.ReturnDebit{ID: o.ID, Reason: reason.Code, On: on, RetryOn: reason.RetryOn(on, tried)}, nil
}

func (o PlanMoneyMoved) decision(*planRun, calendar.Date) (planDecision, error) {
	return planDecision{}, nil
}

package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// ErrUnknownPlan: there is no instalment plan of that ID.
var ErrUnknownPlan = casefile.ErrUnknownPlan

// PlanProposal asks for an instalment plan over invoices of one debtor.
type PlanProposal struct {
	Creditor string
	ID       string
	// Invoices are those of the plan; without any, all of the Debtor that are open and
	// in the currency of the oldest.
	Invoices []string
	Debtor   string
	Terms    workflows.PlanTerms
	Role     collection.Role
	// OfferDays is for how many days the debtor can accept; 30 when it is 0.
	OfferDays int
	By        string
}

// ProposePlan records a plan, has its cases rest and starts its workflow. It is
// offered at once when the role may grant it; else it waits for approval. The same
// proposal again changes nothing.
func (s *Service) ProposePlan(ctx context.Context, p PlanProposal) (arrangements.Plan, error) {
	if known, err := s.Store.Plan(ctx, p.Creditor, p.ID); err == nil {
		if len(p.Invoices) > 0 && !isAbout(known.Plan, p.Invoices) {
			return known.Plan, collection.Refuse(collection.RefusedConflict, "a plan %s of %s is recorded already, over other invoices: give the new one an ID of its own", p.ID, p.Creditor)
		}
		return known.Plan, nil
	} else if !errors.Is(err, ErrUnknownPlan) {
		return arrangements.Plan{}, err
	}
	owner, err := s.Store.Creditor(ctx, p.Creditor)
	if err != nil {
		return arrangements.Plan{}, err
	}
	proposal, err := s.proposal(ctx, p)
	if err != nil {
		return arrangements.Plan{}, err
	}
	proposal.Policy = owner.Arrangements
	plan, err := arrangements.Propose(proposal)
	if err != nil {
		return plan, err
	}
	if err := s.refuseMandate(ctx, plan); err != nil {
		return plan, err
	}
	note := fmt.Sprintf("the plan %s is proposed: %s in %d instalments", plan.ID, plan.Total(), len(plan.Schedule))
	err = s.Store.RecordPlan(ctx, casefile.PlanWriting{
		StoredPlan: casefile.StoredPlan{Plan: plan, Revision: 1}, Kind: "plan-proposed", Note: note, Actor: p.By, At: s.now(),
	})
	if err != nil {
		return plan, err
	}
	starting, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := s.startPlan(starting, casefile.StoredPlan{Plan: plan, Revision: 1}, owner.Arrangements); err != nil {
		// The plan's row is the outbox: StartPending will start it.
		s.Log.Warn("the plan is recorded and will be started later", "plan", plan.WorkflowID(), "error", err)
	}
	return plan, nil
}

// isAbout reports whether a plan is about exactly these invoices.
func isAbout(plan arrangements.Plan, invoices []string) bool {
	if len(plan.Claims) != len(invoices) {
		return false
	}
	for _, claim := range plan.Claims {
		if !slices.Contains(invoices, claim.Invoice) {
			return false
		}
	}
	return true
}

// proposal reads what the claims of a proposal are.
func (s *Service) proposal(ctx context.Context, p PlanProposal) (arrangements.Proposal, error) {
	at := s.now()
	invoices := p.Invoices
	if len(invoices) == 0 {
		if p.Debtor == "" {
			return arrangements.Proposal{}, collection.Refuse(collection.RefusedInvalid, "the plan %s names neither invoices nor a debtor", p.ID)
		}
		rows, err := s.Store.Cases(ctx, casefile.CaseFilter{Creditor: p.Creditor, Debtor: p.Debtor, OpenOnly: true, Limit: claimsOfDebtor})
		if err != nil {
			return arrangements.Proposal{}, err
		}
		for _, row := range rows {
			if row.Total.Currency() == rows[0].Total.Currency() {
				invoices = append(invoices, row.Invoice)
			}
		}
	}
	made := arrangements.Proposal{Creditor: p.Creditor, ID: p.ID, Role: p.Role, OfferDays: p.OfferDays}
	for i, invoice := range invoices {
		file, err := s.Store.CaseFile(ctx, p.Creditor, invoice)
		if err != nil {
			return made, err
		}
		if i == 0 {
			made.Consumer = file.Debtor.ActsAs() == casefile.DebtorConsumer
			made.Debtor, made.Window, made.On = file.Case.Debtor, file.Case.Window, file.Case.Window.DateOf(at)
			if made.Terms, err = p.Terms.Arrange(file.Case.Open.Currency()); err != nil {
				return made, err
			}
			if made.Terms, err = withStatutoryRate(made.Terms, file, made.On); err != nil {
				return made, err
			}
		}
		if file.Case.Debtor != made.Debtor {
			return made, collection.Refuse(collection.RefusedInvalid, "invoice %s is owed by %s and invoice %s by %s: a plan is of one debtor", invoices[0], made.Debtor, invoice, file.Case.Debtor)
		}
		if file.Case.IsClosed() {
			return made, collection.Refuse(collection.RefusedClosed, "the case %s is closed: leave it out of the plan", file.Case.ID())
		}
		made.Claims = append(made.Claims, arrangements.Claim{Invoice: invoice, DueDate: file.Case.DueDate, Amount: casefile.OpenClaim(file.Position), Interest: casefile.OpenInterest(file.Position)})
	}
	return made, nil
}

// claimsOfDebtor bounds how many invoices a plan over all of a debtor can have.
const claimsOfDebtor = 200

// withStatutoryRate fills in the rate of late payment of the day, where the terms ask
// for it.
func withStatutoryRate(terms arrangements.Terms, file casefile.File, on calendar.Date) (arrangements.Terms, error) {
	if terms.Interest.Kind != arrangements.LatePaymentInterest || terms.Interest.Rate != 0 {
		return terms, nil
	}
	explained, err := file.Account.Explain(on)
	if err != nil {
		return terms, err
	}
	if len(explained.Segments) == 0 {
		return terms, collection.Refuse(collection.RefusedNotNow, "the rate of late payment cannot be told for invoice %s on %s: it is not late, or no rule is known; agree on a rate", file.Invoice.Number, on)
	}
	terms.Interest.Rate = explained.Segments[len(explained.Segments)-1].Rate
	return terms, nil
}

// PlanCommand gives a plan a command of its contract and waits for the answer. A plan
// that is over refuses; an unknown one is ErrUnknownPlan.
func (s *Service) PlanCommand(ctx context.Context, creditor, id, command string, order any) (workflows.PlanStatus, error) {
	if rescheduling, is := order.(workflows.PlanRescheduling); is && rescheduling.Terms.Mandate != "" {
		stored, err := s.Store.Plan(ctx, creditor, id)
		if err != nil {
			return workflows.PlanStatus{}, err
		}
		stored.Plan.Terms.Mandate = rescheduling.Terms.Mandate
		if err := s.refuseMandate(ctx, stored.Plan); err != nil {
			return workflows.PlanStatus{}, err
		}
	}
	status, err := update[workflows.PlanStatus](ctx, s, arrangements.WorkflowID(creditor, id), command, order)
	if !isNotRunning(err) {
		return status, err
	}
	stored, err := s.Store.Plan(ctx, creditor, id)
	if err != nil {
		return status, err
	}
	if stored.Plan.State.IsOver() {
		back, is := order.(workflows.DebitReturned)
		if is && stored.Plan.State.WasKept() {
			return s.returnDebitOfKeptPlan(ctx, stored, back)
		}
		if is {
			return status, collection.Refuse(collection.RefusedClosed, "the plan %s is %s and tries no debit again: if %s had brought money, take the payment back on its invoice (relance reverse), and what is open of it is claimed again",
				id, stored.Plan.State, back.ID)
		}
		return status, collection.Refuse(collection.RefusedClosed, "the plan %s is %s: nothing was changed", id, stored.Plan.State)
	}
	owner, err := s.Store.Creditor(ctx, creditor)
	if err != nil {
		return status, err
	}
	if err := s.startPlan(ctx, stored, owner.Arrangements); err != nil {
		return status, err
	}
	return update[workflows.PlanStatus](ctx, s, arrangements.WorkflowID(creditor, id), command, order)
}

// PlanStatus is how a plan stands, from the case file.
func (s *Service) PlanStatus(ctx context.Context, creditor, id string) (arrangements.Plan, workflows.PlanStatus, error) {
	stored, err := s.Store.Plan(ctx, creditor, id)
	return stored.Plan, workflows.NewPlanStatus(stored.Plan, s.now()), err
}

// startPlan begins the workflow of a plan, if none is running.
//
// That of a plan which goes on again is told so by a signal: should the run that saw the
// plan kept not be over yet, it hears of it and does not end.
func (s *Service) startPlan(ctx context.Context, stored casefile.StoredPlan, policy arrangements.Policy) error {
	p := stored.Plan
	options := client.StartWorkflowOptions{
		ID: p.WorkflowID(), TaskQueue: workflows.TaskQueue,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:            fmt.Sprintf("plan %s · %s in %d instalments", p.ID, p.Total(), len(p.Schedule)),
	}
	start := workflows.PlanStart{Plan: p, Revision: stored.Revision, Policy: policy, Clock: s.Clock()}
	var err error
	if len(p.Reopened) > 0 {
		_, err = s.Temporal.SignalWithStartWorkflow(ctx, p.WorkflowID(), workflows.CommandPlanMoneyMoved, workflows.PlanMoneyMoved{}, options, workflows.PlanWorkflowType, start)
	} else {
		_, err = s.Temporal.ExecuteWorkflow(ctx, options, workflows.PlanWorkflowType, start)
	}
	if err != nil {
		return fmt.Errorf("starting the workflow %s: %w", p.WorkflowID(), err)
	}
	return s.Store.MarkPlanStarted(ctx, p.Creditor, p.ID)
}

// startPendingPlans starts the workflows of plans that were recorded and not started.
func (s *Service) startPendingPlans(ctx context.Context) (int, error) {
	names, err := s.Store.PlansToStart(ctx, pendingBatch)
	if err != nil {
		return 0, err
	}
	started := 0
	var problems []error
	for _, name := range names {
		stored, err := s.Store.Plan(ctx, name.Creditor, name.ID)
		if err == nil {
			var owner casefile.Creditor
			if owner, err = s.Store.Creditor(ctx, name.Creditor); err == nil {
				err = s.startPlan(ctx, stored, owner.Arrangements)
			}
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		started++
	}
	return started, errors.Join(problems...)
}

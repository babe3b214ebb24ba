package cases

import (
	"context"
	"fmt"

	"relance/arrangements"
	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// startReopenedPlan starts the workflow of a plan that goes on again. Where it cannot now,
// the row of the plan goes on asking for it (StartPending).
func (s *Service) startReopenedPlan(ctx context.Context, creditor, id string) {
	starting, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	stored, err := s.Store.Plan(starting, creditor, id)
	if err == nil {
		var owner casefile.Creditor
		if owner, err = s.Store.Creditor(starting, creditor); err == nil {
			err = s.startPlan(starting, stored, owner.Arrangements)
		}
	}
	if err != nil {
		s.Log.Warn("the plan goes on again and its workflow will be started later", "plan", arrangements.WorkflowID(creditor, id), "error", err)
	}
}

// returnDebitOfKeptPlan records that a direct debit came back of a plan that is over
// because it was kept, and so has no workflow. The plan goes on again once the payment of
// the debit is taken back on its invoice, of which a person is told: that the debit came
// back, and when it is tried again, counts then.
func (s *Service) returnDebitOfKeptPlan(ctx context.Context, stored casefile.StoredPlan, back workflows.DebitReturned) (workflows.PlanStatus, error) {
	at := s.now()
	asked, err := back.Ask(stored.Plan, stored.Plan.Window.DateOf(at))
	if err != nil {
		return workflows.PlanStatus{}, err
	}
	events, err := arrangements.Decide(stored.Plan, asked)
	if err != nil {
		return workflows.PlanStatus{}, err
	}
	if len(events) > 0 {
		stored.Plan, stored.Revision = arrangements.ApplyAll(stored.Plan, events), stored.Revision+1
		err := s.Store.RecordPlan(ctx, casefile.PlanWriting{StoredPlan: stored, Kind: "debit-returned", Actor: back.By, At: at})
		if err != nil {
			return workflows.PlanStatus{}, err
		}
		written, err := s.Store.Plan(ctx, stored.Plan.Creditor, stored.Plan.ID)
		if err != nil {
			return workflows.PlanStatus{}, err
		}
		if !written.Plan.State.WasKept() { // money was taken back meanwhile: its workflow is to know
			return s.PlanCommand(ctx, stored.Plan.Creditor, stored.Plan.ID, workflows.CommandDebitReturned, back)
		}
	}
	_, _, err = s.Store.OpenTask(ctx, casefile.TaskOrder{
		Creditor: stored.Plan.Creditor, Invoice: stored.Plan.Claims[0].Invoice, Kind: collection.TaskPlan, OfClosed: true,
		Key: fmt.Sprintf("plan/%s/debit/%s", stored.Plan.ID, back.ID), DueOn: stored.Plan.Window.DateOf(at).AddDays(1), At: at,
		Title: fmt.Sprintf("The direct debit %s of the plan %s came back: take its payment back", back.ID, stored.Plan.ID),
		Detail: fmt.Sprintf("The plan is %s, and stays so until the payment that the debit brought is taken back on its invoice (relance reverse). Then it goes on again.",
			stored.Plan.State),
	})
	return workflows.NewPlanStatus(stored.Plan, at), err
}

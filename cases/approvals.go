package cases

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"relance/casefile"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

// PendingApproval is a step that waits for a person's approval.
type PendingApproval struct {
	// Task asks for it.
	Task   casefile.Task
	Debtor casefile.Debtor
	Case   collection.Case
	Step   collection.Step
	// For is the claim there is now, and To stands for whom the step goes to, to name in the
	// answer.
	For string
	To  string
	// Expires is when it is asked for anew, not set when it is not; Deputy: a deputy was
	// asked as well.
	Expires time.Time
	Deputy  bool
}

// ApprovalFilter selects approvals; empty fields select all.
type ApprovalFilter struct {
	Creditor string
	Invoice  string
	Step     string
	// UpTo leaves out claims on which more is open, and those in other currencies.
	UpTo money.Amount
	// Limit is how many tasks are looked at; After is the last task seen.
	Limit int
	After int64
}

// Approvals lists the steps that wait for an approval, in the order they were asked
// for. last is the last task that was looked at, and more says that there are others.
func (s *Service) Approvals(ctx context.Context, filter ApprovalFilter) (pending []PendingApproval, last int64, more bool, err error) {
	tasks, err := s.Store.Tasks(ctx, casefile.TaskFilter{
		Creditor: filter.Creditor, Invoice: filter.Invoice, Kind: collection.TaskApproval, State: casefile.TaskOpen, Limit: filter.Limit, After: filter.After,
	})
	if err != nil {
		return nil, 0, false, err
	}
	for _, task := range tasks {
		last = task.ID
		approval, waits, err := s.pendingApproval(ctx, task)
		if err != nil {
			return nil, 0, false, err
		}
		if waits && filter.matches(approval) {
			pending = append(pending, approval)
		}
	}
	return pending, last, filter.Limit > 0 && len(tasks) == filter.Limit, nil
}

// ApprovalsThatFit are the first approvals, at most so many, that wait and fit a filter,
// however many others were asked for before them. It looks at ApprovalFilter.Limit tasks
// at a time.
func (s *Service) ApprovalsThatFit(ctx context.Context, filter ApprovalFilter, most int) ([]PendingApproval, error) {
	var fitting []PendingApproval
	for {
		pending, last, more, err := s.Approvals(ctx, filter)
		if err != nil {
			return nil, err
		}
		fitting = append(fitting, pending...)
		if !more || len(fitting) >= most {
			return fitting[:min(most, len(fitting))], nil
		}
		filter.After = last
	}
}

func (f ApprovalFilter) matches(a PendingApproval) bool {
	if f.Step != "" && a.Step.Key != f.Step {
		return false
	}
	if f.UpTo == (money.Amount{}) {
		return true
	}
	compared, err := a.Case.Open.Cmp(f.UpTo)
	return err == nil && compared <= 0
}

func (s *Service) pendingApproval(ctx context.Context, task casefile.Task) (PendingApproval, bool, error) {
	file, err := s.Store.CaseFile(ctx, task.Creditor, task.Invoice)
	if err != nil {
		return PendingApproval{}, false, err
	}
	c := file.Case
	step, known := c.Strategy.Step(task.Step)
	if !known || task.Round != c.Round || !c.AwaitsApproval(step.Key, c.Window.DateOf(s.now())) {
		return PendingApproval{}, false, nil
	}
	pending := PendingApproval{
		Task: task, Debtor: file.Debtor, Case: c, Step: step, For: c.ClaimToApprove(), To: file.RecipientSeal(step.Key, c.Window.DateOf(s.now())), Expires: c.ApprovalExpires(step.Key),
	}
	for _, record := range c.Steps {
		if record.Key == step.Key {
			pending.Deputy = record.ApprovalRequest.DeputyAsked
		}
	}
	return pending, true, nil
}

// Approve releases a step for the claim that was looked at (order.For); without one,
// for the claim there is; and for whom it goes to (order.To), in the same way. When one of
// them has changed meanwhile, or somebody else was first, it refuses (*collection.Refusal
// with RefusedConflict). If it goes to others by the time it leaves, it is asked for anew.
func (s *Service) Approve(ctx context.Context, creditor, invoice string, order workflows.StepOrder) (workflows.Status, error) {
	file, err := s.Store.CaseFile(ctx, creditor, invoice)
	if err != nil {
		return workflows.Status{}, err
	}
	order.For = cmp.Or(order.For, file.Case.ClaimToApprove())
	to := file.RecipientSeal(order.Step, file.Case.Window.DateOf(s.now()))
	if order.To != "" && order.To != to {
		return workflows.Status{}, &collection.Refusal{Code: collection.RefusedConflict, Message: fmt.Sprintf(
			"whom step %s of %s goes to has changed since it was looked at: a contact or an address is another one now. Look at it again", order.Step, file.Case.ID())}
	}
	order.To = to
	return s.Command(ctx, creditor, invoice, workflows.CommandApproveStep, order)
}

// ApprovalOfMany is one of the approvals that are given together.
type ApprovalOfMany struct {
	Creditor string
	Invoice  string
	workflows.StepOrder
}

// ApprovalGiven is what came of one of them: how its case stands, or why not.
type ApprovalGiven struct {
	ApprovalOfMany
	Status workflows.Status
	Err    error
}

// ApproveMany gives approvals, each on its own: one that is refused stops no other.
// When no worker answers, the rest is not tried and has the same error.
func (s *Service) ApproveMany(ctx context.Context, approvals []ApprovalOfMany) []ApprovalGiven {
	given := make([]ApprovalGiven, 0, len(approvals))
	var unanswered error
	for _, approval := range approvals {
		result := ApprovalGiven{ApprovalOfMany: approval, Err: unanswered}
		if unanswered == nil {
			result.Status, result.Err = s.Approve(ctx, approval.Creditor, approval.Invoice, approval.StepOrder)
		}
		if errors.Is(result.Err, ErrNoAnswer) && unanswered == nil {
			unanswered = fmt.Errorf("not tried, because %w", result.Err)
		}
		given = append(given, result)
	}
	return given
}

// ToApprove are the approvals that answer what is pending, for the claims as they were
// listed.
func ToApprove(pending []PendingApproval, by, reason string) []ApprovalOfMany {
	approvals := make([]ApprovalOfMany, 0, len(pending))
	for _, p := range pending {
		approvals = append(approvals, ApprovalOfMany{
			Creditor: p.Case.Creditor, Invoice: p.Case.Invoice,
			StepOrder: workflows.StepOrder{Step: p.Step.Key, For: p.For, To: p.To, Reason: reason, By: by},
		})
	}
	return approvals
}

package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relance/casefile"
)

// RestartLostPlans starts the workflow again of every plan that is later than the given
// business time and has none, as RestartLost does for cases: without it the cases of such
// a plan would rest for ever. It goes on where it was last written, and the history of
// each of its cases says so.
func (s *Service) RestartLostPlans(ctx context.Context, late time.Duration) (int, error) {
	plans, err := s.Store.PlansThatAreLate(ctx, s.now().Add(-late), lateBatch)
	if err != nil {
		return 0, err
	}
	restarted := 0
	var problems []error
	for _, plan := range plans {
		again, err := s.restartPlanIfLost(ctx, plan)
		if err != nil {
			problems = append(problems, err)
		} else if again {
			restarted++
		}
	}
	return restarted, errors.Join(problems...)
}

func (s *Service) restartPlanIfLost(ctx context.Context, stored casefile.StoredPlan) (bool, error) {
	ended, lost, err := s.isLost(ctx, stored.Plan.WorkflowID())
	if err != nil || !lost {
		return false, err
	}
	owner, err := s.Store.Creditor(ctx, stored.Plan.Creditor)
	if err != nil {
		return false, err
	}
	stored.Revision++
	err = s.Store.RecordPlan(ctx, casefile.PlanWriting{
		StoredPlan: stored, Kind: "plan-restarted", Actor: "relance", At: s.now(),
		Note: fmt.Sprintf("The workflow of the plan %s was %s: it is started again and goes on where it stood", stored.Plan.ID, ended),
	})
	if err != nil {
		return false, err
	}
	return true, s.startPlan(ctx, stored, owner.Arrangements)
}

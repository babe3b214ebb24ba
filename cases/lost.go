package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"

	"relance/casefile"
	"relance/collection"
)

// lateBatch is how many late cases RestartLost looks at in one go.
const lateBatch = 500

// RestartLost starts the workflow again of every open case that is later than the
// given business time and has none: somebody terminated it in Temporal, or
// Temporal was restored from a backup older than the case. Without it such a case
// would send no reminder for ever. It goes on where the case file says it stands,
// and its history says so. A case that is late for another reason is left alone, but
// its rows are brought up to date: see projectAnew.
func (s *Service) RestartLost(ctx context.Context, late time.Duration) (int, error) {
	rows, err := s.Store.CasesThatAreLate(ctx, s.now().Add(-late), lateBatch)
	if err != nil {
		return 0, err
	}
	restarted := 0
	var problems []error
	for _, row := range rows {
		again, err := s.restartIfLost(ctx, row)
		if err != nil {
			problems = append(problems, err)
		} else if again {
			restarted++
		}
	}
	return restarted, errors.Join(problems...)
}

func (s *Service) restartIfLost(ctx context.Context, row casefile.CaseRow) (bool, error) {
	c, err := s.Store.LoadCase(ctx, row.Creditor, row.Invoice)
	if err != nil || c.IsClosed() {
		return false, err
	}
	ended, lost, err := s.isLost(ctx, c.ID())
	if err != nil {
		return false, err
	}
	at := s.now()
	if !lost {
		return false, s.projectAnew(ctx, row, c, at)
	}
	err = s.Store.RecordDecision(ctx, casefile.Decision{
		Creditor: c.Creditor, Invoice: c.Invoice, Kind: "workflow-restarted", Actor: "relance", At: at,
		Key:     "workflow-restarted/" + at.UTC().Format(time.RFC3339Nano),
		Summary: "The workflow of this open case was " + ended + ": it is started again and goes on where it stood",
	})
	if err != nil {
		return false, err
	}
	return true, s.start(ctx, c)
}

// projectAnew has the rows of a case say what is, where they say what was planned for a
// moment that is past: a rest that ends by itself changes what a case does next, and
// writes nothing.
func (s *Service) projectAnew(ctx context.Context, row casefile.CaseRow, c collection.Case, at time.Time) error {
	if next := collection.Next(c, at); c.Stage(at) == row.Stage && next.Because.String() == row.Why {
		return nil // it is late, and its rows say so
	}
	_, err := s.Store.Project(ctx, row.Creditor, row.Invoice, at)
	return err
}

// isLost reports whether a workflow that should be running is not, and how it ended.
func (s *Service) isLost(ctx context.Context, workflowID string) (ended string, lost bool, err error) {
	described, err := s.Temporal.DescribeWorkflowExecution(ctx, workflowID, "")
	status := described.GetWorkflowExecutionInfo().GetStatus()
	switch {
	case err == nil && status == enums.WORKFLOW_EXECUTION_STATUS_RUNNING:
		return "", false, nil
	case err == nil:
		return "ended as " + status.String(), true, nil
	case isNotRunning(err):
		return "not known to Temporal any more", true, nil
	default:
		return "", false, fmt.Errorf("asking for the workflow %s: %w", workflowID, err)
	}
}

package cases

import (
	"context"
	"fmt"

	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// Tell gives a case a command without waiting for a worker: it is stored, and
// carried out as soon as one runs. A case whose workflow has not begun is started
// with it. A closed case refuses (*collection.Refusal with RefusedClosed).
func (s *Service) Tell(ctx context.Context, creditor, invoice, command string, order any) error {
	id := collection.WorkflowID(creditor, invoice)
	c, err := s.Store.LoadCase(ctx, creditor, invoice)
	if err != nil {
		return err
	}
	if c.IsClosed() {
		return &collection.Refusal{Code: collection.RefusedClosed, Message: fmt.Sprintf("the case %s is closed (%s): nothing was changed", id, c.Stage(s.now()))}
	}
	err = s.Temporal.SignalWorkflow(ctx, id, "", command, order)
	if !isNotRunning(err) {
		if err != nil {
			return fmt.Errorf("signalling %s: %w", id, err)
		}
		return nil
	}
	_, err = s.Temporal.SignalWithStartWorkflow(ctx, id, command, order, s.startOptions(c), workflows.WorkflowType, workflows.Start{Case: c, Clock: s.Clock()})
	if err != nil {
		return fmt.Errorf("starting the workflow %s: %w", id, err)
	}
	return s.Store.MarkStarted(ctx, casefile.StartedCase{Creditor: creditor, Invoice: invoice})
}

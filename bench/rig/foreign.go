package rig

import (
	"context"
	"fmt"

	"go.temporal.io/api/batch/v1"
	"go.temporal.io/api/workflowservice/v1"

	"relance/bench/bare"
)

// endForeign leaves a server that is not ours without open workflows of this run. The server ends them in the
// background, a few dozen in a second.
func (r *Rig) endForeign(ctx context.Context) error {
	defer r.Temporal.Close()
	query := fmt.Sprintf("ExecutionStatus = 'Running' AND (Creditor = '%[1]s' OR (WorkflowType = '%[2]s' AND WorkflowId STARTS_WITH '%[1]s'))", r.Creditor, bare.WorkflowType)
	_, err := r.Temporal.WorkflowService().StartBatchOperation(ctx, &workflowservice.StartBatchOperationRequest{
		Namespace: namespace(), VisibilityQuery: query, JobId: "end-" + r.Creditor, Reason: "the benchmark is over",
		Operation: &workflowservice.StartBatchOperationRequest_TerminationOperation{
			TerminationOperation: &batch.BatchOperationTermination{Identity: identity()},
		},
	})
	if err != nil {
		return fmt.Errorf("ending the workflows of the benchmark; end them by hand with the query %s: %w", query, err)
	}
	return nil
}

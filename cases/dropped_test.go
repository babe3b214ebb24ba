package cases_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"relance/cases"
	"relance/workflows"
)

// dropping is a Temporal server that drops the first updates with their tasks.
type dropping struct {
	client.Client
	drops int
	sent  []client.UpdateWorkflowOptions
}

func (d *dropping) UpdateWorkflow(_ context.Context, options client.UpdateWorkflowOptions) (client.WorkflowUpdateHandle, error) {
	d.sent = append(d.sent, options)
	if len(d.sent) <= d.drops {
		return nil, serviceerror.NewWorkflowNotReady("Unable to perform workflow execution update due to unexpected workflow task failure.")
	}
	return answered{}, nil
}

type answered struct{ client.WorkflowUpdateHandle }

func (answered) Get(_ context.Context, into any) error {
	*into.(*workflows.Status) = workflows.Status{Why: "it counts"}
	return nil
}

func TestAnUpdateThatTemporalDroppedWithItsTaskIsSentAgainUnderItsID(t *testing.T) {
	t.Parallel()
	temporal := &dropping{drops: 2}
	service := &cases.Service{Temporal: temporal}
	status, err := service.Command(t.Context(), "acme", "F-1", workflows.CommandHold, workflows.HoldOrder{ID: "H-1", Reason: "dispute"})
	require.NoError(t, err)
	require.Equal(t, "it counts", status.Why)
	require.Len(t, temporal.sent, 3)
	require.NotEmpty(t, temporal.sent[0].UpdateID)
	require.Equal(t, temporal.sent[0], temporal.sent[2])
	_, err = service.Command(t.Context(), "acme", "F-1", workflows.CommandHold, workflows.HoldOrder{ID: "H-2", Reason: "dispute"})
	require.NoError(t, err)
	require.NotEqual(t, temporal.sent[0].UpdateID, temporal.sent[3].UpdateID)
}

package workflows

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Register adds the case workflow to a worker of the task queue "relance".
func Register(registry worker.WorkflowRegistry, cases *Cases) {
	registry.RegisterWorkflowWithOptions(cases.Collect, workflow.RegisterOptions{Name: WorkflowType})
}

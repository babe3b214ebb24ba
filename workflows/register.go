package workflows

import (
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Register adds the case workflow, and that of instalment plans, to a worker of the
// task queue "relance".
func Register(registry worker.WorkflowRegistry, cases *Cases) {
	registry.RegisterWorkflowWithOptions(cases.Collect, workflow.RegisterOptions{Name: WorkflowType})
	plans := &Plans{Clock: cases.Clock}
	registry.RegisterWorkflowWithOptions(plans.Follow, workflow.RegisterOptions{Name: PlanWorkflowType})
}

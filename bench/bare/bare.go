// Package bare is the least a durable reminder can be: a workflow that waits on timers, runs an empty activity after
// each, and ends with a signal. What the product costs is told as a ratio to it.
package bare

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// The names the server knows it by.
const (
	TaskQueue    = "relance-bench-bare"
	WorkflowType = "Bare"
	ActivityType = "bare-act"
	SignalEnd    = "end"
)

// Start is the input of the workflow: the moments at which it acts.
type Start struct {
	Due []time.Time `json:"due"`
}

// End is the payload of the signal.
type End struct {
	// Act: run the activity once more before ending.
	Act bool `json:"act"`
}

// Register adds the workflow and its activity to a worker of TaskQueue.
func Register(w worker.Registry) {
	w.RegisterWorkflowWithOptions(Live, workflow.RegisterOptions{Name: WorkflowType})
	w.RegisterActivityWithOptions(Act, activity.RegisterOptions{Name: ActivityType})
}

// Act does nothing.
func Act(context.Context) error { return nil }

// Live acts at each of its moments until it is told to end.
func Live(ctx workflow.Context, start Start) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	ends := workflow.GetSignalChannel(ctx, SignalEnd)
	for _, due := range start.Due {
		if end, told := waitUntil(ctx, due, ends); told {
			return finish(ctx, end)
		}
		if err := act(ctx); err != nil {
			return err
		}
	}
	var end End
	ends.Receive(ctx, &end)
	return finish(ctx, end)
}

func waitUntil(ctx workflow.Context, due time.Time, ends workflow.ReceiveChannel) (end End, told bool) {
	timerCtx, cancel := workflow.WithCancel(ctx)
	defer cancel()
	selector := workflow.NewSelector(ctx)
	selector.AddFuture(workflow.NewTimer(timerCtx, due.Sub(workflow.Now(ctx))), func(workflow.Future) {})
	selector.AddReceive(ends, func(c workflow.ReceiveChannel, _ bool) {
		c.Receive(ctx, &end)
		told = true
	})
	selector.Select(ctx)
	return end, told
}

func finish(ctx workflow.Context, end End) error {
	if !end.Act {
		return nil
	}
	return act(ctx)
}

func act(ctx workflow.Context) error {
	return workflow.ExecuteActivity(ctx, ActivityType).Get(ctx, nil)
}

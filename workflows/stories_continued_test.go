package workflows_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"relance/arrangements"
	"relance/collection"
	"relance/workflows"
)

// suggestingEarly has a server suggest to continue as new after a few events.
var suggestingEarly = map[string]string{"limit.historyCount.suggestContinueAsNew": "40"}

// continuedStories are lives of cases that continue as new while commands arrive: before
// the last task of a run ends, before the first of the next begins, and as updates.
func continuedStories() []story {
	pay := func(day float64, id string, asks bool) act {
		return act{day: day, asks: asks, command: workflows.CommandPaymentReceived, payload: workflows.PaymentReceived{ID: id, Amount: "20.00", Currency: "EUR"}}
	}
	s := story{name: "continues-under-commands"}
	for burst := range 6 {
		day := 3 + 3*float64(burst)
		id := func(n int) string { return fmt.Sprintf("P%d-%d", burst, n) }
		s.acts = append(s.acts, pay(day, id(1), true), pay(day, id(2), false), pay(day, id(2), false), pay(day, id(3), true), pay(day, id(4), false),
			act{day: day, asks: burst%2 == 0, command: workflows.CommandHold, payload: workflows.HoldOrder{ID: id(0), Reason: "a question", By: "anne"}},
			pay(day+0.2, id(5), true), pay(day+0.2, id(6), false),
			act{day: day + 0.5, command: workflows.CommandResume, payload: workflows.ResumeOrder{HoldID: id(0), By: "anne"}},
			pay(day+0.5, id(7), false), pay(day+0.5, id(8), false))
	}
	s.acts = append(s.acts,
		act{day: 20, command: workflows.CommandPromise, payload: workflows.PromiseOrder{ID: "P", Date: on(time.March, 23), Source: collection.PromiseByReply, By: "sophie"}},
		act{day: 40, command: workflows.CommandPaymentReceived, payload: workflows.PaymentReceived{ID: "REST", Amount: "40.00", Currency: "EUR"}})
	return []story{s}
}

// continuedPlanStories are lives of plans that continue as new, of which the money comes
// in small sums.
func continuedPlanStories() []planStory {
	return []planStory{{name: "continues-plan-paid-in-small-sums", acts: func(paid func(day float64, invoice string, minor int64) act) []act {
		acts := []act{{day: 2, command: workflows.CommandAcceptPlan, asks: true, payload: workflows.PlanAcceptance{On: on(time.March, 3), How: arrangements.BySignedDocument, Document: "scan-12.pdf"}}}
		for n := range 20 {
			invoice := "F-1"
			if n >= 16 {
				invoice = "F-3"
			} else if n >= 10 {
				invoice = "F-2"
			}
			sum := paid(3+float64(n/3), invoice, 50_00)
			sum.asks = n%3 == 1
			acts = append(acts, sum)
		}
		return acts
	}}}
}

// ask sends an act as an update, again if the server drops it with its task, and tells
// what came of it.
func ask(ctx context.Context, c client.Client, id string, asked act) <-chan error {
	answered := make(chan error, 1)
	go func() {
		for {
			handle, err := c.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
				WorkflowID: id, UpdateName: asked.command, Args: []any{asked.payload}, WaitForStage: client.WorkflowUpdateStageCompleted,
			})
			if err == nil {
				err = handle.Get(ctx, nil)
			}
			if dropped := new(serviceerror.WorkflowNotReady); !errors.As(err, &dropped) {
				answered <- err
				return
			}
		}
	}()
	return answered
}

// runsAfter are the histories of all runs of a workflow, from its first.
func runsAfter(ctx context.Context, t *testing.T, c client.Client, first *historypb.History) []*historypb.History {
	t.Helper()
	runs := []*historypb.History{first}
	id := first.GetEvents()[0].GetWorkflowExecutionStartedEventAttributes().GetWorkflowId()
	for last := first; ; runs = append(runs, last) {
		next := last.GetEvents()[len(last.GetEvents())-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
		if next == "" {
			return runs
		}
		last = historyOf(ctx, t, c, c.GetWorkflow(ctx, id, next))
	}
}

package scenario

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"google.golang.org/protobuf/proto"

	"relance/bench/bare"
	"relance/collection"
	"relance/workflows"
)

// History is what a whole case writes: opened, six reminders, paid.
type History struct {
	// Cases and Bare are medians over the lives.
	Cases HistorySize `json:"cases"`
	Bare  HistorySize `json:"bare"`
	// RealClock is Cases without what only an accelerated clock writes: its marker, and its value in the input.
	RealClock HistorySize `json:"real_clock"`
	// Kinds are the events of one case by their type.
	Kinds map[string]HistorySize `json:"kinds"`
}

// HistorySize is as the server counts it.
type HistorySize struct {
	Events int64 `json:"events"`
	Bytes  int64 `json:"bytes"`
}

const (
	// daysApart are short because only the number of steps is measured.
	daysApart     = 2
	historySpeed  = 86_400
	bareReminders = 6
)

// History runs whole lives and reads what they wrote. Cases are on an accelerated clock, because the core counts in
// days; what that adds is told apart.
func (b *Bench) History(ctx context.Context) (History, error) {
	lead := 3*time.Second + time.Duration(b.Size.Lives)*100*time.Millisecond
	clock, err := clockBefore(monday().AddDays(1), lead, historySpeed)
	if err != nil {
		return History{}, err
	}
	if err := b.Rig.SetClock(ctx, clock); err != nil {
		return History{}, err
	}
	ids, err := b.liveCases(ctx)
	if err != nil {
		return History{}, fmt.Errorf("the lives of cases: %w", err)
	}
	var result History
	if result.Cases, err = b.sizes(ctx, ids); err != nil {
		return result, err
	}
	if result.RealClock, result.Kinds, err = b.withoutClock(ctx, ids[0], result.Cases); err != nil {
		return result, err
	}
	if ids, err = b.liveBare(ctx); err != nil {
		return result, fmt.Errorf("the lives of bare workflows: %w", err)
	}
	result.Bare, err = b.sizes(ctx, ids)
	return result, err
}

func (b *Bench) liveCases(ctx context.Context) (ids []string, err error) {
	strategy := sixReminders(daysApart)
	var lives []invoice
	for i := range b.Size.Lives {
		lives = append(lives, invoiceOf("4", i, monday()))
		ids = append(ids, collection.WorkflowID(b.Rig.Creditor, lives[i].number))
	}
	before := b.lastMessage()
	if _, err := b.open(ctx, lives, strategy); err != nil {
		return nil, err
	}
	if _, err := b.accepted(ctx, before, len(lives)*len(strategy.Steps)); err != nil {
		return nil, err
	}
	for _, life := range lives {
		if err := b.hasSaid(ctx, life, strategy.Steps[len(strategy.Steps)-1].Key); err != nil {
			return nil, err
		}
		if err := b.signalPayment(ctx, life); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		if err := b.Rig.Temporal.GetWorkflow(ctx, id, "").Get(ctx, nil); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// hasSaid waits until the case itself knows of its last step.
func (b *Bench) hasSaid(ctx context.Context, i invoice, step string) error {
	return until(ctx, "the case knows of its last reminder", func(ctx context.Context) (bool, error) {
		answer, err := b.Rig.Temporal.QueryWorkflow(ctx, collection.WorkflowID(b.Rig.Creditor, i.number), "", workflows.QueryStatus)
		if err != nil {
			return false, err
		}
		var status workflows.Status
		err = answer.Get(&status)
		return status.LastStep == step && status.NextAt.IsZero(), err
	})
}

func (b *Bench) liveBare(ctx context.Context) ([]string, error) {
	starts := make([]bare.Start, b.Size.Lives)
	for i := range starts {
		for n := range bareReminders {
			starts[i].Due = append(starts[i].Due, time.Now().Add(time.Duration(n+1)*time.Second))
		}
	}
	ids, _, err := b.startBare(ctx, starts)
	if err != nil {
		return nil, err
	}
	if err := pause(ctx, starts[0].Due[bareReminders-1].Add(3*time.Second)); err != nil {
		return nil, err
	}
	for _, id := range ids {
		if err := b.Rig.Temporal.SignalWorkflow(ctx, id, "", bare.SignalEnd, bare.End{Act: true}); err != nil {
			return nil, err
		}
		if err := b.Rig.Temporal.GetWorkflow(ctx, id, "").Get(ctx, nil); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// sizes are the medians over workflows.
func (b *Bench) sizes(ctx context.Context, ids []string) (HistorySize, error) {
	var events, bytes []float64
	for _, id := range ids {
		described, err := b.Rig.Temporal.DescribeWorkflowExecution(ctx, id, "")
		if err != nil {
			return HistorySize{}, err
		}
		info := described.GetWorkflowExecutionInfo()
		events, bytes = append(events, float64(info.GetHistoryLength())), append(bytes, float64(info.GetHistorySizeBytes()))
	}
	return HistorySize{Events: int64(median(events)), Bytes: int64(median(bytes))}, nil
}

// withoutClock takes away what one case wrote only because its clock is accelerated, and counts its events by kind.
func (b *Bench) withoutClock(ctx context.Context, id string, whole HistorySize) (HistorySize, map[string]HistorySize, error) {
	kinds := map[string]HistorySize{}
	events := b.Rig.Temporal.GetWorkflowHistory(ctx, id, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		if err != nil {
			return whole, kinds, fmt.Errorf("reading the history of %s: %w", id, err)
		}
		size := int64(proto.Size(&history.History{Events: []*history.HistoryEvent{event}}))
		kind := kinds[event.GetEventType().String()]
		kinds[event.GetEventType().String()] = HistorySize{Events: kind.Events + 1, Bytes: kind.Bytes + size}
		switch event.GetEventType() {
		case enums.EVENT_TYPE_MARKER_RECORDED:
			whole.Events--
			whole.Bytes -= size
		case enums.EVENT_TYPE_WORKFLOW_EXECUTION_STARTED:
			clock, err := json.Marshal(b.Rig.Clock())
			if err != nil {
				return whole, kinds, err
			}
			whole.Bytes -= int64(len(`,"clock":`) + len(clock))
		}
	}
	return whole, kinds, nil
}

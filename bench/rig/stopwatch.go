package rig

import (
	"context"
	"sync"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"

	"relance/activities"
	"relance/bench/bare"
)

// stopwatch notes when activities had their effect: when a payment's transaction had been committed, by the ID of the
// payment, and when the bare activity returned, by the ID of its workflow.
type stopwatch struct {
	interceptor.InterceptorBase

	mu   sync.Mutex
	done map[string]time.Time
}

func newStopwatch() *stopwatch { return &stopwatch{done: map[string]time.Time{}} }

// InterceptActivity is called by the SDK for each activity.
func (s *stopwatch) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &timedActivity{ActivityInboundInterceptorBase: interceptor.ActivityInboundInterceptorBase{Next: next}, watch: s}
}

type timedActivity struct {
	interceptor.ActivityInboundInterceptorBase
	watch *stopwatch
}

// ExecuteActivity notes the time at which the activity returned without an error.
func (a *timedActivity) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	result, err := a.Next.ExecuteActivity(ctx, in)
	if err == nil {
		if key := keyOf(ctx, in.Args); key != "" {
			a.watch.note(key, time.Now())
		}
	}
	return result, err
}

func keyOf(ctx context.Context, args []any) string {
	info := activity.GetInfo(ctx)
	if info.ActivityType.Name == bare.ActivityType {
		return info.WorkflowExecution.ID
	}
	for _, arg := range args {
		if order, isEntry := arg.(activities.EntryOrder); isEntry {
			return order.Entry.ID
		}
	}
	return ""
}

// note keeps the first time.
func (s *stopwatch) note(key string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, known := s.done[key]; !known {
		s.done[key] = at
	}
}

// times is a copy of what was noted.
func (s *stopwatch) times() map[string]time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	times := make(map[string]time.Time, len(s.done))
	for key, at := range s.done {
		times[key] = at
	}
	return times
}

func (s *stopwatch) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.done)
}

package rig

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Trouble is everything that went wrong on the way, seen from all sides. A benchmark that is fast because half of its
// requests fail has not measured anything.
type Trouble struct {
	// ServerErrors are lines of the level error in the log of the embedded Temporal server.
	ServerErrors int `json:"server_errors"`
	// FailedRequests are requests that the Temporal server refused or did not answer, the SDK's own retries included.
	FailedRequests int64 `json:"failed_requests"`
	// FailedTasks are workflow tasks that failed, FailedActivities attempts of activities.
	FailedTasks      int64 `json:"failed_tasks"`
	FailedActivities int64 `json:"failed_activities"`
	// WorkerErrors are lines of the level error in the workers' logs.
	WorkerErrors int `json:"worker_errors"`
	// Words are some of the lines and labels behind the numbers.
	Words []string `json:"words,omitempty"`
}

// Any reports whether anything went wrong.
func (t Trouble) Any() bool { return t.Sum() > 0 }

// Sum is the number of all that went wrong.
func (t Trouble) Sum() int64 {
	return int64(t.ServerErrors) + t.FailedRequests + t.FailedTasks + t.FailedActivities + int64(t.WorkerErrors)
}

// Since is the trouble that came after an earlier one.
func (t Trouble) Since(earlier Trouble) Trouble {
	after := Trouble{
		ServerErrors: t.ServerErrors - earlier.ServerErrors, FailedRequests: t.FailedRequests - earlier.FailedRequests,
		FailedTasks: t.FailedTasks - earlier.FailedTasks, FailedActivities: t.FailedActivities - earlier.FailedActivities,
		WorkerErrors: t.WorkerErrors - earlier.WorkerErrors,
	}
	if after.Any() {
		for _, word := range t.Words {
			if !slices.Contains(earlier.Words, word) {
				after.Words = append(after.Words, word)
			}
		}
	}
	return after
}

// Trouble is everything that went wrong so far.
func (r *Rig) Trouble(ctx context.Context) (Trouble, error) {
	programs := append([]Counts{r.meter.Counts()}, r.ended...)
	for _, w := range r.workers {
		counts, err := w.Counts(ctx)
		if err != nil {
			return Trouble{}, err
		}
		programs = append(programs, counts)
	}
	var t Trouble
	t.ServerErrors, t.Words = r.serverLog.count()
	workerErrors, words := r.workerLog.count()
	t.WorkerErrors, t.Words = workerErrors, append(t.Words, words...)
	failed := map[Count]int64{}
	for _, counts := range programs {
		for _, c := range counts {
			if isFailure(c) {
				labels := c
				labels.N, labels.Seconds = 0, 0
				failed[labels] += c.N
				t.add(c)
			}
		}
	}
	for labels, n := range failed {
		t.Words = append(t.Words, fmt.Sprintf("%s %s %s: %d", labels.Name, cmp.Or(labels.Operation, labels.Activity, labels.Workflow), cmp.Or(labels.Status, labels.Reason), n))
	}
	slices.Sort(t.Words)
	return t, nil
}

// isFailure leaves out what belongs to an ordinary stop, and the answers that say there is nothing.
func isFailure(c Count) bool {
	switch c.Name {
	case countFailedRequests, countFailedPolls:
		return c.Status != "CANCELED"
	case countFailedTasks, countFailedActivities:
		return true
	default:
		return false
	}
}

func (t *Trouble) add(c Count) {
	switch c.Name {
	case countFailedTasks:
		t.FailedTasks += c.N
	case countFailedActivities:
		t.FailedActivities += c.N
	default:
		t.FailedRequests += c.N
	}
}

package rig

import (
	"maps"
	"slices"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
)

// Count is how often the Temporal SDK reported something, and how long it took together.
type Count struct {
	Name      string  `json:"name"`
	Operation string  `json:"operation,omitempty"`
	Status    string  `json:"status,omitempty"`
	Workflow  string  `json:"workflow,omitempty"`
	Activity  string  `json:"activity,omitempty"`
	Reason    string  `json:"reason,omitempty"`
	N         int64   `json:"n"`
	Seconds   float64 `json:"seconds,omitempty"`
}

// The names of the SDK's metrics that are read here.
const (
	countRequests           = "temporal_request_latency"
	countFailedRequests     = "temporal_request_failure"
	countFailedPolls        = "temporal_long_request_failure"
	countClosed             = "temporal_workflow_completed"
	countFailedTasks        = "temporal_workflow_task_execution_failed"
	countFailedActivities   = "temporal_activity_execution_failed"
	operationTaskCompletion = "RespondWorkflowTaskCompleted"
)

// Counts are the counts of one program.
type Counts []Count

// Of sums the counts that have all the given labels; empty ones match all.
func (c Counts) Of(wanted Count) int64 {
	var sum int64
	for _, count := range c {
		if matches(wanted.Name, count.Name) && matches(wanted.Operation, count.Operation) && matches(wanted.Status, count.Status) &&
			matches(wanted.Workflow, count.Workflow) && matches(wanted.Activity, count.Activity) && matches(wanted.Reason, count.Reason) {
			sum += count.N
		}
	}
	return sum
}

func matches(wanted, is string) bool { return wanted == "" || wanted == is }

// TasksDone is how many workflow tasks were completed at the server.
func (c Counts) TasksDone() int64 {
	return c.Of(Count{Name: countRequests, Operation: operationTaskCompletion}) -
		c.Of(Count{Name: countFailedRequests, Operation: operationTaskCompletion})
}

// Closed is how many workflows ended well.
func (c Counts) Closed() int64 { return c.Of(Count{Name: countClosed}) }

// Meter keeps the SDK's metrics in memory.
type Meter struct {
	labels Count
	book   *book
}

type book struct {
	sync.Mutex
	counts map[Count]*tally
}

type tally struct {
	n     int64
	spent time.Duration
}

var _ client.MetricsHandler = (*Meter)(nil)

// NewMeter is a meter at zero.
func NewMeter() *Meter { return &Meter{book: &book{counts: map[Count]*tally{}}} }

// Counts is what was counted so far.
func (m *Meter) Counts() Counts {
	m.book.Lock()
	defer m.book.Unlock()
	var counts Counts
	for _, labels := range slices.Collect(maps.Keys(m.book.counts)) {
		t := m.book.counts[labels]
		labels.N, labels.Seconds = t.n, t.spent.Seconds()
		counts = append(counts, labels)
	}
	return counts
}

// WithTags is a meter that labels what it counts.
func (m *Meter) WithTags(tags map[string]string) client.MetricsHandler {
	labels := m.labels
	for tag, label := range map[string]*string{
		"operation": &labels.Operation, "status_code": &labels.Status, "workflow_type": &labels.Workflow,
		"activity_type": &labels.Activity, "failure_reason": &labels.Reason,
	} {
		if value, given := tags[tag]; given {
			*label = value
		}
	}
	return &Meter{labels: labels, book: m.book}
}

func (m *Meter) add(name string, n int64, spent time.Duration) {
	labels := m.labels
	labels.Name = name
	m.book.Lock()
	defer m.book.Unlock()
	t := m.book.counts[labels]
	if t == nil {
		t = &tally{}
		m.book.counts[labels] = t
	}
	t.n += n
	t.spent += spent
}

// Counter counts.
func (m *Meter) Counter(name string) client.MetricsCounter {
	return counterFunc(func(n int64) { m.add(name, n, 0) })
}

// Gauge is not kept.
func (m *Meter) Gauge(string) client.MetricsGauge { return gaugeFunc(func(float64) {}) }

// Timer counts how often it was used and sums the time.
func (m *Meter) Timer(name string) client.MetricsTimer {
	return timerFunc(func(d time.Duration) { m.add(name, 1, d) })
}

type (
	counterFunc func(int64)
	gaugeFunc   func(float64)
	timerFunc   func(time.Duration)
)

func (f counterFunc) Inc(n int64)          { f(n) }
func (f gaugeFunc) Update(v float64)       { f(v) }
func (f timerFunc) Record(d time.Duration) { f(d) }

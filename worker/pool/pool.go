// Package pool runs the Temporal workers of the product: one for the cases and
// the case file, and one for each provider, whose task queue holds the rate the
// provider allows. Where no rate is set, the worker of the cases makes the first
// tries itself.
package pool

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"

	"relance/activities"
	"relance/workflows"
)

// Options is what the workers need.
type Options struct {
	Cases    *workflows.Cases
	CaseFile *activities.CaseFile
	Notices  *activities.Notices
	Handoffs *activities.Handoffs
	// EmailPerSecond and SMSPerSecond bound the sends of all workers together;
	// 0 is no limit. Give every worker the same rates.
	EmailPerSecond float64
	SMSPerSecond   float64
	// StopTimeout is how long a stopping worker waits for sends under way; it must
	// exceed the providers' timeouts.
	StopTimeout time.Duration
	// CachedCases is how many cases are kept in memory between their steps (about
	// 50 KB each); others are replayed from history. 0 keeps the SDK's default.
	CachedCases int
	// ConcurrentSends bounds the calls to one provider at a time; 0 is
	// DefaultConcurrentSends.
	ConcurrentSends int
	// OnFatal is told when a worker cannot go on (no rights, namespace gone).
	OnFatal func(error)
}

// Pool is the running workers.
type Pool struct{ workers []worker.Worker }

// Start registers everything and begins to work.
func Start(c client.Client, o Options) (*Pool, error) {
	if o.Cases == nil || o.CaseFile == nil || o.Notices == nil || o.Handoffs == nil {
		return nil, errors.New("the workers need the case workflow, the case file, the notices and the handoffs")
	}
	if o.CachedCases > 0 {
		worker.SetStickyWorkflowCacheSize(o.CachedCases)
	}
	main := worker.New(c, workflows.TaskQueue, o.casesOptions())
	senders := activities.NewSenders(o.Notices, o.concurrentSends(), o.EmailPerSecond <= 0, o.SMSPerSecond <= 0)
	workflows.Register(main, o.Cases)
	o.CaseFile.Register(main)
	senders.RegisterFirstTries(main)
	o.Handoffs.Register(main)
	pool := &Pool{workers: []worker.Worker{
		main,
		o.sender(c, senders, workflows.TaskQueueEmail, o.EmailPerSecond),
		o.sender(c, senders, workflows.TaskQueueSMS, o.SMSPerSecond),
	}}
	for i, w := range pool.workers {
		if err := w.Start(); err != nil {
			for _, started := range pool.workers[:i] {
				started.Stop()
			}
			return nil, fmt.Errorf("starting the workers: %w", err)
		}
	}
	return pool, nil
}

// sender works one provider's queue.
func (o Options) sender(c client.Client, senders *activities.Senders, queue string, perSecond float64) worker.Worker {
	options := o.workerOptions()
	options.DisableWorkflowWorker = true
	options.TaskQueueActivitiesPerSecond = perSecond
	options.MaxConcurrentActivityExecutionSize = o.concurrentSends()
	w := worker.New(c, queue, options)
	senders.RegisterQueue(w)
	return w
}

// DefaultConcurrentSends is how many calls to one provider a worker makes at a time
// unless it is told: 5, or two for each processor where that is more. A machine cannot
// work the steps of many more messages while it waits for so many answers, and mail
// servers put up with few connections of one client.
func DefaultConcurrentSends() int { return max(5, 2*runtime.GOMAXPROCS(0)) }

func (o Options) concurrentSends() int { return cmp.Or(o.ConcurrentSends, DefaultConcurrentSends()) }

// deadlockTimeout is longer than the SDK's second: on a busy machine a workflow
// that merely waits for a processor is not stuck.
const deadlockTimeout = 5 * time.Second

func (o Options) workerOptions() worker.Options {
	return worker.Options{
		WorkerStopTimeout:           o.StopTimeout,
		DisableRegistrationAliasing: true,
		BuildID:                     build(), //nolint:staticcheck // what replaces it writes a name and the ID once more into every task
		OnFatalError:                o.OnFatal,
		DeadlockDetectionTimeout:    deadlockTimeout,
		WorkflowTaskPollerBehavior:  worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{}),
		ActivityTaskPollerBehavior:  worker.NewPollerBehaviorAutoscaling(worker.PollerBehaviorAutoscalingOptions{}),
	}
}

// casesOptions let queries tell what the case file knows of the messages.
func (o Options) casesOptions() worker.Options {
	options := o.workerOptions()
	options.Interceptors = []interceptor.WorkerInterceptor{&deliveryTruth{messages: o.CaseFile.Store}}
	return options
}

// Stop waits for the work under way, at most Options.StopTimeout.
func (p *Pool) Stop() {
	stopped := make(chan struct{})
	for _, w := range p.workers {
		go func() {
			w.Stop()
			stopped <- struct{}{}
		}()
	}
	for range p.workers {
		<-stopped
	}
}

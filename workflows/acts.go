package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/collection"
)

// inDatabase makes a short read or write of the case file: at once, and through the
// task queue where that fails. It is tried until it succeeds: a case never gives up
// because the database is away.
func inDatabase(ctx workflow.Context, summary, name string, order, result any) error {
	if actsAtOnce(ctx) {
		err := atOnce(ctx, databaseAtOnce, summary, name, order).Get(ctx, result)
		if err == nil || temporal.IsCanceledError(err) || isFinal(err) {
			return err
		}
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute,
		},
		Summary: summary,
	})
	return workflow.ExecuteActivity(ctx, name, order).Get(ctx, result)
}

// atOnce tries an act once, in the worker and within the workflow task that decides on
// it. That costs the server one event where an activity of its own costs six and a
// second task. It is for first tries only: a local activity that waits to be tried again
// would cost the history six events each time, and holds to no task queue's rate.
func atOnce(ctx workflow.Context, atMost time.Duration, summary, name string, order any) workflow.Future {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		ScheduleToCloseTimeout: atMost, RetryPolicy: &temporal.RetryPolicy{MaximumAttempts: 1}, Summary: summary,
	})
	return workflow.ExecuteLocalActivity(ctx, name, order)
}

const (
	// databaseAtOnce is less than a workflow task may last, so that a slow database costs
	// no further tasks.
	databaseAtOnce = 5 * time.Second
	// sendAtOnce leaves a provider all the time it may take: what is cut off may have
	// left, and needs proof.
	sendAtOnce = time.Minute
)

// askedDelay is how long whoever failed asks to wait; 0 when it names no time.
func askedDelay(err error) time.Duration {
	var application *temporal.ApplicationError
	if !errors.As(err, &application) {
		return 0
	}
	return application.NextRetryDelay()
}

// isFinal reports whether trying an act again cannot help.
func isFinal(err error) bool {
	var application *temporal.ApplicationError
	return errors.As(err, &application) && application.NonRetryable()
}

// isAmbiguous reports whether a send may have left all the same.
func isAmbiguous(err error) bool {
	var application *temporal.ApplicationError
	return errors.As(err, &application) && application.Type() == activities.ErrorAmbiguous
}

// throughProvider is for sends, tried again for as long as the provider or the network
// is away. Calling a send back waits for its answer, so that the case knows whether it
// left.
func throughProvider(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           queue,
		StartToCloseTimeout: 60 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: firstRetry, BackoffCoefficient: 2, MaximumInterval: 30 * time.Minute,
		},
		WaitForCancellation: true,
		Summary:             summary,
	})
}

// firstRetry is how long a send waits at least after its first failure.
const firstRetry = 2 * time.Second

// taskQueueOf is the provider's own queue, which holds its rate.
func taskQueueOf(channel collection.Channel) string {
	switch channel {
	case collection.ChannelEmail:
		return TaskQueueEmail
	case collection.ChannelSMS, collection.ChannelWhatsApp: // one account at one provider
		return TaskQueueSMS
	default:
		return TaskQueue
	}
}

func loadCase(ctx workflow.Context, key activities.CaseKey) (loaded activities.LoadedCase, err error) {
	err = inDatabase(ctx, "read the case file", activities.NameLoadCase, key, &loaded)
	return loaded, err
}

func postEntry(ctx workflow.Context, order activities.EntryOrder) (posted activities.EntryPosted, err error) {
	err = inDatabase(ctx, string(order.Entry.Kind)+" "+order.Entry.ID, activities.NamePostEntry, order, &posted)
	return posted, err
}

func deliverNotice(ctx workflow.Context, order activities.NoticeOrder) workflow.Future {
	ctx = throughProvider(ctx, taskQueueOf(order.Channel), noticeSummary(order))
	return workflow.ExecuteActivity(ctx, activities.NameDeliverNotice, order)
}

func deliverNoticeAtOnce(ctx workflow.Context, order activities.NoticeOrder) workflow.Future {
	return atOnce(ctx, sendAtOnce, noticeSummary(order), activities.NameDeliverNotice, order)
}

func noticeSummary(order activities.NoticeOrder) string {
	return order.Step + " by " + string(order.Channel)
}

func openTask(ctx workflow.Context, order activities.TaskOrder) error {
	return inDatabase(ctx, "task: "+string(order.Task), activities.NameOpenTask, order, nil)
}

func recordDecision(ctx workflow.Context, order activities.DecisionOrder) error {
	return inDatabase(ctx, order.Kind, activities.NameRecordDecision, order, nil)
}

// afterFailedActivity goes on after a send that was called back, or that failed
// in a way retrying cannot cure (a worker of another version, say): the notice
// waits a day, and the failure stands in the history.
func (r *caseRun) afterFailedActivity(ctx workflow.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	if temporal.IsCanceledError(err) {
		return nil
	}
	workflow.GetLogger(ctx).Error("A notice could not be sent and is postponed by a day", "error", err)
	return r.postpone(ctx, r.now(ctx).AddDate(0, 0, 1), "")
}

package workflows

import (
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/collection"
)

// inDatabase is for short reads and writes of the case file. They are tried
// until they succeed: a case never gives up because the database is away.
func inDatabase(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 30 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute,
		},
		Summary: summary,
	})
}

// throughProvider is for sends, tried again for as long as the provider or the network
// is away. Calling a send back waits for its answer, so that the case knows whether it
// left.
func throughProvider(ctx workflow.Context, queue, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:           queue,
		StartToCloseTimeout: 60 * time.Second,
		RetryPolicy: &temporal.RetryPolicy{
			InitialInterval: 2 * time.Second, BackoffCoefficient: 2, MaximumInterval: 30 * time.Minute,
		},
		WaitForCancellation: true,
		Summary:             summary,
	})
}

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
	ctx = inDatabase(ctx, "read the case file")
	err = workflow.ExecuteActivity(ctx, activities.NameLoadCase, key).Get(ctx, &loaded)
	return loaded, err
}

func postEntry(ctx workflow.Context, order activities.EntryOrder) (posted activities.EntryPosted, err error) {
	ctx = inDatabase(ctx, string(order.Entry.Kind)+" "+order.Entry.ID)
	err = workflow.ExecuteActivity(ctx, activities.NamePostEntry, order).Get(ctx, &posted)
	return posted, err
}

func deliverNotice(ctx workflow.Context, queue string, order activities.NoticeOrder) workflow.Future {
	ctx = throughProvider(ctx, queue, order.Step+" by "+string(order.Channel))
	return workflow.ExecuteActivity(ctx, activities.NameDeliverNotice, order)
}

func openTask(ctx workflow.Context, order activities.TaskOrder) error {
	ctx = inDatabase(ctx, "task: "+string(order.Task))
	return workflow.ExecuteActivity(ctx, activities.NameOpenTask, order).Get(ctx, nil)
}

func recordDecision(ctx workflow.Context, order activities.DecisionOrder) error {
	ctx = inDatabase(ctx, order.Kind)
	return workflow.ExecuteActivity(ctx, activities.NameRecordDecision, order).Get(ctx, nil)
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

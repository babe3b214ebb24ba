package workflows_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"

	"relance/activities"
	"relance/collection"
	"relance/workflows"
)

// atHand has the worker of the cases make the first tries of sends by e-mail, which
// come to what first says, and returns the queues that sends were asked for on.
func (b *bench) atHand(first activities.DeliveryOutcome) *[]string {
	var queues []string
	b.cases.SendsAtHand = func(channel collection.Channel) bool { return channel == collection.ChannelEmail }
	b.desk.on = func(ctx context.Context) activities.DeliveryOutcome {
		queue := activity.GetInfo(ctx).TaskQueue
		queues = append(queues, queue)
		if queue == workflows.TaskQueueEmail || queue == workflows.TaskQueueSMS {
			return activities.DeliveryAccepted
		}
		return first
	}
	return &queues
}

func TestAWorkerWithAFreeHandSendsItself(t *testing.T) {
	t.Parallel()
	b := setup(t)
	queues := b.atHand(activities.DeliveryAccepted)
	b.payOn("2026-04-20", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms"}, b.desk.steps())
	require.NotContains(t, *queues, workflows.TaskQueueEmail)
	require.Contains(t, *queues, workflows.TaskQueueSMS, "no SMS is sent at hand")
}

func TestWhatTheWorkerHasNoHandForIsSentThroughTheProvidersQueue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	queues := b.atHand(activities.DeliveryElsewhere)
	b.payOn("2026-03-30", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"courtesy/email"}, b.desk.steps(), "once")
	require.Len(t, *queues, 2)
	require.Equal(t, workflows.TaskQueueEmail, (*queues)[1])
}

func TestWhatIsPaidMeanwhileIsNotAskedForElsewhere(t *testing.T) {
	t.Parallel()
	b := setup(t)
	queues := b.atHand(activities.DeliveryElsewhere)
	b.desk.during = func() {
		if len(*queues) == 1 {
			b.SignalWorkflow(workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: "P1", Amount: "1000.00", Currency: "EUR"})
		}
	}
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Len(t, *queues, 1)
	require.Empty(t, b.desk.notices)
}

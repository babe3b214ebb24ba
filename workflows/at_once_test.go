package workflows_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/collection"
	"relance/workflows"
)

// atFirst has the first try of every notice come to the outcome or the error.
func (b *bench) atFirst(outcome activities.DeliveryOutcome, err error) {
	b.desk.first = func() (activities.DeliveryOutcome, error) { return outcome, err }
}

func TestTheWorkerOfACaseActsAtOnce(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.payOn("2026-04-20", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms"}, b.desk.steps())
	require.Len(t, b.desk.tries, 5)
	for _, try := range b.desk.tries {
		require.True(t, try.atOnce, "%+v", try)
	}
}

// A case of the version before goes on through the task queues of its history.
func TestACaseThatActedThroughItsTaskQueuesGoesOnThroughThem(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.OnGetVersion("act-at-once", workflow.DefaultVersion, workflow.Version(1)).Return(workflow.DefaultVersion)
	b.payOn("2026-04-20", "P1", "1000.00")
	b.result()
	require.Equal(t, []string{"courtesy/email", "courteous/email", "firm/email", "firm/sms"}, b.desk.steps())
	for _, try := range b.desk.tries {
		require.False(t, try.atOnce, "%+v", try)
	}
	require.Equal(t, workflows.TaskQueueSMS, b.desk.tries[3].queue)
}

func TestWhatTheWorkerHasNoHandForIsSentThroughTheProvidersQueue(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.atFirst(activities.DeliveryElsewhere, nil)
	b.payOn("2026-03-30", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"courtesy/email"}, b.desk.steps(), "once")
	require.Equal(t, workflows.TaskQueueEmail, b.desk.tries[1].queue)
	require.Zero(t, b.desk.tries[1].notice.NotBefore, "nothing has failed")
}

// The provider asks for forty seconds: its queue, which tries again for days without a
// line of history for each, is told of them.
func TestASendThatFailsAtOnceIsTriedAgainThroughTheProvidersQueueInItsTime(t *testing.T) {
	t.Parallel()
	asked := temporal.NewApplicationErrorWithOptions("too many requests", "RateLimited", temporal.ApplicationErrorOptions{NextRetryDelay: 40 * time.Second})
	for _, failed := range []struct {
		as    error
		least time.Duration
	}{{asked, 40 * time.Second}, {errors.New("the network is away"), 2 * time.Second}} {
		b := setup(t)
		b.atFirst("", failed.as)
		b.payOn("2026-03-30", "P1", "1000.00")
		require.Equal(t, collection.StagePaid, b.result().Stage)
		require.Equal(t, []string{"courtesy/email"}, b.desk.steps(), "once")
		first, second := b.desk.tries[0], b.desk.tries[1]
		require.True(t, first.atOnce)
		require.Equal(t, workflows.TaskQueueEmail, second.queue)
		require.False(t, second.atOnce)
		wait := second.notice.NotBefore.Sub(b.desk.noticedAt[0])
		require.InDelta(t, failed.least.Seconds(), wait.Seconds(), 1)
	}
}

// Whoever asks a case while its message is leaving hears how far that is known to have come.
func TestACaseTellsOfTheMessageThatIsLeaving(t *testing.T) {
	t.Parallel()
	for told, failed := range map[string]error{
		"ambiguous": temporal.NewApplicationErrorWithOptions("cut off", activities.ErrorAmbiguous, temporal.ApplicationErrorOptions{NextRetryDelay: 15 * time.Second}),
		"sending":   errors.New("the network is away"),
	} {
		b := setup(t)
		b.atFirst("", failed)
		var heard []workflows.SendingStatus
		look := func() {
			if sending := b.status().Sending; sending != nil {
				heard = append(heard, *sending)
			}
		}
		b.desk.during = look
		b.desk.deliver = func(activities.NoticeOrder) (activities.Delivery, error) {
			look()
			return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
		}
		b.on("2026-03-20", func() { require.Nil(t, b.status().Sending, "it has left") })
		b.payOn("2026-03-30", "P1", "1000.00")
		b.result()
		require.Equal(t, []workflows.SendingStatus{
			{Step: "courtesy", Channel: collection.ChannelEmail, Delivery: "sending"},
			{Step: "courtesy", Channel: collection.ChannelEmail, Delivery: told},
		}, heard)
	}
}

// What no try can cure waits for a day, and is not tried a second time at once.
func TestASendThatFailsForGoodWaitsForADay(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.atFirst("", temporal.NewNonRetryableApplicationError("of another version", "Unreadable", nil))
	b.payOn("2026-03-30", "P1", "1000.00")
	b.result()
	require.Empty(t, b.desk.notices)
	for _, try := range b.desk.tries {
		require.True(t, try.atOnce, "%+v", try)
	}
	require.GreaterOrEqual(t, len(b.desk.tries), 5, "each day")
	require.LessOrEqual(t, len(b.desk.tries), 8, "once")
}

func TestWhatIsPaidMeanwhileIsNotAskedForElsewhere(t *testing.T) {
	t.Parallel()
	for name, failed := range map[string]error{"no free hand": nil, "failed": errors.New("the network is away")} {
		b := setup(t)
		b.atFirst(activities.DeliveryElsewhere, failed)
		b.desk.during = func() {
			if len(b.desk.tries) == 1 {
				b.SignalWorkflow(workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: "P1", Amount: "1000.00", Currency: "EUR"})
			}
		}
		require.Equal(t, collection.StagePaid, b.result().Stage, name)
		require.Empty(t, b.desk.notices, name)
	}
}

func TestAnActThatFindsTheDatabaseAwayIsTriedThroughItsQueueUntilItIsBack(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.desk.away = 4
	b.payOn("2026-03-20", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Len(t, b.desk.entries, 1)
	require.Len(t, b.desk.tries, 5)
	for i, try := range b.desk.tries {
		require.Equal(t, i == 0, try.atOnce, "try %d", i)
	}
}

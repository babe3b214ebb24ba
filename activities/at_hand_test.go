package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"relance/activities"
	"relance/collection"
	"relance/messaging/simulator"
)

func TestASendThatFindsNoFreeHandGoesElsewhereAndHasLeftNoTrace(t *testing.T) {
	t.Parallel()
	o := open(t)
	atHand := activities.NewAtHand(o.Notices, 1, 0)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{LatencyMS: 1000}))
	type answer struct {
		delivery activities.Delivery
		err      error
	}
	first := make(chan answer, 1)
	go func() {
		delivery, err := atHand.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
		first <- answer{delivery, err}
	}()
	require.Eventually(t, func() bool { return len(o.file().Messages) == 1 }, 5*time.Second, 5*time.Millisecond, "the first is under way")

	second, err := atHand.Deliver(t.Context(), o.order("formal", collection.ChannelEmail))
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryElsewhere, second.Outcome)
	text, err := atHand.Deliver(t.Context(), o.order("firm", collection.ChannelSMS))
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryElsewhere, text.Outcome)
	require.Len(t, o.file().Messages, 1, "nothing was reserved for those that go elsewhere")

	done := <-first
	require.NoError(t, done.err)
	require.Equal(t, activities.DeliveryAccepted, done.delivery.Outcome)
	again, err := atHand.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, again.Outcome, "its place is free again")
	require.Equal(t, 1, o.accepted())
}

// The queue of the provider takes over from a first try that failed, in the time that
// the provider asked for.
func TestANoticeIsNotTriedBeforeItsTime(t *testing.T) {
	t.Parallel()
	o := open(t)
	order := o.order("firm", collection.ChannelEmail)
	order.NotBefore = time.Now().Add(time.Hour)
	_, err := o.Notices.Deliver(t.Context(), order)
	var later *temporal.ApplicationError
	require.ErrorAs(t, err, &later)
	require.InDelta(t, time.Hour.Seconds(), later.NextRetryDelay().Seconds(), 10)
	require.False(t, later.NonRetryable())
	require.Empty(t, o.file().Messages, "nothing was reserved")

	order.NotBefore = time.Now().Add(-time.Second)
	delivery, err := o.Notices.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
}

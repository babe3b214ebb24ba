package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/collection"
	"relance/messaging/simulator"
)

func TestASendThatFindsNoFreeHandGoesElsewhereAndHasLeftNoTrace(t *testing.T) {
	t.Parallel()
	o := open(t)
	atHand := activities.NewAtHand(o.Notices, 1, 0)
	require.True(t, atHand.Takes(collection.ChannelEmail))
	require.True(t, atHand.Takes(collection.ChannelLetter), "people print and post it when they do")
	require.False(t, atHand.Takes(collection.ChannelSMS), "its rate is held by its queue")

	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{LatencyMS: 1000}))
	type answer struct {
		activities.Delivery
		err error
	}
	first, firm := make(chan answer, 1), o.order("firm", collection.ChannelEmail)
	go func() {
		delivery, err := atHand.Deliver(t.Context(), firm)
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

	came := <-first
	require.NoError(t, came.err)
	require.Equal(t, activities.DeliveryAccepted, came.Outcome)
	again, err := atHand.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, again.Outcome, "its place is free again")
	require.Equal(t, 1, o.accepted())
}

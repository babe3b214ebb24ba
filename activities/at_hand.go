package activities

import (
	"context"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"relance/collection"
)

// AtHand are the sends that the worker of a case makes itself, which spares the way
// over the provider's task queue: a few at a time, so that a slow provider does not
// keep the worker from everything else.
type AtHand struct {
	notices *Notices
	// busy holds a place for each send under way; without a place for a channel, its
	// sends belong on the provider's queue.
	busy map[collection.Channel]chan struct{}
}

// NewAtHand makes at most so many sends at a time through each provider. 0 is for a
// provider whose rate is bounded: only its queue holds to that.
func NewAtHand(notices *Notices, emails, texts int) *AtHand {
	throughTwilio := make(chan struct{}, texts) // one account
	return &AtHand{notices: notices, busy: map[collection.Channel]chan struct{}{
		collection.ChannelEmail: make(chan struct{}, emails),
		collection.ChannelSMS:   throughTwilio, collection.ChannelWhatsApp: throughTwilio,
	}}
}

// Register adds the activity to the worker of the cases.
func (h *AtHand) Register(registry worker.ActivityRegistry) {
	registry.RegisterActivityWithOptions(h.Deliver, activity.RegisterOptions{Name: NameDeliverNotice})
}

// Deliver is Notices.Deliver while there is a place; else nothing has happened, and the
// outcome is DeliveryElsewhere. Letters, which nobody waits for, always have one.
func (h *AtHand) Deliver(ctx context.Context, order NoticeOrder) (Delivery, error) {
	if order.Channel.IsPaper() {
		return h.notices.Deliver(ctx, order)
	}
	busy := h.busy[order.Channel]
	select {
	case busy <- struct{}{}: // a channel without places takes none
		defer func() { <-busy }()
		return h.notices.Deliver(ctx, order)
	default:
		return Delivery{Outcome: DeliveryElsewhere}, nil
	}
}

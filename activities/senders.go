package activities

import (
	"context"
	"time"

	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/worker"

	"relance/collection"
)

// Senders make the sends of a worker, with a bound on the calls to each provider at a
// time: the first tries, which cases ask their own worker for and which spare the way over
// a task queue, and what the providers' task queues bring.
type Senders struct {
	notices *Notices
	// places are taken by the calls under way, and atHand are the channels of which first
	// tries are made.
	places map[collection.Channel]chan struct{}
	atHand map[collection.Channel]bool
}

// NewSenders makes at most so many calls at a time to each provider. A provider whose rate
// is bounded gets no first tries: only its task queue holds to that.
func NewSenders(notices *Notices, concurrent int, emailsAtHand, textsAtHand bool) *Senders {
	throughTwilio := make(chan struct{}, concurrent) // one account
	return &Senders{
		notices: notices,
		places: map[collection.Channel]chan struct{}{
			collection.ChannelEmail: make(chan struct{}, concurrent),
			collection.ChannelSMS:   throughTwilio, collection.ChannelWhatsApp: throughTwilio,
		},
		atHand: map[collection.Channel]bool{
			collection.ChannelEmail: emailsAtHand, collection.ChannelSMS: textsAtHand, collection.ChannelWhatsApp: textsAtHand,
		},
	}
}

// RegisterFirstTries adds the activity to the worker of the cases.
func (s *Senders) RegisterFirstTries(registry worker.ActivityRegistry) {
	registry.RegisterActivityWithOptions(s.TryFirst, activity.RegisterOptions{Name: NameDeliverNotice})
}

// RegisterQueue adds the activity to the worker of a provider's task queue.
func (s *Senders) RegisterQueue(registry worker.ActivityRegistry) {
	registry.RegisterActivityWithOptions(s.Deliver, activity.RegisterOptions{Name: NameDeliverNotice})
}

const (
	// firstPatience is how long a first try waits for a place: providers mostly answer
	// sooner, and the way over the task queue costs more.
	firstPatience = time.Second
	// queuePatience leaves an activity the time to send.
	queuePatience = 20 * time.Second
)

// TryFirst is Notices.Deliver if there is a place soon; else nothing has happened, and the
// outcome is DeliveryElsewhere. Letters, which nobody waits for, need none.
func (s *Senders) TryFirst(ctx context.Context, order NoticeOrder) (Delivery, error) {
	if !order.Channel.IsPaper() && !s.atHand[order.Channel] {
		return Delivery{Outcome: DeliveryElsewhere}, nil
	}
	delivery, hadPlace, err := s.deliver(ctx, order, firstPatience)
	if !hadPlace && ctx.Err() == nil {
		return Delivery{Outcome: DeliveryElsewhere}, nil
	}
	return delivery, err
}

// Deliver is Notices.Deliver once there is a place.
func (s *Senders) Deliver(ctx context.Context, order NoticeOrder) (Delivery, error) {
	delivery, hadPlace, err := s.deliver(ctx, order, queuePatience)
	if !hadPlace && ctx.Err() == nil {
		return Delivery{}, tryAgain("the provider takes long to answer what was sent before", "Busy", time.Second)
	}
	return delivery, err
}

// deliver keeps its place while it composes and sends, and not while it waits for what
// another one sends.
func (s *Senders) deliver(ctx context.Context, order NoticeOrder, patience time.Duration) (delivery Delivery, hadPlace bool, err error) {
	places := s.places[order.Channel]
	if places == nil {
		delivery, err = s.notices.Deliver(ctx, order)
		return delivery, true, err
	}
	waiting := time.NewTimer(patience)
	defer waiting.Stop()
	select {
	case places <- struct{}{}:
	case <-waiting.C:
		return Delivery{}, false, nil
	case <-ctx.Done():
		return Delivery{}, false, ctx.Err()
	}
	delivery, err = func() (Delivery, error) {
		defer func() { <-places }()
		return s.notices.deliver(ctx, order)
	}()
	delivery, err = s.notices.hearOfSibling(ctx, order, delivery, err)
	return delivery, true, err
}

package activities

import (
	"context"
	"sync"
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
	turns  debtorTurns
}

// NewSenders makes at most so many calls at a time to each provider. A provider whose rate
// is bounded gets no first tries: only its task queue holds to that.
func NewSenders(notices *Notices, concurrent int, emailsAtHand, textsAtHand bool) *Senders {
	throughTwilio := make(chan struct{}, concurrent) // one account
	return &Senders{
		notices: notices, turns: debtorTurns{taken: map[debtorTurn]chan struct{}{}},
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

// deliver keeps its place while it composes and until the provider has answered, and not
// while it waits for what another one sends. The notices of a debtor that are due at the same
// moment mostly leave with the first of them: the others wait for it without a place.
func (s *Senders) deliver(ctx context.Context, order NoticeOrder, patience time.Duration) (delivery Delivery, hadPlace bool, err error) {
	places := s.places[order.Channel]
	if places == nil {
		delivery, err = s.notices.Deliver(ctx, order)
		return delivery, true, err
	}
	giveBack, waited := s.turns.take(ctx, order)
	defer giveBack()
	if waited {
		if delivery, settled, err := s.notices.outcomeSoFar(ctx, order); settled || err != nil {
			return delivery, true, err
		}
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
	leave := sync.OnceFunc(func() { <-places })
	defer leave()
	delivery, err = s.notices.deliver(ctx, order, leave)
	leave()
	delivery, err = s.notices.hearOfSibling(ctx, order, delivery, err)
	return delivery, true, err
}

// debtorTurns has the notices of one debtor over one channel take turns in this worker. It
// spares them to wait for each other in the database, where one message for all of them
// comes about whoever sends, and nothing depends on it.
type debtorTurns struct {
	mu    sync.Mutex
	taken map[debtorTurn]chan struct{} // closed when the turn is over
}

type debtorTurn struct {
	creditor, debtor string
	channel          collection.Channel
}

// take waits for the turn of an order, siblingPatience at most, and reports whether another
// one had it. Give it back when the outcome is known.
func (t *debtorTurns) take(ctx context.Context, order NoticeOrder) (giveBack func(), waited bool) {
	turn := debtorTurn{creditor: order.Creditor, debtor: order.Debtor, channel: order.Channel}
	if turn.debtor == "" { // of a case that ordered it before orders named their debtor
		return func() {}, false
	}
	patience := time.NewTimer(siblingPatience)
	defer patience.Stop()
	for {
		mine, other := t.begin(turn)
		if mine {
			return func() { t.end(turn) }, waited
		}
		waited = true
		select {
		case <-other:
		case <-patience.C:
			return func() {}, true
		case <-ctx.Done():
			return func() {}, true
		}
	}
}

// begin takes a turn unless another one has it.
func (t *debtorTurns) begin(turn debtorTurn) (mine bool, other <-chan struct{}) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if other, isTaken := t.taken[turn]; isTaken {
		return false, other
	}
	t.taken[turn] = make(chan struct{})
	return true, nil
}

func (t *debtorTurns) end(turn debtorTurn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	close(t.taken[turn])
	delete(t.taken, turn)
}

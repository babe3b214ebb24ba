package activities_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"relance/activities"
	"relance/casefile"
	"relance/collection"
	"relance/messaging/simulator"
)

func TestAFirstTryThatFindsNoPlaceGoesElsewhereAndHasLeftNoTrace(t *testing.T) {
	t.Parallel()
	o := open(t)
	senders := activities.NewSenders(o.Notices, 1, true, false)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{LatencyMS: 3000}))
	type answer struct {
		delivery activities.Delivery
		err      error
	}
	first := make(chan answer, 1)
	go func() {
		delivery, err := senders.TryFirst(t.Context(), o.order("firm", collection.ChannelEmail))
		first <- answer{delivery, err}
	}()
	require.Eventually(t, func() bool { return len(o.file().Messages) == 1 }, 5*time.Second, 5*time.Millisecond, "the first is under way")

	second, err := senders.TryFirst(t.Context(), o.order("formal", collection.ChannelEmail))
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryElsewhere, second.Outcome)
	text, err := senders.TryFirst(t.Context(), o.order("firm", collection.ChannelSMS))
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryElsewhere, text.Outcome)
	require.Len(t, o.file().Messages, 1, "nothing was reserved for those that go elsewhere")

	o.also("F-2", aloneByMail)
	order := o.order("firm", collection.ChannelEmail)
	order.Invoice = "F-2"
	queued, err := senders.Deliver(t.Context(), order)
	require.NoError(t, err, "the queue waits for its place")
	require.Equal(t, activities.DeliveryAccepted, queued.Outcome)

	done := <-first
	require.NoError(t, done.err)
	require.Equal(t, activities.DeliveryAccepted, done.delivery.Outcome)
	again, err := senders.TryFirst(t.Context(), o.order("firm", collection.ChannelEmail))
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, again.Outcome, "its place is free again")
	require.Equal(t, 2, o.accepted())
}

// aloneByMail opens a case of another debtor.
func aloneByMail(o *casefile.Opening) {
	o.Debtor.ID, o.Invoice.Debtor, o.Strategy = "durand", "durand", byMail()
}

// The place is for the calls to the provider: what is written down of one keeps nobody waiting.
func TestAPlaceIsFreeOnceTheProviderHasAnswered(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.also("F-2", aloneByMail)
	senders := activities.NewSenders(o.Notices, 1, true, false)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{LatencyMS: 1500}))
	first := make(chan error, 1)
	go func() {
		_, err := senders.TryFirst(t.Context(), o.order("firm", collection.ChannelEmail))
		first <- err
	}()
	require.Eventually(t, func() bool { return len(o.file().Messages) == 1 }, 5*time.Second, 5*time.Millisecond, "the first is under way")
	connection, err := pgx.Connect(t.Context(), o.database)
	require.NoError(t, err)
	defer func() { require.NoError(t, connection.Close(context.WithoutCancel(t.Context()))) }()
	lock, err := connection.Begin(t.Context())
	require.NoError(t, err)
	_, err = lock.Exec(t.Context(), "select from message where invoice = 'F-1' for update")
	require.NoError(t, err)
	require.Eventually(t, func() bool { return o.accepted() == 1 }, 5*time.Second, 5*time.Millisecond, "the provider has it")
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{}))

	order := o.order("firm", collection.ChannelEmail)
	order.Invoice = "F-2"
	other, err := senders.TryFirst(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, other.Outcome)
	require.Equal(t, casefile.MessageSending, o.file().Messages[0].State, "what became of the first is still to be written down")
	require.NoError(t, lock.Rollback(t.Context()))
	require.NoError(t, <-first)
}

// While the provider is asked for one, the notices of the others wait for what comes of
// it without a place.
func TestWhoWaitsForASiblingKeepsNoPlace(t *testing.T) {
	t.Parallel()
	o := open(t, follows(byMail()))
	for _, invoice := range numbers(4)[1:] {
		o.also(invoice, follows(byMail()))
	}
	senders := activities.NewSenders(o.Notices, 2, true, true)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{LatencyMS: 1500}))
	var sending sync.WaitGroup
	for _, invoice := range numbers(4) {
		sending.Go(func() {
			order := o.order("firm", collection.ChannelEmail)
			order.Invoice = invoice
			delivery, err := senders.TryFirst(t.Context(), order)
			require.NoError(t, err)
			require.Equal(t, activities.DeliveryAccepted, delivery.Outcome, "with two places: one calls, the others pass through")
		})
	}
	sending.Wait()
	require.Equal(t, 1, o.accepted())
}

// Those that leave with the first notice of their debtor ask for its outcome alone, once it
// is known.
func TestTheNoticesOfADebtorTakeTurns(t *testing.T) {
	t.Parallel()
	statements := func(invoices ...string) int64 {
		o := open(t, follows(byMail()))
		for _, invoice := range numbers(4)[1:] {
			o.also(invoice, follows(byMail()))
		}
		senders := activities.NewSenders(o.Notices, 4, true, true)
		require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{LatencyMS: 500}))
		before := o.Store.Statements()
		var sending sync.WaitGroup
		for _, invoice := range invoices {
			sending.Go(func() {
				order := o.order("firm", collection.ChannelEmail)
				order.Invoice, order.Debtor = invoice, "martin"
				delivery, err := senders.TryFirst(t.Context(), order)
				require.NoError(t, err)
				require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
			})
		}
		sending.Wait()
		require.Equal(t, 1, o.accepted())
		return o.Store.Statements() - before
	}
	alone, together := statements(numbers(4)[0]), statements(numbers(4)...)
	require.LessOrEqual(t, together-alone, int64(3*3), "of %d", together)
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

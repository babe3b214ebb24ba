package activities_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
	"relance/messaging"
	"relance/messaging/simulator"
	"relance/money"
)

// Faults that other software of this field had: docs/regressions.md lists them all.

// execute runs a statement of the test's own on the database.
func (o *postOffice) execute(statement string) {
	o.t.Helper()
	connection, err := pgx.Connect(o.t.Context(), o.database)
	require.NoError(o.t, err)
	_, err = connection.Exec(o.t.Context(), statement)
	require.NoError(o.t, err)
	require.NoError(o.t, connection.Close(o.t.Context()))
}

// paysPart posts a payment of F-1 in cents.
func (o *postOffice) paysPart(id string, minor int64) {
	o.t.Helper()
	_, err := o.store.PostEntry(o.t.Context(), casefile.Posting{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Source: "test", Actor: "test", At: moment,
		Entry: ledger.Entry{Kind: ledger.EntryPayment, ID: id, Amount: money.FromMinor(minor, money.EUR), ValueDate: calendar.DateOf(moment)},
	})
	require.NoError(o.t, err)
}

func (o *postOffice) decide(key string, events ...collection.Event) {
	o.t.Helper()
	o.decideAbout("F-1", key, events...)
}

func (o *postOffice) decideAbout(invoice, key string, events ...collection.Event) {
	o.t.Helper()
	require.NoError(o.t, o.store.RecordDecision(o.t.Context(), casefile.Decision{
		Creditor: casefiletest.Creditor, Invoice: invoice, Key: key, Kind: "test", Summary: key, Actor: "test", At: moment, Events: events,
	}))
}

func heldFrom(day calendar.Date) collection.HoldPlaced {
	return collection.HoldPlaced{Hold: collection.Hold{ID: "h", Reason: "complaint", From: day}}
}

// The provider has the message, and the transaction that should say so is rolled back.
func TestAMessageThatLeftBeforeItsRowCouldBeWrittenIsNotSentAgain(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.execute(`create function refuse() returns trigger language plpgsql as $$ begin raise exception 'the disk is full'; end $$;
		create trigger refuse before update on message for each row when (new.state = 'accepted') execute function refuse()`)
	order := o.order("firm", collection.ChannelEmail)
	for range 3 {
		_, err := o.Deliver(t.Context(), order)
		require.Error(t, err)
	}
	require.Equal(t, 1, o.accepted())
	require.Equal(t, casefile.MessageSending, o.file().Messages[0].State, "it may have left, and nobody forgets it")
	require.Empty(t, o.file().Case.Steps, "nothing is told to the case that is not known")

	o.execute("drop trigger refuse on message")
	_, err := o.store.RecordDeliveryEvent(t.Context(), casefile.DeliveryEvent{
		Provider: "sendgrid", EventID: "e1", MessageID: o.file().Messages[0].ID, Kind: messaging.DeliveryDelivered, At: moment,
	})
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	require.Equal(t, 1, o.accepted())
}

// The provider has the address on its own list of addresses it does not write to: it
// takes the message and drops it.
func TestAMessageThatTheProviderDropsIsNoStepThatIsDone(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{EventsSuppressed: 1}))
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	delivery, err := o.store.RecordDeliveryEvent(t.Context(), casefile.DeliveryEvent{
		Provider: "sendgrid", EventID: "e1", MessageID: o.file().Messages[0].ID, Kind: messaging.DeliveryBounced, Reason: "Bounced Address", At: moment,
	})
	require.NoError(t, err)
	require.True(t, delivery.Decisive, "the workflow is told")
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail, Failed: true}}, o.file().Case.Steps[0].Attempts)
	next := collection.Next(o.file().Case, moment)
	require.Equal(t, "firm", next.Step.Key, "the step goes on by its other channel")
	require.Equal(t, collection.ChannelSMS, next.Channel)
}

func TestANoticeThatTheGateStopsIsNoAttempt(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.decide("hold", heldFrom(calendar.DateOf(moment)))
	require.Equal(t, activities.DeliveryWithheld, o.deliver("firm", collection.ChannelEmail).Outcome)
	require.Empty(t, o.file().Case.Steps)
	require.Empty(t, o.file().Messages)
	require.Zero(t, o.accepted())

	o.decide("release", collection.HoldReleased{ID: "h", On: calendar.DateOf(moment)})
	require.Equal(t, "firm", collection.Next(o.file().Case, moment).Step.Key, "it is not one level further")
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
}

func TestAPartPaidInvoiceIsAskedForItsRestAndARestWithinTheToleranceIsNot(t *testing.T) {
	t.Parallel()
	for _, sample := range []struct {
		paid    int64
		outcome activities.DeliveryOutcome
	}{{100_00, activities.DeliveryAccepted}, {118_99, activities.DeliveryAccepted}, {119_00, activities.DeliveryWithheld}, {119_60, activities.DeliveryWithheld}} {
		o := open(t)
		creditor, err := o.store.Creditor(t.Context(), casefiletest.Creditor)
		require.NoError(t, err)
		creditor.LateFees = ledger.Policy{Tolerance: "1.00"}
		require.NoError(t, o.store.SaveCreditor(t.Context(), creditor))
		o.paysPart("P1", sample.paid)
		require.Equal(t, sample.outcome, o.deliver("firm", collection.ChannelEmail).Outcome, "%d", sample.paid)
		if sample.outcome == activities.DeliveryWithheld {
			require.Zero(t, o.accepted(), "nobody is asked for a few cents")
			require.Equal(t, collection.StagePaid, o.file().Row.Stage)
		}
	}
}

// A first try is lost, 19.37 come in, and the second try is made.
func TestASecondTryAsksForTheRestToTheCent(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{RateLimited: 1}))
	order := o.order("firm", collection.ChannelEmail)
	_, err := o.Deliver(t.Context(), order)
	require.Error(t, err)
	o.paysPart("P1", 19_37)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{}))
	require.Eventually(t, func() bool {
		delivery, err := o.Deliver(t.Context(), order)
		return err == nil && delivery.Outcome == activities.DeliveryAccepted
	}, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, 1, o.accepted())
	require.Contains(t, o.text(0), "100,63")
}

func TestNoLateFeesAreClaimedWhileRemindersAreOff(t *testing.T) {
	t.Parallel()
	o := late(t)
	today := calendar.DateOf(o.clock.Now())
	o.decide("hold", heldFrom(today))
	order := o.order("formal", collection.ChannelEmail)
	order.At, order.Deadline = o.clock.Now(), today.AddDays(8)
	delivery, err := o.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryWithheld, delivery.Outcome)
	for _, entry := range o.file().Entries {
		require.NotEqual(t, ledger.EntryClaim, entry.Kind, "what was never asked for is not claimed")
	}
}

func TestLatenessIsCountedFromTheDueDateAndNotFromTheDateOfTheInvoice(t *testing.T) {
	t.Parallel()
	o := open(t, func(opening *casefile.Opening) {
		opening.Invoice.IssueDate, opening.Invoice.DueDate = calendar.NewDate(2026, time.January, 2), calendar.NewDate(2026, time.March, 20)
		opening.Strategy.Steps[0].DueOffset = 3
	})
	friday := time.Date(2026, time.March, 20, 9, 0, 0, 0, time.UTC)
	next := collection.Next(o.file().Case, friday)
	require.Equal(t, calendar.DateOf(moment), o.file().Case.Window.DateOf(next.At), "three days after the due date")
	o.deliver("firm", collection.ChannelEmail)
	require.Contains(t, o.text(0), "échue le 20\u00a0mars 2026")
}

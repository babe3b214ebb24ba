package casefile_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
	"relance/recipients"
)

func news(id, event string, kind messaging.DeliveryKind) casefile.DeliveryEvent {
	return casefile.DeliveryEvent{
		Provider: "sendgrid", EventID: event, MessageID: id, ProviderID: "sg-1", Kind: kind,
		Code: "550", Reason: "jeanne@martin.example is full", At: sendingDay.Add(time.Hour), ProviderAt: sendingDay,
	}
}

func hear(t testing.TB, store *casefile.Store, event casefile.DeliveryEvent) casefile.Delivery {
	t.Helper()
	delivery, err := store.RecordDeliveryEvent(t.Context(), event)
	require.NoError(t, err)
	return delivery
}

func TestNewsFromTheProviderProvesThatAnUnknownSendWasAccepted(t *testing.T) {
	t.Parallel()
	for _, kind := range []messaging.DeliveryKind{messaging.DeliveryAccepted, messaging.DeliveryDeferred, messaging.DeliveryOpened} {
		store := casefiletest.Open(t)
		openCase(t, store, "F-1")
		message := sent(t, store, "F-1")
		proof := hear(t, store, news(message.ID, "e-1", kind))
		require.True(t, proof.Fresh)
		require.True(t, proof.Decisive)
		require.Equal(t, casefile.MessageAccepted, proof.Message.State)
		require.Equal(t, "sg-1", proof.Message.ProviderID)
		require.False(t, begin(t, store, message.ID).MayCall)
		require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail}}, readFile(t, store, "F-1").Case.Steps[0].Attempts)
	}
}

func TestLateProofStopsAResend(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	_, err := store.MarkUnproven(t.Context(), message.ID, time.Hour, sendingDay)
	require.NoError(t, err)
	hear(t, store, news(message.ID, "e-1", messaging.DeliveryDelivered))
	require.False(t, begin(t, store, message.ID).MayCall)
	require.Equal(t, casefile.MessageDelivered, readFile(t, store, "F-1").Messages[0].State)
}

func TestABounceFailsTheAttemptAndIsDecisiveAlsoWhenRepeated(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	_, err := store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-1", sendingDay)
	require.NoError(t, err)

	byProviderID := news("", "e-1", messaging.DeliveryBounced)
	bounce := hear(t, store, byProviderID)
	require.Equal(t, casefile.MessageBounced, bounce.Message.State)
	require.True(t, bounce.Fresh)
	require.True(t, bounce.Decisive)
	before := dump(t, dsn)
	again := hear(t, store, byProviderID)
	require.False(t, again.Fresh)
	require.True(t, again.Decisive)
	require.Equal(t, before, dump(t, dsn))

	file := readFile(t, store, "F-1")
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail, Failed: true}}, file.Case.Steps[0].Attempts)
	require.Equal(t, "jeanne@martin.example is full", file.Deliveries[0].Reason)
	for _, line := range file.History {
		require.NotContains(t, line.Summary, "@")
	}
	_, err = store.RecordDeliveryEvent(t.Context(), casefile.DeliveryEvent{Provider: "sendgrid", EventID: "e-9", ProviderID: "foreign"})
	require.ErrorIs(t, err, casefile.ErrUnknownMessage)
	_, err = store.RecordDeliveryEvent(t.Context(), news(reminder("F-9").ID(), "e-9", messaging.DeliveryBounced))
	require.ErrorIs(t, err, casefile.ErrUnknownMessage)
}

// A mail server may take a mail and send it back later.
func TestAMailThatBouncesAfterItWasDeliveredHasNotArrived(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	hear(t, store, news(message.ID, "e-1", messaging.DeliveryDelivered))
	late := hear(t, store, news(message.ID, "e-2", messaging.DeliveryBounced))
	require.Equal(t, casefile.MessageBounced, late.Message.State)
	require.True(t, late.Decisive, "its cases are told")
	file := readFile(t, store, "F-1")
	require.Len(t, file.Deliveries, 2)
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail, Failed: true}}, file.Case.Steps[0].Attempts)
	require.False(t, file.Messages[0].DeliveredAt.IsZero(), "what was told before stays known")
	require.False(t, file.Contacts[0].EmailInvalidAt.IsZero())
}

func TestAMailThatTheProviderHeldBackForSomebodyWhoOptedOutHasNotArrived(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	_, err := store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-1", sendingDay)
	require.NoError(t, err)
	held := hear(t, store, news(message.ID, "e-1", messaging.DeliverySuppressed))
	require.Equal(t, casefile.MessageFailed, held.Message.State)
	require.True(t, held.Decisive, "its cases are told")
	require.Equal(t, casefile.TruthBlocked, held.Message.Truth(time.Now()))
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail, Failed: true}}, readFile(t, store, "F-1").Case.Steps[0].Attempts)
	_, err = who(t, store, "F-1", collection.ChannelEmail)
	refusedAs(t, err, recipients.OptedOut)
}

func TestAMessageNeverMovesBackwardsWhateverTheOrderOfNews(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	rank := map[casefile.MessageState]int{
		casefile.MessageSending: 0, casefile.MessageAccepted: 1, casefile.MessageDelivered: 2, casefile.MessageBounced: 3, casefile.MessageFailed: 3,
	}
	count := 0
	rapid.Check(t, func(r *rapid.T) {
		count++
		number := rapid.StringMatching("F-[a-z]{12}").Draw(r, "invoice")
		openCase(t, store, number)
		message := sent(t, store, number)
		final := casefile.MessageState("")
		last := 0
		kinds := rapid.SliceOfN(rapid.SampledFrom([]messaging.DeliveryKind{
			messaging.DeliveryAccepted, messaging.DeliveryDeferred, messaging.DeliveryDelivered, messaging.DeliveryOpened,
			messaging.DeliveryBounced, messaging.DeliveryFailed, messaging.DeliverySuppressed, messaging.DeliveryOther,
		}), 1, 8).Draw(r, "news")
		for _, kind := range kinds {
			state := hear(t, store, news(message.ID, number+string(kind), kind)).Message.State
			require.GreaterOrEqual(r, rank[state], last)
			last = rank[state]
			if final != "" {
				require.Equal(r, final, state)
			}
			if last == 3 {
				final = state
			}
		}
		loaded, err := store.LoadCase(t.Context(), acme, number)
		require.NoError(r, err)
		arrived := !slices.ContainsFunc(kinds, messaging.DeliveryKind.NotReceived)
		require.Equal(r, arrived, final == "", "that it has not arrived is the last word, in whatever order the news come")
		if last > 0 {
			require.Len(r, loaded.Steps[0].Attempts, 1)
			require.Equal(r, !arrived, loaded.Steps[0].Attempts[0].Failed)
		}
	})
	require.Positive(t, count)
}

func TestABounceThatTheWorkflowReportsAsWellCountsOnce(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	hear(t, store, news(message.ID, "e-1", messaging.DeliveryBounced))
	// The workflow hears of the bounce before it knows that the message left.
	decide(t, store, "F-1", "bounce", collection.StepAttempted{
		Step: "reminder", Attempt: collection.Attempt{Channel: collection.ChannelEmail, Failed: true}, At: sendingDay,
	})
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail, Failed: true}}, readFile(t, store, "F-1").Case.Steps[0].Attempts)
}

package casefile_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
)

// taken is an SMS that Twilio took.
func taken(t *testing.T, store *casefile.Store, invoice, sid string) casefile.Message {
	t.Helper()
	opening := casefiletest.Opening(invoice)
	opening.Debtor.ID += invoice // else one message carries them all
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	r := reminder(invoice)
	r.Channel = collection.ChannelSMS
	sending := begin(t, store, reserve(t, store, r).ID)
	require.True(t, sending.MayCall, sending.Gate.Reason)
	message, err := store.MarkAccepted(t.Context(), sending.Message.ID, "twilio", sid, sendingDay)
	require.NoError(t, err)
	return message
}

// claim is the ID of the message to ask about after so long, if there is one.
func claim(t *testing.T, store *casefile.Store, provider string, after time.Duration) string {
	t.Helper()
	message, found, err := store.ClaimUnheard(t.Context(), provider, time.Now().Add(after))
	require.NoError(t, err)
	require.Equal(t, found, message.ID != "")
	return message.ID
}

func TestAMessageOfWhichNothingFinalIsHeardIsAskedAboutTwice(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	message := taken(t, store, "F-1", "SM1")
	require.Empty(t, claim(t, store, "twilio", 59*time.Minute), "most get where they go within the hour")
	require.Empty(t, claim(t, store, "sendgrid", 2*time.Hour))
	require.Empty(t, claim(t, store, "twilio", 8*24*time.Hour), "what is older than a week is let be")
	require.Equal(t, message.ID, claim(t, store, "twilio", 61*time.Minute))
	require.Empty(t, claim(t, store, "twilio", 62*time.Minute), "a worker is at it")
	require.Equal(t, message.ID, claim(t, store, "twilio", 70*time.Minute), "and did not come to an end")
	asked := casefile.UnheardMessage{ID: message.ID, ProviderID: "SM1"}
	require.NoError(t, store.FinishUnheard(t.Context(), asked))
	require.Empty(t, claim(t, store, "twilio", 23*time.Hour))
	require.Equal(t, message.ID, claim(t, store, "twilio", 25*time.Hour))
	require.NoError(t, store.FinishUnheard(t.Context(), asked))
	require.Empty(t, claim(t, store, "twilio", 50*time.Hour), "twice is enough")
}

func TestAMessageOfWhichTheEndIsKnownIsNotAskedAbout(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for i, kind := range []messaging.DeliveryKind{messaging.DeliveryDelivered, messaging.DeliveryOpened, messaging.DeliveryBounced, messaging.DeliveryFailed} {
		message := taken(t, store, fmt.Sprintf("F-%d", i), fmt.Sprintf("SM%d", i))
		hear(t, store, casefile.DeliveryEvent{Provider: "twilio", EventID: message.ProviderID + "/x", MessageID: message.ID, Kind: kind, At: sendingDay})
	}
	require.Empty(t, claim(t, store, "twilio", 2*time.Hour))
	taken(t, store, "F-9", "") // its answer was cut: there is nothing to ask by
	require.Empty(t, claim(t, store, "twilio", 2*time.Hour))
}

// The worker that learned of a failure may die before it tells the case.
func TestAMessageThatAWorkerDidNotComeToAnEndWithIsAskedAboutAgain(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	message := taken(t, store, "F-1", "SM1")
	require.Equal(t, message.ID, claim(t, store, "twilio", 2*time.Hour))
	hear(t, store, casefile.DeliveryEvent{Provider: "twilio", EventID: "SM1/failed", MessageID: message.ID, Kind: messaging.DeliveryFailed, At: sendingDay})
	require.Equal(t, message.ID, claim(t, store, "twilio", 3*time.Hour))
}

func TestSeveralWorkersAskAboutEachMessageOnce(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	const messages = 8
	for i := range messages {
		taken(t, store, fmt.Sprintf("F-%d", i), fmt.Sprintf("SM%d", i))
	}
	claimed := make(chan string, 3*messages)
	failed := make(chan error, 3*messages)
	var workers sync.WaitGroup
	for range 3 {
		workers.Go(func() {
			for range messages {
				message, found, err := store.ClaimUnheard(t.Context(), "twilio", time.Now().Add(2*time.Hour))
				if err != nil {
					failed <- err
				}
				if found {
					claimed <- message.ID
				}
			}
		})
	}
	workers.Wait()
	close(claimed)
	close(failed)
	require.NoError(t, <-failed)
	counts := map[string]int{}
	for id := range claimed {
		counts[id]++
	}
	require.Len(t, counts, messages)
	for id, count := range counts {
		require.Equal(t, 1, count, id)
	}
}

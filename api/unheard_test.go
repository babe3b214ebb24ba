package api_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
	"relance/workflows"
)

// Twilio's callback found nobody, and does not come again: without being asked, nobody
// would ever know that the message did not arrive.
func TestAFailureThatTwilioReportedToNobodyIsLearnedByAskingAndToldToTheCase(t *testing.T) {
	providers, err := simulator.New(simulator.Options{Listen: "127.0.0.1:0", AuthToken: authToken, Twilio: simulator.Faults{BounceMatching: "+33*"}})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, providers.Close()) })
	b := setup(t)
	b.work()
	b.opened("F-1")
	texts, err := twilio.New(twilio.Config{
		AccountSID: simulator.DefaultAccountSID, Secret: authToken, BaseURL: providers.TwilioURL(), StatusCallback: "http://127.0.0.1:1/webhooks/twilio/status",
	})
	require.NoError(t, err)
	message := b.sending("F-1", collection.ChannelSMS)
	sms, err := messaging.DecodeSMS(message.Bytes)
	require.NoError(t, err)
	sent := texts.SendSMS(t.Context(), sms)
	require.Equal(t, messaging.Accepted, sent.Verdict, sent)
	_, err = b.cases.Store.MarkAccepted(t.Context(), message.ID, "twilio", sent.ProviderID, today)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		told, err := texts.FindStatus(t.Context(), message.ID, sent.ProviderID)
		return err == nil && told.Kind == messaging.DeliveryBounced
	}, eventually, often)
	require.Equal(t, "accepted", b.stateOf("F-1"), "nobody knows yet")

	heard, err := b.cases.AskUnheard(t.Context(), "twilio", texts, time.Now(), 10)
	require.NoError(t, err)
	require.Zero(t, heard)
	heard, err = b.cases.AskUnheard(t.Context(), "twilio", texts, time.Now().Add(61*time.Minute), 10)
	require.NoError(t, err)
	require.Equal(t, 1, heard)
	require.Equal(t, "bounced", b.stateOf("F-1"))
	require.Eventually(t, func() bool {
		answer, err := b.cases.Temporal.QueryWorkflow(t.Context(), collection.WorkflowID(b.creditor, "F-1"), "", workflows.QueryStatus)
		require.NoError(t, err)
		var status workflows.Status
		require.NoError(t, answer.Get(&status))
		return slices.Equal(status.LastAttempts, []collection.Attempt{{Channel: collection.ChannelSMS, Failed: true}})
	}, eventually, often)

	heard, err = b.cases.AskUnheard(t.Context(), "twilio", texts, time.Now().Add(25*time.Hour), 10)
	require.NoError(t, err)
	require.Zero(t, heard, "what became of it is known")
	file, err := b.cases.Store.CaseFile(t.Context(), b.creditor, "F-1")
	require.NoError(t, err)
	require.Equal(t, sent.ProviderID+"/undelivered", file.Deliveries[0].EventID, "Twilio's own report would be the same news")
}

// askedProvider stands for a provider that is asked about messages.
type askedProvider struct {
	kind  messaging.DeliveryKind
	fault error
	asked int
}

func (a *askedProvider) FindStatus(_ context.Context, messageID, providerID string) (messaging.DeliveryEvent, error) {
	a.asked++
	return messaging.DeliveryEvent{EventID: providerID + "/" + string(a.kind), MessageID: messageID, ProviderID: providerID, Kind: a.kind}, a.fault
}

func TestAProviderIsAskedTwiceAtMostAndAgainOnlyWhenItDidNotAnswer(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelSMS)
	_, err := b.cases.Store.MarkAccepted(t.Context(), message.ID, "twilio", "SM1", today)
	require.NoError(t, err)
	provider := &askedProvider{kind: messaging.DeliveryAccepted, fault: errors.New("it is away")}
	ask := func(after time.Duration) error {
		_, err := b.cases.AskUnheard(t.Context(), "twilio", provider, time.Now().Add(after), 10)
		return err
	}
	require.ErrorContains(t, ask(time.Hour+time.Minute), "asking twilio what became of message "+message.ID+": it is away")
	require.NoError(t, ask(time.Hour+2*time.Minute))
	require.Equal(t, 1, provider.asked, "not at once again")
	provider.fault = nil
	for _, after := range []time.Duration{time.Hour + 10*time.Minute, 3 * time.Hour, 23 * time.Hour} {
		require.NoError(t, ask(after))
		require.Equal(t, 2, provider.asked)
	}
	for _, after := range []time.Duration{25 * time.Hour, 30 * time.Hour, 60 * time.Hour} {
		require.NoError(t, ask(after))
		require.Equal(t, 3, provider.asked)
	}
	require.Equal(t, "accepted", b.stateOf("F-1"), "many operators report nothing")
}

func TestAMessageThatAProviderDoesNotKnowAnyMoreIsLetBe(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	message := b.sending("F-1", collection.ChannelSMS)
	_, err := b.cases.Store.MarkAccepted(t.Context(), message.ID, "twilio", "SM1", today)
	require.NoError(t, err)
	provider := &askedProvider{fault: messaging.ErrNoSuchMessage}
	for range 3 {
		_, err := b.cases.AskUnheard(t.Context(), "twilio", provider, time.Now().Add(2*time.Hour), 10)
		require.NoError(t, err)
	}
	require.Equal(t, 1, provider.asked)
	require.Equal(t, "accepted", b.stateOf("F-1"))
	_, err = b.cases.Store.RecordDeliveryEvent(t.Context(), casefile.DeliveryEvent{Provider: "twilio", EventID: "SM1/delivered", MessageID: message.ID, Kind: messaging.DeliveryDelivered, At: today})
	require.NoError(t, err)
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-1", nil).is(http.StatusOK)
}

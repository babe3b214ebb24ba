package twilio_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
)

func TestAnSMSWhoseVerdictIsOpenIsFoundAgain(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{Twilio: simulator.Faults{DropAfter: 1}})
	texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL()})
	before := time.Now()
	require.Equal(t, messaging.Unknown, texts.SendSMS(t.Context(), reminder("m-1")).Verdict)
	accepted := provider.Messages(0)[0]

	proofs, err := texts.FindSMS(t.Context(), reminder("m-1"), before)
	require.NoError(t, err)
	require.Len(t, proofs, 1)
	require.Equal(t, accepted.ProviderID, proofs[0].ProviderID)
	require.True(t, proofs[0].Kind.ProvesAcceptance())
	require.WithinDuration(t, accepted.ReceivedAt, proofs[0].CreatedAt, 2*time.Second)
	require.Eventually(t, func() bool {
		proofs, err := texts.FindSMS(t.Context(), reminder("m-1"), before)
		return err == nil && len(proofs) == 1 && proofs[0].Kind == messaging.DeliveryDelivered && proofs[0].Status == "delivered"
	}, 10*time.Second, 20*time.Millisecond)
}

func TestAnSMSThatTwilioStillQueuesIsFoundToo(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{Twilio: simulator.Faults{DropAfter: 1, QueuedMS: 60_000}})
	texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL()})
	before := time.Now()
	require.Equal(t, messaging.Unknown, texts.SendSMS(t.Context(), reminder("m-1")).Verdict)
	proofs, err := texts.FindSMS(t.Context(), reminder("m-1"), before)
	require.NoError(t, err)
	require.Len(t, proofs, 1, "a filter on the date of sending alone would miss it")
	require.Equal(t, "queued", proofs[0].Status)
	require.Equal(t, messaging.DeliveryAccepted, proofs[0].Kind)
}

func TestAnotherMessageIsNoProof(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL()})
	sms := reminder("m-1")
	elsewhere, other := reminder("m-2"), reminder("m-3")
	elsewhere.To = "+33612345679"
	other.Body += " Merci."
	for _, sent := range []messaging.SMS{elsewhere, other} {
		require.Equal(t, messaging.Accepted, texts.SendSMS(t.Context(), sent).Verdict)
	}
	proofs, err := texts.FindSMS(t.Context(), sms, time.Now().Add(-time.Hour))
	require.NoError(t, err)
	require.Empty(t, proofs)

	require.Equal(t, messaging.Accepted, texts.SendSMS(t.Context(), sms).Verdict)
	proofs, err = texts.FindSMS(t.Context(), sms, time.Now().Add(5*time.Minute))
	require.NoError(t, err)
	require.Empty(t, proofs, "a message from before the attempt proves nothing about it")
}

func TestAProofIsFoundBehindManyOtherMessages(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL()})
	sms := reminder("m-0")
	require.Equal(t, messaging.Accepted, texts.SendSMS(t.Context(), sms).Verdict)
	for i := range 1100 { // more than one page of Twilio's largest size
		other := reminder(fmt.Sprintf("m-%d", i+1))
		other.Body = other.MessageID
		require.Equal(t, messaging.Accepted, texts.SendSMS(t.Context(), other).Verdict)
	}
	proofs, err := texts.FindSMS(t.Context(), sms, time.Now().Add(-time.Minute))
	require.NoError(t, err)
	require.Len(t, proofs, 1)
}

func TestAFailedLookupSaysNothingEitherWay(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{Twilio: simulator.Faults{LookupsFail: 1}})
	sms := reminder("m-1")
	proofs, err := sender(t, twilio.Config{BaseURL: provider.TwilioURL()}).FindSMS(t.Context(), sms, time.Now())
	require.ErrorContains(t, err, "finding SMS m-1 at Twilio: status 503")
	require.Empty(t, proofs)
	require.NotContains(t, err.Error(), "33612345678")

	_, err = sender(t, twilio.Config{BaseURL: "http://127.0.0.1:1"}).FindSMS(t.Context(), sms, time.Now())
	require.ErrorContains(t, err, "finding SMS m-1 at Twilio")
	require.NotContains(t, err.Error(), "33612345678")
}

func TestTwilioIsAskedWhatBecameOfAMessage(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{Twilio: simulator.Faults{BounceMatching: "+3361*"}})
	texts := sender(t, twilio.Config{BaseURL: provider.TwilioURL()})
	arrives, bounces := reminder("m-1"), reminder("m-2")
	arrives.To, bounces.To = "+33622345678", "+33612345678"
	for sms, want := range map[messaging.SMS]messaging.DeliveryEvent{
		arrives: {Channel: messaging.ChannelSMS, MessageID: "m-1", Kind: messaging.DeliveryDelivered},
		bounces: {Channel: messaging.ChannelSMS, MessageID: "m-2", Kind: messaging.DeliveryBounced, Code: "30006", Reason: "the number is a landline or cannot be reached by the operator"},
	} {
		sent := texts.SendSMS(t.Context(), sms)
		require.Equal(t, messaging.Accepted, sent.Verdict)
		want.ProviderID = sent.ProviderID
		require.Eventually(t, func() bool {
			told, err := texts.FindStatus(t.Context(), sms.MessageID, sent.ProviderID)
			want.EventID = sent.ProviderID + "/" + map[bool]string{true: "undelivered", false: "delivered"}[want.Kind.NotReceived()]
			return err == nil && told == want
		}, 10*time.Second, 20*time.Millisecond)
	}
}

func TestAMessageThatTwilioDoesNotKnowIsToldFromAFailedLookup(t *testing.T) {
	t.Parallel()
	texts := sender(t, twilio.Config{BaseURL: start(t, simulator.Options{}).TwilioURL()})
	for _, sid := range []string{"SM" + strings.Repeat("0", 32), "../Messages/SM1", ""} {
		_, err := texts.FindStatus(t.Context(), "m-1", sid)
		require.ErrorIs(t, err, messaging.ErrNoSuchMessage, sid)
	}
	broken := start(t, simulator.Options{Twilio: simulator.Faults{LookupsFail: 1}})
	_, err := sender(t, twilio.Config{BaseURL: broken.TwilioURL()}).FindStatus(t.Context(), "m-1", "SM"+strings.Repeat("0", 32))
	require.ErrorContains(t, err, "finding the status of message m-1 at Twilio: status 503")
	require.NotErrorIs(t, err, messaging.ErrNoSuchMessage)
}

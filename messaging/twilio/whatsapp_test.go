package twilio_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/messaging"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
)

func whatsApp(id string) messaging.WhatsApp {
	return messaging.WhatsApp{
		MessageID: id, From: "+33612345600", To: "+33612345678", ContentSID: "HX" + strings.Repeat("0a", 16),
		Variables: map[string]string{"1": "Atelier Durand", "2": "1 200,00 €"}, Text: "Atelier Durand : 1 200,00 € restent à régler.",
	}
}

func TestAWhatsAppMessageTravelsAsAnApprovedTemplateWithItsVariables(t *testing.T) {
	t.Parallel()
	provider := start(t, simulator.Options{})
	outcome := sender(t, twilio.Config{BaseURL: provider.TwilioURL()}).SendWhatsApp(t.Context(), whatsApp("m-1"))
	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome)
	kept := provider.Messages(0)
	require.Len(t, kept, 1)
	require.Equal(t, outcome.ProviderID, kept[0].ProviderID)
	require.Equal(t, messaging.ChannelWhatsApp, kept[0].Channel)
	require.Equal(t, "whatsapp:+33612345678", kept[0].To)
	require.Equal(t, "whatsapp:+33612345600", kept[0].From)
	content, err := provider.Content(1)
	require.NoError(t, err)
	require.Equal(t, "Content template HX"+strings.Repeat("0a", 16)+"\n{{1}} = Atelier Durand\n{{2}} = 1 200,00 €", content.Text)
	require.NotContains(t, string(content.Raw), "Body=", "the text is ours only: the recipient reads the approved template")
}

func TestWhatIsWrongWithAWhatsAppMessageIsTold(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		faults  simulator.Faults
		change  func(*messaging.WhatsApp)
		verdict messaging.Verdict
		cause   messaging.Cause
		code    string
	}{
		{"not valid", simulator.Faults{}, func(m *messaging.WhatsApp) { m.ContentSID = "" }, messaging.Rejected, messaging.CauseContent, ""},
		{"asked to stop", simulator.Faults{OptedOut: []string{"+33612345678"}}, nil, messaging.Rejected, messaging.CauseOptedOut, "21610"},
		{"limited", simulator.Faults{RateLimited: 1}, nil, messaging.NotSent, messaging.CauseRateLimited, "20429"},
		{"dropped after accepting", simulator.Faults{DropAfter: 1}, nil, messaging.Unknown, messaging.CauseInterrupted, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			provider := start(t, simulator.Options{Twilio: c.faults})
			message := whatsApp("m-1")
			if c.change != nil {
				c.change(&message)
			}
			outcome := sender(t, twilio.Config{BaseURL: provider.TwilioURL()}).SendWhatsApp(t.Context(), message)
			require.Equal(t, c.verdict, outcome.Verdict, outcome)
			require.Equal(t, c.cause, outcome.Cause, outcome)
			require.Equal(t, c.code, outcome.Code, outcome)
			require.NotContains(t, outcome.Reason, "612345678")
		})
	}
}

func TestTheStatusOfAWhatsAppMessageIsRead(t *testing.T) {
	t.Parallel()
	for status, kind := range map[twilio.Status]messaging.DeliveryKind{
		twilio.StatusDelivered: messaging.DeliveryDelivered, twilio.StatusRead: messaging.DeliveryOpened,
	} {
		event := twilio.StatusEvent{SID: "SM1", Status: status, To: "whatsapp:+33612345678"}.Delivery()
		require.Equal(t, messaging.ChannelWhatsApp, event.Channel)
		require.Equal(t, kind, event.Kind)
	}
	for code, kind := range map[string]messaging.DeliveryKind{
		twilio.CodeNotOnWhatsApp: messaging.DeliveryBounced, twilio.CodeInvalidRecipient: messaging.DeliveryBounced,
		twilio.CodeOutsideWindow: messaging.DeliveryFailed,
	} {
		event := twilio.StatusEvent{SID: "SM1", Status: twilio.StatusUndelivered, ErrorCode: code, To: "whatsapp:+33612345678"}.Delivery()
		require.Equal(t, kind, event.Kind)
		require.NotEmpty(t, event.Reason)
		require.NotContains(t, event.Reason, "Twilio reports")
	}
}

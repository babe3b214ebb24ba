package messaging_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/messaging"
)

func whatsApp() messaging.WhatsApp {
	return messaging.WhatsApp{
		MessageID: "7b1f7f0e-98a6-4bd0-8a39-0b7f3f8a2222", From: "+33612345600", To: "+33612345678", ContentSID: "HX" + strings.Repeat("0a", 16),
		Variables: map[string]string{"1": "Atelier Durand", "2": "1 200,00 €"}, Text: "Atelier Durand : 1 200,00 € restent à régler.",
	}
}

func TestAWhatsAppMessageComesBackAsItWasStored(t *testing.T) {
	t.Parallel()
	stored, err := whatsApp().Encode()
	require.NoError(t, err)
	read, err := messaging.DecodeWhatsApp(stored)
	require.NoError(t, err)
	require.Equal(t, whatsApp(), read)
	_, err = messaging.DecodeSMS(stored)
	require.Error(t, err)
}

func TestAWhatsAppMessageThatWouldBeRefusedIsNotStored(t *testing.T) {
	t.Parallel()
	for reason, spoil := range map[string]func(*messaging.WhatsApp){
		"message ID":           func(m *messaging.WhatsApp) { m.MessageID = "" },
		"to: ":                 func(m *messaging.WhatsApp) { m.To = "whatsapp:+33612345678" },
		"from: ":               func(m *messaging.WhatsApp) { m.From = "Durand" },
		"content template":     func(m *messaging.WhatsApp) { m.ContentSID = "HX1" },
		"is not a number":      func(m *messaging.WhatsApp) { m.Variables["name"] = "x" },
		"is empty":             func(m *messaging.WhatsApp) { m.Variables["2"] = " " },
		"has a line break":     func(m *messaging.WhatsApp) { m.Variables["2"] = "a\nb" },
		"placeholder 2 has no": func(m *messaging.WhatsApp) { m.Variables = map[string]string{"1": "a", "3": "b"} },
		"more than 1600":       func(m *messaging.WhatsApp) { m.Variables["1"] = strings.Repeat("x", 1601) },
		"the text is empty":    func(m *messaging.WhatsApp) { m.Text = "" },
	} {
		message := whatsApp()
		spoil(&message)
		_, err := message.Encode()
		require.ErrorContains(t, err, reason)
	}
}

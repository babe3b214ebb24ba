package activities_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/simulator"
	"relance/messaging/twilio"
)

// byWhatsApp gives the creditor a sender and content templates.
func (o *postOffice) byWhatsApp(contents map[string]string) {
	o.t.Helper()
	sender, err := twilio.New(twilio.Config{AccountSID: simulator.DefaultAccountSID, Secret: simulator.DefaultAuthToken, BaseURL: o.simulator.TwilioURL()})
	require.NoError(o.t, err)
	o.WhatsApp = sender
	creditor, err := o.store.Creditor(o.t.Context(), casefiletest.Creditor)
	require.NoError(o.t, err)
	creditor.WhatsApp = casefile.WhatsAppSender{From: "+33612345600", ContentSIDs: contents}
	require.NoError(o.t, o.store.SaveCreditor(o.t.Context(), creditor))
}

func TestANoticeTravelsByWhatsAppAsItsApprovedTemplate(t *testing.T) {
	t.Parallel()
	o := open(t)
	content := "HX" + strings.Repeat("0a", 16)
	o.byWhatsApp(map[string]string{"reminder-firm/fr": content})
	for range 2 {
		require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelWhatsApp).Outcome)
	}
	taken := o.simulator.Messages(0)
	require.Len(t, taken, 1)
	require.Equal(t, "whatsapp:+33612345678", taken[0].To)
	message := o.file().Messages[0]
	require.Equal(t, collection.ChannelWhatsApp, message.Channel)
	require.Equal(t, "twilio", message.Provider)
	require.Equal(t, "+33612345678", message.Recipient)
	stored, _, err := o.store.MessageBytes(t.Context(), message.ID)
	require.NoError(t, err)
	kept, err := messaging.DecodeWhatsApp(stored)
	require.NoError(t, err)
	require.Equal(t, content, kept.ContentSID)
	require.Equal(t, "F-1", kept.Variables["2"])
	require.Contains(t, kept.Text, "F-1", "the wording is kept as proof")
}

func TestWithoutAnApprovedTemplateWhatsAppCannotBeUsed(t *testing.T) {
	t.Parallel()
	o := open(t)
	delivery := o.deliver("firm", collection.ChannelWhatsApp)
	require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
	require.Contains(t, delivery.Reason, "no provider is configured")

	o = open(t)
	o.byWhatsApp(map[string]string{"reminder-firm/en": "HX" + strings.Repeat("0a", 16)})
	delivery = o.deliver("firm", collection.ChannelWhatsApp)
	require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
	require.Contains(t, delivery.Reason, "no approved content template for reminder-firm in fr")
	require.Empty(t, o.simulator.Messages(0))
}

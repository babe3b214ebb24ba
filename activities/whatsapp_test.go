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

// callback has Twilio report what became of the message over a channel.
func (o *postOffice) callback(channel collection.Channel, status twilio.Status, code string) {
	o.t.Helper()
	for _, message := range o.file().Messages {
		if message.Channel != channel {
			continue
		}
		told := twilio.StatusEvent{SID: message.ProviderID, Status: status, MessageID: message.ID, ErrorCode: code}.Delivery()
		_, err := o.store.RecordDeliveryEvent(o.t.Context(), casefile.DeliveryEvent{
			Provider: "twilio", EventID: told.EventID, MessageID: told.MessageID, ProviderID: told.ProviderID,
			Kind: told.Kind, Code: told.Code, Reason: told.Reason, NoSuchNumber: told.NoSuchNumber, At: moment,
		})
		require.NoError(o.t, err)
	}
}

func TestWhatOneChannelSaysOfANumberSaysNothingAboutAnother(t *testing.T) {
	t.Parallel()
	sms, whatsApp := collection.ChannelSMS, collection.ChannelWhatsApp
	for name, c := range map[string]struct {
		first, then collection.Channel
		code        string
		reached     bool
	}{
		"a number without WhatsApp takes an SMS":       {whatsApp, sms, twilio.CodeNotOnWhatsApp, true},
		"so does one that WhatsApp refuses":            {whatsApp, sms, twilio.CodeInvalidRecipient, true},
		"a landline may have WhatsApp":                 {sms, whatsApp, twilio.CodeLandline, true},
		"a number that does not exist has no SMS":      {whatsApp, sms, twilio.CodeUnknownNumber, false},
		"a number that does not exist has no WhatsApp": {sms, whatsApp, twilio.CodeUnknownNumber, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := open(t)
			o.byWhatsApp(map[string]string{"reminder-firm/fr": "HX" + strings.Repeat("0a", 16)})
			require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", c.first).Outcome)
			o.callback(c.first, twilio.StatusUndelivered, c.code)
			require.Equal(t, activities.DeliveryFailed, o.deliver("firm", c.first).Outcome)
			next := o.deliver("firm", c.then)
			if c.reached {
				require.Equal(t, activities.DeliveryAccepted, next.Outcome, next.Reason)
				return
			}
			require.Equal(t, activities.DeliveryFailed, next.Outcome)
			require.Contains(t, next.Reason, "at its number: correct it")
		})
	}
}

func TestWhatTwilioRefusesAtOnceIsToldApartToo(t *testing.T) {
	t.Parallel()
	for number, reached := range map[string]activities.DeliveryOutcome{
		"+15005550009": activities.DeliveryAccepted, // not a mobile number
		"+15005550001": activities.DeliveryFailed,   // not a number
	} {
		o := open(t, func(opening *casefile.Opening) { opening.Contacts[0].Phone = number })
		o.byWhatsApp(map[string]string{"reminder-firm/fr": "HX" + strings.Repeat("0a", 16)})
		require.Equal(t, activities.DeliveryFailed, o.deliver("firm", collection.ChannelSMS).Outcome)
		contact := o.file().Contacts[0]
		require.False(t, contact.PhoneInvalidAt.IsZero())
		require.Equal(t, reached == activities.DeliveryAccepted, contact.WhatsAppInvalidAt.IsZero())
	}
}

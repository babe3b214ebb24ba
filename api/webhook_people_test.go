package api_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/api"
	"relance/casefile"
	"relance/collection"
	"relance/messaging"
)

func TestABounceToldBySendGridMarksTheAddressAndNotTheMessageItWasACopyOf(t *testing.T) {
	t.Parallel()
	key := newSendGridKey(t)
	b := setup(t, key.configure(t))
	b.opened("F-1")
	b.post(b.people()+"/contacts", object{"role": "director", "email": "boss@durand.example"})
	message, _, err := b.cases.Store.ReserveMessage(t.Context(), casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: b.creditor, Invoice: "F-1", Step: "courtesy", Channel: collection.ChannelEmail}, At: today,
	}, func(c casefile.MessageContext) (casefile.Draft, error) {
		bytes, err := messaging.Email{
			MessageID: c.MessageID, From: messaging.Address{Email: "compta@acme.example"}, To: messaging.Address{Email: "compta@durand.example"},
			CC: []messaging.Address{{Email: "boss@durand.example"}}, Subject: "Votre facture", Text: "Votre facture",
		}.Encode()
		return casefile.Draft{Recipient: "compta@durand.example", Language: "fr", ContentType: "application/json", Bytes: bytes}, err
	})
	require.NoError(t, err)
	_, err = b.cases.Store.BeginSending(t.Context(), message.ID, today)
	require.NoError(t, err)

	ofCopy := event("bounce", "e-1", message.ID)
	ofCopy["email"] = "boss@durand.example"
	require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), ofCopy).status)
	require.Equal(t, "accepted", b.stateOf("F-1"), "the debtor has the notice all the same")
	people := b.call(http.MethodGet, b.people()+"/contacts", nil).is(http.StatusOK)
	require.Nil(t, people.at("contacts", 0, "email_invalid_at"))
	require.NotNil(t, people.at("contacts", 1, "email_invalid_at"))
	require.Equal(t, "the email bounced", people.at("contacts", 1, "email_invalid_why"))

	corrected := b.post(b.people()+"/contacts/2", object{"works": true})
	require.Nil(t, corrected["email_invalid_at"], "a person knows that it works")

	require.Equal(t, http.StatusNoContent, key.post(b, time.Now(), event("bounce", "e-2", message.ID)).status)
	require.Equal(t, "bounced", b.stateOf("F-1"))
	people = b.call(http.MethodGet, b.people()+"/contacts", nil).is(http.StatusOK)
	require.NotNil(t, people.at("contacts", 0, "email_invalid_at"))
}

func TestANumberWithoutWhatsAppIsToldApartFromOneWithoutSMS(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	contacts := b.call(http.MethodGet, b.people()+"/contacts", nil).is(http.StatusOK)
	number, isText := contacts.at("contacts", 0, "phone").(string)
	require.True(t, isText)
	message, _, err := b.cases.Store.ReserveMessage(t.Context(), casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: b.creditor, Invoice: "F-1", Step: "courtesy", Channel: collection.ChannelWhatsApp}, At: today,
	}, func(casefile.MessageContext) (casefile.Draft, error) {
		return casefile.Draft{Recipient: number, Language: "fr", ContentType: "application/json", Bytes: []byte("{}")}, nil
	})
	require.NoError(t, err)
	_, err = b.cases.Store.BeginSending(t.Context(), message.ID, today)
	require.NoError(t, err)

	address := "https://relance.example" + api.PathTwilioStatus + "?" + messaging.MessageIDKey + "=" + message.ID
	told := b.twilioStatus(address, authToken, url.Values{"MessageSid": {"SM1"}, "MessageStatus": {"undelivered"}, "ErrorCode": {"63003"}, "To": {"whatsapp:" + number}})
	require.Equal(t, http.StatusNoContent, told.status)
	require.Equal(t, "bounced", b.stateOf("F-1"))
	contacts = b.call(http.MethodGet, b.people()+"/contacts", nil).is(http.StatusOK)
	require.Nil(t, contacts.at("contacts", 0, "phone_invalid_at"))
	require.NotNil(t, contacts.at("contacts", 0, "whatsapp_invalid_at"))
	require.Equal(t, "the whatsapp bounced (code 63003)", contacts.at("contacts", 0, "whatsapp_invalid_why"))

	corrected := b.post(b.people()+"/contacts/1", object{"works": true})
	require.Nil(t, corrected["whatsapp_invalid_at"], "a person knows that it works")
}

package casefile_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
	"relance/recipients"
)

var byAnna = casefile.Author{By: "anna", At: sendingDay}

// who asks whom the reminder of an invoice is written to.
func who(t testing.TB, store *casefile.Store, invoice string, channel collection.Channel) (recipients.Choice, error) {
	t.Helper()
	return recipients.Choose(readFile(t, store, invoice).Question("reminder", channel, calendar.DateOf(sendingDay)))
}

func refusedAs(t testing.TB, err error, code recipients.Code) {
	t.Helper()
	var refusal *recipients.Refusal
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, code, refusal.Code, refusal.Error())
}

func optOut(channel collection.Channel, address string) casefile.OptOut {
	return casefile.OptOut{Creditor: acme, Debtor: martin, Channel: channel, Address: address, Source: "sms-stop", At: sendingDay}
}

func summaries(file casefile.File, kind string) []string {
	var list []string
	for _, line := range file.History {
		if line.Kind == kind {
			list = append(list, line.Summary)
		}
	}
	return list
}

func TestEverythingKnownOfAContactIsKept(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	paul := casefile.Contact{
		Creditor: acme, Debtor: martin, Name: "Paul Roy", Role: "director", Email: "paul@martin.example", Phone: "+33639980002", Language: "en",
		Preferred: true, Channels: []collection.Channel{"email", "letter"}, PreferredChannel: "email", Scope: "PO-7",
		ValidFrom: date(t, "2026-01-01"), ValidUntil: date(t, "2026-12-31"),
	}
	var err error
	paul.ID, err = store.ChangeContact(t.Context(), paul, byAnna)
	require.NoError(t, err)
	contacts, err := store.Contacts(t.Context(), acme, martin)
	require.NoError(t, err)
	require.Equal(t, paul, contacts[1])
	require.Equal(t, readFile(t, store, "F-1").Contacts, contacts)
	require.Equal(t, []string{"contact 2 (director) was added"}, summaries(readFile(t, store, "F-1"), "contact-added"))

	before := dump(t, dsn)
	_, err = store.ChangeContact(t.Context(), paul, casefile.Author{By: "anna", At: sendingDay.Add(time.Hour)})
	require.NoError(t, err)
	require.Equal(t, before, dump(t, dsn), "the same again changes nothing")

	paul.Role, paul.ValidUntil = "buyer", 0
	_, err = store.ChangeContact(t.Context(), paul, byAnna)
	require.NoError(t, err)
	file := readFile(t, store, "F-1")
	require.Equal(t, []string{"contact 2 (buyer) was corrected"}, summaries(file, "contact-corrected"))
	require.Equal(t, "anna", file.History[len(file.History)-1].Actor)

	_, err = store.Contacts(t.Context(), acme, "nobody")
	require.ErrorIs(t, err, casefile.ErrUnknownDebtor)
	paul.ID = 99
	_, err = store.ChangeContact(t.Context(), paul, byAnna)
	require.ErrorIs(t, err, casefile.ErrUnknownContact)
}

func TestAllThatIsWrongWithAContactIsSaidAtOnce(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	_, err := store.ChangeContact(t.Context(), casefile.Contact{
		Creditor: acme, Debtor: martin, Role: "boss", Email: "Paul <paul@martin.example>", Phone: "0612", Channels: []collection.Channel{"fax"},
		PreferredChannel: "pigeon", ValidFrom: date(t, "2026-02-01"), ValidUntil: date(t, "2026-01-01"),
	}, byAnna)
	var refusal *collection.Refusal
	require.ErrorAs(t, err, &refusal)
	for _, fault := range []string{`"boss" is not a role: use accounts-payable`, "write \"paul@martin.example\"", `"0612"`, `"fax" is not a channel`, `"pigeon"`, "before its first day"} {
		require.ErrorContains(t, err, fault)
	}
	_, err = store.ChangeContact(t.Context(), casefile.Contact{Creditor: acme, Debtor: martin}, byAnna)
	require.ErrorContains(t, err, "no name, no e-mail address and no phone")
}

func TestOneContactOfARoleIsPreferred(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	second := casefile.Contact{Creditor: acme, Debtor: martin, Name: "Second", Role: "accounts-payable", Email: "second@martin.example"}
	_, err := store.ChangeContact(t.Context(), second, byAnna)
	require.NoError(t, err)
	_, err = who(t, store, "F-1", collection.ChannelEmail)
	refusedAs(t, err, recipients.Ambiguous)

	second.Preferred = true
	_, err = store.ChangeContact(t.Context(), second, byAnna)
	require.NoError(t, err)
	choice, err := who(t, store, "F-1", collection.ChannelEmail)
	require.NoError(t, err)
	require.Equal(t, "second@martin.example", choice.Address)

	first := readFile(t, store, "F-1").Contacts[0]
	first.Preferred = true
	_, err = store.ChangeContact(t.Context(), first, byAnna)
	require.NoError(t, err)
	choice, err = who(t, store, "F-1", collection.ChannelEmail)
	require.NoError(t, err)
	require.Equal(t, "jeanne@martin.example", choice.Address)
}

func TestWhoHasLeftIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	jeanne := readFile(t, store, "F-1").Contacts[0].ID
	lastDay := calendar.DateOf(sendingDay).AddDays(-1)
	for range 2 {
		require.NoError(t, store.RetireContact(t.Context(), acme, martin, jeanne, lastDay, byAnna))
	}
	_, err := who(t, store, "F-1", collection.ChannelEmail)
	refusedAs(t, err, recipients.Nobody)
	require.Equal(t, []string{"contact 1 (accounts-payable) is not written to after 2026-04-02"}, summaries(readFile(t, store, "F-1"), "contact-retired"))
	require.ErrorIs(t, store.RetireContact(t.Context(), acme, martin, 99, lastDay, byAnna), casefile.ErrUnknownContact)
	var refusal *collection.Refusal
	require.ErrorAs(t, store.RetireContact(t.Context(), acme, martin, jeanne, 0, byAnna), &refusal)
}

func TestABounceMarksTheAddressUntilItIsCorrected(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	bounce := news(message.ID, "e-1", messaging.DeliveryBounced)
	bounce.Recipient = "JEANNE@martin.example"
	hear(t, store, bounce)
	_, err := who(t, store, "F-1", collection.ChannelEmail)
	refusedAs(t, err, recipients.AddressInvalid)
	_, err = who(t, store, "F-1", collection.ChannelSMS)
	require.NoError(t, err, "the number is another address")
	jeanne := readFile(t, store, "F-1").Contacts[0]
	require.Equal(t, bounce.At, jeanne.EmailInvalidAt)
	require.Equal(t, "the email bounced (code 550)", jeanne.EmailInvalidWhy)
	require.Len(t, summaries(readFile(t, store, "F-1"), "address-invalid"), 1)

	jeanne.Email = "j.martin@martin.example"
	_, err = store.ChangeContact(t.Context(), jeanne, byAnna)
	require.NoError(t, err)
	choice, err := who(t, store, "F-1", collection.ChannelEmail)
	require.NoError(t, err)
	require.Equal(t, "j.martin@martin.example", choice.Address)

	hear(t, store, news(message.ID, "e-2", messaging.DeliveryBounced))
	_, err = who(t, store, "F-1", collection.ChannelEmail)
	require.NoError(t, err, "news of the old address say nothing about the new one")

	corrected := readFile(t, store, "F-1").Contacts[0]
	corrected.Email = "jeanne@martin.example"
	_, err = store.ChangeContact(t.Context(), corrected, byAnna)
	require.NoError(t, err)
	hear(t, store, bounce)
	_, err = who(t, store, "F-1", collection.ChannelEmail)
	require.NoError(t, err, "a person says that it works now, and old news told again do not count")
}

// What one channel says of a number says nothing about another, but that the number does
// not exist.
func TestAChannelThatDoesNotReachANumberLeavesItToTheOthers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		channel       collection.Channel
		noSuchNumber  bool
		sms, whatsApp bool // may still be written to
		summary       string
	}{
		"a number without WhatsApp":         {collection.ChannelWhatsApp, false, true, false, "the address of contact 1 is not used by WhatsApp until somebody corrects it: the whatsapp bounced (code 1)"},
		"a landline":                        {collection.ChannelSMS, false, false, true, "the address of contact 1 is not used by SMS until somebody corrects it: the sms bounced (code 1)"},
		"no such number, an SMS found":      {collection.ChannelSMS, true, false, false, "the address of contact 1 is not used until somebody corrects it: the sms bounced (code 1)"},
		"no such number, a WhatsApp found":  {collection.ChannelWhatsApp, true, false, false, "the address of contact 1 is not used until somebody corrects it: the whatsapp bounced (code 1)"},
		"a mailbox that does not exist":     {collection.ChannelEmail, false, true, true, "the address of contact 1 is not used until somebody corrects it: the email bounced (code 1)"},
		"no such number, said of a mailbox": {collection.ChannelEmail, true, true, true, "the address of contact 1 is not used until somebody corrects it: the email bounced (code 1)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := casefiletest.Open(t)
			openCase(t, store, "F-1")
			r := reminder("F-1")
			r.Channel = c.channel
			message, gate, err := store.ReserveMessage(t.Context(), r, func(m casefile.MessageContext) (casefile.Draft, error) {
				draft, err := compose(m)
				if c.channel != collection.ChannelEmail {
					draft.Recipient = m.People.Contacts[0].Phone
				}
				return draft, err
			})
			require.NoError(t, err)
			require.True(t, gate.Passes, gate.Reason)
			begin(t, store, message.ID)
			bounce := news(message.ID, "e-1", messaging.DeliveryBounced)
			bounce.Code, bounce.NoSuchNumber = "1", c.noSuchNumber
			hear(t, store, bounce)
			hear(t, store, bounce)

			for channel, may := range map[collection.Channel]bool{collection.ChannelSMS: c.sms, collection.ChannelWhatsApp: c.whatsApp} {
				_, err := who(t, store, "F-1", channel)
				if may {
					require.NoError(t, err, channel)
				} else {
					refusedAs(t, err, recipients.AddressInvalid)
				}
			}
			contact := readFile(t, store, "F-1").Contacts[0]
			require.Equal(t, c.sms, contact.PhoneInvalidAt.IsZero())
			require.Equal(t, c.whatsApp, contact.WhatsAppInvalidAt.IsZero())
			require.Equal(t, []string{c.summary}, summaries(readFile(t, store, "F-1"), "address-invalid"))

			contact.Phone = "+33639980007"
			_, err = store.ChangeContact(t.Context(), contact, byAnna)
			require.NoError(t, err)
			for _, channel := range []collection.Channel{collection.ChannelSMS, collection.ChannelWhatsApp} {
				_, err := who(t, store, "F-1", channel)
				require.NoError(t, err, "another number is not marked")
			}
		})
	}
}

func TestAnAddressThatAProviderRefusesIsMarkedOnce(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	require.NoError(t, store.MarkAddressInvalid(t.Context(), message, false, "the provider refused it", sendingDay))
	_, err := who(t, store, "F-1", collection.ChannelEmail)
	refusedAs(t, err, recipients.AddressInvalid)
	before := dump(t, dsn)
	require.NoError(t, store.MarkAddressInvalid(t.Context(), message, false, "the provider refused it again", sendingDay.Add(time.Hour)))
	require.Equal(t, before, dump(t, dsn))
}

func TestAFailureThatIsNotTheAddressesLeavesItUsable(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	hear(t, store, news(sent(t, store, "F-1").ID, "e-1", messaging.DeliveryFailed))
	_, err := who(t, store, "F-1", collection.ChannelEmail)
	require.NoError(t, err)
}

// A copy that comes back says that the copy's address is bad, and nothing about
// whether the debtor has the notice.
func TestTheBounceOfACopyIsNotTheMessages(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	boss := casefile.Contact{Creditor: acme, Debtor: martin, Role: "director", Email: "boss@martin.example"}
	_, err := store.ChangeContact(t.Context(), boss, byAnna)
	require.NoError(t, err)
	message, _, err := store.ReserveMessage(t.Context(), reminder("F-1"), func(c casefile.MessageContext) (casefile.Draft, error) {
		bytes, err := messaging.Email{
			MessageID: c.MessageID, From: messaging.Address{Email: "compta@acme.example"}, To: messaging.Address{Email: "jeanne@martin.example"},
			CC: []messaging.Address{{Email: "boss@martin.example"}}, Subject: "Rappel", Text: "Rappel",
		}.Encode()
		return casefile.Draft{Recipient: "jeanne@martin.example", ContentType: "application/json", Bytes: bytes}, err
	})
	require.NoError(t, err)
	begin(t, store, message.ID)
	bounce := news(message.ID, "e-1", messaging.DeliveryBounced)
	bounce.Recipient = "boss@martin.example"
	delivery := hear(t, store, bounce)
	require.Equal(t, casefile.MessageAccepted, delivery.Message.State, "the provider took the message: that much is proven")
	delivered := news(message.ID, "e-2", messaging.DeliveryDelivered)
	delivered.Recipient = "boss@martin.example"
	require.Equal(t, casefile.MessageAccepted, hear(t, store, delivered).Message.State)
	delivered.EventID, delivered.Recipient = "e-3", "jeanne@martin.example"
	require.Equal(t, casefile.MessageDelivered, hear(t, store, delivered).Message.State)
	file := readFile(t, store, "F-1")
	require.True(t, file.Contacts[0].EmailInvalidAt.IsZero())
	require.False(t, file.Contacts[1].EmailInvalidAt.IsZero())
	hear(t, store, bounce)
	require.Equal(t, []string{
		fmt.Sprintf("the email of step reminder left, and the copy for contact %d (director) did not arrive: bounced (code 550)", file.Contacts[1].ID),
	}, summaries(readFile(t, store, "F-1"), "message-copy-missed"))
}

// The debtor's server may pass a mail on to an address that nobody here knows, or knows of
// somebody else.
func TestAMailThatDiedWhereItWasPassedOnToHasNotArrivedAndItsAddressStays(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	_, err := store.ChangeContact(t.Context(), casefile.Contact{Creditor: acme, Debtor: martin, Role: "director", Email: "boss@martin.example"}, byAnna)
	require.NoError(t, err)
	message := sent(t, store, "F-1")
	bounce := news(message.ID, "e-1", messaging.DeliveryBounced)
	bounce.Recipient = "boss@martin.example"
	delivery := hear(t, store, bounce)
	require.Equal(t, casefile.MessageBounced, delivery.Message.State)
	require.True(t, delivery.Decisive)
	for _, contact := range readFile(t, store, "F-1").Contacts {
		require.True(t, contact.EmailInvalidAt.IsZero(), contact.Email)
	}
}

func TestAfterSTOPNothingIsSentByThatChannel(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	post(t, store, "F-2", payment("P-1", 12000))
	require.NoError(t, store.RecordOptOut(t.Context(), optOut(collection.ChannelSMS, "+33612345678")))
	before := dump(t, dsn)
	require.NoError(t, store.RecordOptOut(t.Context(), optOut(collection.ChannelSMS, "+33612345678")))
	require.Equal(t, before, dump(t, dsn), "the same wish again changes nothing")

	_, err := who(t, store, "F-1", collection.ChannelSMS)
	refusedAs(t, err, recipients.OptedOut)
	for _, channel := range []collection.Channel{collection.ChannelEmail, collection.ChannelLetter} {
		_, err = who(t, store, "F-1", channel)
		require.NoError(t, err, channel)
	}
	require.Equal(t, []string{"the debtor asked not to be written to by sms (sms-stop)"}, summaries(readFile(t, store, "F-1"), "opted-out"))
	require.Empty(t, summaries(readFile(t, store, "F-2"), "opted-out"), "a paid case has nothing to tell")

	withdrawal := optOut(collection.ChannelSMS, "+33612345678")
	withdrawal.Source, withdrawal.By, withdrawal.At = "telephone call", "anna", sendingDay.Add(time.Hour)
	for range 2 {
		require.NoError(t, store.WithdrawOptOut(t.Context(), withdrawal))
	}
	_, err = who(t, store, "F-1", collection.ChannelSMS)
	require.NoError(t, err)
	records, err := store.OptOuts(t.Context(), acme, martin)
	require.NoError(t, err)
	require.Len(t, records, 1)
	require.False(t, records[0].Holds())
	require.Equal(t, "anna", records[0].WithdrawnBy)

	require.NoError(t, store.RecordOptOut(t.Context(), optOut(collection.ChannelSMS, "+33612345678")))
	_, err = who(t, store, "F-1", collection.ChannelSMS)
	refusedAs(t, err, recipients.OptedOut)
}

func TestAnAddressThatOptedOutIsLeftAloneAtEveryDebtor(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	other := casefiletest.Opening("F-2")
	other.Debtor.ID = "durand"
	_, _, err := store.OpenCase(t.Context(), other)
	require.NoError(t, err)
	fromNobody := optOut(collection.ChannelEmail, "Jeanne@Martin.example")
	fromNobody.Debtor = ""
	require.NoError(t, store.RecordOptOut(t.Context(), fromNobody))
	for _, invoice := range []string{"F-1", "F-2"} {
		_, err := who(t, store, invoice, collection.ChannelEmail)
		refusedAs(t, err, recipients.OptedOut)
		require.Len(t, summaries(readFile(t, store, invoice), "opted-out"), 1)
	}
}

func TestAnOptOutThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	var refusal *collection.Refusal
	require.ErrorAs(t, store.RecordOptOut(t.Context(), optOut(collection.ChannelLetter, "")), &refusal)
	require.Contains(t, refusal.Message, "a letter cannot be refused")
	for _, wrong := range []casefile.OptOut{
		{Creditor: acme, Debtor: martin, Channel: "sms", At: sendingDay},
		{Creditor: acme, Channel: "sms", Source: "x", At: sendingDay},
		{Creditor: acme, Debtor: martin, Source: "x", At: sendingDay},
	} {
		require.ErrorAs(t, store.RecordOptOut(t.Context(), wrong), &refusal)
	}
	unknown := optOut(collection.ChannelSMS, "")
	unknown.Debtor = "nobody"
	require.ErrorIs(t, store.RecordOptOut(t.Context(), unknown), casefile.ErrUnknownDebtor)
	unknown.Debtor, unknown.Address, unknown.Creditor = "", "+33612345678", "nobody"
	require.ErrorIs(t, store.RecordOptOut(t.Context(), unknown), casefile.ErrUnknownCreditor)
}

// A message may wait for hours for its provider. What the debtor wishes meanwhile
// counts.
func TestAMessageThatHasNotLeftIsComposedAnewForThePeopleAsTheyAre(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for i, change := range []func(jeanne casefile.Contact) error{
		func(casefile.Contact) error {
			return store.RecordOptOut(t.Context(), optOut(collection.ChannelEmail, "jeanne@martin.example"))
		},
		func(jeanne casefile.Contact) error {
			return store.RetireContact(t.Context(), acme, martin, jeanne.ID, calendar.DateOf(sendingDay), byAnna)
		},
		func(jeanne casefile.Contact) error {
			jeanne.Email = "new@martin.example"
			_, err := store.ChangeContact(t.Context(), jeanne, byAnna)
			return err
		},
		func(casefile.Contact) error {
			return store.SetParent(t.Context(), acme, martin, "holding", casefile.BillToParent, byAnna)
		},
	} {
		number := "F-" + string(rune('1'+i))
		openCase(t, store, number)
		message := reserve(t, store, reminder(number))
		require.NoError(t, change(readFile(t, store, number).Contacts[0]))
		sending := begin(t, store, message.ID)
		require.False(t, sending.MayCall)
		require.Equal(t, casefile.GateOutdated, sending.Gate.Code, "it is to be composed anew")
		reserve(t, store, reminder(number))
		require.True(t, begin(t, store, message.ID).MayCall)
	}
}

func TestAProviderThatKnowsOfAnOptOutIsHeard(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	complaint := news(message.ID, "e-1", messaging.DeliveryComplained)
	hear(t, store, complaint)
	_, err := who(t, store, "F-1", collection.ChannelEmail)
	refusedAs(t, err, recipients.OptedOut)
	withdrawal := optOut(collection.ChannelEmail, "jeanne@martin.example")
	withdrawal.At = sendingDay.Add(2 * time.Hour)
	require.NoError(t, store.WithdrawOptOut(t.Context(), withdrawal))
	hear(t, store, complaint)
	_, err = who(t, store, "F-1", collection.ChannelEmail)
	require.NoError(t, err, "news that were heard do not undo what a person did since")
}

func TestTheParentReceivesTheMessagesWhereTheDebtorSaysSo(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	require.NoError(t, store.SetParent(t.Context(), acme, martin, "holding", casefile.BillToParent, byAnna))
	_, err := who(t, store, "F-1", collection.ChannelEmail)
	refusedAs(t, err, recipients.Nobody)
	require.ErrorContains(t, err, "its parent holding, which is not known")

	holding := casefiletest.Opening("F-2")
	holding.Debtor.ID, holding.Contacts[0].Email, holding.Contacts[0].Phone = "holding", "group@holding.example", ""
	_, _, err = store.OpenCase(t.Context(), holding)
	require.NoError(t, err)
	choice, err := who(t, store, "F-1", collection.ChannelEmail)
	require.NoError(t, err)
	require.Equal(t, "group@holding.example", choice.Address)
	require.Equal(t, []string{"the messages of the debtor go to its parent holding"}, summaries(readFile(t, store, "F-1"), "parent-changed"))

	stop := optOut(collection.ChannelEmail, "")
	stop.Debtor = "holding"
	require.NoError(t, store.RecordOptOut(t.Context(), stop))
	_, err = who(t, store, "F-1", collection.ChannelEmail)
	refusedAs(t, err, recipients.OptedOut)

	require.NoError(t, store.SetParent(t.Context(), acme, martin, "holding", casefile.BillToDebtor, byAnna))
	choice, err = who(t, store, "F-1", collection.ChannelEmail)
	require.NoError(t, err)
	require.Equal(t, "jeanne@martin.example", choice.Address)

	var refusal *collection.Refusal
	require.ErrorAs(t, store.SetParent(t.Context(), acme, martin, martin, casefile.BillToParent, byAnna), &refusal)
	require.ErrorAs(t, store.SetParent(t.Context(), acme, martin, "", casefile.BillToParent, byAnna), &refusal)
	require.ErrorAs(t, store.SetParent(t.Context(), acme, martin, "holding", "sister", byAnna), &refusal)
	require.ErrorIs(t, store.SetParent(t.Context(), acme, "nobody", "holding", casefile.BillToParent, byAnna), casefile.ErrUnknownDebtor)
}

func TestAnImportDoesNotMoveAParentThatIsKnown(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for number, parent := range map[string]string{"F-1": "holding", "F-2": "holding"} {
		opening := casefiletest.Opening(number)
		opening.Debtor.Parent, opening.Debtor.BillTo = parent, casefile.BillToParent
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
	}
	other := casefiletest.Opening("F-3")
	other.Debtor.Parent = "another"
	_, _, err := store.OpenCase(t.Context(), other)
	require.NoError(t, err)
	debtor := readFile(t, store, "F-3").Debtor
	require.Equal(t, "holding", debtor.Parent)
	require.Equal(t, casefile.BillToParent, debtor.BillTo)
}

func TestTheFirstOfSeveralThatAnImportNamesIsPreferredUnlessAPersonSaidOtherwise(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	opening := casefiletest.Opening("F-1")
	opening.Contacts = []casefile.Contact{{Email: "a@martin.example", Preferred: true}, {Email: "b@martin.example"}}
	_, _, err := store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	again := casefiletest.Opening("F-2")
	again.Contacts = []casefile.Contact{{Email: "c@martin.example", Preferred: true}}
	_, _, err = store.OpenCase(t.Context(), again)
	require.NoError(t, err)
	choice, err := who(t, store, "F-2", collection.ChannelEmail)
	require.NoError(t, err)
	require.Equal(t, "a@martin.example", choice.Address)
}

func TestColleaguesComeFromTheConfigurationAndFromPeople(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	configured := []casefile.Colleague{{Role: "manager", Name: "Max", Email: "max@acme.example"}, {Role: "accountant", Name: "Zoe", Email: "zoe@acme.example"}}
	for range 2 {
		require.NoError(t, store.ConfigureColleagues(t.Context(), acme, configured))
	}
	mia := casefile.Colleague{Creditor: acme, Debtor: martin, Role: "salesperson", Name: "Mia", Email: "mia@acme.example"}
	id, err := store.SaveColleague(t.Context(), mia)
	require.NoError(t, err)
	require.NoError(t, store.ConfigureColleagues(t.Context(), acme, configured[:1]))
	emails := func() []string {
		var list []string
		for _, colleague := range readFile(t, store, "F-1").People.Colleagues {
			list = append(list, colleague.Email)
		}
		slices.Sort(list)
		return list
	}
	require.Equal(t, []string{"max@acme.example", "mia@acme.example"}, emails())
	colleagues, err := store.Colleagues(t.Context(), acme, "durand")
	require.NoError(t, err)
	require.Len(t, colleagues, 1, "Mia looks after another debtor")

	require.NoError(t, store.RemoveColleague(t.Context(), acme, id))
	var refusal *collection.Refusal
	require.ErrorAs(t, store.RemoveColleague(t.Context(), acme, id), &refusal)
	mia.Role = "director"
	_, err = store.SaveColleague(t.Context(), mia)
	require.ErrorAs(t, err, &refusal)
	_, err = store.SaveColleague(t.Context(), casefile.Colleague{Creditor: acme, Debtor: "nobody", Role: "manager", Email: "a@b.example"})
	require.ErrorIs(t, err, casefile.ErrUnknownDebtor)
}

func TestTheKeyOfLinksIsTheSameForAllPrograms(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	first, err := casefiletest.OpenAt(t, dsn).LinkKey(t.Context())
	require.NoError(t, err)
	second, err := casefiletest.OpenAt(t, dsn).LinkKey(t.Context())
	require.NoError(t, err)
	require.Len(t, first, 32)
	require.Equal(t, first, second)
}

// A provider that takes nothing for hours may meanwhile have been called with a
// message that nobody wants any more.
func TestAMessageThatWasNotTakenIsNotTriedAgainAfterAnOptOut(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	require.NoError(t, store.RecordOptOut(t.Context(), optOut(collection.ChannelEmail, "jeanne@martin.example")))
	_, err := store.MarkNotSent(t.Context(), message.ID, "429", sendingDay)
	require.NoError(t, err)
	refused := errors.New("nobody is left to write to")
	_, _, err = store.ReserveMessage(t.Context(), reminder("F-1"), func(c casefile.MessageContext) (casefile.Draft, error) {
		_, err := recipients.Choose(c.Question("reminder", collection.ChannelEmail))
		refusedAs(t, err, recipients.OptedOut)
		return casefile.Draft{}, refused
	})
	require.ErrorIs(t, err, refused)
}

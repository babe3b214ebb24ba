package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/simulator"
	"relance/messaging/unsubscribe"
)

// reaching is a ladder whose formal notice is escalated.
func reaching(opening *casefile.Opening) {
	opening.Strategy = ladder()
	opening.Strategy.Name = "reaching"
	opening.Strategy.Steps[1].To = []collection.Role{"director", "accounts-payable"}
	opening.Strategy.Steps[1].Copy = []collection.Role{"buyer", "salesperson"}
	opening.Strategy.Steps[1].Sender = collection.RoleManager
	opening.Contacts = append(opening.Contacts,
		casefile.Contact{Name: "Paul Roy", Role: "director", Email: "paul@martin.example", Language: "en"},
		casefile.Contact{Name: "Bea", Role: "buyer", Email: "bea@martin.example"})
}

func (o *postOffice) stop(channel collection.Channel, address string) {
	o.t.Helper()
	require.NoError(o.t, o.store.RecordOptOut(o.t.Context(), casefile.OptOut{
		Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor, Channel: channel, Address: address, Source: "sms-stop", At: moment,
	}))
}

func TestAStepIsWrittenToWhomItNamesWithItsCopiesInTheNameOfItsSender(t *testing.T) {
	t.Parallel()
	o := open(t, reaching)
	require.NoError(t, o.store.ConfigureColleagues(t.Context(), casefiletest.Creditor, []casefile.Colleague{
		{Role: "manager", Name: "Max Roche", Email: "max@acme.example"}, {Role: "salesperson", Name: "Sam", Email: "sam@acme.example"},
	}))
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelEmail).Outcome)
	sent := o.simulator.Messages(0)
	require.Equal(t, "jeanne@martin.example", sent[0].To)
	require.Equal(t, "compta@acme.example", sent[0].From)
	require.Empty(t, sent[0].CC)
	require.Equal(t, "paul@martin.example", sent[1].To)
	require.Equal(t, "max@acme.example", sent[1].From)
	require.Equal(t, []string{"bea@martin.example", "sam@acme.example"}, sent[1].CC)
	require.Equal(t, "en", o.file().Messages[1].Language, "in the language of the one it is written to")
}

func TestAfterABounceTheNextStepDoesNotUseTheAddress(t *testing.T) {
	t.Parallel()
	o := open(t, reaching)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	bounced := o.file().Messages[0]
	_, err := o.store.RecordDeliveryEvent(t.Context(), casefile.DeliveryEvent{
		Provider: "sendgrid", EventID: "b-1", MessageID: bounced.ID, Kind: messaging.DeliveryBounced, Code: "5.1.1", Recipient: bounced.Recipient, At: moment.Add(time.Minute),
	})
	require.NoError(t, err)
	order := o.order("firm", collection.ChannelEmail)
	order.Try = 1
	delivery, err := o.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
	require.Equal(t, "bea@martin.example", o.simulator.Messages(0)[1].To, "whoever can be reached, when the step does not say who")
}

func TestAfterSTOPNoSMSLeavesWhileTheLetterStillDoes(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.stop(collection.ChannelSMS, "+33612345678")
	o.stop(collection.ChannelEmail, "")
	for _, channel := range []collection.Channel{collection.ChannelEmail, collection.ChannelSMS} {
		delivery := o.deliver("firm", channel)
		require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
		require.Contains(t, delivery.Reason, "asked not to be written to")
		require.NotContains(t, delivery.Reason, "martin")
	}
	require.Equal(t, activities.DeliveryFailed, o.deliver("formal", collection.ChannelEmail).Outcome)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelLetter).Outcome)
	require.Zero(t, o.accepted(), "nothing left by the channels that were refused")
}

func TestWhoIsAskedToReachTheDebtorIsToldWhatToCorrect(t *testing.T) {
	t.Parallel()
	o := open(t, func(opening *casefile.Opening) {
		opening.Contacts[0].Phone = ""
		opening.Contacts = append(opening.Contacts, casefile.Contact{Name: "Second", Role: "accounts-payable", Email: "second@martin.example"})
	})
	delivery := o.deliver("firm", collection.ChannelEmail)
	require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
	require.Contains(t, delivery.Reason, "the contacts 1, 2 fit equally well")
	require.Equal(t, activities.DeliveryFailed, o.deliver("firm", collection.ChannelSMS).Outcome)

	file := &activities.CaseFile{Store: o.store, Clock: o.Clock}
	require.NoError(t, file.OpenTask(t.Context(), activities.TaskOrder{
		CaseKey: activities.CaseKey{Creditor: casefiletest.Creditor, Invoice: "F-1"}, Step: "firm", Task: collection.TaskReach, At: moment,
	}))
	task := o.file().Tasks[0]
	require.Contains(t, task.Detail, "\nemail: the contacts 1, 2 fit equally well by e-mail (accounts payable): mark one of them as preferred")
	require.Contains(t, task.Detail, "\nsms: no contact of the debtor can be written to by SMS")
	require.NotContains(t, task.Detail, "@")
}

func TestTheParentOfADebtorReceivesItsMailsAndTheDebtorItsLetters(t *testing.T) {
	t.Parallel()
	o := open(t)
	holding := casefiletest.Opening("F-9")
	holding.Debtor.ID, holding.Contacts[0].Email = "holding", "group@holding.example"
	_, _, err := o.store.OpenCase(t.Context(), holding)
	require.NoError(t, err)
	require.NoError(t, o.store.SetParent(t.Context(), casefiletest.Creditor, casefiletest.Debtor, "holding", casefile.BillToParent, casefile.Author{By: "anna", At: moment}))
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelEmail).Outcome)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelLetter).Outcome)
	file := o.file()
	require.Equal(t, "group@holding.example", file.Messages[0].Recipient)
	require.Contains(t, file.Messages[1].Recipient, "Martin SAS", "the debtor itself is put on notice")
}

func TestAMailThatIsNoLegalNoticeSaysWhereToUnsubscribe(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.PublicURL = "https://relance.example"
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("formal", collection.ChannelEmail).Outcome)
	key, err := o.store.LinkKey(t.Context())
	require.NoError(t, err)
	link := unsubscribe.New(o.PublicURL, key).URL(o.file().Messages[0].ID)

	reminder, err := o.simulator.Content(o.simulator.Messages(0)[0].Number)
	require.NoError(t, err)
	require.Contains(t, reminder.Text, "\n"+link+"\n")
	require.Contains(t, string(reminder.Raw), `"List-Unsubscribe":"\u003c`+link+`\u003e"`)
	require.Contains(t, string(reminder.Raw), `"List-Unsubscribe-Post":"List-Unsubscribe=One-Click"`)

	legal, err := o.simulator.Content(o.simulator.Messages(0)[1].Number)
	require.NoError(t, err)
	require.NotContains(t, string(legal.Raw), "nsubscribe", "nobody can be let off being put on notice")
}

// Every reader of a mail with copies would see the button of the mail program, and who
// clicks need not be whom the mail is for.
func TestAMailWithCopiesHasNoOneClickButALinkAtItsFoot(t *testing.T) {
	t.Parallel()
	o := open(t, reaching, func(opening *casefile.Opening) {
		opening.Strategy.Steps[0].Copy = []collection.Role{"buyer", "salesperson"}
	})
	o.PublicURL = "https://relance.example"
	require.NoError(t, o.store.ConfigureColleagues(t.Context(), casefiletest.Creditor, []casefile.Colleague{{Role: "salesperson", Name: "Sam", Email: "sam@acme.example"}}))
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	sent := o.simulator.Messages(0)[0]
	require.Equal(t, []string{"bea@martin.example", "sam@acme.example"}, sent.CC)
	content, err := o.simulator.Content(sent.Number)
	require.NoError(t, err)
	require.NotContains(t, string(content.Raw), "List-Unsubscribe")

	key, err := o.store.LinkKey(t.Context())
	require.NoError(t, err)
	message := o.file().Messages[0]
	require.Contains(t, content.Text, "\n"+unsubscribe.New(o.PublicURL, key).URL(message.ID)+"\n")
	reader, err := o.store.ReaderOf(t.Context(), message.ID)
	require.NoError(t, err)
	require.True(t, reader.Copied)
	require.Equal(t, "jeanne@martin.example", reader.Recipient)
	require.Equal(t, []string{"bea@martin.example"}, reader.Copies, "a colleague of the creditor's cannot opt out the debtor, nor itself")
}

func TestAProviderThatAnswersThatTheReaderOptedOutIsHeard(t *testing.T) {
	t.Parallel()
	o := open(t)
	require.NoError(t, o.simulator.SetTwilioFaults(simulator.Faults{OptedOut: []string{"+33612345678"}}))
	require.Equal(t, activities.DeliveryFailed, o.deliver("firm", collection.ChannelSMS).Outcome)
	require.NoError(t, o.simulator.SetTwilioFaults(simulator.Faults{}))
	again := o.order("firm", collection.ChannelSMS)
	again.Try = 1
	delivery, err := o.Deliver(t.Context(), again)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
	require.Contains(t, delivery.Reason, "asked not to be written to by SMS")
	require.Zero(t, o.accepted())
}

func TestTheGateTellsThatNobodyCanBeWrittenTo(t *testing.T) {
	t.Parallel()
	withoutMail := func(o *casefile.Opening) { o.Contacts[0].Email = "" }
	o := open(t, follows(byMail()), withoutMail)
	byLetterElse := byMail()
	byLetterElse.Name, byLetterElse.Steps[0].Fallbacks = "by-mail-else-letter", []collection.Channel{collection.ChannelLetter}
	o.also("F-2", follows(byLetterElse), withoutMail)

	gate, err := o.store.CheckGate(t.Context(), casefiletest.Creditor, "F-1", moment)
	require.NoError(t, err)
	require.False(t, gate.Passes)
	require.Equal(t, casefile.GateRecipient, gate.Code)
	require.NotEmpty(t, gate.ReasonFR)
	delivery, err := o.try("F-1")
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryFailed, delivery.Outcome)
	require.Contains(t, delivery.Reason, gate.Reason)

	gate, err = o.store.CheckGate(t.Context(), casefiletest.Creditor, "F-2", moment)
	require.NoError(t, err)
	require.True(t, gate.Passes, "its letter may leave: %s", gate.Reason)
}

package activities_test

import (
	"context"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/simulator"
)

// gentle is the ladder with a courteous step before the firm one.
func gentle() collection.Strategy {
	s := ladder()
	s.Name = "gentle"
	s.Steps = slices.Insert(s.Steps, 0, collection.Step{
		Key: "courteous", DueOffset: 1, Tone: collection.ToneCourteous, Channels: []collection.Channel{"email"}, Template: "reminder-courteous",
	})
	s.Steps[1].DueOffset = 10
	return s
}

// overdue has the invoice be due for long, as firm words ask for.
func overdue(o *casefile.Opening) { o.Invoice.DueDate = calendar.DateOf(moment).AddDays(-20) }

func (o *postOffice) inHardship() {
	o.t.Helper()
	_, err := o.store.FlagHardship(o.t.Context(), casefile.HardshipFlag{
		Creditor: casefiletest.Creditor, Debtor: casefiletest.Debtor, ID: "H-1", Kind: collection.SoftHardship, Reason: collection.HardshipCash, Actor: "anne", At: moment,
	})
	require.NoError(o.t, err)
}

// waits has the provider refuse an order for now, whose message stays composed.
func (o *postOffice) waits(order activities.NoticeOrder) {
	o.t.Helper()
	require.NoError(o.t, o.simulator.SetSendGridFaults(simulator.Faults{RateLimited: 1, RetryAfterS: 7}))
	require.NoError(o.t, o.simulator.SetTwilioFaults(simulator.Faults{RateLimited: 1, RetryAfterS: 7}))
	delivery, err := o.Deliver(o.t.Context(), order)
	require.ErrorContains(o.t, err, "was not sent", "%+v", delivery)
	require.NoError(o.t, o.simulator.SetSendGridFaults(simulator.Faults{}))
	require.NoError(o.t, o.simulator.SetTwilioFaults(simulator.Faults{}))
}

func (o *postOffice) delivers(order activities.NoticeOrder) {
	o.t.Helper()
	delivery, err := o.Deliver(o.t.Context(), order)
	require.NoError(o.t, err)
	require.Equal(o.t, activities.DeliveryAccepted, delivery.Outcome, delivery.Reason)
}

func (o *postOffice) compositions(invoice string) int {
	o.t.Helper()
	count := 0
	for _, entry := range o.fileOf(invoice).History {
		if entry.Kind == "message-composed" {
			count++
		}
	}
	return count
}

// mail is what the provider was called with for the newest message of F-1.
func (o *postOffice) newestMail() messaging.Email {
	o.t.Helper()
	messages := o.file().Messages
	stored, _, err := o.store.MessageBytes(o.t.Context(), messages[len(messages)-1].ID)
	require.NoError(o.t, err)
	mail, err := messaging.DecodeEmail(stored)
	require.NoError(o.t, err)
	return mail
}

func TestOnceHardshipIsFlaggedNoFirmWordsLeaveThatWereComposedOrOrderedBefore(t *testing.T) {
	t.Parallel()
	o := open(t, follows(gentle()), overdue)
	order := o.order("firm", collection.ChannelEmail)
	o.waits(order)
	require.Equal(t, "reminder-firm", o.file().Messages[0].Template)
	o.inHardship()
	o.delivers(order)
	o.delivers(o.order("firm", collection.ChannelSMS))
	for _, message := range o.file().Messages {
		require.Equal(t, "reminder-courteous", message.Template, message.Channel)
	}
	require.Equal(t, 2, o.accepted())
}

func TestAMessageAboutSeveralInvoicesIsWordedAnewInHardshipWhoeverSendsIt(t *testing.T) {
	t.Parallel()
	o := open(t, follows(gentle()), overdue)
	o.also("F-2", follows(gentle()), overdue)
	started := func(invoice string) {
		o.decideAbout(invoice, "courteous-"+invoice, collection.StepAttempted{
			Step: "courteous", Attempt: collection.Attempt{Channel: "email"}, At: moment.AddDate(0, 0, -10),
		})
	}
	started("F-1")
	started("F-2")
	o.waits(o.order("firm", collection.ChannelEmail))
	require.Equal(t, []string{"F-1", "F-2"}, o.file().Messages[0].Invoices)
	o.inHardship()
	order := o.order("firm", collection.ChannelEmail)
	order.Invoice = "F-2"
	o.delivers(order)
	require.Equal(t, 1, o.accepted())
	require.Equal(t, "reminder-courteous", o.file().Messages[0].Template)
	require.Equal(t, []string{"F-1", "F-2"}, o.file().Messages[0].Invoices)
}

func TestInHardshipFirmWordsWaitForApprovalWhereTheStrategyHasNoCourteousOnes(t *testing.T) {
	t.Parallel()
	o := open(t)
	order := o.order("firm", collection.ChannelEmail)
	o.waits(order)
	o.inHardship()
	for _, order := range []activities.NoticeOrder{order, o.order("firm", collection.ChannelSMS)} {
		delivery, err := o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, activities.DeliveryWithheld, delivery.Outcome)
		require.Contains(t, delivery.Reason, "a person must approve step firm")
	}
	require.Zero(t, o.accepted())
}

func TestAfterAMigrationAStepLeavesInItsNewWords(t *testing.T) {
	t.Parallel()
	o := open(t)
	order := o.order("firm", collection.ChannelEmail)
	o.waits(order)
	reworded := ladder()
	reworded.Version++
	reworded.Steps[0].Tone, reworded.Steps[0].Template = collection.ToneCourteous, "reminder-courteous"
	o.decide("migrated", collection.StrategyMigrated{Strategy: reworded})
	o.delivers(order)
	require.Equal(t, "reminder-courteous", o.file().Messages[0].Template)

	// Of a step that the rows do not have, its order is all that is known.
	other := open(t)
	elsewhere := ladder()
	elsewhere.Version++
	elsewhere.Steps = elsewhere.Steps[1:]
	order = other.order("firm", collection.ChannelEmail)
	other.waits(order)
	other.decide("migrated", collection.StrategyMigrated{Strategy: elsewhere})
	other.delivers(order)
	require.Equal(t, "reminder-firm", other.file().Messages[0].Template)
}

func TestAMessageThatWaitsForItsProviderSaysWhatItsCreditorHasCorrected(t *testing.T) {
	t.Parallel()
	const iban = "DE89370400440532013000"
	o := open(t, overdue)
	o.waits(o.order("firm", collection.ChannelEmail))
	require.Equal(t, 1, o.compositions("F-1"))
	o.waits(o.order("firm", collection.ChannelEmail))
	require.Equal(t, 1, o.compositions("F-1"), "it said the same")

	creditor, err := o.store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.IBAN, creditor.SenderName, creditor.SMSSender = iban, "Acme Recouvrement", "AcmeNew"
	require.NoError(t, o.store.SaveCreditor(t.Context(), creditor))
	o.delivers(o.order("firm", collection.ChannelEmail))
	require.Equal(t, 2, o.compositions("F-1"))
	require.Equal(t, "Acme Recouvrement", o.newestMail().From.Name)
	require.Contains(t, o.text(0), "DE89 3704 0044 0532 0130 00")

	o.waits(o.order("firm", collection.ChannelSMS))
	creditor.SMSSender = "AcmeSMS"
	require.NoError(t, o.store.SaveCreditor(t.Context(), creditor))
	o.delivers(o.order("firm", collection.ChannelSMS))
	content, err := o.simulator.Content(o.simulator.Messages(0)[1].Number)
	require.NoError(t, err)
	form, err := url.ParseQuery(string(content.Raw))
	require.NoError(t, err)
	require.Equal(t, "AcmeSMS", form.Get("From"))
}

func TestAMessageThatWaitsForItsProviderLosesACopyWhoseAddressBouncedMeanwhile(t *testing.T) {
	t.Parallel()
	strategy := byMail()
	strategy.Name, strategy.Grouping, strategy.Steps[0].Copy = "copied", collection.GroupInvoice, []collection.Role{"buyer"}
	copied := func(opening *casefile.Opening) {
		opening.Strategy = strategy
		opening.Contacts = append(opening.Contacts, casefile.Contact{Name: "Bea", Role: "buyer", Email: "bea@martin.example"})
	}
	o := open(t, copied)
	o.also("F-2", copied)
	order := o.order("firm", collection.ChannelEmail)
	o.waits(order)
	require.Len(t, o.newestMail().CC, 1)
	second := order
	second.Invoice = "F-2"
	o.delivers(second)
	_, err := o.store.RecordDeliveryEvent(t.Context(), casefile.DeliveryEvent{
		Provider: "sendgrid", EventID: "b-1", MessageID: o.fileOf("F-2").Messages[0].ID, Kind: messaging.DeliveryBounced, Code: "5.1.1",
		Recipient: "bea@martin.example", At: moment.Add(time.Minute),
	})
	require.NoError(t, err)
	o.delivers(order)
	require.Empty(t, o.newestMail().CC)
	require.Equal(t, "jeanne@martin.example", o.newestMail().To.Email)
}

func TestAMailThatWaitsForItsProviderCarriesTheAccountsAsTheyAreWhenItLeaves(t *testing.T) {
	t.Parallel()
	o := open(t, withStatement)
	o.also("F-2", withStatement)
	state := "F-9 is open"
	o.Statement = func(context.Context, activities.StatementOrder) (messaging.Attachment, error) {
		return messaging.Attachment{Filename: "account.pdf", ContentType: "application/pdf", Content: []byte(state)}, nil
	}
	order := o.order("firm", collection.ChannelEmail)
	o.waits(order)
	state = "F-9 is paid" // and the mail asks for the same
	o.delivers(order)
	attached := o.newestMail().Attachments
	at := slices.IndexFunc(attached, func(a messaging.Attachment) bool { return a.Filename == "account.pdf" })
	require.Equal(t, state, string(attached[at].Content))
}

// Whatever a mail carries says the same when it is composed twice, or each try would
// leave another composition in the file.
func TestAMessageThatIsComposedTwiceIsTheSameToTheByte(t *testing.T) {
	t.Parallel()
	attached := func(opening *casefile.Opening) {
		opening.Strategy.Name = "attached"
		for i := range opening.Strategy.Steps {
			opening.Strategy.Steps[i].AttachInvoice, opening.Strategy.Steps[i].AttachStatement = true, true
		}
	}
	for step, from := range map[string]func(*casefile.Opening){"firm": func(*casefile.Opening) {}, "formal": overdue} {
		o := open(t, attached, from)
		o.also("F-2", attached, from)
		o.PublicURL = "https://relance.example"
		o.ReplyTo = func(id string) string { return "r+" + id[:8] + "@acme.example" }
		asked := o.statesAccounts()
		if step == "formal" {
			for _, invoice := range numbers(2) {
				o.decideAbout(invoice, "firm-"+invoice,
					collection.StepAttempted{Step: "firm", Attempt: collection.Attempt{Channel: "email"}, At: moment.AddDate(0, 0, -20)},
					collection.StepAttempted{Step: "firm", Attempt: collection.Attempt{Channel: "sms"}, At: moment.AddDate(0, 0, -20)})
			}
		}
		order := o.order(step, collection.ChannelEmail)
		o.waits(order)
		first := o.newestMail()
		require.NotEmpty(t, first.Attachments)
		o.at(moment.Add(37 * time.Minute))
		o.waits(order)
		o.delivers(order)
		require.Equal(t, first, o.newestMail())
		require.Equal(t, 1, o.compositions("F-1"), step)
		require.Len(t, o.file().Messages[0].Invoices, 2, step)
		require.GreaterOrEqual(t, len(*asked), 3, step)
	}
}

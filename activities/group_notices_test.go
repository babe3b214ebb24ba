package activities_test

import (
	"fmt"

	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
	"relance/messaging"
	"relance/messaging/simulator"
	"relance/money"
)

// also opens another case, of the same debtor unless it is changed.
func (o *postOffice) also(invoice string, change ...func(*casefile.Opening)) {
	o.t.Helper()
	opening := casefiletest.Opening(invoice)
	opening.Strategy = ladder()
	for _, with := range change {
		with(&opening)
	}
	_, _, err := o.store.OpenCase(o.t.Context(), opening)
	require.NoError(o.t, err)
}

// try asks for the firm reminder of an invoice by e-mail.
func (o *postOffice) try(invoice string) (activities.Delivery, error) {
	order := o.order("firm", collection.ChannelEmail)
	order.Invoice = invoice
	return o.Deliver(o.t.Context(), order)
}

// deliverStep asks for a step by e-mail.
func (o *postOffice) deliverStep(invoice, step string) activities.Delivery {
	o.t.Helper()
	order := o.order(step, collection.ChannelEmail)
	order.Invoice = invoice
	delivery, err := o.Deliver(o.t.Context(), order)
	require.NoError(o.t, err)
	return delivery
}

func (o *postOffice) pay(invoice string) {
	o.t.Helper()
	_, err := o.store.PostEntry(o.t.Context(), casefile.Posting{
		Creditor: casefiletest.Creditor, Invoice: invoice, Source: "test", At: moment,
		Entry: ledger.Entry{Kind: ledger.EntryPayment, ID: "pay-" + invoice, Amount: money.FromMinor(12000, money.EUR), ValueDate: calendar.DateOf(moment)},
	})
	require.NoError(o.t, err)
}

func (o *postOffice) fileOf(invoice string) casefile.File {
	o.t.Helper()
	file, err := o.store.CaseFile(o.t.Context(), casefiletest.Creditor, invoice)
	require.NoError(o.t, err)
	return file
}

// text is what the recipient of the n-th mail reads.
func (o *postOffice) text(n int) string {
	o.t.Helper()
	content, err := o.simulator.Content(o.simulator.Messages(0)[n].Number)
	require.NoError(o.t, err)
	return content.Text
}

// byMail is the ladder without its SMS.
func byMail() collection.Strategy {
	s := ladder()
	s.Name, s.Steps[0].Channels = "by-mail", []collection.Channel{"email"}
	return s
}

func due(day calendar.Date) func(*casefile.Opening) {
	return func(o *casefile.Opening) { o.Invoice.DueDate = day }
}

func follows(strategy collection.Strategy) func(*casefile.Opening) {
	return func(o *casefile.Opening) { o.Strategy = strategy }
}

func numbers(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf("F-%d", i+1))
	}
	return all
}

func TestTwelveInvoicesOfOneDebtorLeaveAsOneMessageWhoeverWakesFirst(t *testing.T) {
	t.Parallel()
	o := open(t, follows(byMail()))
	for _, invoice := range numbers(12)[1:] {
		o.also(invoice, follows(byMail()))
	}
	var everybody sync.WaitGroup
	for _, invoice := range numbers(12) {
		everybody.Go(func() {
			for {
				delivery, err := o.try(invoice)
				if err != nil {
					continue // being sent for another invoice: the engine tries again
				}
				if delivery.Outcome != activities.DeliveryAccepted || !delivery.At.Equal(moment) {
					t.Errorf("%s: %+v", invoice, delivery)
				}
				return
			}
		})
	}
	everybody.Wait()
	require.Equal(t, 1, o.accepted())
	text := o.text(0)
	for _, invoice := range numbers(12) {
		require.Contains(t, text, invoice)
		file := o.fileOf(invoice)
		require.Len(t, file.Messages, 1)
		require.Equal(t, "firm", file.Messages[0].Step)
		require.ElementsMatch(t, numbers(12), file.Messages[0].Invoices)
		require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail}}, file.Case.Steps[0].Attempts)
	}
	require.Contains(t, text, "1\u202f440,00")
}

func TestEachCreditorWritesItsOwnMessageAboutItsInvoices(t *testing.T) {
	t.Parallel()
	o := open(t, follows(byMail()))
	other, err := o.store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	other.ID, other.Name = "zenith", "Zenith SARL"
	require.NoError(t, o.store.SaveCreditor(t.Context(), other))
	ofOther := func(opening *casefile.Opening) {
		opening.Debtor.Creditor, opening.Invoice.Creditor = other.ID, other.ID
	}
	owed := map[string][]string{casefiletest.Creditor: numbers(7), other.ID: numbers(12)[7:]}
	for _, invoice := range owed[casefiletest.Creditor][1:] {
		o.also(invoice, follows(byMail()))
	}
	for _, invoice := range owed[other.ID] {
		o.also(invoice, follows(byMail()), ofOther)
	}
	for creditor, invoices := range owed {
		for _, invoice := range invoices {
			order := o.order("firm", collection.ChannelEmail)
			order.Creditor, order.Invoice = creditor, invoice
			delivery, err := o.Deliver(t.Context(), order)
			require.NoError(t, err)
			require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
		}
	}
	require.Equal(t, 2, o.accepted(), "one message of each creditor")
	for creditor, invoices := range owed {
		file, err := o.store.CaseFile(t.Context(), creditor, invoices[0])
		require.NoError(t, err)
		require.Len(t, file.Messages, 1)
		require.ElementsMatch(t, invoices, file.Messages[0].Invoices)
	}
}

func TestDebtorsAndCurrenciesAreNeverMixed(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.also("F-2", func(opening *casefile.Opening) {
		opening.Debtor.ID, opening.Debtor.Name = "dupont", "Dupont SARL"
		opening.Contacts[0].Email = "compta@dupont.example"
	})
	o.also("F-3", func(opening *casefile.Opening) { opening.Invoice.Total = money.FromMinor(5000, "USD") })
	for _, invoice := range numbers(3) {
		require.Equal(t, activities.DeliveryAccepted, o.deliverStep(invoice, "firm").Outcome)
	}
	require.Equal(t, 3, o.accepted())
}

func TestAnInvoiceThatIsPaidAtTheLastMomentIsNotAskedFor(t *testing.T) {
	t.Parallel()
	for _, paid := range []string{"F-1", "F-2"} {
		t.Run(paid, func(t *testing.T) {
			t.Parallel()
			o := open(t, follows(byMail()))
			o.also("F-2", follows(byMail()))
			o.also("F-3", follows(byMail()))
			// F-1 has composed the message and its worker is killed before the provider is called.
			_, gate, err := o.store.ReserveMessage(t.Context(), casefile.Reservation{
				MessageKey: casefile.MessageKey{Creditor: casefiletest.Creditor, Invoice: "F-1", Step: "firm", Channel: collection.ChannelEmail}, At: moment,
			}, func(m casefile.MessageContext) (casefile.Draft, error) {
				draft := casefile.Draft{Contact: m.People.Contacts[0].ID, Recipient: "a@b.example", Template: "reminder-firm", Language: "fr", ContentType: "application/json", Bytes: []byte("{}")}
				for _, sibling := range m.Siblings {
					draft.Carries = append(draft.Carries, sibling.Key)
				}
				return draft, nil
			})
			require.NoError(t, err)
			require.True(t, gate.Passes, gate.Reason)
			require.Len(t, o.fileOf("F-3").Messages, 1)

			o.pay(paid)
			for _, invoice := range []string{"F-3", "F-1", "F-2", "F-3"} {
				for range 5 {
					if _, err = o.try(invoice); err == nil {
						break
					}
				}
				require.NoError(t, err)
			}
			require.Equal(t, 1, o.accepted())
			require.NotContains(t, o.text(0), paid)
			for _, invoice := range numbers(3) {
				if invoice != paid {
					require.Contains(t, o.text(0), invoice)
					require.Len(t, o.fileOf(invoice).Case.Steps, 1, "it was asked for")
				} else {
					require.Empty(t, o.fileOf(invoice).Case.Steps, "it was not asked for")
				}
			}
		})
	}
}

func TestTheLeadingInvoiceGivesTheToneAndWhatIsNotDueIsOnlyAnnounced(t *testing.T) {
	t.Parallel()
	ladder := collection.Strategy{Name: "tones", Version: 1, Steps: []collection.Step{
		{Key: "courtesy", DueOffset: -7, Tone: collection.ToneCourteous, Channels: []collection.Channel{"email"}, Template: "courtesy"},
		{Key: "courteous", DueOffset: 1, Tone: collection.ToneCourteous, Channels: []collection.Channel{"email"}, Template: "reminder-courteous", DeadlineDays: 20},
		{Key: "firm", DueOffset: 10, Tone: collection.ToneFirm, Channels: []collection.Channel{"email"}, Template: "reminder-firm", DeadlineDays: 6},
	}}
	today := calendar.DateOf(moment)
	o := open(t, follows(ladder), due(today.AddDays(5)))
	o.also("F-2", follows(ladder), due(today.AddDays(-2)))
	o.also("F-3", follows(ladder), due(today.AddDays(-12)))
	// F-3 had its courteous reminder; F-1 wakes first.
	key := casefile.MessageKey{Creditor: casefiletest.Creditor, Invoice: "F-3", Step: "courteous", Channel: collection.ChannelEmail}
	earlier := moment.AddDate(0, 0, -9)
	_, _, err := o.store.ReserveMessage(t.Context(), casefile.Reservation{MessageKey: key, At: earlier}, func(casefile.MessageContext) (casefile.Draft, error) {
		return casefile.Draft{Recipient: "a@b.example", Template: "reminder-courteous", Language: "fr", ContentType: "application/json", Bytes: []byte("{}")}, nil
	})
	require.NoError(t, err)
	_, err = o.store.BeginSending(t.Context(), key.ID(), earlier)
	require.NoError(t, err)
	_, err = o.store.MarkAccepted(t.Context(), key.ID(), "sendgrid", "x", earlier)
	require.NoError(t, err)

	order := o.order("firm", collection.ChannelEmail)
	order.Step = "courtesy"
	delivery, err := o.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
	require.Zero(t, delivery.Deadline, "nothing is asked for F-1 yet")
	for _, invoice := range []string{"F-2", "F-3"} {
		order := o.order("firm", collection.ChannelEmail)
		order.Invoice, order.Step = invoice, map[string]string{"F-2": "courteous", "F-3": "firm"}[invoice]
		delivery, err := o.Deliver(t.Context(), order)
		require.NoError(t, err)
		require.Equal(t, today.AddDays(7), delivery.Deadline, "the day the message names, that of the firm reminder; Sunday is moved")
	}
	require.Equal(t, 1, o.accepted())
	text := o.text(0)
	require.Contains(t, text, "240,00")
	require.Contains(t, text, "Pour information, bientôt à échéance")

	require.Equal(t, "reminder-firm", o.fileOf("F-1").Messages[0].Template)
}

func TestAFormalNoticeLeavesAloneAndRemindersWait(t *testing.T) {
	t.Parallel()
	formal := collection.Strategy{Name: "formal", Version: 1, Steps: []collection.Step{
		{Key: "formal", DueOffset: -20, Tone: collection.ToneFormal, Channels: []collection.Channel{"email"}, Template: "formal-notice", DeadlineDays: 8},
	}}
	o := open(t)
	o.also("F-2", follows(formal))
	gate, err := o.store.CheckGate(t.Context(), casefiletest.Creditor, "F-1", moment)
	require.NoError(t, err)
	require.False(t, gate.Passes, "people are told what the machine does")
	require.Equal(t, collection.PostponedForFormalNotice, gate.For)
	delivery, err := o.try("F-1")
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryWithheld, delivery.Outcome)
	require.Equal(t, collection.PostponedForFormalNotice, delivery.For)
	require.True(t, delivery.Until.After(moment))
	require.Equal(t, delivery.Until, gate.Until)
	require.Contains(t, o.fileOf("F-1").Row.Why, "formal notice about another invoice")
	require.Equal(t, activities.DeliveryAccepted, o.deliverStep("F-2", "formal").Outcome)
	require.Equal(t, 1, o.accepted())
	require.NotContains(t, o.text(0), "F-1")
}

// A short message has no room for both, and the policy allows one.
func TestWhatIsDueGoesBeforeWhatIsNotYet(t *testing.T) {
	t.Parallel()
	byText := func(key string, offset int) func(*casefile.Opening) {
		return follows(collection.Strategy{Name: key, Version: 1, Steps: []collection.Step{
			{Key: key, DueOffset: offset, Tone: collection.ToneCourteous, Channels: []collection.Channel{"sms"}, Template: "reminder-courteous", DeadlineDays: 8},
		}})
	}
	today := calendar.DateOf(moment)
	o := open(t, byText("courtesy", -10), due(today.AddDays(5)))
	o.also("F-2", byText("courteous", 1), due(today.AddDays(-2)))
	order := o.order("firm", collection.ChannelSMS)
	order.Step = "courtesy"
	gate, err := o.store.CheckGate(t.Context(), casefiletest.Creditor, "F-1", moment)
	require.NoError(t, err)
	require.True(t, gate.Passes, "there is no policy: both leave")

	o.keepsContactPolicy()
	gate, err = o.store.CheckGate(t.Context(), casefiletest.Creditor, "F-1", moment)
	require.NoError(t, err)
	require.Equal(t, collection.PostponedForDue, gate.For, "people are told what the machine does")
	delivery, err := o.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryWithheld, delivery.Outcome)
	require.Equal(t, collection.PostponedForDue, delivery.For)
	require.Equal(t, today.AddDays(2), calendar.DateOf(delivery.Until), "two days after that contact")
	require.Contains(t, o.fileOf("F-1").Row.Why, "a reminder of an invoice that is due leaves that day")

	order.Invoice, order.Step = "F-2", "courteous"
	delivery, err = o.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
	require.Equal(t, 1, o.accepted())
}

func TestTheContactPolicyHoldsOverAllInvoicesOfTheDebtorAndSaysUntilWhen(t *testing.T) {
	t.Parallel()
	o := open(t)
	creditor, err := o.store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.ContactPolicy = collection.ContactPolicies{ContactPolicy: collection.StandardContactPolicy()}
	require.NoError(t, o.store.SaveCreditor(t.Context(), creditor))
	require.Equal(t, activities.DeliveryAccepted, o.deliverStep("F-1", "firm").Outcome)
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelSMS).Outcome, "a notice that was begun goes on")

	o.also("F-2") // comes in an hour later
	delivery, err := o.try("F-2")
	require.NoError(t, err)
	require.Equal(t, collection.PostponedForSpacing, delivery.For)
	require.Equal(t, calendar.NewDate(2026, time.March, 25), calendar.DateOf(delivery.Until))
	file := o.fileOf("F-2")
	require.True(t, delivery.Until.Equal(file.Row.NextAt))
	require.Contains(t, file.Row.Why, "contacted too recently")
	require.Equal(t, "notice-postponed", file.History[len(file.History)-1].Kind)
	require.Equal(t, casefile.ByItself, file.History[len(file.History)-1].Actor)
	require.NotEmpty(t, file.History[len(file.History)-1].Reason)
	require.Equal(t, activities.DeliveryAccepted, o.deliverStep("F-2", "formal").Outcome, "what has effects in law is not kept back")
	require.Equal(t, 3, o.accepted())
}

func TestAStrategyChoosesHowNoticesAreGrouped(t *testing.T) {
	t.Parallel()
	for grouping, messages := range map[collection.Grouping]int{collection.GroupAccount: 1, collection.GroupStep: 2, collection.GroupInvoice: 3} {
		t.Run(string(grouping), func(t *testing.T) {
			t.Parallel()
			chosen, other := ladder(), ladder()
			chosen.Name, chosen.Grouping = "chosen", grouping
			other.Name, other.Grouping = "other", grouping
			o := open(t, follows(chosen))
			o.also("F-2", follows(chosen))
			o.also("F-3", follows(other))
			for _, invoice := range numbers(3) {
				require.Equal(t, activities.DeliveryAccepted, o.deliverStep(invoice, "firm").Outcome)
			}
			require.Equal(t, messages, o.accepted())
		})
	}
}

func TestABounceIsNewsForEveryInvoiceTheMessageCarried(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.also("F-2")
	require.Equal(t, activities.DeliveryAccepted, o.deliverStep("F-1", "firm").Outcome)
	message := o.fileOf("F-2").Messages[0]
	delivery, err := o.store.RecordDeliveryEvent(t.Context(), casefile.DeliveryEvent{
		Provider: "sendgrid", EventID: "e-1", MessageID: message.ID, Kind: messaging.DeliveryBounced, Code: "550", At: moment.Add(time.Minute),
	})
	require.NoError(t, err)
	require.True(t, delivery.Decisive)
	require.Len(t, delivery.Message.Notices, 2)
	for _, invoice := range numbers(2) {
		file := o.fileOf(invoice)
		require.True(t, file.Case.Steps[0].Attempts[0].Failed)
		require.Equal(t, casefile.MessageBounced, file.Messages[0].State)
		require.Len(t, file.Deliveries, 1)
	}
}

func TestASiblingWaitsForTheAnswerToTheMessageThatCarriesItsNotice(t *testing.T) {
	t.Parallel()
	o := open(t, follows(byMail()))
	o.also("F-2", follows(byMail()))
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{LatencyMS: 400}))
	first := make(chan error, 1)
	go func() {
		_, err := o.try("F-1")
		first <- err
	}()
	require.Eventually(t, func() bool {
		file := o.fileOf("F-1")
		return len(file.Messages) == 1 && file.Messages[0].State == casefile.MessageSending
	}, 10*time.Second, time.Millisecond)
	delivery, err := o.try("F-2")
	require.NoError(t, err, "nothing is to be tried again")
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome)
	require.NoError(t, <-first)
	require.Equal(t, 1, o.accepted())
}

func TestASiblingNeverSendsWhatMayHaveLeft(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.also("F-2")
	// The worker of F-1 dies after the provider has taken the message.
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{DropAfter: 1, EventsSuppressed: 1}))
	_, err := o.Deliver(t.Context(), o.order("firm", collection.ChannelEmail))
	require.Error(t, err)
	require.Equal(t, 1, o.accepted())
	_, err = o.try("F-2")
	require.ErrorContains(t, err, "another invoice")
	o.yesterday("the proof did not come")
	delivery, err := o.try("F-2")
	require.NoError(t, err)
	require.True(t, delivery.Doubtful, "it hears of the doubt as the other one does")
	require.True(t, o.deliver("firm", collection.ChannelEmail).Doubtful)
	require.Equal(t, 1, o.accepted())
}

func TestPayingOneInvoiceLeavesTheLaddersOfTheOthersAlone(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.also("F-2")
	require.Equal(t, activities.DeliveryAccepted, o.deliverStep("F-1", "firm").Outcome)
	before := o.fileOf("F-2").Case
	o.pay("F-1")
	require.Equal(t, before, o.fileOf("F-2").Case)
}

func TestLateFeesOfSeveralInvoicesAreSummedInTheMessageAndClaimedOnEach(t *testing.T) {
	t.Parallel()
	early := due(calendar.DateOf(moment).AddDays(-60))
	issued := func(o *casefile.Opening) { o.Invoice.IssueDate = calendar.DateOf(moment).AddDays(-90) }
	o := open(t, early, issued)
	o.also("F-2", early, issued)
	casefiletest.UseLaw(t, o.store)
	creditor, err := o.store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.LateFees.ClaimFrom = collection.ToneFormal
	require.NoError(t, o.store.SaveCreditor(t.Context(), creditor))
	delivery := o.deliverStep("F-1", "formal")
	require.Equal(t, activities.DeliveryAccepted, delivery.Outcome, delivery.Reason)
	require.Equal(t, 1, o.accepted())
	require.Contains(t, o.text(0), "80,00", "the fixed sum of 40 EUR for each of two invoices")
	for _, invoice := range numbers(2) {
		var claims []casefile.LedgerEntry
		for _, entry := range o.fileOf(invoice).Entries {
			if entry.Kind == ledger.EntryClaim {
				claims = append(claims, entry)
			}
		}
		require.Len(t, claims, 1, invoice)
	}
}

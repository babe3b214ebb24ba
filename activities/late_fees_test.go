package activities_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/config"
	"relance/law"
	"relance/ledger"
	"relance/messaging"
	"relance/money"
)

// late opens a case of 10,000 euros that were due on 1 May 2026, whose creditor
// claims late fees from the formal notice on, on 1 July 2026.
func late(t *testing.T, change ...func(*casefile.Opening)) *postOffice {
	t.Helper()
	o := open(t, append([]func(*casefile.Opening){func(opening *casefile.Opening) {
		opening.Invoice.Total = money.FromMinor(1_000_000, money.EUR)
		opening.Invoice.IssueDate, opening.Invoice.DueDate = calendar.NewDate(2026, time.April, 1), calendar.NewDate(2026, time.May, 1)
	}}, change...)...)
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	o.store.UseLaw(book)
	creditor, err := o.store.Creditor(t.Context(), casefiletest.Creditor)
	require.NoError(t, err)
	creditor.LateFees = ledger.Policy{ClaimFrom: collection.ToneFormal}
	require.NoError(t, o.store.SaveCreditor(t.Context(), creditor))
	o.at(time.Date(2026, time.July, 1, 9, 0, 0, 0, time.UTC))
	return o
}

func (o *postOffice) deliverToday(step string, channel collection.Channel) {
	o.t.Helper()
	order := o.order(step, channel)
	order.At, order.Deadline = o.clock.Now(), calendar.NewDate(2026, time.July, 15)
	delivery, err := o.Deliver(o.t.Context(), order)
	require.NoError(o.t, err)
	require.Equal(o.t, activities.DeliveryAccepted, delivery.Outcome, delivery.Reason)
}

// mail is the e-mail of a step, as it was sent.
func (o *postOffice) mail(step string) messaging.Email {
	o.t.Helper()
	for _, message := range o.file().Messages {
		if message.Step == step && message.Channel == collection.ChannelEmail {
			sent, _, err := o.store.MessageBytes(o.t.Context(), message.ID)
			require.NoError(o.t, err)
			mail, err := messaging.DecodeEmail(sent)
			require.NoError(o.t, err)
			mail.Text = strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(mail.Text)
			return mail
		}
	}
	require.Fail(o.t, "there is no e-mail", step)
	return messaging.Email{}
}

func TestAFormalNoticeClaimsTheLateFeesToTheCentAndAReminderDoesNot(t *testing.T) {
	t.Parallel()
	o := late(t)
	o.deliverToday("firm", collection.ChannelEmail)
	require.NotContains(t, o.mail("firm").Text, "203,12")
	require.True(t, o.file().Position.LateFees.ClaimedFrom.IsZero())

	o.deliverToday("formal", collection.ChannelEmail)
	text := o.mail("formal").Text
	require.Contains(t, text, "203,12 €", "60 days at 12.15 % and one at 12.40 %")
	require.Contains(t, text, "40,00 €")
	require.Contains(t, text, "243,12 €")
	file := o.file()
	require.Equal(t, calendar.NewDate(2026, time.July, 1), file.Position.LateFees.ClaimedFrom)
	require.Equal(t, "203.12 EUR", file.Position.LateFees.Interest.Open.String())
	require.True(t, file.Messages[1].ClaimsLateFees || file.Messages[0].ClaimsLateFees)

	posted, err := o.store.PostEntry(t.Context(), casefile.Posting{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Source: "signal", Actor: "billing", At: o.clock.Now().AddDate(0, 0, 3),
		Entry: ledger.Entry{Kind: ledger.EntryPayment, ID: "P-1", Amount: money.FromMinor(1_000_000, money.EUR), ValueDate: calendar.NewDate(2026, time.July, 4)},
	})
	require.NoError(t, err)
	require.Equal(t, "213.32 EUR", posted.Position.Open.String(), "interest of 64 days was paid first")
	require.False(t, posted.IsClosed)

	journal, err := o.store.Journal(t.Context(), casefiletest.Creditor, "F-1")
	require.NoError(t, err)
	require.Len(t, journal, 3, "the invoice, the claim, the payment")
	require.Contains(t, journal[1].Legs, ledger.Leg{Account: ledger.BookInterest, Amount: money.FromMinor(20_312, money.EUR)})
	require.Contains(t, journal[2].Legs, ledger.Leg{Account: ledger.BookReceived, Amount: money.FromMinor(1_000_000, money.EUR)})
}

// Against a consumer interest runs from the receipt of the formal notice only,
// and there is no fixed sum (C. civ. 1231-6, CPCE L111-8).
func TestTheFormalNoticeToAConsumerClaimsNothingBesideThePrincipal(t *testing.T) {
	t.Parallel()
	o := late(t, func(opening *casefile.Opening) { opening.Debtor.Kind = casefile.DebtorConsumer })
	o.deliverToday("formal", collection.ChannelEmail)
	require.False(t, o.file().Messages[0].ClaimsLateFees)
	require.NotContains(t, o.mail("formal").Text, "40")
}

// The first half of 2027 is in no table.
func TestWithoutTheRateANoticeGoesWithoutTheAmount(t *testing.T) {
	t.Parallel()
	o := late(t)
	o.at(time.Date(2027, time.January, 5, 9, 0, 0, 0, time.UTC))
	order := o.order("formal", collection.ChannelEmail)
	order.At, order.Deadline = o.clock.Now(), calendar.NewDate(2027, time.January, 20)
	_, err := o.Deliver(t.Context(), order)
	require.NoError(t, err)
	file := o.file()
	require.Equal(t, casefile.MessageAccepted, file.Messages[0].State)
	require.False(t, file.Messages[0].ClaimsLateFees)
	require.True(t, file.Position.LateFees.ClaimedFrom.IsZero())
}

func TestTheMailHasTheCodeThatPaysExactlyWhatItAsksFor(t *testing.T) {
	t.Parallel()
	o := late(t)
	o.deliverToday("formal", collection.ChannelEmail)
	message := o.mail("formal")
	require.Contains(t, message.HTML, `src="cid:payment-code"`)
	require.Contains(t, message.Text, "RF", "the reference to quote")
	require.Len(t, message.Attachments, 2, "the letter and the code")
}

package casefile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/ledger"
	"relance/messaging/audience"
	"relance/money"
)

func TestTheOtherInvoicesOfADebtorTellHowItPays(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	due := func(year int, month time.Month, day int) calendar.Date { return calendar.NewDate(year, month, day) }
	pays := func(number string, dueDate, paidOn calendar.Date) {
		opening := casefiletest.Opening(number)
		opening.Invoice.DueDate, opening.Invoice.IssueDate = dueDate, dueDate.AddDays(-30)
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
		if paidOn != 0 {
			post(t, store, number, ledger.Entry{Kind: ledger.EntryPayment, ID: "P-" + number, Amount: money.FromMinor(12000, money.EUR), ValueDate: paidOn})
		}
	}
	pays("F-now", due(2026, time.March, 31), 0)
	context, _, err := store.PreviewMessage(t.Context(), reminder("F-now"))
	require.NoError(t, err)
	require.Equal(t, audience.Behaviour{}, context.Behaviour)
	reader, why := context.Reader()
	require.Equal(t, audience.New, reader)
	require.Equal(t, "this is its first invoice", why)

	pays("F-on-time", due(2025, time.June, 30), due(2025, time.June, 30))
	pays("F-late", due(2025, time.July, 31), due(2025, time.August, 10))
	pays("F-very-late", due(2025, time.August, 31), due(2025, time.September, 20))
	pays("F-overdue", due(2026, time.February, 15), 0)
	pays("F-just-overdue", due(2026, time.March, 15), 0)
	context, gate, err := store.PreviewMessage(t.Context(), reminder("F-now"))
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	require.Equal(t, audience.Behaviour{
		Paid: 3, PaidLate: 2, DaysLate: 30, LongOverdue: 1, FirstInvoice: due(2025, time.May, 31),
	}, context.Behaviour)
	reader, why = context.Reader()
	require.Equal(t, audience.Irregular, reader)
	require.Equal(t, "3 of its invoices were paid, 2 of them late, by 15 days on average", why)

	_, _, err = store.PreviewMessage(t.Context(), reminder("F-9"))
	require.ErrorIs(t, err, casefile.ErrUnknownCase)
}

func TestAMessageTellsWhichTextWordedIt(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	worded := casefile.MessageText{
		Key: "reminder-firm", Language: "fr", Channel: "email", Audience: audience.Loyal, Reader: audience.Loyal, Why: "paid well",
		Origin: "creditor", File: "templates/acme/reminder-firm/fr.loyal.mail", Version: strings.Repeat("0a", 32),
	}
	composing := func(c casefile.MessageContext) (casefile.Draft, error) {
		draft, err := compose(c)
		draft.Text = worded
		return draft, err
	}
	message, _, err := store.ReserveMessage(t.Context(), reminder("F-1"), composing)
	require.NoError(t, err)
	worded.Message = message.ID
	text, known := readFile(t, store, "F-1").TextOf(message.ID)
	require.True(t, known)
	require.Equal(t, worded, text)

	post(t, store, "F-1", payment("P-1", 5000))
	worded.Version, worded.Origin = strings.Repeat("0b", 32), "built-in"
	_, _, err = store.ReserveMessage(t.Context(), reminder("F-1"), composing)
	require.NoError(t, err)
	text, _ = readFile(t, store, "F-1").TextOf(message.ID)
	require.Equal(t, worded, text, "composed anew, it was worded anew")
	_, known = readFile(t, store, "F-1").TextOf("another")
	require.False(t, known)
}

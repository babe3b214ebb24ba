package activities_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/money"
)

// disputes has the debtor of an invoice contest an amount of it, or all (0).
func (o *postOffice) disputes(invoice string, cents int64) {
	o.t.Helper()
	known, err := o.store.LoadCase(o.t.Context(), casefiletest.Creditor, invoice)
	require.NoError(o.t, err)
	today := known.Window.DateOf(o.clock.Now())
	events, err := collection.Decide(known, collection.RaiseDispute{
		ID: "d", Reason: collection.DisputePrice, RaisedBy: collection.DisputeByDebtor, Amount: money.FromMinor(cents, money.EUR), On: today, Today: today,
	})
	require.NoError(o.t, err)
	require.NoError(o.t, o.store.RecordDecision(o.t.Context(), casefile.Decision{
		Creditor: casefiletest.Creditor, Invoice: invoice, Key: "dispute/d", Kind: "dispute", Actor: "sophie", At: o.clock.Now(), Events: events,
	}))
}

func TestANoticeClaimsWhatIsNotDisputedAndNoLateFeesOfThatInvoice(t *testing.T) {
	t.Parallel()
	o := late(t)
	o.disputes(o.file().Row.Invoice, 250_000)
	o.deliverToday("formal", collection.ChannelEmail)
	text := o.mail("formal").Text
	require.Contains(t, text, "7 500,00 €")
	require.Contains(t, text, "Contesté, non réclamé ici")
	require.Contains(t, text, "2 500,00 €")
	require.NotContains(t, text, "243,12 €", "late fees are not claimed while a part is disputed")
	file := o.file()
	require.True(t, file.Position.LateFees.ClaimedFrom.IsZero())
	composed := slices.IndexFunc(file.History, func(h casefile.HistoryEntry) bool { return h.Kind == "message-composed" })
	require.Contains(t, file.History[composed].Summary, "7500.00 EUR is claimed")
}

func TestANoticeOfADisputedInvoiceIsWithheld(t *testing.T) {
	t.Parallel()
	o := late(t)
	order := o.order("formal", collection.ChannelEmail)
	order.At, order.Deadline = o.clock.Now(), calendar.NewDate(2026, time.July, 15)
	o.disputes(o.file().Row.Invoice, 0)
	delivery, err := o.Deliver(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, activities.DeliveryWithheld, delivery.Outcome)
	require.Contains(t, delivery.Reason, "the debtor disputes all that is open")
	require.Zero(t, o.accepted())
}

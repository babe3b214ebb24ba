package activities_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
	"relance/messaging/compose"
	"relance/money"
)

// offers a discount of 5.00 EUR on F-1 until 27 March 2026.
func (o *postOffice) offers() {
	o.t.Helper()
	_, err := o.store.PostEntry(o.t.Context(), casefile.Posting{Creditor: casefiletest.Creditor, Invoice: "F-1", At: moment, Role: collection.RoleOwner, Entry: ledger.Entry{
		Kind: ledger.EntryDiscount, ID: "S-1", Amount: money.FromMinor(5_00, money.EUR), ValueDate: calendar.NewDate(2026, time.March, 23), Until: calendar.NewDate(2026, time.March, 27),
	}})
	require.NoError(o.t, err)
}

func (o *postOffice) revokes() {
	o.t.Helper()
	_, err := o.store.PostEntry(o.t.Context(), casefile.Posting{Creditor: casefiletest.Creditor, Invoice: "F-1", At: moment, Entry: ledger.Entry{
		Kind: ledger.EntryDiscountRevoked, ID: "R-1", Reverses: "S-1", ValueDate: calendar.NewDate(2026, time.March, 23),
	}})
	require.NoError(o.t, err)
}

func TestAReminderNamesTheDiscountThatCanStillBeTaken(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.offers()
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	text := o.mail("firm").Text
	require.Contains(t, text, "une remise de 5,00 €")
	require.Contains(t, text, "115,00 €")
	require.Contains(t, text, "27 mars 2026")
	require.Contains(t, text, "120,00 €", "both amounts are named")
	require.Contains(t, text, "correspond à ce montant réduit.")
}

func TestAMessageWhoseDiscountEndsBeforeItLeavesIsComposedAnew(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.offers()
	order := o.order("firm", collection.ChannelEmail)
	offered := ""
	reserve := func() (casefile.Message, casefile.Gate) {
		message, gate, err := o.store.ReserveMessage(t.Context(), casefile.Reservation{
			MessageKey: casefile.MessageKey{Creditor: casefiletest.Creditor, Invoice: "F-1", Step: "firm", Channel: collection.ChannelEmail},
			At:         moment, Deadline: order.Deadline,
		}, func(m casefile.MessageContext) (casefile.Draft, error) {
			offered = m.Offer.ID
			return casefile.Draft{Recipient: "jeanne@martin.example", ContentType: "text/plain", Bytes: []byte("Bonjour"), Deadline: order.Deadline}, nil
		})
		require.NoError(t, err)
		return message, gate
	}
	message, _ := reserve()
	reserve()
	require.Equal(t, "S-1", offered)
	require.Equal(t, 1, o.compositions("F-1"), "it still says what is")

	o.revokes()
	sending, err := o.store.BeginSending(t.Context(), message.ID, moment)
	require.NoError(t, err)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GateOutdated, sending.Gate.Code)
	reserve()
	require.Empty(t, offered)
	require.Equal(t, 2, o.compositions("F-1"))
	sending, err = o.store.BeginSending(t.Context(), message.ID, moment)
	require.NoError(t, err)
	require.True(t, sending.MayCall)
}

func TestNoDiscountIsNamedOnceItHasEnded(t *testing.T) {
	t.Parallel()
	o := open(t)
	o.offers()
	o.revokes()
	require.Equal(t, activities.DeliveryAccepted, o.deliver("firm", collection.ChannelEmail).Outcome)
	require.NotContains(t, o.mail("firm").Text, "remise")
}

func TestALetterThatOffersARevokedDiscountIsReplaced(t *testing.T) {
	t.Parallel()
	q := &printQueue{postOffice: open(t, paper)}
	q.Print = func(letter compose.Letter) ([]byte, error) {
		q.printed = append(q.printed, letter)
		return []byte("%PDF-" + strings.Join(letter.References, " ")), nil
	}
	q.offers()
	require.Equal(t, activities.DeliveryAccepted, q.deliver("formal", collection.ChannelLetter).Outcome)
	require.Contains(t, fmt.Sprint(q.printed[0]), "remise")
	q.revokes()
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled}, q.register())
	require.Equal(t, 1, q.replace())
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled, "2026-000002": casefile.LetterQueued}, q.register())
	require.NotContains(t, fmt.Sprint(q.printed[1]), "remise")
	require.Zero(t, q.replace())
}

package activities_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/collection"
	"relance/ledger"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/messaging/simulator"
)

// The call that hands a letter in was cut off: it may arrive after the service has said that
// it does not have the letter.
func TestALetterThatMayBeOnItsWayIsRecalledOnceItHasArrivedOrCannotAnyMore(t *testing.T) {
	t.Parallel()
	q := &printQueue{postOffice: open(t, paper)}
	played := withShop(t, q.postOffice)
	require.NoError(t, played.SetFaults(simulator.Faults{DropBefore: 1}))
	_, err := q.Deliver(t.Context(), q.order("formal", collection.ChannelLetter))
	require.Error(t, err)
	require.NoError(t, played.SetFaults(simulator.Faults{}))
	q.pay("F-1")
	require.Equal(t, casefile.LetterCancelled, q.register()["2026-000001"])
	service := &cases.Service{Store: q.store, Clock: q.Clock}
	recalled, err := service.RecallLetters(t.Context(), q.Post)
	require.NoError(t, err)
	require.Zero(t, recalled, "its answer would prove nothing yet")

	message := q.fileOf("F-1").Messages[0]
	outcome := q.Post.PostLetter(t.Context(), messaging.Letter{MessageID: message.ID, Reference: "acme/2026-000001", Recipient: []string{"Martin SAS", "69001 LYON"}, PDF: []byte("%PDF-1.7 late %%EOF")})
	require.Equal(t, messaging.Accepted, outcome.Verdict, outcome.Reason)
	q.yesterday("the call has long ended")
	recalled, err = service.RecallLetters(t.Context(), q.Post)
	require.NoError(t, err)
	require.Equal(t, 1, recalled)
	require.Equal(t, messaging.LetterCancelled, played.Letters()[0].State)
}

// The service is busy when a letter is handed in, and before it is handed in again
// something makes the letter untrue: it is cancelled in the middle of its first call. One
// letter reaches the debtor all the same, and says what is so.
func TestALetterThatIsCancelledBeforeTheServiceTookItLeavesOnce(t *testing.T) {
	t.Parallel()
	correct := func(q *printQueue) {
		_, err := q.store.CorrectDebtor(q.t.Context(), casefiletest.Creditor, casefiletest.Debtor, casefile.Author{By: "anne", At: moment}, func(d *casefile.Debtor) error {
			d.Line1, d.Postcode, d.City = "12 rue des Lilas", "69003", "Lyon"
			return nil
		})
		require.NoError(q.t, err)
	}
	reverse := func(q *printQueue) {
		_, err := q.store.PostEntry(q.t.Context(), casefile.Posting{
			Creditor: casefiletest.Creditor, Invoice: "F-1", Source: "test", At: moment,
			Entry: ledger.Entry{Kind: ledger.EntryReversal, ID: "R", Reverses: "pay-F-1", ValueDate: calendar.DateOf(moment)},
		})
		require.NoError(q.t, err)
	}
	for name, c := range map[string]struct {
		meanwhile []func(*printQueue)
		says      string
	}{
		"a part is paid":           {[]func(*printQueue){func(q *printQueue) { q.paysPart("P1", 20_50) }}, "99,50"},
		"the address is corrected": {[]func(*printQueue){correct}, "12 rue des Lilas"},
		"a hold is placed and ended": {[]func(*printQueue){func(q *printQueue) { q.decide("hold", heldFrom(calendar.DateOf(moment))) }, func(q *printQueue) {
			q.decide("release", collection.HoldReleased{ID: "h", On: calendar.DateOf(moment)})
		}}, "120,00"},
		"a payment is taken back": {[]func(*printQueue){func(q *printQueue) { q.pay("F-1") }, reverse}, "120,00"},
	} {
		for _, keeps := range []bool{true, false} { // the letters are looked after meanwhile
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				q := &printQueue{postOffice: open(t, paper)}
				q.Print = func(letter compose.Letter) ([]byte, error) {
					return []byte("%PDF-" + letter.Invoices.Total.Value), nil
				}
				played := withShop(t, q.postOffice)
				service := &cases.Service{Store: q.store, Clock: q.Clock}
				keep := func() {
					if keeps {
						_, err := service.RecallLetters(t.Context(), q.Post)
						require.NoError(t, err)
						q.replace()
					}
				}
				require.NoError(t, played.SetFaults(simulator.Faults{RateLimited: 1}))
				_, err := q.Deliver(t.Context(), q.order("formal", collection.ChannelLetter))
				require.Error(t, err, "it is tried again")
				for _, change := range c.meanwhile {
					change(q)
					keep()
				}
				require.NoError(t, played.SetFaults(simulator.Faults{}))
				require.Equal(t, activities.DeliveryAccepted, q.deliver("formal", collection.ChannelLetter).Outcome)
				keeps = true
				keep()
				keep()
				var lies []simulator.ShopLetter
				for _, letter := range played.Letters() {
					if letter.State != messaging.LetterCancelled {
						lies = append(lies, letter)
					}
				}
				require.Len(t, lies, 1, "%v", q.register())
				require.Contains(t, string(lies[0].PDF)+strings.Join(lies[0].Recipient, " "), c.says)
			})
		}
	}
}

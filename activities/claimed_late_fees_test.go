package activities_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
	"relance/messaging/compose"
	"relance/messaging/simulator"
	"relance/money"
)

// claiming is a print queue with the formal notice of 1 July 2026, which claims late fees.
func claiming(t *testing.T) *printQueue {
	t.Helper()
	q := &printQueue{postOffice: late(t)}
	q.Print = func(letter compose.Letter) ([]byte, error) {
		q.printed = append(q.printed, letter)
		return []byte("%PDF-" + strings.Join(letter.References, " ")), nil
	}
	q.deliverToday("formal", collection.ChannelLetter)
	require.Contains(t, q.words(0), "10 243,12 €")
	return q
}

// words are what the n-th letter that was printed says of late fees.
func (q *printQueue) words(n int) string {
	var words []string
	for _, line := range q.printed[n].LateFees {
		words = append(words, line.Label+" "+line.Value)
	}
	return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(strings.Join(words, "\n"))
}

func (o *postOffice) post(entry ledger.Entry) {
	o.t.Helper()
	if entry.ValueDate.IsZero() {
		entry.ValueDate = calendar.DateOf(o.clock.Now())
	}
	_, err := o.store.PostEntry(o.t.Context(), casefile.Posting{
		Creditor: casefiletest.Creditor, Invoice: "F-1", Source: "test", Actor: "anne", At: o.clock.Now(), Entry: entry,
	})
	require.NoError(o.t, err)
}

func waiver() ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryWaiver, ID: "W-1", Note: "good customer"}
}

func payment(id string, cents int64) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryPayment, ID: id, Amount: money.FromMinor(cents, money.EUR)}
}

func TestALetterThatAsksForLateFeesWhichHaveChangedIsReplaced(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		entry ledger.Entry
		asks  string
	}{
		{"they are given up", waiver(), ""},
		{"a part of them is given up", ledger.Entry{Kind: ledger.EntryWaiver, ID: "W-1", Part: ledger.PartIndemnity, Note: "good customer"}, "10 203,12 €"},
		{"a payment pays interest, and nothing of the principal", payment("P-1", 100_00), "10 143,12 €"},
		{"a cost is claimed", ledger.Entry{Kind: ledger.EntryCost, ID: "C-1", Amount: money.FromMinor(10_00, money.EUR), Note: "the bailiff"}, "10 253,12 €"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			q := claiming(t)
			q.post(c.entry)
			require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled}, q.register())
			require.Empty(t, q.toPost())
			require.Equal(t, 1, q.replace())
			require.Zero(t, q.replace())
			require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled, "2026-000002": casefile.LetterQueued}, q.register())
			require.NotContains(t, q.words(1), "10 243,12 €")
			require.Contains(t, q.words(1), c.asks)
		})
	}
}

func TestALetterStaysWhileLateFeesOnlyGrowByTheDay(t *testing.T) {
	t.Parallel()
	q := claiming(t)
	for range 3 {
		q.at(q.clock.Now().AddDate(0, 0, 1))
		_, err := q.store.Project(t.Context(), casefiletest.Creditor, "F-1", q.clock.Now())
		require.NoError(t, err)
		require.Zero(t, q.replace())
	}
	q.post(ledger.Entry{Kind: ledger.EntryClaim, ID: "again"}) // claimed once more
	require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterQueued}, q.register())
}

func TestALetterOfACaseThatOpensAgainIsPostedIfItsLateFeesAreTheSame(t *testing.T) {
	t.Parallel()
	for _, waives := range []bool{false, true} {
		q := claiming(t)
		q.post(payment("P-1", 10_500_00))
		require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled}, q.register())
		if waives {
			q.post(waiver())
		}
		q.post(ledger.Entry{Kind: ledger.EntryReversal, ID: "R-1", Reverses: "P-1"})
		if !waives {
			require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterQueued}, q.register())
			continue
		}
		require.Equal(t, 1, q.replace())
		require.Equal(t, map[string]casefile.LetterState{"2026-000001": casefile.LetterCancelled, "2026-000002": casefile.LetterQueued}, q.register())
		require.NotContains(t, q.words(1), "10 243,12 €")
	}
}

// The provider is away, the late fees are given up meanwhile, or while it is called.
func TestAMailThatWaitsForItsProviderAsksForTheLateFeesThereAre(t *testing.T) {
	t.Parallel()
	o := late(t)
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{RateLimited: 1, RetryAfterS: 7}))
	order := o.order("formal", collection.ChannelEmail)
	order.At, order.Deadline = o.clock.Now(), calendar.NewDate(2026, time.July, 15)
	_, err := o.Deliver(t.Context(), order)
	require.Error(t, err)
	require.Contains(t, o.mail("formal").Text, "243,12 €")
	require.NoError(t, o.simulator.SetSendGridFaults(simulator.Faults{}))
	composed := o.file().Messages[0]
	o.post(waiver())

	sending, err := o.store.BeginSending(t.Context(), composed.ID, o.clock.Now())
	require.NoError(t, err)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GateOutdated, sending.Gate.Code)
	o.deliverToday("formal", collection.ChannelEmail)
	require.NotContains(t, o.mail("formal").Text, "243,12 €")
}

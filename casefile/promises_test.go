package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
)

// ruled has the core decide on a command and records it, as the workflow does.
func ruled(t testing.TB, store *casefile.Store, invoice string, at time.Time, command collection.Command) {
	t.Helper()
	known, err := store.LoadCase(t.Context(), acme, invoice)
	require.NoError(t, err)
	events, err := collection.Decide(known, command)
	require.NoError(t, err)
	require.NotEmpty(t, events)
	for range 2 { // a retried activity
		require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{
			Creditor: acme, Invoice: invoice, Key: collection.EventName(events[0]) + at.String(), Kind: "decided", Actor: "sophie", At: at, Events: events,
		}))
	}
}

func dayOf(at time.Time) calendar.Date { return calendar.DateOf(at) }

func promiseFor(id string, at time.Time, days int, cents int64) collection.MakePromise {
	return collection.MakePromise{
		ID: id, On: dayOf(at), Date: dayOf(at).AddDays(days), Source: collection.PromiseByStaff, Amount: euros(cents),
	}
}

func postAt(t testing.TB, store *casefile.Store, invoice string, at time.Time, entry ledger.Entry) {
	t.Helper()
	_, err := store.PostEntry(t.Context(), casefile.Posting{Creditor: acme, Invoice: invoice, Entry: entry, Source: "signal", Actor: "billing", At: at})
	require.NoError(t, err)
}

func TestTheGateIsClosedWhileAPromiseRunsAlsoForTheMessageOfASibling(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	message := reserve(t, store, reminder("F-1"))
	carrying, _, err := store.ReserveMessage(t.Context(), reminder("F-2"), func(c casefile.MessageContext) (casefile.Draft, error) {
		require.Empty(t, c.Siblings, "the other invoice has a message of its own")
		return compose(c)
	})
	require.NoError(t, err)
	require.NotEmpty(t, carrying.ID)

	ruled(t, store, "F-1", sendingDay, promiseFor("p", sendingDay, 10, 0))
	sending := begin(t, store, message.ID)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GatePromised, sending.Gate.Code)
	require.Contains(t, sending.Gate.Reason, "the debtor promised 120.00 EUR for 2026-04-13")
	require.Contains(t, sending.Gate.ReasonFR, "le débiteur a promis 120,00\u00a0€")
	require.False(t, sending.Gate.Until.IsZero())
	require.Equal(t, collection.StagePromised, readFile(t, store, "F-1").Row.Stage)
	require.True(t, begin(t, store, carrying.ID).MayCall, "what is not promised goes on")
}

func TestAPaymentThatKeepsAPromiseSaysSoInTheHistory(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	ruled(t, store, "F-1", sendingDay, promiseFor("p", sendingDay, 10, 5000))
	postAt(t, store, "F-1", sendingDay.AddDate(0, 0, 2), payment("P-1", 5000))
	file := readFile(t, store, "F-1")
	promise, _ := file.Case.Promise("p")
	require.Equal(t, collection.PromiseKept, promise.Outcome)
	require.Equal(t, []string{"50.00 EUR promised for 2026-04-13 came: the promise was kept"}, summaries(file, "promise-kept"))
}

func TestTheRecordOfADebtorCountsItsPromisesOverAllInvoices(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for _, number := range []string{"F-1", "F-2", "F-3", "F-4"} {
		openCase(t, store, number)
		ruled(t, store, number, sendingDay, promiseFor("p", sendingDay, 5, 5000))
	}
	postAt(t, store, "F-1", sendingDay, payment("P-1", 5000))
	postAt(t, store, "F-2", sendingDay, payment("P-2", 1000))
	over := sendingDay.AddDate(0, 0, 20)
	ruled(t, store, "F-2", over, collection.ConcludePromise{ID: "p", At: over})
	ruled(t, store, "F-3", over, collection.ConcludePromise{ID: "p", At: over})
	record, promises, err := store.PromisesOfDebtor(t.Context(), acme, martin, 0)
	require.NoError(t, err)
	require.Equal(t, casefile.PromiseRecord{Promises: 4, Running: 1, Kept: 1, KeptInPart: 1, Broken: 1}, record)
	require.Len(t, promises, 4)
	_, _, err = store.PromisesOfDebtor(t.Context(), acme, "nobody", 0)
	require.ErrorIs(t, err, casefile.ErrUnknownDebtor)
}

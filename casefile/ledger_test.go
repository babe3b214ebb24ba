package casefile_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

func openCase(t testing.TB, store *casefile.Store, number string) collection.Case {
	t.Helper()
	opened, _, err := store.OpenCase(t.Context(), casefiletest.Opening(number))
	require.NoError(t, err)
	return opened
}

func post(t testing.TB, store *casefile.Store, invoice string, entry ledger.Entry) casefile.Posted {
	t.Helper()
	posted, err := store.PostEntry(t.Context(), posting(invoice, entry))
	require.NoError(t, err)
	return posted
}

func posting(invoice string, entry ledger.Entry) casefile.Posting {
	return casefile.Posting{
		Creditor: acme, Invoice: invoice, Entry: entry, Source: "signal", Actor: "billing", At: casefiletest.Opened.Add(24 * time.Hour),
	}
}

func reversal(id, of string) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryReversal, ID: id, Reverses: of, ValueDate: calendar.NewDate(2026, time.April, 2)}
}

func readFile(t testing.TB, store *casefile.Store, number string) casefile.File {
	t.Helper()
	file, err := store.CaseFile(t.Context(), acme, number)
	require.NoError(t, err)
	return file
}

func TestPaymentsCloseTheCaseAndAReversalReopensIt(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")

	posted := post(t, store, "F-1", payment("P-1", 5000))
	require.Equal(t, ledger.EntryApplied, posted.Outcome)
	require.Equal(t, euros(7000), posted.Position.Open)
	require.False(t, posted.IsClosed)

	posted = post(t, store, "F-1", payment("P-2", 8000))
	require.Equal(t, ledger.EntryOverpaid, posted.Outcome)
	require.Equal(t, euros(1000), posted.Position.Overpaid)
	require.False(t, posted.WasClosed)
	require.True(t, posted.IsClosed)
	file := readFile(t, store, "F-1")
	require.Equal(t, collection.StagePaid, file.Row.Stage)
	require.True(t, file.Row.NextAt.IsZero())
	require.Equal(t, []ledger.Allocation{
		{Kind: ledger.EntryPayment, ID: "P-1", Part: ledger.PartPrincipal, Amount: euros(5000)},
		{Kind: ledger.EntryPayment, ID: "P-2", Part: ledger.PartPrincipal, Amount: euros(7000)},
	}, file.Allocations)

	posted = post(t, store, "F-1", reversal("R-1", "P-2"))
	require.True(t, posted.WasClosed)
	require.False(t, posted.IsClosed)
	file = readFile(t, store, "F-1")
	require.Equal(t, collection.StageOpen, file.Row.Stage)
	require.True(t, file.Row.ClosedAt.IsZero())
	require.Equal(t, euros(7000), file.Row.Open)
	require.Equal(t, []string{"case-opened", "payment-received", "payment-received", "case-closed", "payment-reversed", "task-done", "case-reopened"}, historyKinds(file))
}

func historyKinds(file casefile.File) []string {
	var kinds []string
	for _, line := range file.History {
		kinds = append(kinds, line.Kind)
	}
	return kinds
}

func TestTheSameEntryAgainIsADuplicateAndChangesNothing(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	post(t, store, "F-1", payment("P-1", 5000))
	post(t, store, "F-unknown", payment("P-2", 5000))
	before := dump(t, dsn)

	again := post(t, store, "F-1", payment("P-1", 5000))
	require.Equal(t, ledger.EntryDuplicate, again.Outcome)
	require.Equal(t, euros(7000), again.Position.Open)
	require.Equal(t, ledger.EntryDuplicate, post(t, store, "F-unknown", payment("P-2", 5000)).Outcome)
	require.Equal(t, before, dump(t, dsn))
}

func TestAnEntryThatContradictsAKnownOneIsRefused(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	post(t, store, "F-1", payment("P-1", 5000))
	before := dump(t, dsn)

	for what, contradiction := range map[string]casefile.Posting{
		"another amount":          posting("F-1", payment("P-1", 5001)),
		"another invoice":         posting("F-2", payment("P-1", 5000)),
		"another unknown invoice": posting("F-9", payment("P-1", 5000)),
	} {
		_, err := store.PostEntry(t.Context(), contradiction)
		var refusal *collection.Refusal
		require.ErrorAs(t, err, &refusal, what)
		require.Equal(t, collection.RefusedConflict, refusal.Code)
	}
	_, err := store.PostEntry(t.Context(), posting("F-2", payment("P-1", 5000)))
	require.ErrorContains(t, err, "F-1", "the invoice that has the payment is named")

	for what, absurd := range map[string]ledger.Entry{
		"negative": payment("P-3", -1), "without an ID": payment("", 100), "beyond any invoice": payment("P-3", 1_000_000_000_000_01),
	} {
		_, err := store.PostEntry(t.Context(), posting("F-1", absurd))
		var refusal *collection.Refusal
		require.ErrorAs(t, err, &refusal, what)
		require.Equal(t, collection.RefusedInvalid, refusal.Code)
	}
	_, err = store.PostEntry(t.Context(), casefile.Posting{Creditor: "nobody", Invoice: "F-1", Entry: payment("P-4", 1)})
	require.ErrorIs(t, err, casefile.ErrUnknownCreditor)
	require.Equal(t, before, dump(t, dsn))
}

func TestAPersonDecidesAboutMoneyBeyondTheClaim(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	post(t, store, "F-1", payment("P-1", 12000))
	require.Empty(t, readFile(t, store, "F-1").Tasks, "there is nothing to decide about")
	post(t, store, "F-1", payment("P-2", 12000))
	post(t, store, "F-1", payment("P-2", 12000))
	tasks := readFile(t, store, "F-1").Tasks
	require.Len(t, tasks, 1)
	require.Equal(t, collection.TaskMatchPayment, tasks[0].Kind)
	require.Equal(t, casefile.TaskOpen, tasks[0].State, "the case is closed, the money still lies here")
	require.Equal(t, "Decide about 120.00 EUR that came beyond the claim", tasks[0].Title)
	require.Contains(t, tasks[0].Detail, "It came by the payment P-2 of 120.00 EUR and belongs to the debtor.")

	post(t, store, "F-1", reversal("R-2", "P-2"))
	require.Equal(t, casefile.TaskDone, readFile(t, store, "F-1").Tasks[0].State, "the bank took it back")
}

// The debtor pays a late invoice twice; the creditor had claimed no late fees.
func TestInterestThatNobodyClaimedIsNotTakenFromMoneyPaidTwice(t *testing.T) {
	t.Parallel()
	store := claiming(t)
	openCase(t, store, "F-1")
	late := payment("P-1", 12000)
	late.ValueDate = calendar.NewDate(2026, time.May, 29)
	post(t, store, "F-1", late)
	late.ID = "P-2"
	posted := post(t, store, "F-1", late)
	interest := posted.Position.LateFees.Interest
	require.Positive(t, interest.Arisen.Minor())
	require.True(t, interest.Paid.IsZero())
	require.Equal(t, euros(12000), posted.Position.Overpaid)
	require.True(t, posted.IsClosed)
	task := readFile(t, store, "F-1").Tasks[0]
	require.Contains(t, task.Detail, "Interest of "+interest.Arisen.String()+" arose that nobody claimed: it is not taken from this money unless you claim")

	posted = post(t, store, "F-1", ledger.Entry{Kind: ledger.EntryClaim, ID: "C-1", ValueDate: calendar.NewDate(2026, time.June, 2)})
	require.Equal(t, interest.Arisen, posted.Position.LateFees.Interest.Paid)
	require.Equal(t, euros(4000), posted.Position.LateFees.Indemnity.Paid)
	require.Equal(t, 12000-interest.Arisen.Minor()-4000, posted.Position.Overpaid.Minor())
	require.True(t, posted.IsClosed, "nothing is left to ask for")
	journal, err := store.Journal(t.Context(), acme, "F-1")
	require.NoError(t, err)
	require.Contains(t, journal[len(journal)-1].Legs, ledger.Leg{Account: ledger.BookDebtorCredit, Amount: money.FromMinor(interest.Arisen.Minor()+4000, money.EUR)})
}

func TestNobodyIsAskedAboutTheInterestOfAPlan(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	require.NoError(t, store.RecordPlan(t.Context(), writing(acceptPlan(t, planOver(t, "P-1", "F-1")), 1, "accepted")))
	posted := post(t, store, "F-1", payment("P-1", 12150))
	require.Equal(t, ledger.EntryOverpaid, posted.Outcome)
	require.Equal(t, euros(150), posted.Position.Overpaid, "it is owed under the plan, not on the account")
	require.Empty(t, readFile(t, store, "F-1").Tasks)
}

func TestMoneyThatCameBeforeItsInvoiceAndIsMoreIsAskedAbout(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1") // its creditor is known
	post(t, store, "F-2", payment("P-1", 15000))
	openCase(t, store, "F-2")
	tasks := readFile(t, store, "F-2").Tasks
	require.Len(t, tasks, 2)
	require.Equal(t, casefile.TaskDone, tasks[0].State, "the invoice is known now")
	require.Equal(t, "Decide about 30.00 EUR that came beyond the claim", tasks[1].Title)
	require.Equal(t, casefile.TaskOpen, tasks[1].State)
}

func TestAPaymentInAnotherCurrencyIsKeptWithATask(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	dollars := payment("P-1", 1)
	dollars.Amount = money.FromMinor(12000, "USD")

	posted := post(t, store, "F-1", dollars)
	require.Equal(t, ledger.EntryUnmatched, posted.Outcome)
	require.True(t, posted.KnownInvoice)
	require.Equal(t, euros(12000), posted.Position.Open)
	file := readFile(t, store, "F-1")
	require.Equal(t, dollars.Amount, file.Entries[0].Amount)
	require.Equal(t, collection.TaskMatchPayment, file.Tasks[0].Kind)
	require.Empty(t, file.Allocations)

	post(t, store, "F-1", payment("P-2", 12000))
	require.Equal(t, casefile.TaskOpen, readFile(t, store, "F-1").Tasks[0].State, "closing the case does not match the dollars")
}

func TestMoneyAfterAWriteOffIsKeptAndTheCaseStaysClosed(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	decide(t, store, "F-1", "k", collection.CaseEnded{Outcome: collection.StageWrittenOff})
	posted := post(t, store, "F-1", payment("P-1", 12000))
	require.True(t, posted.WasClosed)
	require.True(t, posted.IsClosed)
	require.Zero(t, posted.Position.Open.Minor())
	file := readFile(t, store, "F-1")
	require.Equal(t, collection.StageWrittenOff, file.Row.Stage)
	require.Len(t, file.Entries, 1)
}

func TestFiftyPostingsOfOnePaymentCountOnce(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	var applied, duplicates atomic.Int32
	var together sync.WaitGroup
	for range 50 {
		together.Go(func() {
			posted, err := store.PostEntry(t.Context(), posting("F-1", payment("P-1", 5000)))
			require.NoError(t, err)
			require.Equal(t, euros(7000), posted.Position.Open)
			switch posted.Outcome {
			case ledger.EntryApplied:
				applied.Add(1)
			case ledger.EntryDuplicate:
				duplicates.Add(1)
			case ledger.EntryOverpaid, ledger.EntryUnmatched:
			}
		})
	}
	together.Wait()
	require.Equal(t, int32(1), applied.Load())
	require.Equal(t, int32(49), duplicates.Load())
	require.Len(t, readFile(t, store, "F-1").Entries, 1)
}

func TestOnePaymentSignalledForManyInvoicesCountsForOneOfThem(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for i := range 10 {
		openCase(t, store, fmt.Sprintf("F-%d", i))
	}
	var taken atomic.Int32
	var together sync.WaitGroup
	for i := range 20 { // half of the invoices are not known
		together.Go(func() {
			_, err := store.PostEntry(t.Context(), posting(fmt.Sprintf("F-%d", i), payment("P-1", 5000)))
			var refusal *collection.Refusal
			if err != nil {
				require.ErrorAs(t, err, &refusal)
				return
			}
			taken.Add(1)
		})
	}
	together.Wait()
	require.Equal(t, int32(1), taken.Load())
}

func TestThePositionDoesNotDependOnTheOrderOfEntriesOrOnRepeats(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	var cases atomic.Int32
	rapid.Check(t, func(r *rapid.T) {
		var entries []ledger.Entry
		for i := range rapid.IntRange(1, 5).Draw(r, "payments") {
			entries = append(entries, payment(fmt.Sprintf("P-%d", i), rapid.Int64Range(1, 9000).Draw(r, "cents")))
			if rapid.Bool().Draw(r, "reversed") {
				entries = append(entries, reversal(fmt.Sprintf("R-%d", i), fmt.Sprintf("P-%d", i)))
			}
		}
		if rapid.Bool().Draw(r, "credited") {
			note := payment("C-1", rapid.Int64Range(1, 9000).Draw(r, "credit"))
			note.Kind = ledger.EntryCreditNote
			entries = append(entries, note)
		}
		var files []casefile.File
		for range 2 {
			number := fmt.Sprintf("F-%d", cases.Add(1))
			shuffled := rapid.Permutation(append(entries, entries...)).Draw(r, "order")
			opensAfter := rapid.IntRange(0, len(shuffled)).Draw(r, "opened after")
			for i, entry := range shuffled {
				if i == opensAfter {
					openCase(t, store, number)
				}
				entry.ID, entry.Reverses = number+entry.ID, prefixed(number, entry.Reverses)
				post(t, store, number, entry)
			}
			if opensAfter == len(shuffled) {
				openCase(t, store, number)
			}
			file := readFile(t, store, number)
			require.Equal(r, file.Position.Open, file.Row.Open, "the projection says what the ledger says")
			require.Equal(r, file.Position.Open.IsZero(), file.Row.Stage == collection.StagePaid)
			var allocated int64
			for _, part := range file.Allocations {
				allocated += part.Amount.Minor()
			}
			require.Equal(r, file.Position.Total.Minor()-file.Position.Open.Minor(), allocated)
			files = append(files, file)
		}
		require.Equal(r, files[0].Position, files[1].Position)
		require.Len(r, files[1].Entries, len(files[0].Entries))
	})
}

func prefixed(prefix, id string) string {
	if id == "" {
		return ""
	}
	return prefix + id
}

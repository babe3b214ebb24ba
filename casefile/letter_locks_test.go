package casefile_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// togetherOnPaper composes a letter that carries all that may join it.
func togetherOnPaper(c casefile.MessageContext) (casefile.Draft, error) {
	draft, err := onPaper(c)
	for _, sibling := range c.Siblings {
		draft.Carries = append(draft.Carries, sibling.Key)
	}
	return draft, err
}

// queuedTogether is a letter about several invoices of a debtor of their own, which waits
// to be printed.
func queuedTogether(t *testing.T, store *casefile.Store, debtor string, invoices ...string) casefile.Letter {
	t.Helper()
	for _, number := range invoices {
		opening := casefiletest.Opening(number)
		opening.Debtor.ID, opening.Invoice.Debtor, opening.Strategy.Name = debtor, debtor, "on-paper"
		opening.Strategy.Steps[1].Channels, opening.Strategy.Steps[1].Fallbacks = []collection.Channel{collection.ChannelLetter}, nil
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
	}
	asked := letterOf(invoices[0], collection.ChannelLetter)
	asked.At = time.Date(2026, time.April, 3, 15, 59, 0, 0, time.UTC) // all are due by the end of the contact hours
	message, gate, err := store.ReserveMessage(t.Context(), asked, togetherOnPaper)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	require.Equal(t, invoices, message.Invoices)
	require.True(t, begin(t, store, message.ID).MayCall)
	letter, err := store.QueueLetter(t.Context(), message.ID, "", sendingDay)
	require.NoError(t, err)
	_, _, err = store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: acme, Invoice: invoices[0], Kind: collection.TaskPostLetter, Key: "post/" + message.ID, Title: "Post it", At: sendingDay,
	})
	require.NoError(t, err)
	return letter
}

// atOnce runs acts at the same moment, and fails when one of them does.
func atOnce(t *testing.T, acts ...func() error) {
	t.Helper()
	var ready, done sync.WaitGroup
	begin := make(chan struct{})
	failed := make([]error, len(acts))
	for i, act := range acts {
		ready.Add(1)
		done.Go(func() {
			ready.Done()
			<-begin
			failed[i] = act()
		})
	}
	ready.Wait()
	close(begin)
	done.Wait()
	require.NoError(t, errors.Join(failed...))
}

// A letter about several invoices is cancelled by whatever makes one of them untrue, and
// the files of the others say so: whoever changes one of its cases writes about all.
func TestInvoicesThatOneLetterCarriesAreChangedAtOnceWithoutWaitingForEachOther(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	settle := func(kind ledger.EntryKind, invoice string, minor int64) func() error {
		entry := ledger.Entry{Kind: kind, ID: string(kind) + "/" + invoice, Amount: money.FromMinor(minor, money.EUR), ValueDate: dayOf(sendingDay)}
		return func() error {
			_, err := store.PostEntry(t.Context(), casefile.Posting{Creditor: acme, Invoice: invoice, Entry: entry, Source: "test", At: sendingDay})
			return err
		}
	}
	for round := range 30 {
		name := func(n int) string { return fmt.Sprintf("F-%02d-%d", round, n) }
		letter := queuedTogether(t, store, fmt.Sprintf("D-%02d", round), name(1), name(2), name(3))
		acts := []func() error{settle(ledger.EntryPayment, name(3), 12000), settle(ledger.EntryPayment, name(1), 12000), settle(ledger.EntryCreditNote, name(2), 500)}
		if round%3 == 0 {
			acts[2] = func() error {
				_, err := store.FlagHardship(t.Context(), casefile.HardshipFlag{
					Creditor: acme, Debtor: fmt.Sprintf("D-%02d", round), ID: "H", Kind: collection.SoftHardship, Reason: collection.HardshipCash, At: sendingDay,
				})
				return err
			}
		}
		atOnce(t, acts...)
		known, err := store.Letter(t.Context(), acme, letter.Number)
		require.NoError(t, err)
		require.Equal(t, casefile.LetterCancelled, known.State)
		for n := 1; n <= 3; n++ {
			told := 0
			for _, line := range readFile(t, store, name(n)).History {
				if line.Kind == "letter-cancelled" {
					told++
				}
			}
			require.Equal(t, 1, told, "the file of %s says once that the letter is not to be posted", name(n))
		}
	}
}

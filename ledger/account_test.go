package ledger_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/collection"
	"relance/ledger"
	"relance/money"
)

func payment(id string, minor int64) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryPayment, ID: id, Amount: euros(minor), ValueDate: day("2026-09-10")}
}

func reversal(id, reverses string) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryReversal, ID: id, Reverses: reverses, ValueDate: day("2026-09-12")}
}

func creditNote(number string, minor int64) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryCreditNote, ID: number, Amount: euros(minor), ValueDate: day("2026-09-11")}
}

func inDollars(e ledger.Entry) ledger.Entry {
	e.Amount = money.FromMinor(e.Amount.Minor(), "USD")
	return e
}

// posting writes entries to an account of 1,000 euros, which must take them.
func posting(t tester, entries ...ledger.Entry) (ledger.Account, []ledger.EntryOutcome) {
	t.Helper()
	account := ledger.NewAccount(ledger.Claim{Total: euros(100_000), Due: day("2026-09-01")})
	var outcomes []ledger.EntryOutcome
	for _, entry := range entries {
		posted, outcome, err := account.Post(entry)
		require.NoError(t, err)
		account, outcomes = posted, append(outcomes, outcome)
	}
	return account, outcomes
}

func position(t tester, account ledger.Account) ledger.Position {
	t.Helper()
	p, err := account.Position()
	require.NoError(t, err)
	return p
}

func allocations(t tester, account ledger.Account) []ledger.Allocation {
	t.Helper()
	allocated, err := account.Allocations()
	require.NoError(t, err)
	return allocated
}

func TestWhatBecomesOfMoneyThatComesIn(t *testing.T) {
	t.Parallel()
	const (
		applied, duplicate  = ledger.EntryApplied, ledger.EntryDuplicate
		overpaid, unmatched = ledger.EntryOverpaid, ledger.EntryUnmatched
	)
	type entries = []ledger.Entry
	type outcomes = []ledger.EntryOutcome
	for _, c := range []struct {
		what     string
		entries  entries
		outcomes outcomes
		open     int64
		overpaid int64
	}{
		{"nothing", nil, nil, 100_000, 0},
		{"in full", entries{payment("P1", 100_000)}, outcomes{applied}, 0, 0},
		{"in part", entries{payment("P1", 40_000)}, outcomes{applied}, 60_000, 0},
		{"too much", entries{payment("P1", 120_000)}, outcomes{overpaid}, 0, 20_000},
		{"too much in two", entries{payment("P1", 90_000), payment("P2", 90_000)}, outcomes{applied, overpaid}, 0, 80_000},
		{"twice the same", entries{payment("P1", 40_000), payment("P1", 40_000)}, outcomes{applied, duplicate}, 60_000, 0},
		{"two of one amount", entries{payment("P1", 40_000), payment("P2", 40_000)}, outcomes{applied, applied}, 20_000, 0},
		{"and back", entries{payment("P1", 100_000), reversal("R1", "P1")}, outcomes{applied, applied}, 100_000, 0},
		{"back before it came", entries{reversal("R1", "P1"), payment("P1", 100_000)}, outcomes{unmatched, applied}, 100_000, 0},
		{"back twice", entries{payment("P1", 100_000), reversal("R1", "P1"), reversal("R2", "P1")}, outcomes{applied, applied, applied}, 100_000, 0},
		{"a credit note", entries{creditNote("A1", 30_000)}, outcomes{applied}, 70_000, 0},
		{"a credit note for all", entries{creditNote("A1", 100_000)}, outcomes{applied}, 0, 0},
		{"a credit note after payment", entries{payment("P1", 100_000), creditNote("A1", 30_000)}, outcomes{applied, overpaid}, 0, 30_000},
		{"a payment and a credit note of one number", entries{payment("X", 10_000), creditNote("X", 20_000)}, outcomes{applied, applied}, 70_000, 0},
		{"dollars", entries{inDollars(payment("P1", 100_000))}, outcomes{unmatched}, 100_000, 0},
	} {
		account, got := posting(t, c.entries...)
		require.Equal(t, c.outcomes, got, c.what)
		p := position(t, account)
		require.Equal(t, euros(c.open), p.Open, c.what)
		require.Equal(t, euros(c.overpaid), p.Overpaid, c.what)
	}
}

func TestAnEntryThatCannotBeAFactIsRefused(t *testing.T) {
	t.Parallel()
	account, _ := posting(t, payment("P1", 40_000))
	for _, c := range []struct {
		entry ledger.Entry
		code  collection.RefusalCode
		words string
	}{
		{payment("", 100), collection.RefusedInvalid, "has no ID"},
		{payment("P2", 0), collection.RefusedInvalid, "must be more than nothing"},
		{payment("P2", -100), collection.RefusedInvalid, "must be more than nothing"},
		{creditNote("A1", -100), collection.RefusedInvalid, "must be more than nothing"},
		{payment("P2", 1_000_000_000_000_01), collection.RefusedInvalid, "beyond any invoice"},
		{ledger.Entry{Kind: ledger.EntryPayment, ID: "P2"}, collection.RefusedInvalid, "has no amount with a currency"},
		{reversal("R1", ""), collection.RefusedInvalid, "does not name the payment"},
		{ledger.Entry{Kind: "paymnet", ID: "P2", Amount: euros(1)}, collection.RefusedInvalid, "no kind of entry"},
		{payment("P1", 50_000), collection.RefusedConflict, "already recorded as 400.00 EUR and cannot be recorded again as 500.00 EUR"},
		{inDollars(payment("P1", 40_000)), collection.RefusedConflict, "cannot be recorded again as 400.00 USD"},
	} {
		posted, outcome, err := account.Post(c.entry)
		var refusal *collection.Refusal
		require.ErrorAs(t, err, &refusal, c.words)
		require.Equal(t, c.code, refusal.Code, c.words)
		require.ErrorContains(t, err, c.words)
		require.Empty(t, outcome)
		require.Equal(t, account, posted, "a refused entry changes nothing")
	}
}

func TestADuplicateMayCarryAnotherValueDate(t *testing.T) {
	t.Parallel()
	again := payment("P1", 40_000)
	again.ValueDate = day("2026-09-30")
	_, outcomes := posting(t, payment("P1", 40_000), again)
	require.Equal(t, ledger.EntryDuplicate, outcomes[1])
}

func TestCreditNotesPayFirstThenPaymentsByValueDate(t *testing.T) {
	t.Parallel()
	early, late := payment("P2", 60_000), payment("P1", 60_000)
	late.ValueDate = day("2026-09-20")
	account, _ := posting(t, late, early, creditNote("A1", 10_000))
	require.Equal(t, []ledger.Allocation{
		{Kind: ledger.EntryCreditNote, ID: "A1", Part: ledger.PartPrincipal, Amount: euros(10_000)},
		{Kind: ledger.EntryPayment, ID: "P2", Part: ledger.PartPrincipal, Amount: euros(60_000)},
		{Kind: ledger.EntryPayment, ID: "P1", Part: ledger.PartPrincipal, Amount: euros(30_000)},
	}, allocations(t, account))
}

// anyEntries are entries as they come: few numbers, so that reversals, payments
// and duplicates meet; one fact per number.
func anyEntries(t *rapid.T) []ledger.Entry {
	facts := map[string]ledger.Entry{}
	for i := range rapid.IntRange(0, 12).Draw(t, "entries") {
		n := rapid.IntRange(1, 5).Draw(t, "number")
		var entry ledger.Entry
		switch rapid.SampledFrom([]string{"payment", "dollars", "reversal", "credit"}).Draw(t, "kind") {
		case "payment":
			entry = payment(fmt.Sprintf("P%d", n), rapid.Int64Range(1, 150_000).Draw(t, "minor"))
		case "dollars":
			entry = inDollars(payment(fmt.Sprintf("P%d", n), 500))
		case "reversal":
			entry = reversal(fmt.Sprintf("R%d", i), fmt.Sprintf("P%d", n))
		default:
			entry = creditNote(fmt.Sprintf("A%d", n), rapid.Int64Range(1, 50_000).Draw(t, "minor"))
		}
		entry.ValueDate = day("2026-09-01").AddDays(rapid.IntRange(0, 5).Draw(t, "value date"))
		if _, known := facts[string(entry.Kind)+entry.ID]; !known {
			facts[string(entry.Kind)+entry.ID] = entry
		}
	}
	entries := make([]ledger.Entry, 0, len(facts))
	for _, entry := range facts {
		entries = append(entries, entry)
	}
	return entries
}

func TestNoCentIsLostOrMade(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		account, _ := posting(t, anyEntries(t)...)
		p := position(t, account)
		require.Equal(t, p.Total.Minor()+p.Overpaid.Minor(), p.Paid.Minor()+p.Credited.Minor()+p.Open.Minor())
		require.GreaterOrEqual(t, p.Open.Minor(), int64(0))
		require.GreaterOrEqual(t, p.Overpaid.Minor(), int64(0))
		require.True(t, p.Open.IsZero() || p.Overpaid.IsZero(), "nobody owes and is owed at once")
		var allocated int64
		for _, allocation := range allocations(t, account) {
			require.GreaterOrEqual(t, allocation.Amount.Minor(), int64(0))
			allocated += allocation.Amount.Minor()
		}
		require.Equal(t, p.Total.Minor()-p.Open.Minor(), allocated, "what is not open any more was paid by somebody")
	})
}

func TestThePositionIsTheSameWhateverTheOrderAndHoweverOftenEntriesCome(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := anyEntries(t)
		shuffled := rapid.Permutation(entries).Draw(t, "order")
		again := rapid.SliceOfN(rapid.IntRange(0, max(0, len(entries)-1)), 0, 6).Draw(t, "again")
		one, _ := posting(t, entries...)
		other, _ := posting(t, shuffled...)
		if len(entries) > 0 {
			for _, i := range again {
				posted, outcome, err := other.Post(entries[i])
				require.NoError(t, err)
				require.Equal(t, ledger.EntryDuplicate, outcome)
				other = posted
			}
		}
		require.Equal(t, position(t, one), position(t, other))
		require.Equal(t, allocations(t, one), allocations(t, other))
	})
}

func TestPostingNeverChangesTheAccountItWasGiven(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		account := ledger.NewAccount(ledger.Claim{Total: euros(100_000), Due: day("2026-09-01")})
		for _, entry := range anyEntries(t) {
			before, allocated := position(t, account), allocations(t, account)
			posted, _, err := account.Post(entry)
			require.NoError(t, err)
			_, _, err = account.Post(payment("another", 5))
			require.NoError(t, err)
			require.Equal(t, before, position(t, account))
			require.Equal(t, allocated, allocations(t, account))
			account = posted
		}
	})
}

func TestAnInvoiceInYenHasNoCents(t *testing.T) {
	t.Parallel()
	account := ledger.NewAccount(ledger.Claim{Total: money.FromMinor(5000, "JPY")})
	account, outcome, err := account.Post(ledger.Entry{Kind: ledger.EntryPayment, ID: "P", Amount: money.FromMinor(2000, "JPY")})
	require.NoError(t, err)
	require.Equal(t, ledger.EntryApplied, outcome)
	require.Equal(t, "3000 JPY", position(t, account).Open.String())
}

package ledger_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/ledger"
)

// discounted is an offer of 2026-09-05 that can be taken until 2026-09-15.
func discounted(id string, minor int64) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryDiscount, ID: id, Amount: euros(minor), ValueDate: day("2026-09-05"), Until: day("2026-09-15")}
}

func discountOf(t tester, account ledger.Account, on string) ledger.Discount {
	t.Helper()
	discounts, err := account.Discounts(day(on))
	require.NoError(t, err)
	require.Len(t, discounts, 1)
	return discounts[0]
}

func TestADiscountCountsFromThePaymentThatEarnsItToTheCentAndToTheDay(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		paid  int64
		on    string
		state ledger.DiscountState
		open  int64
		over  int64
	}{
		"the rest in full":        {95_000, "2026-09-10", ledger.DiscountApplied, 0, 0},
		"on the last day":         {95_000, "2026-09-15", ledger.DiscountApplied, 0, 0},
		"a day late":              {95_000, "2026-09-16", ledger.DiscountExpired, 5_000, 0},
		"a cent too little":       {94_999, "2026-09-15", ledger.DiscountExpired, 5_001, 0},
		"more than is to be paid": {97_000, "2026-09-10", ledger.DiscountApplied, 0, 2_000},
		"all, without discount":   {100_000, "2026-09-10", ledger.DiscountApplied, 0, 5_000},
	} {
		account, _ := posting(t, discounted("S-1", 5_000), paid("P", c.on, c.paid))
		p := at(t, account, "2026-09-20")
		require.Equal(t, euros(c.open), p.Open, name)
		require.Equal(t, euros(c.over), p.Overpaid, name)
		require.Equal(t, c.state, discountOf(t, account, "2026-09-20").State, name)
		require.Equal(t, p.Total.Minor(), p.Paid.Minor()+p.Credited.Minor()+p.Open.Minor()-p.Overpaid.Minor(), name)
	}
}

func TestWhileItIsOpenTheOfferSaysWhatIsToBePaidAndTheClaimIsWhole(t *testing.T) {
	t.Parallel()
	account, _ := posting(t, discounted("S-1", 5_000), paid("P", "2026-09-08", 20_000))
	d := discountOf(t, account, "2026-09-09")
	require.Equal(t, ledger.DiscountOpen, d.State)
	require.Equal(t, euros(75_000), d.ToPay)
	require.Equal(t, euros(80_000), at(t, account, "2026-09-09").Open, "a reminder claims all")
	open, found := account.OpenDiscount(day("2026-09-15"))
	require.True(t, found)
	require.Equal(t, "S-1", open.ID)
	_, found = account.OpenDiscount(day("2026-09-16"))
	require.False(t, found)
}

func TestNewsThatComeLateCountByTheirValueDate(t *testing.T) {
	t.Parallel()
	account, _ := posting(t, discounted("S-1", 5_000))
	require.Equal(t, ledger.DiscountExpired, discountOf(t, account, "2026-09-18").State)
	account, _, err := account.Post(paid("P", "2026-09-14", 95_000))
	require.NoError(t, err)
	d := discountOf(t, account, "2026-09-18")
	require.Equal(t, ledger.DiscountApplied, d.State)
	require.Equal(t, day("2026-09-14"), d.AppliedOn)
	require.True(t, position(t, account).Open.IsZero())
}

func TestAReversalTakesTheDiscountAwayWithThePayment(t *testing.T) {
	t.Parallel()
	account, _ := posting(t, discounted("S-1", 5_000), payment("P", 95_000), reversal("R", "P"))
	require.Equal(t, euros(100_000), position(t, account).Open)
	require.Equal(t, ledger.DiscountOpen, discountOf(t, account, "2026-09-13").State)
	require.True(t, at(t, account, "2026-09-11").Open.IsZero(), "before the reversal it was earned")
}

func TestARevokedOfferCanNotBeTakenAndAnEarnedOneStays(t *testing.T) {
	t.Parallel()
	revoked := ledger.Entry{Kind: ledger.EntryDiscountRevoked, ID: "V", Reverses: "S-1", ValueDate: day("2026-09-10")}
	account, _ := posting(t, discounted("S-1", 5_000), revoked, paid("P", "2026-09-10", 95_000))
	require.Equal(t, euros(5_000), position(t, account).Open)
	require.Equal(t, ledger.DiscountRevoked, discountOf(t, account, "2026-09-12").State)
	account, _ = posting(t, discounted("S-1", 5_000), revoked, paid("P", "2026-09-09", 95_000))
	require.Equal(t, ledger.DiscountApplied, discountOf(t, account, "2026-09-12").State)
}

func TestOffersThatAreNoneAreRefused(t *testing.T) {
	t.Parallel()
	account, _ := posting(t)
	refuses := func(account ledger.Account, e ledger.Entry, says string) {
		t.Helper()
		_, _, err := account.Post(e)
		require.ErrorContains(t, err, says)
	}
	refuses(account, discounted("S", 100_000), "is all of the 1000.00 EUR that is open")
	refuses(account, discounted("S", 0), "more than nothing")
	refuses(account, inDollars(discounted("S", 5)), "is in USD and the invoice in EUR")
	refuses(account, ledger.Entry{Kind: ledger.EntryDiscountRevoked, ID: "V", Reverses: "S", ValueDate: day("2026-09-10")}, "no discount S was offered")
	late := discounted("S", 5)
	late.Until = day("2026-09-04")
	refuses(account, late, "must end on that day or later")
	account, _ = posting(t, discounted("S-1", 5_000))
	refuses(account, discounted("S-2", 6_000), "revoke it before another is offered")
	refuses(account, discounted("S-1", 6_000), "already recorded as 50.00 EUR until 2026-09-15")
	account, _ = posting(t, payment("P", 100_000))
	refuses(account, discounted("S", 5), "nothing is open")
}

func TestLateFeesAreGivenUpWithADiscountUnlessItKeepsThem(t *testing.T) {
	t.Parallel()
	offer := ledger.Entry{Kind: ledger.EntryDiscount, ID: "S", Amount: euros(50_000), ValueDate: day("2026-06-20"), Until: day("2026-07-10")}
	account := bookOf(t, claimed("C", "2026-06-15"), offer, paid("P", "2026-07-01", 950_000))
	p := at(t, account, "2026-07-20")
	require.True(t, p.Open.IsZero())
	require.True(t, p.LateFees.Open("EUR").IsZero())
	require.True(t, p.Overpaid.IsZero())
	require.Equal(t, euros(950_000), p.Paid)
	// Of the payment 203.12 paid interest, which is given back: 500.00 and that.
	require.Equal(t, euros(50_000+20_312), p.Credited)

	keeps := offer
	keeps.KeepsLateFees = true
	account = bookOf(t, claimed("C", "2026-06-15"), keeps, paid("P", "2026-07-01", 950_000))
	require.Equal(t, ledger.DiscountExpired, discountOf(t, account, "2026-07-20").State)
	require.Positive(t, at(t, account, "2026-07-20").Open.Minor())
	account = bookOf(t, claimed("C", "2026-06-15"), keeps, paid("P", "2026-07-01", 950_000+20_312+4_000))
	p = at(t, account, "2026-07-20")
	require.Equal(t, ledger.DiscountApplied, discountOf(t, account, "2026-07-20").State)
	require.True(t, p.Open.IsZero())
	require.True(t, p.LateFees.Open("EUR").IsZero())
	require.Equal(t, euros(50_000), p.Credited)
}

func TestADiscountIsAppliedExactlyWhenItsConditionIsMet(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		discount := rapid.Int64Range(1, 99_999).Draw(t, "discount")
		offer := discounted("S-1", discount)
		entries := []ledger.Entry{offer}
		paidInTime, paidInAll := int64(0), int64(0)
		for i := range rapid.IntRange(0, 5).Draw(t, "payments") {
			minor := rapid.Int64Range(1, 60_000).Draw(t, "amount")
			on := day("2026-08-25").AddDays(rapid.IntRange(0, 40).Draw(t, "day"))
			id := fmt.Sprintf("P%d", i)
			entries = append(entries, ledger.Entry{Kind: ledger.EntryPayment, ID: id, Amount: euros(minor), ValueDate: on})
			if rapid.IntRange(0, 3).Draw(t, "reversed") == 0 {
				entries = append(entries, ledger.Entry{Kind: ledger.EntryReversal, ID: "R" + id, Reverses: id, ValueDate: on.AddDays(rapid.IntRange(0, 5).Draw(t, "later"))})
				continue
			}
			paidInAll += minor
			if on <= offer.Until {
				paidInTime += minor
			}
		}
		var recorded []ledger.Entry
		for _, e := range rapid.Permutation(entries).Draw(t, "order") {
			recorded = append(recorded, e, e)
		}
		account, err := ledger.AccountOf(ledger.Claim{Total: euros(100_000), Due: day("2026-08-20")}, recorded)
		require.NoError(t, err)
		p := at(t, account, "2026-12-31")
		require.Equal(t, euros(paidInAll), p.Paid)
		if paidInTime+discount >= 100_000 && paidInTime > 0 {
			require.Equal(t, ledger.DiscountApplied, discountOf(t, account, "2026-12-31").State)
			require.True(t, p.Open.IsZero())
			require.Equal(t, discount, p.Credited.Minor())
		} else {
			require.Equal(t, ledger.DiscountExpired, discountOf(t, account, "2026-12-31").State)
			require.True(t, p.Credited.IsZero())
			require.Equal(t, max(0, 100_000-paidInAll), p.Open.Minor())
		}
		require.Equal(t, p.Total.Minor()+p.Overpaid.Minor(), p.Paid.Minor()+p.Credited.Minor()+p.Open.Minor())
	})
}

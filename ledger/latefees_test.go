package ledger_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/collection"
	"relance/config"
	"relance/latefees"
	"relance/law"
	"relance/ledger"
	"relance/money"
)

// tariff is the law of late payment between French businesses.
func tariff(t tester, terms latefees.Terms) *latefees.Tariff {
	t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	prepared, err := latefees.NewTariff(book, law.Regime{Country: "FR", Debtor: law.Business}, terms)
	require.NoError(t, err)
	return prepared
}

// claimed are the late fees, asked for from a day on.
func claimed(id, on string) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryClaim, ID: id, ValueDate: day(on)}
}

func paid(id, on string, minor int64) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryPayment, ID: id, Amount: euros(minor), ValueDate: day(on)}
}

func waived(id, on string, part ledger.Part, minor int64) ledger.Entry {
	e := ledger.Entry{Kind: ledger.EntryWaiver, ID: id, ValueDate: day(on), Part: part, Note: "good customer"}
	if minor > 0 {
		e.Amount = euros(minor)
	}
	return e
}

func cost(id, on string, minor int64) ledger.Entry {
	return ledger.Entry{Kind: ledger.EntryCost, ID: id, ValueDate: day(on), Amount: euros(minor), Note: "bailiff's letter"}
}

// bookOf posts entries about 10,000 euros that were due on 1 May 2026.
func bookOf(t tester, entries ...ledger.Entry) ledger.Account {
	t.Helper()
	account := ledger.NewAccount(ledger.Claim{Total: euros(1_000_000), Due: day("2026-05-01"), Tariff: tariff(t, latefees.Terms{}), Tolerance: euros(100)})
	for _, e := range entries {
		posted, _, err := account.Post(e)
		require.NoError(t, err)
		account = posted
	}
	return account
}

func at(t tester, account ledger.Account, on string) ledger.Position {
	t.Helper()
	p, err := account.At(day(on))
	require.NoError(t, err)
	return p
}

func dues(arisen, paid, waived, open int64) ledger.Dues {
	return ledger.Dues{Arisen: euros(arisen), Paid: euros(paid), Waived: euros(waived), Open: euros(open)}
}

// The worked example Q01: 4,000 paid on 1 July pays the interest of 203.12 and
// then the principal; on 3 September 6,337.99 settles it.
func TestAPartPaymentPaysTheInterestFirstOnceItIsClaimed(t *testing.T) {
	t.Parallel()
	account := bookOf(t, claimed("C1", "2026-06-15"), paid("P1", "2026-07-01", 400_000))
	p := at(t, account, "2026-09-03")
	require.Equal(t, euros(620_312), p.Open)
	require.Equal(t, dues(33_799, 20_312, 0, 13_487), p.LateFees.Interest)
	require.Equal(t, dues(4_000, 0, 0, 4_000), p.LateFees.Indemnity)
	require.Equal(t, []ledger.Allocation{
		{Kind: ledger.EntryPayment, ID: "P1", Part: ledger.PartInterest, Amount: euros(20_312)},
		{Kind: ledger.EntryPayment, ID: "P1", Part: ledger.PartPrincipal, Amount: euros(379_688)},
	}, allocations(t, account))
}

// What was asked for was the principal, and the debtor paid it.
func TestAPaymentBeforeTheClaimPaysThePrincipal(t *testing.T) {
	t.Parallel()
	account := bookOf(t, paid("P1", "2026-07-01", 1_000_000))
	p := position(t, account)
	require.True(t, p.Open.IsZero())
	require.Equal(t, dues(20_312, 0, 0, 0), p.LateFees.Interest, "it arose, and nobody asked for it")
	require.True(t, account.LateFeesAlone(p).IsZero(), "the claim is closed")
}

// The example of docs/statement.md, line by line.
func TestTheGuideToTheStatementSaysWhatBecomesOfMoneyBeyondThePrincipal(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../docs/statement.md")
	require.NoError(t, err)
	account := bookOf(t, paid("P1", "2026-07-01", 1_000_000), paid("P2", "2026-07-02", 1_000_000), claimed("C1", "2026-07-10"),
		waived("W1", "2026-07-12", "", 0))
	word := func(p ledger.Position, d ledger.Dues) string {
		switch {
		case p.LateFees.ClaimedFrom.IsZero():
			return d.Arisen.Decimal() + " not claimed"
		case d.Waived.Sign() > 0:
			return d.Waived.Decimal() + " waived"
		default:
			return d.Paid.Decimal() + " paid"
		}
	}
	for _, on := range []string{"2026-07-01", "2026-07-02", "2026-07-10", "2026-07-12"} {
		p := at(t, account, on)
		require.Regexp(t, fmt.Sprintf(`(?m)^\| %s \| [^|]+ \| %s \| %s \| %s \|$`, on, word(p, p.LateFees.Interest), word(p, p.LateFees.Indemnity), p.Overpaid.Decimal()), string(guide))
	}
}

// The debtor paid twice by mistake, and nobody had asked for late fees.
func TestMoneyBeyondThePrincipalIsTheDebtorsUntilLateFeesAreClaimed(t *testing.T) {
	t.Parallel()
	account := bookOf(t, paid("P1", "2026-07-01", 1_000_000))
	account, outcome, err := account.Post(paid("P2", "2026-07-02", 1_000_000))
	require.NoError(t, err)
	require.Equal(t, ledger.EntryOverpaid, outcome)
	p := position(t, account)
	require.Equal(t, euros(1_000_000), p.Overpaid)
	require.Equal(t, dues(20_312, 0, 0, 0), p.LateFees.Interest, "it arose, and no money was taken for it")
	require.Equal(t, []ledger.Allocation{
		{Kind: ledger.EntryPayment, ID: "P1", Part: ledger.PartPrincipal, Amount: euros(1_000_000)},
	}, allocations(t, account))

	claim, _, err := account.Post(claimed("C1", "2026-07-10"))
	require.NoError(t, err)
	p = position(t, claim)
	require.Equal(t, dues(20_312, 20_312, 0, 0), p.LateFees.Interest, "who claims it sets it off")
	require.Equal(t, dues(4_000, 4_000, 0, 0), p.LateFees.Indemnity)
	require.Equal(t, euros(1_000_000-24_312), p.Overpaid)
	requireBalanced(t, p.Books(false))
	require.Equal(t, euros(1_000_000), at(t, claim, "2026-07-09").Overpaid, "not before")

	waivedAll, _, err := claim.Post(waived("W1", "2026-07-12", "", 0))
	require.NoError(t, err)
	require.Equal(t, euros(1_000_000), position(t, waivedAll).Overpaid, "what is given up is given back")
}

// The second payment came before the late fees were asked for; then the bank took back the first.
func TestMoneyThatIsTheDebtorsPaysWhatAReversalOpensAndNoInterest(t *testing.T) {
	t.Parallel()
	account := bookOf(t, paid("P1", "2026-07-01", 1_000_000), paid("P2", "2026-07-02", 1_000_000),
		ledger.Entry{Kind: ledger.EntryReversal, ID: "R1", Reverses: "P1", ValueDate: day("2026-07-20")})
	p := position(t, account)
	require.True(t, p.Open.IsZero())
	require.True(t, p.Overpaid.IsZero())
	require.True(t, p.LateFees.Interest.Paid.IsZero())
}

func TestThePrincipalClosesFirstAndTheLateFeesAfterIt(t *testing.T) {
	t.Parallel()
	account := bookOf(t, claimed("C1", "2026-06-15"), paid("P1", "2026-07-01", 1_020_312))
	p := position(t, account)
	require.True(t, p.Open.IsZero())
	require.True(t, p.LateFees.Interest.Open.IsZero())
	require.Equal(t, euros(4_000), account.LateFeesAlone(p), "the fixed sum is open")

	settled, _, err := account.Post(paid("P2", "2026-07-20", 4_500))
	require.NoError(t, err)
	p = position(t, settled)
	require.Equal(t, dues(4_000, 4_000, 0, 0), p.LateFees.Indemnity)
	require.Equal(t, euros(500), p.Overpaid)
	require.True(t, settled.LateFeesAlone(p).IsZero())

	waivedToo, _, err := account.Post(waived("W1", "2026-07-20", ledger.PartIndemnity, 0))
	require.NoError(t, err)
	p = position(t, waivedToo)
	require.Equal(t, dues(4_000, 0, 4_000, 0), p.LateFees.Indemnity)
	require.True(t, waivedToo.LateFeesAlone(p).IsZero())
}

func TestAPaymentThatIsReversedWeeksLaterLeavesTheInterestOfThoseWeeksUncounted(t *testing.T) {
	t.Parallel()
	account := bookOf(t, claimed("C1", "2026-06-15"), paid("P1", "2026-07-01", 1_020_312),
		ledger.Entry{Kind: ledger.EntryReversal, ID: "R1", Reverses: "P1", ValueDate: day("2026-07-31")})
	p := at(t, account, "2026-08-01")
	require.Equal(t, euros(1_000_000), p.Open)
	require.True(t, p.Paid.IsZero())
	require.Equal(t, dues(20_312+340, 0, 0, 20_312+340), p.LateFees.Interest)
	require.Empty(t, allocations(t, account))
}

// P4 had a cent over, which paid what the reversal of P1 opened; then P4 is taken back
// too, when P5 has a cent over: that cent pays, and nothing is overpaid.
func TestMoneyThatPaidForAReversalAndIsTakenBackItselfIsReplacedByWhatCameAfterIt(t *testing.T) {
	t.Parallel()
	back := func(payment, on string) ledger.Entry {
		return ledger.Entry{Kind: ledger.EntryReversal, ID: "R" + payment, Reverses: payment, ValueDate: day(on)}
	}
	account := bookOf(t, paid("P1", "2026-04-25", 1), paid("P2", "2026-04-25", 1), paid("P3", "2026-04-25", 208_510),
		paid("P4", "2026-04-25", 791_489), paid("P5", "2026-04-26", 1), back("P1", "2026-04-25"), back("P4", "2026-04-26"))
	p := at(t, account, "2026-04-30")
	require.Equal(t, euros(1_000_000-208_512), p.Open)
	require.True(t, p.Overpaid.IsZero(), "%s", p.Overpaid)
	requireBalanced(t, p.Books(false))
}

// A payment of 1 June becomes known in July: the interest is stated anew.
func TestABackDatedPaymentRestatesTheInterest(t *testing.T) {
	t.Parallel()
	claim := claimed("C1", "2026-05-15")
	before := at(t, bookOf(t, claim), "2026-07-01")
	after := at(t, bookOf(t, claim, paid("P1", "2026-06-01", 500_000)), "2026-07-01")
	require.Equal(t, euros(20_312), before.LateFees.Interest.Arisen)
	require.Less(t, after.LateFees.Interest.Arisen.Minor(), before.LateFees.Interest.Arisen.Minor())
	correction := ledger.Correction(before.Books(false), after.Books(false))
	requireBalanced(t, correction)
	require.Contains(t, correction, ledger.Leg{Account: ledger.BookReceived, Amount: euros(500_000)})
}

func TestThePastIsAsItWas(t *testing.T) {
	t.Parallel()
	account := bookOf(t, claimed("C1", "2026-06-15"), paid("P1", "2026-07-01", 400_000), paid("P2", "2026-09-03", 633_799+4_000))
	require.Equal(t, euros(1_000_000), at(t, account, "2026-06-30").Open)
	require.Equal(t, euros(620_312), at(t, account, "2026-07-01").Open)
	last := at(t, account, "2026-09-03")
	require.True(t, last.Open.IsZero())
	require.Zero(t, last.LateFees.Open(money.EUR).Minor())
	require.Zero(t, last.Overpaid.Minor())
}

func TestCostsAreNeverClaimedFromAConsumer(t *testing.T) {
	t.Parallel()
	account := ledger.NewAccount(ledger.Claim{Total: euros(10_000), Due: day("2026-05-01"), Consumer: true})
	_, _, err := account.Post(cost("K1", "2026-06-01", 2_500))
	var refusal *collection.Refusal
	require.ErrorAs(t, err, &refusal)
	require.ErrorContains(t, err, "L111-8")
}

func TestASmallRestCountsAsPaidOnceSomethingCame(t *testing.T) {
	t.Parallel()
	p := position(t, bookOf(t, paid("P1", "2026-04-30", 999_950)))
	require.True(t, p.Open.IsZero())
	require.Equal(t, euros(50), p.Tolerated)
	require.Equal(t, euros(999_899), position(t, ledger.NewAccount(ledger.Claim{Total: euros(999_899), Tolerance: euros(10_000_000)})).Open, "nothing was paid")
}

func TestNothingRunsOnARestThatIsTolerated(t *testing.T) {
	t.Parallel()
	account := bookOf(t, paid("P1", "2026-05-10", 999_950))
	paidOn, later := at(t, account, "2026-05-10"), at(t, account, "2026-12-31")
	require.Equal(t, euros(50), later.Tolerated)
	require.Equal(t, paidOn.LateFees, later.LateFees)
	require.Equal(t, day("2026-12-31"), later.AsOf)
}

// The first half of 2027 is in no table: the payment counts, the interest waits.
func TestWithoutTheTableOfAHalfYearNoInterestIsTold(t *testing.T) {
	t.Parallel()
	account := bookOf(t, claimed("C1", "2026-06-15"), paid("P1", "2027-02-01", 1_000_000))
	p := position(t, account)
	require.True(t, p.Open.IsZero())
	require.Contains(t, p.LateFees.Unknown, "first half of 2027")
	require.True(t, p.LateFees.Interest.IsZero())
}

func requireBalanced(t tester, legs []ledger.Leg) {
	t.Helper()
	sums := map[money.Currency]int64{}
	for _, leg := range legs {
		sums[leg.Amount.Currency()] += leg.Amount.Minor()
	}
	for currency, sum := range sums {
		require.Zero(t, sum, "%s of %v", currency, legs)
	}
}

// anyBook are entries of every kind, in any order of time.
func anyBook(t *rapid.T) []ledger.Entry {
	var entries []ledger.Entry
	date := func() string {
		return day("2026-04-25").AddDays(rapid.IntRange(0, 200).Draw(t, "day")).String()
	}
	payments := rapid.IntRange(0, 5).Draw(t, "payments")
	for i := range payments {
		entries = append(entries, paid(fmt.Sprintf("P%d", i), date(), rapid.Int64Range(1, 900_000).Draw(t, "paid")))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "reversals") {
		e := reversal(fmt.Sprintf("R%d", i), fmt.Sprintf("P%d", rapid.IntRange(0, 5).Draw(t, "reversed")))
		e.ValueDate = day(date())
		entries = append(entries, e)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "credit notes") {
		e := creditNote(fmt.Sprintf("A%d", i), rapid.Int64Range(1, 400_000).Draw(t, "credited"))
		e.ValueDate = day(date())
		entries = append(entries, e)
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "claims") {
		entries = append(entries, claimed(fmt.Sprintf("C%d", i), date()))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "costs") {
		entries = append(entries, cost(fmt.Sprintf("K%d", i), date(), rapid.Int64Range(1, 20_000).Draw(t, "cost")))
	}
	for i := range rapid.IntRange(0, 2).Draw(t, "waivers") {
		part := rapid.SampledFrom([]ledger.Part{"", ledger.PartInterest, ledger.PartIndemnity, ledger.PartCosts}).Draw(t, "part")
		minor := int64(0)
		if part != "" {
			minor = rapid.Int64Range(0, 5_000).Draw(t, "waived")
		}
		entries = append(entries, waived(fmt.Sprintf("W%d", i), date(), part, minor))
	}
	return entries
}

func TestEveryCentStandsInTheBooksOnce(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := anyBook(t)
		account := bookOf(t, entries...)
		other := bookOf(t, rapid.Permutation(entries).Draw(t, "order")...)
		require.Equal(t, position(t, account), position(t, other), "the order of news does not matter")
		var booked []ledger.Leg
		for _, on := range []string{"2026-04-24", "2026-06-10", "2026-08-20", "2026-12-31"} {
			p := at(t, account, on)
			for _, amount := range []money.Amount{p.Open, p.Overpaid, p.LateFees.Interest.Open, p.LateFees.Indemnity.Open, p.LateFees.Costs.Open} {
				require.GreaterOrEqual(t, amount.Minor(), int64(0))
			}
			right := p.Books(false)
			requireBalanced(t, right)
			requireBalanced(t, p.Books(true))
			correction := ledger.Correction(booked, right)
			requireBalanced(t, correction)
			booked = right
		}
		p := position(t, account)
		received, parts := map[ledger.EntryKind]int64{}, map[ledger.Part]int64{}
		for _, a := range allocations(t, account) {
			require.Positive(t, a.Amount.Minor())
			received[a.Kind] += a.Amount.Minor()
			parts[a.Part] += a.Amount.Minor()
		}
		require.Equal(t, p.Total.Minor()-p.Open.Minor()-p.Tolerated.Minor(), parts[ledger.PartPrincipal], "of the principal")
		require.Equal(t, p.LateFees.Interest.Paid.Minor(), parts[ledger.PartInterest], "of the interest")
		require.Equal(t, p.Paid.Minor()+p.Credited.Minor()-p.Overpaid.Minor(), received[ledger.EntryPayment]+received[ledger.EntryCreditNote],
			"what is not the debtor's credit pays something")
	})
}

// C01: against a consumer interest runs from the day after the receipt of the
// formal notice, at the legal rate; no fixed sum.
func TestAConsumerOwesInterestFromTheFormalNoticeOnly(t *testing.T) {
	t.Parallel()
	book, err := law.Load(config.Law)
	require.NoError(t, err)
	prepared, err := latefees.NewTariff(book, law.Regime{Country: "FR", Debtor: law.Consumer}, latefees.Terms{})
	require.NoError(t, err)
	account := ledger.NewAccount(ledger.Claim{Total: euros(120_000), Due: day("2026-01-31"), Tariff: prepared, Consumer: true})
	for _, e := range []ledger.Entry{
		claimed("C1", "2026-03-09"),
		{Kind: ledger.EntryNoticeReceived, ID: "AR-1", ValueDate: day("2026-03-10")},
		{Kind: ledger.EntryNoticeReceived, ID: "AR-2", ValueDate: day("2026-05-10")},
	} {
		posted, _, err := account.Post(e)
		require.NoError(t, err)
		account = posted
	}
	require.True(t, at(t, account, "2026-03-10").LateFees.Interest.Open.IsZero())
	p := at(t, account, "2026-09-15")
	require.Equal(t, dues(1_661, 0, 0, 1_661), p.LateFees.Interest)
	require.True(t, p.LateFees.Indemnity.IsZero())
}

// I01: interest stops on the eve of the opening judgment.
func TestInterestStopsAtTheInsolvency(t *testing.T) {
	t.Parallel()
	account := ledger.NewAccount(ledger.Claim{Total: euros(1_500_000), Due: day("2026-03-01"), Tariff: tariff(t, latefees.Terms{})})
	account, _, err := account.Post(claimed("C1", "2026-04-01"))
	require.NoError(t, err)
	account, _, err = account.Post(ledger.Entry{Kind: ledger.EntryInsolvency, ID: "RJ-1", ValueDate: day("2026-05-20")})
	require.NoError(t, err)
	require.Equal(t, dues(39_446, 0, 0, 39_446), at(t, account, "2026-12-01").LateFees.Interest)
}

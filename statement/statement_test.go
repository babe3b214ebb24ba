package statement_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
	"relance/ledger"
	"relance/money"
	"relance/statement"
)

// The worked example Q01: 10,000 due on 1 May, late fees claimed on 15 June, 4,000
// paid on 1 July, stated on 3 September.
func TestTheWorkedExampleIsStated(t *testing.T) {
	t.Parallel()
	s := state(t, "2026-09-03", accountOf(t, "F-1", euros(1_000_000), claimed("C1", "2026-06-15"), paid("P1", "2026-07-01", euros(400_000))))
	require.Len(t, s.Cases, 1)
	c := s.Cases[0]
	require.Equal(t, statement.Pays{Principal: euros(379_688), Interest: euros(20_312), Indemnity: euros(0), Costs: euros(0), Credit: euros(0)}, c.Receipts[0].Pays)

	principal, interest := line(t, c.Lines, ledger.PartPrincipal), line(t, c.Lines, ledger.PartInterest)
	require.Equal(t, euros(620_312), principal.Open)
	require.Equal(t, []any{euros(33_799), euros(20_312), euros(13_487)}, []any{interest.Arisen, interest.Paid, interest.Open})
	require.Equal(t, euros(4_000), line(t, c.Lines, ledger.PartIndemnity).Open)
	require.Equal(t, statement.Daily{Amount: euros(211), Exact: "2.10736131 EUR"}, c.PerDay)

	require.Len(t, c.Segments, 3)
	require.Equal(t, statement.Segment{
		From: day("2026-07-02"), To: day("2026-09-03"), Days: 64, Rate: 124_000, YearDays: 365, Base: euros(620_312), Amount: euros(13_487),
		Exact: "134.87112416 EUR", Rule: "late-interest/FR/business", Article: "C. com. L441-10 II",
	}, c.Segments[2])
	require.Equal(t, []statement.NoteCode{statement.NoteRounded}, codes(c), "199.73 and 3.40 and 134.87 are 338.00")

	require.Equal(t, []money.Amount{euros(637_799)}, c.Due)
	require.Equal(t, euros(637_799), s.Totals[0].Due)
	require.Equal(t, c.PerDay, s.Totals[0].PerDay)
}

func TestThePastIsStatedAsItWas(t *testing.T) {
	t.Parallel()
	account := accountOf(t, "F-1", euros(1_000_000), claimed("C1", "2026-06-15"), paid("P1", "2026-07-01", euros(400_000)),
		ledger.Entry{Kind: ledger.EntryReversal, ID: "R1", Reverses: "P1", ValueDate: day("2026-07-20")})
	account.Outcome, account.ClosedOn = collection.StageWrittenOff, day("2026-08-01")

	before := state(t, "2026-06-30", account).Cases[0]
	require.Empty(t, before.Receipts)
	require.Equal(t, []money.Amount{euros(1_000_000 + 19_973 + 4_000)}, before.Due)

	between := state(t, "2026-07-19", account).Cases[0]
	require.Len(t, between.Receipts, 1)
	require.Equal(t, euros(379_688), between.Receipts[0].Pays.Principal)
	require.True(t, between.Receipts[0].ReversedOn.IsZero(), "nobody knew yet")

	after := state(t, "2026-07-31", account)
	require.Len(t, after.Cases[0].Receipts, 2)
	require.Equal(t, day("2026-07-20"), after.Cases[0].Receipts[0].ReversedOn)
	require.Equal(t, statement.Pays{}, after.Cases[0].Receipts[0].Pays)
	require.Equal(t, euros(-400_000), after.Cases[0].Receipts[1].Amount)
	require.Positive(t, after.Totals[0].Due.Minor())

	closed := state(t, "2026-08-01", account)
	require.Equal(t, collection.StageWrittenOff, closed.Cases[0].Closed)
	require.Equal(t, []money.Amount{euros(0)}, closed.Cases[0].Due)
	require.True(t, closed.Totals[0].Due.IsZero())
	require.Greater(t, closed.Totals[0].GivenUp.Minor(), int64(1_000_000))
	require.Equal(t, statement.Daily{}, closed.Totals[0].PerDay)
	require.Contains(t, codes(closed.Cases[0]), statement.NoteGivenUp)
}

func TestAnInvoiceThatDidNotExistYetIsNotStated(t *testing.T) {
	t.Parallel()
	account := accountOf(t, "F-1", euros(1_000_000))
	require.Empty(t, state(t, "2026-03-31", account).Cases)
	require.Len(t, state(t, "2026-04-01", account).Cases, 1)
	account.IssuedOn = 0
	require.Empty(t, state(t, "2026-04-01", account).Cases, "its case was opened on the 2nd")

	_, err := statement.New(statement.Facts{Invoice: "F-1", Accounts: []statement.Account{account}}, day("2026-04-01"))
	var refusal *collection.Refusal
	require.ErrorAs(t, err, &refusal)
	require.ErrorContains(t, err, "did not exist on 2026-04-01")
}

func TestWhatIsNotClaimedIsShownAndNotDue(t *testing.T) {
	t.Parallel()
	s := state(t, "2026-06-30", accountOf(t, "F-1", euros(1_000_000)))
	c := s.Cases[0]
	require.Equal(t, euros(19_973), line(t, c.Lines, ledger.PartInterest).NotClaimed)
	require.Equal(t, euros(4_000), line(t, c.Lines, ledger.PartIndemnity).NotClaimed)
	require.Equal(t, []money.Amount{euros(1_000_000)}, c.Due)
	require.Equal(t, euros(340), c.PerDay.Amount)
	require.Equal(t, statement.Daily{}, s.Totals[0].PerDay, "a debtor who is asked for nothing else owes nothing more tomorrow")
	require.Contains(t, codes(c), statement.NoteNotClaimed)
}

// The fixed sum is in euros whatever the currency of the invoice, and yen have no
// decimals.
func TestCurrenciesAreNeverAddedUp(t *testing.T) {
	t.Parallel()
	yen := func(minor int64) money.Amount { return money.FromMinor(minor, "JPY") }
	s := state(t, "2026-09-03",
		accountOf(t, "F-1", euros(1_000_000), claimed("C1", "2026-06-15")),
		accountOf(t, "F-2", yen(1_000_000), claimed("C2", "2026-06-15"), paid("P2", "2026-07-01", yen(400_000)), paid("P3", "2026-07-02", euros(10_000))))
	require.Len(t, s.Totals, 2)
	require.Equal(t, money.EUR, s.Totals[0].Currency)
	require.Equal(t, euros(8_000), line(t, s.Totals[0].Lines, ledger.PartIndemnity).Open)
	require.Equal(t, euros(1_000_000+42_055+8_000), s.Totals[0].Due)

	second := s.Cases[1]
	require.Equal(t, yen(20_312), second.Receipts[0].Pays.Interest)
	require.Equal(t, yen(620_312+13_487), s.Totals[1].Due)
	require.Equal(t, statement.Daily{Amount: yen(211), Exact: "210.736131 JPY"}, s.Totals[1].PerDay)
	require.Equal(t, []money.Amount{yen(620_312 + 13_487), euros(4_000)}, second.Due)
	require.Equal(t, statement.Receipt{
		Kind: ledger.EntryPayment, ID: "P3", On: day("2026-07-02"), Amount: euros(10_000), NotCounted: statement.AnotherCurrency,
	}, second.Receipts[1])
}

func TestReversalsThatCountForNothingAreStatedWithTheReason(t *testing.T) {
	t.Parallel()
	reversal := func(id, of string) ledger.Entry {
		return ledger.Entry{Kind: ledger.EntryReversal, ID: id, Reverses: of, ValueDate: day("2026-06-10")}
	}
	c := state(t, "2026-06-30", accountOf(t, "F-1", euros(1_000_000), paid("P1", "2026-06-01", euros(100)),
		reversal("R1", "P1"), reversal("R2", "P1"), reversal("R3", "P9"))).Cases[0]
	reasons := map[string]statement.Reason{}
	for _, receipt := range c.Receipts {
		reasons[receipt.ID] = receipt.NotCounted
	}
	require.Equal(t, map[string]statement.Reason{"P1": "", "R1": "", "R2": statement.TakenBackAlready, "R3": statement.PaymentNotKnown}, reasons)
}

// The first half of 2027 is in no table.
func TestWithoutAHalfYearNoInterestIsStatedAndTheReasonIs(t *testing.T) {
	t.Parallel()
	account := accountOf(t, "F-1", euros(1_000_000), claimed("C1", "2026-06-15"), paid("P1", "2026-07-01", euros(400_000)))
	last := state(t, "2026-12-31", account)
	require.NotEmpty(t, last.Cases[0].Segments)
	require.Contains(t, codes(last.Cases[0]), statement.NoteNextDayUnknown)
	require.True(t, last.Totals[0].PerDay.Unknown)

	s := state(t, "2027-01-01", account)
	c := s.Cases[0]
	require.Empty(t, c.Segments)
	require.Empty(t, c.InterestExact)
	require.Equal(t, []statement.NoteCode{statement.NoteRateMissing}, codes(c))
	require.Equal(t, "2027 H1", c.Notes[0].HalfYear.String())
	require.NotEmpty(t, c.Notes[0].Rate.FR)
	require.Len(t, c.Lines, 1)
	require.Equal(t, euros(600_000), s.Totals[0].Due, "the payment pays the principal")
	require.True(t, s.Totals[0].PerDay.Unknown)
}

func TestWaiversAndCostsAreStatedOneByOne(t *testing.T) {
	t.Parallel()
	c := state(t, "2026-09-03", accountOf(t, "F-1", euros(1_000_000), claimed("C1", "2026-06-15"),
		ledger.Entry{Kind: ledger.EntryCost, ID: "K1", ValueDate: day("2026-07-01"), Amount: euros(2_500), Note: "bailiff's letter"},
		ledger.Entry{Kind: ledger.EntryWaiver, ID: "W1", ValueDate: day("2026-08-01"), Note: "good customer"})).Cases[0]
	require.Equal(t, []statement.Cost{{ID: "K1", On: day("2026-07-01"), Amount: euros(2_500), Note: "bailiff's letter"}}, c.Costs)
	given := map[ledger.Part]money.Amount{}
	for _, waiver := range c.Waivers {
		require.Equal(t, "good customer", waiver.Note)
		require.Equal(t, day("2026-08-01"), waiver.On)
		given[waiver.Part] = waiver.Amount
		require.Equal(t, waiver.Amount, line(t, c.Lines, waiver.Part).Waived)
	}
	require.Equal(t, euros(4_000), given[ledger.PartIndemnity])
	require.Equal(t, euros(2_500), given[ledger.PartCosts])
	require.Equal(t, euros(30_844), given[ledger.PartInterest])
}

func TestADiscountThatWasEarnedIsAReceiptAndAnOfferIsNot(t *testing.T) {
	t.Parallel()
	offer := ledger.Entry{Kind: ledger.EntryDiscount, ID: "S-1", Amount: euros(5_000), ValueDate: day("2026-04-05"), Until: day("2026-04-15")}
	account := accountOf(t, "F-1", euros(100_000), offer, paid("P1", "2026-04-10", euros(95_000)))
	before := state(t, "2026-04-06", account).Cases[0]
	require.Empty(t, before.Receipts)
	receipts := state(t, "2026-04-12", account).Cases[0].Receipts
	require.Len(t, receipts, 2)
	require.Equal(t, []ledger.EntryKind{ledger.EntryDiscount, ledger.EntryPayment}, []ledger.EntryKind{receipts[0].Kind, receipts[1].Kind})
	require.Equal(t, euros(5_000), receipts[0].Amount)
}

package statement_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/collection"
	"relance/latefees"
	"relance/ledger"
	"relance/money"
	"relance/statement"
)

// anyEntries are entries of every kind, in any order of time.
func anyEntries(t *rapid.T) []ledger.Entry {
	var entries []ledger.Entry
	one := 0
	for range rapid.IntRange(0, 10).Draw(t, "entries") {
		one++
		e := ledger.Entry{
			Kind:      rapid.SampledFrom(ledger.EntryKinds()[:6]).Draw(t, "kind"),
			ID:        fmt.Sprintf("E%d", one),
			ValueDate: day("2026-04-25").AddDays(rapid.IntRange(0, 200).Draw(t, "day")),
		}
		switch e.Kind {
		case ledger.EntryPayment:
			e.Amount = euros(rapid.Int64Range(1, 900_000).Draw(t, "paid"))
			if rapid.IntRange(0, 9).Draw(t, "currency") == 0 {
				e.Amount = money.FromMinor(e.Amount.Minor(), "USD")
			}
		case ledger.EntryCreditNote:
			e.Amount = euros(rapid.Int64Range(1, 400_000).Draw(t, "credited"))
		case ledger.EntryReversal:
			e.Reverses = fmt.Sprintf("E%d", rapid.IntRange(1, 10).Draw(t, "reversed"))
		case ledger.EntryCost:
			e.Amount, e.Note = euros(rapid.Int64Range(1, 20_000).Draw(t, "cost")), "letter"
		case ledger.EntryWaiver:
			e.Note, e.Part = "good customer", rapid.SampledFrom([]ledger.Part{"", ledger.PartInterest, ledger.PartIndemnity, ledger.PartCosts}).Draw(t, "part")
			if e.Part != "" {
				e.Amount = euros(rapid.Int64Range(0, 5_000).Draw(t, "waived"))
			}
		default:
		}
		entries = append(entries, e)
	}
	return entries
}

func anyAccount(t *rapid.T, tariff *latefees.Tariff, number string) statement.Account {
	claim := ledger.Claim{Total: euros(rapid.Int64Range(1, 1_500_000).Draw(t, "total")), Due: day("2026-05-01"), Tariff: tariff}
	if rapid.Bool().Draw(t, "tolerant") {
		claim.Tolerance = euros(100)
	}
	account, err := ledger.AccountOf(claim, anyEntries(t))
	require.NoError(t, err)
	made := statement.Account{Invoice: number, IssuedOn: day("2026-04-01"), Ledger: account}
	if rapid.IntRange(0, 4).Draw(t, "closed") == 0 {
		made.Outcome, made.ClosedOn = rapid.SampledFrom([]collection.Stage{collection.StageWrittenOff, collection.StageHandedOver}).Draw(t, "outcome"), day("2026-07-01")
	}
	return made
}

func plus(t tester, amounts ...money.Amount) money.Amount {
	t.Helper()
	sum := money.Amount{}
	for _, amount := range amounts {
		added, err := sum.Add(amount)
		require.NoError(t, err)
		sum = added
	}
	return sum
}

func TestEveryStatementBalancesAndAgreesWithTheJournal(t *testing.T) {
	t.Parallel()
	prepared := tariff(t)
	rapid.Check(t, func(t *rapid.T) {
		accounts := []statement.Account{anyAccount(t, prepared, "F-1"), anyAccount(t, prepared, "F-2")}
		on := day("2026-04-25").AddDays(rapid.IntRange(0, 220).Draw(t, "on"))
		s := state(t, on.String(), accounts...)
		require.Len(t, s.Cases, 2)
		books := map[ledger.BookAccount]int64{}
		for i, c := range s.Cases {
			position, err := accounts[i].Ledger.At(on)
			require.NoError(t, err)
			for _, leg := range position.Books(c.Closed == collection.StageWrittenOff) {
				books[leg.Account] += leg.Amount.Minor()
			}
			requireBalancedCase(t, c, position)
		}
		total := s.Totals[0]
		open := map[ledger.Part]int64{}
		for _, l := range total.Lines {
			requireBalancedLine(t, l)
			open[l.Part] = l.Open.Minor()
		}
		receivable := books[ledger.BookPrincipal] + books[ledger.BookInterest] + books[ledger.BookIndemnity] + books[ledger.BookCosts]
		require.Equal(t, receivable, total.Due.Minor())
		require.Equal(t, books[ledger.BookWrittenOff], total.GivenUp.Minor())
		require.Equal(t, -books[ledger.BookDebtorCredit], total.Overpaid.Minor())
		if total.GivenUp.IsZero() {
			require.Equal(t, books[ledger.BookPrincipal], open[ledger.PartPrincipal])
			require.Equal(t, books[ledger.BookInterest], open[ledger.PartInterest])
		}
	})
}

func requireBalancedLine(t tester, l statement.Line) {
	t.Helper()
	require.Equal(t, l.Arisen, plus(t, l.Paid, l.Credited, l.Waived, l.Tolerated, l.NotClaimed, l.Open), "%+v", l)
	for _, amount := range []money.Amount{l.Paid, l.Credited, l.Waived, l.Tolerated, l.NotClaimed, l.Open} {
		require.GreaterOrEqual(t, amount.Minor(), int64(0), "%+v", l)
	}
}

func requireBalancedCase(t tester, c statement.Case, position ledger.Position) {
	t.Helper()
	for _, l := range c.Lines {
		requireBalancedLine(t, l)
	}
	if interest, found := c.Line(ledger.PartInterest); found {
		require.Equal(t, position.LateFees.Interest.Paid, plus(t, interest.Paid, interest.Credited))
		if !c.ClaimedFrom.IsZero() {
			require.True(t, interest.NotClaimed.IsZero())
		}
	}
	received, credit := money.FromMinor(0, money.EUR), money.FromMinor(0, money.EUR)
	for _, receipt := range c.Receipts {
		if receipt.NotCounted != "" {
			continue
		}
		received = plus(t, received, receipt.Amount)
		if receipt.Pays != (statement.Pays{}) {
			pays := receipt.Pays
			require.Equal(t, receipt.Amount, plus(t, pays.Principal, pays.Interest, pays.Indemnity, pays.Costs, pays.Credit))
			require.GreaterOrEqual(t, pays.Credit.Minor(), int64(0))
			credit = plus(t, credit, pays.Credit)
		}
	}
	require.Equal(t, plus(t, position.Paid, position.Credited), received)
	require.Equal(t, c.Overpaid, credit)
	for _, waiver := range c.Waivers {
		require.Positive(t, waiver.Amount.Minor())
	}
}

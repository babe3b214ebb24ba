package ledger_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/ledger"
	"relance/money"
)

// Whatever is booked of a claim, and whatever partners keep beside it: the journal balances,
// the fees stand on their own accounts, and no receivable knows of them.
func TestTheFeesOfPartnersStandBesideTheClaimAndTheBooksBalance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		account := bookOf(t, anyBook(t)...)
		var booked []ledger.Leg
		var total int64
		for _, on := range []string{"2026-04-24", "2026-06-10", "2026-08-20", "2026-12-31"} {
			fees := euros(rapid.Int64Range(0, 50_000).Draw(t, "fees"))
			total += fees.Minor()
			right := slices.Concat(at(t, account, on).Books(rapid.Bool().Draw(t, "written off")), ledger.OfPartners(booked), ledger.PartnerFees(fees))
			correction := ledger.Correction(booked, right)
			requireBalanced(t, correction)
			booked = added(t, booked, correction)
			requireBalanced(t, booked)
		}
		balances := map[ledger.BookAccount]int64{}
		for _, leg := range booked {
			balances[leg.Account] += leg.Amount.Minor()
		}
		require.Equal(t, total, balances[ledger.BookPartnerFees])
		require.Equal(t, -total, balances[ledger.BookPartnerKept])
		without := map[ledger.BookAccount]int64{}
		for _, leg := range booked {
			if leg.Account != ledger.BookPartnerFees && leg.Account != ledger.BookPartnerKept {
				without[leg.Account] += leg.Amount.Minor()
			}
		}
		open := without[ledger.BookPrincipal] + without[ledger.BookInterest] + without[ledger.BookIndemnity] + without[ledger.BookCosts] + without[ledger.BookWrittenOff]
		p := at(t, account, "2026-12-31")
		require.Equal(t, p.Open.Minor()+p.LateFees.Interest.Open.Minor()+p.LateFees.Indemnity.Open.Minor()+p.LateFees.Costs.Open.Minor(), open, "the debtor owes what it owed")
	})
	require.Empty(t, ledger.PartnerFees(money.Amount{}))
}

// added are the balances after another entry.
func added(t tester, booked, entry []ledger.Leg) []ledger.Leg {
	t.Helper()
	var negated []ledger.Leg
	for _, leg := range booked {
		negated = append(negated, ledger.Leg{Account: leg.Account, Amount: leg.Amount.Neg()})
	}
	return ledger.Correction(negated, entry)
}

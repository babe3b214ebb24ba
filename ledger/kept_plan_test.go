package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/ledger"
)

func TestAKeptPlanLeavesOpenWhatItsMoneyPaidOfLaterInterest(t *testing.T) {
	t.Parallel()
	// On 1 July 2026, 10,000 euros of principal, 203.12 of interest (60 days at 12.15 % and one at 12.40 %)
	// and the fixed sum of 40 are owed, and claimed: the plan is over 10,243.12.
	account := bookOf(t, claimed("C1", "2026-06-15"))
	proposed := at(t, account, "2026-07-01")
	require.Equal(t, int64(24_312), proposed.LateFees.Open(proposed.Total.Currency()).Minor())
	for _, instalment := range []struct {
		id, on string
		minor  int64
	}{{"P1", "2026-08-03", 341_437}, {"P2", "2026-09-01", 341_437}, {"P3", "2026-10-01", 341_438}} {
		posted, _, err := account.Post(paid(instalment.id, instalment.on, instalment.minor))
		require.NoError(t, err)
		account = posted
	}
	kept := at(t, account, "2026-10-01")
	require.Positive(t, kept.Open.Minor(), "the money paid interest that arose since, first")

	rest, err := account.RestOfKeptPlan(day("2026-07-01"), day("2026-10-01"), euros(0))
	require.NoError(t, err)
	require.Equal(t, kept.Open, rest, "nothing but that interest is missing")

	credited, _, err := account.Post(ledger.Entry{Kind: ledger.EntryCreditNote, ID: "plan-P-1-kept", Amount: rest, ValueDate: day("2026-10-01")})
	require.NoError(t, err)
	closed, _, err := credited.Post(waived("W1", "2026-10-01", "", 0))
	require.NoError(t, err)
	p := at(t, closed, "2026-10-01")
	require.True(t, p.Open.IsZero())
	require.True(t, closed.LateFeesAlone(p).IsZero())
	require.True(t, p.Overpaid.IsZero(), "and nothing is given twice")
}

func TestAKeptPlanGivesUpNothingThatItsMoneyDidNotPayElsewhere(t *testing.T) {
	t.Parallel()
	unclaimed := bookOf(t, paid("P1", "2026-08-03", 900_000))
	rest, err := unclaimed.RestOfKeptPlan(day("2026-07-01"), day("2026-10-01"), euros(0))
	require.NoError(t, err)
	require.True(t, rest.IsZero(), "1,000 euros are open because they were not paid: another invoice of the plan has them")
}

// The debtor of the plan of 10,243.12 is let off 100 if it pays the rest, 10,143.12, by 31 July.
func TestAPlanThatIsSettledEarlyGivesUpItsReductionAndNoMore(t *testing.T) {
	t.Parallel()
	offer := ledger.Entry{
		Kind: ledger.EntryDiscount, ID: "plan/P-1/3/F-1", Amount: euros(100_00), ValueDate: day("2026-07-02"), Until: day("2026-07-31"), KeepsLateFees: true,
	}
	account := bookOf(t, claimed("C1", "2026-06-15"), offer, paid("P1", "2026-07-20", 10_143_12))
	rest, err := account.RestOfKeptPlan(day("2026-07-01"), day("2026-07-20"), euros(0))
	require.NoError(t, err)
	require.Positive(t, rest.Minor(), "the interest since the proposal, which the money paid first")
	credited, _, err := account.Post(ledger.Entry{Kind: ledger.EntryCreditNote, ID: "plan-P-1-F-1", Amount: rest, ValueDate: day("2026-07-20")})
	require.NoError(t, err)
	settled, _, err := credited.Post(waived("W1", "2026-07-20", "", 0))
	require.NoError(t, err)
	p := at(t, settled, "2026-08-31")
	require.True(t, p.Open.IsZero(), "%s", p.Open)
	require.True(t, settled.LateFeesAlone(p).IsZero())
	require.True(t, p.Overpaid.IsZero(), "%s", p.Overpaid)
	require.Equal(t, offer.Amount.Minor()+rest.Minor(), p.Credited.Minor())

	// Who pays the principal less the reduction alone has not paid what the plan asks for.
	short := bookOf(t, claimed("C1", "2026-06-15"), offer, paid("P1", "2026-07-20", 9_900_00))
	require.Positive(t, at(t, short, "2026-07-31").Open.Minor())
}

package ledger_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/ledger"
	"relance/money"
)

// The tolerance is a number of each invoice's own currency: nothing is converted, in
// no direction.
func TestAToleranceIsOfTheCurrencyOfTheInvoiceAndNeverConverted(t *testing.T) {
	t.Parallel()
	policy := ledger.Policy{Tolerance: "0.50"}
	require.Equal(t, euros(50), policy.ToleranceIn(money.EUR))
	require.Equal(t, money.FromMinor(50, "USD"), policy.ToleranceIn("USD"))
	require.True(t, policy.ToleranceIn("JPY").IsZero(), "there is no half a yen")
	for _, sample := range []struct{ paid, open int64 }{{99_50, 0}, {99_49, 51}} {
		claim := ledger.Claim{Total: money.FromMinor(100_00, "USD"), Tolerance: policy.ToleranceIn("USD")}
		account, _, err := ledger.NewAccount(claim).Post(ledger.Entry{Kind: ledger.EntryPayment, ID: "P", Amount: money.FromMinor(sample.paid, "USD"), ValueDate: day("2026-05-02")})
		require.NoError(t, err)
		require.Equal(t, sample.open, position(t, account).Open.Minor())
	}
}

// Two notices claim late fees for times that overlap: each day is charged once.
func TestInterestIsOwedOnceHoweverOftenItIsClaimed(t *testing.T) {
	t.Parallel()
	once := bookOf(t, claimed("C1", "2026-06-15"))
	often := bookOf(t, claimed("C1", "2026-06-15"), claimed("C2", "2026-07-15"), claimed("C3", "2026-07-15"), claimed("C4", "2026-09-01"))
	require.Equal(t, at(t, once, "2026-09-03").LateFees, at(t, often, "2026-09-03").LateFees)
	require.NotZero(t, at(t, once, "2026-09-03").LateFees.Interest.Open.Minor())

	paidOnce := bookOf(t, claimed("C1", "2026-06-15"), paid("P1", "2026-07-01", 20_312), claimed("C2", "2026-07-15"))
	p := at(t, paidOnce, "2026-09-03")
	require.InDelta(t, at(t, once, "2026-09-03").LateFees.Interest.Arisen.Minor(), p.LateFees.Interest.Arisen.Minor(), 1, "a payment ends a time, and each is rounded")
	require.Equal(t, p.LateFees.Interest.Arisen.Minor()-20_312, p.LateFees.Interest.Open.Minor(), "what was paid of it is not asked for again")
}

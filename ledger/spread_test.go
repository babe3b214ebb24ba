package ledger_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/ledger"
	"relance/money"
)

func debt(invoice, due string, open int64) ledger.Debt {
	return ledger.Debt{Invoice: invoice, Due: day(due), Open: euros(open)}
}

func TestOnePaymentForManyInvoicesFollowsTheDebtorAndThenTheLaw(t *testing.T) {
	t.Parallel()
	old, recent, coming := debt("A", "2026-05-01", 10_000), debt("B", "2026-06-01", 10_000), debt("C", "2026-09-01", 10_000)
	costly, indicated := recent, coming
	costly.Costly, indicated.Indicated = true, true
	twin := debt("A2", "2026-05-01", 20_000)
	for _, c := range []struct {
		what    string
		payment int64
		debts   []ledger.Debt
		shares  string
		left    int64
	}{
		{"the oldest first", 15_000, []ledger.Debt{coming, recent, old}, "A 100.00, B 50.00", 0},
		{"what is due before what is not", 25_000, []ledger.Debt{coming, recent, old}, "A 100.00, B 100.00, C 50.00", 0},
		{"what the debtor had most interest in paying", 15_000, []ledger.Debt{old, costly}, "B 100.00, A 50.00", 0},
		{"what the debtor said", 15_000, []ledger.Debt{old, costly, indicated}, "C 100.00, B 50.00", 0},
		{"debts that are alike in proportion", 10_000, []ledger.Debt{old, twin}, "A 33.34, A2 66.66", 0},
		{"what is left belongs to the debtor", 35_000, []ledger.Debt{old, recent}, "A 100.00, B 100.00", 15_000},
		{"nothing is owed", 100, nil, "", 100},
	} {
		shares, left := ledger.Spread(euros(c.payment), day("2026-07-01"), c.debts)
		told := ""
		for i, s := range shares {
			if i > 0 {
				told += ", "
			}
			told += s.Invoice + " " + s.Amount.Decimal()
		}
		require.Equal(t, c.shares, told, c.what)
		require.Equal(t, euros(c.left), left, c.what)
	}
}

func TestSpreadingLosesNoCentAndOverpaysNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var debts []ledger.Debt
		for i := range rapid.IntRange(0, 6).Draw(t, "debts") {
			d := debt(fmt.Sprintf("F%d", i), fmt.Sprintf("2026-0%d-01", rapid.IntRange(4, 8).Draw(t, "month")), rapid.Int64Range(0, 1_000_000_000_000).Draw(t, "open"))
			d.Indicated, d.Costly = rapid.Bool().Draw(t, "indicated"), rapid.Bool().Draw(t, "costly")
			if rapid.IntRange(0, 9).Draw(t, "foreign") == 0 {
				d.Open = money.FromMinor(d.Open.Minor(), "USD")
			}
			debts = append(debts, d)
		}
		payment := euros(rapid.Int64Range(1, 3_000_000_000_000).Draw(t, "payment"))
		shares, left := ledger.Spread(payment, day("2026-06-15"), debts)
		open := map[string]money.Amount{}
		for _, d := range debts {
			open[d.Invoice] = d.Open
		}
		sum := left.Minor()
		for _, s := range shares {
			require.Positive(t, s.Amount.Minor())
			require.LessOrEqual(t, s.Amount.Minor(), open[s.Invoice].Minor())
			require.Equal(t, money.EUR, open[s.Invoice].Currency())
			sum += s.Amount.Minor()
		}
		require.Equal(t, payment.Minor(), sum)
		again, _ := ledger.Spread(payment, day("2026-06-15"), rapid.Permutation(debts).Draw(t, "order"))
		require.Equal(t, shares, again)
	})
}

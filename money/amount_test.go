package money_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/money"
)

func TestAmountsAreReadExactly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text     string
		currency money.Currency
		minor    int64
		written  string
	}{
		{"1234.5", "EUR", 123450, "1234.50 EUR"},
		{"-0.05", "EUR", -5, "-0.05 EUR"},
		{"+7", "EUR", 700, "7.00 EUR"},
		{".5", "EUR", 50, "0.50 EUR"},
		{"12.3400", "EUR", 1234, "12.34 EUR"},
		{"1500", "JPY", 1500, "1500 JPY"},
		{"1500.00", "JPY", 1500, "1500 JPY"},
		{"3.125", "TND", 3125, "3.125 TND"},
		{"92233720368547758.07", "EUR", math.MaxInt64, "92233720368547758.07 EUR"},
	} {
		amount, err := money.Parse(c.text, c.currency)
		require.NoError(t, err, c.text)
		require.Equal(t, c.minor, amount.Minor(), c.text)
		require.Equal(t, c.written, amount.String())
	}
}

func TestWhatIsNotAnAmountIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "-", "1.", "1,5", "1 000", "--1", "1e3", "0.001", "abc", "NaN", "1.2.3", "92233720368547758.08"} {
		_, err := money.Parse(text, "EUR")
		require.Error(t, err, text)
	}
	_, err := money.Parse("1.5", "JPY")
	require.ErrorContains(t, err, "more decimals than JPY allows (0)")
}

func TestDifferentCurrenciesNeverMix(t *testing.T) {
	t.Parallel()
	euros, dollars := money.FromMinor(100, "EUR"), money.FromMinor(100, "USD")
	_, err := euros.Add(dollars)
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
	_, err = euros.Cmp(dollars)
	require.ErrorIs(t, err, money.ErrCurrencyMismatch)
	sum, err := money.Amount{}.Add(euros)
	require.NoError(t, err)
	require.Equal(t, euros, sum)
}

func TestOverflowIsAnErrorNotAWrap(t *testing.T) {
	t.Parallel()
	_, err := money.FromMinor(math.MaxInt64, "EUR").Add(money.FromMinor(1, "EUR"))
	require.ErrorIs(t, err, money.ErrOverflow)
	_, err = money.FromMinor(0, "EUR").Sub(money.FromMinor(math.MinInt64, "EUR"))
	require.ErrorIs(t, err, money.ErrOverflow)
}

func TestAmountsSurviveJSON(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := money.FromMinor(rapid.Int64().Draw(t, "minor"),
			rapid.SampledFrom([]money.Currency{"EUR", "JPY", "TND", "USD"}).Draw(t, "currency"))
		text, err := json.Marshal(amount)
		require.NoError(t, err)
		var back money.Amount
		if amount.Minor() == math.MinInt64 {
			return // one below what its own magnitude parses to; never a real amount
		}
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, amount, back)
	})
}

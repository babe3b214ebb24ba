package money_test

import (
	"testing"

	"github.com/bojanz/currency"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/money"
)

func TestFrenchReadersSeeTheirOwnFigures(t *testing.T) {
	t.Parallel()
	for amount, words := range map[money.Amount]string{
		money.FromMinor(123_450, money.EUR):     "1\u202f234,50\u00a0€",
		money.FromMinor(-5, money.EUR):          "-0,05\u00a0€",
		money.FromMinor(100_000_000, money.EUR): "1\u202f000\u202f000,00\u00a0€",
		money.FromMinor(99_900, "USD"):          "999,00\u00a0USD",
		money.FromMinor(12_345, "JPY"):          "12\u202f345\u00a0JPY",
		money.FromMinor(0, money.EUR):           "0,00\u00a0€",
	} {
		require.Equal(t, words, amount.French())
	}
}

func TestFrenchFiguresAreThoseOfTheUnicodeTables(t *testing.T) {
	t.Parallel()
	formatter := currency.NewFormatter(currency.NewLocale("fr"))
	rapid.Check(t, func(t *rapid.T) {
		amount := money.FromMinor(rapid.Int64().Draw(t, "minor"), money.EUR)
		same, err := currency.NewAmount(amount.Decimal(), "EUR")
		require.NoError(t, err)
		require.Equal(t, formatter.Format(same), amount.French())
	})
}

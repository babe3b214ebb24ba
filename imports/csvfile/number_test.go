package csvfile

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/money"
)

func read(text string, style NumberStyle) (string, error) {
	n, err := dissect(text)
	if err != nil {
		return "", err
	}
	return n.plain(style)
}

func TestAmountsThatCanMeanOnlyOneThing(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1234":                        "1234",
		"1234,5":                      "1234.5",
		"1234.56":                     "1234.56",
		"1 234,56":                    "1234.56",
		"1\u00a0234,56":               "1234.56",
		"1\u202f234\u202f567,89":      "1234567.89",
		"1.234,56":                    "1234.56",
		"1,234.56":                    "1234.56",
		"1.234.567":                   "1234567",
		"1,234,567":                   "1234567",
		"1.234.567,89":                "1234567.89",
		"1'234.50":                    "1234.50",
		"1 234,567":                   "1234.567",
		"1500,000":                    "1500.000",
		"0,125":                       "0.125",
		"12,34":                       "12.34",
		",50":                         ".50",
		"-12,30":                      "-12.30",
		"12,30-":                      "-12.30",
		"−12,30":                      "-12.30",
		"(12.30)":                     "-12.30",
		"+12.30":                      "12.30",
		"1 234,56 €":                  "1234.56",
		"€1,234.56":                   "1234.56",
		"EUR 12":                      "12",
		"\u00a01\u202f234,00\u00a0€ ": "1234.00",
	} {
		got, err := read(text, NumbersFromFile)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestAmountsThatCanMeanTwoThingsNeedAStyle(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, comma, point string }{
		{"1,234", "1.234", "1234"},
		{"1.234", "1234", "1.234"},
		{"12.500", "12500", "12.500"},
		{"-123,456", "-123.456", "-123456"},
	} {
		_, err := read(c.text, NumbersFromFile)
		require.ErrorIs(t, err, errAmbiguous, c.text)
		comma, err := read(c.text, DecimalComma)
		require.NoError(t, err)
		require.Equal(t, c.comma, comma)
		point, err := read(c.text, DecimalPoint)
		require.NoError(t, err)
		require.Equal(t, c.point, point)
	}
}

func TestAnAmountAgainstTheExpectedStyleIsRefused(t *testing.T) {
	t.Parallel()
	_, err := read("1.234,56", DecimalPoint)
	require.ErrorIs(t, err, errOtherStyle)
	_, err = read("12.5", DecimalComma)
	require.ErrorIs(t, err, errOtherStyle)
}

func TestWhatIsNotAnAmountIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "-", "€", "abc", "12a", "1,2,3", "12,34,567", "1.23.456", "1,234,56", "1.234,567,89", "1,234.567.89", "1 23,45", "12 34", "1234 567",
		"1 234.567,89", "1 2,3 456", "--1", "-1-", "(-1)", "(1", "1)", "1e5", "0x10", "12.", ".", ",", "1..2", "#REF!", "12,5 %", "1 234 €€",
	} {
		_, err := read(text, NumbersFromFile)
		require.ErrorIs(t, err, errNotANumber, text)
	}
}

func TestEveryWayOfWritingAnAmountReadsBackTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := money.FromMinor(rapid.Int64Range(-1_000_000_000_00, 1_000_000_000_00).Draw(t, "minor"), "EUR")
		way := rapid.SampledFrom([]struct{ group, decimal string }{
			{"", ","}, {"", "."}, {" ", ","}, {"\u00a0", ","}, {"\u202f", ","}, {".", ","}, {",", "."}, {"'", "."},
		}).Draw(t, "way")
		text := written(amount, way.group, way.decimal)
		plain, err := read(text, NumbersFromFile)
		require.NoError(t, err, text)
		back, err := money.Parse(plain, "EUR")
		require.NoError(t, err, text)
		require.Equal(t, amount, back, text)
	})
}

// written formats an amount with two decimals and grouped thousands.
func written(amount money.Amount, group, decimal string) string {
	whole, cents, _ := strings.Cut(amount.Decimal(), ".")
	sign := ""
	if rest, ok := strings.CutPrefix(whole, "-"); ok {
		sign, whole = "-", rest
	}
	var groups []string
	for len(whole) > 3 {
		groups = append([]string{whole[len(whole)-3:]}, groups...)
		whole = whole[:len(whole)-3]
	}
	return sign + strings.Join(append([]string{whole}, groups...), group) + decimal + cents
}

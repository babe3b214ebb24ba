package law_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/law"
)

func TestPercentagesAreReadAndWrittenExactly(t *testing.T) {
	t.Parallel()
	for text, written := range map[string]string{
		"12.15": "12.15", "-0.88": "-0.88", "10": "10.00", "0.1275": "0.1275", "2.650": "2.65", "-0.0001": "-0.0001", "1000": "1000.00",
	} {
		p := percent(t, text)
		require.Equal(t, written, p.String())
		require.Equal(t, p, percent(t, p.String()))
	}
	for _, text := range []string{"", "12,15", "12.15 %", "1e3", ".5", "5.", "1.23456", "1001", "--1", "+1"} {
		_, err := law.ParsePercent(text)
		require.Error(t, err, text)
	}
}

func TestTheBelgianRateGoesUpToTheNextHalfPoint(t *testing.T) {
	t.Parallel()
	rule := law.LateInterest{Points: 8 * law.OnePercent, Rounding: law.UpToHalfPoint}
	for reference, rate := range map[string]string{
		"2.15": "10.50", "2.40": "10.50", "2.50": "10.50", "2.51": "11.00", "4.50": "12.50", "0.00": "8.00", "-0.50": "7.50", "-8.25": "0.00", "-8.75": "-0.50",
	} {
		require.Equal(t, rate, rule.Rate(percent(t, reference)).String(), reference)
	}
}

func TestEveryDayLiesInItsHalfYear(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d := day("1990-01-01").AddDays(rapid.IntRange(0, 40_000).Draw(t, "day"))
		half := law.HalfYearOf(d)
		require.LessOrEqual(t, half.First(), d)
		require.GreaterOrEqual(t, half.Last(), d)
		require.Equal(t, (half + 1).First(), half.Last()+1)
		require.Equal(t, d.Year(), half.Year())
	})
	require.Equal(t, "the second half of 2026", law.HalfYearOf(day("2026-07-01")).Words().EN)
	require.Equal(t, "le premier semestre 2027", law.HalfYearOf(day("2027-06-30")).Words().FR)
	require.True(t, law.HalfYearOf(calendar.NewDate(2026, 12, 31)).IsSecond())
}

package law_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/config"
	"relance/law"
)

func keysOf(needed []law.NeededRate) []string {
	var keys []string
	for _, n := range needed {
		keys = append(keys, n.Key())
	}
	return keys
}

func TestHalfYearsToAddAreNamedWithTheirRow(t *testing.T) {
	t.Parallel()
	book := builtIn(t)
	require.Empty(t, book.Needed(day("2026-12-10"), law.WarningDays))
	soon := book.Needed(day("2026-12-11"), law.WarningDays)
	require.Equal(t, []string{
		"at-base/2027H1", "be-civil/2027H1", "de-base/2027H1", "ecb-first-day/2027H1",
		"ecb-last-operation/2027H1", "fr-legal-individual/2027H1", "fr-legal-professional/2027H1",
	}, keysOf(soon))
	ecb := soon[3]
	require.False(t, ecb.Missing)
	require.Equal(t, 21, ecb.DaysLeft)
	require.Equal(t, "ecb_main_refinancing_rate.csv", ecb.File)
	require.Equal(t, "rate,valid_from,valid_to,percent,article,source,confidence,checked_on,next_change", ecb.Header)
	require.Equal(t, "ecb-first-day,2027-01-01,2027-06-30,PERCENT,Directive 2011/7/EU art. 2,SOURCE,CONFIDENCE,CHECKED_ON,2027-07-01", ecb.Row)
	require.Equal(t, "relance law add ecb-first-day 2027H1 PERCENT --source SOURCE", ecb.Command)

	gone := book.Needed(day("2027-07-01"), law.WarningDays)
	require.Len(t, gone, 14, "both half-years of seven rates")
	require.Equal(t, "2027-01-01", gone[0].From.String(), "the first to begin comes first")
	require.Equal(t, "2027 H2", gone[13].HalfYear)
	require.True(t, gone[13].Missing)
}

// A rate that has no value at all lacks that of today.
func TestARateWithoutAnyValueIsNeeded(t *testing.T) {
	t.Parallel()
	book, err := law.Load(config.Law, fstest.MapFS{"reference_rates.csv": {Data: []byte(
		"rate,country,title_en,title_fr,valid_from,valid_to,article,source,confidence,checked_on,next_change\n" +
			"lu-base,LU,Luxembourg rate,taux luxembourgeois,2020-01-01,,a law,a source,M,2026-11-22,\n")}})
	require.NoError(t, err)
	needed := book.Needed(day("2026-11-22"), law.WarningDays)
	require.Equal(t, []string{"lu-base/2026H2"}, keysOf(needed))
	require.Equal(t, "lu_base_rate.csv", needed[0].File)
}

func TestACountryNeedsTheRatesOfItsRules(t *testing.T) {
	t.Parallel()
	book := builtIn(t)
	require.Equal(t, []law.ReferenceKey{"ecb-first-day", "fr-legal-professional"}, book.ReferencesOf("FR"))
	require.Equal(t, []law.ReferenceKey{"de-base"}, book.ReferencesOf("DE"))
	require.Equal(t, []law.ReferenceKey{"be-civil", "ecb-first-day"}, book.ReferencesOf("BE"))
	require.Empty(t, book.ReferencesOf("US"))
}

func TestAWatchSaysWhetherTheDayIsCovered(t *testing.T) {
	t.Parallel()
	book := builtIn(t)
	for on, runOut := range map[string]bool{"2026-11-22": false, "2026-12-31": false, "2027-01-01": true} {
		require.Equal(t, runOut, book.Watch(day(on)).HasRunOut(), on)
	}
	require.NotEmpty(t, book.Watch(day("2026-12-31")).RunsOut)
}

func TestHalfYearsAreReadAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"2027H1", "2027 H1", "2027-h1"} {
		half, err := law.ParseHalfYear(text)
		require.NoError(t, err)
		require.Equal(t, "2027 H1", half.String())
	}
	for _, text := range []string{"", "2027", "H1", "2027H3", "27H1", "2027H12", "next"} {
		_, err := law.ParseHalfYear(text)
		require.ErrorContains(t, err, "is not a half-year: write it like 2027H1", text)
	}
	rapid.Check(t, func(t *rapid.T) {
		half := law.HalfYearOf(day("1990-01-01").AddDays(rapid.IntRange(0, 40_000).Draw(t, "day")))
		read, err := law.ParseHalfYear(half.Key())
		require.NoError(t, err)
		require.Equal(t, half, read)
	})
}

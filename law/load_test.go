package law_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/config"
	"relance/law"
)

const rateHeader = "rate,valid_from,valid_to,percent,article,source,confidence,checked_on,next_change\n"

func folder(files map[string]string) fs.FS {
	layer := fstest.MapFS{}
	for name, text := range files {
		layer[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return layer
}

// next is the row that an installation adds for the first half of 2027.
func next(percent string) string {
	return "ecb-first-day,2027-01-01,2027-06-30," + percent + ",Directive 2011/7/EU art. 2,ecb.europa.eu,H,2027-01-04,2027-07-01\n"
}

func TestAnInstallationAddsAHalfYearWithoutARelease(t *testing.T) {
	t.Parallel()
	mine := folder(map[string]string{"ecb_main_refinancing_rate.csv": "\ufeff" + rateHeader + next("2.65")})
	book, err := law.Load(config.Law, mine)
	require.NoError(t, err)
	value, err := book.RateValue(law.ECBOnTheFirstDay, law.HalfYearOf(day("2027-02-01")))
	require.NoError(t, err)
	require.Equal(t, "2.65", value.Percent.String())
	require.Equal(t, "ecb.europa.eu", value.Source)
	require.Equal(t, "ecb_main_refinancing_rate.csv", value.File)
	_, last, found := book.KnownHalfYears(law.ECBOnTheFirstDay)
	require.True(t, found)
	require.Equal(t, "2027 H1", last.String())
}

// After an upgrade the built-in table holds the row as well.
func TestTheSameRowAgainChangesNothing(t *testing.T) {
	t.Parallel()
	release := folder(map[string]string{"ecb_main_refinancing_rate.csv": rateHeader + next("2.65")})
	mine := folder(map[string]string{"ecb_main_refinancing_rate.csv": rateHeader + strings.Replace(next("2.650"), "ecb.europa.eu", "a letter of our bank", 1)})
	book, err := law.Load(config.Law, release, mine)
	require.NoError(t, err)
	value, err := book.RateValue(law.ECBOnTheFirstDay, law.HalfYearOf(day("2027-02-01")))
	require.NoError(t, err)
	require.Equal(t, "ecb.europa.eu", value.Source, "the built-in row stays")
}

func TestARowThatContradictsABuiltInOneIsRefusedByName(t *testing.T) {
	t.Parallel()
	mine := folder(map[string]string{"fr_legal_rate.csv": rateHeader +
		"fr-legal-professional,2026-07-01,2026-12-31,6.84,CMF L313-2,a website,H,2026-11-22,2027-01-01\n"})
	_, err := law.Load(config.Law, mine)
	require.EqualError(t, err, "fr_legal_rate.csv:2: valid_from: fr-legal-professional for 2026-07-01 to 2026-12-31 contradicts "+
		"law/fr_legal_rate.csv, line 25, which covers 2026-07-01 to 2026-12-31: remove one of the two rows")
}

func TestGapsAndOverlapsAreRefused(t *testing.T) {
	t.Parallel()
	for reason, rows := range map[string]string{
		"nothing says what de-base is from 2027-01-01 to 2027-06-30, before this row: add the rows between":                                                 "de-base,2027-07-01,2027-12-31,1.00,a,s,H,2026-11-22,\n",
		"de-base for 2026-07-01 to 2027-06-30 contradicts law/de_base_rate.csv, line 25, which covers 2026-07-01 to 2026-12-31: remove one of the two rows": "de-base,2026-07-01,2027-06-30,1.52,a,s,H,2026-11-22,\n",
		"de-base for 2027-01-01 to 2027-06-30 contradicts de_base_rate.csv, line 2, which covers 2027-01-01 to 2027-06-30: remove one of the two rows":      strings.Repeat("de-base,2027-01-01,2027-06-30,1.00,a,s,H,2026-11-22,\n", 2),
	} {
		_, err := law.Load(config.Law, folder(map[string]string{"de_base_rate.csv": rateHeader + rows}))
		require.ErrorContains(t, err, reason)
	}
}

func TestEverythingThatIsWrongIsToldAtOnceWithItsPlace(t *testing.T) {
	t.Parallel()
	_, err := law.Load(config.Law, folder(map[string]string{
		"fr_legal_rate.csv": rateHeader +
			"fr-legal-professional,2027-01-01,2027-06-30,\"2,80\",CMF L313-2,somewhere,H,2027-01-04,\n" +
			"fr-legal-individual,2027-01-02,2027-05-31,6.9,CMF L313-2,,X,2027-13-01,soon\n" +
			"fr-legal,2027-01-01,,1,CMF L313-2,somewhere,H,2027-01-04,\n" +
			"de-base,2027-01-01\n",
		"rates.csv":         rateHeader,
		"de_base_rate.csv":  "rate;valid_from\n",
		"at_base_rate.csv":  strings.Replace(rateHeader, "percent", "percents", 1),
		"be_civil_rate.csv": "",
		"notes.txt":         "not a table",
	}))
	require.Error(t, err)
	require.Equal(t, []string{
		`at_base_rate.csv:1: there is no column "percents": did you mean percent?`,
		`be_civil_rate.csv:1: the file has no header: its columns are rate,percent,valid_from,valid_to,article,source,confidence,checked_on,next_change`,
		`de_base_rate.csv:1: the columns are separated by semicolons: save the file as CSV with commas`,
		`fr_legal_rate.csv:2: percent: "2,80" is not a percentage: write it like 12.15`,
		`fr_legal_rate.csv:3: source: is empty: every row needs it`,
		`fr_legal_rate.csv:3: confidence: "X" is none of H, M, L`,
		`fr_legal_rate.csv:3: checked_on: "2027-13-01" is not a date: write it like 2026-11-22`,
		`fr_legal_rate.csv:3: next_change: "soon" is not a date: write it like 2026-11-22`,
		`fr_legal_rate.csv:3: valid_from: 2027-01-02 is not the first day of a half-year: write 2027-01-01`,
		`fr_legal_rate.csv:3: valid_to: 2027-05-31 is not the last day of a half-year: write 2027-06-30`,
		`fr_legal_rate.csv:3: valid_from: nothing says what fr-legal-individual is from 2027-01-01 to 2027-01-01, before this row: add the rows between`,
		`fr_legal_rate.csv:4: valid_to: is empty: every row needs it`,
		`fr_legal_rate.csv:4: rate: there is no rate "fr-legal" in reference_rates.csv: its rates are [at-base be-civil de-base ecb-first-day ecb-last-operation fr-legal-individual fr-legal-professional]`,
		`fr_legal_rate.csv:5: the row has 2 values for 9 columns: put values with a comma in double quotes`,
		`rates.csv: there is no table of this name: the tables are reference_rates.csv, late_interest.csv, payment_terms.csv, limitation_periods.csv, deadlines.csv, recovery_routes.csv, plain_rules.csv, contested_points.csv and those of rates, which end in _rate.csv`,
	}, strings.Split(err.Error(), "\n"))
	var problem law.Problem
	require.ErrorAs(t, err, &problem)
}

func TestAFolderThatCannotBeReadIsNotAnEmptyOne(t *testing.T) {
	t.Parallel()
	_, err := law.Load(config.Law, failing{})
	require.ErrorContains(t, err, "reading the law tables: ")
	require.ErrorIs(t, err, fs.ErrPermission)
}

type failing struct{}

func (failing) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

// Whatever stands in a file, reading it gives tables or a sentence.
func TestNoFileBreaksTheReader(t *testing.T) {
	t.Parallel()
	original, err := config.Law.ReadFile("law/late_interest.csv")
	require.NoError(t, err)
	rapid.Check(t, func(t *rapid.T) {
		text := []byte(string(original))
		for range rapid.IntRange(1, 5).Draw(t, "changes") {
			at := rapid.IntRange(0, len(text)-1).Draw(t, "at")
			text[at] = rapid.SampledFrom([]byte(",\"\n;0\xff-9x")).Draw(t, "byte")
		}
		_, err := law.Load(folder(map[string]string{"late_interest.csv": string(text)}))
		var problem law.Problem
		require.True(t, err == nil || errors.As(err, &problem), "%v", err)
	})
}

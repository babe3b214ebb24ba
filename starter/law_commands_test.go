package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/law"
)

// lawOn runs relance law on a data folder and gives what it said.
func lawOn(t *testing.T, data string, args ...string) (string, error) {
	t.Helper()
	var said bytes.Buffer
	err := run(t.Context(), append([]string{"--data", data, "law"}, args...), &said, io.Discard)
	return said.String(), err
}

func TestTheLawIsListedInBothLanguages(t *testing.T) {
	t.Parallel()
	english, err := lawOn(t, t.TempDir(), "--on", "2026-12-20")
	require.NoError(t, err)
	french, err := lawOn(t, t.TempDir(), "--on", "2026-12-20", "--language", "fr")
	require.NoError(t, err)
	for _, words := range []string{"The law on 2026-12-20: ", "2.40 % + 10 points = 12.40 %", "6 contested points", "default", "What runs out within 20 days", "Rows to add in", "ecb-first-day,2027-01-01"} {
		require.Contains(t, english, words)
	}
	for _, words := range []string{"Le droit au 2026-12-20 : ", "2,40 % + 10 points = 12,40 %", "6 points discutés", "par défaut", "Ce qui expire dans les 20 jours", "Lignes à ajouter dans", "ecb-first-day,2027-01-01"} {
		require.Contains(t, french, words)
	}
	as, err := lawOn(t, t.TempDir(), "--on", "2026-12-20", "--json")
	require.NoError(t, err)
	var watch law.Watch
	require.NoError(t, json.Unmarshal([]byte(as), &watch))
	require.Len(t, watch.Needed, 7)
}

func TestACheckFailsOnlyWhenTheDayIsNotCovered(t *testing.T) {
	t.Parallel()
	said, err := lawOn(t, t.TempDir(), "check", "--on", "2026-11-22")
	require.NoError(t, err)
	require.Contains(t, said, "The law tables cover 2026-11-22 and the next 20 days.")

	said, err = lawOn(t, t.TempDir(), "check", "--on", "2026-12-31")
	require.NoError(t, err, "a warning is no failure")
	require.Contains(t, said, "Warning: the law tables cover 2026-12-31, and run out soon")

	said, err = lawOn(t, t.TempDir(), "check", "--on", "2027-01-01")
	require.ErrorIs(t, err, errLawRunsOut)
	require.Contains(t, said, "ECB main refinancing rate in force on the first day")
}

func TestAHalfYearIsAddedWithoutARelease(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	file := filepath.Join(data, "law", "ecb_main_refinancing_rate.csv")
	args := []string{"add", "ecb-first-day", "2027H1", "2.65", "--source", "ecb.europa.eu, key rates", "--checked-on", "2027-01-04"}

	said, err := lawOn(t, data, append(args, "--dry-run")...)
	require.NoError(t, err)
	require.Contains(t, said, "Nothing was written.")
	require.NoFileExists(t, file)

	said, err = lawOn(t, data, args...)
	require.NoError(t, err)
	require.Contains(t, said, "2.40 % + 10 points = 12.40 %", "what it was")
	require.Contains(t, said, "2.65 % + 10 points = 12.65 %", "what it becomes")
	require.NotContains(t, said, "Spain", "the sister rate was not asked for")
	require.Contains(t, said, "Written: "+file)
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "rate,valid_from,valid_to,percent,article,source,confidence,checked_on,next_change\n"+
		"ecb-first-day,2027-01-01,2027-06-30,2.65,Directive 2011/7/EU art. 2,\"ecb.europa.eu, key rates\",H,2027-01-04,2027-07-01\n", string(content))

	said, err = lawOn(t, data, append(args, "--also", "ecb-last-operation")...)
	require.NoError(t, err)
	require.Contains(t, said, "ecb-first-day of 2027H1 is 2.65 already: nothing to add.")
	require.Contains(t, said, "Spain")
	content, err = os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, 3, strings.Count(string(content), "\n"))
	left, err := os.ReadDir(filepath.Dir(file))
	require.NoError(t, err)
	require.Len(t, left, 1, "nothing is left of writing")

	said, err = lawOn(t, data, "missing", "--on", "2027-01-02")
	require.NoError(t, err)
	require.NotContains(t, said, "ecb-first-day")
	require.Contains(t, said, "Rows to add in "+filepath.Join(data, "law"))
	require.Contains(t, said, "relance law add de-base 2027H1 PERCENT --source SOURCE")
}

func TestAYearlyRateIsAddedForTheWholeYear(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	_, err := lawOn(t, data, "add", "be-civil", "2027", "4.25", "--source", "the official gazette")
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join(data, "law", "be_civil_rate.csv"))
	require.NoError(t, err)
	require.Contains(t, string(content), "be-civil,2027-01-01,2027-12-31,4.25,")
	require.Contains(t, string(content), ",2028-01-01\n")
}

func TestAnAdditionThatContradictsOrLeavesAGapIsRefused(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"ecb-first-day", "2026H2", "2.15"}, "ecb-first-day of 2026 H2 is 2.40 in law/ecb_main_refinancing_rate.csv, line "},
		{[]string{"ecb-first-day", "2027H2", "2.15"}, "ecb-first-day is not known for 2027 H1 yet: add that first"},
		{[]string{"ecb", "2027H1", "2.15"}, `there is no rate "ecb"`},
		{[]string{"ecb-first-day", "2027", "2,15"}, `"2,15" is not a percentage`},
		{[]string{"ecb-first-day", "spring", "2.15"}, `"spring" is not a half-year`},
		{[]string{"ecb-first-day", "2014H1", "0.05"}, "nothing says what ecb-first-day is from 2014-07-01 to 2014-12-31"},
	} {
		_, err := lawOn(t, data, append(append([]string{"add"}, c.args...), "--source", "x")...)
		require.ErrorContains(t, err, c.says, "%v", c.args)
	}
	require.NoDirExists(t, filepath.Join(data, "law"), "nothing was written")
}

func TestABrokenLawTableKeepsEveryProgramFromStarting(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(data, "law"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(data, "law", "de_base_rate.csv"), []byte("rate;percent\n"), 0o600))
	for _, command := range [][]string{{"check"}, {"law"}, {"up"}} {
		err := run(t.Context(), append([]string{"--data", data}, command...), io.Discard, io.Discard)
		require.ErrorContains(t, err, filepath.Join(data, "law", "de_base_rate.csv")+":1: the columns are separated by semicolons", "%v", command)
	}
}

package wiring_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/law"
	"relance/wiring"
)

// ownLaw is a configuration with a folder of law tables of its own.
func ownLaw(t *testing.T, files map[string]string) config.Config {
	t.Helper()
	c := config.Default()
	c.Law.Folder = t.TempDir()
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(c.Law.Folder, name), []byte(text), 0o600))
	}
	return c
}

const lawHeader = "rate,valid_from,valid_to,percent,article,source,confidence,checked_on,next_change\n"

func TestTheInstallationsLawStandsOnTopOfTheBuiltIn(t *testing.T) {
	t.Parallel()
	builtIn, err := wiring.Law(config.Default())
	require.NoError(t, err)
	_, last, _ := builtIn.KnownHalfYears(law.ECBOnTheFirstDay)
	require.Equal(t, "2026 H2", last.String())

	book, err := wiring.Law(ownLaw(t, map[string]string{
		"ecb_main_refinancing_rate.csv":       lawHeader + "ecb-first-day,2027-01-01,2027-06-30,2.65,Directive 2011/7/EU art. 2,ecb.europa.eu,H,2027-01-04,2027-07-01\n",
		".ecb_main_refinancing_rate.csv.1234": "half written",
	}))
	require.NoError(t, err)
	_, last, _ = book.KnownHalfYears(law.ECBOnTheFirstDay)
	require.Equal(t, "2027 H1", last.String())
}

func TestWhatIsWrongWithTheInstallationsLawIsToldAtOnceWithItsPlace(t *testing.T) {
	t.Parallel()
	c := ownLaw(t, map[string]string{
		"fr_legal_rate.csv": lawHeader + "fr-legal-professional,2026-07-01,2026-12-31,6.84,CMF L313-2,a website,H,2026-11-22,2027-01-01\n",
		"de_base_rate.csv":  lawHeader + "de-base,2027-01-01,2027-06-30,\"1,52\",BGB § 247,a website,H,2027-01-04,\n",
		"rates.csv":         lawHeader,
	})
	_, err := wiring.Law(c)
	require.ErrorContains(t, err, filepath.Join(c.Law.Folder, "fr_legal_rate.csv")+":2: valid_from: fr-legal-professional for 2026-07-01 to 2026-12-31 contradicts law/fr_legal_rate.csv, line 25")
	require.ErrorContains(t, err, filepath.Join(c.Law.Folder, "de_base_rate.csv")+`:2: percent: "1,52" is not a percentage: write it like 12.15`)
	require.ErrorContains(t, err, filepath.Join(c.Law.Folder, "rates.csv")+": there is no table of this name")
}

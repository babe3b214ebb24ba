package law_test

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"relance/config"
	"relance/law"
)

const page = "../docs/late-fees.md"

func TestTheDocumentedRowLoads(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	_, rest, found := strings.Cut(string(text), "```csv\n")
	require.True(t, found)
	table, _, found := strings.Cut(rest, "```")
	require.True(t, found)
	table = strings.ReplaceAll(table, "   ", "")
	book, err := law.Load(config.Law, fstest.MapFS{"ecb_main_refinancing_rate.csv": {Data: []byte(table)}})
	require.NoError(t, err)
	_, err = book.RateValue(law.ECBOnTheFirstDay, law.HalfYearOf(day("2027-01-01")))
	require.NoError(t, err)
}

func TestTheRatesAndTheirFilesAreDocumented(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	for _, rule := range builtIn(t).Watch(day("2026-11-22")).Rules {
		if rate, found := strings.CutPrefix(rule.Key, "reference-rate/"); found {
			require.Contains(t, string(text), "| `"+rate+"` | `"+strings.TrimPrefix(rule.File, "law/")+"` |")
		}
	}
}

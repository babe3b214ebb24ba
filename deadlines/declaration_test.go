package deadlines_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/deadlines"
)

// Each line is a publication, the day to declare by, the last one, the last to ask
// for relief, and the days of the warnings.
func TestAClaimIsDeclaredByTheseDaysAndAPersonIsWarnedOnWorkingDaysBefore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		published       string
		abroad          bool
		by, last, spare string
		warnings        []string
	}{
		{"2026-03-15", false, "2026-05-15", "2026-05-15", "2026-09-15", []string{"2026-04-15", "2026-05-05", "2026-05-13"}},
		// 8 May is a holiday; two days before is Wednesday, ten days before a Tuesday.
		{"2026-03-08", false, "2026-05-08", "2026-05-11", "2026-09-08", []string{"2026-04-08", "2026-04-28", "2026-05-06"}},
		// A Sunday, and the summer: 30 July, 20 August, Friday 28 August.
		{"2026-06-30", false, "2026-08-30", "2026-08-31", "2026-12-30", []string{"2026-07-30", "2026-08-20", "2026-08-28"}},
		// There is no 31 February.
		{"2025-12-31", false, "2026-02-28", "2026-03-02", "2026-06-30", []string{"2026-01-28", "2026-02-18", "2026-02-26"}},
		{"2026-03-15", true, "2026-07-15", "2026-07-15", "2026-09-15", []string{"2026-06-15", "2026-07-03", "2026-07-13"}},
	} {
		declaration, err := deadlines.DeclarationOf(day(c.published), c.abroad, timeLimits(t))
		require.NoError(t, err)
		require.Equal(t, c.by, declaration.Target.String(), c)
		require.Equal(t, c.last, declaration.Last.String(), c)
		require.Equal(t, c.spare, declaration.Relief.Last.String(), c)
		var warnings []string
		for _, warning := range deadlines.DeclarationWarnings(declaration.Target) {
			warnings = append(warnings, warning.String())
		}
		require.Equal(t, c.warnings, warnings, c)
	}
}

func TestADeclarationWithoutItsLimitInTheTablesIsAnError(t *testing.T) {
	t.Parallel()
	_, err := deadlines.DeclarationOf(day("2026-03-15"), false, nil)
	require.ErrorContains(t, err, "no time limit insolvency-declare is known for 2026-03-15")
}

package statementfile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/ledger"
	"relance/statement/statementfile"
)

func TestAllFormsSayInWhichTimesNoInterestRunsAndByWhichLaw(t *testing.T) {
	t.Parallel()
	paused := func(until string) ledger.Entry {
		entry := ledger.Entry{Kind: ledger.EntryInterestPaused, ID: "BDF-1/F-1/1", ValueDate: day("2026-06-01"), Note: "C. conso. L722-14"}
		if until != "" {
			entry.Until = day(until)
		}
		return entry
	}
	for _, c := range []struct {
		lang, until, says string
		format            statementfile.Format
	}{
		{"en", "", "No interest runs from", statementfile.JSON},
		{"fr", "", "Aucun intérêt ne court à partir du", statementfile.CSV},
		{"fr", "2026-06-30", "Aucun intérêt n’a couru du", statementfile.PDF},
	} {
		content := write(t, state(t, "2026-07-31", accountOf(t, "F-1", euros(1_000_00), claimed("F-1/1", "2026-05-02"), paused(c.until))), c.lang, c.format).Content
		text := string(content)
		if c.format == statementfile.PDF {
			text = textOf(t, content)
		}
		require.Contains(t, text, c.says)
		require.Contains(t, text, "C. conso. L722-14")
	}
}

func TestNoInterestRunsInAPauseAndItGoesOnAfterwardsOnThePrincipalOfThen(t *testing.T) {
	t.Parallel()
	pause := ledger.Entry{Kind: ledger.EntryInterestPaused, ID: "BDF-1/F-1/1", ValueDate: day("2026-06-01"), Until: day("2026-06-30"), Note: "C. conso. L722-14"}
	again := ledger.Entry{Kind: ledger.EntryInterestPaused, ID: "BDF-2/F-1/1", ValueDate: day("2026-06-20"), Until: day("2026-07-09"), Note: "C. conso. L722-14"}
	lifted := ledger.Entry{Kind: ledger.EntryInterestPauseLifted, ID: again.ID, ValueDate: again.ValueDate}
	days := func(entries ...ledger.Entry) int {
		explained, err := accountOf(t, "F-1", euros(1_000_00), entries...).Ledger.Explain(day("2026-07-31"))
		require.NoError(t, err)
		sum := 0
		for _, segment := range explained.Segments {
			sum += segment.Days
		}
		return sum
	}
	require.Equal(t, 91, days())
	require.Equal(t, 61, days(pause))
	require.Equal(t, 52, days(pause, again), "a day that is paused twice is paused once")
	require.Equal(t, 52, days(again, pause))
	require.Equal(t, 61, days(pause, again, lifted))
}

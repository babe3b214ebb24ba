package activities_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/activities"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// Who hands a case over reads which ways the law of that day leaves open.
func TestTheTaskToHandACaseOverNamesTheWaysThatAreOpen(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind         casefile.DebtorKind
		at           time.Time
		open, closed string
	}{
		{casefile.DebtorBusiness, time.Date(2026, time.April, 24, 9, 0, 0, 0, time.UTC), "Simplified recovery of small claims, before a commissaire", ""},
		{
			casefile.DebtorBusiness, time.Date(2026, time.April, 27, 9, 0, 0, 0, time.UTC),
			"Recovery of undisputed commercial claims, before a commissaire de justice, then the clerk of the commercial court (CPCE L126-1",
			"Closed are: Simplified recovery of small claims: not against a debtor of the kind business (CPCE L125-1",
		},
		{
			casefile.DebtorConsumer, time.Date(2026, time.April, 27, 9, 0, 0, 0, time.UTC),
			"Simplified recovery of small claims, before a commissaire", "Recovery of undisputed commercial claims: not against a debtor of the kind consumer",
		},
	} {
		opening := casefiletest.Opening("F-1")
		opening.Debtor.Kind = c.kind
		y := livingFor(t, opening)
		order := activities.TaskOrder{CaseKey: y.key, Task: collection.TaskHandoff, Step: "handoff", At: c.at}
		require.NoError(t, y.desk.OpenTask(t.Context(), order))
		task := y.file().Tasks[0]
		require.Contains(t, task.Detail, "By the tables of the law these ways are open: ")
		require.Contains(t, task.Detail, c.open)
		require.Contains(t, task.Detail, c.closed)
	}
}

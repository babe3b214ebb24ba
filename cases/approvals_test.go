package cases_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/cases"
	"relance/collection"
	"relance/money"
)

// The small ones are to be approved together, and were asked for after the large ones.
func TestApprovalsThatFitAreFoundBehindOthersThatDoNot(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	service := onDay(t, store, "2026-04-20")
	for _, one := range []struct {
		number string
		cents  int64
	}{{"F-1", 50000}, {"F-2", 60000}, {"F-3", 9000}, {"F-4", 70000}, {"F-5", 8000}, {"F-6", 7000}} {
		opening := casefiletest.Opening(one.number)
		opening.Invoice.Total = money.FromMinor(one.cents, money.EUR)
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
		_, _, err = store.OpenTask(t.Context(), casefile.TaskOrder{
			Creditor: casefiletest.Creditor, Invoice: one.number, Step: "formal-notice", Kind: collection.TaskApproval, Key: "approve", Title: "Approve it",
			At: calendar.NewDate(2026, 4, 20).Time(opening.Window.Zone.Location()),
		})
		require.NoError(t, err)
	}
	fitting, err := service.ApprovalsThatFit(t.Context(), cases.ApprovalFilter{UpTo: money.FromMinor(10000, money.EUR), Limit: 2}, 2)
	require.NoError(t, err)
	var numbers []string
	for _, approval := range fitting {
		numbers = append(numbers, approval.Case.Invoice)
	}
	require.Equal(t, []string{"F-3", "F-5"}, numbers, "the first two of three")
}

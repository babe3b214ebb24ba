package endtoend_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// quietClaims are claims that fall due in months: only money changes them.
func quietClaims(numbers ...string) []claim {
	var claims []claim
	for n, number := range numbers {
		claims = append(claims, claim{number: number, debtor: n, due: calendar.NewDate(2026, time.July, 1), strategy: "strict"})
	}
	return claims
}

func euros(id, amount string) map[string]any {
	return map[string]any{"id": id, "amount": amount, "currency": "EUR"}
}

func TestMoneyThatComesAtAnOddMomentIsNeitherLostNorCountedTwice(t *testing.T) {
	t.Parallel()
	i := install(t, plan{})
	i.startWorker()
	billing := i.billing()

	t.Run("a payment before its invoice counts when the invoice comes", func(t *testing.T) {
		early := billing.post(casePath("F-EARLY")+"/payments", euros("P-EARLY", "1200.00"))
		require.Equal(t, http.StatusAccepted, early.Code)
		require.True(t, early.Kept)
		i.importLedger(quietClaims("F-EARLY"))
		file := i.caseFile("F-EARLY")
		require.Equal(t, collection.StagePaid, file.Row.Stage)
		require.Empty(t, file.Messages)
		require.Equal(t, casefile.TaskDone, i.matchingTask("F-EARLY").State, "nobody has to ask what the payment was for any more")
	})

	i.importLedger(quietClaims("F-CLOSED", "F-DOLLAR", "F-TWICE"))

	t.Run("a payment after the close is kept as the debtor's credit", func(t *testing.T) {
		require.Equal(t, "applied", billing.post(casePath("F-CLOSED")+"/payments", euros("P-1", "1200.00")).Outcome)
		i.until("the workflow has ended", time.Minute, func() bool {
			return i.executionStatus("F-CLOSED") == enums.WORKFLOW_EXECUTION_STATUS_COMPLETED
		})
		late := billing.post(casePath("F-CLOSED")+"/payments", euros("P-2", "300.00"))
		require.Equal(t, "overpaid", late.Outcome)
		require.Equal(t, string(collection.StagePaid), late.Stage)
		position := i.caseFile("F-CLOSED").Position
		require.Equal(t, "300.00 EUR", position.Overpaid.String())
		require.Equal(t, "1500.00 EUR", position.Paid.String())
	})

	t.Run("a case that nobody knows is not put on hold", func(t *testing.T) {
		refused := billing.post(casePath("F-NONE")+"/hold", map[string]string{"id": "H-1", "reason": "dispute"})
		require.Equal(t, http.StatusNotFound, refused.Code)
		require.Equal(t, "unknown-case", refused.Problem)
		_, err := i.store.CaseFile(t.Context(), creditor, "F-NONE")
		require.ErrorIs(t, err, casefile.ErrUnknownCase)
	})

	t.Run("a closed case refuses decisions", func(t *testing.T) {
		refused := billing.post(casePath("F-CLOSED")+"/hold", map[string]string{"id": "H-1", "reason": "dispute"})
		require.Equal(t, http.StatusConflict, refused.Code)
		require.Equal(t, "closed", refused.Problem)
	})

	t.Run("money in another currency is kept, and a person is asked", func(t *testing.T) {
		dollars := billing.post(casePath("F-DOLLAR")+"/payments", map[string]any{"id": "P-USD", "amount": "1200.00", "currency": "USD"})
		require.Equal(t, "unmatched", dollars.Outcome)
		file := i.caseFile("F-DOLLAR")
		require.Equal(t, "1200.00 EUR", file.Position.Open.String())
		require.Len(t, file.Entries, 1)
		require.Equal(t, casefile.TaskOpen, i.matchingTask("F-DOLLAR").State)
	})

	t.Run("the same payment signalled again and again counts once", func(t *testing.T) {
		for range 3 {
			i.signalRaw("F-TWICE", workflows.CommandPaymentReceived, `{"id": "P-TWICE", "amount": 500, "currency": "EUR"}`)
		}
		i.until("the payment counts", time.Minute, func() bool { return i.caseFile("F-TWICE").Position.Open.Decimal() == "700.00" })
		again := billing.post(casePath("F-TWICE")+"/payments", euros("P-TWICE", "500.00"))
		require.Equal(t, "duplicate", again.Outcome, "the signals before it were answered first")
		require.Equal(t, "700.00", again.Open)
		require.Len(t, i.caseFile("F-TWICE").Entries, 1)
	})

	t.Run("the same ID with another amount is refused", func(t *testing.T) {
		conflict := billing.post(casePath("F-TWICE")+"/payments", euros("P-TWICE", "501.00"))
		require.Equal(t, http.StatusConflict, conflict.Code)
		require.Equal(t, "conflict", conflict.Problem)
		require.Equal(t, "700.00 EUR", i.caseFile("F-TWICE").Position.Open.String())
	})
	require.Zero(t, i.provider.sendsBegun(), "nothing was due")
}

// matchingTask is the task that asks what a payment about an invoice was for.
func (i *installation) matchingTask(invoice string) casefile.Task {
	i.t.Helper()
	tasks, err := i.store.Tasks(i.t.Context(), casefile.TaskFilter{Creditor: creditor, Invoice: invoice, Limit: 10})
	require.NoError(i.t, err)
	require.Len(i.t, tasks, 1)
	require.Equal(i.t, collection.TaskMatchPayment, tasks[0].Kind)
	return tasks[0]
}

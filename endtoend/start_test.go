package endtoend_test

import (
	"encoding/json"
	"net/http"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"

	"relance/casefile"
	"relance/collection"
	"relance/starter/demo"
)

func TestTheSameInvoiceGivenTenTimesAtOnceIsOneCase(t *testing.T) {
	t.Parallel()
	i := install(t, plan{})
	i.startWorker()
	given, err := json.Marshal(map[string]any{
		"creditor": creditor, "number": "F-ONCE", "issued_on": "2026-02-01", "due_on": "2026-03-06", "currency": "EUR", "total": "1200.00",
		"debtor":   map[string]any{"id": "CL-1", "name": "Client SARL", "kind": "business", "address": map[string]string{"country": "FR"}},
		"contacts": []map[string]string{{"email": "compta@client.example"}},
	})
	require.NoError(t, err)

	codes := make([]int, 10)
	errs := make([]error, len(codes))
	var callers sync.WaitGroup
	for n := range codes {
		callers.Go(func() { codes[n], _, errs[n] = i.billing().call(http.MethodPost, "/v1/invoices", given) })
	}
	callers.Wait()
	created := 0
	for n, code := range codes {
		require.NoError(t, errs[n])
		require.Contains(t, []int{http.StatusCreated, http.StatusOK}, code)
		if code == http.StatusCreated {
			created++
		}
	}
	require.Equal(t, 1, created, "one caller opened the case, the others found it")
	require.Len(t, i.rows(), 1)

	i.until("the reminder that is due", time.Minute, func() bool { return len(i.provider.about("F-ONCE")) > 0 })
	i.until("the workflow is listed", 30*time.Second, func() bool {
		listed, err := i.client.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: `WorkflowType = "CollectInvoice"`})
		require.NoError(t, err)
		require.LessOrEqual(t, len(listed.GetExecutions()), 1, "runs of the one case, ended ones too")
		return len(listed.GetExecutions()) == 1 && listed.GetExecutions()[0].GetExecution().GetWorkflowId() == collection.WorkflowID(creditor, "F-ONCE")
	})
	i.until("the case has gone on", time.Minute, func() bool { return i.rows()[0].NextStep == "reminder-firm" })
	require.Len(t, i.provider.about("F-ONCE"), 1)
}

func TestImportingTheSameFilesTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	i := install(t, plan{begins: demo.Begins()})
	i.startWorker()
	portfolio := filepath.Join(i.folder, "portfolio")
	imported := i.relance("import", portfolio)
	require.Contains(t, imported, "45 opened")
	require.Contains(t, imported, "0 refused")
	i.until("both credit notes count", time.Minute, func() bool {
		return i.caseFile("AL-2026-0009").Position.Credited.Sign() > 0 && i.caseFile("AL-2026-0101").Position.Credited.Sign() > 0
	})
	before := i.everything()
	require.Contains(t, i.relance("import", portfolio), "47 known, 0 refused")
	require.Equal(t, before, i.everything())
}

// everything is what the case file says of every case.
func (i *installation) everything() map[string]casefile.File {
	i.t.Helper()
	files := map[string]casefile.File{}
	for _, row := range i.rows() {
		files[row.Invoice] = i.caseFile(row.Invoice)
	}
	return files
}

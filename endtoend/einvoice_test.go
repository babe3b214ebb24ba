package endtoend_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"

	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// The three electronic invoices whose life is followed, all past their due dates
// when they come in: a Factur-X PDF, a UBL and a CII invoice.
const (
	facturX = "AL-2026-0105"
	ubl     = "AL-2026-0101"
	cii     = "AL-2026-0103"
)

func TestAnElectronicInvoiceIsRemindedUntilItIsPaidAndOpensAgainWhenThePaymentBounces(t *testing.T) {
	t.Parallel()
	// A day of business in a second and a half.
	i := install(t, plan{speed: 57600, ambiguousAfter: time.Minute})
	i.startWorker()
	portfolio := filepath.Join(i.folder, "portfolio")
	require.Contains(t, i.relance("import",
		filepath.Join(portfolio, facturX+"-factur-x.pdf"), filepath.Join(portfolio, ubl+"-ubl.xml"), filepath.Join(portfolio, cii+"-cii.xml"),
	), "3 opened, 0 refused")
	i.requireVisible(facturX, "CL-001")

	for _, number := range []string{facturX, ubl, cii} {
		i.until("a reminder of "+number, time.Minute, func() bool { return len(i.provider.about(number)) > 0 })
	}
	mail := i.provider.about(facturX)[0]
	require.Equal(t, "comptabilite@brasserie-du-canal.example", mail.To)
	content, err := i.provider.Content(mail.Number)
	require.NoError(t, err)
	plain := strings.NewReplacer("\u202f", " ", "\u00a0", " ").Replace(content.Text)
	require.Contains(t, plain, "2 376,00 €", "the amount as French people write it")

	i.requireExplained(facturX)
	i.payByEachOfTheThreeWays()
	for _, number := range []string{facturX, ubl, cii} {
		i.until(number+" is closed", time.Minute, func() bool {
			return i.caseFile(number).Row.Stage == collection.StagePaid && i.executionStatus(number) == enums.WORKFLOW_EXECUTION_STATUS_COMPLETED
		})
		shown := i.relance("show", creditor+"/"+number)
		require.Contains(t, shown, "case/"+creditor+"/"+number+"  paid, 0.00 EUR open")
		require.Contains(t, shown, i.caseFile(number).Position.Total.String()+" principal", "what the payment paid")
	}

	before := i.sentAbout(facturX, ubl, cii)
	stood := i.caseFile(facturX)
	closed := i.clock.Now()
	// The firm reminder was due eight days after the first, the last another eight.
	i.until("three weeks have passed", time.Minute, func() bool { return i.clock.Now().After(closed.AddDate(0, 0, 21)) })
	require.Equal(t, before, i.sentAbout(facturX, ubl, cii), "nothing leaves after the payment")

	reversed := i.billing().post(casePath(facturX)+"/payments/BANK-HTTP-1/reversal", map[string]string{"id": "RETURN-1"})
	require.Equal(t, http.StatusOK, reversed.Code, reversed.Detail)
	require.Equal(t, "2376.00", reversed.Open)
	i.until("the reminder after the one that was sent last", time.Minute, func() bool {
		return len(i.caseFile(facturX).Messages) > len(stood.Messages)
	})
	after := i.caseFile(facturX)
	require.Equal(t, stood.Case.Round, after.Case.Round)
	require.Equal(t, stepAfter(t, stood), after.Messages[len(stood.Messages)].Step, "the ladder goes on where it stood")
	require.Contains(t, i.relance("show", creditor+"/"+facturX), "2376.00 EUR open")
	require.Equal(t, enums.WORKFLOW_EXECUTION_STATUS_RUNNING, i.executionStatus(facturX))
}

// payByEachOfTheThreeWays pays as the README shows: over HTTP, as the temporal
// command line sends a signal, and with the Go SDK.
func (i *installation) payByEachOfTheThreeWays() {
	i.t.Helper()
	paid := i.billing().post(casePath(facturX)+"/payments", map[string]any{"id": "BANK-HTTP-1", "amount": "2376.00", "currency": "EUR"})
	require.Equal(i.t, http.StatusOK, paid.Code, paid.Detail)
	require.Equal(i.t, "applied", paid.Outcome)
	require.Equal(i.t, string(collection.StagePaid), paid.Stage)

	i.signalRaw(ubl, workflows.CommandPaymentReceived, `{"id": "BANK-CLI-1", "amount": 12300.00, "currency": "EUR"}`)

	open := i.caseFile(cii).Position.Open
	require.NoError(i.t, i.client.SignalWorkflow(i.t.Context(), collection.WorkflowID(creditor, cii), "", workflows.CommandPaymentReceived,
		workflows.PaymentReceived{ID: "BANK-SDK-1", Amount: workflows.Decimal(open.Decimal()), Currency: string(open.Currency())}))
}

// signalRaw sends a signal as `temporal workflow signal --input '{…}'` does.
func (i *installation) signalRaw(invoice, name, json string) {
	i.t.Helper()
	_, err := i.client.WorkflowService().SignalWorkflowExecution(i.t.Context(), &workflowservice.SignalWorkflowExecutionRequest{
		Namespace:         i.temporal.Namespace,
		WorkflowExecution: &common.WorkflowExecution{WorkflowId: collection.WorkflowID(creditor, invoice)},
		SignalName:        name,
		Input: &common.Payloads{Payloads: []*common.Payload{
			{Metadata: map[string][]byte{"encoding": []byte("json/plain")}, Data: []byte(json)},
		}},
	})
	require.NoError(i.t, err)
}

// requireVisible finds a case in Temporal by its search attributes, as people do
// in its UI.
func (i *installation) requireVisible(invoice, debtor string) {
	i.t.Helper()
	query := `WorkflowType = "CollectInvoice" AND Creditor = "` + creditor + `" AND Debtor = "` + debtor + `" AND AmountDue > 0 AND ExecutionStatus = "Running"`
	i.until("the case is listed in Temporal", 30*time.Second, func() bool {
		listed, err := i.client.ListWorkflow(i.t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: query})
		require.NoError(i.t, err)
		return len(listed.GetExecutions()) == 1 && listed.GetExecutions()[0].GetExecution().GetWorkflowId() == collection.WorkflowID(creditor, invoice)
	})
}

func (i *installation) executionStatus(invoice string) enums.WorkflowExecutionStatus {
	i.t.Helper()
	described, err := i.client.DescribeWorkflowExecution(i.t.Context(), collection.WorkflowID(creditor, invoice), "")
	require.NoError(i.t, err)
	return described.GetWorkflowExecutionInfo().GetStatus()
}

// sentAbout counts what the providers took about each invoice.
func (i *installation) sentAbout(invoices ...string) map[string]int {
	sent := map[string]int{}
	for _, number := range invoices {
		sent[number] = len(i.provider.about(number))
	}
	return sent
}

// stepAfter is the step that follows the last one that was taken.
func stepAfter(t *testing.T, file casefile.File) string {
	t.Helper()
	last := file.Messages[len(file.Messages)-1].Step
	for n, step := range file.Case.Strategy.Steps {
		if step.Key == last {
			return file.Case.Strategy.Steps[n+1].Key
		}
	}
	require.Fail(t, "the strategy has no such step", last)
	return ""
}

func TestARealInvoiceOfAnotherPublisherIsCollected(t *testing.T) {
	t.Parallel()
	samples := os.Getenv("RELANCE_SAMPLES")
	if samples == "" {
		t.Skip("RELANCE_SAMPLES names no folder with example invoices")
	}
	i := install(t, plan{begins: time.Date(2026, time.April, 14, 8, 0, 0, 0, time.UTC)})
	i.startWorker()
	require.Contains(t, i.relance("import", filepath.Join(samples, "facturx", "invoice_EN16931.pdf")), "1 opened, 0 refused")
	row := i.rows()[0]
	require.Equal(t, "F20260023", row.Invoice)
	require.Equal(t, "104.90 EUR", row.Open.String())
	i.until("its reminder", time.Minute, func() bool { return len(i.provider.about(row.Invoice)) > 0 })
	require.Equal(t, "buyer@buyer.com", i.provider.about(row.Invoice)[0].To)

	paid := i.billing().post(casePath(row.Invoice)+"/payments", map[string]any{
		"id": "BANK-1", "amount": row.Open.Decimal(), "currency": row.Open.Currency(),
	})
	require.Equal(t, string(collection.StagePaid), paid.Stage, paid.Detail)
	require.True(t, strings.HasPrefix(i.relance("show", creditor+"/"+row.Invoice), "case/"+creditor+"/"+row.Invoice+"  paid"))
}

package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"relance/calendar"
	"relance/casefile"
	"relance/ledger"
)

func mandateBody(change ...func(object)) object {
	body := object{
		"id": "M-1", "debtor": "C-1007", "signed_on": "2026-11-02", "holder": "Menuiserie Durand", "town": "Lyon", "iban": "FR14 2004 1010 0505 0001 3M02 606",
	}
	for _, c := range change {
		c(body)
	}
	return body
}

func TestAMandateIsRecordedShownListedAndRevoked(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.opened("F-1")
	mandates := "/v1/mandates/" + b.creditor
	for range 2 {
		recorded := b.call(http.MethodPost, mandates, mandateBody()).is(http.StatusCreated)
		require.Equal(t, "CORE", recorded["scheme"])
		require.Equal(t, "FR1420041010050500013M02606", recorded["iban"])
		require.Equal(t, "FR", recorded["country"])
	}
	problem := b.call(http.MethodPost, mandates, mandateBody(func(o object) { o["town"] = "Paris" })).isProblem(http.StatusConflict, "conflict")
	require.Contains(t, problem["detail"], "revoke it and have a new one signed")
	b.call(http.MethodPost, mandates, mandateBody(func(o object) { o["id"], o["debtor"] = "M-2", "C-9999" })).isProblem(http.StatusNotFound, "unknown-debtor")
	b.call(http.MethodPost, "/v1/mandates/nobody", mandateBody()).isProblem(http.StatusNotFound, "unknown-creditor")
	problem = b.call(http.MethodPost, mandates, mandateBody(func(o object) { o["id"], o["iban"] = "M-2", "FR1420041010050500013M02607" })).isProblem(http.StatusUnprocessableEntity, "invalid")
	require.Contains(t, problem["detail"], "The mandate M-2 cannot be used")
	listed := b.call(http.MethodGet, "/v1/mandates?creditor="+b.creditor+"&debtor=C-1007", nil).is(http.StatusOK)
	require.Len(t, listed["mandates"], 1)

	b.call(http.MethodPost, mandates+"/M-9/revoke", object{}).isProblem(http.StatusNotFound, "unknown-mandate")
	b.call(http.MethodPost, mandates+"/M-1/revoke", object{"on": "2026-11-01"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, mandates+"/M-1/revoke", object{"on": "2026-11-20"}).is(http.StatusOK)
	b.call(http.MethodPost, mandates+"/M-1/revoke", object{"on": "2026-11-21"}).is(http.StatusOK)
	require.Equal(t, "2026-11-20", b.call(http.MethodGet, mandates+"/M-1", nil).is(http.StatusOK)["revoked_on"])
	b.call(http.MethodGet, mandates+"/M-9", nil).isProblem(http.StatusNotFound, "unknown-mandate")
}

func TestAConsumerSignsNoMandateOfTheSchemeWithoutRefunds(t *testing.T) {
	t.Parallel()
	b := setup(t)
	body := invoiceBody("F-1")
	body["debtor"] = object{"id": "C-2001", "name": "Anne Petit", "kind": "consumer", "address": object{"postcode": "69003", "city": "Lyon", "country": "FR"}}
	b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	ofConsumer := func(o object) { o["debtor"], o["scheme"] = "C-2001", "B2B" }
	problem := b.call(http.MethodPost, "/v1/mandates/"+b.creditor, mandateBody(ofConsumer)).isProblem(http.StatusUnprocessableEntity, "invalid")
	require.Contains(t, problem["detail"], "C-2001 is a consumer: have one of the CORE scheme signed")
}

// The life of a direct debit on the real stack: the file, the money, its end; then the
// debtor has it repaid, and the plan goes on again.
func TestADebitThatIsRepaidAfterThePlanWasCompletedHasItGoOnAgain(t *testing.T) {
	b := setup(t)
	b.collects()
	b.work()
	at := b.opened("F-1")
	b.call(http.MethodPost, "/v1/mandates/"+b.creditor, mandateBody()).is(http.StatusCreated)
	plan := "/v1/plans/" + b.creditor + "/P-1"
	b.call(http.MethodPost, "/v1/plans/"+b.creditor, object{
		"id": "P-1", "invoices": []string{"F-1"}, "months": 2, "first_on": "2026-12-07", "grace_days": 5, "role": "owner", "mandate": "M-1",
	}).is(http.StatusCreated)
	b.call(http.MethodPost, plan+"/accept", object{"how": "mail"}).is(http.StatusOK)

	files := "/v1/debit-files/" + b.creditor
	made := b.call(http.MethodPost, files, object{"until": "2026-12-07"}).is(http.StatusOK)
	require.Equal(t, "600.00", made.at("file", "total"))
	require.Equal(t, "P-1-1-1-1", made.at("file", "debits", 0, "end_to_end"))
	require.Empty(t, made["left_out"])
	require.NotContains(t, made, "untold")
	id := made.at("file", "id").(string)
	fetched := b.call(http.MethodGet, files+"/"+id, nil)
	require.Equal(t, http.StatusOK, fetched.status)
	require.Equal(t, "application/xml", fetched.header.Get("Content-Type"))
	require.Contains(t, string(fetched.body), "pain.008.001.08")
	require.Contains(t, string(fetched.body), "<EndToEndId>P-1-1-1-1</EndToEndId>")
	require.Contains(t, string(fetched.body), "<Ustrd>Plan P-1, 1/2: F-1</Ustrd>", "the debtor knows what for, and the bank's news name the invoice")
	require.NotContains(t, b.call(http.MethodPost, files, object{"until": "2026-12-07"}).is(http.StatusOK), "file", "nothing is collected twice")
	listed := b.call(http.MethodGet, "/v1/debit-files?creditor="+b.creditor, nil).is(http.StatusOK)
	require.Len(t, listed["files"], 1)
	require.Equal(t, made.at("file", "sha256"), listed.at("files", 0, "sha256"))
	b.call(http.MethodGet, files+"/DD-0", nil).isProblem(http.StatusNotFound, "unknown-debit-file")
	require.Equal(t, "2026-12-07", b.call(http.MethodGet, "/v1/mandates/"+b.creditor+"/M-1", nil).is(http.StatusOK)["last_used_on"])

	shares := b.call(http.MethodPost, "/v1/transfers", object{
		"creditor": b.creditor, "id": "BANK-1", "amount": "600.00", "currency": "EUR", "remittance": "Plan P-1, 1/2: F-1",
	}).is(http.StatusOK)
	require.Equal(t, "F-1", shares.at("shares", 0, "invoice"))
	b.call(http.MethodPost, at+"/payments", payment("BANK-2", "600.00")).is(http.StatusOK)
	b.planIs("P-1", "completed")
	require.Equal(t, "paid", b.call(http.MethodGet, at, nil).is(http.StatusOK).at("status", "stage"))
	b.isOver("plan/" + b.creditor + "/P-1")

	// The reason is told before the money is taken back, and twice.
	for range 2 {
		back := b.call(http.MethodPost, plan+"/debits/P-1-1-1-1/return", object{"reason": "MD06", "on": "2026-12-09"}).is(http.StatusOK)
		require.Equal(t, "completed", back["state"], "its money is still there")
		require.Equal(t, "MD06", back.at("schedule", 0, "debits", 0, "reason"))
	}
	tasks := b.call(http.MethodGet, "/v1/tasks?kind=plan", nil).is(http.StatusOK)["tasks"].([]any)
	require.Len(t, tasks, 1)
	require.Contains(t, object(tasks[0].(map[string]any))["title"], "P-1-1-1-1 of the plan P-1 came back: take its payment back")

	b.call(http.MethodPost, at+"/payments/BANK-1/reversal", object{"id": "R-1"}).is(http.StatusOK)
	again := b.call(http.MethodGet, plan, nil).is(http.StatusOK)
	require.Equal(t, "running", again["state"])
	require.Len(t, again["reopened"], 1)
	require.Equal(t, "600.00", again["outstanding"])
	require.Equal(t, "instalment 2 of the plan P-1, 600.00 EUR, is due on 2027-01-07", again["why"], "money pays the first instalments")
	status := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "plan", status.at("status", "stage"))
	require.Equal(t, "P-1", status.at("status", "plan", "id"))

	// Its workflow is alive: it takes the money that comes.
	b.call(http.MethodPost, at+"/payments/BANK-1/reversal", object{"id": "R-1"}).is(http.StatusOK)
	b.call(http.MethodPost, at+"/payments", payment("BANK-3", "600.00")).is(http.StatusOK)
	b.planIs("P-1", "completed")
	require.Equal(t, "paid", b.call(http.MethodGet, at, nil).is(http.StatusOK).at("status", "stage"))

	// Taken back through the workflow of a case, the plan's row asks for its start.
	b.isOver("plan/" + b.creditor + "/P-1")
	posted, err := b.cases.Store.PostEntry(t.Context(), casefile.Posting{
		Creditor: b.creditor, Invoice: "F-1", At: today,
		Entry: ledger.Entry{Kind: ledger.EntryReversal, ID: "R-2", Reverses: "BANK-3", ValueDate: calendar.DateOf(today)},
	})
	require.NoError(t, err)
	require.Equal(t, "P-1", posted.ReopenedPlan)
	started, err := b.cases.StartPending(t.Context())
	require.NoError(t, err)
	require.Positive(t, started)
	described, err := b.cases.Temporal.DescribeWorkflowExecution(t.Context(), "plan/"+b.creditor+"/P-1", "")
	require.NoError(t, err)
	require.Equal(t, enums.WORKFLOW_EXECUTION_STATUS_RUNNING, described.GetWorkflowExecutionInfo().GetStatus())
	verified, err := b.cases.Store.VerifyCase(t.Context(), b.creditor, "F-1")
	require.NoError(t, err)
	require.True(t, verified.Holds(), "%+v", verified)
}

func (b *bundle) planIs(id, state string) {
	b.t.Helper()
	require.Eventually(b.t, func() bool {
		return b.call(http.MethodGet, "/v1/plans/"+b.creditor+"/"+id, nil).is(http.StatusOK)["state"] == state
	}, eventually, often)
}

// isOver waits for the end of a workflow.
func (b *bundle) isOver(id string) {
	b.t.Helper()
	require.NoError(b.t, b.cases.Temporal.GetWorkflow(b.t.Context(), id, "").Get(b.t.Context(), nil))
}

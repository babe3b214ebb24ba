package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/collection"
	"relance/money"
)

// The tests in this file run a worker and are not parallel.

func payment(id, amount string) object {
	return object{"id": id, "amount": amount, "currency": "EUR", "received_on": "2026-11-23"}
}

func TestPaymentsAreCountedByTheRunningCase(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F/7")

	part := b.call(http.MethodPost, at+"/payments", object{"id": "P-1", "amount": 200.10, "currency": "eur"}).is(http.StatusOK)
	require.Equal(t, "applied", part["outcome"])
	require.Equal(t, "999.90", part["open"])
	require.Equal(t, "EUR", part["currency"])
	require.Equal(t, "courtesy", part["next_step"])

	again := b.call(http.MethodPost, at+"/payments", payment("P-1", "200.10")).is(http.StatusOK)
	require.Equal(t, "duplicate", again["outcome"])
	require.Equal(t, "999.90", again["open"], "the same payment counts once")

	b.call(http.MethodPost, at+"/payments", payment("P-1", "300")).isProblem(http.StatusConflict, "conflict")

	dollars := b.call(http.MethodPost, at+"/payments", object{"id": "P-2", "amount": "5", "currency": "USD"}).is(http.StatusOK)
	require.Equal(t, "unmatched", dollars["outcome"])

	credited := b.call(http.MethodPost, at+"/credit-notes", object{"number": "A-1", "amount": "99.90", "currency": "EUR"}).is(http.StatusOK)
	require.Equal(t, "900.00", credited["open"])

	paid := b.call(http.MethodPost, at+"/payments", payment("P-3", "1000")).is(http.StatusOK)
	require.Equal(t, "overpaid", paid["outcome"])
	require.Equal(t, "paid", paid["stage"])
	require.Equal(t, "0.00", paid["open"])

	late := b.call(http.MethodPost, at+"/payments", payment("P-4", "10")).is(http.StatusOK)
	require.Equal(t, "overpaid", late["outcome"], "money for a closed case is not lost")

	reversed := b.call(http.MethodPost, at+"/payments/P-3/reversal", object{"id": "R-1"}).is(http.StatusOK)
	require.Equal(t, "890.00", reversed["open"], "a closed case opens again")
	require.Equal(t, "open", reversed["stage"])

	file := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "case/"+b.creditor+"/F/7", file.at("status", "case"))
	require.Equal(t, "99.90", file.at("position", "credited"))
	require.Equal(t, "210.10", file.at("position", "paid"))
	require.Len(t, file["entries"], 6)
	require.Equal(t, "match-payment", file.at("tasks", 0, "kind"))
}

func TestMoneyForAnInvoiceThatIsNotKnownIsKept(t *testing.T) {
	b := setup(t)
	b.work()
	at := "/v1/cases/" + b.creditor + "/F-8"
	for _, wait := range []string{"?wait=true", "?wait=false"} {
		kept := b.call(http.MethodPost, at+"/payments"+wait, payment("P-1"+wait, "1000")).is(http.StatusAccepted)
		require.Equal(t, true, kept["kept"])
		require.Contains(t, kept["note"], "no invoice of this number")
	}
	tasks := b.call(http.MethodGet, "/v1/tasks?kind=match-payment", nil).is(http.StatusOK)
	require.Len(t, tasks["tasks"], 2)

	b.opened("F-8")
	shown := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "paid", shown.at("status", "stage"), "it counts when the invoice arrives")
	require.Equal(t, "800.00", shown.at("position", "overpaid"))

	b.call(http.MethodPost, "/v1/cases/umbrella/F-8/payments", payment("P-9", "1")).isProblem(http.StatusNotFound, "unknown-creditor")
}

func TestMoneyThatCannotBeMoneyIsRefused(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-9")
	for _, c := range []struct {
		body          object
		reason, field string
	}{
		{payment("P-1", "0"), "more than nothing", "body.amount"},
		{payment("P-1", "-5"), "more than nothing", "body.amount"},
		{payment("P-1", "99999999999999"), "beyond any invoice", ""},
		{payment("P-1", "1,50"), "write it like 1234.50", "body.amount"},
		{payment("P-1", "1.005"), "more decimals", "body.amount"},
		{payment("  ", "5"), "has no ID", ""},
		{object{"id": "P-1", "amount": "5", "currency": "EUX"}, "ISO 4217", "body.currency"},
		{object{"id": "P-1", "amount": "5"}, "body.currency: is missing", "body.currency"},
		{object{"id": "P-1", "amount": "5", "currency": "EUR", "received_on": "23/11/2026"}, "write it like 2026-11-30", "body.received_on"},
		{object{"id": "P-1", "amount": []int{5}, "currency": "EUR"}, "not an amount", "body.amount"},
		{object{"id": "P-1", "amount": "5", "currency": "EUR", "recieved_on": "2026-11-23"}, "body.recieved_on: is not known here", "body.recieved_on"},
	} {
		told := b.call(http.MethodPost, at+"/payments", c.body).isProblem(http.StatusUnprocessableEntity, "invalid")
		require.Contains(t, told["detail"], c.reason)
		if c.field != "" {
			require.Equal(t, c.field, told.at("errors", 0, "field"))
		}
	}
	shown := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Empty(t, shown["entries"])
	require.Len(t, shown["history"], 2, "the opening and the limitation: a refusal leaves no trace")
}

func TestDecisionsOfPeopleAreCarriedOutOrRefused(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-10")

	held := b.call(http.MethodPost, at+"/hold", object{"id": "dispute-1", "reason": "dispute", "until": "2026-12-31", "by": "claire"}).is(http.StatusOK)
	require.Equal(t, "on-hold", held["stage"])
	require.Equal(t, "the case is on hold until 2026-12-31 (dispute)", held["why"])
	require.Equal(t, "le dossier est suspendu jusqu’au 31/12/2026 (dispute)", held["why_fr"])
	b.call(http.MethodPost, at+"/hold", object{"id": "dispute-1", "reason": "dispute", "until": "2026-12-31"}).is(http.StatusOK)
	b.call(http.MethodPost, at+"/hold", object{"id": "dispute-1", "reason": "dispute", "until": "2027-01-31"}).isProblem(http.StatusConflict, "conflict")
	b.call(http.MethodPost, at+"/resume", object{"hold_id": "disptue-1"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/hold", object{"id": "dispute-2", "reason": "dispute", "until": "2026-01-01"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/hold", object{"id": "dispute-3"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/hold", object{"id": "dispute-3", "reason": "  "}).isProblem(http.StatusUnprocessableEntity, "invalid")

	resumed := b.call(http.MethodPost, at+"/resume", nil).is(http.StatusOK)
	require.Equal(t, "open", resumed["stage"])

	b.call(http.MethodPost, at+"/steps/formal-notice/approve", nil).isProblem(http.StatusConflict, "not-now")
	b.call(http.MethodPost, at+"/steps/no-such-step/retry", object{}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/steps/handoff/skip", object{"reason": "x"}).isProblem(http.StatusConflict, "not-now")
	b.call(http.MethodPost, at+"/steps/courtesy/skip", object{}).isProblem(http.StatusUnprocessableEntity, "invalid")
	require.Empty(t, b.call(http.MethodGet, at, nil).is(http.StatusOK)["passed_over"])
	skipped := b.call(http.MethodPost, at+"/steps/courtesy/skip", object{"reason": "agreed by telephone"}).is(http.StatusOK)
	passed := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, []any{"courtesy", "person"}, []any{passed.at("passed_over", 0, "step"), passed.at("passed_over", 0, "code")})
	require.Equal(t, "reminder-courteous", skipped["next_step"])

	b.call(http.MethodPost, at+"/migrate", object{"strategy": "rude"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/migrate", object{"strategy": "strict", "version": 99}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at+"/migrate", object{"strategy": "strict", "resume_at": "courtesy"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	moved := b.call(http.MethodPost, at+"/migrate", object{"strategy": "strict", "resume_at": "reminder-firm"}).is(http.StatusOK)
	require.Equal(t, "reminder-firm", moved["next_step"])

	b.call(http.MethodPost, at+"/close", object{"outcome": "paid", "reason": "x"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	closed := b.call(http.MethodPost, at+"/close", object{"outcome": "written-off", "reason": "insolvent"}).is(http.StatusOK)
	require.Equal(t, "written-off", closed["stage"])
	b.call(http.MethodPost, at+"/hold", object{"id": "late", "reason": "dispute"}).isProblem(http.StatusConflict, "closed")
	b.call(http.MethodPost, "/v1/cases/"+b.creditor+"/F-none/hold", object{"id": "x", "reason": "dispute"}).isProblem(http.StatusNotFound, "unknown-case")

	var told []string
	for _, line := range b.call(http.MethodGet, at, nil).is(http.StatusOK)["history"].([]any) {
		entry := object(line.(map[string]any))
		told = append(told, fmt.Sprintf("%v by %v", entry["kind"], entry["by"]))
	}
	require.Contains(t, told, "hold by claire")
	require.Contains(t, told, "skip-step by "+keyName)
	require.Contains(t, told, "close-case by "+keyName)
}

func TestWithoutAWorkerACommandIsStoredAndMayBeSentAgain(t *testing.T) {
	b := setup(t)
	at := b.opened("F-11")
	pending := b.call(http.MethodPost, at+"/payments?wait=false", payment("P-1", "1200")).is(http.StatusAccepted)
	require.Equal(t, true, pending["pending"])
	require.Contains(t, pending["note"], "as soon as a worker runs")
	require.Equal(t, "applied", pending["outcome"])
	require.Equal(t, "1200.00", b.call(http.MethodGet, at, nil).is(http.StatusOK).at("position", "paid"), "it counts before its case knows")
	require.Equal(t, "closed", b.call(http.MethodGet, at+"/gate", nil).is(http.StatusOK)["code"], "and nothing leaves that asks for it")
	if testing.Short() {
		t.Skip("waits 20 seconds for an answer")
	}
	money := b.call(http.MethodPost, at+"/payments", payment("P-1", "1200")).is(http.StatusAccepted)
	require.Equal(t, true, money["pending"], "money that was waited for in vain is stored all the same")
	answer := b.call(http.MethodPost, at+"/hold", object{"id": "H-1", "reason": "dispute"})
	told := answer.isProblem(http.StatusGatewayTimeout, "no-answer")
	require.Contains(t, told["detail"], "sending the same one again is safe")
	require.NotEmpty(t, answer.header.Get("Retry-After"))

	b.work()
	require.Eventually(t, func() bool {
		return b.call(http.MethodGet, at, nil).is(http.StatusOK).at("status", "stage") == "paid"
	}, eventually, often)
	shown := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "1200.00", shown.at("position", "paid"), "both counted once")
	require.Equal(t, "0.00", shown.at("position", "overpaid"))
}

func TestAPaymentIDMayHoldASlash(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F 12/a?#%+&")
	b.call(http.MethodPost, at+"/payments", payment("BANK/2026/1", "1200")).is(http.StatusOK)
	back := b.call(http.MethodPost, at+"/payments/"+url.PathEscape("BANK/2026/1")+"/reversal", object{"id": "BANK/2026/2"}).is(http.StatusOK)
	require.Equal(t, "1200.00", back["open"])
	require.Equal(t, "F 12/a?#%+&", back["invoice"])
}

func TestATaskIsDoneByHandUnlessADecisionDoesIt(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-13")
	due := casefile.TaskOrder{Creditor: b.creditor, Invoice: "F-13", Title: "Call the debtor", At: today}
	call := due
	call.Kind, call.Key = collection.TaskCall, "call/1"
	approval := due
	approval.Kind, approval.Key, approval.Step = collection.TaskApproval, "approve/1", "formal-notice"
	for _, order := range []casefile.TaskOrder{call, approval} {
		_, _, err := b.cases.Store.OpenTask(t.Context(), order)
		require.NoError(t, err)
	}
	list := b.call(http.MethodGet, "/v1/tasks?limit=1", nil).is(http.StatusOK)
	require.Len(t, list["tasks"], 1)
	require.Equal(t, "call", list.at("tasks", 0, "kind"))
	rest := b.call(http.MethodGet, "/v1/tasks?cursor="+list["next_cursor"].(string), nil).is(http.StatusOK)
	require.Equal(t, "approve", rest.at("tasks", 0, "kind"))
	require.Nil(t, rest["next_cursor"])

	given := b.call(http.MethodPost, fmt.Sprintf("/v1/tasks/%v/owner", list.at("tasks", 0, "id")), object{"owner": "accountant", "by": "claire"}).is(http.StatusOK)
	require.Equal(t, "accountant", given["owner"])
	owned := b.call(http.MethodGet, "/v1/tasks?owner=accountant", nil).is(http.StatusOK)
	require.Equal(t, list.at("tasks", 0, "id"), owned.at("tasks", 0, "id"))
	b.call(http.MethodPost, fmt.Sprintf("/v1/tasks/%v/owner", list.at("tasks", 0, "id")), object{"owner": "paul@elsewhere.example"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, "/v1/tasks/4711/owner", object{"owner": "accountant"}).isProblem(http.StatusNotFound, "unknown-task")
	done := b.call(http.MethodPost, fmt.Sprintf("/v1/tasks/%v/done", list.at("tasks", 0, "id")), object{"note": "promised to pay", "by": "claire"}).is(http.StatusOK)
	require.Equal(t, "done", done["state"])
	require.Equal(t, "claire", done["done_by"])

	told := b.call(http.MethodPost, fmt.Sprintf("/v1/tasks/%v/done", rest.at("tasks", 0, "id")), nil).isProblem(http.StatusConflict, "not-now")
	require.Contains(t, told["detail"], at+"/steps/formal-notice/approve")
}

func TestThePortfolioIsListedCountedAndPreviewed(t *testing.T) {
	b := setup(t)
	b.work()
	for i := range 5 {
		body := invoiceBody(fmt.Sprintf("F-2%d", i))
		body["issued_on"], body["due_on"] = "2026-11-20", fmt.Sprintf("2026-12-%02d", 10+i)
		b.call(http.MethodPost, "/v1/invoices", body).is(http.StatusCreated)
	}
	b.call(http.MethodPost, "/v1/cases/"+b.creditor+"/F-20/payments", payment("P-1", "1200")).is(http.StatusOK)

	first := b.call(http.MethodGet, "/v1/cases?open_only=true&limit=3&creditor="+b.creditor, nil).is(http.StatusOK)
	require.Len(t, first["cases"], 3)
	require.Equal(t, "F-21", first.at("cases", 0, "invoice"))
	require.Equal(t, "Menuiserie Durand", first.at("cases", 0, "debtor_name"))
	next := b.call(http.MethodGet, "/v1/cases?open_only=true&limit=3&cursor="+first["next_cursor"].(string), nil).is(http.StatusOK)
	require.Len(t, next["cases"], 1)
	require.Nil(t, next["next_cursor"])
	require.Len(t, b.call(http.MethodGet, "/v1/cases?stage=paid", nil).is(http.StatusOK)["cases"], 1)
	require.Len(t, b.call(http.MethodGet, "/v1/cases?text=durand", nil).is(http.StatusOK)["cases"], 5)
	require.Empty(t, b.call(http.MethodGet, "/v1/cases?text=nobody", nil).is(http.StatusOK)["cases"])

	summary := b.call(http.MethodGet, "/v1/summary", nil).is(http.StatusOK)
	require.Contains(t, summary["cases"], map[string]any{"stage": "paid", "cases": 1.0, "open": "0.00", "currency": "EUR"})

	plan := b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-21/forecast", nil).is(http.StatusOK)
	require.Equal(t, "courtesy", plan.at("actions", 0, "step"))
	require.Equal(t, "email", plan.at("actions", 0, "channel"))
	require.Contains(t, plan.at("actions", 0, "why"), "before the due date")

	preview := b.call(http.MethodPost, "/v1/preview", object{"creditor": b.creditor, "days": 21}).is(http.StatusOK)
	require.EqualValues(t, 4, preview["cases"])
	require.EqualValues(t, 4, preview["actions"])
	require.Equal(t, map[string]any{"date": "2026-12-04", "step": "courtesy", "channel": "email", "actions": 1.0}, preview.at("days", 0))
	require.Equal(t, "F-21", preview.at("list", 0, "invoice"))

	strict := b.call(http.MethodPost, "/v1/preview", object{"creditor": b.creditor, "strategy": "strict", "days": 60, "limit": 1}).is(http.StatusOK)
	require.Greater(t, strict["actions"], preview["actions"])
	require.Len(t, strict["list"], 1)
	require.Equal(t, "reminder-firm", strict.at("list", 0, "step"))
	b.call(http.MethodPost, "/v1/preview", object{"creditor": "umbrella"}).isProblem(http.StatusUnprocessableEntity, "invalid")

	strategies := b.call(http.MethodGet, "/v1/strategies", nil).is(http.StatusOK)
	require.Equal(t, "fr-b2b-standard", strategies.at("strategies", 0, "name"))
	require.NotEmpty(t, strategies.at("strategies", 0, "steps", 0, "title", "fr"))
	require.Equal(t, money.EUR, money.Currency(preview.at("list", 0, "currency").(string)))
}

package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/money"
)

// The claim of the bundle is due in the future of its clock: a claim of late fees
// counts, and nothing is due yet.
func TestLateFeesAreClaimedWaivedAndBooked(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.opened("F-9")
	b.call(http.MethodPost, at+"/late-fees/claims", object{"id": "C-1"}).is(http.StatusOK)
	again := b.call(http.MethodPost, at+"/late-fees/claims", object{"id": "C-1"}).is(http.StatusOK)
	require.Equal(t, "duplicate", again["outcome"])
	b.call(http.MethodPost, at+"/costs", object{"id": "K-1", "amount": "25", "currency": "EUR", "what": "letter before action"}).is(http.StatusOK)

	paid := b.call(http.MethodPost, at+"/payments", payment("P-1", "1200")).is(http.StatusOK)
	require.Equal(t, "late-fees", paid["stage"], "the principal is paid, the costs are not")
	require.Equal(t, "0.00", paid["open"])
	require.Equal(t, "25.00", paid["late_fees"])
	file := b.call(http.MethodGet, at, nil).is(http.StatusOK)
	require.Equal(t, "25.00", file.at("late_fees", "costs", "open"))
	require.Eventually(t, func() bool {
		return len(b.call(http.MethodGet, "/v1/tasks?kind=late-fees", nil).is(http.StatusOK)["tasks"].([]any)) == 1
	}, 20*time.Second, 20*time.Millisecond, "a person is asked what to do about them")

	b.call(http.MethodPost, at+"/late-fees/waivers", object{"id": "W-1", "reason": ""}).isProblem(http.StatusUnprocessableEntity, "invalid")
	waived := b.call(http.MethodPost, at+"/late-fees/waivers", object{"id": "W-1", "part": "costs", "reason": "a good customer"}).is(http.StatusOK)
	require.Equal(t, "paid", waived["stage"])

	entries := b.call(http.MethodGet, at+"/journal", nil).is(http.StatusOK)["entries"].([]any)
	require.Len(t, entries, 4, "the invoice, the cost, the payment, the waiver")
	for _, entry := range entries {
		sum := int64(0)
		for _, leg := range entry.(map[string]any)["legs"].([]any) {
			amount, err := money.Parse(leg.(map[string]any)["amount"].(string), money.EUR)
			require.NoError(t, err)
			sum += amount.Minor()
		}
		require.Zero(t, sum)
	}
	b.call(http.MethodGet, "/v1/cases/"+b.creditor+"/F-NONE/journal", nil).isProblem(http.StatusNotFound, "unknown-case")
	b.call(http.MethodPost, "/v1/cases/"+b.creditor+"/F-NONE/late-fees/claims", object{"id": "C-1"}).isProblem(http.StatusNotFound, "unknown-case")
	b.call(http.MethodPost, at+"/legal-events", object{"id": "E-1", "event": "formal-notice-received", "on": "1999-01-01"}).isProblem(http.StatusUnprocessableEntity, "invalid")
}

func TestOneTransferPaysManyInvoicesAndAPaymentCanBeMoved(t *testing.T) {
	b := setup(t)
	b.work()
	first, second := b.opened("F-21"), b.opened("F-22")
	shares := b.call(http.MethodPost, "/v1/transfers", object{
		"creditor": b.creditor, "id": "T-1", "amount": "1500", "currency": "EUR", "remittance": "FACT F-21 ET F-22",
	}).is(http.StatusOK)
	require.Equal(t, "F-21", shares.at("shares", 0, "invoice"))
	require.Equal(t, "750.00", shares.at("shares", 0, "amount"), "debts that are alike in proportion")
	require.Equal(t, "750.00", shares.at("shares", 1, "amount"))
	require.Equal(t, "450.00", b.call(http.MethodGet, second, nil).is(http.StatusOK).at("status", "open"))

	moved := b.call(http.MethodPost, first+"/payments/T-1%2FF-21/move", object{"to": "F-22", "id": "M-1"}).is(http.StatusOK)
	require.Equal(t, "1200.00", moved.at("from", "open"))
	require.Equal(t, "paid", moved.at("to", "stage"))
	b.call(http.MethodPost, first+"/payments/T-1%2FF-21/move", object{"to": "F-22", "id": "M-1"}).is(http.StatusOK)
	require.Equal(t, "300.00", b.call(http.MethodGet, second, nil).is(http.StatusOK).at("position", "overpaid"), "moving it twice moves it once")
	b.call(http.MethodPost, first+"/payments/T-9/move", object{"to": "F-22", "id": "M-2"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, first+"/payments/T-1%2FF-21/move", object{"to": "F-99", "id": "M-3"}).isProblem(http.StatusNotFound, "unknown-case")

	nowhere := b.call(http.MethodPost, "/v1/transfers", object{
		"creditor": b.creditor, "id": "T-2", "amount": "42", "currency": "EUR", "remittance": "LOYER",
	}).is(http.StatusOK)
	require.Equal(t, true, nowhere.at("shares", 0, "case", "kept"))
}

package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// waiting opens an overdue case whose formal notice waits for an approval.
func (b *bundle) waiting(number string) (url string) {
	b.t.Helper()
	body := invoiceBody(number)
	body["issued_on"], body["due_on"] = "2026-07-31", "2026-08-31"
	body["debtor"].(object)["id"] = "C-" + number
	answer := b.call(http.MethodPost, "/v1/invoices", body)
	answer.is(http.StatusCreated)
	at := answer.header.Get("Location")
	b.call(http.MethodPost, at+"/migrate", object{"strategy": "strict", "resume_at": "formal-notice"}).is(http.StatusOK)
	require.Eventually(b.t, func() bool {
		tasks := b.call(http.MethodGet, "/v1/tasks?kind=approve&invoice="+number, nil).is(http.StatusOK)
		return len(tasks["tasks"].([]any)) == 1
	}, eventually, often)
	// The task stands in the case file a moment before its workflow knows of it: until then
	// the answer is that nothing waits, afterwards that the claim is another one.
	require.Eventually(b.t, func() bool {
		answer := b.call(http.MethodPost, at+"/steps/formal-notice/approve", object{"for": "0.01 EUR by strict@5"})
		return answer.is(http.StatusConflict)["code"] == "conflict"
	}, eventually, often)
	return at
}

func TestApprovalsAreListedWithWhatWouldBeSentAndGivenTogetherEachOnItsOwn(t *testing.T) {
	b := setup(t)
	b.work()
	first := b.waiting("F-41")
	b.waiting("F-42")

	listed := b.call(http.MethodGet, "/v1/approvals?preview=true", nil).is(http.StatusOK)
	require.Len(t, listed["approvals"], 2)
	require.Equal(t, "1200.00 EUR by strict@5", listed.at("approvals", 0, "for"))
	require.Equal(t, "Menuiserie Durand", listed.at("approvals", 0, "debtor"))
	require.NotNil(t, listed.at("approvals", 0, "preview"))
	require.Empty(t, b.call(http.MethodGet, "/v1/approvals?up_to=1199.99", nil).is(http.StatusOK)["approvals"])
	require.Empty(t, b.call(http.MethodGet, "/v1/approvals?up_to=5000&currency=USD", nil).is(http.StatusOK)["approvals"])
	require.Empty(t, b.call(http.MethodGet, "/v1/approvals?step=reminder-firm", nil).is(http.StatusOK)["approvals"])
	b.call(http.MethodGet, "/v1/approvals?up_to=lots", nil).isProblem(http.StatusUnprocessableEntity, "invalid")

	b.call(http.MethodPost, first+"/payments", payment("P-41", "200.00")).is(http.StatusOK)
	order := func(number string) object {
		return object{"creditor": b.creditor, "invoice": number, "step": "formal-notice", "for": "1200.00 EUR by strict@5"}
	}
	given := b.call(http.MethodPost, "/v1/approvals/approve", object{"approvals": []object{order("F-41"), order("F-42"), order("F-43")}, "by": "claire"}).is(http.StatusOK)
	require.EqualValues(t, 1, given["approved"])
	require.EqualValues(t, 2, given["refused"])
	require.Equal(t, "conflict", given.at("results", 0, "code"))
	require.Contains(t, given.at("results", 0, "why"), "it is 1000.00 EUR by strict@5 now")
	require.Equal(t, true, given.at("results", 1, "approved"))
	require.Equal(t, "unknown-case", given.at("results", 2, "code"))

	told := b.call(http.MethodPost, "/v1/cases/"+b.creditor+"/F-42/steps/formal-notice/approve", object{"by": "bob"}).isProblem(http.StatusConflict, "conflict")
	require.Contains(t, told["detail"], "was approved already by claire")

	byFilter := b.call(http.MethodPost, "/v1/approvals/approve", object{"filter": object{"step": "formal-notice", "up_to": "1000.00"}, "by": "claire"}).is(http.StatusOK)
	require.EqualValues(t, 1, byFilter["approved"])
	require.Empty(t, b.call(http.MethodGet, "/v1/approvals", nil).is(http.StatusOK)["approvals"])
	b.call(http.MethodPost, "/v1/approvals/approve", object{}).isProblem(http.StatusUnprocessableEntity, "invalid")
}

func TestAnApprovalIsRefusedOnceItGoesToOthersThanWereSeen(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.waiting("F-47") + "/steps/formal-notice/approve"
	listed := b.call(http.MethodGet, "/v1/approvals", nil).is(http.StatusOK)
	seen := listed.at("approvals", 0, "to")
	require.NotEmpty(t, seen)
	people := "/v1/debtors/" + b.creditor + "/C-F-47/contacts"
	contact := b.call(http.MethodGet, people, nil).is(http.StatusOK).at("contacts", 0, "id")
	b.call(http.MethodPost, fmt.Sprintf("%s/%v", people, contact), object{"name": "Paul Durand", "email": "paul@durand.example", "role": "accounts-payable"}).is(http.StatusOK)
	told := b.call(http.MethodPost, at, object{"to": seen, "by": "claire"}).isProblem(http.StatusConflict, "conflict")
	require.Contains(t, told["detail"], "goes to has changed since it was looked at")
	now := b.call(http.MethodGet, "/v1/approvals", nil).is(http.StatusOK).at("approvals", 0, "to")
	require.NotEqual(t, seen, now)
	b.call(http.MethodPost, at, object{"to": now, "by": "claire"}).is(http.StatusOK)
}

func TestAnApprovalIsRefusedWithAReasonAndAChoice(t *testing.T) {
	b := setup(t)
	b.work()
	at := b.waiting("F-45") + "/steps/formal-notice/refuse"
	b.call(http.MethodPost, at, object{}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at, object{"reason": "x", "then": "wait"}).isProblem(http.StatusUnprocessableEntity, "invalid")
	b.call(http.MethodPost, at, object{"reason": "x", "for": "5.00 EUR by strict@5"}).isProblem(http.StatusConflict, "conflict")
	held := b.call(http.MethodPost, at, object{"reason": "we talk to them", "then": "hold", "until": "2026-12-15", "by": "claire"}).is(http.StatusOK)
	require.Equal(t, "on-hold", held["stage"])
	require.Equal(t, "the case is on hold until 2026-12-15 (we talk to them)", held.at("why"))

	skipped := b.call(http.MethodPost, b.waiting("F-46")+"/steps/formal-notice/refuse", object{"reason": "a key account"}).is(http.StatusOK)
	require.Equal(t, "mediation", skipped["next_step"])
}

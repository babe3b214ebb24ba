package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/ledger"
)

func TestLateInterestThatWasClaimedStandsApartInAPlanAndBearsNone(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.claimed("F-1")
	_, err := b.cases.Store.PostEntry(t.Context(), casefile.Posting{ // interest is counted to the last entry
		Creditor: b.creditor, Invoice: "F-1", At: today,
		Entry: ledger.Entry{Kind: ledger.EntryNoticeReceived, ID: "N-1", ValueDate: calendar.NewDate(2026, time.November, 20)},
	})
	require.NoError(t, err)
	plan := b.call(http.MethodPost, "/v1/plans/"+b.creditor, object{
		"id": "P-1", "invoices": []string{"F-1"}, "months": 2, "first_on": "2026-12-07", "grace_days": 5, "role": "owner", "interest": "agreed", "rate": "6",
	}).is(http.StatusCreated)
	late := plan.at("invoices", 0, "late_interest")
	require.NotEmpty(t, late)
	require.Equal(t, late, plan.at("earlier_interest"))
	require.Equal(t, late, plan.at("schedule", 0, "earlier_interest"), "the first money pays it")
	require.NotContains(t, plan.at("schedule", 1), "earlier_interest")
}

func TestThePlanOfAConsumerIsProposedWithoutInterest(t *testing.T) {
	t.Parallel()
	b := setup(t)
	b.claimed("F-1")
	b.post(b.people(), object{"kind": "consumer", "siren": "", "vat_id": "", "line1": "12 rue des Lilas", "postcode": "69003", "city": "Lyon"})
	asked := object{"id": "P-1", "invoices": []string{"F-1"}, "months": 2, "first_on": "2026-12-07", "grace_days": 5, "role": "owner", "interest": "agreed", "rate": "6"}
	require.Contains(t, b.call(http.MethodPost, "/v1/plans/"+b.creditor, asked).isProblem(http.StatusUnprocessableEntity, "invalid")["detail"], "is consumer credit")
	delete(asked, "interest")
	delete(asked, "rate")
	b.call(http.MethodPost, "/v1/plans/"+b.creditor, asked).is(http.StatusCreated)
}

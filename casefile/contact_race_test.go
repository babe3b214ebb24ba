package casefile_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// They were composed, and wait for their provider, when it comes back.
func TestOfMessagesToADebtorThatBeginAtOnceOneLeavesToday(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	creditor, err := store.Creditor(t.Context(), acme)
	require.NoError(t, err)
	creditor.ContactPolicy = collection.ContactPolicies{ContactPolicy: collection.StandardContactPolicy()}
	require.NoError(t, store.SaveCreditor(t.Context(), creditor))
	for round := range 5 {
		debtor := fmt.Sprintf("D-%d", round)
		var messages []string
		for i := range 6 {
			opening := casefiletest.Opening(fmt.Sprintf("F-%d-%d", round, i))
			opening.Debtor.ID, opening.Invoice.Debtor = debtor, debtor
			_, _, err := store.OpenCase(t.Context(), opening)
			require.NoError(t, err)
			messages = append(messages, reserve(t, store, reminder(opening.Invoice.Number)).ID)
		}
		answers, errs := make([]casefile.Sending, len(messages)), make([]error, len(messages))
		var all sync.WaitGroup
		for i, id := range messages {
			all.Go(func() { answers[i], errs[i] = store.BeginSending(t.Context(), id, sendingDay) })
		}
		all.Wait()
		began := 0
		for i, sending := range answers {
			require.NoError(t, errs[i])
			if sending.MayCall {
				began++
			} else {
				require.Equal(t, casefile.GatePostponed, sending.Gate.Code)
			}
		}
		require.Equal(t, 1, began, "one message a day")
	}
}

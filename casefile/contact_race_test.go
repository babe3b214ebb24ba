package casefile_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
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
		var began atomic.Int32
		var all sync.WaitGroup
		for _, id := range messages {
			all.Go(func() {
				sending, err := store.BeginSending(t.Context(), id, sendingDay)
				if !assert.NoError(t, err) {
					return
				}
				if sending.MayCall {
					began.Add(1)
				} else {
					assert.Equal(t, casefile.GatePostponed, sending.Gate.Code)
				}
			})
		}
		all.Wait()
		require.EqualValues(t, 1, began.Load(), "one message a day")
	}
}

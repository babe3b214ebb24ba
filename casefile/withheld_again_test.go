package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// bothDue is a moment by whose end of the contact hours the cases of a debtor are due.
var bothDue = time.Date(2026, time.April, 3, 15, 59, 0, 0, time.UTC)

func remindedAt(invoice string, at time.Time) casefile.Reservation {
	r := reminder(invoice)
	r.At = at
	return r
}

// notTaken is a composed message that its provider did not take: it is to be sent again.
func notTaken(t *testing.T, store *casefile.Store, invoice string) casefile.Message {
	t.Helper()
	sending, err := store.ReserveAndBegin(t.Context(), remindedAt(invoice, bothDue), together)
	require.NoError(t, err)
	require.True(t, sending.MayCall, sending.Gate.Reason)
	message, err := store.MarkNotSent(t.Context(), sending.Message.ID, "the provider is away", bothDue)
	require.NoError(t, err)
	require.Equal(t, casefile.MessageComposed, message.State)
	return message
}

func messageNow(t *testing.T, store *casefile.Store, invoice string) casefile.Message {
	t.Helper()
	file := readFile(t, store, invoice)
	require.Len(t, file.Messages, 1)
	return file.Messages[0]
}

// Whoever reads the file would take it for one that is about to leave.
func TestAMessageThatTheGateRefusesWhenItIsReservedAgainIsWithheld(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	message := notTaken(t, store, "F-1")
	require.Equal(t, []string{"F-1", "F-2"}, message.Invoices)
	ruled(t, store, "F-1", bothDue, collection.PlaceHold{ID: "h", Reason: "they are talking", On: dayOf(bothDue)})

	for range 2 {
		refused, err := store.ReserveAndBegin(t.Context(), remindedAt("F-1", bothDue), together)
		require.NoError(t, err)
		require.Equal(t, casefile.GateHeld, refused.Gate.Code)
		require.Equal(t, casefile.MessageWithheld, refused.Message.State)
		require.Equal(t, refused.Gate.Reason, refused.Message.Reason)
	}
	withheld := messageNow(t, store, "F-1")
	require.Equal(t, casefile.MessageWithheld, withheld.State)
	require.Contains(t, withheld.Reason, "they are talking")
	kinds := historyKinds(readFile(t, store, "F-1"))
	require.Equal(t, "message-withheld", kinds[len(kinds)-1], "and once")
	require.NotEqual(t, "message-withheld", kinds[len(kinds)-2])

	other, err := store.ReserveAndBegin(t.Context(), remindedAt("F-2", bothDue), together)
	require.NoError(t, err)
	require.True(t, other.MayCall, "what it carried beside leaves without it")
	require.Equal(t, []string{"F-2"}, other.Message.Invoices)

	ruled(t, store, "F-1", bothDue, collection.ReleaseHold{ID: "h", On: dayOf(bothDue)})
	anew, err := store.ReserveAndBegin(t.Context(), remindedAt("F-1", bothDue), together)
	require.NoError(t, err)
	require.True(t, anew.MayCall, "the gate is open again: %s", anew.Gate.Reason)
	require.Equal(t, message.ID, anew.Message.ID)
	require.Empty(t, anew.Message.Reason)
}

// It waits for days, and in other words than these.
func TestAMessageThatMayNotReachTheDebtorTodayIsWithheldUntilItIsComposedAnew(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	boundContacts(t, store)
	openCase(t, store, "F-1")
	message := notTaken(t, store, "F-1")
	openCase(t, store, "F-2")
	other, err := store.ReserveAndBegin(t.Context(), remindedAt("F-2", bothDue), compose)
	require.NoError(t, err)
	require.True(t, other.MayCall, other.Gate.Reason)
	post(t, store, "F-1", payment("P-1", 2000)) // what was composed is not true any more

	refused, err := store.ReserveAndBegin(t.Context(), remindedAt("F-1", bothDue), compose)
	require.NoError(t, err)
	require.Equal(t, casefile.GatePostponed, refused.Gate.Code)
	require.Equal(t, casefile.MessageWithheld, refused.Message.State)
	withheld := messageNow(t, store, "F-1")
	require.Equal(t, casefile.MessageWithheld, withheld.State)
	require.Equal(t, refused.Gate.Reason, withheld.Reason)

	anew, err := store.ReserveAndBegin(t.Context(), remindedAt("F-1", refused.Gate.Until), compose)
	require.NoError(t, err)
	require.True(t, anew.MayCall, anew.Gate.Reason)
	require.Equal(t, message.ID, anew.Message.ID)
	require.Contains(t, string(anew.Message.Bytes), "owes 100.00 EUR")
}

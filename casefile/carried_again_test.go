package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// together composes a message that carries all that may join it.
func together(c casefile.MessageContext) (casefile.Draft, error) {
	draft, err := compose(c)
	for _, sibling := range c.Siblings {
		draft.Carries = append(draft.Carries, sibling.Key)
	}
	return draft, err
}

// The notice had a message of its own, which was withheld; then a sibling's message
// carried it, and the sibling is paid before that has left.
func TestANoticeWhoseOwnMessageWasWithheldLeavesWhenTheOneThatCarriedItDoesNot(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	at := time.Date(2026, time.April, 3, 15, 59, 0, 0, time.UTC) // both are due by the end of the contact hours
	asked := func(invoice string) casefile.Reservation {
		r := reminder(invoice)
		r.At = at
		return r
	}
	ownMessage := reserve(t, store, asked("F-1"))
	ruled(t, store, "F-1", at, collection.PlaceHold{ID: "h", Reason: "they are talking", On: dayOf(at)})
	sending, err := store.BeginSending(t.Context(), ownMessage.ID, at)
	require.NoError(t, err)
	require.Equal(t, casefile.MessageWithheld, sending.Message.State)
	ruled(t, store, "F-1", at, collection.ReleaseHold{ID: "h", On: dayOf(at)})

	carrying, gate, err := store.ReserveMessage(t.Context(), asked("F-2"), together)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	require.Equal(t, []string{"F-1", "F-2"}, carrying.Invoices)
	post(t, store, "F-2", payment("P", 12000))

	again, gate, err := store.ReserveMessage(t.Context(), asked("F-1"), together)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	require.Equal(t, ownMessage.ID, again.ID)
	require.Equal(t, []string{"F-1"}, again.Invoices)
	sending, err = store.BeginSending(t.Context(), again.ID, at)
	require.NoError(t, err)
	require.True(t, sending.MayCall, sending.Gate.Reason)
}

func TestANoticeWhoseMessageIsLeavingForASiblingSparesTheLookAtTheCases(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	carrying, err := store.ReserveAndBegin(t.Context(), reminder("F-1"), together)
	require.NoError(t, err)
	require.True(t, carrying.MayCall)

	before := store.Statements()
	asked, err := store.ReserveAndBegin(t.Context(), reminder("F-2"), together)
	require.NoError(t, err)
	require.LessOrEqual(t, store.Statements()-before, int64(10))
	require.False(t, asked.MayCall)
	require.Equal(t, carrying.Message.ID, asked.Message.ID)
	require.Equal(t, casefile.MessageSending, asked.Message.State)
	require.Equal(t, []string{"F-1", "F-2"}, asked.Message.Invoices)
	require.Empty(t, asked.Message.Bytes)
	require.True(t, asked.Message.IsLeaving(asked.Message.LastSendingAt.Add(time.Minute)))
	require.False(t, asked.Message.IsLeaving(asked.Message.LastSendingAt.Add(time.Minute+time.Second)), "its outcome is unknown by then")

	own, err := store.ReserveAndBegin(t.Context(), reminder("F-1"), together)
	require.NoError(t, err)
	require.NotEmpty(t, own.Message.Bytes, "who sends it looks at everything")
}

package casefile_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// heard takes an answer in, about the invoices named, or all of the debtor when none is.
func heard(t *testing.T, store *casefile.Store, lead string, invoices ...string) {
	t.Helper()
	answer := answerTo(lead)
	answer.Invoices = invoices
	_, _, err := store.RecordAnswer(t.Context(), answer)
	require.NoError(t, err)
}

func requireHeard(t *testing.T, store *casefile.Store, invoice string, refuses bool) {
	t.Helper()
	gate, err := store.CheckGate(t.Context(), acme, invoice, sendingDay)
	require.NoError(t, err)
	require.Equal(t, refuses, gate.Code == casefile.GateHeld, "%s: %s", invoice, gate.Reason)
	if refuses {
		require.Contains(t, gate.Reason, "an answer has come in")
		require.Contains(t, gate.ReasonFR, "une réponse est arrivée")
		require.Zero(t, gate.Until)
	}
}

// What is composed, and what is only about to be, stays when an answer is taken in; the
// case itself is told later.
func TestNothingLeavesOnceAnAnswerIsTakenInThoughItsHoldIsStillOnItsWay(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	until := calendar.DateOf(sendingDay).AddDays(3)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	composed := reserve(t, store, reminder("F-1"))
	heard(t, store, "F-1", "F-1")

	sending := begin(t, store, composed.ID)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GateHeld, sending.Gate.Code)
	require.Equal(t, casefile.MessageWithheld, sending.Message.State)
	bySMS := reminder("F-1")
	bySMS.Channel = collection.ChannelSMS
	atOnce, err := store.ReserveAndBegin(t.Context(), bySMS, compose)
	require.NoError(t, err)
	require.False(t, atOnce.MayCall)
	require.Equal(t, casefile.GateHeld, atOnce.Gate.Code)
	requireHeard(t, store, "F-2", false) // which the answer is not about

	require.NoError(t, store.FinishAnswer(t.Context(), acme, casefile.AnswerEffect{ID: answerID, HoldUntil: until, Held: []string{"F-1"}, Ordered: []string{"F-1"}}))
	requireHeard(t, store, "F-1", true) // ordered, and not there yet

	hold := collection.Hold{ID: casefile.HoldOfAnswer(answerID), From: calendar.DateOf(sendingDay), Until: until}
	decide(t, store, "F-1", "k", collection.HoldPlaced{Hold: hold})
	gate, err := store.CheckGate(t.Context(), acme, "F-1", sendingDay)
	require.NoError(t, err)
	require.Equal(t, casefile.GateHeld, gate.Code)
	require.Equal(t, until+1, calendar.DateOf(gate.Until), "held by the hold itself")
	decide(t, store, "F-1", "l", collection.HoldReleased{ID: hold.ID, On: calendar.DateOf(sendingDay)})
	requireHeard(t, store, "F-1", false) // a person has ended it
	require.True(t, begin(t, store, reserve(t, store, reminder("F-1")).ID).MayCall)
}

func TestAnAnswerKeepsBackWhatItIsAboutAndNotForEver(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	until := calendar.DateOf(sendingDay).AddDays(3)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	heard(t, store, "F-1") // it names none
	requireHeard(t, store, "F-1", true)
	requireHeard(t, store, "F-2", true)

	// Twenty holds keep F-2 back as long: it gets none of its own.
	require.NoError(t, store.FinishAnswer(t.Context(), acme, casefile.AnswerEffect{ID: answerID, HoldUntil: until, Held: []string{"F-1", "F-2"}, Ordered: []string{"F-1"}}))
	requireHeard(t, store, "F-1", true)
	requireHeard(t, store, "F-2", false)

	// The order was lost: it counts for as long as the hold would have.
	late, err := store.CheckGate(t.Context(), acme, "F-1", sendingDay.AddDate(0, 0, 4))
	require.NoError(t, err)
	require.NotEqual(t, casefile.GateHeld, late.Code)

	_, err = store.CloseAnswer(t.Context(), answerID, casefile.AnswerHandled, "jeanne", "agreed", sendingDay)
	require.NoError(t, err)
	requireHeard(t, store, "F-1", false) // a person has read it

	// What a machine wrote holds nothing.
	require.NoError(t, execute(t, dsn, "update inbound_message set state = 'linked', effect_due = true, kind = 'auto-reply', handled_at = null, handled_by = ''"))
	requireHeard(t, store, "F-1", false)
}

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

	require.NoError(t, store.FinishAnswer(t.Context(), known(t, store), casefile.AnswerEffect{Held: []casefile.AnswerHold{{Invoice: "F-1", Until: until, Ordered: true}}}))
	requireHeard(t, store, "F-1", true) // ordered, and not there yet

	hold := collection.Hold{ID: casefile.HoldOfAnswer(answerID, 1), From: calendar.DateOf(sendingDay), Until: until}
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
	require.NoError(t, store.FinishAnswer(t.Context(), known(t, store), casefile.AnswerEffect{Held: []casefile.AnswerHold{{Invoice: "F-1", Until: until, Ordered: true}, {Invoice: "F-2", Until: until}}}))
	requireHeard(t, store, "F-1", true)
	requireHeard(t, store, "F-2", false)

	// Whoever has read it, and ended no hold, lets it come.
	_, err := store.CloseAnswer(t.Context(), casefile.AnswerClosing{ID: answerID, State: casefile.AnswerHandled, By: "jeanne", Note: "agreed", At: sendingDay})
	require.NoError(t, err)
	requireHeard(t, store, "F-1", true)

	// The order was lost: it counts for as long as the hold would have.
	late, err := store.CheckGate(t.Context(), acme, "F-1", sendingDay.AddDate(0, 0, 4))
	require.NoError(t, err)
	require.NotEqual(t, casefile.GateHeld, late.Code)

	_, err = store.CloseAnswer(t.Context(), casefile.AnswerClosing{ID: answerID, State: casefile.AnswerHandled, By: "jeanne", At: sendingDay, EndsHold: true})
	require.NoError(t, err)
	requireHeard(t, store, "F-1", false) // a person has ended it

	// What a machine wrote holds nothing.
	require.NoError(t, execute(t, dsn, "update inbound_message set state = 'linked', effect_due = true, kind = 'auto-reply', handled_at = null, handled_by = ''"))
	requireHeard(t, store, "F-1", false)
}

// Whoever deals with an answer before its hold is ordered takes nothing from it, unless they
// say that the case goes on.
func TestWhatAPersonSaysBeforeTheHoldIsOrderedCounts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state    casefile.AnswerState
		endsHold bool
		due      int
	}{
		"done":             {casefile.AnswerHandled, false, 1},
		"done, and resume": {casefile.AnswerHandled, true, 0},
		"ignored":          {casefile.AnswerIgnored, true, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := casefiletest.Open(t)
			openCase(t, store, "F-1")
			openCase(t, store, "F-2")
			heard(t, store, "F-1")
			closed, err := store.CloseAnswer(t.Context(), casefile.AnswerClosing{ID: answerID, State: c.state, By: "jeanne", Note: "read", At: sendingDay, EndsHold: c.endsHold})
			require.NoError(t, err)
			require.Equal(t, c.state, closed.State)
			due, err := store.AnswersDue(t.Context(), 10)
			require.NoError(t, err)
			require.Len(t, due, c.due)
			requireHeard(t, store, "F-1", !c.endsHold)
			requireHeard(t, store, "F-2", !c.endsHold)
		})
	}
}

// Each linking has a hold of its own: one that was released before says nothing of the next.
func TestAnAnswerThatIsPutToItsCaseAgainIsHeardAgain(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	day := calendar.DateOf(sendingDay)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	heard(t, store, "F-1", "F-1", "F-2")
	until := day.AddDays(3)
	held := casefile.AnswerEffect{Held: []casefile.AnswerHold{{Invoice: "F-1", Until: until, Ordered: true}, {Invoice: "F-2", Until: until, Ordered: true}}}
	require.NoError(t, store.FinishAnswer(t.Context(), known(t, store), held))
	first := known(t, store)
	require.Equal(t, "answer-"+answerID, first.HoldID())
	require.Equal(t, "answer/"+answerID, first.TaskKey())
	for _, one := range held.Held {
		decide(t, store, one.Invoice, "k", collection.HoldPlaced{Hold: collection.Hold{ID: first.HoldID(), From: day, Until: until}})
		decide(t, store, one.Invoice, "l", collection.HoldReleased{ID: first.HoldID(), On: day})
	}
	_, err := store.CloseAnswer(t.Context(), casefile.AnswerClosing{ID: answerID, State: casefile.AnswerIgnored, By: "jeanne", Note: "advertising", At: sendingDay, EndsHold: true})
	require.NoError(t, err)
	requireHeard(t, store, "F-1", false)

	link := casefile.AnswerLink{ID: answerID, Creditor: acme, Debtor: martin, Invoice: "F-1", MatchedBy: "jeanne said so", Invoices: []string{"F-1"}}
	again, err := store.LinkAnswer(t.Context(), link)
	require.NoError(t, err)
	require.True(t, again.EffectDue)
	require.Equal(t, "answer-"+answerID+"-2", again.HoldID())
	require.Equal(t, "answer/"+answerID+"/2", again.TaskKey())
	requireHeard(t, store, "F-1", true)
	requireHeard(t, store, "F-2", false) // to which it was not put again
	about, _, err := store.AnswerParts(t.Context(), answerID)
	require.NoError(t, err)
	require.Equal(t, []casefile.AnswerCase{{Creditor: acme, Invoice: "F-1"}}, about)

	// What ends late of the first linking finishes nothing of the second.
	require.NoError(t, store.FinishAnswer(t.Context(), first, held))
	requireHeard(t, store, "F-1", true)
	require.True(t, known(t, store).EffectDue)

	// The task of the first was done; that says nothing of the second either.
	for _, key := range []string{first.TaskKey(), again.TaskKey()} {
		require.NoError(t, store.FinishAnswer(t.Context(), known(t, store), casefile.AnswerEffect{Held: held.Held[:1]}))
		task, _, err := store.OpenTask(t.Context(), casefile.TaskOrder{Creditor: acme, Invoice: "F-1", Kind: collection.TaskAnswer, Key: key, Title: "Read the answer", At: sendingDay})
		require.NoError(t, err)
		_, err = store.CompleteTask(t.Context(), task.ID, "jeanne", "read", sendingDay)
		require.NoError(t, err)
		require.NoError(t, store.HandleAnswersOfDoneTasks(t.Context()))
		require.Equal(t, key == again.TaskKey(), known(t, store).State == casefile.AnswerHandled, key)
	}
	requireHeard(t, store, "F-1", true) // the hold comes
	decide(t, store, "F-1", "m", collection.HoldPlaced{Hold: collection.Hold{ID: again.HoldID(), From: day, Until: until}})
	decide(t, store, "F-1", "n", collection.HoldReleased{ID: again.HoldID(), On: day})
	requireHeard(t, store, "F-1", false)
}

// What was put to more cases while its effect was brought about is due for those.
func TestTheEffectOnCasesThatCameMeanwhileStaysDue(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	heard(t, store, "F-1", "F-1")
	begun := known(t, store)
	_, err := store.LinkAnswer(t.Context(), casefile.AnswerLink{ID: answerID, Creditor: acme, Debtor: martin, Invoice: "F-1", MatchedBy: "jeanne said so", Invoices: []string{"F-1", "F-2"}})
	require.NoError(t, err)
	day := calendar.DateOf(sendingDay)
	effect := casefile.AnswerEffect{Held: []casefile.AnswerHold{{Invoice: "F-1", Until: day.AddDays(3), Ordered: true}}}
	require.NoError(t, store.FinishAnswer(t.Context(), begun, effect))
	require.True(t, known(t, store).EffectDue)
	effect.Held = []casefile.AnswerHold{{Invoice: "F-1", Until: day.AddDays(3)}, {Invoice: "F-2", Until: day.AddDays(4), Ordered: true}}
	require.NoError(t, store.FinishAnswer(t.Context(), known(t, store), effect))
	require.False(t, known(t, store).EffectDue)
	require.Equal(t, day.AddDays(4), known(t, store).HoldUntil, "as long as any case is held")
	about, _, err := store.AnswerParts(t.Context(), answerID)
	require.NoError(t, err)
	require.Equal(t, []casefile.AnswerCase{
		{Creditor: acme, Invoice: "F-1", HoldUntil: day.AddDays(3)}, {Creditor: acme, Invoice: "F-2", HoldUntil: day.AddDays(4)},
	}, about)
}

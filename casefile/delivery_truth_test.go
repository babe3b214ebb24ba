package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/messaging"
)

func newsOf(id, event string, kind messaging.DeliveryKind) casefile.DeliveryEvent {
	return casefile.DeliveryEvent{Provider: "sendgrid", EventID: event, MessageID: id, Kind: kind, At: sendingDay.Add(time.Hour)}
}

func truthOf(t *testing.T, store *casefile.Store, invoice string) casefile.DeliveryTruth {
	t.Helper()
	return readFile(t, store, invoice).Messages[0].Truth(time.Now().Add(2 * time.Minute))
}

func TestWhatBecameOfAMessageIsToldApart(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for invoice, c := range map[string]struct {
		then  []messaging.DeliveryKind
		truth casefile.DeliveryTruth
	}{
		"F-1": {nil, casefile.TruthAmbiguous},
		"F-2": {[]messaging.DeliveryKind{messaging.DeliveryAccepted}, casefile.TruthAccepted},
		"F-3": {[]messaging.DeliveryKind{messaging.DeliveryDelivered}, casefile.TruthDelivered},
		"F-4": {[]messaging.DeliveryKind{messaging.DeliveryAccepted, messaging.DeliveryDelivered}, casefile.TruthDelivered},
		"F-5": {[]messaging.DeliveryKind{messaging.DeliveryDelivered, messaging.DeliveryOpened}, casefile.TruthOpened},
		"F-6": {[]messaging.DeliveryKind{messaging.DeliveryAccepted, messaging.DeliveryBounced}, casefile.TruthBounced},
		"F-7": {[]messaging.DeliveryKind{messaging.DeliveryAccepted, messaging.DeliveryFailed}, casefile.TruthBlocked},
		"F-8": {[]messaging.DeliveryKind{messaging.DeliveryBounced, messaging.DeliveryOpened}, casefile.TruthBounced},
	} {
		openCase(t, store, invoice)
		id := sent(t, store, invoice).ID
		for i, kind := range c.then {
			_, err := store.RecordDeliveryEvent(t.Context(), newsOf(id, invoice+string(rune('a'+i)), kind))
			require.NoError(t, err)
		}
		require.Equal(t, c.truth, truthOf(t, store, invoice), invoice)
	}
	openCase(t, store, "F-9")
	id := sent(t, store, "F-9").ID
	require.Equal(t, casefile.TruthSending, readFile(t, store, "F-9").Messages[0].Truth(time.Now()))
	_, err := store.MarkRejected(t.Context(), id, "400", "no", sendingDay)
	require.NoError(t, err)
	require.Equal(t, casefile.TruthFailed, truthOf(t, store, "F-9"))
}

func TestAPersonResolvesWhatNobodyKnowsAndLateNewsDoNoHarm(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	anne := casefile.Author{By: "anne", At: sendingDay.Add(time.Hour)}
	openCase(t, store, "F-1")
	id := sent(t, store, "F-1").ID
	_, err := store.ResolveMessage(t.Context(), id, casefile.ResolvedArrived, anne)
	require.NoError(t, err)
	file := readFile(t, store, "F-1")
	require.Equal(t, casefile.MessageAccepted, file.Messages[0].State)
	require.Len(t, file.Case.Steps[0].Attempts, 1)
	require.Equal(t, "anne", file.History[len(file.History)-1].Actor)
	before := dump(t, dsn)
	_, err = store.ResolveMessage(t.Context(), id, casefile.ResolvedArrived, anne)
	require.NoError(t, err)
	require.Equal(t, before, dump(t, dsn), "once is enough")
	_, err = store.RecordDeliveryEvent(t.Context(), newsOf(id, "late", messaging.DeliveryAccepted))
	require.NoError(t, err)
	require.Len(t, readFile(t, store, "F-1").Case.Steps[0].Attempts, 1)
	var refused *collection.Refusal
	_, err = store.ResolveMessage(t.Context(), id, casefile.ResolvedLost, anne)
	require.ErrorAs(t, err, &refused)

	openCase(t, store, "F-2")
	id = sent(t, store, "F-2").ID
	lost, err := store.ResolveMessage(t.Context(), id, casefile.ResolvedLost, anne)
	require.NoError(t, err)
	require.Equal(t, casefile.MessageComposed, lost.State)
	require.True(t, begin(t, store, id).MayCall, "it is sent again")
}

func TestAStepThatIsSkippedWhileItsMessageIsAmbiguousStaysSkippedWhenTheProofComes(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	id := sent(t, store, "F-1").ID
	require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{
		Creditor: acme, Invoice: "F-1", Key: "skip", Kind: "skip-step", Actor: "anne", At: sendingDay,
		Events: []collection.Event{collection.StepWaived{Step: "reminder", At: sendingDay}},
	}))
	next := collection.Next(readFile(t, store, "F-1").Case, sendingDay)
	_, err := store.RecordDeliveryEvent(t.Context(), newsOf(id, "late", messaging.DeliveryDelivered))
	require.NoError(t, err)
	file := readFile(t, store, "F-1")
	require.True(t, file.Case.Steps[0].Waived)
	after := collection.Next(file.Case, sendingDay)
	require.Equal(t, next.Step.Key, after.Step.Key)
	require.Equal(t, "formal-notice", after.Step.Key)
	require.False(t, begin(t, store, id).MayCall)
}

// doubtful is a message of which nobody knows whether it has arrived, after everybody has
// waited long enough, and about which a person was asked.
func doubtful(t *testing.T, store *casefile.Store, invoice string) string {
	t.Helper()
	openCase(t, store, invoice)
	id := sent(t, store, invoice).ID
	marked, err := store.MarkDoubtful(t.Context(), id, time.Hour, sendingDay)
	require.NoError(t, err)
	require.True(t, marked.IsDoubtful())
	require.True(t, marked.Report(marked.Notices[0]).Doubtful)
	_, _, err = store.OpenTask(t.Context(), casefile.TaskOrder{
		Creditor: acme, Invoice: invoice, Step: "reminder", Kind: collection.TaskReach, Key: "reach", Title: "Find out", At: sendingDay,
	})
	require.NoError(t, err)
	return id
}

func TestAMessageThatCountsAsFailedForWantOfProofIsSettledByAPerson(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	anne := casefile.Author{By: "anne", At: sendingDay.Add(time.Hour)}
	id := doubtful(t, store, "F-1")
	require.Equal(t, casefile.TruthAmbiguous, truthOf(t, store, "F-1"))
	arrived, err := store.ResolveMessage(t.Context(), id, casefile.ResolvedArrived, anne)
	require.NoError(t, err)
	require.True(t, arrived.IsProvenLate())
	file := readFile(t, store, "F-1")
	require.Equal(t, casefile.MessageAccepted, file.Messages[0].State)
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail}}, file.Case.Steps[0].Attempts)
	require.Equal(t, casefile.TaskDone, file.Tasks[0].State)
	before := dump(t, dsn)
	_, err = store.ResolveMessage(t.Context(), id, casefile.ResolvedArrived, anne)
	require.NoError(t, err)
	require.Equal(t, before, dump(t, dsn), "once is enough")
	delivered := hear(t, store, newsOf(id, "late", messaging.DeliveryDelivered))
	require.True(t, delivered.Decisive, "the case is told again, should it not have heard")
	require.Equal(t, casefile.MessageDelivered, delivered.Message.State)

	id = doubtful(t, store, "F-2")
	lost, err := store.ResolveMessage(t.Context(), id, casefile.ResolvedLost, anne)
	require.NoError(t, err)
	require.Equal(t, casefile.CodeNeverLeft, lost.Code)
	require.Equal(t, casefile.TruthFailed, truthOf(t, store, "F-2"))
	require.False(t, begin(t, store, id).MayCall, "the step is tried again under a new message")
	var refused *collection.Refusal
	_, err = store.ResolveMessage(t.Context(), id, casefile.ResolvedArrived, anne)
	require.ErrorAs(t, err, &refused)
}

func TestSignedNewsThatComeAfterTheWaitSettleTheMessage(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	id := doubtful(t, store, "F-1")
	for _, kind := range []messaging.DeliveryKind{messaging.DeliveryDelivered, messaging.DeliveryDelivered} {
		require.True(t, hear(t, store, newsOf(id, "late", kind)).Decisive)
	}
	file := readFile(t, store, "F-1")
	require.Equal(t, casefile.MessageDelivered, file.Messages[0].State)
	require.Equal(t, casefile.CodeProvenLate, file.Messages[0].Code)
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail}}, file.Case.Steps[0].Attempts)
	require.Equal(t, casefile.TaskDone, file.Tasks[0].State)

	id = doubtful(t, store, "F-2")
	bounced := hear(t, store, newsOf(id, "bounce", messaging.DeliveryBounced))
	require.True(t, bounced.Decisive)
	file = readFile(t, store, "F-2")
	require.Equal(t, casefile.MessageBounced, file.Messages[0].State)
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail, Failed: true}}, file.Case.Steps[0].Attempts)
	require.Equal(t, casefile.TaskOpen, file.Tasks[0].State, "the debtor is still to be reached")
}

func TestProofThatComesBeforeALostMessageIsSentAgainCallsThatOff(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	id := doubtful(t, store, "F-1")
	_, err := store.ResolveMessage(t.Context(), id, casefile.ResolvedLost, casefile.Author{By: "anne", At: sendingDay})
	require.NoError(t, err)
	decide(t, store, "F-1", "retry", collection.StepRetried{Step: "reminder"})
	require.Equal(t, 1, readFile(t, store, "F-1").Case.Steps[0].Tries)
	hear(t, store, newsOf(id, "late", messaging.DeliveryDelivered))
	require.Equal(t, []collection.Attempt{{Channel: collection.ChannelEmail}}, readFile(t, store, "F-1").Case.Steps[0].Attempts)
}

func TestProofThatAMailArrivedKeepsItsFallbackFromLeavingBeforeTheCaseHears(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	anne := casefile.Author{By: "anne", At: sendingDay.Add(time.Minute)}
	over := func(invoice string, channel collection.Channel, try int) casefile.Reservation {
		r := reminder(invoice)
		r.Channel, r.Try, r.At = channel, try, sendingDay.Add(2*time.Minute)
		return r
	}
	gateOf := func(r casefile.Reservation) casefile.Gate {
		_, gate, err := store.PreviewMessage(t.Context(), r)
		require.NoError(t, err)
		return gate
	}
	for invoice, prove := range map[string]func(id string) error{
		"F-1": func(id string) error {
			_, err := store.RecordDeliveryEvent(t.Context(), newsOf(id, "late", messaging.DeliveryDelivered))
			return err
		},
		"F-2": func(id string) error {
			_, err := store.ResolveMessage(t.Context(), id, casefile.ResolvedArrived, anne)
			return err
		},
	} {
		id := doubtful(t, store, invoice)
		letter := over(invoice, collection.ChannelLetter, 0)
		require.True(t, gateOf(letter).Passes, "nobody knows whether the mail has arrived")
		composed := reserve(t, store, letter)
		require.NoError(t, prove(id))

		_, gate, err := store.ReserveMessage(t.Context(), letter, compose)
		require.NoError(t, err)
		require.Equal(t, casefile.GateNotDue, gate.Code)
		require.Contains(t, gate.Reason, "step reminder asks for no letter any more")
		require.Contains(t, gate.ReasonFR, "l’étape reminder ne demande plus")
		begun, err := store.BeginSending(t.Context(), composed.ID, letter.At)
		require.NoError(t, err)
		require.False(t, begun.MayCall)
		require.Equal(t, casefile.MessageWithheld, begun.Message.State)
		require.True(t, gateOf(over(invoice, collection.ChannelSMS, 0)).Passes, "the step tells by e-mail and by SMS")
	}
	decide(t, store, "F-2", "retry", collection.StepRetried{Step: "reminder"})
	require.Equal(t, casefile.GateNotDue, gateOf(over("F-2", collection.ChannelSMS, 0)).Code, "a person had it tried anew")
	require.True(t, gateOf(over("F-2", collection.ChannelSMS, 1)).Passes)
}

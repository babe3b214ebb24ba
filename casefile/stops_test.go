package casefile_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
)

// stopping is a stop of everybody set on the day of sending.
func stopping(change ...func(*casefile.Stop)) casefile.Stop {
	stop := casefile.Stop{
		Stop: collection.Stop{
			ID: "s-1", Kind: collection.StopKillSwitch, Scope: collection.ScopeEverything, Reason: "wrong bank account", At: sendingDay.Add(-time.Minute),
		},
		Author: "anne",
	}
	for _, c := range change {
		c(&stop)
	}
	return stop
}

func blockOfMartin(s *casefile.Stop) {
	s.Kind, s.Scope, s.Creditor, s.Debtor, s.Reason = collection.StopBlock, collection.ScopeDebtor, acme, martin, "legal department"
}

func set(t testing.TB, store *casefile.Store, stop casefile.Stop) casefile.Stop {
	t.Helper()
	placed, fresh, err := store.SetStop(t.Context(), stop)
	require.NoError(t, err)
	require.True(t, fresh)
	return placed
}

// Who sets it believes that nothing leaves.
func TestAStopWhoseLastDayIsPastIsRefused(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	past := stopping(blockOfMartin, func(s *casefile.Stop) { s.Until = calendar.DateOf(sendingDay).AddDays(-2) })
	_, _, err := store.SetStop(t.Context(), past)
	var refused *collection.Refusal
	require.ErrorAs(t, err, &refused)
	require.Equal(t, collection.RefusedInvalid, refused.Code)
	stops, err := store.Stops(t.Context(), casefile.StopFilter{})
	require.NoError(t, err)
	require.Empty(t, stops)

	short := stopping(blockOfMartin, func(s *casefile.Stop) { s.Until = calendar.DateOf(sendingDay) })
	set(t, store, short)
	short.At = short.At.AddDate(0, 1, 0)
	_, fresh, err := store.SetStop(t.Context(), short)
	require.NoError(t, err, "the same again changes nothing, whenever it comes")
	require.False(t, fresh)
}

func TestAKillSwitchThatIsSetBetweenComposingAndSendingKeepsTheMessageBack(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := reserve(t, store, reminder("F-1"))
	set(t, store, stopping())

	sending := begin(t, store, message.ID)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GateKillSwitch, sending.Gate.Code)
	require.Equal(t, "the kill switch is set for everybody: nothing leaves until a person lifts it (wrong bank account)", sending.Gate.Reason)
	require.Equal(t, casefile.MessageWithheld, sending.Message.State)

	_, gate, err := store.ReserveMessage(t.Context(), reminder("F-1"), compose)
	require.NoError(t, err)
	require.False(t, gate.Passes, "nor is it composed again")

	lifted, err := store.LiftStop(t.Context(), "s-1", "anne", sendingDay)
	require.NoError(t, err)
	require.Equal(t, sendingDay, lifted.Lifted)
	again := reserve(t, store, reminder("F-1"))
	require.True(t, begin(t, store, again.ID).MayCall, "once it is lifted the message may leave")
}

func TestAMessageThatBeganToLeaveBeforeTheKillSwitchIsNotCalledBack(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	message := sent(t, store, "F-1")
	set(t, store, stopping())
	accepted, err := store.MarkAccepted(t.Context(), message.ID, "sendgrid", "sg-1", sendingDay)
	require.NoError(t, err)
	require.Equal(t, casefile.MessageAccepted, accepted.State, "what the provider took is told as it is")

	notSent := sentAndNotTaken(t, store, "F-2")
	require.False(t, begin(t, store, notSent.ID).MayCall, "what the provider did not take is not tried again")
}

func sentAndNotTaken(t *testing.T, store *casefile.Store, invoice string) casefile.Message {
	t.Helper()
	_, err := store.LiftStop(t.Context(), "s-1", "anne", sendingDay)
	require.NoError(t, err)
	opening := casefiletest.Opening(invoice)
	opening.Debtor.ID, opening.Debtor.Name = "durand", "Durand SARL"
	_, _, err = store.OpenCase(t.Context(), opening)
	require.NoError(t, err)
	message := sent(t, store, invoice)
	set(t, store, stopping(func(s *casefile.Stop) { s.ID = "s-2" }))
	message, err = store.MarkNotSent(t.Context(), message.ID, "no route", sendingDay)
	require.NoError(t, err)
	return message
}

// Sends and a kill switch race: whatever began to leave did so before the command
// returned.
func TestNothingBeginsToLeaveOnceTheKillSwitchHasReturned(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	const cases = 12
	messages := make([]string, cases)
	for i := range messages {
		opening := casefiletest.Opening(fmt.Sprintf("F-%d", i))
		opening.Debtor.ID, opening.Debtor.Name = fmt.Sprintf("D-%d", i), "Martin SAS"
		_, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
		messages[i] = reserve(t, store, reminder(opening.Invoice.Number)).ID
	}
	var mu sync.Mutex
	returned := false
	began, beganAfter := 0, 0
	var sends sync.WaitGroup
	for _, id := range messages {
		sends.Go(func() {
			mu.Lock()
			wasReturned := returned
			mu.Unlock()
			sending, err := store.BeginSending(t.Context(), id, sendingDay)
			if err != nil {
				t.Error(err)
				return
			}
			mu.Lock()
			defer mu.Unlock()
			if sending.MayCall {
				began++
				if wasReturned {
					beganAfter++
				}
			}
		})
	}
	set(t, store, stopping())
	mu.Lock()
	returned = true
	mu.Unlock()
	sends.Wait()
	require.Zero(t, beganAfter)
	for _, id := range messages {
		sending, err := store.BeginSending(t.Context(), id, sendingDay)
		require.NoError(t, err)
		require.False(t, sending.MayCall)
	}
}

func TestACaseThatIsOpenedDuringABlockIsBornBlocked(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	set(t, store, stopping(blockOfMartin))

	opened, _, err := store.OpenCase(t.Context(), casefiletest.Opening("F-2"))
	require.NoError(t, err)
	require.Equal(t, collection.StageOnHold, opened.Stage(sendingDay))
	require.Equal(t, "the debtor is blocked: nothing leaves by any way until a person lifts it (legal department)", collection.Next(opened, sendingDay).Because.String())
	loaded, err := store.LoadCase(t.Context(), acme, "F-2")
	require.NoError(t, err)
	requireSameCase(t, opened, loaded)

	other := casefiletest.Opening("F-3")
	other.Debtor.ID, other.Debtor.Name = "durand", "Durand SARL"
	free, _, err := store.OpenCase(t.Context(), other)
	require.NoError(t, err)
	require.Empty(t, free.Stops, "another debtor is not concerned")

	gate, err := store.CheckGate(t.Context(), acme, "F-1", sendingDay)
	require.NoError(t, err)
	require.Equal(t, casefile.GateBlocked, gate.Code)
	gate, err = store.CheckGate(t.Context(), acme, "F-3", sendingDay)
	require.NoError(t, err)
	require.NotEqual(t, casefile.GateBlocked, gate.Code)

	_, err = store.LiftStop(t.Context(), "s-1", "anne", sendingDay)
	require.NoError(t, err)
	later := casefiletest.Opening("F-4")
	later.At = sendingDay.Add(time.Hour)
	free, _, err = store.OpenCase(t.Context(), later)
	require.NoError(t, err)
	require.Empty(t, free.Stops, "what was lifted before does not concern it")
}

func TestAnExclusionOfOneInvoiceLeavesItsSiblingsAlone(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	placed := set(t, store, stopping(func(s *casefile.Stop) {
		s.Kind, s.Scope, s.Creditor, s.Invoice = collection.StopExclusion, collection.ScopeInvoice, acme, "F-1"
	}))
	require.Equal(t, martin, placed.Debtor)
	gate, err := store.CheckGate(t.Context(), acme, "F-1", sendingDay)
	require.NoError(t, err)
	require.Equal(t, casefile.GateExcluded, gate.Code)
	message, gate, err := store.ReserveMessage(t.Context(), reminder("F-2"), compose)
	require.NoError(t, err)
	require.True(t, gate.Passes)
	require.Equal(t, []string{"F-2"}, message.Invoices)
	names, err := store.CasesOfStop(t.Context(), placed, 10)
	require.NoError(t, err)
	require.Equal(t, []casefile.CaseName{{Creditor: acme, Invoice: "F-1"}}, names)
}

func TestAStopIsSetOnceAndLiftedOnce(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	placed := set(t, store, stopping(blockOfMartin))
	before := dump(t, dsn)
	again := stopping(blockOfMartin)
	again.At = again.At.Add(time.Hour)
	known, fresh, err := store.SetStop(t.Context(), again)
	require.NoError(t, err)
	require.False(t, fresh)
	require.Equal(t, placed.Stop, known.Stop)
	require.Equal(t, before, dump(t, dsn))

	_, _, err = store.SetStop(t.Context(), stopping(blockOfMartin, func(s *casefile.Stop) { s.Reason = "another" }))
	var conflict *casefile.ConflictError
	require.ErrorAs(t, err, &conflict)
	require.Equal(t, "reason", conflict.Field)

	_, err = store.LiftStop(t.Context(), "s-1", "anne", sendingDay)
	require.NoError(t, err)
	before = dump(t, dsn)
	lifted, err := store.LiftStop(t.Context(), "s-1", "bob", sendingDay.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, "anne", lifted.LiftedBy, "the first lift stays")
	require.Equal(t, before, dump(t, dsn))
	_, err = store.LiftStop(t.Context(), "s-9", "bob", sendingDay)
	require.ErrorIs(t, err, casefile.ErrUnknownStop)
}

func TestAStopThatHasEndedIsSetAgainWithoutEffect(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	short := func(s *casefile.Stop) { blockOfMartin(s); s.Until = dayOf(s.At).AddDays(1) }
	set(t, store, stopping(short))
	_, fresh, err := store.SetStop(t.Context(), stopping(short, func(s *casefile.Stop) { s.At = s.At.AddDate(0, 1, 0) }))
	require.NoError(t, err)
	require.False(t, fresh)
}

func TestAStopOfWhatIsNotThereIsRefused(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	before := dump(t, dsn)
	for _, c := range []struct {
		change func(*casefile.Stop)
		is     error
		words  string
	}{
		{func(s *casefile.Stop) { s.Scope, s.Creditor = collection.ScopeCreditor, "nobody" }, casefile.ErrUnknownCreditor, "nobody"},
		{func(s *casefile.Stop) { blockOfMartin(s); s.Debtor = "nobody" }, casefile.ErrUnknownDebtor, "nobody of acme"},
		{func(s *casefile.Stop) {
			s.Kind, s.Scope, s.Creditor, s.Invoice = collection.StopExclusion, collection.ScopeInvoice, acme, "F-9"
		}, casefile.ErrUnknownCase, "F-9"},
		{func(s *casefile.Stop) { s.Scope = collection.ScopeCreditor }, nil, "say which creditor"},
		{func(s *casefile.Stop) { s.Creditor = acme }, nil, "names the creditor acme as well"},
		{func(s *casefile.Stop) { s.Reason = "" }, nil, "needs a reason"},
		{func(s *casefile.Stop) { s.Until = dayOf(s.At).AddDays(-2) }, nil, "is over: give a later one, or none"},
	} {
		_, _, err := store.SetStop(t.Context(), stopping(c.change))
		require.ErrorContains(t, err, c.words)
		if refused := new(collection.Refusal); c.is == nil {
			require.ErrorAs(t, err, &refused)
		} else {
			require.ErrorIs(t, err, c.is)
		}
	}
	require.Equal(t, before, dump(t, dsn))
}

func TestACaseCannotBeToldOfAStopThatWasNeverSet(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.OpenAt(t, dsn)
	openCase(t, store, "F-1")
	before := dump(t, dsn)
	err := store.RecordDecision(t.Context(), casefile.Decision{
		Creditor: acme, Invoice: "F-1", Key: "stop/1", Kind: "stop", At: sendingDay, Events: []collection.Event{collection.StopTaken{Stop: stopping().Stop}},
	})
	var refused *collection.Refusal
	require.ErrorAs(t, err, &refused)
	require.Equal(t, before, dump(t, dsn))
}

// Being told moves what lists show of the case; the stop itself stands beside it.
func TestWhenACaseIsToldOfAStopItsListShowsIt(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	placed := set(t, store, stopping())
	tell := func(stop casefile.Stop) casefile.CaseRow {
		err := store.RecordDecision(t.Context(), casefile.Decision{
			Creditor: acme, Invoice: "F-1", Key: fmt.Sprintf("stop/%d", stop.Changes), Kind: "stop", At: sendingDay, Events: []collection.Event{collection.StopTaken{Stop: stop.Stop}},
		})
		require.NoError(t, err)
		file, err := store.CaseFile(t.Context(), acme, "F-1")
		require.NoError(t, err)
		return file.Row
	}
	row := tell(placed)
	require.Equal(t, collection.StageOnHold, row.Stage)
	require.Contains(t, row.Why, "kill switch")
	lifted, err := store.LiftStop(t.Context(), "s-1", "anne", sendingDay)
	require.NoError(t, err)
	require.Equal(t, collection.StageOpen, tell(lifted).Stage)
}

// Workflows take a lift one after another, and until then their cases say that they rest:
// nothing that is due leaves without them.
func TestOnceAStopIsLiftedWhatIsDueLeavesTogetherWhicheverCasesHaveTakenIt(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	tell := func(invoice string, stop casefile.Stop, at time.Time) {
		require.NoError(t, store.RecordDecision(t.Context(), casefile.Decision{
			Creditor: acme, Invoice: invoice, Key: fmt.Sprintf("stop/%d", stop.Changes), Kind: "stop", At: at, Events: []collection.Event{collection.StopTaken{Stop: stop.Stop}},
		}))
	}
	stop := stopping(blockOfMartin)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	placed := set(t, store, stop)
	for _, invoice := range []string{"F-1", "F-2"} {
		tell(invoice, placed, stop.At)
	}
	require.NoError(t, store.MarkStopTold(t.Context(), placed, true))
	lifted, err := store.LiftStop(t.Context(), placed.ID, "anne", sendingDay)
	require.NoError(t, err)
	require.NoError(t, store.MarkStopTold(t.Context(), lifted, true), "their workflows take it later")

	waiting, err := store.CaseFile(t.Context(), acme, "F-2")
	require.NoError(t, err)
	require.Equal(t, collection.StageOnHold, waiting.Row.Stage)
	tell("F-1", lifted, sendingDay)
	message, gate, err := store.ReserveMessage(t.Context(), reminder("F-1"), together)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	require.Equal(t, []string{"F-1", "F-2"}, message.Invoices)
}

func TestWhoWasToldOfAStopIsRememberedUntilItChanges(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	for _, number := range []string{"F-1", "F-2", "F-3"} {
		openCase(t, store, number)
	}
	placed := set(t, store, stopping())
	toTell := func() casefile.Stop {
		stops, err := store.Stops(t.Context(), casefile.StopFilter{ToTell: true})
		require.NoError(t, err)
		require.Len(t, stops, 1)
		return stops[0]
	}
	first := toTell()
	names, err := store.CasesOfStop(t.Context(), first, 2)
	require.NoError(t, err)
	require.Len(t, names, 2)
	first.ToldCreditor, first.ToldInvoice = names[1].Creditor, names[1].Invoice
	require.NoError(t, store.MarkStopTold(t.Context(), first, false))

	names, err = store.CasesOfStop(t.Context(), toTell(), 2)
	require.NoError(t, err)
	require.Equal(t, []casefile.CaseName{{Creditor: acme, Invoice: "F-3"}}, names, "after a crash it goes on where it was")

	stale := toTell()
	_, err = store.LiftStop(t.Context(), placed.ID, "anne", sendingDay)
	require.NoError(t, err)
	require.NoError(t, store.MarkStopTold(t.Context(), stale, true), "news of the past")
	names, err = store.CasesOfStop(t.Context(), toTell(), 10)
	require.NoError(t, err)
	require.Len(t, names, 3, "the lift is told to all")
	require.NoError(t, store.MarkStopTold(t.Context(), toTell(), true))
	stops, err := store.Stops(t.Context(), casefile.StopFilter{ToTell: true})
	require.NoError(t, err)
	require.Empty(t, stops)
	stops, err = store.Stops(t.Context(), casefile.StopFilter{InForce: true, Today: calendar.DateOf(sendingDay)})
	require.NoError(t, err)
	require.Empty(t, stops)
}

// Until each case's workflow has recorded a hold or an exclusion, which cancels its letters,
// the print queue knows of them as the gate does.
func TestALetterThatWaitsToBePostedIsStoppedByWhatTheGateKnows(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	letter := queued(t, store, "F-1", collection.ChannelLetter)
	stopped := func(on calendar.Date) string {
		letters, err := store.Letters(t.Context(), casefile.LetterFilter{Creditor: acme, Number: letter.Number, At: on.Time(time.UTC).Add(9 * time.Hour)})
		require.NoError(t, err)
		return letters[0].StoppedBy
	}
	lift := func(id string) {
		_, err := store.LiftStop(t.Context(), id, "anne", sendingDay)
		require.NoError(t, err)
	}
	require.Empty(t, stopped(day(4)))
	for _, kind := range []collection.StopKind{collection.StopHold, collection.StopExclusion} {
		set(t, store, stopping(blockOfMartin, func(s *casefile.Stop) { s.ID, s.Kind = "of-"+string(kind), kind }))
		require.Equal(t, string(kind)+" of-"+string(kind), stopped(day(4)))
		lift("of-" + string(kind))
	}
	set(t, store, stopping(blockOfMartin, func(s *casefile.Stop) { s.Until = day(10) }))
	require.Equal(t, "block s-1", stopped(day(10)))
	require.Empty(t, stopped(day(11)))
	lift("s-1")
	require.Empty(t, stopped(day(4)))

	heard(t, store, "F-1", "F-1")
	require.Equal(t, "an answer that has come in", stopped(day(4)))
	one, err := store.LetterAt(t.Context(), acme, letter.Number, sendingDay)
	require.NoError(t, err)
	require.Equal(t, "an answer that has come in", one.StoppedBy)
}

// It has left, whatever was to keep it back; whoever reports it must hear that it should not
// have.
func TestALetterThatIsPostedUnderAStopIsRecordedWithAWarning(t *testing.T) {
	t.Parallel()
	store := casefiletest.Open(t)
	openCase(t, store, "F-1")
	openCase(t, store, "F-2")
	letter := queued(t, store, "F-1", collection.ChannelLetter)
	reportedOn := func(on calendar.Date) casefile.Letter {
		r := letterReport(letter.Number, casefile.LetterPosted, on)
		r.At = day(12).Time(time.UTC).Add(9 * time.Hour)
		told := tell(t, store, r)
		require.Equal(t, casefile.LetterPosted, told.State)
		require.Equal(t, on, told.PostedOn)
		return told
	}
	at := func(on calendar.Date) time.Time { return on.Time(time.UTC).Add(9 * time.Hour) }
	for i, kind := range collection.StopKinds() {
		id := fmt.Sprintf("s-%d", i)
		set(t, store, stopping(func(s *casefile.Stop) {
			if kind != collection.StopKillSwitch {
				blockOfMartin(s)
			}
			s.ID, s.Kind, s.At = id, kind, at(day(5))
			if kind == collection.StopHold {
				s.Until = day(9)
			}
		}))
		for range 2 {
			require.Contains(t, reportedOn(day(5)).Warning(), "was posted although it was not to be: it was stopped by the "+string(kind)+" "+id+" (")
		}
		told := summaries(readFile(t, store, "F-1"), "letter-posted")
		require.Contains(t, told[0], "warning: it was not to be posted (it was stopped by the hold")
		require.Empty(t, reportedOn(day(4)).Warning(), "that was the day before")
		require.NotEmpty(t, reportedOn(day(9)).Warning())
		require.Equal(t, kind == collection.StopHold, reportedOn(day(10)).Warning() == "", "its last day was over")
		_, err := store.LiftStop(t.Context(), id, "anne", at(day(7)))
		require.NoError(t, err)
		require.NotEmpty(t, reportedOn(day(6)).Warning(), "it was lifted since")
		require.Empty(t, reportedOn(day(8)).Warning())
	}

	other := queued(t, store, "F-2", collection.ChannelLetter)
	heard(t, store, "F-2", "F-2")
	report := letterReport(other.Number, casefile.LetterPosted, 0)
	require.Contains(t, tell(t, store, report).Warning(), "stopped by an answer of the debtor that had come in")
}

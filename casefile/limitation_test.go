package casefile_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/deadlines"
)

func date(t testing.TB, text string) calendar.Date {
	t.Helper()
	parsed, err := calendar.ParseDate(text)
	require.NoError(t, err)
	return parsed
}

func TestANewCaseKnowsUntilWhenItsClaimCanBeBroughtToCourt(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	consumer := func(o *casefile.Opening) { o.Debtor.ID, o.Debtor.Kind = "dupont", casefile.DebtorConsumer }
	for number, c := range map[string]struct {
		change   func(*casefile.Opening)
		kind     deadlines.ClaimKind
		lastDay  string
		warnings int
	}{
		"business": {func(*casefile.Opening) {}, deadlines.BetweenProfessionals, "2031-03-01", 4},
		"consumer": {consumer, deadlines.AgainstConsumer, "2028-03-01", 3},
		"unknown":  {func(o *casefile.Opening) { o.Debtor.ID, o.Debtor.Kind = "who", "" }, deadlines.AgainstConsumer, "2028-03-01", 3},
		"public":   {func(o *casefile.Opening) { o.Debtor.ID, o.Debtor.Kind = "mairie", casefile.DebtorPublic }, deadlines.AgainstPublicBody, "2030-03-01", 4},
		"delivered": {func(o *casefile.Opening) { o.Invoice.CompletedOn = date(t, "2026-02-10") },
			deadlines.BetweenProfessionals, "2031-02-10", 4},
		"carriage": {func(o *casefile.Opening) {
			o.Claim, o.Invoice.CompletedOn = deadlines.CarriageOfGoods, date(t, "2026-02-10")
		}, deadlines.CarriageOfGoods, "2027-02-10", 3},
		"known": {func(o *casefile.Opening) { o.Debtor.ID = "dupont" }, deadlines.AgainstConsumer, "2028-03-01", 3},
	} {
		if number == "known" { // a debtor that is known to be a consumer stays one
			first := casefiletest.Opening("first")
			consumer(&first)
			_, _, err := store.OpenCase(t.Context(), first)
			require.NoError(t, err)
		}
		opening := casefiletest.Opening(number)
		c.change(&opening)
		opened, _, err := store.OpenCase(t.Context(), opening)
		require.NoError(t, err)
		require.Equal(t, c.kind, opened.Limitation.Kind, number)
		require.Equal(t, c.lastDay, opened.Limitation.LastDay.String(), number)
		require.Len(t, opened.Limitation.Warnings, c.warnings, number)
		file := readFile(t, store, number)
		requireSameCase(t, opened, file.Case)
		require.Equal(t, opening.Invoice.CompletedOn, file.Invoice.CompletedOn)
		require.Equal(t, "limitation-reckoned", file.History[1].Kind)
		require.Contains(t, file.History[1].Summary, "last day "+c.lastDay)
		require.Equal(t, file.History[1].Summary, file.Limitation.Because.String())
	}
}

func TestWhereTheLawOfLimitationIsNotKnownTheHistorySaysSo(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	abroad := casefiletest.Opening("F-1")
	abroad.Debtor.Kind, abroad.Debtor.Country = casefile.DebtorConsumer, "DE"
	opened, _, err := store.OpenCase(t.Context(), abroad)
	require.NoError(t, err)
	require.False(t, opened.Limitation.IsKnown())
	require.Equal(t, `the limitation of the claim is not watched: the tables hold the limitation of FR, not that of "DE"`, readFile(t, store, "F-1").History[1].Summary)

	_, err = store.RecordLimitationEvent(t.Context(), report("F-1", "e", deadlines.EnforcementAct, date(t, "2026-03-02")))
	require.ErrorContains(t, err, "the limitation of the claim is not watched")
}

func report(invoice, id string, kind deadlines.LimitationEventKind, on calendar.Date) casefile.LimitationReport {
	return casefile.LimitationReport{
		Creditor: acme, Invoice: invoice, ID: id, Actor: "sophie", At: casefiletest.Opened.AddDate(3, 0, 0),
		LimitationEvent: deadlines.LimitationEvent{Kind: kind, On: on},
	}
}

func TestAnEventIsRecordedOnceWithWhatItDoes(t *testing.T) {
	t.Parallel()
	dsn := casefiletest.Database(t)
	store := casefiletest.UseLaw(t, casefiletest.OpenAt(t, dsn))
	openCase(t, store, "F-1")
	on := date(t, "2027-06-01")
	for _, c := range []struct {
		kind    deadlines.LimitationEventKind
		effect  deadlines.EffectKind
		lastDay string
		says    string
	}{
		{deadlines.FormalNotice, deadlines.NoEffect, "2031-03-01", "does not interrupt the limitation"},
		{deadlines.PaymentOrderFiled, deadlines.NoEffect, "2031-03-01", "does not interrupt the limitation"},
		{deadlines.Acknowledgement, deadlines.PossiblyExtends, "2031-03-01", "possibly until 2032-06-01"},
		{deadlines.PaymentOrderServed, deadlines.Interrupts, "2032-06-01", "a new period of 5 years"},
	} {
		said := report("F-1", string(c.kind), c.kind, on)
		recorded, err := store.RecordLimitationEvent(t.Context(), said)
		require.NoError(t, err)
		require.False(t, recorded.Duplicate)
		require.Equal(t, c.effect, recorded.Effect.Kind, c.kind)
		require.Equal(t, c.lastDay, recorded.Limitation.LastDay.String(), c.kind)
		history := readFile(t, store, "F-1").History
		last := history[len(history)-1]
		require.Equal(t, "limitation-event", last.Kind)
		require.Equal(t, "sophie", last.Actor)
		require.Contains(t, last.Summary, c.says)
		require.Contains(t, last.Summary, "the prudent last day is "+c.lastDay)

		before := dump(t, dsn)
		again, err := store.RecordLimitationEvent(t.Context(), said)
		require.NoError(t, err)
		require.True(t, again.Duplicate)
		require.Equal(t, recorded.Effect, again.Effect)
		require.Equal(t, before, dump(t, dsn))
	}
	file := readFile(t, store, "F-1")
	require.Len(t, file.LimitationEvents, 4)
	require.Equal(t, file.Limitation.LastDay, file.Case.Limitation.LastDay)
	require.Error(t, execute(t, dsn, "update limitation_event set on_date = on_date + 1"))
	require.Error(t, execute(t, dsn, "delete from limitation_event"))
	require.Error(t, execute(t, dsn, "truncate limitation_event"))
}

func TestMoreIsLearntOfAnEventAndNothingIsContradicted(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	openCase(t, store, "F-1")
	learn := func(change func(*casefile.LimitationReport)) (casefile.LimitationRecorded, error) {
		said := report("F-1", "trial", "", 0)
		change(&said)
		return store.RecordLimitationEvent(t.Context(), said)
	}
	var refusal *collection.Refusal
	_, err := learn(func(r *casefile.LimitationReport) { r.Until = date(t, "2028-01-15") })
	require.ErrorAs(t, err, &refusal)
	require.ErrorContains(t, err, "the event trial cannot be recorded: it is not recorded: say what happened, and on which day")

	recorded, err := learn(func(r *casefile.LimitationReport) { r.Kind, r.On = deadlines.CourtClaim, date(t, "2027-06-01") })
	require.NoError(t, err)
	require.True(t, recorded.Limitation.Stopped)
	recorded, err = learn(func(r *casefile.LimitationReport) { r.Until = date(t, "2028-01-15") })
	require.NoError(t, err)
	require.False(t, recorded.Limitation.Stopped)
	require.Equal(t, "2033-01-15", recorded.Limitation.LastDay.String())
	_, err = learn(func(r *casefile.LimitationReport) { r.Until = date(t, "2028-01-16") })
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, collection.RefusedConflict, refusal.Code)
	recorded, err = learn(func(r *casefile.LimitationReport) { r.Void = deadlines.Rejected })
	require.NoError(t, err)
	require.Equal(t, "2031-03-01", recorded.Limitation.LastDay.String(), "as if it had never been filed")
	file := readFile(t, store, "F-1")
	require.Len(t, file.LimitationEvents, 1)
	require.Equal(t, 3, file.LimitationEvents[0].Revision)
	requireSameCase(t, file.Case, collection.Apply(file.Case, collection.LimitationReckoned{Limitation: recorded.Limitation}))
}

func TestNoMessageLeavesOnceTheLimitationHasPassed(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	openCase(t, store, "F-1")
	key := casefile.MessageKey{Creditor: acme, Invoice: "F-1", Step: "courtesy", Channel: collection.ChannelEmail}
	lastDay := time.Date(2031, time.March, 1, 10, 0, 0, 0, time.UTC)
	message, gate, err := store.ReserveMessage(t.Context(), casefile.Reservation{MessageKey: key, At: lastDay}, compose)
	require.NoError(t, err)
	require.True(t, gate.Passes, gate.Reason)
	sending, err := store.BeginSending(t.Context(), message.ID, lastDay.AddDate(0, 0, 1))
	require.NoError(t, err)
	require.False(t, sending.MayCall)
	require.Equal(t, casefile.GateBarred, sending.Gate.Code)
	require.Contains(t, sending.Gate.Reason, "2031-03-01")
}

func TestTheTasksOfAnEarlierReckoningAreDoneWithANewOne(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	openCase(t, store, "F-1")
	warned := casefile.TaskOrder{
		Creditor: acme, Invoice: "F-1", Kind: collection.TaskLimitation, Key: "limitation/1", Title: "Act",
		At: time.Date(2030, time.March, 1, 9, 0, 0, 0, time.UTC),
	}
	for range 2 {
		_, _, err := store.OpenTask(t.Context(), warned)
		require.NoError(t, err)
	}
	require.Equal(t, date(t, "2030-03-01"), readFile(t, store, "F-1").Case.Limitation.Told)

	notice := report("F-1", "notice", deadlines.FormalNotice, date(t, "2030-03-02"))
	_, err := store.RecordLimitationEvent(t.Context(), notice)
	require.NoError(t, err)
	require.Equal(t, casefile.TaskOpen, taskStates(readFile(t, store, "F-1"))["limitation/1"], "a formal notice changes nothing")
	_, err = store.RecordLimitationEvent(t.Context(), report("F-1", "seizure", deadlines.EnforcementAct, date(t, "2030-03-04")))
	require.NoError(t, err)
	file := readFile(t, store, "F-1")
	require.Equal(t, casefile.TaskDone, taskStates(file)["limitation/1"])
	require.True(t, strings.HasPrefix(file.Tasks[0].Note, "the limitation was reckoned anew"))
	require.Zero(t, file.Case.Limitation.Told)
}

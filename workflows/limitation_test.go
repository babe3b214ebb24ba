package workflows_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/workflow"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/config"
	"relance/deadlines"
	"relance/law"
	"relance/workflows"
)

// limitationDesk keeps the events of the limitation, and reckons with the real
// law.
type limitationDesk struct {
	claim  deadlines.Claim
	law    []deadlines.TimeLimit
	ids    []string
	events []deadlines.LimitationEvent
}

func (d *desk) RecordLimitationEvent(_ context.Context, order activities.LimitationOrder) (activities.LimitationRecorded, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	event := deadlines.LimitationEvent{Kind: order.Event, On: order.On, Until: order.Ended, Void: order.Result}
	known := slices.Index(d.limits.ids, order.ID)
	var err error
	if known >= 0 {
		if event, err = d.limits.events[known].Learn(event); err != nil {
			return activities.LimitationRecorded{Refused: err.Error()}, nil
		}
		d.limits.events[known] = event
	} else {
		d.limits.ids, d.limits.events = append(d.limits.ids, order.ID), append(d.limits.events, event)
	}
	reckoned, err := deadlines.LimitationOf(d.limits.claim, d.limits.events, d.limits.law)
	if err != nil {
		return activities.LimitationRecorded{}, err
	}
	recorded := activities.LimitationRecorded{Limitation: collection.NewLimitation(reckoned)}
	for _, effect := range reckoned.Effects {
		if effect.Event == event {
			recorded.Effect, recorded.Words = effect.Kind, effect.Because.String()
		}
	}
	return recorded, nil
}

// claiming gives the case the limitation of a claim that is due on 2026-04-01.
func (b *bench) claiming(kind deadlines.ClaimKind) *bench {
	b.t.Helper()
	book, err := law.Load(config.Law)
	require.NoError(b.t, err)
	b.desk.limits = limitationDesk{claim: deadlines.Claim{Kind: kind, Due: b.start.Case.DueDate}, law: deadlines.TimeLimits(book)}
	reckoned, err := deadlines.LimitationOf(b.desk.limits.claim, nil, b.desk.limits.law)
	require.NoError(b.t, err)
	b.start.Case.Limitation = collection.NewLimitation(reckoned)
	return b
}

// toldOn are the days on which a person was told of the limitation.
func (d *desk) toldOn() []string {
	var days []string
	for i, order := range d.tasks {
		if order.Task == collection.TaskLimitation {
			days = append(days, dates(d.tasksAt[i:i+1])...)
		}
	}
	return days
}

func TestACaseOnHoldForYearsIsWarnedOfAndThenStops(t *testing.T) {
	t.Parallel()
	b := setup(t).claiming(deadlines.BetweenProfessionals)
	b.signalOn("2026-03-10", workflows.CommandHold, workflows.HoldOrder{ID: "H1", Reason: "dispute"})
	b.on("2029-01-10", func() {
		require.Equal(t, collection.StageOnHold, b.status().Stage)
		require.Contains(t, b.status().Why, "on hold until a person resumes it (dispute); on 2030-04-01 a person is warned of the limitation of 2031-04-01")
		require.Equal(t, workflows.LimitationStatus{
			Kind: deadlines.BetweenProfessionals, LastDay: calendar.NewDate(2031, time.April, 1), NextWarning: calendar.NewDate(2030, time.April, 1),
		}, b.status().Limitation)
	})
	b.signalOn("2031-05-02", workflows.CommandResume, workflows.ResumeOrder{})
	b.on("2032-01-10", func() {
		require.Equal(t, collection.StageOpen, b.status().Stage)
		require.Contains(t, b.status().Why, "the limitation has passed")
		require.True(t, b.status().Limitation.Passed)
		require.Zero(t, b.status().NextAt)
	})
	b.signalOn("2032-02-01", workflows.CommandCloseCase, workflows.CloseOrder{Outcome: collection.StageWrittenOff, Reason: "barred"})
	require.Equal(t, collection.StageWrittenOff, b.result().Stage)
	require.Empty(t, b.desk.notices, "resumed after the last day, it sends nothing")
	require.Equal(t, []string{"2030-04-01", "2030-10-01", "2031-01-02", "2031-03-03", "2031-04-02"}, b.desk.toldOn())
	require.Equal(t, calendar.NewDate(2031, time.April, 2), b.desk.tasks[4].Day)
	require.Equal(t, calendar.NewDate(2031, time.April, 1), b.desk.tasks[4].LastDay)
}

func TestTheLadderIsClimbedAsEverAndTheWarningsCome(t *testing.T) {
	t.Parallel()
	b := setup(t).claiming(deadlines.CarriageOfGoods)
	b.payOn("2027-02-15", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.Equal(t, []string{"2026-03-25", "2026-04-07", "2026-04-15", "2026-04-15", "2026-04-27"}, dates(b.desk.noticedAt))
	require.Equal(t, []string{"2026-10-01", "2027-01-04"}, b.desk.toldOn(), "none after the payment")
}

func TestAnEventMovesTheWarningsAndRevivesACaseThatHadStopped(t *testing.T) {
	t.Parallel()
	b := setup(t).claiming(deadlines.AgainstConsumer)
	b.signalOn("2026-03-10", workflows.CommandHold, workflows.HoldOrder{ID: "H1"})
	b.signalOn("2028-04-10", workflows.CommandResume, workflows.ResumeOrder{})
	var served updateAnswer
	b.on("2028-04-11", func() {
		require.Contains(t, b.status().Why, "the limitation has passed")
		b.UpdateWorkflow(workflows.CommandLimitationEvent, "u1", &served, workflows.LimitationEvent{
			ID: "order-1", Event: deadlines.PaymentOrderServed, On: calendar.NewDate(2028, time.March, 20),
		})
	})
	b.payOn("2028-04-18", "P1", "1000.00")
	require.Equal(t, collection.StagePaid, b.result().Stage)
	require.NoError(t, served.err)
	require.Equal(t, deadlines.Interrupts, served.status.Limitation.Effect)
	require.Equal(t, calendar.NewDate(2030, time.March, 20), served.status.Limitation.LastDay)
	require.Contains(t, served.status.Limitation.Event, "a new period of 2 years")
	require.False(t, served.status.Limitation.Passed)
	require.Equal(t, []string{"2028-04-11"}, dates(b.desk.noticedAt), "the ladder goes on where it stood")
}

func TestWhatDoesNotInterruptIsRecordedAndTheAnswerSaysSo(t *testing.T) {
	t.Parallel()
	b := setup(t).claiming(deadlines.BetweenProfessionals)
	answers := map[deadlines.LimitationEventKind]*updateAnswer{
		deadlines.FormalNotice: {}, deadlines.PaymentOrderFiled: {}, deadlines.Acknowledgement: {},
	}
	b.on("2026-05-10", func() {
		for kind, answer := range answers {
			b.UpdateWorkflow(workflows.CommandLimitationEvent, string(kind), answer, workflows.LimitationEvent{
				ID: string(kind), Event: kind, On: calendar.NewDate(2026, time.May, 4),
			})
		}
	})
	b.payOn("2026-05-11", "P1", "1000.00")
	b.result()
	require.Len(t, b.desk.limits.events, 3)
	for kind, answer := range answers {
		require.NoError(t, answer.err)
		require.Equal(t, "2031-04-01", answer.status.Limitation.LastDay.String(), kind)
	}
	require.Equal(t, deadlines.NoEffect, answers[deadlines.FormalNotice].status.Limitation.Effect)
	require.Contains(t, answers[deadlines.FormalNotice].status.Limitation.Event, "does not interrupt the limitation")
	require.Contains(t, answers[deadlines.PaymentOrderFiled].status.Limitation.Event, "does not interrupt the limitation")
	require.Equal(t, deadlines.PossiblyExtends, answers[deadlines.Acknowledgement].status.Limitation.Effect)
}

func TestAMediationThatGoesOnStopsTheLimitationUntilItsEndIsRecorded(t *testing.T) {
	t.Parallel()
	b := setup(t).claiming(deadlines.AgainstConsumer)
	b.signalOn("2026-03-10", workflows.CommandHold, workflows.HoldOrder{ID: "H1"})
	b.signalOn("2028-03-01", workflows.CommandLimitationEvent, workflows.LimitationEvent{
		ID: "m", Event: deadlines.Mediation, On: calendar.NewDate(2028, time.March, 1),
	})
	b.on("2029-03-02", func() {
		require.True(t, b.status().Limitation.Stopped)
		require.NotContains(t, b.status().Why, "has passed")
	})
	b.signalOn("2029-03-05", workflows.CommandLimitationEvent, workflows.LimitationEvent{ID: "m", Ended: calendar.NewDate(2029, time.March, 2)})
	b.on("2029-03-06", func() {
		require.Equal(t, "2029-09-02", b.status().Limitation.LastDay.String(), "at least six months are left")
	})
	b.signalOn("2030-01-05", workflows.CommandCloseCase, workflows.CloseOrder{Outcome: collection.StageWrittenOff, Reason: "barred"})
	b.result()
	require.Equal(t, []string{
		"2027-10-01", "2028-01-03", "2028-03-01",
		"2028-03-01", "2028-06-01", "2028-08-01", // of what the mediation made of it, at once
		"2029-03-05", "2029-06-04", "2029-08-02", "2029-09-03", // and of what its end did
	}, b.desk.toldOn())
}

func TestAnEventThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	b := setup(t).claiming(deadlines.BetweenProfessionals)
	on := calendar.NewDate(2026, time.March, 9)
	cases := map[string]workflows.LimitationEvent{
		"has no ID":                   {Event: deadlines.CourtClaim, On: on},
		"says nothing":                {ID: "e"},
		"is no event that limitation": {ID: "e", Event: "telephone-call", On: on},
		"has no date":                 {ID: "e", Event: deadlines.CourtClaim},
		"has not happened yet":        {ID: "e", Event: deadlines.CourtClaim, On: on.AddDays(10)},
		"check the year":              {ID: "e", Event: deadlines.CourtClaim, On: calendar.NewDate(1926, time.March, 9)},
		"happens on one day":          {ID: "e", Event: deadlines.EnforcementAct, On: on.AddDays(-3), Ended: on},
		"ends before it begins":       {ID: "e", Event: deadlines.Mediation, On: on, Ended: on.AddDays(-1)},
		"only what interrupts":        {ID: "e", Event: deadlines.Mediation, On: on, Result: deadlines.Lapsed},
	}
	answers := map[string]*updateAnswer{}
	b.on("2026-03-10", func() {
		for says, event := range cases {
			answers[says] = &updateAnswer{}
			b.UpdateWorkflow(workflows.CommandLimitationEvent, says, answers[says], event)
		}
		b.SignalWorkflow(workflows.CommandLimitationEvent, cases["has not happened yet"])
		b.SignalWorkflow(workflows.CommandLimitationEvent, workflows.LimitationEvent{ID: "t", Event: deadlines.CourtClaim, On: on})
	})
	var contradicts updateAnswer
	b.on("2026-03-11", func() {
		b.UpdateWorkflow(workflows.CommandLimitationEvent, "again", &contradicts, workflows.LimitationEvent{ID: "t", Event: deadlines.CourtClaim, On: on.AddDays(-1)})
	})
	b.payOn("2026-03-12", "P1", "1000.00")
	b.result()
	for says, answer := range answers {
		require.ErrorContains(t, answer.rejection, says)
	}
	require.ErrorContains(t, contradicts.err, "is recorded on 2026-03-09, not on 2026-03-08")
	require.Len(t, b.desk.limits.events, 1)
	require.Equal(t, []string{"refused", "refused"}, []string{b.desk.decisions[0].Kind, b.desk.decisions[1].Kind}, "what nobody waited for stands in the history")
}

func TestTheLimitationKeepsOneTimerAndSurvivesContinuingAsNew(t *testing.T) {
	t.Parallel()
	b := setup(t).claiming(deadlines.AgainstConsumer)
	open := map[string]bool{}
	b.SetOnTimerScheduledListener(func(id string, _ time.Duration) { open[id] = true })
	b.SetOnTimerFiredListener(func(id string) { delete(open, id) })
	b.SetOnTimerCanceledListener(func(id string) { delete(open, id) })
	b.signalOn("2026-04-08", workflows.CommandHold, workflows.HoldOrder{ID: "H1", Until: calendar.NewDate(2028, time.January, 20)})
	b.signalOn("2026-06-10", workflows.CommandLimitationEvent, workflows.LimitationEvent{
		ID: "e", Event: deadlines.EnforcementAct, On: calendar.NewDate(2026, time.June, 9),
	})
	for _, day := range []string{"2026-03-03", "2026-04-09", "2026-06-11", "2027-12-15", "2028-01-15"} {
		b.on(day, func() { require.Len(t, open, 1, day) })
	}
	b.on("2028-04-03", func() {
		b.SetContinueAsNewSuggested(true)
		b.SignalWorkflow(workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: "P1", Amount: "100.00", Currency: "EUR"})
	})
	b.run()
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, b.GetWorkflowError(), &again)
	require.Equal(t, []string{"2027-12-09", "2028-03-09"}, b.desk.toldOn())
	require.Equal(t, "hold-ended", b.desk.decisions[len(b.desk.decisions)-1].Kind, "a warning while on hold does not hide its end")
}

package workflows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
	"relance/workflows"
)

// A story is a case told on a real server, at two days a second: what is asked of it and when, in
// days after 2026-03-02.
type story struct {
	name    string
	desk    func(*desk)
	prepare func(*workflows.Start)
	acts    []act
	// cancel has the workflow cancelled, on that day.
	cancel float64
}

type act struct {
	day     float64
	command string
	payload any
	// before happens first, outside of the workflow.
	before func()
	// asks has it sent as an update, whose answer is waited for only at the end.
	asks bool
}

// stories are the lives of cases whose histories are kept in testdata, to be
// replayed against every later version of the workflow.
func stories() []story {
	pay := func(day float64, id string, euros workflows.Decimal) act {
		return act{day: day, command: workflows.CommandPaymentReceived, payload: workflows.PaymentReceived{ID: id, Amount: euros, Currency: "EUR"}}
	}
	return append(storiesOfArrangements(pay), []story{
		{name: "paid-after-the-formal-notice", acts: []act{pay(62, "P1", "1000.00")}},
		{name: "part-payment-reversal-credit-note", acts: []act{
			pay(10, "P1", "300.00"), pay(11, "P1", "300.00"),
			{day: 12, command: workflows.CommandPaymentReversed, payload: workflows.PaymentReversed{ID: "R1", PaymentID: "P1"}},
			{day: 40, command: workflows.CommandCreditNoteIssued, payload: workflows.CreditNoteIssued{Number: "A1", Amount: "200.00", Currency: "EUR"}},
			pay(41, "P2", "900.00"),
		}},
		{name: "hold-resume-skip-migrate", acts: []act{
			{day: 5, command: workflows.CommandHold, payload: workflows.HoldOrder{ID: "H1", Reason: "dispute"}},
			{day: 9, command: workflows.CommandResume, payload: workflows.ResumeOrder{HoldID: "H1"}},
			{day: 10, command: workflows.CommandSkipStep, payload: workflows.StepOrder{Step: "courtesy", Reason: "called"}},
			{day: 11, command: workflows.CommandMigrateStrategy, payload: workflows.MigrationOrder{Strategy: secondVersion()}},
			{day: 12, command: workflows.CommandHold, payload: workflows.HoldOrder{ID: "H2", Until: calendar.NewDate(2026, time.March, 20)}},
			{day: 45, command: workflows.CommandCloseCase, payload: workflows.CloseOrder{Outcome: collection.StageWithdrawn, Reason: "wrong customer"}},
		}},
		{name: "approval-bounce-fallback-handoff", prepare: func(s *workflows.Start) { s.Case.Strategy.Steps[1].Approval = true }, acts: []act{
			{day: 38, command: workflows.CommandApproveStep, payload: workflows.StepOrder{Step: "courteous"}},
			{day: 72, command: workflows.CommandDeliveryFailed, payload: workflows.DeliveryFailed{Step: "formal", Channel: "email"}},
			{day: 125, command: workflows.CommandCloseCase, payload: workflows.CloseOrder{Outcome: collection.StageHandedOver, Reason: "agency"}},
		}},
		{name: "unreachable-retry", desk: unreachableAtFirst, acts: []act{
			{day: 27, command: workflows.CommandRetryStep, payload: workflows.StepOrder{Step: "courtesy"}},
			{day: 30, command: workflows.CommandPaymentReceived, payload: "not a payment"},
			pay(31, "P1", "1000.00"),
		}},
		{name: "late-fees-after-the-principal", acts: []act{
			{day: 26, command: workflows.CommandClaimCost, payload: workflows.CostClaim{ID: "K1", Amount: "25.00", Currency: "EUR", What: "letter before action"}},
			{day: 27, command: workflows.CommandLegalEvent, payload: workflows.LegalEvent{ID: "E1", Event: ledger.EntryNoticeReceived, On: calendar.NewDate(2026, time.March, 27)}},
			pay(28, "P1", "1000.00"),
			{day: 31, command: workflows.CommandWaiveLateFees, payload: workflows.LateFeesWaiver{ID: "W1", Part: ledger.PartCosts, Reason: "a good customer"}},
		}},
		{name: "cancelled-in-temporal", cancel: 10},
		{name: "provider-away-then-paid", desk: providerAway, acts: []act{pay(26, "P1", "1000.00")}},
		{name: "started-by-name", prepare: func(s *workflows.Start) {
			*s = workflows.Start{Case: collection.Case{Creditor: s.Case.Creditor, Invoice: s.Case.Invoice}}
		}, acts: []act{pay(25, "P1", "1000.00")}},
		{name: "six-reminders-and-a-payment", prepare: func(s *workflows.Start) { s.Case.Strategy = sixReminders() }, acts: []act{pay(100, "P1", "1000.00")}},
	}...)
}

func secondVersion() collection.Strategy {
	strategy := ladder()
	strategy.Version = 2
	return strategy
}

// sixReminders is the ladder whose cost is measured: six e-mails, one at a time.
func sixReminders() collection.Strategy {
	strategy := collection.Strategy{Name: "six-reminders", Version: 1}
	for i, key := range []string{"courtesy", "courteous", "friendly", "firm", "last", "formal-notice"} {
		step := collection.Step{
			Key: key, DueOffset: -7 + 10*i, Tone: collection.ToneCourteous, Channels: []collection.Channel{"email"},
			Template: "reminder-courteous", Stage: collection.StageReminding,
		}
		if i > 0 {
			step.DeadlineDays = 7
		}
		strategy.Steps = append(strategy.Steps, step)
	}
	return strategy
}

func unreachableAtFirst(d *desk) {
	failures := 0
	d.deliver = func(activities.NoticeOrder) (activities.Delivery, error) {
		if failures++; failures > 1 {
			return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryFailed, Reason: "no address"}, nil
	}
}

func providerAway(d *desk) {
	d.deliver = func(activities.NoticeOrder) (activities.Delivery, error) {
		return activities.Delivery{}, errors.New("503 Service Unavailable")
	}
}

// play gives a workflow its commands, each on its day.
func play(ctx context.Context, t *testing.T, c client.Client, id string, clock calendar.Clock, acts []act) {
	t.Helper()
	var answers []<-chan error
	defer func() {
		for _, answer := range answers {
			require.NoError(t, <-answer)
		}
	}()
	for _, act := range acts {
		select {
		case <-time.After(time.Until(clock.Wall.Add(time.Duration(act.day * float64(time.Second) / 2)))):
		case <-ctx.Done():
			require.NoError(t, ctx.Err())
		}
		if act.before != nil {
			act.before()
		}
		if act.asks {
			answers = append(answers, ask(ctx, c, id, act))
			continue
		}
		require.NoError(t, c.SignalWorkflow(ctx, id, "", act.command, act.payload))
	}
}

// tell lives a story on a real server and returns the history of its first run.
func tell(ctx context.Context, t *testing.T, c client.Client, s story) *historypb.History {
	t.Helper()
	total := money.FromMinor(1000_00, money.EUR)
	d := &desk{account: ledger.NewAccount(ledger.Claim{Total: total}), now: time.Now}
	if s.desk != nil {
		s.desk(d)
	}
	clock, err := calendar.Accelerated(time.Now(), time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), 2*86_400)
	require.NoError(t, err)
	start := workflows.Start{Clock: clock, Case: collection.Case{
		Creditor: "atelier", Invoice: s.name, Debtor: "D-1", DueDate: calendar.NewDate(2026, time.April, 1), Open: total,
		Window: calendar.StandardWindow("FR", paris), Strategy: ladder(), Round: 1,
	}}
	d.loaded = activities.LoadedCase{Case: start.Case, Clock: clock}
	if s.prepare != nil {
		s.prepare(&start)
	}
	for _, name := range []string{workflows.TaskQueue, workflows.TaskQueueEmail, workflows.TaskQueueSMS} {
		w := worker.New(c, name, worker.Options{})
		workflows.Register(w, &workflows.Cases{Clock: func() calendar.Clock { return clock }})
		for activityName, method := range d.activities() {
			w.RegisterActivityWithOptions(method, activity.RegisterOptions{Name: activityName})
		}
		require.NoError(t, w.Start())
		defer w.Stop()
	}
	id := collection.WorkflowID(start.Case.Creditor, start.Case.Invoice)
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID: id, TaskQueue: workflows.TaskQueue, TypedSearchAttributes: workflows.InitialAttributes(d.loaded.Case, clock.Now()),
		StaticSummary: s.name,
	}, workflows.WorkflowType, start)
	require.NoError(t, err)
	first := c.GetWorkflow(ctx, id, run.GetRunID())
	play(ctx, t, c, id, clock, s.acts)
	if s.cancel > 0 {
		time.Sleep(time.Until(clock.Wall.Add(time.Duration(s.cancel * float64(time.Second) / 2)))) //nolint:forbidigo // part of the story
		require.NoError(t, c.CancelWorkflow(ctx, id, ""))
		require.True(t, temporal.IsCanceledError(run.Get(ctx, nil)), s.name)
	} else {
		require.NoError(t, run.Get(ctx, nil), s.name)
	}
	return historyOf(ctx, t, c, first)
}

func historyOf(ctx context.Context, t *testing.T, c client.Client, run client.WorkflowRun) *historypb.History {
	t.Helper()
	history := &historypb.History{}
	for events := c.GetWorkflowHistory(ctx, run.GetID(), run.GetRunID(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		event, err := events.Next()
		require.NoError(t, err)
		history.Events = append(history.Events, event)
	}
	return history
}

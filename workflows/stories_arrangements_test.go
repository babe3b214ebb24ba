package workflows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"relance/activities"
	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/handoff"
	"relance/workflows"
)

// storiesOfArrangements end in agreement, in mediation or in other hands, or try to.
func storiesOfArrangements(pay func(day float64, id string, euros workflows.Decimal) act) []story {
	at := func(day float64, command string, payload any) act {
		return act{day: day, command: command, payload: payload}
	}
	killSwitch := workflows.StopOrder{
		ID: "k-1", Kind: collection.StopKillSwitch, Scope: collection.ScopeEverything, Reason: "wrong bank account", At: on(time.April, 8).Time(time.UTC), By: "anne",
	}
	lifted := killSwitch
	lifted.LiftedAt = on(time.April, 20).Time(time.UTC)
	plan := workflows.PlanAttached{Plan: "P-12", Revision: 2, From: on(time.April, 8), Accepted: true, NextOn: on(time.May, 5), NextAmount: euros(250_00)}
	return []story{
		{name: "promises-kept-in-part-and-broken", acts: []act{
			at(5, workflows.CommandPromise, workflows.PromiseOrder{ID: "P", Date: on(time.March, 20), Source: collection.PromiseByReply, By: "sophie"}),
			pay(17, "P1", "400.00"),
			at(40, workflows.CommandPromise, workflows.PromiseOrder{ID: "Q", Date: on(time.April, 15), Source: collection.PromiseByStaff, By: "sophie"}),
			at(54, workflows.CommandPromise, workflows.PromiseOrder{ID: "R", Date: on(time.May, 4), Source: collection.PromiseByStaff, By: "sophie"}),
			at(55, workflows.CommandWithdrawPromise, workflows.PromiseWithdrawal{ID: "R", Reason: "another invoice", By: "sophie"}),
			pay(66, "P2", "600.00"),
		}},
		{name: "disputed-in-part-and-credited", acts: []act{
			at(37, workflows.CommandDispute, disputeOf("D", "300.00")),
			at(39, workflows.CommandAssignDispute, workflows.DisputeAssignment{ID: "D", Owner: "anne"}),
			at(60, workflows.CommandResolveDispute, workflows.DisputeAnswer{ID: "D", Outcome: collection.DisputeCreditNote}),
			at(63, workflows.CommandCreditNoteIssued, workflows.CreditNoteIssued{Number: "A-7", Amount: "300.00", Currency: "EUR"}),
			pay(66, "P1", "700.00"),
		}},
		{name: "promise-during-a-dispute", acts: []act{
			at(26, workflows.CommandDispute, disputeOf("D", "")),
			at(30, workflows.CommandPromise, workflows.PromiseOrder{ID: "P", Date: on(time.April, 10), Source: collection.PromiseByReply, By: "sophie"}),
			at(44, workflows.CommandResolveDispute, workflows.DisputeAnswer{ID: "D", Outcome: collection.DisputeRejected, Reason: "the delivery note is signed", By: "sophie"}),
			pay(60, "P1", "1000.00"),
		}},
		{name: "on-a-plan-that-defaults", acts: []act{
			at(37, workflows.CommandPlanAttached, workflows.PlanAttached{Plan: "P-12", Revision: 1, From: on(time.April, 8)}),
			at(38, workflows.CommandPlanAttached, plan),
			pay(50, "P1", "100.00"),
			at(67, workflows.CommandPlanEnded, workflows.PlanEnded{Plan: "P-12", Revision: 7, On: on(time.May, 8), As: arrangements.StateDefaulted}),
			pay(80, "P2", "900.00"),
		}},
		{name: "broken-plan-whose-balance-is-awaited", acts: []act{
			at(38, workflows.CommandPlanAttached, plan),
			at(71, workflows.CommandPlanEnded, workflows.PlanEnded{Plan: "P-12", Revision: 7, On: on(time.May, 12), As: arrangements.StateDefaulted, PayBy: on(time.May, 20)}),
			pay(88, "P1", "1000.00"),
		}},
		{name: "stopped-by-the-kill-switch", acts: []act{
			at(37, workflows.CommandStop, killSwitch), at(49, workflows.CommandStop, lifted), pay(70, "P1", "1000.00"),
		}},
		{name: "approval-that-expires", prepare: func(s *workflows.Start) {
			s.Case.Strategy.Steps[3].Approval, s.Case.Strategy.Steps[3].CoolingOffDays = true, 3
			s.Case.Strategy.ApprovalTerms = collection.ApprovalTerms{DeputyAfter: 2, ExpiresAfter: 5}
		}, acts: []act{
			at(57, workflows.CommandApproveStep, workflows.StepOrder{Step: "formal", For: "1.00 EUR", By: "bernard"}),
			at(68, workflows.CommandApproveStep, workflows.StepOrder{Step: "formal", By: "bernard"}),
			pay(85, "P1", "1000.00"),
		}},
		{name: "mediation-that-fails", prepare: func(s *workflows.Start) { inviting(&s.Case.Strategy.Steps[4]) }, acts: []act{
			at(76, workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: invitation, Answer: "accepted", InWriting: true}),
			at(92, workflows.CommandMediationSession, workflows.MediationSession{ID: invitation, On: on(time.June, 2), Meeting: "held"}),
			at(100, workflows.CommandMediationEnded, workflows.MediationEnd{ID: invitation, Outcome: collection.OutcomeFailure, Certificate: "CONST-7"}),
			pay(125, "P1", "1000.00"),
		}},
		{name: "handed-over-and-recalled-by-a-payment", acts: []act{
			at(1, workflows.CommandProposeHandoff, workflows.HandoffProposal{ID: "H1", Partner: "lepage", Route: handoff.PaymentOrder, By: "anne"}),
			at(8, workflows.CommandApproveHandoff, approval("1000.00")),
			at(12, workflows.CommandPartnerStatus, workflows.PartnerStatus{Handoff: "H1", Status: handoff.OrderObtained, On: on(time.March, 13)}),
			at(20, workflows.CommandRemittance, workflows.Remittance{ID: "R1", Handoff: "H1", Gross: "400.00", Fees: "40.00", Currency: "EUR"}),
			pay(40, "P1", "600.00"),
		}},
		{name: "insolvent-then-paid", desk: func(d *desk) { d.standing.Insolvency = proceedings() }, acts: []act{
			at(39, workflows.CommandDebtorStanding, workflows.DebtorStanding{By: "anne"}),
			pay(95, "LIQ-1", "1000.00"),
		}},
		{name: "no-free-hand", desk: elsewhereAtFirst, acts: []act{
			pay(50, "P1", "1000.00"),
		}},
		{name: "first-tries-fail", desk: failingAtFirst, acts: []act{
			pay(50, "P1", "1000.00"),
		}},
	}
}

func on(month time.Month, day int) calendar.Date { return calendar.NewDate(2026, month, day) }

// elsewhereAtFirst has the first send find the worker of the case busy.
func elsewhereAtFirst(d *desk) {
	asked := 0
	d.deliver = func(activities.NoticeOrder) (activities.Delivery, error) {
		if asked++; asked == 1 {
			return activities.Delivery{Outcome: activities.DeliveryElsewhere}, nil
		}
		return activities.Delivery{Outcome: activities.DeliveryAccepted}, nil
	}
}

// failingAtFirst has each notice find the network away the first time, and the first
// payment the database.
func failingAtFirst(d *desk) {
	d.away = 1
	d.first = func() (activities.DeliveryOutcome, error) { return "", errors.New("the network is away") }
}

// planStory is a plan told on a real server; its cases are not there to hear it.
type planStory struct {
	name   string
	change func(*arrangements.Proposal)
	acts   func(paid func(day float64, invoice string, minor int64) act) []act
}

func planStories() []planStory {
	accepted := act{day: 2, command: workflows.CommandAcceptPlan, payload: workflows.PlanAcceptance{On: on(time.March, 3), How: arrangements.BySignedDocument, Document: "scan-12.pdf"}}
	type paying = func(day float64, invoice string, minor int64) act
	return []planStory{
		{name: "plan-that-is-kept", acts: func(paid paying) []act {
			return []act{accepted, paid(33, "F-1", 250_00), paid(62, "F-1", 250_00), paid(94, "F-2", 250_00), paid(123, "F-3", 250_00)}
		}},
		{name: "plan-in-default", acts: func(paid paying) []act {
			return []act{accepted, paid(33, "F-1", 250_00)}
		}},
		{name: "plan-of-a-consumer-in-default", change: func(p *arrangements.Proposal) { p.Consumer = true }, acts: func(paid paying) []act {
			return []act{accepted, paid(50, "F-1", 250_00), paid(52, "F-1", -250_00)}
		}},
		{name: "plan-collected-late-in-default", change: func(p *arrangements.Proposal) { p.Terms.Mandate = "M-1" }, acts: func(paying) []act {
			return []act{
				accepted,
				{day: 45, command: workflows.CommandDebitSent, payload: workflows.DebitSent{Instalment: 1, ID: "E-1", On: on(time.April, 17)}},
				{day: 58, command: workflows.CommandDebitReturned, payload: workflows.DebitReturned{ID: "E-1", Reason: "AC04", On: on(time.April, 28)}},
			}
		}},
		{name: "plan-that-is-cancelled", acts: func(paying) []act {
			return []act{accepted, {day: 20, command: workflows.CommandCancelPlan, payload: workflows.PlanCancellation{Reason: "all was credited", By: "anne"}}}
		}},
	}
}

// tellPlan lives the story of a plan on a real server and returns the history of its
// first run.
func tellPlan(ctx context.Context, t *testing.T, c client.Client, s planStory) *historypb.History {
	t.Helper()
	d := &planDesk{now: time.Now, received: map[string]int64{}, claims: map[string]int64{}, channels: []collection.Channel{collection.ChannelEmail}}
	clock, err := calendar.Accelerated(time.Now(), time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC), 2*86_400)
	require.NoError(t, err)
	plan := proposedPlan(t, d, s.change)
	for _, name := range []string{workflows.TaskQueue, workflows.TaskQueueEmail} {
		w := worker.New(c, name, worker.Options{})
		workflows.Register(w, &workflows.Cases{Clock: func() calendar.Clock { return clock }})
		for activityName, method := range d.activities() {
			w.RegisterActivityWithOptions(method, activity.RegisterOptions{Name: activityName})
		}
		require.NoError(t, w.Start())
		defer w.Stop()
	}
	id := arrangements.WorkflowID(plan.Creditor, plan.ID) + "-" + s.name
	run, err := c.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: workflows.TaskQueue, StaticSummary: s.name},
		workflows.PlanWorkflowType, workflows.PlanStart{Plan: plan, Revision: 1, Clock: clock})
	require.NoError(t, err)
	first := c.GetWorkflow(ctx, id, run.GetRunID())
	play(ctx, t, c, id, clock, s.acts(func(day float64, invoice string, minor int64) act {
		return act{day: day, command: workflows.CommandPlanMoneyMoved, payload: workflows.PlanMoneyMoved{Invoice: invoice}, before: func() {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.received[invoice] += minor
		}}
	}))
	require.NoError(t, run.Get(ctx, nil), s.name)
	return historyOf(ctx, t, c, first)
}

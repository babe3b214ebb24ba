package workflows_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/testsuite"

	"relance/activities"
	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

// planDesk stands in for the case file and the cases of a plan.
type planDesk struct {
	mu       sync.Mutex
	now      func() time.Time
	received map[string]int64 // by invoice
	claims   map[string]int64

	written []activities.PlanOrder
	// onWritten is called, if it is there, within each writing.
	onWritten func(activities.PlanOrder)
	told      []activities.InstalmentOrder
	toldAt    []time.Time
	tasks     []activities.PlanTaskOrder
	// channels are those that a notice can go over, none unless a test says so; taking is
	// what comes of one.
	channels []collection.Channel
	taking   func(activities.NoticeOrder) (activities.Delivery, error)
	asked    []activities.PlanNoticeOrder
	sent     []activities.NoticeOrder
	// rests are what the money paid of later late fees, by invoice.
	rests map[string]money.Amount
	// forPerson: the instalment was not collected, and no message says it.
	forPerson bool
	// revisionsTaken are how many later revisions the case file has already.
	revisionsTaken int
	// signals are what the cases were told, by workflow ID.
	signals map[string][]signalled
}

type signalled struct {
	name    string
	payload any
}

func (d *planDesk) RecordPlan(_ context.Context, order activities.PlanOrder) (activities.PlanRecorded, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.written = append(d.written, order)
	if d.onWritten != nil {
		d.onWritten(order)
	}
	return activities.PlanRecorded{Revision: order.Revision + d.revisionsTaken}, nil
}

func (d *planDesk) PlanMoney(_ context.Context, order activities.PlanMoneyOrder) (activities.PlanMoney, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	received, open, principal := int64(0), int64(0), map[string]money.Amount{}
	for invoice, claim := range d.claims {
		received += d.received[invoice]
		open += max(0, claim-d.received[invoice])
		principal[invoice] = euros(max(0, claim-d.received[invoice]))
	}
	return activities.PlanMoney{Received: euros(received), Open: euros(open), PaidOn: order.Today, Rests: d.rests, Principal: principal}, nil
}

func (d *planDesk) TellInstalment(_ context.Context, order activities.InstalmentOrder) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.told, d.toldAt = append(d.told, order), append(d.toldAt, d.now())
	return nil
}

func (d *planDesk) PlanNotice(_ context.Context, order activities.PlanNoticeOrder) (activities.PlanNotice, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, order)
	return activities.PlanNotice{
		Order: activities.NoticeOrder{
			CaseKey: activities.CaseKey{Creditor: order.Creditor, Invoice: order.Invoices[0]}, At: order.At,
			Step: collection.InstalmentStep(order.Plan, order.Version, order.Instalment, order.Kind),
		},
		Channels: d.channels, ForPerson: d.forPerson,
	}, nil
}

func (d *planDesk) Deliver(_ context.Context, order activities.NoticeOrder) (activities.Delivery, error) {
	d.mu.Lock()
	d.sent = append(d.sent, order)
	taking := d.taking
	d.mu.Unlock()
	if taking == nil {
		return activities.Delivery{Outcome: activities.DeliveryAccepted, At: order.At}, nil
	}
	return taking(order)
}

func (d *planDesk) OpenPlanTask(_ context.Context, order activities.PlanTaskOrder) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tasks = append(d.tasks, order)
	return nil
}

// activities are what stands in for the product's, by name.
func (d *planDesk) activities() map[string]any {
	return map[string]any{
		activities.NameRecordPlan: d.RecordPlan, activities.NamePlanMoney: d.PlanMoney,
		activities.NameTellInstalment: d.TellInstalment, activities.NameOpenPlanTask: d.OpenPlanTask,
		activities.NamePlanNotice: d.PlanNotice, activities.NameDeliverNotice: d.Deliver,
	}
}

func euros(minor int64) money.Amount { return money.FromMinor(minor, money.EUR) }

// planBench is one plan in a time-skipping environment.
type planBench struct {
	*testsuite.TestWorkflowEnvironment
	t     *testing.T
	desk  *planDesk
	start workflows.PlanStart
}

// setupPlan has a plan of 1,000.00 EUR over three invoices in four months from
// 2026-04-05 proposed on 2026-03-02 by a manager.
func setupPlan(t *testing.T, change func(*arrangements.Proposal)) *planBench {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC))
	d := &planDesk{now: env.Now, received: map[string]int64{}, claims: map[string]int64{}, signals: map[string][]signalled{}}
	for name, method := range d.activities() {
		env.RegisterActivityWithOptions(method, activity.RegisterOptions{Name: name})
	}
	workflows.Register(env, &workflows.Cases{})
	env.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(
		func(_, workflowID, _, name string, payload any) error {
			d.mu.Lock()
			defer d.mu.Unlock()
			d.signals[workflowID] = append(d.signals[workflowID], signalled{name, payload})
			return nil
		})
	return &planBench{TestWorkflowEnvironment: env, t: t, desk: d, start: workflows.PlanStart{Plan: proposedPlan(t, d, change), Revision: 1}}
}

// proposedPlan is the plan of setupPlan, whose claims the desk takes over.
func proposedPlan(t *testing.T, d *planDesk, change func(*arrangements.Proposal)) arrangements.Plan {
	t.Helper()
	proposal := arrangements.Proposal{
		Creditor: "atelier", ID: "P-12", Debtor: "D-1", Role: collection.RoleManager, On: calendar.NewDate(2026, time.March, 2),
		Window: calendar.StandardWindow("FR", paris),
		Claims: []arrangements.Claim{
			{Invoice: "F-1", DueDate: calendar.NewDate(2026, time.January, 10), Amount: euros(500_00)},
			{Invoice: "F-2", DueDate: calendar.NewDate(2026, time.February, 1), Amount: euros(300_00)},
			{Invoice: "F-3", DueDate: calendar.NewDate(2026, time.February, 10), Amount: euros(200_00)},
		},
		Terms: arrangements.Terms{Months: 4, FirstOn: calendar.NewDate(2026, time.April, 5), GraceDays: 5, RemindDays: 3},
	}
	if change != nil {
		change(&proposal)
	}
	plan, err := arrangements.Propose(proposal)
	require.NoError(t, err)
	for _, claim := range plan.Claims {
		d.claims[claim.Invoice] = claim.Amount.Minor()
	}
	return plan
}

func (b *planBench) result() workflows.PlanResult {
	b.t.Helper()
	b.ExecuteWorkflow(workflows.PlanWorkflowType, b.start)
	require.True(b.t, b.IsWorkflowCompleted())
	require.NoError(b.t, b.GetWorkflowError())
	var result workflows.PlanResult
	require.NoError(b.t, b.GetWorkflowResult(&result))
	return result
}

func (b *planBench) on(date string, do func()) {
	b.t.Helper()
	parsed, err := calendar.ParseDate(date)
	require.NoError(b.t, err)
	at := parsed.Time(paris.Location()).Add(12 * time.Hour)
	b.RegisterDelayedCallback(do, at.Sub(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)))
}

func (b *planBench) signalOn(date, name string, payload any) {
	b.t.Helper()
	b.on(date, func() { b.SignalWorkflow(name, payload) })
}

// payOn has money come, or go back, on an invoice; its case tells the plan.
func (b *planBench) payOn(date, invoice string, minor int64) {
	b.t.Helper()
	b.on(date, func() {
		b.desk.mu.Lock()
		b.desk.received[invoice] += minor
		b.desk.mu.Unlock()
		b.SignalWorkflow(workflows.CommandPlanMoneyMoved, workflows.PlanMoneyMoved{Invoice: invoice})
	})
}

func (b *planBench) accepted() *planBench {
	b.t.Helper()
	b.signalOn("2026-03-04", workflows.CommandAcceptPlan, workflows.PlanAcceptance{
		On: calendar.NewDate(2026, time.March, 3), How: arrangements.BySignedDocument, Document: "scan-12.pdf",
	})
	return b
}

func (b *planBench) status() workflows.PlanStatus {
	b.t.Helper()
	answer, err := b.QueryWorkflow(workflows.QueryStatus)
	require.NoError(b.t, err)
	var status workflows.PlanStatus
	require.NoError(b.t, answer.Get(&status))
	return status
}

// last is the last signal of a name to the case of an invoice.
func (b *planBench) last(invoice, name string) any {
	b.t.Helper()
	b.desk.mu.Lock()
	defer b.desk.mu.Unlock()
	signals := b.desk.signals["case/atelier/"+invoice]
	for i := len(signals) - 1; i >= 0; i-- {
		if signals[i].name == name {
			return signals[i].payload
		}
	}
	return nil
}

package workflows_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/sdk/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
	"relance/workflows"
)

// desk stands in for the case file and the providers: it keeps the account with
// the real arithmetic of the core and notes what was asked of it.
type desk struct {
	// follows is the plan that goes on again when a payment is taken back.
	follows collection.FollowedPlan
	// concludes is the mediation in which a discount was agreed on.
	concludes string
	mu        sync.Mutex
	account   ledger.Account
	now       func() time.Time

	notices   []activities.NoticeOrder
	noticedAt []time.Time
	tasks     []activities.TaskOrder
	tasksAt   []time.Time
	limits    limitationDesk
	// limitation is what the case file says of it with the debtor's standing.
	limitation collection.Limitation
	// standing is what the case file knows of the debtor, place where it is.
	standing  collection.Standing
	place     collection.Place
	handoffs  handoffDesk
	decisions []activities.DecisionOrder
	entries   []ledger.EntryOutcome

	// deliver answers a notice, when a test does not want it accepted.
	deliver func(activities.NoticeOrder) (activities.Delivery, error)
	// tries are what was tried and where, whatever came of it. first answers the first
	// tries of notices, those in the worker of the case, and during happens meanwhile; away
	// is how often the database cannot be reached.
	tries  []try
	first  func() (activities.DeliveryOutcome, error)
	during func()
	away   int
	loaded activities.LoadedCase
	// refuse is why the case file refuses the next decision for good.
	refuse string
}

// try is something that was asked for: in the worker of the case, or on a task queue.
type try struct {
	atOnce bool
	queue  string
	notice activities.NoticeOrder
}

func (d *desk) note(ctx context.Context, notice activities.NoticeOrder) try {
	info := activity.GetInfo(ctx)
	d.tries = append(d.tries, try{atOnce: info.IsLocalActivity, queue: info.TaskQueue, notice: notice})
	return d.tries[len(d.tries)-1]
}

func (d *desk) DeliverNotice(ctx context.Context, order activities.NoticeOrder) (activities.Delivery, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.note(ctx, order).atOnce && d.first != nil {
		outcome, err := d.first()
		if d.during != nil {
			d.during()
		}
		if err != nil || outcome != activities.DeliveryAccepted {
			return activities.Delivery{Outcome: outcome}, err
		}
	}
	if d.deliver != nil {
		delivery, err := d.deliver(order)
		if err != nil || delivery.Outcome != activities.DeliveryAccepted {
			return delivery, err
		}
	}
	d.notices = append(d.notices, order)
	d.noticedAt = append(d.noticedAt, d.now())
	return activities.Delivery{Outcome: activities.DeliveryAccepted, At: order.At, Deadline: order.Deadline}, nil
}

func (d *desk) PostEntry(ctx context.Context, order activities.EntryOrder) (activities.EntryPosted, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.note(ctx, activities.NoticeOrder{})
	if d.away > 0 {
		d.away--
		return activities.EntryPosted{}, errors.New("the database is away")
	}
	account, outcome, err := d.account.Post(order.Entry)
	if refused := new(collection.Refusal); errors.As(err, &refused) {
		return activities.EntryPosted{Refused: refused.Message}, nil
	}
	if err != nil {
		return activities.EntryPosted{}, err
	}
	d.account = account
	d.entries = append(d.entries, outcome)
	position, err := account.Position()
	posted := activities.EntryPosted{
		Outcome: outcome, Open: position.Open, LateFees: account.LateFeesAlone(position), Settled: collection.NewSettled(position.Paid, position.Credited),
	}
	if order.Entry.Kind == ledger.EntryReversal {
		posted.Plan = d.follows
	}
	if order.Entry.Kind == ledger.EntryDiscount {
		posted.Concluded = d.concludes
	}
	return posted, err
}

func (d *desk) OpenTask(_ context.Context, order activities.TaskOrder) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tasks = append(d.tasks, order)
	d.tasksAt = append(d.tasksAt, d.now())
	return nil
}

func (d *desk) RecordDecision(_ context.Context, order activities.DecisionOrder) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if why := d.refuse; why != "" {
		d.refuse = ""
		return temporal.NewNonRetryableApplicationError(why, activities.ErrorRefused, nil)
	}
	d.decisions = append(d.decisions, order)
	d.handoffs.hear(order.Events)
	return nil
}

func (d *desk) LoadCase(context.Context, activities.CaseKey) (activities.LoadedCase, error) {
	return d.loaded, nil
}

// activities are what stands in for the product's, by name.
func (d *desk) activities() map[string]any {
	return map[string]any{
		activities.NameDeliverNotice: d.DeliverNotice, activities.NamePostEntry: d.PostEntry, activities.NameOpenTask: d.OpenTask,
		activities.NameRecordDecision: d.RecordDecision, activities.NameLoadCase: d.LoadCase,
		activities.NameRecordLimitationEvent: d.RecordLimitationEvent, activities.NameTakeStanding: d.TakeStanding, activities.NameMediationFacts: d.MediationFacts,
		activities.NameProposeHandoff: d.ProposeHandoff, activities.NameHandOver: d.HandOver, activities.NameRecallHandoff: d.RecallHandoff,
		activities.NameRecordPartnerStatus: d.RecordPartnerStatus, activities.NameRecordRemittance: d.RecordRemittance,
	}
}

func (d *desk) steps() []string {
	var steps []string
	for _, order := range d.notices {
		steps = append(steps, order.Step+"/"+string(order.Channel))
	}
	return steps
}

// bench is one case in a time-skipping environment.
type bench struct {
	*testsuite.TestWorkflowEnvironment
	t     *testing.T
	desk  *desk
	cases *workflows.Cases
	start workflows.Start
}

var paris = func() calendar.Zone {
	zone, err := calendar.ParseZone("Europe/Paris")
	if err != nil {
		panic(err)
	}
	return zone
}()

// ladder is a strategy with one step of every kind.
func ladder() collection.Strategy {
	email := []collection.Channel{collection.ChannelEmail}
	return collection.Strategy{Name: "test-ladder", Version: 1, Steps: []collection.Step{
		{Key: "courtesy", DueOffset: -7, Tone: collection.ToneCourteous, Channels: email, Template: "courtesy", Stage: collection.StageOpen},
		{Key: "courteous", DueOffset: 3, Tone: collection.ToneCourteous, Channels: email, Template: "reminder-courteous", DeadlineDays: 7, Stage: collection.StageReminding},
		{Key: "firm", Spacing: 8, Tone: collection.ToneFirm, Channels: []collection.Channel{"email", "sms"}, Template: "reminder-firm", DeadlineDays: 7, Stage: collection.StageReminding},
		{Key: "formal", Spacing: 10, Tone: collection.ToneFormal, Channels: email, Fallbacks: []collection.Channel{"letter"}, Template: "formal-notice", DeadlineDays: 8, Stage: collection.StageFormalNotice},
		{Key: "mediation", Spacing: 10, Opens: collection.TaskMediation, Stage: collection.StageMediation},
		{Key: "handoff", Spacing: 20, Opens: collection.TaskHandoff, Stage: collection.StageHandoff},
	}}
}

// setup opens a case of 1,000.00 EUR due on 2026-04-01, on 2026-03-02 at 10:00
// in Paris.
func setup(t *testing.T) *bench {
	t.Helper()
	var suite testsuite.WorkflowTestSuite
	env := suite.NewTestWorkflowEnvironment()
	env.SetStartTime(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC))
	total := money.FromMinor(1000_00, money.EUR)
	d := &desk{account: ledger.NewAccount(ledger.Claim{Total: total}), now: env.Now}
	for name, method := range d.activities() {
		env.RegisterActivityWithOptions(method, activity.RegisterOptions{Name: name})
	}
	cases := &workflows.Cases{}
	workflows.Register(env, cases)
	return &bench{TestWorkflowEnvironment: env, t: t, desk: d, cases: cases, start: workflows.Start{Case: collection.Case{
		Creditor: "atelier", Invoice: "F-1", Debtor: "D-1", DueDate: calendar.NewDate(2026, time.April, 1), Open: total,
		Window: calendar.StandardWindow("FR", paris), Strategy: ladder(), Round: 1,
	}}}
}

func (b *bench) run() {
	b.t.Helper()
	b.ExecuteWorkflow(workflows.WorkflowType, b.start)
	require.True(b.t, b.IsWorkflowCompleted())
}

// result runs the case to its end and returns what it came to.
func (b *bench) result() workflows.Result {
	b.t.Helper()
	b.run()
	require.NoError(b.t, b.GetWorkflowError())
	var result workflows.Result
	require.NoError(b.t, b.GetWorkflowResult(&result))
	return result
}

// details are what the Temporal UI shows of the running case.
func (b *bench) details() string {
	b.t.Helper()
	answer, err := b.QueryWorkflow("__temporal_workflow_metadata")
	require.NoError(b.t, err)
	var metadata sdk.WorkflowMetadata
	require.NoError(b.t, answer.Get(&metadata))
	return metadata.GetCurrentDetails()
}

// on does something at a date, at noon in Paris.
func (b *bench) on(date string, do func()) {
	b.t.Helper()
	parsed, err := calendar.ParseDate(date)
	require.NoError(b.t, err)
	at := parsed.Time(paris.Location()).Add(12 * time.Hour)
	b.RegisterDelayedCallback(do, at.Sub(time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)))
}

func (b *bench) signalOn(date, name string, payload any) {
	b.t.Helper()
	b.on(date, func() { b.SignalWorkflow(name, payload) })
}

// payOn pays an amount of euros.
func (b *bench) payOn(date, id, euros string) {
	b.t.Helper()
	b.signalOn(date, workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: id, Amount: workflows.Decimal(euros), Currency: "EUR"})
}

func (b *bench) status() workflows.Status {
	b.t.Helper()
	answer, err := b.QueryWorkflow(workflows.QueryStatus)
	require.NoError(b.t, err)
	var status workflows.Status
	require.NoError(b.t, answer.Get(&status))
	return status
}

func dates(times []time.Time) []string {
	var texts []string
	for _, at := range times {
		texts = append(texts, at.In(paris.Location()).Format(time.DateOnly))
	}
	return texts
}

package endtoend_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/sdk/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/ledger"
	"relance/money"
	"relance/workflows"
)

const (
	paidCase = "C-PAID" // takes payments and credit notes
	heldCase = "C-HELD" // is held and resumed as well
	planCase = "C-PLAN" // takes payments under an instalment plan
	planID   = "P-1"

	// floodCallers send their commands side by side.
	floodCallers = 8
	floodRounds  = 8
)

// The server suggests to continue as new after so few events that busy cases do it again
// and again, while callers send them commands in every way there is and the worker is
// killed once.
func TestCasesThatContinueAsNewUnderAFloodOfCommandsLoseAndDoubleNothing(t *testing.T) {
	// The first reminders are due on the next day, when the flood is over.
	const day = 55 * time.Second
	i := install(t, plan{
		speed: int64(24 * time.Hour / day), ambiguousAfter: 30 * time.Second,
		temporalConfig: map[string]string{"limit.historyCount.suggestContinueAsNew": "60"},
	})
	i.startWorker()
	f := &flood{installation: i, entries: map[string]map[string]string{}}
	i.importLedger([]claim{
		{number: paidCase, debtor: 1, due: calendar.NewDate(2026, time.March, 10), strategy: "strict"},
		{number: heldCase, debtor: 2, due: calendar.NewDate(2026, time.March, 10), strategy: "strict"},
		{number: planCase, debtor: 3, due: calendar.NewDate(2026, time.March, 10), strategy: "strict"},
	})
	w := walk{installation: i, invoice: planCase}
	w.postTo("/v1/plans/"+creditor, object{"id": planID, "invoices": []string{planCase}, "months": 2, "first_on": i.today().AddDays(20), "grace_days": 1, "role": "owner"})
	w.postTo("/v1/plans/"+creditor+"/"+planID+"/accept", object{"how": "mail", "document": "M-118"})
	reminded := []string{paidCase, heldCase}
	planned := map[string]time.Time{}
	for _, invoice := range reminded {
		planned[invoice] = i.caseFile(invoice).Row.NextAt
	}

	began := time.Now()
	flooded := f.pour()
	i.until("a third of the flood is over", time.Minute, func() bool { return f.requests.Load() > floodCallers*floodRounds*5/3 })
	require.NoError(t, i.worker.Kill())
	i.startWorker()
	<-flooded
	f.ended = i.clock.Now()
	t.Logf("in %s: %d signals, %d requests over HTTP, %d updates by the SDK (%d of them dropped and sent again), %d questions failed", time.Since(began).Round(time.Second), f.signals.Load(), f.requests.Load(), f.updates.Load(), f.dropped.Load(), f.queriesFailed.Load())
	require.Empty(t, f.failures, "no caller notices that a case continues as new")
	f.untilCounted()
	f.untilPlanKnows()
	f.requireHistoryOnce()
	early := f.requireRuns(collection.WorkflowID(creditor, paidCase), 6)
	early += f.requireRuns(collection.WorkflowID(creditor, heldCase), 6)
	early += f.requireRuns(arrangements.WorkflowID(creditor, planID), 3)
	require.Positive(t, early, "signals came before the first task of a new run")
	// Each payment is told to the plan before the next is taken: the case continues when
	// there are none for a moment.
	f.requireRuns(collection.WorkflowID(creditor, planCase), 2)
	f.requireShown()
	for _, invoice := range reminded {
		f.requireRemindedOnce(invoice, planned[invoice])
	}
	require.Empty(t, f.caseFile(planCase).Messages, "the case rests under its plan")
	f.requireShown()
	require.Contains(t, i.relance("verify", "--all"), "0 do not hold")
}

// flood is what callers do to a few cases side by side.
type flood struct {
	*installation

	signals, requests, updates, queriesFailed, dropped atomic.Int64

	mu       sync.Mutex
	failures []string
	// entries are what was told of each invoice: the amount by kind and ID.
	entries map[string]map[string]string
	// ended is when all was answered (business time).
	ended time.Time
	// holds are the reasons of all holds; each was resumed.
	holds []string
}

// pour sends all commands; the channel is closed when they are answered.
func (f *flood) pour() <-chan struct{} {
	var callers sync.WaitGroup
	for caller := range floodCallers {
		callers.Go(func() {
			for round := range floodRounds {
				f.call(fmt.Sprintf("%d-%d", caller, round), int64(7*caller+3*round), caller%2 == 0)
			}
		})
	}
	poured := make(chan struct{})
	go func() {
		callers.Wait()
		close(poured)
	}()
	return poured
}

// call is one round of a caller: it sends each case something in every way.
func (f *flood) call(id string, cents int64, holdsBySignal bool) {
	for n, invoice := range []string{paidCase, heldCase, planCase} {
		byBank := workflows.PaymentReceived{ID: "S-" + invoice + id, Amount: ofCents(101 + cents + int64(n)), Currency: "EUR"}
		f.told(invoice, ledger.EntryPayment, byBank.ID, byBank.Amount)
		f.signal(invoice, workflows.CommandPaymentReceived, byBank)
		f.signal(invoice, workflows.CommandPaymentReceived, byBank)

		byBilling := workflows.PaymentReceived{ID: "H-" + invoice + id, Amount: ofCents(150 + cents), Currency: "EUR"}
		f.told(invoice, ledger.EntryPayment, byBilling.ID, byBilling.Amount)
		f.post(casePath(invoice)+"/payments", object{"id": byBilling.ID, "amount": byBilling.Amount, "currency": "EUR"})
	}
	byShop := workflows.PaymentReceived{ID: "U-" + id, Amount: ofCents(55), Currency: "EUR"}
	f.told(paidCase, ledger.EntryPayment, byShop.ID, byShop.Amount)
	f.update(collection.WorkflowID(creditor, paidCase), workflows.CommandPaymentReceived, byShop, &workflows.Status{})

	note := workflows.CreditNoteIssued{Number: "A-" + id, Amount: ofCents(11), Currency: "EUR"}
	f.told(paidCase, ledger.EntryCreditNote, note.Number, note.Amount)
	f.post(casePath(paidCase)+"/credit-notes", object{"number": note.Number, "amount": note.Amount, "currency": "EUR"})

	hold := workflows.HoldOrder{ID: "R-" + id, Reason: "question " + id, By: "claire"}
	if holdsBySignal {
		f.signal(heldCase, workflows.CommandHold, hold)
		f.signal(heldCase, workflows.CommandResume, workflows.ResumeOrder{HoldID: hold.ID})
	} else {
		f.post(casePath(heldCase)+"/hold", object{"id": hold.ID, "reason": hold.Reason})
		f.post(casePath(heldCase)+"/resume", object{"hold_id": hold.ID})
	}
	f.mu.Lock()
	f.holds = append(f.holds, hold.Reason)
	f.mu.Unlock()

	f.update(arrangements.WorkflowID(creditor, planID), workflows.CommandPlanMoneyMoved, workflows.PlanMoneyMoved{}, &workflows.PlanStatus{})
	f.status(heldCase)
}

func ofCents(cents int64) workflows.Decimal {
	return workflows.Decimal(money.FromMinor(cents, money.EUR).Decimal())
}

func (f *flood) told(invoice string, kind ledger.EntryKind, id string, amount workflows.Decimal) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.entries[invoice] == nil {
		f.entries[invoice] = map[string]string{}
	}
	f.entries[invoice][string(kind)+" "+id] = string(amount)
}

func (f *flood) check(what string, err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.failures = append(f.failures, fmt.Sprintf("%s: %T %v", what, err, err))
}

func (f *flood) signal(invoice, command string, order any) {
	f.signals.Add(1)
	f.check("signal "+command, f.client.SignalWorkflow(f.t.Context(), collection.WorkflowID(creditor, invoice), "", command, order))
}

// update sends an update as the documentation shows it.
func (f *flood) update(id, command string, order, answer any) {
	options := client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: command, Args: []any{order}, UpdateID: fmt.Sprint("update-", f.updates.Add(1)), WaitForStage: client.WorkflowUpdateStageCompleted,
	}
	for {
		updated, err := f.client.UpdateWorkflow(f.t.Context(), options)
		if err == nil {
			err = updated.Get(f.t.Context(), answer)
		}
		if dropped := new(serviceerror.WorkflowNotReady); !errors.As(err, &dropped) {
			f.check("update "+command+" of "+id, err)
			return
		}
		f.dropped.Add(1)
	}
}

func (f *flood) post(path string, body object) {
	f.requests.Add(1)
	data, err := json.Marshal(body)
	var code int
	var text []byte
	if err == nil {
		code, text, err = f.billing().call(http.MethodPost, path, data)
	}
	if err == nil && code != http.StatusOK && code != http.StatusAccepted { // accepted: the worker was away too long
		err = fmt.Errorf("%d: %s", code, text)
	}
	f.check(path, err)
}

// status asks whichever run is the last. The SDK may fail a question about a workflow
// that goes on meanwhile (temporalio/sdk-go#755), and the server one that no worker answers
// in time: it is asked again.
func (f *flood) status(invoice string) (status workflows.Status) {
	id := collection.WorkflowID(creditor, invoice)
	answer, err := f.client.QueryWorkflow(f.t.Context(), id, "", workflows.QueryStatus)
	failed, late := new(serviceerror.QueryFailed), new(serviceerror.DeadlineExceeded)
	for errors.As(err, &failed) || errors.As(err, &late) {
		f.queriesFailed.Add(1)
		answer, err = f.client.QueryWorkflow(f.t.Context(), id, "", workflows.QueryStatus)
	}
	if err == nil {
		err = answer.Get(&status)
	}
	f.check("query of "+invoice, err)
	return status
}

// untilCounted waits for the last signals, and compares the ledger with what was told.
func (f *flood) untilCounted() {
	f.t.Helper()
	for invoice, told := range f.entries {
		f.until("all that was told about "+invoice+" is posted", time.Minute, func() bool { return len(f.caseFile(invoice).Entries) >= len(told) })
		posted := map[string]string{}
		sum := money.FromMinor(1200_00, money.EUR)
		file := f.caseFile(invoice)
		for _, entry := range file.Entries {
			posted[string(entry.Kind)+" "+entry.ID] = entry.Amount.Decimal()
			var err error
			sum, err = sum.Sub(entry.Amount)
			require.NoError(f.t, err)
		}
		require.Equal(f.t, told, posted, invoice)
		require.Len(f.t, file.Entries, len(told), "each once")
		require.Equal(f.t, sum, file.Position.Open, invoice)
		f.until("the case "+invoice+" knows it, is not held, and rests", time.Minute, func() bool {
			status := f.status(invoice)
			return status.Open == sum && status.Stage != collection.StageOnHold && f.isAtRest(invoice)
		})
	}
}

// untilPlanKnows waits until the plan has heard of all money of its case, in its workflow
// and in the case file; and of one payment more.
func (f *flood) untilPlanKnows() {
	f.t.Helper()
	knows := func() bool {
		received, err := money.FromMinor(1200_00, money.EUR).Sub(f.caseFile(planCase).Position.Open)
		require.NoError(f.t, err)
		stored, err := f.store.Plan(f.t.Context(), creditor, planID)
		require.NoError(f.t, err)
		answer, err := f.client.QueryWorkflow(f.t.Context(), arrangements.WorkflowID(creditor, planID), "", workflows.QueryStatus)
		require.NoError(f.t, err)
		var status workflows.PlanStatus
		require.NoError(f.t, answer.Get(&status))
		return stored.Plan.Received == received && status.Received == received
	}
	f.until("the plan knows of all payments", 20*time.Second, knows)
	f.post(casePath(planCase)+"/payments", euros("LAST", "1.00"))
	require.Empty(f.t, f.failures)
	f.until("the plan knows of the last payment", 20*time.Second, knows)
}

// requireHistoryOnce: the case file, which is proof, tells each decision once.
func (f *flood) requireHistoryOnce() {
	f.t.Helper()
	told, resumed := map[string]int{}, 0
	for _, line := range f.caseFile(heldCase).History {
		switch line.Kind {
		case workflows.CommandHold:
			told[line.Summary]++
		case workflows.CommandResume:
			resumed++
		}
	}
	require.ElementsMatch(f.t, f.holds, slices.Collect(maps.Keys(told)))
	for hold, times := range told {
		require.Equal(f.t, 1, times, hold)
	}
	require.Equal(f.t, len(f.holds), resumed)
}

// requireRuns follows a workflow from run to run, and replays each. It returns how many
// signals came to a later run before its first task.
func (f *flood) requireRuns(id string, atLeast int) (early int) {
	f.t.Helper()
	described, err := f.client.DescribeWorkflowExecution(f.t.Context(), id, "")
	require.NoError(f.t, err)
	last := described.GetWorkflowExecutionInfo().GetExecution().GetRunId()
	run := described.GetWorkflowExecutionInfo().GetFirstRunId()
	runs, events, failed, most := 0, 0, map[string]int{}, 0
	signalled, accepted, completed := 0, 0, 0
	for {
		told, begun := f.historyOf(id, run), false
		runs, events, most = runs+1, events+len(told.GetEvents()), max(most, len(told.GetEvents()))
		for _, event := range told.GetEvents() {
			switch event.GetEventType() {
			case enums.EVENT_TYPE_WORKFLOW_TASK_STARTED:
				begun = true
			case enums.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
				signalled++
				if !begun && runs > 1 {
					early++
				}
			case enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED:
				accepted++
			case enums.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED:
				completed++
			case enums.EVENT_TYPE_WORKFLOW_TASK_FAILED:
				failed[event.GetWorkflowTaskFailedEventAttributes().GetCause().String()]++
			default:
			}
		}
		replayer := worker.NewWorkflowReplayer()
		workflows.Register(replayer, &workflows.Cases{})
		require.NoError(f.t, replayer.ReplayWorkflowHistory(silence{}, told), "%s, run %d", id, runs)
		if run == last {
			break
		}
		run = told.GetEvents()[len(told.GetEvents())-1].GetWorkflowExecutionContinuedAsNewEventAttributes().GetNewExecutionRunId()
		require.NotEmpty(f.t, run, "run %d of %s continued", runs, id)
	}
	require.Equal(f.t, accepted, completed, "updates that a run took in it has answered")
	f.t.Logf("%s: %d runs, %d events (%d at most), %d signals (%d before the first task of a later run), %d updates, failed tasks: %v", id, runs, events, most, signalled, early, completed, failed)
	require.GreaterOrEqual(f.t, runs, atLeast, id)
	return early
}

func (f *flood) historyOf(id, run string) *history.History {
	f.t.Helper()
	told := &history.History{}
	for events := f.client.GetWorkflowHistory(f.t.Context(), id, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); events.HasNext(); {
		event, err := events.Next()
		require.NoError(f.t, err)
		told.Events = append(told.Events, event)
	}
	return told
}

// requireShown: Temporal's UI and lists show of the last run what is so.
func (f *flood) requireShown() {
	f.t.Helper()
	for _, invoice := range []string{paidCase, heldCase, planCase} {
		status, id := f.status(invoice), collection.WorkflowID(creditor, invoice)
		described, err := f.client.DescribeWorkflow(f.t.Context(), id, "")
		require.NoError(f.t, err)
		shown := described.TypedSearchAttributes
		stage, _ := shown.GetKeyword(workflows.AttributeStage)
		require.Equal(f.t, string(status.Stage), stage, invoice)
		due, _ := shown.GetInt64(workflows.AttributeAmountDue)
		require.Equal(f.t, status.Open.Minor(), due, invoice)
		next, _ := shown.GetTime(workflows.AttributeNextActionDate)
		require.True(f.t, next.Equal(status.NextAt), "%s: %s is shown and it acts at %s", invoice, next, status.NextAt)
		of, _ := shown.GetKeyword(workflows.AttributeCreditor)
		require.Equal(f.t, creditor, of)
		debtor, _ := shown.GetKeyword(workflows.AttributeDebtor)
		require.Equal(f.t, f.caseFile(invoice).Row.Debtor, debtor)
		dueOn, _ := shown.GetTime(workflows.AttributeDueDate)
		require.Equal(f.t, f.caseFile(invoice).Row.DueDate, calendar.DateOf(dueOn.UTC()))
		// The sentence of the first run's start stays with that run: Temporal does not hand
		// it on. What it says stands in the details as well.
		answer, err := f.client.QueryWorkflow(f.t.Context(), id, "", "__temporal_workflow_metadata")
		require.NoError(f.t, err)
		var metadata sdk.WorkflowMetadata
		require.NoError(f.t, answer.Get(&metadata))
		for _, what := range []string{status.Open.String(), f.caseFile(invoice).Row.DueDate.String(), status.Why} {
			require.Contains(f.t, metadata.GetCurrentDetails(), what, invoice)
		}
	}
}

// requireRemindedOnce waits for the first reminder, which is told over both its channels.
func (f *flood) requireRemindedOnce(invoice string, planned time.Time) {
	f.t.Helper()
	isSent := func(m casefile.Message) bool {
		return m.State == casefile.MessageAccepted || m.State == casefile.MessageDelivered
	}
	f.until(invoice+" is reminded", 2*time.Minute, func() bool {
		messages := f.caseFile(invoice).Messages
		return len(messages) == 2 && isSent(messages[0]) && isSent(messages[1]) && f.isAtRest(invoice)
	})
	late := 6 * time.Hour // 14 seconds
	if f.ended.After(planned) {
		late = 48 * time.Hour // a slow machine: the case was held, or had no worker
	}
	taken := f.provider.AcceptedByID()
	for _, message := range f.caseFile(invoice).Messages {
		require.Equal(f.t, "reminder-firm", message.Step)
		require.Equal(f.t, 1, taken[message.ID], "%s by %s", invoice, message.Channel)
		require.False(f.t, message.BusinessAt.Before(planned), "%s was planned at %s and left at %s", invoice, planned, message.BusinessAt)
		require.Less(f.t, message.BusinessAt.Sub(planned), late, "%s was planned at %s and left at %s", invoice, planned, message.BusinessAt)
	}
	require.Len(f.t, f.provider.about(invoice), 2, "one e-mail and one SMS")
}

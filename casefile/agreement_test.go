package casefile_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/deadlines"
	"relance/ledger"
	"relance/messaging"
	"relance/money"
)

// life is a case as its workflow lives it: every fact goes through the store, and
// the workflow keeps its own value of the case with the same core.
type life struct {
	*rapid.T
	t      *testing.T
	store  *casefile.Store
	number string
	state  collection.Case
	now    time.Time
	count  int
	// received is the money that has come in.
	received money.Amount
}

func (l *life) next(prefix string) string {
	l.count++
	return fmt.Sprintf("%s-%s-%d", prefix, l.number, l.count)
}

// twice carries out a write, and sometimes repeats it as a retried activity does.
func (l *life) twice(write func()) {
	write()
	if rapid.Bool().Draw(l.T, "retried") {
		write()
	}
}

func (l *life) tell(command collection.Command) {
	events, err := collection.Decide(l.state, command)
	require.NoError(l, err)
	l.state = collection.ApplyAll(l.state, events)
}

func (l *life) payment() { l.post(payment(l.next("P"), rapid.Int64Range(1, 15000).Draw(l.T, "cents"))) }

func (l *life) creditNote() {
	note := payment(l.next("C"), rapid.Int64Range(1, 4000).Draw(l.T, "cents"))
	note.Kind = ledger.EntryCreditNote
	l.post(note)
}

func (l *life) reversal() {
	known := rapid.IntRange(1, l.count+3).Draw(l.T, "of")
	l.post(reversal(l.next("R"), fmt.Sprintf("P-%s-%d", l.number, known)))
}

func (l *life) post(entry ledger.Entry) {
	l.twice(func() {
		posted, err := l.store.PostEntry(l.t.Context(), casefile.Posting{Creditor: acme, Invoice: l.number, Entry: entry, At: l.now})
		require.NoError(l, err)
		require.Equal(l, l.state.IsClosed(), posted.WasClosed)
		l.tell(collection.TakePosition{
			Open: posted.Position.Open, LateFees: posted.LateFees, Settled: posted.Settled, On: l.state.Window.DateOf(l.now),
		})
		l.received = posted.Position.Paid
		require.Equal(l, l.state.IsClosed(), posted.IsClosed)
	})
}

// command is decided by the workflow and recorded; a refusal is not recorded.
func (l *life) command() {
	today := l.state.Window.DateOf(l.now)
	hold := rapid.SampledFrom([]string{"h1", "h2", "h3"}).Draw(l.T, "hold")
	step := rapid.SampledFrom(l.state.Strategy.Steps).Draw(l.T, "step").Key
	older := casefiletest.Ladder()
	older.Name = "other-ladder"
	command := rapid.SampledFrom([]collection.Command{
		collection.PlaceHold{ID: hold, Reason: "dispute", On: today},
		collection.PlaceHold{ID: hold, On: today, Until: today + 5},
		collection.ReleaseHold{ID: hold, On: today},
		collection.ReleaseHold{On: today},
		collection.ApproveStep{Step: step},
		collection.SkipStep{Step: step, Reason: "known to pay", At: l.now},
		collection.RetryStep{Step: step},
		collection.Postpone{Until: l.now.Add(24 * time.Hour)},
		collection.MigrateStrategy{Strategy: older, ResumeAt: step},
		collection.CloseCase{Outcome: collection.StageWrittenOff, Reason: "insolvent", On: today},
		l.promise(today), l.promise(today),
		collection.WithdrawPromise{ID: l.promiseID(), On: today, Reason: "by mistake"},
		l.dispute(today), l.dispute(today),
		collection.ResolveDispute{ID: l.disputeID(), Outcome: collection.DisputeRejected, Reason: "it was delivered", Today: today},
		collection.ResolveDispute{ID: l.disputeID(), Outcome: collection.DisputeCreditNote, Today: today},
		collection.ResolveDispute{ID: l.disputeID(), Outcome: collection.DisputeSplit, Amount: euros(5), Today: today},
		collection.AssignDispute{ID: l.disputeID(), Owner: "sophie"},
		collection.ProposeMediation{ID: hold, Kind: collection.MediationConciliator, AskedBy: collection.PartyDebtor, On: today},
		collection.AnswerMediation{ID: hold, Accepted: true, InWriting: true, On: today, Today: today},
		collection.ReportSession{ID: hold, Held: true, On: today, EndBy: today + 9, Today: today},
		collection.EndMediation{ID: hold, Outcome: collection.OutcomeFailure, Certificate: "C-1", On: today, Today: today},
		collection.EndMediation{ID: hold, Outcome: collection.OutcomeAgreement, On: today, Today: today, Agreement: collection.Agreement{
			Kind: collection.AgreementSettlement, Amount: money.FromMinor(1000, money.EUR), Until: today + 20, Before: l.received,
		}},
	}).Draw(l.T, "command")
	events, err := collection.Decide(l.state, command)
	var refusal *collection.Refusal
	if errors.As(err, &refusal) {
		return
	}
	require.NoError(l, err)
	decided := casefile.Decision{Creditor: acme, Invoice: l.number, Key: l.next("D"), Kind: "test", At: l.now, Events: events}
	l.twice(func() { require.NoError(l, l.store.RecordDecision(l.t.Context(), decided)) })
	l.state = collection.ApplyAll(l.state, events)
}

func (l *life) promiseID() string { return fmt.Sprintf("p%d", max(0, len(l.state.Promises)-1)) }

func (l *life) disputeID() string { return fmt.Sprintf("d%d", max(0, len(l.state.Disputes)-1)) }

func (l *life) promise(today calendar.Date) collection.MakePromise {
	command := collection.MakePromise{
		ID: fmt.Sprintf("p%d", len(l.state.Promises)), On: today, Date: today.AddDays(rapid.IntRange(0, 20).Draw(l.T, "promised for")),
		Source: collection.PromiseByStaff, Amount: euros(rapid.SampledFrom([]int64{0, 10, 5000}).Draw(l.T, "promised")),
	}
	if running, isRunning := l.state.RunningPromise(); isRunning {
		command.Replaces = running.ID
	}
	return command
}

func (l *life) dispute(today calendar.Date) collection.RaiseDispute {
	return collection.RaiseDispute{
		ID: fmt.Sprintf("d%d", len(l.state.Disputes)), Reason: collection.DisputePrice, RaisedBy: collection.DisputeByDebtor, On: today, Today: today,
		Amount: euros(rapid.SampledFrom([]int64{0, 10, 3000}).Draw(l.T, "disputed")),
	}
}

// conclude judges a promise, as the workflow records it.
func (l *life) conclude(action collection.Action) {
	events, err := collection.Decide(l.state, collection.ConcludePromise{ID: action.Promise, At: action.At})
	require.NoError(l, err)
	require.NotEmpty(l, events)
	decided := casefile.Decision{Creditor: acme, Invoice: l.number, Key: "promise-concluded/" + action.Promise, Kind: "test", At: l.now, Events: events}
	l.twice(func() { require.NoError(l, l.store.RecordDecision(l.t.Context(), decided)) })
	l.state = collection.ApplyAll(l.state, events)
}

// event is recorded by the case file, and the workflow takes what came of it.
func (l *life) event() {
	report := casefile.LimitationReport{
		Creditor: acme, Invoice: l.number, ID: rapid.SampledFrom([]string{"e1", "e2", "e3"}).Draw(l.T, "event"), At: l.now,
		LimitationEvent: deadlines.LimitationEvent{
			Kind: rapid.SampledFrom([]deadlines.LimitationEventKind{
				"", deadlines.CourtClaim, deadlines.Mediation, deadlines.EnforcementAct, deadlines.Acknowledgement,
			}).Draw(l.T, "kind"),
			On:   l.state.Window.DateOf(l.now),
			Void: rapid.SampledFrom([]deadlines.VoidBy{"", "", deadlines.Withdrawn, deadlines.Mistaken}).Draw(l.T, "result"),
		},
	}
	l.twice(func() {
		recorded, err := l.store.RecordLimitationEvent(l.t.Context(), report)
		if refusal := new(collection.Refusal); errors.As(err, &refusal) {
			return
		}
		require.NoError(l, err)
		l.tell(collection.TakeLimitation{Limitation: recorded.Limitation})
	})
}

// years pass.
func (l *life) sleep() {
	l.now = l.now.AddDate(0, rapid.IntRange(1, 40).Draw(l.T, "months"), 0)
}

// act does what comes next, after the time it takes.
func (l *life) act() {
	action := collection.Next(l.state, l.now)
	switch action.Kind {
	case collection.ActionWait:
		l.now = action.At
	case collection.ActionConclude:
		l.conclude(action)
	case collection.ActionNotify:
		l.notify(action)
	case collection.ActionOpenTask:
		l.twice(func() {
			task, _, err := l.store.OpenTask(l.t.Context(), casefile.TaskOrder{
				Creditor: acme, Invoice: l.number, Step: action.Step.Key, Kind: action.Task, Title: "do it", At: action.At,
				Key: l.taskKey(action),
			})
			require.NoError(l, err)
			require.Equal(l, casefile.TaskOpen, task.State)
		})
		l.tell(collection.ReportTask{Step: action.Step.Key, Task: action.Task, At: action.At})
	case collection.ActionGiveUp:
		note := payment(l.next("G"), l.state.Open.Minor())
		note.Kind = ledger.EntryCreditNote
		l.post(note)
	case collection.ActionHandOver, collection.ActionRecall:
		require.Fail(l, "nobody proposed a handoff")
	case collection.ActionIdle:
		l.now = l.now.Add(24 * time.Hour)
	}
}

// taskKey is as the workflow's activities make it: what is asked again after the
// limitation was reckoned anew is another task.
func (l *life) taskKey(action collection.Action) string {
	if action.Task == collection.TaskDisputeOverdue {
		return "dispute/" + action.Dispute + "/overdue"
	}
	if action.Task == collection.TaskLimitation {
		return fmt.Sprintf("%s/%d/%d", action.Task, action.Day, l.state.Limitation.Reckonings)
	}
	return fmt.Sprintf("%s/%s/%d/%s/%d", action.Task, action.Step.Key, action.Try, action.Mediation, action.Day)
}

func (l *life) notify(action collection.Action) {
	key := casefile.MessageKey{Creditor: acme, Invoice: l.number, Step: action.Step.Key, Channel: action.Channel, Try: action.Try}
	ctx, at := l.t.Context(), l.now.Add(time.Second)
	l.twice(func() {
		_, gate, err := l.store.ReserveMessage(ctx, casefile.Reservation{MessageKey: key, At: l.now, Deadline: action.Deadline}, compose)
		require.NoError(l, err)
		require.True(l, gate.Passes, gate.Reason)
	})
	sending, err := l.store.BeginSending(ctx, key.ID(), l.now)
	require.NoError(l, err)
	require.True(l, sending.MayCall, sending.Gate.Reason)
	var message casefile.Message
	hear := func(kind messaging.DeliveryKind) {
		delivery, err := l.store.RecordDeliveryEvent(ctx, news(key.ID(), key.ID()+string(kind), kind))
		require.NoError(l, err)
		message = delivery.Message
	}
	accept := func() {
		message, err = l.store.MarkAccepted(ctx, key.ID(), "sendgrid", "sg", at)
		require.NoError(l, err)
	}
	switch rapid.SampledFrom([]string{"accepted", "rejected", "bounced", "bounced-early", "not-sent", "proved"}).Draw(l.T, "sending ends") {
	case "accepted":
		l.twice(accept)
	case "rejected":
		l.twice(func() { message, err = l.store.MarkRejected(ctx, key.ID(), "550", "", at); require.NoError(l, err) })
	case "bounced":
		accept()
		l.tell(message.Report(message.Notices[0]))
		l.twice(func() { hear(messaging.DeliveryBounced) })
	case "bounced-early":
		hear(messaging.DeliveryBounced)
		accept()
	case "proved":
		hear(messaging.DeliveryDelivered)
	case "not-sent":
		l.twice(func() { _, err := l.store.MarkNotSent(ctx, key.ID(), "away", at); require.NoError(l, err) })
		return
	}
	l.tell(message.Report(message.Notices[0]))
	l.now = at
}

func TestTheStoredCaseIsTheCaseOfItsWorkflow(t *testing.T) {
	t.Parallel()
	store := casefiletest.OpenWithLaw(t)
	var cases atomic.Int32
	rapid.Check(t, func(r *rapid.T) {
		number := fmt.Sprintf("F-%d", cases.Add(1))
		opened, _, err := store.OpenCase(t.Context(), casefiletest.Opening(number))
		require.NoError(r, err)
		require.True(r, opened.Limitation.IsKnown())
		l := &life{T: r, t: t, store: store, number: number, state: opened, now: casefiletest.Opened}
		for range rapid.IntRange(1, 25).Draw(r, "length") {
			move := rapid.SampledFrom([]string{"act", "act", "act", "act", "payment", "credit", "reversal", "command", "event", "sleep"}).Draw(r, "move")
			map[string]func(){
				"act": l.act, "payment": l.payment, "credit": l.creditNote, "reversal": l.reversal, "command": l.command,
				"event": l.event, "sleep": l.sleep,
			}[move]()
			loaded, err := store.LoadCase(t.Context(), acme, number)
			require.NoError(r, err)
			requireSameCase(r, l.state, loaded)
		}
		projection, err := store.Project(t.Context(), acme, number, l.now)
		require.NoError(r, err)
		next := collection.Next(l.state, l.now)
		require.Equal(r, l.state.Stage(l.now), projection.Stage)
		require.True(r, next.At.Equal(projection.NextAt))
		require.Equal(r, next.Because.String(), projection.Why)
		verification, err := l.store.VerifyCase(t.Context(), acme, l.number)
		require.NoError(r, err)
		require.True(r, verification.Holds(), "%+v", verification)
		require.Empty(r, verification.Unexplained)
	})
}

package workflows_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/converter"

	"relance/activities"
	"relance/calendar"
	"relance/collection"
	"relance/deadlines"
	"relance/handoff"
	"relance/workflows"
)

// deed is something that a case really did.
type deed struct {
	at      time.Time
	kind    string
	step    string
	channel collection.Channel
	task    collection.TaskKind
}

// question is what the status of a case said at a moment.
type question struct {
	at     time.Time
	status workflows.Status
}

// randomLife is a case to which anything happens at any time, with what it said it
// would do and what it did.
type randomLife struct {
	*bench
	random    *rand.Rand
	acts      []deed
	questions []question
	told      []time.Time
	closed    time.Time
	ids       int
}

const (
	livesDays = 260
	lives     = 240
)

func newRandomLife(t *testing.T, seed uint64) *randomLife {
	t.Helper()
	l := &randomLife{bench: setup(t), random: rand.New(rand.NewPCG(seed, 1))}
	l.OnSignalExternalWorkflow(mock.Anything, mock.Anything, mock.Anything, mock.Anything, mock.Anything).Return(nil).Maybe()
	if l.chance(2) {
		l.claiming(deadlines.BetweenProfessionals)
	}
	strategy := &l.start.Case.Strategy
	if l.chance(2) {
		strategy.Steps[3].Approval, strategy.Steps[3].CoolingOffDays = true, 3
		strategy.ApprovalTerms = collection.ApprovalTerms{DeputyAfter: 2, ExpiresAfter: 5}
	}
	if l.chance(2) {
		strategy.BrokenPromise.GoOnAt = "formal"
	}
	if l.chance(2) {
		l.inviting()
	}
	l.desk.deliver = func(order activities.NoticeOrder) (activities.Delivery, error) {
		outcome := activities.DeliveryAccepted
		if l.chance(6) {
			outcome = activities.DeliveryFailed
		}
		return activities.Delivery{Outcome: outcome, At: order.At, Deadline: order.Deadline, Reason: "bounced"}, nil
	}
	l.SetOnActivityStartedListener(func(info *activity.Info, _ context.Context, args converter.EncodedValues) {
		var order json.RawMessage
		_ = args.Get(&order)
		l.watch(info.ActivityType.Name, order)
	})
	l.SetOnLocalActivityStartedListener(func(info *activity.Info, _ context.Context, args []any) {
		order, err := json.Marshal(args[0])
		require.NoError(t, err)
		l.watch(info.ActivityType.Name, order)
	})
	return l
}

func (l *randomLife) chance(in int) bool { return l.random.IntN(in) == 0 }

// watch notes what of the activities is an act of the case itself.
func (l *randomLife) watch(name string, asked json.RawMessage) {
	done := deed{at: l.Now(), kind: name}
	switch name {
	case activities.NameDeliverNotice:
		var order activities.NoticeOrder
		_ = json.Unmarshal(asked, &order)
		done.step, done.channel = order.Step, order.Channel
	case activities.NameOpenTask:
		var order activities.TaskOrder
		_ = json.Unmarshal(asked, &order)
		done.step, done.task = order.Step, order.Task
	case activities.NameRecordDecision:
		var order activities.DecisionOrder
		_ = json.Unmarshal(asked, &order)
		if !strings.HasPrefix(order.Key, "promise-concluded/") {
			return
		}
	case activities.NameHandOver, activities.NameRecallHandoff:
	default:
		return
	}
	l.acts = append(l.acts, done)
}

func (l *randomLife) today() calendar.Date { return l.start.Case.Window.DateOf(l.Now()) }

func (l *randomLife) id(kind string) string {
	l.ids++
	return fmt.Sprintf("%s%d", kind, l.ids)
}

func (l *randomLife) tell(name string, payload any) {
	l.told = append(l.told, l.Now())
	l.SignalWorkflow(name, payload)
}

// happen gives the case one command, sensible or not.
func (l *randomLife) happen() {
	today, status := l.today(), l.status()
	in := func(days int) calendar.Date { return today.AddDays(l.random.IntN(days)) }
	switch l.random.IntN(22) {
	case 0:
		l.tell(workflows.CommandPaymentReceived, workflows.PaymentReceived{ID: l.id("Z"), Amount: "150.00", Currency: "EUR"})
	case 1:
		l.tell(workflows.CommandPaymentReversed, workflows.PaymentReversed{ID: l.id("R"), PaymentID: fmt.Sprintf("Z%d", l.random.IntN(9))})
	case 2:
		l.tell(workflows.CommandCreditNoteIssued, workflows.CreditNoteIssued{Number: l.id("A"), Amount: "100.00", Currency: "EUR"})
	case 3:
		l.tell(workflows.CommandHold, workflows.HoldOrder{ID: l.id("H"), Reason: "holidays", Until: in(25), MovesDeadline: l.chance(2)})
	case 4:
		l.tell(workflows.CommandResume, workflows.ResumeOrder{})
	case 5, 6:
		l.tell(workflows.CommandPromise, workflows.PromiseOrder{ID: l.id("P"), Date: in(20)})
	case 7:
		if status.Promise != nil {
			l.tell(workflows.CommandWithdrawPromise, workflows.PromiseWithdrawal{ID: status.Promise.ID, Reason: "by mistake"})
		}
	case 8:
		l.tell(workflows.CommandDispute, workflows.DisputeOrder{ID: l.id("D"), Reason: collection.DisputePrice, Amount: map[bool]workflows.Decimal{true: "90.00"}[l.chance(2)], Currency: "EUR"})
	case 9, 10:
		for _, dispute := range status.Disputes {
			l.tell(workflows.CommandResolveDispute, workflows.DisputeAnswer{ID: dispute.ID, Outcome: collection.DisputeWithdrawn})
		}
	case 11:
		order := workflows.StopOrder{ID: "S1", Kind: collection.StopKillSwitch, Scope: collection.ScopeCreditor, Reason: "a fair", At: l.Now(), Until: in(12)}
		l.tell(workflows.CommandStop, order)
	case 12:
		l.tell(workflows.CommandPlanAttached, workflows.PlanAttached{Plan: "PL", Revision: l.ids + 1, From: today, Accepted: true, NextOn: in(20), NextAmount: euros(250_00)})
	case 13:
		l.tell(workflows.CommandPlanEnded, workflows.PlanEnded{Plan: "PL", Revision: l.ids + 1, On: today, As: "defaulted"})
	case 14:
		l.tell(workflows.CommandProposeMediation, workflows.MediationProposal{ID: l.id("M"), Kind: collection.MediationConciliator, AskedBy: collection.PartyDebtor})
	case 15:
		l.tell(workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: status.Mediation.ID, Answer: map[bool]string{true: "accepted", false: "declined"}[l.chance(2)], EndBy: in(30)})
	case 16:
		end := workflows.MediationEnd{ID: status.Mediation.ID, Outcome: collection.OutcomeWithdrawn}
		if l.chance(2) {
			end.Outcome, end.Agreement, end.Amount, end.Currency, end.Until = collection.OutcomeAgreement, collection.AgreementSettlement, "150.00", "EUR", in(20)
		}
		l.tell(workflows.CommandMediationEnded, end)
	case 17:
		l.tell(workflows.CommandProposeHandoff, workflows.HandoffProposal{ID: l.id("T"), Partner: "etude-nord", Route: handoff.PaymentOrder})
	case 18:
		if status.Handoff != nil {
			l.tell(workflows.CommandApproveHandoff, workflows.HandoffApproval{ID: status.Handoff.ID, Amount: workflows.Decimal(status.Open.Decimal()), Currency: "EUR"})
		}
	case 19:
		if status.Handoff != nil {
			reported := []handoff.Status{handoff.OrderObtained, handoff.Returned, handoff.Served}[l.random.IntN(3)]
			l.tell(workflows.CommandPartnerStatus, workflows.PartnerStatus{Handoff: status.Handoff.ID, Status: reported})
		}
	case 20:
		l.tell(workflows.CommandApproveStep, workflows.StepOrder{Step: status.LastStep, By: "anne"})
	default:
		l.proceedings(today)
	}
}

// proceedings are opened now and then, and lifted.
func (l *randomLife) proceedings(today calendar.Date) {
	l.desk.mu.Lock()
	known := &l.desk.standing.Insolvency
	if known.Proceeding == "" && l.chance(2) {
		*known = collection.Insolvency{
			Proceeding: "RJ-1", Kind: collection.Receivership, Judgment: today, From: today, DeclareBy: today.AddDays(60), LastDay: today.AddDays(62), Relief: today.AddDays(180),
		}
	} else if known.Proceeding != "" {
		known.End, known.EndedOn = collection.InsolvencyLifted, today
	}
	l.desk.mu.Unlock()
	l.tell(workflows.CommandDebtorStanding, workflows.DebtorStanding{})
}

// live has everything happen at random times, and asks the case every day and a half
// what comes next.
func (l *randomLife) live() {
	for range 4 + l.random.IntN(14) {
		l.RegisterDelayedCallback(l.happen, time.Duration(l.random.IntN(livesDays*24*60))*time.Minute)
	}
	for after := 17*time.Minute + 31*time.Second; after < livesDays*24*time.Hour; after += 31 * time.Hour {
		l.RegisterDelayedCallback(func() {
			l.questions = append(l.questions, question{at: l.Now(), status: l.status()})
		}, after)
	}
	l.RegisterDelayedCallback(func() {
		l.tell(workflows.CommandCloseCase, workflows.CloseOrder{Outcome: collection.StageWrittenOff, Reason: "the end of the test"})
	}, livesDays*24*time.Hour)
	l.run()
	require.NoError(l.t, l.GetWorkflowError())
	l.closed = l.Now()
}

// firstAfter is the first of some moments after another, and the end when there is none.
func firstAfter[T any](all []T, at func(T) time.Time, moment, end time.Time) (found T, when time.Time) {
	when = end
	for _, one := range all {
		if at(one).After(moment) && at(one).Before(when) {
			found, when = one, at(one)
		}
	}
	return found, when
}

// check holds every answer to what the case did next, unless something came in between.
func (l *randomLife) check(t *testing.T) (held int) {
	t.Helper()
	end := l.closed.Add(time.Hour)
	for _, asked := range l.questions {
		_, told := firstAfter(l.told, func(at time.Time) time.Time { return at }, asked.at, end)
		done, when := firstAfter(l.acts, func(d deed) time.Time { return d.at }, asked.at, end)
		said := asked.status
		words := fmt.Sprintf("asked on %s, it said %s %s%s on %s: %s", asked.at, said.NextStep, said.NextTask, said.NextChannel, said.NextAt, said.Why)
		require.NotEmpty(t, said.Why)
		require.NotEqual(t, said.Why, said.WhyFR)
		if said.NextAt.IsZero() || !said.NextAt.Before(told) {
			require.False(t, when.Before(told), "%s, and it did %+v", words, done)
			continue
		}
		require.True(t, said.NextAt.After(asked.at), words)
		require.WithinDuration(t, said.NextAt, when, time.Minute, "%s, and it did %+v", words, done)
		require.Equal(t, said.NextStep, done.step, words)
		require.Equal(t, said.NextTask, done.task, words)
		require.Equal(t, said.NextChannel, done.channel, words)
		held++
	}
	return held
}

// Whatever is asked of a case: what its status says it will do next is what it does.
func TestWhatTheStatusSaysIsWhatTheWorkflowThenDoes(t *testing.T) {
	t.Parallel()
	held := 0
	for seed := range uint64(lives) {
		t.Run(fmt.Sprint("life ", seed), func(t *testing.T) {
			l := newRandomLife(t, seed)
			l.live()
			held += l.check(t)
		})
	}
	require.Greater(t, held, 10*lives, "most answers are about something that then happens")
}

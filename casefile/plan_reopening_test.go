package casefile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/casefile/casefiletest"
	"relance/collection"
	"relance/ledger"
)

// eightWeeksLater is when a debtor may still have a direct debit repaid.
var eightWeeksLater = calendar.NewDate(2026, time.August, 26)

// keptAt is a plan over F-1 and F-2, of 120.00 EUR each, that was kept: F-1 was paid by
// ON-F-1 and F-2 by ON-F-2, the last of them on 6 July 2026.
type keptAt struct {
	*settling
	dsn string
}

func openKept(t *testing.T) *keptAt {
	t.Helper()
	dsn := casefiletest.Database(t)
	k := &keptAt{settling: &settling{t: t, store: casefiletest.OpenAt(t, dsn)}, dsn: dsn}
	openCase(t, k.store, "F-1")
	openCase(t, k.store, "F-2")
	k.plan = acceptPlan(t, planOver(t, "P-1", "F-1", "F-2"))
	k.write(nil, may(1))
	require.NoError(t, k.store.MarkPlanStarted(t.Context(), acme, "P-1"))
	last := calendar.NewDate(2026, time.July, 6)
	k.settle("F-1", "ON-F-1", 12000, may(4))
	k.settle("F-2", "ON-F-2", 12000, last)
	k.write(arrangements.TakeMoney{Received: euros(24000), Open: euros(0), On: last, Today: last}, last)
	require.Equal(t, arrangements.StateCompleted, k.plan.State)
	require.True(t, k.isPaid("F-1"))
	return k
}

func (s *settling) settle(invoice, id string, minor int64, on calendar.Date) {
	s.t.Helper()
	require.NoError(s.t, s.post(invoice, on, ledger.Entry{Kind: ledger.EntryPayment, ID: id, Amount: euros(minor), ValueDate: on}))
}

func (s *settling) takesBack(invoice, payment string, on calendar.Date) casefile.Posted {
	s.t.Helper()
	p := posting(invoice, ledger.Entry{Kind: ledger.EntryReversal, ID: "BACK-" + payment, Reverses: payment, ValueDate: on})
	p.At = noonOf(on)
	posted, err := s.store.PostEntry(s.t.Context(), p)
	require.NoError(s.t, err)
	return posted
}

func (s *settling) stored() casefile.StoredPlan {
	s.t.Helper()
	stored, err := s.store.Plan(s.t.Context(), acme, "P-1")
	require.NoError(s.t, err)
	return stored
}

func TestMoneyThatIsTakenBackHasAKeptPlanGoOnAgainWithItsCases(t *testing.T) {
	t.Parallel()
	k := openKept(t)
	posted := k.takesBack("F-2", "ON-F-2", eightWeeksLater)
	require.Equal(t, "P-1", posted.ReopenedPlan)
	require.Equal(t, "P-1", posted.Plan.ID)
	stored := k.stored()
	require.Equal(t, arrangements.StateRunning, stored.Plan.State)
	require.Equal(t, 3, stored.Revision)
	require.Equal(t, []calendar.Date{eightWeeksLater}, stored.Plan.Reopened)
	require.Equal(t, "40.00 EUR", stored.Plan.StillDueOf(2).String(), "of 240.00 in three instalments 120.00 are there")
	names, err := k.store.PlansToStart(t.Context(), 10)
	require.NoError(t, err)
	require.Equal(t, []casefile.PlanName{{Creditor: acme, ID: "P-1"}}, names, "its workflow is to come to life again")

	file := readFile(t, k.store, "F-2")
	require.Equal(t, collection.StagePlan, file.Row.Stage, "it rests on the plan and does not go on by itself")
	require.Contains(t, file.Row.Why, "the case follows the plan P-1")
	require.Len(t, file.Case.Plans, 1)
	var said []string
	for _, line := range file.History {
		said = append(said, line.Summary)
	}
	require.Contains(t, said, "money was taken back: the plan P-1 goes on again, and 120.00 EUR of it is open")
	require.Len(t, file.Tasks, 1)
	require.Equal(t, casefile.TaskOpen, file.Tasks[0].State)
	require.Contains(t, file.Tasks[0].Detail, "It was kept on 2026-07-06. 120.00 EUR of it is open again, and its invoices rest on it. If instalment 2 is not paid by 2026-08-31")
	require.True(t, k.isPaid("F-1"), "the other invoice is paid, and follows the plan too")
	_, follows := readFile(t, k.store, "F-1").Case.ActivePlan()
	require.True(t, follows)
	_, gate, err := k.store.ReserveMessage(t.Context(), casefile.Reservation{
		MessageKey: casefile.MessageKey{Creditor: acme, Invoice: "F-2", Round: file.Case.Round, Step: "reminder", Channel: collection.ChannelEmail},
		At:         noonOf(eightWeeksLater), Step: file.Case.Strategy.Steps[1],
	}, func(casefile.MessageContext) (casefile.Draft, error) { return casefile.Draft{}, nil })
	require.NoError(t, err)
	require.Equal(t, casefile.GateHeld, gate.Code)

	before := dump(t, k.dsn)
	again := k.takesBack("F-2", "ON-F-2", eightWeeksLater)
	require.Equal(t, ledger.EntryDuplicate, again.Outcome)
	require.Equal(t, "P-1", again.Plan.ID)
	require.Empty(t, again.ReopenedPlan)
	require.Equal(t, before, dump(t, k.dsn), "told again it changes nothing")

	k.plan, k.revision = stored.Plan, stored.Revision
	require.Equal(t, "P-1", k.takesBack("F-1", "ON-F-1", eightWeeksLater.AddDays(1)).Plan.ID)
	require.Equal(t, collection.StagePlan, readFile(t, k.store, "F-1").Row.Stage)
	require.Equal(t, stored, k.stored(), "what is taken back of a plan that runs is for its workflow to count")
	k.write(arrangements.TakeMoney{Received: euros(0), Open: euros(24000), On: eightWeeksLater, Today: eightWeeksLater.AddDays(1)}, eightWeeksLater.AddDays(1))
	k.write(arrangements.DeclareDefault{On: eightWeeksLater.AddDays(6)}, eightWeeksLater.AddDays(6))
	require.Equal(t, collection.StageOpen, readFile(t, k.store, "F-2").Row.Stage, "and in default each case goes on where it stood")
	for _, invoice := range []string{"F-1", "F-2"} {
		verified, err := k.store.VerifyCase(t.Context(), acme, invoice)
		require.NoError(t, err)
		require.True(t, verified.Holds(), "%+v", verified)
	}
}

func TestAPlanThatGoesOnAgainIsKeptAgain(t *testing.T) {
	t.Parallel()
	k := openKept(t)
	k.takesBack("F-2", "ON-F-2", eightWeeksLater)
	stored := k.stored()
	k.plan, k.revision = stored.Plan, stored.Revision
	k.settle("F-2", "AGAIN", 12000, eightWeeksLater.AddDays(2))
	sum, err := k.store.PlanMoney(t.Context(), acme, "P-1", eightWeeksLater.AddDays(2))
	require.NoError(t, err)
	require.Equal(t, euros(24000), sum.Received)
	k.write(arrangements.TakeMoney{Received: sum.Received, Open: sum.Open, On: sum.PaidOn, Today: eightWeeksLater.AddDays(2)}, eightWeeksLater.AddDays(2))
	require.Equal(t, arrangements.StateCompleted, k.plan.State)
	require.True(t, k.isPaid("F-2"))
	require.Equal(t, casefile.TaskCancelled, readFile(t, k.store, "F-2").Tasks[0].State)
	require.Equal(t, "P-1", k.takesBack("F-2", "AGAIN", eightWeeksLater.AddDays(9)).ReopenedPlan, "as often as money is taken back")
}

func TestWhatAKeptPlanGaveUpIsNoMoneyOfIt(t *testing.T) {
	t.Parallel()
	k := openKept(t)
	require.NoError(t, k.post("F-2", calendar.NewDate(2026, time.July, 7), ledger.Entry{
		Kind: ledger.EntryCreditNote, ID: k.plan.GivenUpID("F-2"), Amount: euros(300), ValueDate: calendar.NewDate(2026, time.July, 6),
	}))
	sum, err := k.store.PlanMoney(t.Context(), acme, "P-1", eightWeeksLater)
	require.NoError(t, err)
	require.Equal(t, euros(24000), sum.Received)
	k.takesBack("F-2", "ON-F-2", eightWeeksLater)
	require.Equal(t, euros(12000), k.stored().Plan.Outstanding())
	require.NotEqual(t, k.plan.GivenUpID("F-2"), k.stored().Plan.GivenUpID("F-2"), "what is given up the next time is another credit note")
}

func TestMoneyThatWasNotOwedLeavesAKeptPlanKept(t *testing.T) {
	t.Parallel()
	k := openKept(t)
	k.settle("F-2", "TWICE", 12000, calendar.NewDate(2026, time.July, 8))
	require.Empty(t, k.takesBack("F-2", "TWICE", eightWeeksLater).ReopenedPlan)
	require.Equal(t, arrangements.StateCompleted, k.stored().Plan.State)
	require.True(t, k.isPaid("F-2"))
}

func TestAPlanThatWasBrokenDoesNotGoOnAgain(t *testing.T) {
	t.Parallel()
	s := openSettling(t)
	s.pay("F-1", "SETTLED", may(8), may(8))
	s.settle("F-2", "PART", 3000, may(8))
	s.write(arrangements.TakeMoney{Received: euros(14000), Open: euros(9000), On: may(8), Today: may(8)}, may(8))
	second := calendar.NewDate(2026, time.July, 10)
	s.write(arrangements.DeclareDefault{On: second}, second)
	require.True(t, s.isPaid("F-1"))
	posted := s.takesBack("F-1", "SETTLED", eightWeeksLater)
	require.Empty(t, posted.ReopenedPlan)
	require.Empty(t, posted.Plan.ID)
	require.Equal(t, arrangements.StateDefaulted, s.stored().Plan.State)
	require.Equal(t, collection.StageOpen, readFile(t, s.store, "F-1").Row.Stage, "the whole balance is due, and each case is collected by itself")
}

func TestAKeptPlanOfADebtorInInsolvencyDoesNotGoOnAgain(t *testing.T) {
	t.Parallel()
	k := openKept(t)
	_, err := k.store.RecordInsolvency(t.Context(), judgment(t, noonOf(eightWeeksLater)))
	require.NoError(t, err)
	require.Empty(t, k.takesBack("F-2", "ON-F-2", eightWeeksLater).ReopenedPlan)
	require.Equal(t, arrangements.StateCompleted, k.stored().Plan.State)
	require.Equal(t, collection.StageInsolvency, readFile(t, k.store, "F-2").Row.Stage)
}

func TestAKeptPlanWhoseInvoiceFollowsAnotherDoesNotGoOnAgain(t *testing.T) {
	t.Parallel()
	k := openKept(t)
	second := planOver(t, "P-2", "F-3")
	openCase(t, k.store, "F-3")
	require.NoError(t, k.store.RecordPlan(t.Context(), writing(second, 1, "proposed")))
	require.NoError(t, execute(t, k.dsn, "insert into case_plan (creditor, invoice, id, ordinal, revision, from_date, accepted, ended_as) values ('acme', 'F-1', 'P-2', 1, 1, '2026-08-01', false, '')"))
	require.Empty(t, k.takesBack("F-2", "ON-F-2", eightWeeksLater).ReopenedPlan)
	require.Equal(t, arrangements.StateCompleted, k.stored().Plan.State)
}

package collection_test

import (
	"fmt"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/collection"
)

// noteRests keeps the days of promises and of disputes of all as pauses of the
// books, and checks that a promise ends once.
func (l *life) noteRests(t tester, before []collection.Promise) {
	t.Helper()
	if l.holds == nil {
		l.holds = map[string]*pause{}
	}
	for i, promise := range l.Promises {
		if i < len(before) && !before[i].IsRunning() {
			require.Equal(t, before[i].Outcome, promise.Outcome, "the promise %s ends twice", promise.ID)
			require.Equal(t, before[i].EndedOn, promise.EndedOn)
		}
		l.holds["promise "+promise.ID] = &pause{from: promise.MadeOn, released: promise.EndedOn}
	}
	for _, dispute := range l.Disputes {
		delete(l.holds, "dispute "+dispute.ID)
		if !dispute.RestFrom.IsZero() {
			l.holds["dispute "+dispute.ID] = &pause{from: dispute.RestFrom, released: dispute.EndedOn}
		}
	}
}

func (l *life) conclude(t tester, action collection.Action) {
	t.Helper()
	promise, known := l.Promise(action.Promise)
	require.True(t, known)
	require.Greater(t, l.today(), promise.Until, "the promise %s is judged before its grace is over", promise.ID)
	require.False(t, l.judged[promise.ID], "the promise %s is judged twice", promise.ID)
	if l.judged == nil {
		l.judged = map[string]bool{}
	}
	l.judged[promise.ID] = true
	l.command(t, collection.ConcludePromise{ID: promise.ID, At: l.now})
	promise, _ = l.Promise(action.Promise)
	require.False(t, promise.IsRunning())
	require.Equal(t, promise.Outcome == collection.PromiseBroken, promise.Came.IsZero())
}

func (l *life) checkOverdue(t tester, action collection.Action) {
	t.Helper()
	dispute, known := l.Case.Dispute(action.Dispute)
	require.True(t, known)
	require.True(t, dispute.IsOpen(), "nobody need answer the dispute %s any more", dispute.ID)
	require.Greater(t, l.today(), dispute.RespondBy)
	require.False(t, l.overdue[dispute.ID], "a supervisor is asked twice about %s", dispute.ID)
	if l.overdue == nil {
		l.overdue = map[string]bool{}
	}
	l.overdue[dispute.ID] = true
}

// isBroughtForward reports whether a broken promise led to a step before its days:
// then one day lies between it and the last contact, and its deadline has passed.
func (l *life) isBroughtForward(t tester, step string) bool {
	t.Helper()
	for _, promise := range l.Promises {
		if promise.GoOnAt != step {
			continue
		}
		require.Equal(t, collection.PromiseBroken, promise.Outcome)
		require.GreaterOrEqual(t, l.today(), promise.EndedOn)
		if last, found := l.lastReached(); found {
			require.Greater(t, l.today(), l.Window.DateOf(last.at))
			require.Greater(t, l.today(), last.deadline)
		}
		return true
	}
	return false
}

// isPassedOver reports whether a broken promise led past a step.
func (l *life) isPassedOver(t tester, place int) bool {
	t.Helper()
	for _, promise := range l.Promises {
		for i, step := range l.Strategy.Steps {
			if i > place && promise.GoOnAt == step.Key {
				return true
			}
		}
	}
	return false
}

// goOn gives the case commands, works on time between two moments, and tells what
// was done meanwhile.
func (l *life) goOn(t tester, from, until string, commands ...collection.Command) []string {
	t.Helper()
	l.now = at(l.Case, from)
	for _, command := range commands {
		l.command(t, command)
	}
	before := len(l.diary())
	l.work(t, from, until)
	return l.diary()[before:]
}

// checkNotPromisedNorDisputed: nothing happens while a promise runs or all that is
// open is disputed, and what is asked for is what is left.
func (l *life) checkNotPromisedNorDisputed(t tester) {
	t.Helper()
	_, promised := l.RunningPromise()
	require.False(t, promised, "nothing happens while a promise runs")
	disputed := l.disputedByTheBooks()
	require.Less(t, disputed, l.Open.Minor(), "nothing happens while all is disputed")
	require.Equal(t, l.Open.Minor()-disputed, l.Claimable().Minor(), "what is asked for is what is open and not disputed")
}

func (l *life) disputedByTheBooks() int64 {
	var disputed int64
	for _, dispute := range l.Disputes {
		switch {
		case dispute.Outcome == "" && dispute.WholeClaim:
			return l.Open.Minor()
		case dispute.Outcome == "":
			disputed += dispute.Amount.Minor()
		default:
			disputed += dispute.Accepted.Minor() - dispute.Credited.Minor()
		}
	}
	return min(disputed, max(0, l.Open.Minor()))
}

// attempted gives the case a command that it may refuse.
func (l *life) attempted(t tester, command collection.Command) bool {
	t.Helper()
	if _, err := collection.Decide(l.Case, command); err != nil {
		return false
	}
	l.command(t, command)
	return true
}

func (l *life) promise(t *rapid.T) {
	command := collection.MakePromise{
		ID: fmt.Sprintf("p%d", len(l.Promises)), On: l.today(), Date: l.today().AddDays(rapid.IntRange(0, 30).Draw(t, "days ahead")),
		Source: collection.PromiseByReply, Amount: euros(rapid.SampledFrom([]int64{0, 1, 40_000, 100_000}).Draw(t, "promised")),
	}
	if running, isRunning := l.RunningPromise(); isRunning && rapid.Bool().Draw(t, "replaces") {
		command.Replaces = running.ID
	}
	l.attempted(t, command)
}

func (l *life) withdraw(t *rapid.T) {
	if running, isRunning := l.RunningPromise(); isRunning {
		l.command(t, collection.WithdrawPromise{ID: running.ID, On: l.today(), Reason: "by mistake"})
	}
}

func (l *life) dispute(t *rapid.T) {
	l.attempted(t, collection.RaiseDispute{
		ID: fmt.Sprintf("d%d", len(l.Disputes)), Reason: collection.DisputePrice, RaisedBy: collection.DisputeByDebtor,
		Amount: euros(rapid.SampledFrom([]int64{0, 1, 30_000, 60_000}).Draw(t, "disputed")), On: l.today(), Today: l.today(),
	})
}

func (l *life) answer(t *rapid.T) {
	for _, dispute := range l.Disputes {
		if dispute.IsOpen() {
			outcome := rapid.SampledFrom(collection.DisputeOutcomes()).Draw(t, "outcome")
			command := collection.ResolveDispute{ID: dispute.ID, Outcome: outcome, Reason: "the delivery note is signed", Today: l.today()}
			if outcome == collection.DisputeSplit {
				command.Amount = euros(rapid.SampledFrom([]int64{1, 20_000}).Draw(t, "given up"))
			}
			l.attempted(t, command)
			return
		}
	}
}

// credit issues a credit note, which the account tells as it does payments.
func (l *life) credit(t *rapid.T) {
	if l.IsClosed() {
		return
	}
	credit := min(l.Open.Minor(), rapid.SampledFrom([]int64{1, 20_000, 30_000, 100_000}).Draw(t, "credit"))
	settled := collection.NewSettled(l.Settled.Paid, euros(l.Settled.Credited.Minor()+credit))
	l.command(t, collection.TakePosition{Open: euros(l.Open.Minor() - credit), Settled: settled, On: l.today()})
}

package collection_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/calendar"
	"relance/collection"
)

// approved is a case whose first reminder needs an approval, on the terms given.
func approved(terms collection.ApprovalTerms) collection.Case {
	return newCase(withStep("courteous", func(s *collection.Step) { s.Approval, s.ApprovalTerms = true, terms }))
}

var inFiveDays = collection.ApprovalTerms{ExpiresAfter: 5, DeputyAfter: 2}

// asked is such a case once the approval is asked for, on Thursday 10 September.
func asked(t tester, terms collection.ApprovalTerms) *life {
	t.Helper()
	l := working(t, approved(terms), "2026-09-07 08:00", "2026-09-10 20:00")
	require.Equal(t, collection.ApprovalRequested, l.Steps[0].Approval)
	return l
}

func (l *life) taskOf(t tester, moment string) collection.Action {
	t.Helper()
	return collection.Next(l.Case, at(l.Case, moment))
}

func TestAnApprovalEscalatesToADeputyExpiresAndIsAskedAnew(t *testing.T) {
	t.Parallel()
	l := asked(t, inFiveDays)
	waiting := l.taskOf(t, "2026-09-11 08:00")
	require.Equal(t, collection.ActionWait, waiting.Kind)
	require.Equal(t, day("2026-09-14"), l.Window.DateOf(waiting.At), "two working days after Thursday")
	require.Equal(t, "step courteous waits for a person's approval, which is asked for anew on 2026-09-17", waiting.Because.String())
	require.Equal(t, "l’étape courteous attend l’accord d’une personne, redemandé le 17/09/2026", waiting.Because.French())

	deputy := l.taskOf(t, "2026-09-14 20:00")
	require.Equal(t, collection.TaskDeputy, deputy.Task)
	l.command(t, collection.ReportTask{Step: "courteous", Task: collection.TaskDeputy, At: deputy.At})
	requireNothingNew(t, l.Case, collection.ReportTask{Step: "courteous", Task: collection.TaskDeputy, At: deputy.At})
	require.Equal(t, day("2026-09-17"), l.Window.DateOf(l.taskOf(t, "2026-09-14 20:00").At))
	require.Equal(t, day("2026-09-17"), l.Window.DateOf(l.ApprovalExpires("courteous")))

	anew := l.taskOf(t, "2026-09-17 20:00")
	require.Equal(t, collection.TaskApproval, anew.Task)
	require.Equal(t, 1, anew.Try, "it is a task of its own")
	require.Equal(t, "nobody approved step courteous in time: it is asked for anew", anew.Because.String())
	l.command(t, collection.ReportTask{Step: "courteous", Task: collection.TaskApproval, At: anew.At})
	requireNothingNew(t, l.Case, collection.ReportTask{Step: "courteous", Task: collection.TaskApproval, At: anew.At})
	require.Equal(t, day("2026-09-21"), l.Window.DateOf(l.taskOf(t, "2026-09-17 21:00").At), "and its deputy too")
}

func TestAnApprovalOfAnEarlierClaimIsRefusedAndTheRequestIsMadeAnew(t *testing.T) {
	t.Parallel()
	l := asked(t, inFiveDays)
	seen := l.ClaimToApprove()
	require.Equal(t, "1000.00 EUR by standard@1", seen)
	l.command(t, collection.TakePosition{Open: euros(60_000)})
	requireRefused(t, l.Case, collection.ApproveStep{Step: "courteous", Author: "anne", For: seen}, collection.RefusedConflict,
		"step courteous was judged for 1000.00 EUR by standard@1, and it is 600.00 EUR by standard@1 now")
	requireRefused(t, l.Case, collection.RefuseApproval{Step: "courteous", Author: "anne", Reason: "no", For: seen, At: l.now}, collection.RefusedConflict, "has changed")
	anew := l.taskOf(t, "2026-09-11 08:00")
	require.Equal(t, collection.TaskApproval, anew.Task)
	require.Equal(t, 1, anew.Try)
	l.command(t, collection.ReportTask{Step: "courteous", Task: collection.TaskApproval, At: anew.At})
	l.command(t, collection.ApproveStep{Step: "courteous", Author: "anne", For: l.ClaimToApprove()})
	require.Equal(t, collection.ActionNotify, l.taskOf(t, "2026-09-11 10:00").Kind)
}

func TestAnApprovalThatWasGivenIsAskedAgainWhenTheClaimChangesBeforeTheNoticeLeaves(t *testing.T) {
	t.Parallel()
	for what, change := range map[string]collection.Command{
		"less is open": collection.TakePosition{Open: euros(99_999)},
		"more is open": collection.TakePosition{Open: euros(100_001)},
		"another text": collection.MigrateStrategy{Strategy: func() collection.Strategy {
			second := approved(collection.ApprovalTerms{}).Strategy
			second.Version = 2
			return second
		}()},
	} {
		l := asked(t, collection.ApprovalTerms{}) // also where a strategy gives no terms
		l.command(t, collection.ApproveStep{Step: "courteous", Author: "anne", For: l.ClaimToApprove()})
		require.False(t, l.AwaitsApproval("courteous", calendar.NewDate(2026, time.September, 11)), what)
		l.command(t, change)
		require.True(t, l.AwaitsApproval("courteous", calendar.NewDate(2026, time.September, 11)), what)
		anew := l.taskOf(t, "2026-09-11 10:00")
		require.Equal(t, collection.TaskApproval, anew.Task, what)
		require.Equal(t, "la créance a changé depuis la demande ou l’accord pour l’étape courteous : il est redemandé", anew.Because.French())
		l.command(t, collection.ReportTask{Step: "courteous", Task: collection.TaskApproval, At: anew.At})
		require.Equal(t, collection.ActionIdle, l.taskOf(t, "2026-09-11 10:00").Kind, what)
	}
}

func TestAnApprovalOfAnEarlierVersionHoldsWhateverBecomesOfTheClaim(t *testing.T) {
	t.Parallel()
	l := asked(t, collection.ApprovalTerms{})
	l.command(t, collection.ApproveStep{Step: "courteous", Author: "anne"})
	l.command(t, collection.TakePosition{Open: euros(60_000)})
	require.Equal(t, collection.ActionNotify, l.taskOf(t, "2026-09-11 10:00").Kind)
}

func TestOfTwoWhoApproveOneWinsAndTheOtherIsToldWhoDid(t *testing.T) {
	t.Parallel()
	l := asked(t, inFiveDays)
	first := collection.ApproveStep{Step: "courteous", Author: "anne", For: l.ClaimToApprove()}
	l.command(t, first)
	requireNothingNew(t, l.Case, first)
	requireRefused(t, l.Case, collection.ApproveStep{Step: "courteous", Author: "bob", For: l.ClaimToApprove()}, collection.RefusedConflict, "was approved already by anne")
	requireRefused(t, l.Case, collection.RefuseApproval{Step: "courteous", Author: "bob", Reason: "no", At: l.now}, collection.RefusedNotNow, "does not wait for an approval")
}

func TestWhoRefusesAnApprovalSkipsTheStepOrPutsTheCaseOnHold(t *testing.T) {
	t.Parallel()
	l := asked(t, inFiveDays)
	refusal := collection.RefuseApproval{Step: "courteous", Author: "anne", Reason: "we talk to them", At: l.now, On: day("2026-09-11")}
	requireRefused(t, l.Case, collection.RefuseApproval{Step: "courteous", Author: "anne", At: l.now}, collection.RefusedInvalid, "needs a reason")
	requireRefused(t, l.Case, collection.RefuseApproval{Step: "firm", Author: "anne", Reason: "no", At: l.now}, collection.RefusedNotNow, "does not wait for an approval")

	requireRefused(t, l.Case, collection.RefuseApproval{Step: "courteous", Author: "anne", Reason: "no", Then: "wait", At: l.now}, collection.RefusedInvalid, "skip or hold")
	skipped := after(t, l.Case, refusal)
	requireNothingNew(t, skipped, refusal)
	require.Equal(t, "firm", collection.Next(skipped, l.now).Step.Key)

	refusal.Then, refusal.Until = collection.RefusalHolds, day("2026-09-20")
	held := after(t, l.Case, refusal)
	requireNothingNew(t, held, refusal)
	require.Equal(t, "the case is on hold until 2026-09-20 (we talk to them)", collection.Next(held, at(held, "2026-09-12 10:00")).Because.String())
	anew := collection.Next(held, at(held, "2026-09-21 12:00"))
	require.Equal(t, collection.TaskApproval, anew.Task, "afterwards it is asked for anew")
	require.Equal(t, 1, anew.Try)
}

func TestMoreThanALimitNeedsAnApproval(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		open  int64
		limit collection.AmountLimit
		needs bool
	}{
		{100_000, nil, false},
		{100_000, collection.AmountLimit{"EUR": "1000.00"}, false},
		{100_001, collection.AmountLimit{"EUR": "1000.00"}, true},
		{100_001, collection.AmountLimit{collection.AnyCurrency: "1000"}, true},
		{100_000, collection.AmountLimit{collection.AnyCurrency: "1000"}, false},
		{100_001, collection.AmountLimit{collection.AnyCurrency: "5", "EUR": "2000.00"}, false},
		{1, collection.AmountLimit{"USD": "5000.00"}, true},
	} {
		onStep := newCase(func(x *collection.Case) { x.Open = euros(c.open) }, withStep("courteous", func(s *collection.Step) { s.ApprovalAbove = c.limit }))
		require.Equal(t, c.needs, onStep.AwaitsApproval("courteous", calendar.NewDate(2026, time.September, 11)), "%v", c)
		require.False(t, onStep.AwaitsApproval("firm", calendar.NewDate(2026, time.September, 11)))
		onAll := newCase(func(x *collection.Case) { x.Open, x.Strategy.ApprovalAbove = euros(c.open), c.limit })
		require.Equal(t, c.needs, onAll.AwaitsApproval("courteous", calendar.NewDate(2026, time.September, 11)), "%v", c)
		require.False(t, onAll.AwaitsApproval("mediation", calendar.NewDate(2026, time.September, 11)), "a task is no notice")
	}
	c := newCase(func(x *collection.Case) { x.Strategy.ApprovalAbove = collection.AmountLimit{"EUR": "600.00"} })
	asks := collection.Next(c, at(c, "2026-09-10 20:00"))
	require.Equal(t, collection.TaskApproval, asks.Task)
	c = after(t, c, collection.ReportTask{Step: "courteous", Task: collection.TaskApproval, At: asks.At}, collection.TakePosition{Open: euros(50_000)})
	require.Equal(t, collection.ActionNotify, collection.Next(c, at(c, "2026-09-11 10:00")).Kind, "a payment took it below the limit")
}

func TestTermsAndLimitsThatMakeNoSenseAreRefused(t *testing.T) {
	t.Parallel()
	for words, change := range map[string]func(*collection.Step){
		"is not an amount":       func(s *collection.Step) { s.ApprovalAbove = collection.AmountLimit{"EUR": "1,5"} },
		"ISO 4217":               func(s *collection.Step) { s.ApprovalAbove = collection.AmountLimit{"EUX": "5"} },
		"has expired after":      func(s *collection.Step) { s.ApprovalTerms = collection.ApprovalTerms{ExpiresAfter: 2, DeputyAfter: 2} },
		"numbers of working day": func(s *collection.Step) { s.ApprovalTerms = collection.ApprovalTerms{ExpiresAfter: -1} },
	} {
		require.ErrorContains(t, newCase(withStep("firm", change)).Strategy.Validate(), words)
	}
}

// Money comes and goes, people approve what they saw, soon or late: whatever leaves
// under an approval claims what was approved.
func TestWhatLeavesUnderAnApprovalIsWhatWasApproved(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCase(t)
		c.Strategy.ApprovalAbove = collection.AmountLimit{"EUR": "700.00"}
		if rapid.Bool().Draw(t, "terms") {
			c.Strategy.ApprovalTerms = inFiveDays
		}
		now := anyStart(t, c)
		seen, approvedFor := map[string]string{}, map[string]string{}
		for range rapid.IntRange(5, 60).Draw(t, "turns") {
			switch rapid.IntRange(0, 4).Draw(t, "turn") {
			case 0:
				c = after(t, c, collection.TakePosition{Open: euros(rapid.SampledFrom([]int64{100_000, 80_000, 70_000, 60_000}).Draw(t, "open"))})
			case 1:
				for step, claim := range seen {
					events, err := collection.Decide(c, collection.ApproveStep{Step: step, Author: "anne", For: claim})
					if err == nil && len(events) > 0 {
						require.Equal(t, c.ClaimToApprove(), claim, "what was seen is what is approved")
						c, approvedFor[step] = collection.ApplyAll(c, events), claim
					}
				}
			default:
				action := collection.Next(c, now)
				switch {
				case action.Kind == collection.ActionWait:
					now = action.At
				case action.Task == collection.TaskApproval || action.Task == collection.TaskDeputy:
					seen[action.Step.Key] = c.ClaimToApprove()
					c = after(t, c, collection.ReportTask{Step: action.Step.Key, Task: action.Task, At: now})
				case action.Kind == collection.ActionOpenTask:
					c = after(t, c, collection.ReportTask{Step: action.Step.Key, Task: action.Task, At: now})
				case action.Kind == collection.ActionNotify:
					if over, _ := c.Open.Cmp(euros(70_000)); over > 0 || action.Step.Approval {
						require.Equal(t, c.ClaimToApprove(), approvedFor[action.Step.Key], "step %s leaves for what nobody approved", action.Step.Key)
					}
					c = after(t, c, collection.ReportAttempt{Step: action.Step.Key, Channel: action.Channel, Try: action.Try, At: now, Deadline: action.Deadline})
				}
			}
		}
	})
}

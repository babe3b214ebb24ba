package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"relance/collection"
)

// promised is a promise of all that is open, noted on a day for another.
func promised(id, on, date string, changes ...func(*collection.MakePromise)) collection.MakePromise {
	command := collection.MakePromise{ID: id, On: day(on), Date: day(date), Source: collection.PromiseByStaff}
	for _, change := range changes {
		change(&command)
	}
	return command
}

func ofAmount(minor int64) func(*collection.MakePromise) {
	return func(p *collection.MakePromise) { p.Amount = euros(minor) }
}

// paid reports what is open and what came, as the ledger does.
func paid(open, received int64, on string) collection.TakePosition {
	return collection.TakePosition{Open: euros(open), Settled: collection.NewSettled(euros(received), euros(0)), On: day(on)}
}

func outcome(c collection.Case, id string) collection.PromiseOutcome {
	promise, _ := c.Promise(id)
	return promise.Outcome
}

func TestNothingLeavesUntilThePromiseAndItsGraceAreOver(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-11 08:00") // the courteous reminder left on the 10th
	c := after(t, l.Case, promised("p", "2026-09-11", "2026-09-25"))
	require.Equal(t, collection.StagePromised, c.Stage(at(c, "2026-09-28 23:00")))
	next := collection.Next(c, at(c, "2026-09-12 08:00"))
	require.Equal(t, collection.ActionWait, next.Kind)
	require.Equal(t, day("2026-09-29"), c.Window.DateOf(next.At), "Friday the 25th, three days of grace to Monday, judged on Tuesday")
	require.Equal(t, "the debtor promised 1000.00 EUR for 2026-09-25; the payment is waited for until 2026-09-28", next.Because.String())
	require.Equal(t, "le débiteur a promis 1\u202f000,00\u00a0€ pour le 25/09/2026 ; le paiement est attendu jusqu’au 28/09/2026", next.Because.French())

	require.Equal(t, []string{"2026-10-06 firm: email", "2026-10-06 firm: sms"}, l.goOn(t, "2026-09-12 08:00", "2026-10-09 08:00", promised("p", "2026-09-11", "2026-09-25")),
		"one of the eight days of spacing had passed before the promise; the other seven are counted after it")
	require.Equal(t, collection.PromiseBroken, outcome(l.Case, "p"))
}

func TestAPromiseIsKeptAsSoonAsItsAmountHasCome(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), promised("p", "2026-09-11", "2026-09-25", ofAmount(40_000)))
	c = after(t, c, paid(70_000, 30_000, "2026-09-20"))
	require.Equal(t, collection.PromiseOutcome(""), outcome(c, "p"))
	c = after(t, c, paid(60_000, 40_000, "2026-09-22"))
	require.Equal(t, collection.PromiseKept, outcome(c, "p"))
	promise, _ := c.Promise("p")
	require.Equal(t, "400.00 EUR", promise.Came.String())
	require.Equal(t, day("2026-09-22"), promise.EndedOn)
	require.NotEqual(t, collection.StagePromised, c.Stage(at(c, "2026-09-22 13:00")), "the rest goes on")
	c = after(t, c, paid(100_000, 0, "2026-09-23")) // the payment is taken back
	require.Equal(t, collection.PromiseKept, outcome(c, "p"), "it was concluded once")
}

func TestWhatPaysLateFeesKeepsAPromiseAsWell(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), paid(100_000, 0, "2026-09-10"), promised("p", "2026-09-11", "2026-09-25", ofAmount(40_000)))
	c = after(t, c, paid(61_250, 40_000, "2026-09-22")) // 12.50 of interest was claimed and paid first
	require.Equal(t, collection.PromiseKept, outcome(c, "p"))
}

func TestAPromiseOfAllIsKeptByTheLastPaymentAndTheCaseCloses(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), promised("p", "2026-09-11", "2026-09-25"), paid(0, 100_000, "2026-09-20"))
	require.True(t, c.IsClosed())
	require.Equal(t, collection.PromiseKept, outcome(c, "p"))
}

func TestAPlanThatTheDebtorAcceptedTakesThePlaceOfAPromise(t *testing.T) {
	t.Parallel()
	plan := func(revision int, from string, accepted bool) collection.AttachPlan {
		return collection.AttachPlan{FollowedPlan: collection.FollowedPlan{ID: "P-12", Revision: revision, From: day(from), Accepted: accepted}}
	}
	judged := func(commands ...collection.Command) collection.PromiseOutcome {
		c := after(t, newCase(), commands...)
		return outcome(after(t, c, collection.ConcludePromise{ID: "p", At: at(c, "2026-09-30 12:00")}), "p")
	}
	promise := promised("p", "2026-09-11", "2026-09-25")
	require.Equal(t, collection.PromiseOvertaken, judged(promise, plan(1, "2026-09-14", false), plan(2, "2026-09-14", true)), "the debtor pays as was agreed since")
	require.Equal(t, collection.PromiseOvertaken, judged(promise, plan(1, "2026-09-14", true), paid(75_000, 25_000, "2026-09-20")), "an instalment is not a part of the promise")
	require.Equal(t, collection.PromiseBroken, judged(promise, plan(1, "2026-09-14", false)), "an offer changes nothing")
	require.Equal(t, collection.PromiseBroken, judged(plan(1, "2026-09-10", true), promise), "it was made beside the plan")
}

func TestAPromiseKeptInPartReturnsTheRestToTheSavedStep(t *testing.T) {
	t.Parallel()
	c := newCase(func(c *collection.Case) { c.Strategy.BrokenPromise.GoOnAt = "formal" })
	l := working(t, c, "2026-09-07 08:00", "2026-09-11 08:00")
	require.Equal(t, []string{"2026-10-06 firm: email", "2026-10-06 firm: sms"},
		l.goOn(t, "2026-09-24 14:00", "2026-10-06 23:00", promised("p", "2026-09-11", "2026-09-25"), paid(90_000, 10_000, "2026-09-24")))
	require.Equal(t, collection.PromiseKeptInPart, outcome(l.Case, "p"))
}

func TestABrokenPromiseGoesOnAtTheStepOfTheStrategyAsSoonAsPossible(t *testing.T) {
	t.Parallel()
	escalating := func(c *collection.Case) { c.Strategy.BrokenPromise.GoOnAt = "formal" }
	l := working(t, newCase(escalating), "2026-09-07 08:00", "2026-09-11 08:00")
	c := l.Case
	require.Equal(t, []string{"2026-09-21 formal: email", "2026-09-21 formal: letter"}, l.goOn(t, "2026-09-11 08:00", "2026-09-30 08:00", promised("p", "2026-09-11", "2026-09-15")),
		"the grace ends on Friday the 18th; the firm reminder and the days of the formal notice are passed over")
	promise, _ := l.Promise("p")
	require.Equal(t, "formal", promise.GoOnAt)

	why := collection.Next(collection.ApplyAll(c, []collection.Event{
		collection.PromiseMade{Promise: collection.Promise{ID: "p", MadeOn: day("2026-09-11"), Date: day("2026-09-15"), Until: day("2026-09-18"), Amount: euros(1)}},
		collection.PromiseConcluded{ID: "p", Outcome: collection.PromiseBroken, On: day("2026-09-21"), GoOnAt: "formal"},
	}), at(c, "2026-09-18 20:00")).Because
	require.Equal(t, "step formal comes next, because the promise of 2026-09-15 was broken", why.String())

	past := working(t, newCase(escalating), "2026-09-07 08:00", "2026-10-02 08:00") // the formal notice has left
	require.Equal(t, []string{"2026-10-26 mediation: task mediation"}, past.goOn(t, "2026-10-02 08:00", "2026-11-01 08:00", promised("p", "2026-10-02", "2026-10-09")))
	promise, _ = past.Promise("p")
	require.Equal(t, collection.PromiseBroken, promise.Outcome)
	require.Empty(t, promise.GoOnAt, "a step that was taken is not taken again")
}

func TestAPersonWhoMigratesTheCaseSaysWhereItGoesOnWhateverWasBroken(t *testing.T) {
	t.Parallel()
	c := newCase(func(c *collection.Case) { c.Strategy.BrokenPromise.GoOnAt = "formal" })
	l := working(t, after(t, c, promised("p", "2026-09-08", "2026-09-08")), "2026-09-08 08:00", "2026-09-14 08:00")
	l.now = at(l.Case, "2026-09-14 08:00")
	l.Case = collection.ApplyAll(l.Case, []collection.Event{collection.PromiseConcluded{ID: "p", Outcome: collection.PromiseBroken, On: day("2026-09-14"), GoOnAt: "formal"}})
	require.Equal(t, "formal", collection.Next(l.Case, l.now).Step.Key)
	second := standardLadder()
	second.Version = 2
	moved := after(t, l.Case, collection.MigrateStrategy{Strategy: second, ResumeAt: "firm"})
	require.Equal(t, "firm", collection.Next(moved, l.now).Step.Key)
}

func TestAWithdrawnPromiseLetsTheLadderGoOn(t *testing.T) {
	t.Parallel()
	l := working(t, newCase(), "2026-09-07 08:00", "2026-09-11 08:00")
	withdrawal := collection.WithdrawPromise{ID: "p", On: day("2026-09-16"), Reason: "noted by mistake"}
	require.Equal(t, []string{"2026-09-23 firm: email", "2026-09-23 firm: sms"},
		l.goOn(t, "2026-09-16 08:00", "2026-09-25 08:00", promised("p", "2026-09-11", "2026-09-25"), withdrawal), "five days of the promise move the 18th to the 23rd")
	requireNothingNew(t, l.Case, withdrawal)
}

func TestASecondPromiseReplacesTheFirstOrIsRefused(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), promised("p1", "2026-09-11", "2026-09-25"))
	requireNothingNew(t, c, promised("p1", "2026-09-12", "2026-09-26"))
	requireRefused(t, c, promised("p2", "2026-09-14", "2026-09-30"), collection.RefusedConflict, "the promise p1 of 1000.00 EUR for 2026-09-25 is running")
	replacing := promised("p2", "2026-09-14", "2026-09-30")
	replacing.Replaces = "p0"
	requireRefused(t, c, replacing, collection.RefusedConflict, "no promise p0 is running")
	replacing.Replaces = "p1"
	c = after(t, c, replacing)
	require.Equal(t, collection.PromiseReplaced, outcome(c, "p1"))
	running, found := c.RunningPromise()
	require.True(t, found)
	require.Equal(t, "p2", running.ID)
}

func TestAPromiseThatMakesNoSenseIsRefused(t *testing.T) {
	t.Parallel()
	c := newCase()
	none, many := 0, 40
	for words, command := range map[string]collection.MakePromise{
		"has no ID":                         promised("", "2026-09-11", "2026-09-25"),
		"which is past":                     promised("p", "2026-09-11", "2026-09-10"),
		"check the year":                    promised("p", "2026-09-11", "2062-09-25"),
		"takes promises of at most 30 days": promised("p", "2026-09-11", "2026-10-12"),
		"is negative":                       promised("p", "2026-09-11", "2026-09-25", ofAmount(-1)),
		"1000.01 EUR are promised and 1000.00 EUR are open and not disputed": promised("p", "2026-09-11", "2026-09-25", ofAmount(100_001)),
		"is no source":                  promised("p", "2026-09-11", "2026-09-25", func(p *collection.MakePromise) { p.Source = "gossip" }),
		"gives 40 days of grace":        promised("p", "2026-09-11", "2026-09-25", func(p *collection.MakePromise) { p.Grace = &many }),
		"does not say for which day":    promised("p", "2026-09-11", "2026-09-25", func(p *collection.MakePromise) { p.Date = 0 }),
		"on which day it was made":      promised("p", "2026-09-11", "2026-09-25", func(p *collection.MakePromise) { p.On = 0 }),
		"has control characters":        promised("p", "2026-09-11", "2026-09-25", func(p *collection.MakePromise) { p.Reason = "a\x00b" }),
		"the case is kept in EUR, not ": promised("p", "2026-09-11", "2026-09-25", func(p *collection.MakePromise) { p.Amount = dollars(100) }),
	} {
		requireRefused(t, c, command, collection.RefusedInvalid, words)
	}
	requireRefused(t, after(t, c, paid(0, 100_000, "2026-09-10")), promised("p", "2026-09-11", "2026-09-25"), collection.RefusedClosed, "cannot be promised")
	requireRefused(t, after(t, c, disputed("d", "2026-09-10", 0)), promised("p", "2026-09-11", "2026-09-25"), collection.RefusedNotNow, "is disputed")
	requireRefused(t, c, collection.WithdrawPromise{ID: "p", On: day("2026-09-11"), Reason: "x"}, collection.RefusedInvalid, `has no promise "p"`)
	running := after(t, c, promised("p", "2026-09-11", "2026-09-25"))
	requireRefused(t, running, collection.WithdrawPromise{ID: "p", On: day("2026-09-11")}, collection.RefusedInvalid, "needs a reason")
	requireRefused(t, after(t, running, paid(0, 100_000, "2026-09-12"), paid(100_000, 0, "2026-09-13")),
		collection.WithdrawPromise{ID: "p", On: day("2026-09-14"), Reason: "x"}, collection.RefusedNotNow, "(kept) and cannot be withdrawn")

	late := promised("p", "2026-09-11", "2026-10-12")
	late.Reason = "paid by its insurer in October"
	after(t, c, late)
	strict := promised("p", "2026-09-11", "2026-09-25", func(p *collection.MakePromise) { p.Grace = &none })
	promise, _ := after(t, c, strict).Promise("p")
	require.Equal(t, day("2026-09-25"), promise.Until)
}

func TestAStrategySaysHowLongAPromiseMayBe(t *testing.T) {
	t.Parallel()
	grace := 0
	c := newCase(func(c *collection.Case) { c.Strategy.Promises = collection.PromiseTerms{Grace: &grace, Longest: 10} })
	requireRefused(t, c, promised("p", "2026-09-11", "2026-09-22"), collection.RefusedInvalid, "at most 10 days")
	promise, _ := after(t, c, promised("p", "2026-09-11", "2026-09-21")).Promise("p")
	require.Equal(t, day("2026-09-21"), promise.Until)
}

func TestAPromiseIsJudgedEvenWhileTheCaseIsOnHold(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), promised("p", "2026-09-08", "2026-09-15"), collection.PlaceHold{ID: "h", Reason: "holidays", On: day("2026-09-09")})
	next := collection.Next(c, at(c, "2026-09-10 08:00"))
	require.Equal(t, collection.ActionWait, next.Kind)
	require.Equal(t, day("2026-09-21"), c.Window.DateOf(next.At))
	require.Equal(t, "the case is on hold until a person resumes it (holidays)", next.Because.String())
	l := working(t, c, "2026-09-10 08:00", "2027-01-10 08:00")
	require.Equal(t, collection.PromiseBroken, outcome(l.Case, "p"))
	require.Empty(t, l.contacts)
}

func TestClosingACaseEndsItsPromiseWithoutCountingIt(t *testing.T) {
	t.Parallel()
	c := after(t, newCase(), promised("p", "2026-09-08", "2026-09-15"),
		collection.CloseCase{Outcome: collection.StageWrittenOff, Reason: "insolvent", On: day("2026-09-10")})
	require.Equal(t, collection.PromiseOvertaken, outcome(c, "p"))
}

// Whatever is promised and paid, in whatever order, a promise ends once, as the books say.
func TestAPromiseEndsOnceAndAsTheBooksSay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		amount := rapid.Int64Range(1, 100_000).Draw(t, "promised")
		c := after(t, newCase(), promised("p", "2026-09-08", "2026-09-15", ofAmount(amount)))
		var received, most int64
		for range rapid.IntRange(0, 4).Draw(t, "payments") {
			received = rapid.Int64Range(0, 99_999).Draw(t, "received") // less than before: something was taken back
			most = max(most, received)
			c = after(t, c, paid(100_000-received, received, "2026-09-10"))
		}
		l := &life{Case: c}
		l.work(t, "2026-09-10 12:00", "2027-09-10 12:00")
		switch promise, _ := l.Promise("p"); {
		case most >= amount:
			require.Equal(t, collection.PromiseKept, promise.Outcome)
		case received > 0:
			require.Equal(t, collection.PromiseKeptInPart, promise.Outcome)
			require.Equal(t, received, promise.Came.Minor())
		default:
			require.Equal(t, collection.PromiseBroken, promise.Outcome)
		}
	})
}

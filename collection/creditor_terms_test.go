package collection_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"relance/collection"
)

func withTerms(terms collection.CreditorTerms) func(*collection.Case) {
	return func(c *collection.Case) { c.Terms = terms }
}

func TestTheTermsOfTheCreditorTakeThePlaceOfTheStrategys(t *testing.T) {
	t.Parallel()
	five, none := 5, 0
	strategy := func(c *collection.Case) {
		c.Strategy.Promises = collection.PromiseTerms{Grace: &five, Longest: 20}
		c.Strategy.Disputes = collection.DisputeTerms{RespondWithin: 8, EscalateAfter: 4}
	}
	promise := collection.MakePromise{ID: "p", On: day("2026-09-14"), Date: day("2026-09-21"), Source: collection.PromiseByStaff}
	raised := collection.RaiseDispute{ID: "d", Reason: collection.DisputeQuality, RaisedBy: collection.DisputeByDebtor, On: day("2026-09-14"), Today: day("2026-09-14")}
	for what, c := range map[string]struct {
		terms                      collection.CreditorTerms
		until, respondBy, escalate string
		owns                       bool
	}{
		"the strategy's": {until: "2026-09-26", respondBy: "2026-09-24", escalate: "2026-09-30"},
		"the creditor's": {
			terms: collection.CreditorTerms{Promises: collection.PromiseTerms{Grace: &none}, Disputes: collection.DisputeTerms{RespondWithin: 3}},
			until: "2026-09-21", respondBy: "2026-09-17", escalate: "2026-09-23", owns: true,
		},
	} {
		own := newCase(strategy, withTerms(c.terms))
		promised := after(t, own, promise)
		require.Equal(t, day(c.until), promised.Promises[0].Until, what)
		why := collection.Next(promised, at(own, "2026-09-14 12:00")).Because
		require.Equal(t, c.owns, why.OwnTerms, what)
		disputed := after(t, own, raised)
		require.Equal(t, day(c.respondBy), disputed.Disputes[0].RespondBy, what)
		require.Equal(t, day(c.escalate), disputed.Disputes[0].EscalateOn, what)
		why = collection.Next(disputed, at(own, "2026-09-14 12:00")).Because
		if c.owns {
			require.Equal(t, "the debtor disputes all that is open, 1000.00 EUR (quality); the answer is due by 2026-09-17 (by the creditor's own terms)", why.String())
			require.Contains(t, why.French(), "attendue au plus tard le 17/09/2026 (délai fixé par le créancier)")
		} else {
			require.NotContains(t, why.String(), "own terms")
		}
	}
}

func TestAfterSoManyBrokenPromisesAnotherOneNeedsAReason(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]collection.Case{
		"the creditor": newCase(withTerms(collection.CreditorTerms{Promises: collection.PromiseTerms{MostBroken: 1}})),
		"the strategy": newCase(func(c *collection.Case) { c.Strategy.Promises.MostBroken = 1 }),
	} {
		c = after(t, c, collection.MakePromise{ID: "p", On: day("2026-09-14"), Date: day("2026-09-15"), Source: collection.PromiseByStaff})
		c = after(t, c, collection.ConcludePromise{ID: "p", At: at(c, "2026-09-21 12:00")})
		require.Equal(t, collection.PromiseBroken, c.Promises[0].Outcome, what)
		again := collection.MakePromise{ID: "q", On: day("2026-09-22"), Date: day("2026-09-25"), Source: collection.PromiseByStaff}
		requireRefused(t, c, again, collection.RefusedNotNow, "1 promises of case/acme/F-1 were broken, and no more are taken after 1: give a reason")
		again.Reason = "the director called"
		require.True(t, after(t, c, again).Promises[1].IsRunning(), what)
	}
	long := collection.MakePromise{ID: "p", On: day("2026-09-14"), Date: day("2026-09-30"), Source: collection.PromiseByStaff}
	own := newCase(withTerms(collection.CreditorTerms{Promises: collection.PromiseTerms{Longest: 10}}))
	requireRefused(t, own, long, collection.RefusedInvalid, "and the creditor acme takes promises of at most 10 days")
}

func TestTermsThatNobodyCouldKeepAreRefused(t *testing.T) {
	t.Parallel()
	tooMany := 32
	require.NoError(t, collection.CreditorTerms{}.Validate())
	for _, terms := range []collection.CreditorTerms{
		{Promises: collection.PromiseTerms{Grace: &tooMany}}, {Promises: collection.PromiseTerms{Longest: 400}}, {Promises: collection.PromiseTerms{MostBroken: 21}},
		{Disputes: collection.DisputeTerms{RespondWithin: 251}}, {Disputes: collection.DisputeTerms{EscalateAfter: -1}},
	} {
		require.Error(t, terms.Validate())
	}
}

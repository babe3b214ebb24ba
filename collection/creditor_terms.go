package collection

import (
	"cmp"
	"slices"
)

// CreditorTerms are what a creditor says of promises and disputes, whatever strategy a
// case follows: each term that is set takes the place of the strategy's. A case keeps
// those it was opened with, as it keeps its strategy.
type CreditorTerms struct {
	Promises PromiseTerms `json:"promises,omitzero"`
	Disputes DisputeTerms `json:"disputes,omitzero"`
}

// Validate refuses terms that no case could keep.
func (t CreditorTerms) Validate() error {
	grace := t.Promises.GraceDays()
	switch {
	case grace < 0 || grace > mostGrace:
		return Refuse(RefusedInvalid, "promises get %d days of grace: they must be from 0 to %d", grace, mostGrace)
	case t.Promises.Longest < 0 || t.Promises.Longest > mostLongest:
		return Refuse(RefusedInvalid, "promises of %d days are taken: they must be from 1 to %d", t.Promises.Longest, mostLongest)
	case t.Promises.MostBroken < 0 || t.Promises.MostBroken > mostBroken:
		return Refuse(RefusedInvalid, "%d promises may be broken: they must be from 1 to %d", t.Promises.MostBroken, mostBroken)
	case t.Disputes.RespondWithin < 0 || t.Disputes.RespondWithin > mostResponseDays, t.Disputes.EscalateAfter < 0 || t.Disputes.EscalateAfter > mostResponseDays:
		return Refuse(RefusedInvalid, "more than %d working days are given to answer a dispute", mostResponseDays)
	default:
		return nil
	}
}

// promiseTerms are the creditor's, and where it says nothing the strategy's.
func (c Case) promiseTerms() PromiseTerms {
	own, terms := c.Terms.Promises, c.Strategy.Promises
	if own.Grace != nil {
		terms.Grace = own.Grace
	}
	terms.Longest = cmp.Or(own.Longest, terms.Longest)
	terms.MostBroken = cmp.Or(own.MostBroken, terms.MostBroken)
	return terms
}

// disputeTerms are the creditor's, and where it says nothing the strategy's.
func (c Case) disputeTerms() DisputeTerms {
	own, terms := c.Terms.Disputes, c.Strategy.Disputes
	terms.RespondWithin = cmp.Or(own.RespondWithin, terms.RespondWithin)
	terms.EscalateAfter = cmp.Or(own.EscalateAfter, terms.EscalateAfter)
	return terms
}

// brokenPromises counts the promises of the case of which nothing came.
func (c Case) brokenPromises() int {
	broken := 0
	for _, promise := range c.Promises {
		if promise.Outcome == PromiseBroken {
			broken++
		}
	}
	return broken
}

// ownGrace reports whether the grace of a promise is the creditor's own.
func (c Case) ownGrace(p Promise) bool {
	own := c.Terms.Promises.Grace
	return own != nil && p.Until == p.Date.AddDays(*own)
}

// ownAnswer reports whether the time to answer the open dispute is the creditor's own.
func (c Case) ownAnswer() bool {
	return c.Terms.Disputes.RespondWithin > 0 && slices.ContainsFunc(c.Disputes, Dispute.IsOpen)
}

// takesPromises is who says how far ahead a promise may lie.
func (c Case) takesPromises() string {
	if c.Terms.Promises.Longest > 0 {
		return "the creditor " + c.Creditor
	}
	return "the strategy " + c.Strategy.Name
}

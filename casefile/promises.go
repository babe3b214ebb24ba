package casefile

import (
	"cmp"
	"context"
	"fmt"

	"relance/collection"
	"relance/money"
)

// PromiseRecord is how a debtor kept what it promised, over all its invoices.
type PromiseRecord struct {
	Promises   int
	Running    int
	Kept       int
	KeptInPart int
	Broken     int
	// NotCounted were withdrawn, replaced, or overtaken by a dispute of all.
	NotCounted int
}

// DebtorPromise is a promise with the invoice it is about.
type DebtorPromise struct {
	Invoice string
	collection.Promise
}

// PromisesOfDebtor reads how a debtor kept its promises, and the promises
// themselves, the newest first; limit is 100 when it is 0. A debtor that is not known
// is ErrUnknownDebtor.
func (s *Store) PromisesOfDebtor(ctx context.Context, creditor, debtor string, limit int) (PromiseRecord, []DebtorPromise, error) {
	var record found[PromiseRecord]
	var promises []DebtorPromise
	var known found[Debtor]
	key := named{"creditor": creditor, "debtor": debtor, "limit": cmp.Or(limit, defaultLimit)}
	err := s.reading(ctx, func(tx *transaction) error {
		var reads batch
		one(&reads, &known, s.sql.LoadDebtorOfID, key)
		one(&reads, &record, s.sql.CountPromisesOfDebtor, key)
		all(&reads, &promises, s.sql.LoadPromisesOfDebtor, key)
		return reads.run(ctx, tx)
	})
	switch {
	case err != nil:
		return PromiseRecord{}, nil, fmt.Errorf("reading the promises of debtor %s of %s: %w", debtor, creditor, err)
	case !known.is:
		return PromiseRecord{}, nil, fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, debtor, creditor)
	default:
		return record.value, promises, nil
	}
}

// promisesAsKept are promises as the core keeps them: nothing is no amount at all.
func promisesAsKept(promises []collection.Promise) []collection.Promise {
	for i := range promises {
		promises[i].Before, promises[i].Came = money.OmitNothing(promises[i].Before), money.OmitNothing(promises[i].Came)
	}
	return promises
}

func (c *lockedCase) savePromises() {
	for i, promise := range c.now.Promises {
		if i < len(c.before.Promises) && promise == c.before.Promises[i] {
			continue
		}
		c.writes.exec(c.store.sql.UpsertPromise, c.key(), named{"ordinal": i}, promise)
	}
}

// tellConclusion writes into the history that a promise has ended by what happened
// beside it: a payment, another promise, a dispute.
func (c *lockedCase) tellConclusion(before collection.Case) {
	for _, was := range before.Promises {
		if is, _ := c.now.Promise(was.ID); was.IsRunning() && !is.IsRunning() {
			c.noteAs("promise/"+is.ID+"/concluded", "promise-"+string(is.Outcome), is.Conclusion())
		}
	}
}

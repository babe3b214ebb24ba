package casefile

import (
	"context"
	"fmt"
	"time"
)

// caseName names a case within a transaction.
type caseName struct{ Creditor, Invoice string }

// lockedCases are some cases of one creditor under the locks of their rows, in the
// order in which they were locked: by invoice. Everybody locks in this order, so
// that nobody waits for each other.
type lockedCases []*lockedCase

// of is the case of an invoice, nil when it is not among them.
func (cases lockedCases) of(invoice string) *lockedCase {
	for _, c := range cases {
		if c.record.value.Invoice == invoice {
			return c
		}
	}
	return nil
}

// save writes what became of the cases.
func (cases lockedCases) save(ctx context.Context) error {
	var onLetters []string
	for _, c := range cases {
		if err := c.finish(ctx); err != nil {
			return err
		}
		if c.onLetters {
			onLetters = append(onLetters, c.record.value.Invoice)
		}
	}
	cases.lockLetters(onLetters)
	for _, c := range cases {
		c.tx.later(&c.writes)
	}
	return nil
}

// lockLetters locks the letters in which cases stand, and then the histories of all that
// stand in them, each in their order and before anything is written: a letter that is
// cancelled because of one of its cases is told of in the files of all of them, which
// others may be writing just then. The whole order is: the stops, the debtor, the cases by
// invoice, the letters, the heads of the histories by invoice.
func (cases lockedCases) lockLetters(invoices []string) {
	if len(invoices) == 0 {
		return
	}
	c, of := cases[0], named{"creditor": cases[0].record.value.Creditor, "invoices": invoices}
	var locks batch
	locks.exec(c.store.sql.LockLettersOfCases, of)
	locks.exec(c.store.sql.LockHeadsOfLetters, of)
	c.tx.later(&locks)
}

// readLocked reads cases whose rows are locked, with what else is queued in the same
// round trip.
func (s *Store) readLocked(ctx context.Context, tx *transaction, names []caseName, why because, also func(*batch)) (lockedCases, error) {
	var cases lockedCases
	var reads batch
	for _, name := range names {
		c := &lockedCase{store: s, tx: tx, at: businessTime(why.at), actor: why.actor, cause: why.cause}
		s.readCase(&reads, &c.caseRows, name.Creditor, name.Invoice)
		cases = append(cases, c)
	}
	if also != nil {
		also(&reads)
	}
	if err := reads.run(ctx, tx); err != nil {
		return nil, fmt.Errorf("reading %d cases: %w", len(names), err)
	}
	rows := make([]*caseRows, len(cases))
	for i, name := range names {
		if rows[i] = &cases[i].caseRows; !rows[i].record.is {
			return nil, unknownCase(name.Creditor, name.Invoice)
		}
	}
	if err := s.readRest(ctx, tx, rows...); err != nil {
		return nil, fmt.Errorf("reading %d cases: %w", len(names), err)
	}
	for _, c := range cases {
		var err error
		if c.before, c.account, c.position, err = s.rebuild(c.caseRows); err != nil {
			return nil, err
		}
		c.now = c.before
	}
	return cases, nil
}

// groupReach is how long after an instant a contact window that is open then can
// still be open.
const groupReach = 24 * time.Hour

// groupMember is a case that a message may carry, and who owes it.
type groupMember struct{ Creditor, Invoice, Debtor string }

func namesOf(members []groupMember) []caseName {
	names := make([]caseName, len(members))
	for i, member := range members {
		names[i] = caseName{Creditor: member.Creditor, Invoice: member.Invoice}
	}
	return names
}

// lockGroup locks what a message may carry: the case of the key, those that are due
// within the day of the same debtor and of those whose messages the same parent
// receives, and those the message of the key carries already. It returns them and the
// ID of that message, else id if there is such a message, else "".
func (s *Store) lockGroup(ctx context.Context, tx *transaction, key MessageKey, id string, at time.Time) ([]groupMember, string, error) {
	var members []groupMember
	var carrying found[struct{ ID string }]
	var locks batch
	locks.exec(s.sql.ShareStops) // before any other lock, as everybody does who may send
	locks.exec(s.sql.LockDebtor, key)
	all(&locks, &members, s.sql.LockCasesOfDebtor, named{"until": at.Add(groupReach)}, key)
	one(&locks, &carrying, s.sql.MessageOfNotice, key, named{"id": id})
	if err := locks.run(ctx, tx); err != nil {
		return nil, "", fmt.Errorf("locking the cases of the debtor of invoice %s of %s: %w", key.Invoice, key.Creditor, err)
	}
	if len(members) == 0 {
		return nil, "", unknownCase(key.Creditor, key.Invoice)
	}
	return members, carrying.value.ID, nil
}

package casefile

import (
	"context"
	"fmt"
	"slices"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
)

// JournalEntry is one entry of the double-entry journal of a claim.
type JournalEntry struct {
	ID int64 `json:"id"`
	// Key is what was booked: the key of the fact or the decision.
	Key       string        `json:"key"`
	ValueDate calendar.Date `json:"value_date"`
	Actor     string        `json:"actor"`
	At        time.Time     `json:"at"`
	Legs      []ledger.Leg  `json:"legs"`
}

// Journal lists the journal of an invoice, oldest first. Nothing in it is ever
// changed: what was booked too much is taken back by a later entry.
func (s *Store) Journal(ctx context.Context, creditor, invoice string) ([]JournalEntry, error) {
	var lines []struct {
		ID        int64
		Key       string
		ValueDate calendar.Date
		Actor     string
		At        time.Time
		ledger.Leg
	}
	var b batch
	all(&b, &lines, s.sql.LoadJournal, named{"creditor": creditor, "invoice": invoice})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("reading the journal of invoice %s of %s: %w", invoice, creditor, err)
	}
	var journal []JournalEntry
	for _, line := range lines {
		if len(journal) == 0 || journal[len(journal)-1].ID != line.ID {
			journal = append(journal, JournalEntry{ID: line.ID, Key: line.Key, ValueDate: line.ValueDate, Actor: line.Actor, At: line.At})
		}
		last := &journal[len(journal)-1]
		last.Legs = append(last.Legs, line.Leg)
	}
	return journal, nil
}

// rebook reads what is booked and queues what must be booked beside it.
func (c *lockedCase) rebook(ctx context.Context) error {
	var booked []ledger.Leg
	var reads batch
	all(&reads, &booked, c.store.sql.LoadBooks, c.key())
	if err := reads.run(ctx, c.tx); err != nil {
		return fmt.Errorf("reading the books of %s: %w", c.now.ID(), err)
	}
	c.book(booked)
	return nil
}

// book queues the entry that makes the books say what the account says.
func (c *lockedCase) book(booked []ledger.Leg) {
	right := slices.Concat(c.position.Books(c.now.Outcome == collection.StageWrittenOff), ledger.OfPartners(booked), c.partnerFees)
	correction := ledger.Correction(booked, right)
	if len(correction) == 0 {
		return
	}
	var accounts, currencies []string
	var amounts []int64
	for _, leg := range correction {
		accounts, currencies = append(accounts, string(leg.Account)), append(currencies, string(leg.Amount.Currency()))
		amounts = append(amounts, leg.Amount.Minor())
	}
	valueDate := c.valueDate
	if valueDate.IsZero() {
		valueDate = c.now.Window.DateOf(c.at)
	}
	c.writes.exec(c.store.sql.InsertJournalEntry, c.key(), named{
		"key": c.cause, "value_date": valueDate, "actor": c.actor, "at": c.at,
		"accounts": accounts, "currencies": currencies, "amounts": amounts,
	})
}

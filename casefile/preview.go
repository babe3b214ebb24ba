package casefile

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"relance/calendar"
)

// PreviewMessage is what the message of a key would be composed from, and whether
// the gate would let it go. It only reads.
func (s *Store) PreviewMessage(ctx context.Context, r Reservation) (MessageContext, Gate, error) {
	var preview MessageContext
	var gate Gate
	err := s.reading(ctx, func(tx pgx.Tx) error {
		c := &lockedCase{store: s, tx: tx, at: businessTime(r.At)}
		var parties reservationParties
		var reads batch
		s.readCase(&reads, &c.caseRows, r.Creditor, r.Invoice)
		parties.read(&reads, s.sql, named{"creditor": r.Creditor, "invoice": r.Invoice}, calendar.DateOf(r.At))
		if err := reads.run(ctx, tx); err != nil {
			return fmt.Errorf("reading the case of invoice %s of %s: %w", r.Invoice, r.Creditor, err)
		}
		if !c.record.is {
			return unknownCase(r.Creditor, r.Invoice)
		}
		var err error
		if c.before, c.account, c.position, err = s.rebuild(c.caseRows); err != nil {
			return err
		}
		c.now = c.before
		gate = c.gate(r.MessageKey)
		preview, err = parties.context(c, r, r.ID())
		return err
	})
	return preview, gate, err
}

package casefile

import (
	"context"
	"fmt"
)

// UntoldOfStops is an open case whose workflow may not know of all stops that concern it:
// it opened again after some were set or lifted, or in that moment, or it had not begun
// when the others were told. What is in force holds for it all the same.
type UntoldOfStops struct {
	Creditor string
	Invoice  string
	// Untold tells one doubt from the next.
	Untold int
}

// CasesUntoldOfStops lists such cases by creditor and invoice, after one of them.
func (s *Store) CasesUntoldOfStops(ctx context.Context, after CaseName, limit int) ([]UntoldOfStops, error) {
	var rows []UntoldOfStops
	var b batch
	all(&b, &rows, s.sql.ListUntoldOfStops, named{"after_creditor": after.Creditor, "after_invoice": after.Invoice, "limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the cases that were not told of stops: %w", err)
	}
	return rows, nil
}

// DoubtStops records that a case could not be told of a stop.
func (s *Store) DoubtStops(ctx context.Context, c CaseName) error {
	var b batch
	b.exec(s.sql.DoubtStops, c)
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("recording that invoice %s of %s is to be told of stops: %w", c.Invoice, c.Creditor, err)
	}
	return nil
}

// MarkToldOfStops records that a case was told of all stops since it was listed.
func (s *Store) MarkToldOfStops(ctx context.Context, c UntoldOfStops) error {
	var b batch
	b.exec(s.sql.MarkToldOfStops, c)
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("recording that invoice %s of %s was told of stops: %w", c.Invoice, c.Creditor, err)
	}
	return nil
}

package casefile

import (
	"context"
	"fmt"
	"time"

	"relance/collection"
)

// OptOut is the wish of somebody not to be written to over a channel at an address.
type OptOut struct {
	Creditor string
	// Debtor is empty when the address is not one of a debtor that is known.
	Debtor  string
	Channel collection.Channel
	Address string
	// Source says where it was expressed: "answer/<id>".
	Source string
	At     time.Time
}

// RecordOptOut keeps the wish. The first one of an address stays.
func (s *Store) RecordOptOut(ctx context.Context, wish OptOut) error {
	if wish.Channel == "" || wish.Address == "" || wish.Source == "" {
		return refuse(collection.RefusedInvalid, "an opt-out needs its channel, its address and where it was expressed")
	}
	wish.At = businessTime(wish.At)
	var b batch
	b.exec(s.sql.InsertOptOut, wish)
	err := b.run(ctx, s.pool)
	if isViolation(err, foreignKeyViolation) {
		return fmt.Errorf("%w: %s", ErrUnknownCreditor, wish.Creditor)
	}
	if err != nil {
		return fmt.Errorf("recording an opt-out for %s: %w", wish.Creditor, err)
	}
	return nil
}

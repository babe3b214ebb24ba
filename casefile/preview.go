package casefile

import (
	"context"
	"errors"
)

// PreviewMessage is what the message of a key would be composed from, with all that
// may leave with it, and whether the gate would let it go. It changes nothing.
func (s *Store) PreviewMessage(ctx context.Context, r Reservation) (MessageContext, Gate, error) {
	r.At = businessTime(r.At)
	var preview MessageContext
	var gate Gate
	err := s.writing(ctx, func(tx *transaction) error {
		members, known, err := s.lockGroup(ctx, tx, r.MessageKey, r.ID(), r.At)
		if err != nil {
			return err
		}
		g, err := s.openGroup(ctx, tx, r, members, known)
		if err != nil {
			return err
		}
		if preview, err = g.context(g.own, r); err != nil {
			return err
		}
		if gate = g.gateOf(r.MessageKey); gate.Passes {
			gate = g.checkContact(g.own, preview)
		}
		return errPreviewed
	})
	if errors.Is(err, errPreviewed) {
		err = nil
	}
	return preview, gate, err
}

// errPreviewed takes back the transaction of a preview.
var errPreviewed = errors.New("only looked at")

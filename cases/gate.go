package cases

import (
	"context"

	"relance/casefile"
)

// Gate is whether the next notice of a case may leave now: what people are told is
// what stands before every send.
func (s *Service) Gate(ctx context.Context, creditor, invoice string) (casefile.Gate, error) {
	return s.Store.CheckGate(ctx, creditor, invoice, s.now())
}

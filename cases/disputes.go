package cases

import (
	"context"

	"relance/casefile"
	"relance/workflows"
)

// RaiseDispute tells a case that the claim is contested, and keeps what was written
// about it in the case file, where it can be corrected and erased: text may name
// people, the order must not. Raising it again changes nothing, and keeps a text that
// a crash lost.
func (s *Service) RaiseDispute(ctx context.Context, creditor, invoice string, order workflows.DisputeOrder, text string) (workflows.Status, error) {
	status, err := s.Command(ctx, creditor, invoice, workflows.CommandDispute, order)
	if err != nil || text == "" {
		return status, err
	}
	return status, s.Store.NoteDispute(ctx, creditor, invoice, casefile.DisputeNote{
		Dispute: order.ID, Key: "raised", Text: text, By: order.By, At: s.now(),
	})
}

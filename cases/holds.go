package cases

import (
	"context"
	"slices"

	"relance/collection"
	"relance/workflows"
)

// Resume ends one hold of a case, or all. A hold that the case does not have is a
// *collection.Refusal: whoever named it would believe that the case goes on. (As a
// signal, a release may come before its hold.) The other errors are those of Command.
func (s *Service) Resume(ctx context.Context, creditor, invoice string, order workflows.ResumeOrder) (workflows.Status, error) {
	if order.HoldID != "" {
		known, err := s.Store.LoadCase(ctx, creditor, invoice)
		if err != nil {
			return workflows.Status{}, err
		}
		if !slices.ContainsFunc(known.Holds, func(h collection.Hold) bool { return h.ID == order.HoldID }) {
			return workflows.Status{}, collection.Refuse(collection.RefusedInvalid,
				"%s has no hold %q: compare its ID with those of the case, or name none to end all", collection.WorkflowID(creditor, invoice), order.HoldID)
		}
	}
	return s.Command(ctx, creditor, invoice, workflows.CommandResume, order)
}

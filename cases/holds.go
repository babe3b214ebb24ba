package cases

import (
	"context"
	"slices"

	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// Hold pauses a case. The hold of an ID counts once: the same again changes nothing,
// one with another reason or last day is a *casefile.ConflictError. The other errors
// are those of Command.
func (s *Service) Hold(ctx context.Context, creditor, invoice string, order workflows.HoldOrder) (workflows.Status, error) {
	known, err := s.knownHold(ctx, creditor, invoice, order.ID)
	if err != nil {
		return workflows.Status{}, err
	}
	conflict := casefile.ConflictError{Subject: "the hold " + order.ID + " of invoice " + invoice}
	switch {
	case known.ID == "" || known.From.IsZero(): // new, or ended before it began
	case known.Reason != order.Reason:
		conflict.Field, conflict.Known, conflict.Given = "reason", known.Reason, order.Reason
		return workflows.Status{}, &conflict
	case known.Until != order.Until:
		conflict.Field, conflict.Known, conflict.Given = "last day", known.Until.String(), order.Until.String()
		return workflows.Status{}, &conflict
	}
	return s.Command(ctx, creditor, invoice, workflows.CommandHold, order)
}

// Resume ends one hold of a case, or all. A hold that the case does not have is a
// *collection.Refusal: whoever named it would believe that the case goes on. (As a
// signal, a release may come before its hold.) The other errors are those of Command.
func (s *Service) Resume(ctx context.Context, creditor, invoice string, order workflows.ResumeOrder) (workflows.Status, error) {
	if order.HoldID != "" {
		known, err := s.knownHold(ctx, creditor, invoice, order.HoldID)
		if err != nil {
			return workflows.Status{}, err
		}
		if known.ID == "" {
			return workflows.Status{}, collection.Refuse(collection.RefusedInvalid,
				"%s has no hold %q: compare its ID with those of the case, or name none to end all", collection.WorkflowID(creditor, invoice), order.HoldID)
		}
	}
	return s.Command(ctx, creditor, invoice, workflows.CommandResume, order)
}

// knownHold is the hold of an ID; one without an ID when there is none.
func (s *Service) knownHold(ctx context.Context, creditor, invoice, id string) (collection.Hold, error) {
	c, err := s.Store.LoadCase(ctx, creditor, invoice)
	if err != nil {
		return collection.Hold{}, err
	}
	if at := slices.IndexFunc(c.Holds, func(h collection.Hold) bool { return h.ID == id }); at >= 0 {
		return c.Holds[at], nil
	}
	return collection.Hold{}, nil
}

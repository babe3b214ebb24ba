package answers

import (
	"context"
	"errors"
	"slices"
	"strings"

	"relance/casefile"
	"relance/collection"
	"relance/inbound"
	"relance/workflows"
)

// Link puts an answer to a case, and to others of the creditor it is about as well, as a
// person decided, with the effect it would have had by itself. The first stands for the
// answer.
func (s *Service) Link(ctx context.Context, id, creditor, invoice string, also []string, by string) (casefile.Answer, error) {
	link := casefile.AnswerLink{ID: id, Creditor: creditor, MatchedBy: by + " said so"}
	for _, one := range append([]string{invoice}, also...) {
		c, err := s.Cases.Store.LoadCase(ctx, creditor, one)
		if err != nil {
			return casefile.Answer{}, err
		}
		if len(link.Invoices) == 0 {
			link.Debtor, link.Invoice = c.Debtor, c.Invoice
		}
		link.Invoices = append(link.Invoices, c.Invoice)
	}
	before, err := s.Cases.Store.Answer(ctx, id)
	if err != nil {
		return before, err
	}
	answer, err := s.Cases.Store.LinkAnswer(ctx, link)
	if err != nil || !answer.EffectDue {
		return answer, err
	}
	if answer.Linking != before.Linking { // it has a task of its own now
		if err := s.finishTask(ctx, before, before.TaskKey(), by, "the answer was put to a case as one of a person"); err != nil {
			return answer, err
		}
	}
	if err := s.bringAbout(ctx, answer); err != nil {
		return answer, err
	}
	return s.Cases.Store.Answer(ctx, id)
}

// Ignore records that an answer is of no use, and ends the hold it placed.
func (s *Service) Ignore(ctx context.Context, id, reason, by string) (casefile.Answer, error) {
	if strings.TrimSpace(reason) == "" {
		return casefile.Answer{}, collection.Refuse(collection.RefusedInvalid, "ignoring an answer needs a reason")
	}
	return s.settle(ctx, id, casefile.AnswerIgnored, reason, by, true)
}

// Done records that a person dealt with an answer. With resume the hold it placed
// ends at once, else with its last day.
func (s *Service) Done(ctx context.Context, id, note, by string, resume bool) (casefile.Answer, error) {
	return s.settle(ctx, id, casefile.AnswerHandled, note, by, resume)
}

func (s *Service) settle(ctx context.Context, id string, state casefile.AnswerState, note, by string, resume bool) (casefile.Answer, error) {
	answer, err := s.Cases.Store.Answer(ctx, id)
	if err != nil {
		return answer, err
	}
	if resume {
		if err := s.resume(ctx, answer, by); err != nil {
			return answer, err
		}
	}
	closed, err := s.Cases.Store.CloseAnswer(ctx, casefile.AnswerClosing{ID: id, State: state, By: by, Note: note, At: s.now(), EndsHold: resume})
	if err != nil {
		return answer, err
	}
	err = s.finishTask(ctx, answer, answer.TaskKey(), by, note)
	if err == nil && !closed.EffectDue {
		err = s.finishTask(ctx, answer, overdueKey(answer), by, note)
	}
	return closed, err
}

// finishTask does a task about an answer, where there is one and it is open.
func (s *Service) finishTask(ctx context.Context, answer casefile.Answer, key, by, note string) error {
	if answer.Creditor == "" {
		return nil
	}
	task, known, err := s.Cases.Store.TaskOfKey(ctx, answer.Creditor, answer.Invoice, key)
	if err != nil || !known || task.State != casefile.TaskOpen {
		return err
	}
	_, err = s.Cases.Store.CompleteTask(ctx, task.ID, by, inLine(note), s.now())
	return err
}

// resume ends the hold of an answer in every case in which it was placed, or may have been
// while its effect was only brought about in part. What the sender wishes is none of that
// and counts before.
func (s *Service) resume(ctx context.Context, answer casefile.Answer, by string) error {
	about, _, err := s.Cases.Store.AnswerParts(ctx, answer.ID)
	if err != nil {
		return err
	}
	var held, maybe []string
	for _, one := range about {
		if !one.HoldUntil.IsZero() {
			held = append(held, one.Invoice)
		}
	}
	if answer.EffectDue && answer.Creditor != "" && answer.Kind == string(inbound.FromPerson) {
		if _, err := s.wishes(ctx, answer); err != nil {
			return err
		}
		if maybe, err = s.openCases(ctx, answer); err != nil {
			return err
		}
	}
	var problems []error
	var failing failures
	for _, invoice := range held {
		problems = append(problems, failing.note(func() error { return s.release(ctx, answer, invoice, by) }))
	}
	for _, invoice := range maybe {
		if slices.Contains(held, invoice) {
			continue
		}
		// What cannot be told to end a hold that it does not have has not to.
		err := failing.note(func() error { return s.release(ctx, answer, invoice, by) })
		if err != nil && s.isHeld(ctx, answer, invoice) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

func (s *Service) release(ctx context.Context, answer casefile.Answer, invoice, by string) error {
	err := s.Cases.Tell(ctx, answer.Creditor, invoice, workflows.CommandResume, workflows.ResumeOrder{HoldID: answer.HoldID(), By: by})
	var refused *collection.Refusal
	if errors.As(err, &refused) && refused.Code == collection.RefusedClosed {
		return nil
	}
	return err
}

// isHeld reports whether the case file has the hold of an answer.
func (s *Service) isHeld(ctx context.Context, answer casefile.Answer, invoice string) bool {
	c, err := s.Cases.Store.LoadCase(ctx, answer.Creditor, invoice)
	return err == nil && slices.ContainsFunc(c.Holds, func(h collection.Hold) bool { return h.ID == answer.HoldID() && h.Released.IsZero() })
}

func inLine(text string) string { return strings.Join(strings.Fields(text), " ") }

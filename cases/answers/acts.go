package answers

import (
	"context"
	"errors"
	"strings"

	"relance/casefile"
	"relance/collection"
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
	answer, err := s.Cases.Store.LinkAnswer(ctx, link)
	if err != nil || !answer.EffectDue {
		return answer, err
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
	if answer.Creditor != "" {
		task, known, err := s.Cases.Store.TaskOfKey(ctx, answer.Creditor, answer.Invoice, taskKey(id))
		if err != nil {
			return answer, err
		}
		if known && task.State == casefile.TaskOpen {
			if _, err := s.Cases.Store.CompleteTask(ctx, task.ID, by, inLine(note), s.now()); err != nil {
				return answer, err
			}
		}
	}
	return s.Cases.Store.CloseAnswer(ctx, id, state, by, note, s.now())
}

// resume ends the hold of an answer in every case it was placed.
func (s *Service) resume(ctx context.Context, answer casefile.Answer, by string) error {
	about, _, err := s.Cases.Store.AnswerParts(ctx, answer.ID)
	if err != nil {
		return err
	}
	for _, one := range about {
		if one.HoldUntil.IsZero() {
			continue
		}
		err := s.Cases.Tell(ctx, one.Creditor, one.Invoice, workflows.CommandResume, workflows.ResumeOrder{HoldID: casefile.HoldOfAnswer(answer.ID), By: by})
		var refused *collection.Refusal
		if err != nil && (!errors.As(err, &refused) || refused.Code != collection.RefusedClosed) {
			return err
		}
	}
	return nil
}

func inLine(text string) string { return strings.Join(strings.Fields(text), " ") }

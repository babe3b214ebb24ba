package cases

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// ResolveMessage records what a person found out about a message of a case whose
// outcome is unknown, and has the cases whose notices it carries go on: behind the step
// when the message has arrived, with the step once more when it is lost and no other
// channel has reached the debtor. The ID may be cut, as long as one message of the case
// fits.
func (s *Service) ResolveMessage(ctx context.Context, creditor, invoice, id string, found casefile.Resolution, by string) (casefile.Message, error) {
	file, err := s.Store.CaseFile(ctx, creditor, invoice)
	if err != nil {
		return casefile.Message{}, err
	}
	fits := slices.DeleteFunc(file.Messages, func(m casefile.Message) bool { return id == "" || !strings.HasPrefix(m.ID, strings.ToLower(id)) })
	if len(fits) != 1 {
		return casefile.Message{}, fmt.Errorf("%w: %d messages of %s begin with %q", casefile.ErrUnknownMessage, len(fits), file.Case.ID(), id)
	}
	message, err := s.Store.ResolveMessage(ctx, fits[0].ID, found, casefile.Author{By: by, At: s.now()})
	switch {
	case err != nil:
		return message, err
	case message.IsProvenLate():
		return message, s.tellProven(ctx, message, by)
	case message.State == casefile.MessageFailed:
		return message, s.sendAgain(ctx, message, by)
	default:
		return message, nil // whoever looks for proof finds the answer
	}
}

// sendAgain has the steps that wait for a lost message tried once more. A step that
// another channel has completed meanwhile, or about which somebody has decided, has no
// use for that.
func (s *Service) sendAgain(ctx context.Context, message casefile.Message, by string) error {
	problems := []error{s.tellFailed(ctx, message)}
	for _, notice := range message.Notices {
		c, err := s.Store.LoadCase(ctx, notice.Creditor, notice.Invoice)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		tried := slices.ContainsFunc(c.Steps, func(r collection.StepRecord) bool { return r.Key == notice.Step && r.Tries == notice.Try })
		if !tried || c.Round != notice.Round {
			continue // it was tried again since
		}
		_, err = s.Command(ctx, notice.Creditor, notice.Invoice, workflows.CommandRetryStep, workflows.StepOrder{Step: notice.Step, By: by})
		if refused := new(collection.Refusal); !errors.As(err, &refused) {
			problems = append(problems, err)
		}
	}
	return errors.Join(problems...)
}

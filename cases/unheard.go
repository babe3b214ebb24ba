package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relance/casefile"
	"relance/collection"
	"relance/messaging"
)

// askingPause bounds the pace at which a provider is asked.
const askingPause = 100 * time.Millisecond

// AskUnheard asks a provider about the messages that it took and has told nothing final
// about (casefile.Store.ClaimUnheard) by an instant of the wall clock, at most so many, and records each answer as its
// own report would be: it counts once with it, and the cases of a message that did not arrive
// are told. It returns how many answers were heard; the first message that cannot be asked
// about ends the round, and is asked about again later.
func (s *Service) AskUnheard(ctx context.Context, provider string, statuses messaging.StatusFinder, wall time.Time, most int) (heard int, err error) {
	for heard < most {
		if heard > 0 {
			select {
			case <-ctx.Done():
				return heard, ctx.Err()
			case <-time.After(askingPause):
			}
		}
		message, found, err := s.Store.ClaimUnheard(ctx, provider, wall)
		if err != nil || !found {
			return heard, err
		}
		if err := s.askAbout(ctx, provider, statuses, message); err != nil {
			return heard, fmt.Errorf("asking %s what became of message %s: %w", provider, message.ID, err)
		}
		heard++
	}
	return heard, nil
}

func (s *Service) askAbout(ctx context.Context, provider string, statuses messaging.StatusFinder, message casefile.UnheardMessage) error {
	told, err := statuses.FindStatus(ctx, message.ID, message.ProviderID)
	switch {
	case errors.Is(err, messaging.ErrNoSuchMessage):
		s.Log.WarnContext(ctx, "a provider does not know a message that it took", "provider", provider, "message", message.ID)
		return s.Store.FinishUnheard(ctx, message)
	case err != nil:
		return err
	}
	var refused *collection.Refusal
	if err := s.RecordDelivery(ctx, casefile.NewDeliveryEvent(provider, told)); errors.As(err, &refused) {
		s.Log.ErrorContext(ctx, "what a provider tells of a message cannot be recorded", "provider", provider, "message", message.ID, "error", err)
	} else if err != nil {
		return err
	}
	return s.Store.FinishUnheard(ctx, message)
}

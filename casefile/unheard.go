package casefile

import (
	"context"
	"fmt"
	"time"
)

// When a provider is asked about a message of which nothing final was heard, by the wall
// clock: an hour after it took the message, when most have got where they go, and a day
// after. What is older than a week is let be.
const (
	firstAsked  = time.Hour
	secondAsked = 24 * time.Hour
	askedAtMost = 7 * 24 * time.Hour
	// askingTakes is how long a message stays with the worker that asks about it: if nothing
	// came of it, another one asks again.
	askingTakes = 5 * time.Minute
)

// UnheardMessage is a message that a provider took and has told nothing final about.
type UnheardMessage struct {
	ID, ProviderID string
}

// ClaimUnheard takes the message of a provider to ask it about next, so that no other worker
// does; found is false when there is none. Call FinishUnheard once its answer is dealt with:
// else it is asked about again some minutes later.
func (s *Store) ClaimUnheard(ctx context.Context, provider string, wall time.Time) (message UnheardMessage, is bool, err error) {
	var claimed found[UnheardMessage]
	var b batch
	one(&b, &claimed, s.sql.ClaimUnheard, named{
		"provider": provider, "now": wall, "first": wall.Add(-firstAsked), "second": wall.Add(-secondAsked), "oldest": wall.Add(-askedAtMost), "until": wall.Add(askingTakes),
	})
	if err := b.run(ctx, s.pool); err != nil {
		return UnheardMessage{}, false, fmt.Errorf("looking for messages of which %s has told nothing: %w", provider, err)
	}
	return claimed.value, claimed.is, nil
}

// FinishUnheard notes that the provider has answered about a message, and that what it said
// is dealt with.
func (s *Store) FinishUnheard(ctx context.Context, message UnheardMessage) error {
	var b batch
	b.exec(s.sql.FinishUnheard, named{"id": message.ID})
	if err := b.run(ctx, s.pool); err != nil {
		return fmt.Errorf("noting that the provider has answered about message %s: %w", message.ID, err)
	}
	return nil
}

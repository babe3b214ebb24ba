package casefile

import (
	"context"
	"fmt"
)

// LinkKey is the secret that signs the links in messages, the same for all programs
// on the database.
func (s *Store) LinkKey(ctx context.Context) ([]byte, error) {
	var kept found[struct{ Key []byte }]
	var b batch
	one(&b, &kept, s.sql.LoadLinkKey)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("reading the key of links: %w", err)
	}
	return kept.value.Key, nil
}

// Reader is whom a message was for.
type Reader struct {
	Creditor  string
	Debtor    string
	Channel   string
	Recipient string
	Language  string
}

// ReaderOf is whom a message was for. An unknown ID is ErrUnknownMessage.
func (s *Store) ReaderOf(ctx context.Context, message string) (Reader, error) {
	if !isMessageID(message) {
		return Reader{}, fmt.Errorf("%w: %q", ErrUnknownMessage, message)
	}
	var reader found[Reader]
	var b batch
	one(&b, &reader, s.sql.RecipientOfMessage, named{"id": message})
	if err := b.run(ctx, s.pool); err != nil {
		return Reader{}, fmt.Errorf("reading whom message %s was for: %w", message, err)
	}
	if !reader.is {
		return Reader{}, fmt.Errorf("%w: %s", ErrUnknownMessage, message)
	}
	return reader.value, nil
}

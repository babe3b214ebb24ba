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
	// Copied: others than the recipient have the same message, so that whoever holds it
	// may be any of them.
	Copied bool `db:"-"`
	// Copies are the addresses in copy that are contacts of a debtor's: those of the
	// creditor's own colleagues are not, because a wish of theirs is none of the debtor's.
	Copies []string `db:"-"`
}

// ReaderOf is whom a message was for. An unknown ID is ErrUnknownMessage.
func (s *Store) ReaderOf(ctx context.Context, message string) (Reader, error) {
	if !isMessageID(message) {
		return Reader{}, fmt.Errorf("%w: %q", ErrUnknownMessage, message)
	}
	var kept found[struct {
		Reader
		Bytes []byte
	}]
	var b batch
	one(&b, &kept, s.sql.RecipientOfMessage, named{"id": message})
	if err := b.run(ctx, s.pool); err != nil {
		return Reader{}, fmt.Errorf("reading whom message %s was for: %w", message, err)
	}
	if !kept.is {
		return Reader{}, fmt.Errorf("%w: %s", ErrUnknownMessage, message)
	}
	reader := kept.value.Reader
	copied := copiesIn(reader.Channel, kept.value.Bytes)
	if len(copied) == 0 {
		return reader, nil
	}
	var theirs []struct{ Address string }
	var among batch
	all(&among, &theirs, s.sql.ContactsAmong, named{"creditor": reader.Creditor, "addresses": copied})
	if err := among.run(ctx, s.pool); err != nil {
		return Reader{}, fmt.Errorf("reading who has a copy of message %s: %w", message, err)
	}
	reader.Copied = true
	for _, one := range theirs {
		reader.Copies = append(reader.Copies, one.Address)
	}
	return reader, nil
}

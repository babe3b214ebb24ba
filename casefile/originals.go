package casefile

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relance/calendar"
	"relance/casefile/chain"
)

// The kinds of originals.
const (
	OriginalInvoice = "invoice"
	OriginalMessage = "message"
	// OriginalUnproven is what a message said when a provider was called for it that never
	// answered, in other words than those it was sent in afterwards.
	OriginalUnproven = "unproven-message"
	OriginalScan     = "scan"
	OriginalAnswer   = "answer"
)

// Original is a file of a case as it was given, sent or received.
type Original struct {
	Kind string
	// ID is that of the message or the answer, or the SHA-256 of the file; of an unproven
	// message that of the message, a slash and its how-manieth composition it is.
	ID string
	// Name is that of the file, the number of the letter that was scanned, the subject of
	// an answer, or the recipient of an unproven message.
	Name        string
	ContentType string
	SHA256      string
	Size        int64 // in bytes
	// At is when it was given, sent or received (business time), Actor who gave or sent it.
	At      time.Time
	Actor   string
	Channel string
	// Kept: its bytes are here. Very large answers are only named.
	Kept bool
}

// LetterOfCase is what is known of the way of a letter.
type LetterOfCase struct {
	Number        string        `json:"number"`
	Message       string        `json:"message"`
	Kind          LetterKind    `json:"kind"`
	State         LetterState   `json:"state"`
	PostedOn      calendar.Date `json:"posted_on,omitzero"`
	PostingNumber string        `json:"posting_number,omitempty"`
	PresentedOn   calendar.Date `json:"presented_on,omitzero"`
	EndedOn       calendar.Date `json:"ended_on,omitzero"`
}

// AnswerOfCase is what a debtor wrote.
type AnswerOfCase struct {
	ID         string
	Channel    string
	Sender     string
	Subject    string
	Text       string
	ReceivedAt time.Time
}

// AnchorOfCase is the anchor that covers most of the history of a case.
type AnchorOfCase struct {
	Day   calendar.Date `json:"day"`
	Root  string        `json:"root"`
	Lines int           `json:"lines"`
}

// Evidence is a case file with all that proves it, but the bytes of the originals.
type Evidence struct {
	File
	OpenedOn  calendar.Date
	Originals []Original
	Letters   []LetterOfCase
	Answers   []AnswerOfCase
	Head      chain.Head
	// Anchor is not set before the first one.
	Anchor AnchorOfCase
}

// Evidence reads a case file with all that proves it, at one moment. An invoice without
// a case is ErrUnknownCase.
func (s *Store) Evidence(ctx context.Context, creditor, invoice string) (Evidence, error) {
	var read Evidence
	err := s.reading(ctx, func(tx *transaction) error {
		var err error
		if read.File, err = s.readFile(ctx, tx, creditor, invoice); err != nil {
			return err
		}
		key := named{"creditor": creditor, "invoice": invoice}
		var head found[chain.Head]
		var anchor found[AnchorOfCase]
		var b batch
		all(&b, &read.Originals, s.sql.ListOriginals, key)
		all(&b, &read.Letters, s.sql.LoadLettersOfCase, key)
		all(&b, &read.Answers, s.sql.LoadAnswersOfCase, key)
		one(&b, &head, s.sql.LoadHeads, key)
		one(&b, &anchor, s.sql.LatestAnchorOf, key)
		if err := b.run(ctx, tx); err != nil {
			return fmt.Errorf("reading what proves the case of invoice %s of %s: %w", invoice, creditor, err)
		}
		read.Head, read.Anchor = head.value, anchor.value
		read.OpenedOn = read.Case.Window.DateOf(read.Row.OpenedAt)
		return nil
	})
	return read, err
}

// ErrOriginalGone: the bytes of an original are not there.
var ErrOriginalGone = errors.New("the bytes are gone")

// OriginalBytes reads the bytes of an original of a case. It refuses bytes that do not
// have the recorded hash.
func (s *Store) OriginalBytes(ctx context.Context, creditor, invoice string, o Original) ([]byte, error) {
	var content found[struct{ Bytes []byte }]
	var b batch
	one(&b, &content, s.sql.LoadOriginal, named{"creditor": creditor, "invoice": invoice, "kind": o.Kind, "id": o.ID})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("reading the %s %s of invoice %s of %s: %w", o.Kind, o.ID, invoice, creditor, err)
	}
	if !content.is {
		return nil, fmt.Errorf("the %s %s of invoice %s of %s: %w", o.Kind, o.ID, invoice, creditor, ErrOriginalGone)
	}
	if is := hashOf(content.value.Bytes); is != o.SHA256 {
		return nil, fmt.Errorf("the %s %s of invoice %s of %s was altered: its hash is %s, recorded is %s", o.Kind, o.ID, invoice, creditor, is, o.SHA256)
	}
	return content.value.Bytes, nil
}

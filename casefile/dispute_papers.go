package casefile

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"relance/collection"
)

// The limits of what is kept about a dispute: the letters of a note, the bytes of a
// document, and the documents of one dispute.
const (
	MaxDisputeNote     = 10_000
	MaxDisputeDocument = 10 << 20
	mostDisputePapers  = 50
)

// ErrUnknownDispute: the case has no dispute of that ID, or no such document of it.
var ErrUnknownDispute = errors.New("there is no such dispute")

// DisputeNote is what was written about a dispute. It may name people.
type DisputeNote struct {
	Dispute string
	// Key names the note within its dispute: the same one again is the same note.
	Key  string
	Text string
	By   string
	At   time.Time
}

// DisputeDocument is a file that belongs to a dispute. It comes from outside: it is
// given as a file to save, never shown.
type DisputeDocument struct {
	Dispute string
	// Ordinal is its place in the dispute, from 1.
	Ordinal int
	Name    string
	// Detected is what its first bytes look like.
	Detected string
	Size     int64
	SHA256   string
	// Bytes are the file; nil in lists.
	Bytes []byte
	By    string
	At    time.Time
}

// NoteDispute keeps what was written about a dispute; the same key again changes
// nothing. An unknown dispute is ErrUnknownDispute.
func (s *Store) NoteDispute(ctx context.Context, creditor, invoice string, note DisputeNote) error {
	note.At, note.Text = businessTime(note.At), strings.ToValidUTF8(strings.ReplaceAll(strings.TrimSpace(note.Text), "\x00", ""), "�")
	switch {
	case note.Text == "" || note.Key == "":
		return refuse(collection.RefusedInvalid, "a note about a dispute needs a text and a key")
	case utf8.RuneCountInString(note.Text) > MaxDisputeNote:
		return refuse(collection.RefusedInvalid, "the note is longer than %d letters: give it as a document", MaxDisputeNote)
	}
	return s.onDispute(ctx, creditor, invoice, note.Dispute, because{at: note.At, actor: note.By, cause: "dispute-note/" + note.Dispute + "/" + note.Key}, nil, func(c *lockedCase) error {
		c.writes.exec(s.sql.InsertDisputeNote, c.key(), note)
		return nil
	})
}

// KeepDisputeDocument keeps a file of a dispute and returns it with its place; the
// same bytes again are the same document, and fresh is false then. What is empty or
// larger than MaxDisputeDocument is a *collection.Refusal, an unknown dispute
// ErrUnknownDispute.
func (s *Store) KeepDisputeDocument(ctx context.Context, creditor, invoice string, document DisputeDocument) (kept DisputeDocument, fresh bool, err error) {
	if len(document.Bytes) == 0 || len(document.Bytes) > MaxDisputeDocument {
		return document, false, refuse(collection.RefusedInvalid, "the document has %d bytes: it must have from 1 to %d", len(document.Bytes), MaxDisputeDocument)
	}
	document.At, document.SHA256, document.Size = businessTime(document.At), hashOf(document.Bytes), int64(len(document.Bytes))
	document.Detected = http.DetectContentType(document.Bytes)
	document.Name = documentName(InvoiceDocument{Name: document.Name, Invoice: "document"})
	var papers []DisputeDocument
	why := because{at: document.At, actor: document.By, cause: "dispute-document/" + document.Dispute + "/" + document.SHA256}
	err = s.onDispute(ctx, creditor, invoice, document.Dispute, why, func(b *batch) {
		all(b, &papers, s.sql.LoadDisputeDocuments, named{"creditor": creditor, "invoice": invoice})
	}, func(c *lockedCase) error {
		document.Ordinal = 1
		for _, paper := range papers {
			if paper.Dispute != document.Dispute {
				continue
			}
			if paper.SHA256 == document.SHA256 {
				document = paper
				return nil
			}
			document.Ordinal = paper.Ordinal + 1
		}
		if document.Ordinal > mostDisputePapers {
			return refuse(collection.RefusedInvalid, "the dispute %s has %d documents already: no more are kept", document.Dispute, mostDisputePapers)
		}
		fresh = true
		c.writes.exec(s.sql.InsertDisputeDocument, c.key(), document)
		c.note("", "dispute-document", fmt.Sprintf("a document of the dispute %s is kept: %d bytes, SHA-256 %s", document.Dispute, document.Size, document.SHA256))
		return nil
	})
	document.Bytes = nil
	return document, fresh, err
}

// onDispute runs a change on a case that has the dispute.
func (s *Store) onDispute(ctx context.Context, creditor, invoice, id string, why because, also func(*batch), change func(*lockedCase) error) error {
	return s.changing(ctx, creditor, invoice, why, also, func(c *lockedCase) error {
		if _, known := c.now.Dispute(id); !known {
			return fmt.Errorf("%w: %s of %s", ErrUnknownDispute, id, c.now.ID())
		}
		return change(c)
	})
}

// DisputePapers are the notes and the documents of the disputes of a case, in the
// order they were given; the documents without their bytes.
func (s *Store) DisputePapers(ctx context.Context, creditor, invoice string) ([]DisputeNote, []DisputeDocument, error) {
	var notes []DisputeNote
	var documents []DisputeDocument
	key := named{"creditor": creditor, "invoice": invoice}
	var b batch
	all(&b, &notes, s.sql.LoadDisputeNotes, key)
	all(&b, &documents, s.sql.LoadDisputeDocuments, key)
	if err := b.run(ctx, s.pool); err != nil {
		return nil, nil, fmt.Errorf("reading the papers of the disputes about invoice %s of %s: %w", invoice, creditor, err)
	}
	return notes, documents, nil
}

// DisputeDocument reads a document of a dispute by its place. One that is not there is
// ErrUnknownDispute. It refuses bytes that do not have the recorded hash.
func (s *Store) DisputeDocument(ctx context.Context, creditor, invoice, dispute string, place int) (DisputeDocument, error) {
	var document found[DisputeDocument]
	var b batch
	one(&b, &document, s.sql.LoadDisputeDocument, named{"creditor": creditor, "invoice": invoice, "dispute": dispute, "ordinal": place})
	if err := b.run(ctx, s.pool); err != nil {
		return DisputeDocument{}, fmt.Errorf("reading the document %d of the dispute %s: %w", place, dispute, err)
	}
	if !document.is {
		return DisputeDocument{}, fmt.Errorf("%w: no document %d of %s", ErrUnknownDispute, place, dispute)
	}
	if is := hashOf(document.value.Bytes); is != document.value.SHA256 {
		return DisputeDocument{}, fmt.Errorf("the document %d of the dispute %s was altered: its hash is %s, recorded is %s", place, dispute, is, document.value.SHA256)
	}
	return document.value, nil
}

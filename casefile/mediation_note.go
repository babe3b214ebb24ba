package casefile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"relance/collection"
)

// MaxMediationNote is the longest note of a mediation, in characters.
const MaxMediationNote = 4000

// AddMediationNote keeps a note of what was said in a mediation, and reports whether it
// is new. The same key with another text or author is a *ConflictError; a note without
// a text or an author, or one that is too long, a *collection.Refusal; a mediation that
// was not proposed ErrUnknownMediation. Nothing of it goes into the history.
func (s *Store) AddMediationNote(ctx context.Context, creditor, invoice, mediation string, note MediationNote) (fresh bool, err error) {
	if err := collection.CheckID("the note", note.Key); err != nil {
		return false, err
	}
	switch {
	case strings.TrimSpace(note.Text) == "" || !utf8.ValidString(note.Text):
		return false, refuse(collection.RefusedInvalid, "the note %s says nothing", note.Key)
	case utf8.RuneCountInString(note.Text) > MaxMediationNote:
		return false, refuse(collection.RefusedInvalid, "the note %s is longer than %d characters: make several of it", note.Key, MaxMediationNote)
	case note.Author == "":
		return false, refuse(collection.RefusedInvalid, "the note %s does not say whose it is", note.Key)
	}
	note.At = businessTime(note.At)
	err = s.ofMediation(ctx, creditor, invoice, mediation, func(tx *transaction, key named) error {
		notes, err := s.readNotes(ctx, tx, key)
		if err != nil {
			return err
		}
		for _, known := range notes {
			if known.Key == note.Key {
				return known.agrees(note)
			}
		}
		fresh = true
		var b batch
		b.exec(s.sql.InsertMediationNote, key, note)
		return b.run(ctx, tx)
	})
	return fresh, err
}

func (n MediationNote) agrees(again MediationNote) error {
	if n.Text == again.Text && n.Author == again.Author {
		return nil
	}
	// What is known and given stays out of the error: it is confidential.
	return &ConflictError{Subject: "the note " + n.Key, Field: "text or author", Known: "one", Given: "another"}
}

// MediationNotes reads the notes of a mediation in the order they were given, and
// records who read them and when: reading them is an act of its own. Without a reader it
// is a *collection.Refusal.
func (s *Store) MediationNotes(ctx context.Context, creditor, invoice, mediation, reader string, at time.Time) ([]MediationNote, error) {
	if reader == "" {
		return nil, refuse(collection.RefusedInvalid, "the notes of a mediation are confidential: say who reads them")
	}
	var notes []MediationNote
	err := s.ofMediation(ctx, creditor, invoice, mediation, func(tx *transaction, key named) error {
		var b batch
		b.exec(s.sql.RecordMediationReading, key, named{"reader": reader, "at": businessTime(at)})
		if err := b.run(ctx, tx); err != nil {
			return err
		}
		var err error
		notes, err = s.readNotes(ctx, tx, key)
		return err
	})
	return notes, err
}

// MediationReading says who read the notes of a mediation.
type MediationReading struct {
	Reader string
	At     time.Time
}

// Supervisors are the roles at the creditor that look after what others read.
func Supervisors() []collection.Role {
	return []collection.Role{collection.RoleManager, collection.RoleOwner}
}

// MediationReadings lists who read the notes of a mediation, in order, for a supervisor:
// any other role is a *collection.Refusal. A mediation that was not proposed is
// ErrUnknownMediation. The list says nothing of what was read.
func (s *Store) MediationReadings(ctx context.Context, creditor, invoice, mediation string, role collection.Role) ([]MediationReading, error) {
	if !slices.Contains(Supervisors(), role) {
		return nil, refuse(collection.RefusedInvalid, "who read the notes of a mediation is shown to a supervisor (%s), and %q is none", listed(Supervisors()), role)
	}
	c, err := s.LoadCase(ctx, creditor, invoice)
	if err != nil {
		return nil, err
	}
	if _, known := c.Mediation(mediation); !known {
		return nil, unknownMediation(creditor, invoice, mediation)
	}
	var readings []MediationReading
	var b batch
	all(&b, &readings, s.sql.LoadMediationReadings, named{"creditor": creditor, "invoice": invoice, "mediation": mediation})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing who read the notes of the mediation %s: %w", mediation, err)
	}
	return readings, nil
}

func (s *Store) readNotes(ctx context.Context, tx *transaction, key named) ([]MediationNote, error) {
	var notes []MediationNote
	var b batch
	all(&b, &notes, s.sql.LoadMediationNotes, key)
	return notes, b.run(ctx, tx)
}

// ofMediation runs a transaction on what is kept beside a mediation, under the lock of
// its case.
func (s *Store) ofMediation(ctx context.Context, creditor, invoice, mediation string, do func(*transaction, named) error) error {
	return s.writing(ctx, func(tx *transaction) error {
		c, err := s.lockCase(ctx, tx, creditor, invoice, because{}, nil)
		if err != nil {
			return err
		}
		if _, known := c.now.Mediation(mediation); !known {
			return unknownMediation(creditor, invoice, mediation)
		}
		if err := do(tx, named{"creditor": creditor, "invoice": invoice, "mediation": mediation}); err != nil {
			return fmt.Errorf("the mediation %s of %s: %w", mediation, c.now.ID(), err)
		}
		return nil
	})
}

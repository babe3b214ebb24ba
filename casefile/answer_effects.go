package casefile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"relance/calendar"
)

// AnswersDue lists answers whose effect is still to be brought about: the program that
// received them may have died. The one that was tried longest ago is first (TryAnswer).
func (s *Store) AnswersDue(ctx context.Context, limit int) ([]Answer, error) {
	var answers []Answer
	var b batch
	all(&b, &answers, s.sql.ListInboundDue, named{"limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the answers that are due: %w", err)
	}
	return answers, nil
}

// TryAnswer reads an answer whose effect is to be brought about now, and puts it behind the
// others that are due; due is false when its effect is not due any more. It is called before
// the effect, so that one at which the program dies keeps no other back.
func (s *Store) TryAnswer(ctx context.Context, id string) (answer Answer, due bool, err error) {
	var tried found[Answer]
	var b batch
	one(&b, &tried, s.sql.TryInbound, named{"id": id})
	if err := b.run(ctx, s.pool); err != nil {
		return Answer{}, false, fmt.Errorf("trying the answer %s: %w", id, err)
	}
	return tried.value, tried.is, nil
}

// AnswersOnHold lists answers whose hold ended before a day and of whose end
// nobody was told.
func (s *Store) AnswersOnHold(ctx context.Context, before calendar.Date, limit int) ([]Answer, error) {
	var answers []Answer
	var b batch
	all(&b, &answers, s.sql.ListInboundOnHold, named{"before": before, "limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the answers whose hold has ended: %w", err)
	}
	return answers, nil
}

// AnswerEffect is what was done because of an answer.
type AnswerEffect struct {
	// Held are the cases on hold.
	Held []AnswerHold
	// History is what the case files say of it.
	History []AnswerNote
}

// AnswerHold is a case that an answer holds. The days of two may differ: each debtor has
// working days of its own, and a hold may be ordered later than another.
type AnswerHold struct {
	Invoice string
	// Until is the last day.
	Until calendar.Date
	// Ordered: the case was told of a hold named Answer.HoldID: nothing leaves for it until
	// it has that.
	Ordered bool
}

// AnswerNote is a line of the history of a case, without personal data.
type AnswerNote struct {
	Creditor string
	Invoice  string
	Key      string
	Kind     string
	Actor    string
	Summary  string
	// Reason is why it was done, SHA256 of the bytes of the answer it is about.
	Reason string
	SHA256 string
	At     time.Time
}

// FinishAnswer records that the effect of an answer was brought about, as the answer was
// known when that began: one that was put to other cases meanwhile has another, which is
// still due.
func (s *Store) FinishAnswer(ctx context.Context, answer Answer, effect AnswerEffect) error {
	about := named{"id": answer.ID, "creditor": answer.Creditor, "linking": answer.Linking, "due_since": answer.DueSince}
	invoices := make([]string, len(effect.Held))
	var last calendar.Date
	for i, held := range effect.Held {
		invoices[i], last = held.Invoice, max(last, held.Until)
	}
	err := s.writing(ctx, func(tx *transaction) error {
		var b batch
		s.noteAnswer(&b, effect.History)
		b.exec(s.sql.InsertInboundCases, named{"invoices": invoices}, about)
		for _, held := range effect.Held {
			b.exec(s.sql.HoldInboundCase, held, about)
		}
		b.exec(s.sql.FinishInboundEffect, named{"hold_until": last}, about)
		return b.run(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("finishing the answer %s: %w", answer.ID, err)
	}
	return nil
}

// noteAnswer queues lines of the history, each once. The cases are locked before, in the
// order in which they are locked everywhere.
func (s *Store) noteAnswer(b *batch, notes []AnswerNote) {
	notes = slices.SortedStableFunc(slices.Values(notes), func(a, b AnswerNote) int {
		return cmp.Or(cmp.Compare(a.Creditor, b.Creditor), cmp.Compare(a.Invoice, b.Invoice))
	})
	for _, note := range notes {
		b.exec(s.sql.LockCase, note)
	}
	for _, note := range notes {
		note.At = businessTime(note.At)
		b.exec(s.sql.InsertHistoryOnce, note)
	}
}

// EndAnswerHold notes, once, that the hold of an answer ended.
func (s *Store) EndAnswerHold(ctx context.Context, id string, history []AnswerNote, at time.Time) error {
	err := s.writing(ctx, func(tx *transaction) error {
		var b batch
		s.noteAnswer(&b, history)
		b.exec(s.sql.EndInboundHold, named{"id": id, "at": businessTime(at)})
		return b.run(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("ending the hold of the answer %s: %w", id, err)
	}
	return nil
}

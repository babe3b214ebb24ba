package cases

import (
	"context"
	"errors"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// TryOpen is the case that Open would open now, and whether it would be a new one.
// Nothing is recorded and no workflow starts.
func (s *Service) TryOpen(ctx context.Context, opening casefile.Opening) (collection.Case, bool, error) {
	opening.At = s.now()
	tried, result, err := s.Store.TryOpenCase(ctx, opening)
	return tried, result.Created, err
}

// TryCreditNote is what would become of a credit note on the account of its invoice
// now. Nothing is recorded and no case is told.
func (s *Service) TryCreditNote(ctx context.Context, creditor, invoice string, note workflows.CreditNoteIssued) (casefile.Posted, error) {
	at := s.now()
	today := calendar.DateOf(at)
	known, err := s.Store.LoadCase(ctx, creditor, invoice)
	switch {
	case err == nil:
		today = known.Window.DateOf(at)
	case !errors.Is(err, ErrUnknownCase):
		return casefile.Posted{}, err
	}
	entry, err := note.Entry(today)
	if err != nil {
		return casefile.Posted{}, asInvalid(err)
	}
	return s.Store.TryPostEntry(ctx, casefile.Posting{Creditor: creditor, Invoice: invoice, Entry: entry, Source: "api", Actor: note.By, At: at})
}

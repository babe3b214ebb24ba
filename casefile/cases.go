package casefile

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/money"
)

// CaseRow is a case as a list shows it.
type CaseRow struct {
	Creditor        string
	Invoice         string
	Debtor          string
	DebtorName      string
	IssueDate       calendar.Date
	DueDate         calendar.Date
	Total           money.Amount
	Open            money.Amount
	Strategy        string
	StrategyVersion int
	Projection
	OpenedAt time.Time
	ClosedAt time.Time
	// StartedAt is when its workflow was confirmed to run (wall), not set before.
	StartedAt time.Time
}

// CaseCursor is the place of a case in the order of Cases.
type CaseCursor struct {
	DueDate  calendar.Date
	Creditor string
	Invoice  string
}

// Cursor is the row's place, to ask for the rows after it.
func (r CaseRow) Cursor() CaseCursor {
	return CaseCursor{DueDate: r.DueDate, Creditor: r.Creditor, Invoice: r.Invoice}
}

// defaultLimit is the length of a list whose reader names none.
const defaultLimit = 100

// CaseFilter selects cases; empty fields select all.
type CaseFilter struct {
	Creditor string
	Debtor   string
	Stage    collection.Stage
	// OpenOnly leaves out closed cases.
	OpenOnly bool
	// Text is part of an invoice number, a debtor's ID or name, or a reference.
	Text string
	// Limit is 100 unless given.
	Limit int
	After CaseCursor
}

// Cases lists cases by due date, then creditor and invoice number.
func (s *Store) Cases(ctx context.Context, filter CaseFilter) ([]CaseRow, error) {
	filter.Limit = cmp.Or(filter.Limit, defaultLimit)
	var rows []CaseRow
	var b batch
	all(&b, &rows, s.sql.ListCases, filter, named{
		"after_due_date": filter.After.DueDate, "after_creditor": filter.After.Creditor, "after_invoice": filter.After.Invoice,
	})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing cases: %w", err)
	}
	return rows, nil
}

// CasesToStart lists open cases whose workflow start is not confirmed, oldest
// first. Starting a workflow twice under its ID is harmless, losing a start is
// not: so the case row is the outbox.
func (s *Store) CasesToStart(ctx context.Context, limit int) ([]CaseRow, error) {
	var rows []CaseRow
	var b batch
	all(&b, &rows, s.sql.ListCasesToStart, named{"limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the cases to start: %w", err)
	}
	return rows, nil
}

// CasesThatAreLate lists open cases that should have acted before an instant of
// business time and have not, the latest first. Their provider may be away, their
// workers busy, or their workflow gone.
func (s *Store) CasesThatAreLate(ctx context.Context, before time.Time, limit int) ([]CaseRow, error) {
	var rows []CaseRow
	var b batch
	all(&b, &rows, s.sql.ListCasesThatAreLate, named{"before": before, "limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the cases that are late: %w", err)
	}
	return rows, nil
}

// StartedCase names a case whose workflow runs, or ran.
type StartedCase struct{ Creditor, Invoice string }

// MarkStarted confirms that the workflows of cases run, or ran. The first
// confirmation stays. A case that is not known is ErrUnknownCase, and the others are
// confirmed all the same.
func (s *Store) MarkStarted(ctx context.Context, started ...StartedCase) error {
	creditors, invoices := make([]string, len(started)), make([]string, len(started))
	for i, c := range started {
		creditors[i], invoices[i] = c.Creditor, c.Invoice
	}
	known := 0
	err := s.writing(ctx, func(tx *transaction) error {
		s.commitSoon(tx) // a confirmation that is lost is asked for again
		var b batch
		b.execCounted(func(rows int64) error {
			known = int(rows)
			return nil
		}, s.sql.MarkStarted, named{"creditors": creditors, "invoices": invoices})
		tx.later(&b)
		return nil
	})
	switch {
	case err != nil:
		return fmt.Errorf("confirming the start of %d cases: %w", len(started), err)
	case known < len(started) && len(started) == 1:
		return unknownCase(started[0].Creditor, started[0].Invoice)
	case known < len(started):
		return fmt.Errorf("confirming the start of %d cases: %d of them: %w", len(started), len(started)-known, ErrUnknownCase)
	default:
		return nil
	}
}

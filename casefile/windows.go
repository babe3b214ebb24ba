package casefile

import (
	"context"
	"fmt"

	"relance/calendar"
)

// OpenWindows lists the different contact windows of a creditor's open cases.
func (s *Store) OpenWindows(ctx context.Context, creditor string) ([]calendar.Window, error) {
	var windows []calendar.Window
	var b batch
	all(&b, &windows, s.sql.ListOpenWindows, named{"creditor": creditor})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the contact windows of %s: %w", creditor, err)
	}
	return windows, nil
}

// CasesOfWindow lists the invoices of a creditor's open cases that have a contact
// window, in order, after one of them.
func (s *Store) CasesOfWindow(ctx context.Context, creditor string, window calendar.Window, after string, limit int) ([]string, error) {
	var rows []caseName
	var b batch
	all(&b, &rows, s.sql.ListCasesOfWindow, window, named{"creditor": creditor, "after": after, "limit": limit})
	if err := b.run(ctx, s.pool); err != nil {
		return nil, fmt.Errorf("listing the cases of a contact window of %s: %w", creditor, err)
	}
	invoices := make([]string, len(rows))
	for i, row := range rows {
		invoices[i] = row.Invoice
	}
	return invoices, nil
}

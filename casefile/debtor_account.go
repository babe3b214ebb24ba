package casefile

import (
	"context"
	"fmt"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/money"
)

// DebtorAccount are the ledger accounts of a debtor, with the parties, as they
// were recorded at one moment.
type DebtorAccount struct {
	Creditor Creditor
	Debtor   Debtor
	// Claims come by due date, then number.
	Claims []ClaimAccount
}

// ClaimAccount is one invoice with its ledger account and its case.
type ClaimAccount struct {
	Invoice   string
	IssueDate calendar.Date
	// CompletedOn is not set where the source does not say.
	CompletedOn      calendar.Date
	PaymentReference string
	Account          ledger.Account
	// Disputes are what was ever contested of it.
	Disputes []collection.Dispute
	// OpenedOn is the day its case was opened, in the zone of the case.
	OpenedOn calendar.Date
	// Outcome is how a person closed the case, on ClosedOn; not set when nobody did.
	Outcome  collection.Stage
	ClosedOn calendar.Date
}

// claimRow is an invoice and what its account and its case say.
type claimRow struct {
	Number           string
	IssueDate        calendar.Date
	DueDate          calendar.Date
	CompletedOn      calendar.Date
	Total            money.Amount
	PaymentReference string
	liability
	calendar.Window
	Outcome  collection.Stage
	OpenedAt time.Time
	ClosedAt time.Time
}

// DebtorAccount reads the accounts of all cases of a debtor. An unknown debtor is
// ErrUnknownDebtor.
func (s *Store) DebtorAccount(ctx context.Context, creditor, debtor string) (DebtorAccount, error) {
	var read DebtorAccount
	err := s.reading(ctx, func(tx *transaction) error {
		var owed found[Creditor]
		var owes found[Debtor]
		var reads batch
		one(&reads, &owed, s.sql.LoadCreditor, named{"creditor": creditor})
		one(&reads, &owes, s.sql.LoadDebtorOfID, named{"creditor": creditor, "debtor": debtor})
		if err := reads.run(ctx, tx); err != nil {
			return fmt.Errorf("reading the debtor %s of %s: %w", debtor, creditor, err)
		}
		switch {
		case !owed.is:
			return fmt.Errorf("%w: %s", ErrUnknownCreditor, creditor)
		case !owes.is:
			return fmt.Errorf("%w: %s of %s", ErrUnknownDebtor, debtor, creditor)
		}
		read = DebtorAccount{Creditor: owed.value, Debtor: owes.value}
		var err error
		read.Claims, err = s.readClaims(ctx, tx, creditor, debtor, "")
		return err
	})
	return read, err
}

// CaseAccount is DebtorAccount for one invoice only. An invoice without a case is
// ErrUnknownCase.
func (s *Store) CaseAccount(ctx context.Context, creditor, invoice string) (DebtorAccount, error) {
	var read DebtorAccount
	err := s.reading(ctx, func(tx *transaction) error {
		var owed found[Creditor]
		var owes found[Debtor]
		var reads batch
		one(&reads, &owed, s.sql.LoadCreditor, named{"creditor": creditor})
		one(&reads, &owes, s.sql.LoadDebtor, named{"creditor": creditor, "invoice": invoice})
		if err := reads.run(ctx, tx); err != nil {
			return fmt.Errorf("reading the parties of invoice %s of %s: %w", invoice, creditor, err)
		}
		if !owes.is {
			return unknownCase(creditor, invoice)
		}
		read = DebtorAccount{Creditor: owed.value, Debtor: owes.value}
		var err error
		read.Claims, err = s.readClaims(ctx, tx, creditor, owes.value.ID, invoice)
		if err == nil && len(read.Claims) == 0 {
			return unknownCase(creditor, invoice)
		}
		return err
	})
	return read, err
}

// readClaims reads the accounts of a debtor's cases, or that of one invoice.
func (s *Store) readClaims(ctx context.Context, tx *transaction, creditor, debtor, invoice string) ([]ClaimAccount, error) {
	var rows []claimRow
	var recorded []LedgerEntry
	var reads batch
	key := named{"creditor": creditor, "debtor": debtor, "invoice": invoice}
	all(&reads, &rows, s.sql.LoadClaims, key)
	all(&reads, &recorded, s.sql.LoadEntriesOfClaims, key)
	var contested []struct {
		Invoice string
		collection.Dispute
	}
	all(&reads, &contested, s.sql.LoadDisputesOfClaims, key)
	if err := reads.run(ctx, tx); err != nil {
		return nil, fmt.Errorf("reading the accounts of debtor %s of %s: %w", debtor, creditor, err)
	}
	entries := map[string][]LedgerEntry{}
	for _, entry := range recorded {
		entries[entry.Invoice] = append(entries[entry.Invoice], entry)
	}
	disputes := map[string][]collection.Dispute{}
	for _, dispute := range contested {
		disputes[dispute.Invoice] = append(disputes[dispute.Invoice], dispute.Dispute)
	}
	claims := make([]ClaimAccount, 0, len(rows))
	for _, row := range rows {
		a, err := account(s.tariffs.Load().claim(row.liability, row.Total, row.DueDate), entries[row.Number])
		if err != nil {
			return nil, fmt.Errorf("the account of invoice %s of %s: %w", row.Number, creditor, err)
		}
		claim := ClaimAccount{
			Invoice: row.Number, IssueDate: row.IssueDate, CompletedOn: row.CompletedOn, PaymentReference: row.PaymentReference, Account: a, Disputes: disputes[row.Number], OpenedOn: row.DateOf(row.OpenedAt),
		}
		if row.Outcome != "" && !row.ClosedAt.IsZero() {
			claim.Outcome, claim.ClosedOn = row.Outcome, row.DateOf(row.ClosedAt)
		}
		claims = append(claims, claim)
	}
	return claims, nil
}

package casefile

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/identifiers"
	"relance/ledger"
	"relance/money"
)

// Transfer is one payment that may be for many invoices.
type Transfer struct {
	Creditor string
	// ID is the payment's own ID: it counts once.
	ID         string
	Amount     money.Amount
	ReceivedOn calendar.Date
	// Invoices are the numbers the debtor indicated, Remittance what it wrote on the
	// transfer, Debtor who it is; each may be missing.
	Invoices   []string
	Remittance string
	Debtor     string
	Actor      string
	At         time.Time
}

// Share is what a transfer pays of an invoice, under the ID of its payment. The
// share of no invoice is what fits none.
type Share struct {
	Invoice string
	Payment string
	Amount  money.Amount
}

// DivideTransfer records a transfer and divides it: first among the invoices the
// debtor indicated (by number, by creditor reference, or by writing the number),
// then among its other open invoices in the law's order (ledger.Spread). What is
// left over goes to the first of them as the debtor's credit; a transfer that fits
// no invoice has one share without an invoice.
//
// The same transfer again is divided as before, whatever has been paid since; with
// another amount it is a *collection.Refusal with RefusedConflict.
func (s *Store) DivideTransfer(ctx context.Context, t Transfer) ([]Share, error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	var shares []Share
	err := s.writing(ctx, func(tx *transaction) error {
		known, err := s.recordTransfer(ctx, tx, t)
		if err != nil || known {
			if err == nil {
				shares, err = s.loadShares(ctx, tx, t)
			}
			return err
		}
		debts, err := s.debts(ctx, tx, t)
		if err != nil {
			return err
		}
		shares = t.divide(debts)
		return s.saveShares(ctx, tx, t, shares)
	})
	return shares, err
}

func (t Transfer) validate() error {
	if t.ReceivedOn.IsZero() {
		return refuse(collection.RefusedInvalid, "the transfer %s has no date", t.ID)
	}
	return ledger.Entry{Kind: ledger.EntryPayment, ID: t.ID, Amount: t.Amount, ValueDate: t.ReceivedOn}.Validate()
}

// recordTransfer reports whether the transfer is known.
func (s *Store) recordTransfer(ctx context.Context, tx *transaction, t Transfer) (bool, error) {
	var owner found[Creditor]
	var before found[struct{ Amount money.Amount }]
	inserted := int64(0)
	var b batch
	one(&b, &owner, s.sql.LoadCreditor, named{"creditor": t.Creditor})
	if err := b.run(ctx, tx); err != nil {
		return false, fmt.Errorf("recording the transfer %s: %w", t.ID, err)
	}
	if !owner.is {
		return false, fmt.Errorf("%w: %s", ErrUnknownCreditor, t.Creditor)
	}
	b = batch{}
	b.execCounted(func(rows int64) error {
		inserted = rows
		return nil
	}, s.sql.InsertTransfer, named{"at": businessTime(t.At)}, t)
	one(&b, &before, s.sql.LoadTransfer, named{"creditor": t.Creditor, "id": t.ID})
	if err := b.run(ctx, tx); err != nil {
		return false, fmt.Errorf("recording the transfer %s: %w", t.ID, err)
	}
	if inserted == 0 && before.value.Amount != t.Amount {
		return true, refuse(collection.RefusedConflict, "the transfer %s is already recorded as %s and cannot be recorded again as %s",
			t.ID, before.value.Amount, t.Amount)
	}
	return inserted == 0, nil
}

func (s *Store) loadShares(ctx context.Context, tx *transaction, t Transfer) ([]Share, error) {
	var shares []Share
	var b batch
	all(&b, &shares, s.sql.LoadShares, named{"creditor": t.Creditor, "id": t.ID})
	return shares, b.run(ctx, tx)
}

// namedInvoice is an open invoice that a transfer can be about.
type namedInvoice struct {
	Number            string
	Debtor            string
	CreditorReference string
	PaymentReference  string
}

// indicates reports whether the transfer is about an invoice: its debtor named it,
// or wrote its reference or its number as a word of its own.
func (t Transfer) indicates(i namedInvoice, references []string) bool {
	return slices.Contains(t.Invoices, i.Number) || slices.Contains(references, i.CreditorReference) ||
		hasWord(t.Remittance, i.Number) || i.PaymentReference != "" && hasWord(t.Remittance, i.PaymentReference)
}

// hasWord reports whether a text has a number in it that no letter or digit goes on
// with: "F-10" is not a word of "F-101". Numbers of a single digit are no names.
func hasWord(text, number string) bool {
	text, number = strings.ToUpper(text), strings.ToUpper(number)
	if len(number) < 2 {
		return false
	}
	for from := 0; ; {
		at := strings.Index(text[from:], number)
		if at < 0 {
			return false
		}
		begin, end := from+at, from+at+len(number)
		if !isAlphanumericAt(text, begin-1) && !isAlphanumericAt(text, end) {
			return true
		}
		from = begin + 1
	}
}

func isAlphanumericAt(text string, at int) bool {
	return at >= 0 && at < len(text) && (text[at] >= '0' && text[at] <= '9' || text[at] >= 'A' && text[at] <= 'Z')
}

// debts are what the transfer can pay, those the debtor indicated marked so.
func (s *Store) debts(ctx context.Context, tx *transaction, t Transfer) ([]ledger.Debt, error) {
	references := identifiers.FindCreditorReferences(t.Remittance)
	written := make([]string, 0, len(references))
	for _, reference := range references {
		written = append(written, string(reference))
	}
	var indicated, others []namedInvoice
	var b batch
	all(&b, &indicated, s.sql.InvoicesNamed, named{
		"creditor": t.Creditor, "numbers": t.Invoices, "references": written, "remittance": strings.ToUpper(t.Remittance),
	})
	if err := b.run(ctx, tx); err != nil {
		return nil, fmt.Errorf("finding the invoices of the transfer %s: %w", t.ID, err)
	}
	indicated = slices.DeleteFunc(indicated, func(i namedInvoice) bool { return !t.indicates(i, written) })
	debtor := t.Debtor
	if debtor != "" {
		indicated = slices.DeleteFunc(indicated, func(i namedInvoice) bool { return i.Debtor != debtor })
	}
	if debtor == "" && len(indicated) > 0 {
		debtor = indicated[0].Debtor
		for _, invoice := range indicated {
			if invoice.Debtor != debtor {
				debtor = "" // several debtors are named: nothing beyond their invoices is meant
			}
		}
	}
	if debtor != "" {
		b = batch{}
		all(&b, &others, s.sql.OpenInvoicesOfDebtor, named{"creditor": t.Creditor, "debtor": debtor})
		if err := b.run(ctx, tx); err != nil {
			return nil, fmt.Errorf("finding the invoices of debtor %s: %w", debtor, err)
		}
	}
	var debts []ledger.Debt
	for _, invoice := range append(indicated, others...) {
		if slices.ContainsFunc(debts, func(d ledger.Debt) bool { return d.Invoice == invoice.Number }) {
			continue
		}
		debt, err := s.debt(ctx, tx, t, invoice.Number)
		if err != nil {
			return nil, err
		}
		debt.Indicated = slices.Contains(indicated, invoice)
		debts = append(debts, debt)
	}
	return debts, nil
}

func (s *Store) debt(ctx context.Context, tx *transaction, t Transfer, invoice string) (ledger.Debt, error) {
	var rows caseRows
	var reads batch
	s.readCase(&reads, &rows, t.Creditor, invoice)
	if err := reads.run(ctx, tx); err != nil {
		return ledger.Debt{}, fmt.Errorf("reading the case of invoice %s of %s: %w", invoice, t.Creditor, err)
	}
	if err := s.readRest(ctx, tx, &rows); err != nil {
		return ledger.Debt{}, fmt.Errorf("reading the case of invoice %s of %s: %w", invoice, t.Creditor, err)
	}
	c, account, _, err := s.rebuild(rows)
	if err != nil {
		return ledger.Debt{}, err
	}
	position, err := account.Today(t.ReceivedOn)
	if err != nil {
		return ledger.Debt{}, err
	}
	open, err := position.Open.Add(position.LateFees.Open(position.Open.Currency()))
	return ledger.Debt{Invoice: invoice, Due: c.DueDate, Open: open, Costly: !position.LateFees.ClaimedFrom.IsZero()}, err
}

func (t Transfer) divide(debts []ledger.Debt) []Share {
	spread, left := ledger.Spread(t.Amount, t.ReceivedOn, debts)
	var shares []Share
	for _, part := range spread {
		shares = append(shares, Share{Invoice: part.Invoice, Amount: part.Amount})
	}
	switch {
	case left.Sign() <= 0:
	case len(shares) == 0 && len(t.Invoices) == 1:
		shares = []Share{{Invoice: t.Invoices[0], Amount: left}} // not known yet, or closed: its own ledger says what becomes of it
	case len(shares) > 0:
		shares[0].Amount = money.FromMinor(shares[0].Amount.Minor()+left.Minor(), left.Currency())
	default:
		shares = []Share{{Amount: left}}
	}
	for i := range shares {
		shares[i].Payment = t.ID
		if len(shares) > 1 {
			shares[i].Payment = t.ID + "/" + shares[i].Invoice
		}
	}
	return shares
}

func (s *Store) saveShares(ctx context.Context, tx *transaction, t Transfer, shares []Share) error {
	var invoices, payments []string
	var amounts []int64
	for _, share := range shares {
		invoices, payments, amounts = append(invoices, share.Invoice), append(payments, share.Payment), append(amounts, share.Amount.Minor())
	}
	var b batch
	b.exec(s.sql.InsertShares, named{"creditor": t.Creditor, "id": t.ID, "invoices": invoices, "payments": payments, "amounts": amounts})
	return b.run(ctx, tx)
}

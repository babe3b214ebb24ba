// Package statements hands out statements of account: it reads the accounts of a
// case or a debtor, states them on a day, and writes them for their reader.
package statements

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/letters"
	"relance/messaging/compose"
	"relance/statement"
	"relance/statement/statementfile"
)

// Maker makes statements from a case file. It is safe for concurrent use.
type Maker struct {
	Store     *casefile.Store
	Templates *compose.Templates
	// Clock gives the business time.
	Clock func() calendar.Clock
}

// Request asks for a statement: of one invoice, or of all of a debtor.
type Request struct {
	Creditor string
	// Invoice or Debtor is given.
	Invoice string
	Debtor  string
	// On is the last day that counts; today in the creditor's zone when it is not set.
	On calendar.Date
	// Language is the debtor's unless it is given, else the creditor's.
	Language string
}

// File writes a statement in a format. What is not known is
// casefile.ErrUnknownCase, ErrUnknownDebtor or ErrUnknownCreditor; a day on which
// the invoice did not exist yet is refused.
func (m *Maker) File(ctx context.Context, r Request, format statementfile.Format) (statementfile.File, error) {
	made, err := m.make(ctx, r)
	if err != nil {
		return statementfile.File{}, err
	}
	return statementfile.NewWriter(m.Templates).Write(made.statement, made.facts, made.language, format)
}

// Page is the statement as it is printed, every text ready, for a terminal.
// Errors are those of File.
func (m *Maker) Page(ctx context.Context, r Request) (letters.Statement, error) {
	made, err := m.make(ctx, r)
	if err != nil {
		return letters.Statement{}, err
	}
	return statementfile.NewWriter(m.Templates).Page(made.statement, made.facts, made.language)
}

// made is a statement with what its reader must know of the parties.
type made struct {
	statement statement.Statement
	facts     compose.Facts
	language  string
}

func (m *Maker) make(ctx context.Context, r Request) (made, error) {
	read, err := m.read(ctx, r)
	if err != nil {
		return made{}, err
	}
	today, err := m.today(read.Creditor)
	if err != nil {
		return made{}, err
	}
	if r.On.IsZero() {
		r.On = today
	}
	stated, err := statement.New(factsOf(read, r.Invoice), r.On)
	if err != nil {
		return made{}, err
	}
	language := cmp.Or(r.Language, read.Debtor.Language, read.Creditor.Language)
	facts := compose.Facts{
		Creditor: read.Creditor.Letterhead(read.Debtor), Debtor: read.Debtor.Addressee(read.Creditor, language), Today: today,
	}
	return made{statement: stated, facts: facts, language: language}, nil
}

func (m *Maker) read(ctx context.Context, r Request) (casefile.DebtorAccount, error) {
	if r.Invoice != "" {
		return m.Store.CaseAccount(ctx, r.Creditor, r.Invoice)
	}
	return m.Store.DebtorAccount(ctx, r.Creditor, r.Debtor)
}

// today is the business day where the creditor is.
func (m *Maker) today(creditor casefile.Creditor) (calendar.Date, error) {
	zone, err := time.LoadLocation(cmp.Or(creditor.Zone, "Europe/Paris"))
	if err != nil {
		return 0, fmt.Errorf("the creditor %s has no usable time zone: %w", creditor.ID, err)
	}
	return calendar.DateOf(m.Clock().Now().In(zone)), nil
}

// factsOf are what a statement is made of.
func factsOf(read casefile.DebtorAccount, invoice string) statement.Facts {
	facts := statement.Facts{
		Creditor: statement.Party{ID: read.Creditor.ID, Name: read.Creditor.Name},
		Debtor:   statement.Party{ID: read.Debtor.ID, Name: read.Debtor.Name},
		Invoice:  invoice,
	}
	for _, claim := range read.Claims {
		facts.Accounts = append(facts.Accounts, statement.Account{
			Invoice: claim.Invoice, IssuedOn: claim.IssueDate, OpenedOn: claim.OpenedOn, Ledger: claim.Account,
			Disputes: claim.Disputes, PaymentReference: claim.PaymentReference, Outcome: claim.Outcome, ClosedOn: claim.ClosedOn,
		})
	}
	return facts
}

// Package intake turns imported documents into cases: which creditor an invoice
// belongs to, which debtor owes it, which strategy collects it, when the debtor
// may be contacted. Credit notes lower the invoice they name.
package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/collection/strategyfile"
	"relance/deadlines"
	"relance/imports/invoice"
	"relance/ledger"
	"relance/workflows"
)

// Creditor is how one creditor's invoices are recognised and collected.
type Creditor struct {
	ID    string
	Name  string
	SIREN string
	VATID string
	// Country and Zone apply to debtors whose own are not known.
	Country string
	Zone    calendar.Zone
	// Strategies are the names of the default strategies by kind of debtor.
	Strategies map[invoice.DebtorKind]string
	// Sells is what it sells where the longest payment terms are other than the
	// general ones.
	Sells deadlines.TermCategory
	// Carriage: its invoices are for the carriage of goods.
	Carriage bool
	// Hours are when its debtors are contacted.
	Hours cases.ContactHours
}

// Intake opens cases from documents.
type Intake struct {
	Cases      *cases.Service
	Strategies strategyfile.Set
	Creditors  []Creditor
	// Law is what documents are read by: see Rules.
	Law invoice.Law
	// DefaultCreditor is the ID used for documents that name none and whose seller
	// is not recognised; empty refuses them.
	DefaultCreditor string
	// DryRun changes nothing.
	DryRun bool
	Actor  string
}

// Rules are the rules by which the documents for these creditors are read.
func (i *Intake) Rules() invoice.Rules {
	countries, sells := map[string]string{}, map[string]deadlines.TermCategory{}
	for _, creditor := range i.Creditors {
		countries[creditor.ID], sells[creditor.ID] = creditor.Country, creditor.Sells
		if creditor.ID == i.DefaultCreditor {
			countries[""], sells[""] = creditor.Country, creditor.Sells
		}
	}
	return invoice.Rules{Law: i.Law, CreditorCountries: countries, Sells: sells}
}

// Outcome is what became of one document.
type Outcome string

// What can become of a document.
const (
	Opened     Outcome = "opened"      // a new case runs
	Known      Outcome = "known"       // imported before; nothing changed
	Credited   Outcome = "credited"    // the credit note lowered its invoice
	Kept       Outcome = "kept"        // the credit note waits for its invoice
	NothingDue Outcome = "nothing due" // there is nothing to collect
	WouldOpen  Outcome = "would open"  // dry run
)

// Result is what became of one document, for the import's summary.
type Result struct {
	Source   invoice.Source
	Creditor string
	Number   string
	Outcome  Outcome
	Strategy string
	// FirstStep and FirstAt are the first coming action of a case.
	FirstStep string
	FirstAt   time.Time
	Warnings  []invoice.Warning
}

// Take opens the case of an invoice, or posts a credit note. Its errors are
// refusals of this document; nothing of it is recorded then.
func (i *Intake) Take(ctx context.Context, doc invoice.Document) (Result, error) {
	result := Result{Source: doc.Source, Number: doc.Number, Warnings: doc.Warnings}
	creditor, err := i.creditorOf(doc)
	if err != nil {
		return result, err
	}
	result.Creditor = creditor.ID
	switch {
	case doc.Kind == invoice.CreditNote:
		return i.credit(ctx, creditor, doc, result)
	case doc.NothingDue():
		result.Outcome = NothingDue
		return result, nil
	}
	if err := i.refuseCorrection(ctx, creditor, doc); err != nil {
		return result, err
	}
	result.Warnings = append(result.Warnings, warnings(creditor, doc)...)
	opening, err := i.opening(creditor, doc)
	if err != nil {
		return result, err
	}
	result.Strategy = opening.Strategy.Name
	if i.DryRun {
		result.Outcome = WouldOpen
		status := workflows.NewStatus(Preview(opening), i.Cases.Clock().Now())
		result.FirstStep, result.FirstAt = status.NextStep, status.NextAt
		return result, nil
	}
	if len(doc.Original) > 0 {
		opening.Document = &casefile.InvoiceDocument{Name: baseName(doc.Source.File), Bytes: doc.Original}
	}
	status, created, err := i.Cases.Open(ctx, opening)
	if err != nil {
		return result, err
	}
	warning, err := i.keepOriginal(ctx, creditor, doc)
	if err != nil {
		return result, err
	}
	result.Warnings = append(result.Warnings, warning...)
	result.Outcome, result.FirstStep, result.FirstAt = Known, status.NextStep, status.NextAt
	if created {
		result.Outcome = Opened
	}
	return result, nil
}

// keepOriginal keeps the PDF of an invoice that was known before without it, and
// says why one cannot be kept: that is worth a warning, not the case.
func (i *Intake) keepOriginal(ctx context.Context, creditor Creditor, doc invoice.Document) ([]invoice.Warning, error) {
	if len(doc.Original) == 0 {
		return nil, nil
	}
	_, err := i.Cases.Store.SaveInvoiceDocument(ctx, casefile.InvoiceDocument{
		Creditor: creditor.ID, Invoice: doc.Number, Name: baseName(doc.Source.File), Bytes: doc.Original, Actor: i.Actor, At: i.Cases.Clock().Now(),
	})
	var refused *collection.Refusal
	if errors.As(err, &refused) {
		return []invoice.Warning{{
			About: invoice.AboutDocument, Field: "PDF", Value: baseName(doc.Source.File), Reason: "is not kept to be attached to reminders: " + refused.Message,
		}}, nil
	}
	return nil, err
}

func (i *Intake) credit(ctx context.Context, creditor Creditor, doc invoice.Document, result Result) (Result, error) {
	if len(doc.References) == 0 {
		return result, errors.New("the credit note names no invoice: say which one it lowers")
	}
	if len(doc.References) > 1 {
		return result, fmt.Errorf("the credit note names %d invoices and does not say how much each is lowered by: enter it for each invoice", len(doc.References))
	}
	if doc.Credit().Sign() <= 0 {
		result.Outcome = NothingDue
		return result, nil
	}
	known, err := i.isCredited(ctx, creditor, doc)
	switch {
	case err != nil:
		return result, err
	case known:
		result.Outcome = Known
		return result, nil
	case i.DryRun:
		result.Outcome = Credited
		return result, nil
	}
	outcome, err := i.Cases.IssueCreditNote(ctx, creditor.ID, doc.References[0].Number, workflows.CreditNoteIssued{
		Number: doc.Number, Amount: workflows.Decimal(doc.Credit().Decimal()), Currency: string(doc.Currency), IssuedOn: doc.Issued, By: i.Actor,
	}, false)
	switch {
	case err != nil:
		return result, err
	case outcome.Kept:
		result.Outcome = Kept
	case outcome.Outcome == ledger.EntryDuplicate:
		result.Outcome = Known
	default:
		result.Outcome = Credited
	}
	return result, nil
}

// isCredited reports whether a credit note has lowered its invoice already: its
// case need not be told again.
func (i *Intake) isCredited(ctx context.Context, creditor Creditor, doc invoice.Document) (bool, error) {
	file, err := i.Cases.Store.CaseFile(ctx, creditor.ID, doc.References[0].Number)
	if errors.Is(err, cases.ErrUnknownCase) {
		return false, nil
	}
	return slices.ContainsFunc(file.Entries, func(entry casefile.LedgerEntry) bool {
		return entry.Kind == ledger.EntryCreditNote && entry.ID == doc.Number && entry.Amount == doc.Credit()
	}), err
}

// refuseCorrection keeps a corrected invoice from being claimed beside the one it
// replaces.
func (i *Intake) refuseCorrection(ctx context.Context, creditor Creditor, doc invoice.Document) error {
	if !doc.Corrective() {
		return nil
	}
	for _, reference := range doc.References {
		replaced, err := i.Cases.Store.LoadCase(ctx, creditor.ID, reference.Number)
		switch {
		case errors.Is(err, cases.ErrUnknownCase):
		case err != nil:
			return err
		case !replaced.IsClosed():
			return fmt.Errorf("it corrects the invoice %s, which is still being collected: close that case as withdrawn first, then import this again", reference.Number)
		}
	}
	return nil
}

// warnings are what a person should know before this invoice is collected.
func warnings(creditor Creditor, doc invoice.Document) []invoice.Warning {
	var found []invoice.Warning
	otherSIREN := doc.Seller.SIREN != "" && creditor.SIREN != "" && doc.Seller.SIREN != creditor.SIREN
	otherVAT := doc.Seller.VAT != "" && creditor.VATID != "" && doc.Seller.VAT != creditor.VATID
	if otherSIREN || otherVAT {
		found = append(found, invoice.Warning{
			About: invoice.AboutDocument, Line: doc.Source.Line, Field: "seller", Value: doc.Seller.Name,
			Reason: "is not " + creditor.Name + ", who will claim this invoice and sign the reminders: check the creditor of the import",
		})
	}
	if doc.DirectDebit {
		found = append(found, invoice.Warning{
			About: invoice.AboutAccount, Line: doc.Source.Line, Field: "payment means",
			Reason: "the invoice is collected by direct debit: signal the payment when the debit is paid, so that nobody is reminded of it",
		})
	}
	if doc.Payee != nil {
		found = append(found, invoice.Warning{
			About: invoice.AboutAccount, Line: doc.Source.Line, Field: "payee",
			Reason: "somebody else than the seller is to be paid, and the reminders name the creditor's own account: check before they leave",
		})
	}
	return found
}

// Opening is what the case of an invoice would begin with. Nothing is recorded.
func (i *Intake) Opening(doc invoice.Document) (casefile.Opening, error) {
	creditor, err := i.creditorOf(doc)
	if err != nil {
		return casefile.Opening{}, err
	}
	return i.opening(creditor, doc)
}

// creditorOf finds whose invoice it is: the creditor the document names, the one
// whose identifiers the seller bears, or the default.
func (i *Intake) creditorOf(doc invoice.Document) (Creditor, error) {
	wanted := doc.Creditor
	if wanted == "" {
		for _, creditor := range i.Creditors {
			if creditor.SIREN != "" && creditor.SIREN == doc.Seller.SIREN || creditor.VATID != "" && creditor.VATID == doc.Seller.VAT {
				return creditor, nil
			}
		}
		wanted = i.DefaultCreditor
	}
	for _, creditor := range i.Creditors {
		if creditor.ID == wanted {
			return creditor, nil
		}
	}
	if wanted != "" && len(i.Creditors) > 0 {
		return Creditor{}, fmt.Errorf("the creditor %q is not configured: the creditors are %s", wanted, i.creditorIDs())
	}
	if len(i.Creditors) == 0 {
		return Creditor{}, errors.New("no creditor is configured: add your company under creditors in the configuration")
	}
	return Creditor{}, fmt.Errorf("the seller %q is none of the configured creditors (%s): name the creditor of the import", doc.Seller.Name, i.creditorIDs())
}

func (i *Intake) creditorIDs() string {
	var ids []string
	for _, creditor := range i.Creditors {
		ids = append(ids, creditor.ID)
	}
	slices.Sort(ids)
	return strings.Join(ids, ", ")
}

// Preview is the case an opening would begin.
func Preview(opening casefile.Opening) collection.Case {
	return collection.Case{
		Creditor: opening.Invoice.Creditor, Invoice: opening.Invoice.Number, Debtor: opening.Debtor.ID,
		DueDate: opening.Invoice.DueDate, Open: opening.Invoice.Total, Window: opening.Window, Strategy: opening.Strategy,
	}
}

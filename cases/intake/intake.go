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
	Actor           string

	// trial is set in a dry run.
	trial *trial
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
	Kept       Outcome = "kept"        // the credit note waits for its invoice, or for a person where the currency is another
	NothingDue Outcome = "nothing due" // there is nothing to collect
	WouldOpen  Outcome = "would open"  // dry run: a new case would run
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
// refusals of this document; nothing of it is recorded then. In a dry run it tells
// the same and changes nothing.
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
	if len(doc.Original) > 0 {
		opening.Document = &casefile.InvoiceDocument{Name: baseName(doc.Source.File), Bytes: doc.Original}
	}
	status, created, err := i.open(ctx, opening)
	if err != nil {
		return result, err
	}
	warning, err := i.keepOriginal(ctx, creditor, doc)
	if err != nil {
		return result, err
	}
	result.Warnings = append(result.Warnings, warning...)
	result.Outcome, result.FirstStep, result.FirstAt = Known, status.NextStep, status.NextAt
	switch {
	case created && i.IsDryRun():
		result.Outcome = WouldOpen
	case created:
		result.Outcome = Opened
	}
	return result, nil
}

// open opens a case, or tells in a dry run how it would begin.
func (i *Intake) open(ctx context.Context, opening casefile.Opening) (workflows.Status, bool, error) {
	if i.IsDryRun() {
		return i.trial.open(ctx, i.Cases, opening)
	}
	return i.Cases.Open(ctx, opening)
}

// Check refuses a document that no case file could make up for, without looking into
// one: whose creditor or strategy is not configured, a credit note that does not say
// what it lowers.
func (i *Intake) Check(doc invoice.Document) error {
	if doc.Kind == invoice.CreditNote {
		if _, err := i.creditorOf(doc); err != nil {
			return err
		}
		_, err := lowered(doc)
		return err
	}
	creditor, err := i.creditorOf(doc)
	if err != nil || doc.NothingDue() {
		return err
	}
	_, err = i.opening(creditor, doc)
	return err
}

// keepOriginal keeps the PDF of an invoice that was known before without it, and
// says why one cannot be kept: that is worth a warning, not the case.
func (i *Intake) keepOriginal(ctx context.Context, creditor Creditor, doc invoice.Document) ([]invoice.Warning, error) {
	if len(doc.Original) == 0 {
		return nil, nil
	}
	document := casefile.InvoiceDocument{
		Creditor: creditor.ID, Invoice: doc.Number, Name: baseName(doc.Source.File), Bytes: doc.Original, Actor: i.Actor, At: i.Cases.Clock().Now(),
	}
	err := document.Check()
	if err == nil && !i.IsDryRun() {
		_, err = i.Cases.Store.SaveInvoiceDocument(ctx, document)
	}
	var refused *collection.Refusal
	if errors.As(err, &refused) {
		return []invoice.Warning{{
			About: invoice.AboutDocument, Field: "PDF", Value: baseName(doc.Source.File), Reason: "is not kept to be attached to reminders: " + refused.Message,
		}}, nil
	}
	return nil, err
}

// lowered is the number of the invoice that a credit note lowers.
func lowered(doc invoice.Document) (string, error) {
	switch len(doc.References) {
	case 0:
		return "", errors.New("the credit note names no invoice: say which one it lowers")
	case 1:
		return doc.References[0].Number, nil
	default:
		return "", fmt.Errorf("the credit note names %d invoices and does not say how much each is lowered by: enter it for each invoice", len(doc.References))
	}
}

// credit posts a credit note. Posting it is tried first, import or dry run: a case that
// runs is only told of it, and could not refuse it to the import any more.
func (i *Intake) credit(ctx context.Context, creditor Creditor, doc invoice.Document, result Result) (Result, error) {
	number, err := lowered(doc)
	if err != nil {
		return result, err
	}
	if doc.Credit().Sign() <= 0 {
		result.Outcome = NothingDue
		return result, nil
	}
	note := workflows.CreditNoteIssued{
		Number: doc.Number, Amount: workflows.Decimal(doc.Credit().Decimal()), Currency: string(doc.Currency), IssuedOn: doc.Issued, By: i.Actor,
	}
	tried, err := i.Cases.TryCreditNote(ctx, creditor.ID, number, note)
	if err != nil {
		return result, err
	}
	if i.IsDryRun() {
		result.Outcome, err = i.trial.credit(creditor.ID, number, doc, tried)
		return result, err
	}
	if result.Outcome = creditOutcome(tried); result.Outcome == Known {
		return result, nil // its case need not be told again
	}
	outcome, err := i.Cases.IssueCreditNote(ctx, creditor.ID, number, note, false)
	switch {
	case err != nil:
		return result, err
	case outcome.Kept:
		result.Outcome = Kept
	case outcome.Outcome == ledger.EntryDuplicate:
		result.Outcome = Known
	}
	return result, nil
}

// creditOutcome is what an import says of a credit note of which this became.
func creditOutcome(posted casefile.Posted) Outcome {
	switch {
	case !posted.KnownInvoice:
		return Kept
	case posted.Outcome == ledger.EntryDuplicate:
		return Known
	case posted.Outcome == ledger.EntryUnmatched:
		return Kept
	default:
		return Credited
	}
}

// refuseCorrection keeps a corrected invoice from being claimed beside the one it
// replaces.
func (i *Intake) refuseCorrection(ctx context.Context, creditor Creditor, doc invoice.Document) error {
	if !doc.Corrective() {
		return nil
	}
	for _, reference := range doc.References {
		if i.IsDryRun() && i.trial.wouldCollect(creditor.ID, reference.Number) {
			return refuseBeside(reference.Number)
		}
		replaced, err := i.Cases.Store.LoadCase(ctx, creditor.ID, reference.Number)
		switch {
		case errors.Is(err, cases.ErrUnknownCase):
		case err != nil:
			return err
		case !replaced.IsClosed():
			return refuseBeside(reference.Number)
		}
	}
	return nil
}

func refuseBeside(number string) error {
	return collection.Refuse(collection.RefusedInvalid,
		"it corrects the invoice %s, which is still being collected: close that case as withdrawn first, then import this again", number)
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
	address := doc.Buyer.Address
	if place := placeOf(creditor, address.Country, address.Postcode); !calendar.KnowsHolidaysOf(place) {
		found = append(found, invoice.Warning{
			About: invoice.AboutDebtor, Line: doc.Source.Line, Field: "buyer country", Value: place,
			Reason: "its public holidays are not known: only weekends keep the debtor from being written to; name the other days in contact.countries[].closed",
		})
	}
	return found
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

// Opening is what the case of an invoice would begin with. Nothing is recorded.
func (i *Intake) Opening(doc invoice.Document) (casefile.Opening, error) {
	creditor, err := i.creditorOf(doc)
	if err != nil {
		return casefile.Opening{}, err
	}
	return i.opening(creditor, doc)
}

// Preview is the case an opening would begin, with all that the case file knows of its
// debtor and of the stops in force, or the case that is open already. Nothing is recorded.
func (i *Intake) Preview(ctx context.Context, opening casefile.Opening) (collection.Case, error) {
	c, _, err := i.Cases.TryOpen(ctx, opening)
	return c, err
}

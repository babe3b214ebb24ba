package compose

import (
	"errors"
	"fmt"
	"strings"

	"relance/calendar"
	"relance/identifiers"
	"relance/law"
	"relance/money"
)

// StatementKey is the key of the words of a statement of account.
const StatementKey = "statement"

// statementBlocks are the words a statement takes from its own file. What stands in
// braces in them, such as {invoice}, is filled in for each line.
var statementBlocks = []string{
	"title", "subject", "total-due", "nothing-due", "no-invoices",
	"case.heading", "case.due", "case.written-off", "case.withdrawn", "case.handed-over", "totals.heading",
	"table.receipts", "table.interest", "table.costs", "table.waivers", "table.parts",
	"kind.payment", "kind.credit-note", "kind.discount", "kind.reversal", "kind.reversed",
	"reason.another-currency", "reason.payment-not-known", "reason.taken-back-already",
	"part.principal", "part.interest", "part.indemnity", "part.costs",
	"column.date", "column.what", "column.amount", "column.principal", "column.interest", "column.indemnity", "column.costs", "column.credit",
	"column.from", "column.to", "column.days", "column.base", "column.rate", "column.article",
	"column.part", "column.arisen", "column.paid", "column.credited", "column.waived", "column.tolerated", "column.not-claimed", "column.open",
	"label.claimed-from", "label.overpaid", "label.given-up", "label.disputed", "label.due", "label.per-day", "per-day", "label.invoiced", "label.note", "label.segment", "label.statement",
	"note.not-claimed", "note.rate-missing", "note.next-day-unknown", "note.no-notice", "note.rounded", "note.discount", "note.given-up", "note.interest-paused", "note.interest-was-paused",
	"csv.type", "csv.label", "csv.invoice", "csv.id", "csv.part", "csv.from", "csv.to", "csv.days", "csv.rate", "csv.year-days", "csv.base",
	"csv.currency", "csv.exact", "csv.article", "csv.text",
	"file-name",
}

// statementWords are the shared phrases and labels it takes.
var statementWords = []string{
	"place-and-date", "attention", "mentions", "sender.phone", "sender.numbers", "reference.account",
	"heading.payment", "label.payee", "label.iban", "label.bic", "label.amount", "label.payment-reference", "payment-reference",
	"page-of", "payment-code.caption", "payment-code.description",
}

// StatementWording is how a statement of account is worded in one language.
type StatementWording struct {
	// Letter is what is printed around the tables: letterhead, title, how to pay,
	// mentions. Its other texts are empty.
	Letter   Letter
	language language
	words    map[string]string
}

// Statement words a statement of account. Of the facts it takes the parties, the
// day it is written, and how to pay. Languages are as in Email.
func (t *Templates) Statement(lang string, f Facts) (StatementWording, error) {
	f = f.cleaned()
	if err := f.validateParties(); err != nil {
		return StatementWording{}, fmt.Errorf("the facts for a statement cannot be used: %w", err)
	}
	p, err := t.piece(StatementKey, lang, ChannelStatement, f)
	if err != nil {
		return StatementWording{}, err
	}
	return p.statement(f)
}

// validateParties checks the facts that a statement takes.
func (f Facts) validateParties() error {
	var problems []error
	if f.Creditor.Name == "" {
		problems = append(problems, errors.New("the creditor has no name"))
	}
	if f.Debtor.Name == "" {
		problems = append(problems, errors.New("the debtor has no name"))
	}
	if err := checkWebsite(f.Creditor.Website); err != nil {
		problems = append(problems, err)
	}
	if f.Today.IsZero() {
		problems = append(problems, errors.New("the day the statement is written is not set"))
	}
	if code := f.PaymentCode; code != nil && (code.Code.IsZero() || code.IBAN() != identifiers.PrintIBAN(f.Creditor.IBAN)) {
		problems = append(problems, errors.New("the payment code does not pay to the creditor's account"))
	}
	return errors.Join(problems...)
}

func (p *piece) statement(f Facts) (StatementWording, error) {
	w := wording{piece: p, facts: f}
	worded := StatementWording{language: p.language, words: map[string]string{}}
	for _, name := range statementBlocks {
		worded.words[name] = w.words(name)
	}
	worded.Letter = Letter{
		Lang: p.language.tag, Author: f.Creditor.Name, Date: f.Today, Sender: w.sender(), Recipient: w.recipient(),
		PlaceAndDate: w.words("place-and-date"), References: present(w.words("reference.account")), Title: worded.words["title"],
		PaymentHeading: w.words("heading.payment"), Payment: w.payment(), PaymentCode: w.paymentCode(),
		Mentions: w.words("mentions"), PageOf: w.words("page-of"),
	}
	if w.err != nil {
		return StatementWording{}, fmt.Errorf("%s: %w", p.path, w.err)
	}
	return worded, nil
}

// Lang is the language.
func (w StatementWording) Lang() string { return w.language.tag }

// Words is a phrase or a label, with what stands in braces filled in: pairs of a
// name and what to put in its place. A phrase that is not known is empty.
func (w StatementWording) Words(name string, filled ...string) string {
	pairs := make([]string, 0, len(filled))
	for i := 0; i+1 < len(filled); i += 2 {
		pairs = append(pairs, "{"+filled[i]+"}", cleanLine(filled[i+1]))
	}
	return strings.NewReplacer(pairs...).Replace(w.words[name])
}

// Amount is as in letters: "6 203,12 €" or "€6,203.12".
func (w StatementWording) Amount(a money.Amount) string {
	text, err := w.language.amount(a)
	if err != nil {
		return a.String()
	}
	return text
}

// Date is as in a sentence, ShortDate as in a table; both are empty when it is not
// set.
func (w StatementWording) Date(d calendar.Date) string {
	text, _ := w.language.date(d)
	return text
}

// ShortDate is "03/09/2026".
func (w StatementWording) ShortDate(d calendar.Date) string {
	text, _ := w.language.shortDate(d)
	return text
}

// Rate is "12,40 %" or "12.40%".
func (w StatementWording) Rate(rate law.Percent) string {
	return w.language.rate(rate)
}

// Decimal is a number with the decimal mark of the language and nothing between its
// thousands, as spreadsheets read it.
func (w StatementWording) Decimal(number string) string {
	if w.language.decimalComma {
		return strings.Replace(number, ".", ",", 1)
	}
	return number
}

// In is the text of a language.
func (w StatementWording) In(words law.Words) string {
	if w.language.tag == "fr" {
		return words.FR
	}
	return words.EN
}

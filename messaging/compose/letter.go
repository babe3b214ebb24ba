package compose

import (
	"fmt"
	"strings"

	"relance/calendar"
	"relance/epcqr"
	"relance/identifiers"
)

// Letter is the wording of a letter, every text ready to print; only its place
// on the paper is left to decide.
type Letter struct {
	// Lang is the language it is written in.
	Lang string
	// Author and Date describe the document itself.
	Author string
	Date   calendar.Date
	// Sender are the lines of the letterhead under the creditor's name.
	Sender []string
	// Recipient is the block for the envelope's window, the name first.
	Recipient []string
	// Sending says how it is posted: "Lettre recommandée avec avis de réception";
	// empty for a plain letter.
	Sending string
	// PostingNumber is the label of the place where the number of a registered
	// letter is written or stuck when it is posted, empty for a plain letter.
	PostingNumber string `json:",omitempty"`
	// PlaceAndDate is "Lyon, le 23 novembre 2026".
	PlaceAndDate string
	// References are our and the debtor's references, one line each.
	References []string
	// Title is what the letter is, Subject what it is about.
	Title, Subject string
	Salutation     string
	// Opening comes before the table of invoices, Request after it, Closing
	// after the payment details.
	Opening, Request, Closing []string
	Invoices                  InvoiceTable
	// LateFees are shown under the table when they are claimed with amounts, and in
	// the last line all that is claimed, the principal included.
	LateFees []Line
	// Interest says below them how the interest came about, a paragraph for each time.
	Interest []string `json:",omitempty"`
	// Payment is how to pay, under its heading.
	PaymentHeading string
	Payment        []Line
	// PaymentCode is shown beside it, nil when there is none.
	PaymentCode *LetterCode `json:",omitempty"`
	// Signature is the signatory's name and function, or the company's name.
	Signature []string
	// Mentions are the sender's legal mentions, for the foot of each page.
	Mentions string
	// PageOf numbers the pages; {page} and {pages} stand for the numbers.
	PageOf string
}

// Line is a label and its value.
type Line struct{ Label, Value string }

// LetterCode is the code to scan with the words around it.
type LetterCode struct {
	Code epcqr.Code
	// Caption stands under the picture: "Scan to pay". Description is read out to
	// those who cannot see it.
	Caption, Description string
}

// InvoiceTable is the table of the invoices: one row per invoice, one cell per
// heading, and the total due.
type InvoiceTable struct {
	Headings []string
	Rows     [][]string
	Total    Line
}

// letterWords are the shared phrases and labels a letter takes.
var letterWords = []string{
	"salutation", "sending", "place-and-date", "attention", "mentions", "sender.phone", "sender.numbers",
	"reference.letter", "reference.message", "reference.account", "reference.theirs", "label.posting-number",
	"column.invoice", "column.issued", "column.due", "column.total", "column.received", "column.received-disputed", "column.open", "label.total-open",
	"label.interest-until", "label.indemnity", "label.costs", "label.late-fees-total", "label.claimed", "interest-detail",
	"heading.payment", "label.payee", "label.iban", "label.bic", "label.payment-reference", "payment-reference", "label.deadline",
	"page-of", "label.amount", "payment-code.caption", "payment-code.description",
	"heading.collection", "label.outstanding", "column.instalment", "column.instalment-state", "column.instalment-due", "column.instalment-amount", "column.instalment-paid",
	"instalment.paid", "instalment.late", "instalment.next", "instalment.later", "instalment.due",
	"label.collection-on", "label.mandate", "label.creditor-identifier", "label.account",
}

// letter fills in a letter; the first failing block stops it.
func (p *piece) letter(f Facts) (Letter, error) {
	w := wording{piece: p, facts: f}
	letter := Letter{
		Lang: p.language.tag, Author: f.Creditor.Name, Date: f.Today,
		Sender: w.sender(), Recipient: w.recipient(),
		Sending: w.words("sending"), PostingNumber: w.words("label.posting-number"), PlaceAndDate: w.words("place-and-date"),
		References: w.references(),
		Title:      w.words("title"), Subject: w.words("subject"), Salutation: w.words("salutation"),
		Opening: w.paragraphs("opening"), Request: w.paragraphs("request"), Closing: w.paragraphs("closing"),
		Invoices: w.table(), LateFees: w.lateFees(), Interest: w.paragraphs("interest-detail"),
		PaymentHeading: w.paymentHeading(), Payment: w.payment(), PaymentCode: w.paymentCode(),
		Signature: signature(f.Creditor),
		Mentions:  w.words("mentions"), PageOf: w.words("page-of"),
	}
	if w.err != nil {
		return Letter{}, fmt.Errorf("%s: %w", p.path, w.err)
	}
	return letter, nil
}

// wording reads blocks and formats facts, remembering the first error.
type wording struct {
	piece *piece
	facts Facts
	err   error
}

func (w *wording) keep(text string, err error) string {
	if w.err == nil {
		w.err = err
	}
	return text
}

func (w *wording) words(name string) string { return w.keep(w.piece.words(name, w.facts)) }

func (w *wording) paragraphs(name string) []string {
	paragraphs, err := w.piece.paragraphs(name, w.facts)
	w.keep("", err)
	return paragraphs
}

func (w *wording) sender() []string {
	c := w.facts.Creditor
	return append(present(c.Address...), present(w.words("sender.phone"), c.Email, c.Website, w.words("sender.numbers"))...)
}

func (w *wording) recipient() []string {
	lines := []string{w.facts.Debtor.Name}
	if w.facts.Contact.Name != "" && w.facts.Contact.Name != w.facts.Debtor.Name {
		lines = append(lines, w.words("attention"))
	}
	return append(lines, Postal(present(w.facts.Debtor.Address...))...)
}

// Postal sets an address as sorting machines read it (NF Z 10-011): the place in
// capitals, abroad with the country below it, and no commas.
func Postal(address []string) []string {
	lines := make([]string, len(address))
	for i, line := range address {
		lines[i] = strings.Join(strings.Fields(strings.ReplaceAll(line, ",", " ")), " ")
		last, country := len(address)-1, !strings.ContainsAny(address[len(address)-1], "0123456789")
		if i == last || i == last-1 && country {
			lines[i] = strings.ToUpper(lines[i])
		}
	}
	return lines
}

func (w *wording) references() []string {
	return present(w.words("reference.letter"), w.words("reference.message"), w.words("reference.account"), w.words("reference.theirs"))
}

func (w *wording) table() InvoiceTable {
	if w.facts.Plan != nil {
		return w.schedule()
	}
	l := w.piece.language
	table := InvoiceTable{Total: Line{w.words("label.total-open"), w.keep(l.amount(w.facts.TotalOpen))}}
	deducted := "received"
	if w.facts.PartDisputed() {
		deducted = "received-disputed"
	}
	for _, column := range []string{"invoice", "issued", "due", "total", deducted, "open"} {
		table.Headings = append(table.Headings, w.words("column."+column))
	}
	for _, invoice := range w.facts.Invoices {
		issued, received := "–", "–"
		if !invoice.IssueDate.IsZero() {
			issued = w.keep(l.shortDate(invoice.IssueDate))
		}
		// Payments, credit notes and what is disputed share a column: what comes off the total.
		deducted, err := invoice.Paid.Add(invoice.Credited)
		if err == nil {
			deducted, err = deducted.Add(invoice.Disputed)
		}
		w.keep("", err)
		if !deducted.IsZero() {
			received = w.keep(l.amount(deducted))
		}
		table.Rows = append(table.Rows, []string{
			invoice.Number, issued, w.keep(l.shortDate(invoice.DueDate)),
			w.keep(l.amount(invoice.Total)), received, w.keep(l.amount(invoice.Open)),
		})
	}
	return table
}

func (w *wording) lateFees() []Line {
	fees := w.facts.LateFees
	if fees == nil {
		return nil
	}
	l := w.piece.language
	lines := []Line{{w.words("label.interest-until"), w.keep(l.amount(fees.Interest))}}
	if fees.Indemnity.Sign() != 0 {
		lines = append(lines, Line{w.words("label.indemnity"), w.keep(l.amount(fees.Indemnity))})
	}
	if fees.Costs.Sign() != 0 {
		lines = append(lines, Line{w.words("label.costs"), w.keep(l.amount(fees.Costs))})
	}
	claimed, err := w.facts.Claimed()
	w.keep("", err)
	return append(lines,
		Line{w.words("label.late-fees-total"), w.keep(l.amount(fees.Total))}, Line{w.words("label.claimed"), w.keep(l.amount(claimed))})
}

func (w *wording) paymentHeading() string {
	if w.facts.isCollected() {
		return w.words("heading.collection")
	}
	return w.words("heading.payment")
}

func (w *wording) payment() []Line {
	if w.facts.isCollected() {
		return w.collection()
	}
	c := w.facts.Creditor
	var lines []Line
	if c.IBAN != "" {
		lines = []Line{{w.words("label.payee"), c.Name}, {w.words("label.iban"), identifiers.PrintIBAN(c.IBAN)}, {w.words("label.bic"), c.BIC}}
	}
	if code := w.facts.PaymentCode; code != nil {
		lines = append(lines, Line{w.words("label.amount"), w.keep(w.piece.language.amount(code.Amount()))})
	}
	if until := w.facts.payableUntil(); !until.IsZero() {
		lines = append(lines, Line{w.words("label.deadline"), w.keep(w.piece.language.date(until))})
	}
	return valued(append(lines, Line{w.words("label.payment-reference"), w.words("payment-reference")})...)
}

func (w *wording) paymentCode() *LetterCode {
	if w.facts.PaymentCode == nil {
		return nil
	}
	return &LetterCode{
		Code: w.facts.PaymentCode.Code, Caption: w.words("payment-code.caption"), Description: w.words("payment-code.description"),
	}
}

func signature(c Creditor) []string {
	if c.SignatoryName == "" {
		return []string{c.Name}
	}
	return present(c.SignatoryName, c.SignatoryTitle)
}

// present keeps the texts that say something.
func present(texts ...string) []string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// valued keeps the lines that have a value.
func valued(lines ...Line) []Line {
	var kept []Line
	for _, line := range lines {
		if line.Value != "" {
			kept = append(kept, line)
		}
	}
	return kept
}

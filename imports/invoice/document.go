// Package invoice is what an import yields: one invoice or credit note as its
// source states it, with what was doubtful about it (warnings) or why it was
// refused (faults). The readers of the sibling packages fill it; nothing in it
// reads a file, a clock or a database.
package invoice

import (
	"slices"

	"relance/calendar"
	"relance/deadlines"
	"relance/money"
)

// Kind says which way a document moves the debt.
type Kind string

// The two kinds. A corrected invoice is an Invoice; see Document.Corrective.
const (
	Invoice    Kind = "invoice"
	CreditNote Kind = "credit note"
)

// DueDateSource says where the due date of a document comes from.
type DueDateSource string

// The sources of a due date, from the strongest to the weakest. A credit note
// without a stated date has none: nothing falls due on it.
const (
	DueStated       DueDateSource = "document"      // BT-9, or the due date column
	DueFromTerms    DueDateSource = "terms"         // computed from understood payment terms (BT-20)
	DueLegalDefault DueDateSource = "legal default" // neither date nor terms: see Rules.Law
	DueNone         DueDateSource = ""
)

// Format is how a document was written.
type Format string

// The formats that are read.
const (
	FormatCSV           Format = "csv"
	FormatUBLInvoice    Format = "ubl invoice"
	FormatUBLCreditNote Format = "ubl credit note"
	FormatCII           Format = "cii"
	FormatFacturXPDF    Format = "factur-x pdf"
)

// Source is where a document was read, precisely enough to find it again.
type Source struct {
	File       string // as the caller named it
	Line       int    // first line of the row (CSV) or of the root element; 1 is the first line
	Format     Format
	Attachment string // the XML inside a PDF, such as "factur-x.xml"
	SHA256     string // of the whole file, in hexadecimal
}

// Document is one invoice or credit note. Amounts are those the source states;
// none is recomputed from lines or taxes. The numbers BT-… and BG-… in the
// comments are the business terms of EN 16931-1.
type Document struct {
	Source Source

	Number   string // BT-1
	Kind     Kind
	TypeCode string // BT-3, UNTDID 1001: 380, 381, 384, …; empty when the source has none
	Profile  string // BT-24, the specification the e-invoice claims to follow

	Issued    calendar.Date // BT-2
	Delivered calendar.Date // BT-72, when stated

	Due           calendar.Date // BT-9 or computed; see DueDateSource
	DueDateSource DueDateSource
	TermsText     string          // BT-20, as written
	Terms         deadlines.Terms // TermsText understood, or the zero Terms
	Instalments   []Instalment

	Currency  money.Currency // BT-5
	Total     money.Amount   // BT-112, with VAT
	Prepaid   money.Amount   // BT-113; the zero Amount when not stated
	Rounding  money.Amount   // BT-114; the zero Amount when not stated
	AmountDue money.Amount   // BT-115; may be zero or negative: nothing to collect

	References     []Reference // BG-3: what a credit note lowers, a corrected invoice replaces, a final invoice follows
	OrderReference string      // BT-13, the buyer's purchase order
	BuyerReference string      // BT-10

	PaymentReference string        // BT-83, what the debtor should write on the transfer
	Accounts         []BankAccount // BG-17, valid ones only
	DirectDebit      bool          // BT-81 is 49 or 59: the creditor collects by itself

	Seller Party
	Payee  *Party // BG-10, when someone else than the seller is to be paid: a factor, usually
	Buyer  Debtor

	// Original is the whole file when people read it, a PDF; nil otherwise.
	Original []byte

	Mentions []Mention // BG-1, invoice notes

	Creditor string // CSV only: our reference of the creditor
	Strategy string // CSV only: the dunning strategy asked for

	Warnings []Warning
}

// Reference names an earlier invoice (BG-3).
type Reference struct {
	Number string        // BT-25
	Issued calendar.Date // BT-26, when stated
}

// Instalment is one of several due dates of a document. Amount is the zero
// Amount when the source gives none.
type Instalment struct {
	Due    calendar.Date
	Amount money.Amount
	Text   string
}

// Mention is an invoice note (BG-1). Code is its UNTDID 4451 subject (BT-21),
// empty when the note has none. French invoices state their late-payment terms
// in three of them: PMT (the EUR 40 indemnity), PMD (the penalty rate) and AAB
// (the discount for early payment, or its absence), as C. com. L441-9 demands.
type Mention struct {
	Code string
	Text string
}

// Mention returns the text of the first note with a subject code.
func (d *Document) Mention(code string) (string, bool) {
	i := slices.IndexFunc(d.Mentions, func(m Mention) bool { return m.Code == code })
	if i < 0 {
		return "", false
	}
	return d.Mentions[i].Text, true
}

// Corrective reports whether the document replaces the invoices it refers to
// (corrected invoice: 384, 471, 472, 473), so that both must not be claimed.
func (d *Document) Corrective() bool {
	return slices.Contains(correctedInvoices, d.TypeCode)
}

// NothingDue reports whether there is nothing to collect: prepaid to zero, or
// overpaid. It is a valid document; the caller decides what becomes of it.
func (d *Document) NothingDue() bool { return d.AmountDue.Sign() <= 0 }

// Credit is by how much a credit note lowers the debt, as a positive amount. The
// sign that a credit note states does not matter: EN 16931 wants its amounts
// positive, many ledgers export them negative. What was already refunded
// (prepaid) no longer counts. For an invoice it is the zero Amount.
func (d *Document) Credit() money.Amount {
	switch {
	case d.Kind != CreditNote:
		return money.Amount{}
	case d.Total.Sign() < 0:
		return d.AmountDue.Neg()
	default:
		return d.AmountDue
	}
}

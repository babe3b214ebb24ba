package invoice

import "slices"

// The document types of UNTDID 1001 that need more than "it is an invoice", with
// the French additions of XP Z12-012 (471 to 473, 500 to 503).
var (
	creditNotes = []string{
		"81",  // goods and services
		"83",  // financial adjustments
		"261", // self-billed
		"262", // global rebate
		"296", // self-billed, financial adjustments
		"308", // delcredere
		"381", // credit note
		"396", // factored
		"420", // optical character reading payment
		"458", // reversal of debit
		"502", // self-billed and factored
		"503", // of a prepayment invoice
		"532", // forwarder's
	}
	correctedInvoices = []string{"384", "471", "472", "473"}
	factoredInvoices  = []string{"393", "472", "473", "501"}
	notClaims         = map[string]string{
		"310": "an offer",
		"325": "a pro-forma invoice",
	}
)

// SetType records a UNTDID 1001 code (BT-3) and the kind that follows from it.
// A credit note root (UBL) is a credit note whatever its code.
func (d *Draft) SetType(code Cell, creditNoteRoot bool) {
	d.TypeCode = Tidy(code.Value)
	d.Kind = Invoice
	if creditNoteRoot || slices.Contains(creditNotes, d.TypeCode) {
		d.Kind = CreditNote
	}
	if what, ok := notClaims[d.TypeCode]; ok {
		d.Refuse(code, "this is "+what+", which nobody owes yet; import the invoice that follows it")
	}
	if slices.Contains(factoredInvoices, d.TypeCode) {
		d.Warn(AboutDocument, code, "the invoice was sold to a factor: check who is entitled to collect it")
	}
}

package einvoice

import (
	"strings"

	"relance/calendar"
	"relance/identifiers"
	"relance/imports/invoice"
	"relance/money"
)

// The business terms of EN 16931-1 as they appear in errors and warnings.
const (
	fieldNumber           = "invoice number (BT-1)"
	fieldIssued           = "issue date (BT-2)"
	fieldType             = "invoice type code (BT-3)"
	fieldCurrency         = "currency (BT-5)"
	fieldDue              = "due date (BT-9)"
	fieldTerms            = "payment terms (BT-20)"
	fieldReferenceDate    = "preceding invoice date (BT-26)"
	fieldSellerID         = "seller identifier (BT-29)"
	fieldSellerLegalID    = "seller legal registration (BT-30)"
	fieldSellerVAT        = "seller VAT identifier (BT-31)"
	fieldSellerCountry    = "seller country (BT-40)"
	fieldSellerEndpoint   = "seller electronic address (BT-34)"
	fieldBuyerID          = "buyer identifier (BT-46)"
	fieldBuyerLegalID     = "buyer legal registration (BT-47)"
	fieldBuyerVAT         = "buyer VAT identifier (BT-48)"
	fieldBuyerEndpoint    = "buyer electronic address (BT-49)"
	fieldBuyerCountry     = "buyer country (BT-55)"
	fieldContactName      = "buyer contact (BT-56)"
	fieldContactPhone     = "buyer contact telephone (BT-57)"
	fieldContactEmail     = "buyer contact e-mail (BT-58)"
	fieldDelivered        = "delivery date (BT-72)"
	fieldAccount          = "payment account (BT-84)"
	fieldAccountName      = "payment account name (BT-85)"
	fieldBIC              = "payment service provider (BT-86)"
	fieldTotal            = "total with VAT (BT-112)"
	fieldPrepaid          = "paid amount (BT-113)"
	fieldRounding         = "rounding amount (BT-114)"
	fieldAmountDue        = "amount due (BT-115)"
	fieldInstalmentAmount = "instalment amount"
)

// partyFields are the names of a party's fields in errors.
type partyFields struct{ id, legalID, vat, endpoint, country string }

var (
	sellerFields = partyFields{fieldSellerID, fieldSellerLegalID, fieldSellerVAT, fieldSellerEndpoint, fieldSellerCountry}
	buyerFields  = partyFields{fieldBuyerID, fieldBuyerLegalID, fieldBuyerVAT, fieldBuyerEndpoint, fieldBuyerCountry}
	payeeFields  = partyFields{"payee identifier (BT-60)", "payee legal registration (BT-61)", "payee VAT identifier", "payee electronic address", "payee country"}
)

const (
	schemeEmail      = "EM"
	schemeVAT        = "VA"
	meansDirectDebit = "49"
	meansSEPADebit   = "59"
)

// amount reads a stated amount; the zero Amount when it is absent. An amount in
// another currency than the document's is refused.
func amount(d *invoice.Draft, e *element, field string) money.Amount {
	if e.value() == "" {
		return money.Amount{}
	}
	if stated := e.attr("currencyID"); stated != "" && d.Currency != "" && stated != string(d.Currency) {
		d.Refuse(e.cell(field), "is in "+stated+", but the document is in "+string(d.Currency))
		return money.Amount{}
	}
	return d.Amount(e.cell(field), e.value())
}

// requiredAmount refuses the document when the amount is absent.
func requiredAmount(d *invoice.Draft, e *element, field string) money.Amount {
	if e.value() == "" {
		d.Refuse(e.cell(field), "the amount is missing")
	}
	return amount(d, e, field)
}

// isoDate reads an xs:date of UBL, with or without a time zone ("2026-03-02",
// "2026-03-02Z", "2026-03-02+01:00"); the civil date is what counts.
func isoDate(d *invoice.Draft, e *element, field string) calendar.Date {
	if e.value() == "" {
		return 0
	}
	text := e.value()
	if len(text) > len("2026-03-02") && strings.ContainsRune("Z+-T", rune(text[len("2026-03-02")])) {
		text = text[:len("2026-03-02")]
	}
	date, err := calendar.ParseDate(text)
	return d.Date(e.cell(field), date, err == nil, "UBL writes dates like 2026-03-02")
}

// ciiDate reads a CII date: DateTimeString in format 102 (CCYYMMDD), or in 203 or
// 204, which add a time, or an xs:dateTime.
func ciiDate(d *invoice.Draft, e *element, field string) calendar.Date {
	if e == nil {
		return 0
	}
	text := e.child("DateTimeString")
	if text == nil {
		text = e.child("DateString")
	}
	if text == nil {
		return isoDate(d, e.child("DateTime"), field)
	}
	const hint = "CII writes dates like 20260302 with format 102"
	digits := text.value()
	switch text.attr("format") {
	case "102", "":
	case "203", "204":
		digits = digits[:min(len(digits), 8)]
	default:
		return d.Date(text.cell(field), 0, false, hint)
	}
	if digits == "" {
		return 0
	}
	if len(digits) != 8 {
		return d.Date(text.cell(field), 0, false, hint)
	}
	date, err := calendar.ParseDate(digits[:4] + "-" + digits[4:6] + "-" + digits[6:])
	return d.Date(text.cell(field), date, err == nil, hint)
}

// addEndpointContact makes a contact of an electronic address that is an e-mail.
func addEndpointContact(d *invoice.Draft, e *element) {
	if e.attr("schemeID") == schemeEmail || strings.Contains(e.value(), "@") {
		d.AddContact(invoice.ContactCells{Email: e.cell(fieldBuyerEndpoint), Role: invoice.RoleEInvoicing})
	}
}

// addAccount records a payment account whose kind the syntax may not say.
func addAccount(d *invoice.Draft, number, name, bic *element, isIBAN bool) {
	cells := invoice.AccountCells{Name: name.cell(fieldAccountName), BIC: bic.cell(fieldBIC)}
	if isIBAN || identifiers.LooksLikeIBAN(number.value()) {
		cells.IBAN = number.cell(fieldAccount)
	} else {
		cells.Other = number.cell(fieldAccount)
	}
	d.AddAccount(cells)
}

func isDirectDebit(meansCode string) bool {
	return meansCode == meansDirectDebit || meansCode == meansSEPADebit
}

package einvoice

import (
	"strings"

	"relance/calendar"
	"relance/imports/invoice"
)

// readUBL reads a UBL 2.1 Invoice or CreditNote.
func readUBL(source invoice.Source, root *element, rules invoice.Rules) (invoice.Document, error) {
	creditNote := root.name == "CreditNote"
	if source.Format == "" {
		source.Format = invoice.FormatUBLInvoice
		if creditNote {
			source.Format = invoice.FormatUBLCreditNote
		}
	}
	d := invoice.NewDraft(source, rules)
	d.SetNumber(root.child("ID").cell(fieldNumber))
	d.SetType(root.child(root.name+"TypeCode").cell(fieldType), creditNote)
	d.Profile = root.child("CustomizationID").value()
	d.Issued = isoDate(d, root.child("IssueDate"), fieldIssued)
	if root.child("IssueDate").value() == "" {
		d.Refuse(root.cell(fieldIssued), "the issue date is missing")
	}
	d.SetCurrency(root.child("DocumentCurrencyCode").cell(fieldCurrency))
	for _, note := range root.each("Note") {
		d.AddMention(ublMention(note.value()))
	}
	d.BuyerReference = invoice.Tidy(root.child("BuyerReference").value())
	d.OrderReference = invoice.Tidy(root.at("OrderReference", "ID").value())
	d.Delivered = isoDate(d, root.at("Delivery", "ActualDeliveryDate"), fieldDelivered)
	for _, reference := range root.each("BillingReference") {
		earlier := reference.child("InvoiceDocumentReference")
		d.AddReference(earlier.child("ID").value(), isoDate(d, earlier.child("IssueDate"), fieldReferenceDate))
	}

	readUBLParties(d, root)
	readUBLPayment(d, root)

	totals := root.child("LegalMonetaryTotal")
	d.Total = amount(d, totals.child("TaxInclusiveAmount"), fieldTotal)
	d.Prepaid = amount(d, totals.child("PrepaidAmount"), fieldPrepaid)
	d.Rounding = amount(d, totals.child("PayableRoundingAmount"), fieldRounding)
	d.AmountDue = requiredAmount(d, totals.child("PayableAmount"), fieldAmountDue)
	return d.Complete()
}

// ublMention splits "#PMT#text": UBL has no element for the subject of a note, so
// that EN 16931 puts it before the text.
func ublMention(note string) (code, text string) {
	if rest, ok := strings.CutPrefix(note, "#"); ok {
		if code, text, ok := strings.Cut(rest, "#"); ok && len(code) == 3 {
			return code, text
		}
	}
	return "", note
}

// readUBLPayment reads how and when to pay. The schema of a credit note has no
// DueDate: EN 16931 puts its BT-9 into the payment means, the last of which
// counts where there are several.
func readUBLPayment(d *invoice.Draft, root *element) {
	d.Due = isoDate(d, root.child("DueDate"), fieldDue)
	var lastMeansDue calendar.Date
	for _, means := range root.each("PaymentMeans") {
		code := means.child("PaymentMeansCode").value()
		d.DirectDebit = d.DirectDebit || isDirectDebit(code)
		if d.PaymentReference == "" {
			d.PaymentReference = invoice.Tidy(means.child("PaymentID").value())
		}
		lastMeansDue = max(lastMeansDue, isoDate(d, means.child("PaymentDueDate"), fieldDue))
		if account := means.child("PayeeFinancialAccount"); account != nil {
			addAccount(d, account.child("ID"), account.child("Name"), account.at("FinancialInstitutionBranch", "ID"), false)
		}
	}
	if d.Due.IsZero() {
		d.Due = lastMeansDue
	}
	var notes []string
	for _, terms := range root.each("PaymentTerms") {
		for _, note := range terms.each("Note") {
			notes = append(notes, note.value())
		}
		due := isoDate(d, terms.child("PaymentDueDate"), fieldDue)
		d.AddInstalment(due, amount(d, terms.child("Amount"), fieldInstalmentAmount), terms.child("Note").value())
	}
	d.SetTerms(invoice.Cell{Field: fieldTerms, Value: strings.Join(notes, "\n"), Line: root.child("PaymentTerms").cell("").Line})
}

func readUBLParties(d *invoice.Draft, root *element) {
	readUBLParty(d, &d.Seller, root.at("AccountingSupplierParty", "Party"), sellerFields)
	if payee := root.child("PayeeParty"); payee != nil {
		d.Payee = &invoice.Party{}
		readUBLParty(d, d.Payee, payee, payeeFields)
	}
	buyer := root.at("AccountingCustomerParty", "Party")
	readUBLParty(d, &d.Buyer.Party, buyer, buyerFields)
	for _, id := range buyer.each("PartyIdentification") {
		if d.Buyer.Ref == "" && id.child("ID").attr("schemeID") == "" {
			d.Buyer.Ref = invoice.Tidy(id.child("ID").value())
		}
	}
	for _, contact := range buyer.each("Contact") {
		d.AddContact(invoice.ContactCells{
			Name:  contact.child("Name").cell(fieldContactName),
			Email: contact.child("ElectronicMail").cell(fieldContactEmail),
			Phone: contact.child("Telephone").cell(fieldContactPhone),
		})
	}
	addEndpointContact(d, buyer.child("EndpointID"))
}

func readUBLParty(d *invoice.Draft, party *invoice.Party, e *element, fields partyFields) {
	party.TradingName = invoice.Tidy(e.at("PartyName", "Name").value())
	party.Name = invoice.Tidy(e.at("PartyLegalEntity", "RegistrationName").value())
	if party.Name == "" {
		party.Name = party.TradingName
	}
	address := e.child("PostalAddress")
	for _, line := range []*element{address.child("StreetName"), address.child("AdditionalStreetName"), address.at("AddressLine", "Line")} {
		addLine(&party.Address, line)
	}
	party.Address.Postcode = invoice.Tidy(address.child("PostalZone").value())
	party.Address.City = invoice.Tidy(address.child("CityName").value())
	party.Address.Region = invoice.Tidy(address.child("CountrySubentity").value())
	d.SetCountry(&party.Address, address.at("Country", "IdentificationCode").cell(fields.country))

	for _, id := range e.each("PartyIdentification") {
		d.Identify(party, id.child("ID").cell(fields.id), id.child("ID").attr("schemeID"))
	}
	for _, tax := range e.each("PartyTaxScheme") {
		if tax.at("TaxScheme", "ID").value() == "VAT" {
			d.Identify(party, tax.child("CompanyID").cell(fields.vat), schemeVAT)
		}
	}
	legal := e.at("PartyLegalEntity", "CompanyID")
	d.SetLegalID(party, legal.cell(fields.legalID), legal.attr("schemeID"))
	d.SetEndpoint(party, e.child("EndpointID").cell(fields.endpoint), e.child("EndpointID").attr("schemeID"))
}

func addLine(address *invoice.Address, line *element) {
	if text := invoice.Tidy(line.value()); text != "" {
		address.Lines = append(address.Lines, text)
	}
}

package einvoice

import (
	"strings"

	"relance/imports/invoice"
)

// readCII reads a UN/CEFACT Cross Industry Invoice, of which every Factur-X and
// ZUGFeRD 2 profile is a subset: MINIMUM has totals only, BASIC WL and above have
// dates, accounts and addresses, EXTENDED may have several due dates.
func readCII(source invoice.Source, root *element, rules invoice.Rules) (invoice.Document, error) {
	if source.Format == "" {
		source.Format = invoice.FormatCII
	}
	d := invoice.NewDraft(source, rules)
	header := root.child("ExchangedDocument")
	transaction := root.child("SupplyChainTradeTransaction")
	agreement := transaction.child("ApplicableHeaderTradeAgreement")
	settlement := transaction.child("ApplicableHeaderTradeSettlement")

	d.Profile = root.at("ExchangedDocumentContext", "GuidelineSpecifiedDocumentContextParameter", "ID").value()
	d.SetNumber(header.child("ID").cell(fieldNumber))
	d.SetType(header.child("TypeCode").cell(fieldType), false)
	d.Issued = ciiDate(d, header.child("IssueDateTime"), fieldIssued)
	if header.child("IssueDateTime") == nil {
		d.Refuse(header.cell(fieldIssued), "the issue date is missing")
	}
	d.SetCurrency(settlement.child("InvoiceCurrencyCode").cell(fieldCurrency))
	for _, note := range header.each("IncludedNote") {
		d.AddMention(note.child("SubjectCode").value(), note.child("Content").value())
	}
	d.BuyerReference = invoice.Tidy(agreement.child("BuyerReference").value())
	d.OrderReference = invoice.Tidy(agreement.at("BuyerOrderReferencedDocument", "IssuerAssignedID").value())
	d.Delivered = ciiDate(d, transaction.at("ApplicableHeaderTradeDelivery", "ActualDeliverySupplyChainEvent", "OccurrenceDateTime"), fieldDelivered)
	for _, earlier := range settlement.each("InvoiceReferencedDocument") {
		d.AddReference(earlier.child("IssuerAssignedID").value(), ciiDate(d, earlier.child("FormattedIssueDateTime"), fieldReferenceDate))
	}

	readCIIParties(d, agreement, settlement)
	readCIIPayment(d, settlement)

	totals := settlement.child("SpecifiedTradeSettlementHeaderMonetarySummation")
	d.Total = amount(d, totals.child("GrandTotalAmount"), fieldTotal)
	d.Prepaid = amount(d, totals.child("TotalPrepaidAmount"), fieldPrepaid)
	d.Rounding = amount(d, totals.child("RoundingAmount"), fieldRounding)
	d.AmountDue = requiredAmount(d, totals.child("DuePayableAmount"), fieldAmountDue)
	return d.Complete()
}

// readCIIPayment reads how and when to pay. Several payment terms are instalments
// (EXTENDED profile, BT-X-275 for the amount of each).
func readCIIPayment(d *invoice.Draft, settlement *element) {
	d.PaymentReference = invoice.Tidy(settlement.child("PaymentReference").value())
	for _, means := range settlement.each("SpecifiedTradeSettlementPaymentMeans") {
		d.DirectDebit = d.DirectDebit || isDirectDebit(means.child("TypeCode").value())
		account := means.child("PayeePartyCreditorFinancialAccount")
		bic := means.at("PayeeSpecifiedCreditorFinancialInstitution", "BICID")
		switch {
		case account.child("IBANID").value() != "":
			addAccount(d, account.child("IBANID"), account.child("AccountName"), bic, true)
		case account != nil:
			addAccount(d, account.child("ProprietaryID"), account.child("AccountName"), bic, false)
		}
	}
	var descriptions []string
	for _, terms := range settlement.each("SpecifiedTradePaymentTerms") {
		text := terms.child("Description").value()
		if text != "" {
			descriptions = append(descriptions, text)
		}
		due := ciiDate(d, terms.child("DueDateDateTime"), fieldDue)
		d.AddInstalment(due, amount(d, terms.child("PartialPaymentAmount"), fieldInstalmentAmount), text)
	}
	d.SetTerms(invoice.Cell{
		Field: fieldTerms, Value: strings.Join(descriptions, "\n"), Line: settlement.child("SpecifiedTradePaymentTerms").cell("").Line,
	})
}

func readCIIParties(d *invoice.Draft, agreement, settlement *element) {
	readCIIParty(d, &d.Seller, agreement.child("SellerTradeParty"), sellerFields)
	if payee := settlement.child("PayeeTradeParty"); payee != nil {
		d.Payee = &invoice.Party{}
		readCIIParty(d, d.Payee, payee, payeeFields)
	}
	buyer := agreement.child("BuyerTradeParty")
	readCIIParty(d, &d.Buyer.Party, buyer, buyerFields)
	d.Buyer.Ref = invoice.Tidy(buyer.child("ID").value())
	for _, contact := range buyer.each("DefinedTradeContact") {
		name := contact.child("PersonName")
		if name.value() == "" {
			name = contact.child("DepartmentName")
		}
		d.AddContact(invoice.ContactCells{
			Name:  name.cell(fieldContactName),
			Email: contact.at("EmailURIUniversalCommunication", "URIID").cell(fieldContactEmail),
			Phone: contact.at("TelephoneUniversalCommunication", "CompleteNumber").cell(fieldContactPhone),
		})
	}
	addEndpointContact(d, buyer.at("URIUniversalCommunication", "URIID"))
}

func readCIIParty(d *invoice.Draft, party *invoice.Party, e *element, fields partyFields) {
	party.Name = invoice.Tidy(e.child("Name").value())
	party.TradingName = invoice.Tidy(e.at("SpecifiedLegalOrganization", "TradingBusinessName").value())
	address := e.child("PostalTradeAddress")
	for _, line := range []string{"LineOne", "LineTwo", "LineThree"} {
		addLine(&party.Address, address.child(line))
	}
	party.Address.Postcode = invoice.Tidy(address.child("PostcodeCode").value())
	party.Address.City = invoice.Tidy(address.child("CityName").value())
	party.Address.Region = invoice.Tidy(address.child("CountrySubDivisionName").value())
	d.SetCountry(&party.Address, address.child("CountryID").cell(fields.country))

	for _, id := range append(e.each("ID"), e.each("GlobalID")...) {
		d.Identify(party, id.cell(fields.id), id.attr("schemeID"))
	}
	for _, tax := range e.each("SpecifiedTaxRegistration") {
		if tax.child("ID").attr("schemeID") == schemeVAT {
			d.Identify(party, tax.child("ID").cell(fields.vat), schemeVAT)
		}
	}
	legal := e.at("SpecifiedLegalOrganization", "ID")
	d.SetLegalID(party, legal.cell(fields.legalID), legal.attr("schemeID"))
	endpoint := e.at("URIUniversalCommunication", "URIID")
	d.SetEndpoint(party, endpoint.cell(fields.endpoint), endpoint.attr("schemeID"))
}

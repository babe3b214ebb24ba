package api

import (
	"strings"

	"relance/calendar"
	"relance/collection"
	"relance/imports/invoice"
	"relance/money"
	"relance/workflows"
)

// formatJSON is how the case file calls an invoice that came as JSON.
const formatJSON invoice.Format = "json"

// The schemes of identifiers (ISO 6523 ICD, EAS).
const (
	schemeSIREN = "0002"
	schemeSIRET = "0009"
	schemeVAT   = "VA"
)

// invoiceGiven is an invoice as billing code writes it.
type invoiceGiven struct {
	Creditor string `json:"creditor,omitempty" maxLength:"100" example:"acme" doc:"The creditor's ID; the default creditor when it is missing."`
	Number   string `json:"number" minLength:"1" maxLength:"100" example:"F-2026-0042" doc:"The invoice number. It counts once for each creditor."`

	IssuedOn    calendar.Date `json:"issued_on" doc:"The issue date."`
	DueOn       calendar.Date `json:"due_on,omitzero" doc:"The due date. Without it the terms give it, or else the law: 30 days."`
	Terms       string        `json:"terms,omitempty" maxLength:"500" example:"45 jours fin de mois" doc:"The payment terms in words, French or English."`
	DeliveredOn calendar.Date `json:"delivered_on,omitzero" doc:"When the goods or services were delivered: the legal period counts from it."`

	Currency string            `json:"currency" minLength:"3" maxLength:"3" example:"EUR" doc:"ISO 4217 code."`
	Total    workflows.Decimal `json:"total" doc:"The total with VAT, exact: text or number."`
	Prepaid  workflows.Decimal `json:"prepaid,omitempty" doc:"What was paid before; it counts as a payment."`

	Debtor   debtorGiven    `json:"debtor"`
	Contacts []contactGiven `json:"contacts,omitempty" nullable:"false" maxItems:"50" doc:"Whom to write to and to call."`

	Strategy         string `json:"strategy,omitempty" maxLength:"60" example:"gentle" doc:"The strategy; the creditor's default for this kind of debtor when it is missing."`
	OrderReference   string `json:"order_reference,omitempty" maxLength:"200" doc:"The buyer's purchase order."`
	BuyerReference   string `json:"buyer_reference,omitempty" maxLength:"200" doc:"What the buyer asked to be quoted."`
	PaymentReference string `json:"payment_reference,omitempty" maxLength:"200" doc:"What the transfer should quote."`
	By               string `json:"by,omitempty" maxLength:"100" doc:"Who asks for it; the name of the key when it is missing."`
}

// debtorGiven is who owes.
type debtorGiven struct {
	ID       string       `json:"id,omitempty" maxLength:"100" example:"C-1007" doc:"Your customer number. Without it the SIREN, the VAT number or the name make one."`
	Name     string       `json:"name,omitempty" maxLength:"300" example:"Menuiserie Durand"`
	Kind     string       `json:"kind,omitempty" enum:"business,consumer,public" doc:"Which law protects it. When it is missing, a SIREN or VAT number tells a business; without either it is treated as a consumer."`
	SIREN    string       `json:"siren,omitempty" maxLength:"20" example:"732829320"`
	SIRET    string       `json:"siret,omitempty" maxLength:"25"`
	VAT      string       `json:"vat,omitempty" maxLength:"30" example:"FR44732829320"`
	Language string       `json:"language,omitempty" maxLength:"20" example:"fr" doc:"What to write in."`
	Address  addressGiven `json:"address,omitzero"`
	Parent   string       `json:"parent,omitempty" maxLength:"100" example:"C-1000" doc:"Your customer number of the debtor above it in its group."`
	BillTo   string       `json:"bill_to,omitempty" enum:"debtor,parent" doc:"Who receives its e-mails and SMS; the debtor when it is missing."`
}

type addressGiven struct {
	Lines    []string `json:"lines,omitempty" nullable:"false" maxItems:"6"`
	Postcode string   `json:"postcode,omitempty" maxLength:"20" example:"69003"`
	City     string   `json:"city,omitempty" maxLength:"100" example:"Lyon"`
	Country  string   `json:"country,omitempty" maxLength:"60" example:"FR" doc:"ISO 3166-1 code."`
}

type contactGiven struct {
	Name  string `json:"name,omitempty" maxLength:"200"`
	Email string `json:"email,omitempty" maxLength:"320" example:"compta@durand.example"`
	Phone string `json:"phone,omitempty" maxLength:"40" example:"+33 6 39 98 12 34"`
	Role  string `json:"role,omitempty" enum:"accounts-payable,buyer,director,sales,legal,e-invoicing,other"`

	Language  string `json:"language,omitempty" maxLength:"40" example:"fr" doc:"What to write in; the debtor's language when it is missing."`
	Preferred bool   `json:"preferred,omitempty" doc:"The one to write to among those of its role, unless a person preferred another."`
}

// document checks the invoice by the rules of every import. The error is an
// *invoice.Refusal with all that is wrong with it.
func (g invoiceGiven) document(rules invoice.Rules) (invoice.Document, error) {
	d := invoice.NewDraft(invoice.Source{File: "the request", Format: formatJSON}, rules)
	d.SetNumber(given("number", g.Number))
	d.Issued = dateGiven(d, "issued_on", g.IssuedOn)
	if g.IssuedOn.IsZero() {
		d.Refuse(given("issued_on", ""), "the issue date is missing")
	}
	d.Delivered = dateGiven(d, "delivered_on", g.DeliveredOn)
	d.Due = dateGiven(d, "due_on", g.DueOn)
	d.SetTerms(given("terms", g.Terms))
	g.readAmounts(d)
	g.Debtor.read(d)
	for _, contact := range g.Contacts {
		contact.read(d)
	}
	d.Creditor, d.Strategy = invoice.Tidy(g.Creditor), invoice.Tidy(g.Strategy)
	d.OrderReference, d.BuyerReference = invoice.Tidy(g.OrderReference), invoice.Tidy(g.BuyerReference)
	d.PaymentReference = invoice.Tidy(g.PaymentReference)
	return d.Complete()
}

// readAmounts reads the total and what was paid before; the rest is due.
func (g invoiceGiven) readAmounts(d *invoice.Draft) {
	d.SetCurrency(given("currency", g.Currency))
	d.Total = d.Amount(given("total", string(g.Total)), string(g.Total))
	if strings.TrimSpace(string(g.Prepaid)) != "" {
		d.Prepaid = d.Amount(given("prepaid", string(g.Prepaid)), string(g.Prepaid))
	}
	if d.Prepaid.Sign() < 0 {
		d.Refuse(given("prepaid", string(g.Prepaid)), "cannot be less than nothing")
	}
	if (d.Total == money.Amount{}) {
		return // refused already
	}
	due, err := d.Total.Sub(d.Prepaid)
	if err != nil {
		d.Refuse(given("prepaid", string(g.Prepaid)), err.Error())
		return
	}
	d.AmountDue = due
}

func (g debtorGiven) read(d *invoice.Draft) {
	b := &d.Buyer
	b.Ref, b.Name = invoice.Tidy(g.ID), invoice.Tidy(g.Name)
	for _, line := range g.Address.Lines {
		if line = invoice.Tidy(line); line != "" {
			b.Address.Lines = append(b.Address.Lines, line)
		}
	}
	b.Address.Postcode, b.Address.City = invoice.Tidy(g.Address.Postcode), invoice.Tidy(g.Address.City)
	d.SetCountry(&b.Address, given("debtor.address.country", g.Address.Country))
	d.SetLanguage(given("debtor.language", g.Language))
	d.Identify(&b.Party, given("debtor.siren", g.SIREN), schemeSIREN)
	d.Identify(&b.Party, given("debtor.siret", g.SIRET), schemeSIRET)
	d.Identify(&b.Party, given("debtor.vat", g.VAT), schemeVAT)
	b.Parent, b.BillToParent = invoice.Tidy(g.Parent), g.BillTo == "parent"
	if b.BillToParent && b.Parent == "" {
		d.Refuse(given("debtor.bill_to", g.BillTo), "the parent is not named: give debtor.parent")
	}
	if g.Kind != "" {
		b.Kind, b.KindReason = invoice.DebtorKind(g.Kind), "the request says so"
	}
}

func (g contactGiven) read(d *invoice.Draft) {
	language, ok := invoice.ParseLanguage(g.Language)
	if !ok && g.Language != "" {
		d.Refuse(given("contacts.language", g.Language), "not a language; use a code such as fr or en")
	}
	d.AddContact(invoice.ContactCells{
		Name: given("contacts.name", g.Name), Email: given("contacts.email", g.Email), Phone: given("contacts.phone", g.Phone),
		Role: contactRole(g.Role), Language: language, Preferred: g.Preferred,
	})
}

// dateGiven checks a date that may be missing.
func dateGiven(d *invoice.Draft, field string, date calendar.Date) calendar.Date {
	if date.IsZero() {
		return 0
	}
	return d.Date(given(field, date.String()), date, true, "")
}

// given is a member of the body as the rules of the import know it.
func given(field, value string) invoice.Cell {
	return invoice.Cell{Field: "body." + field, Value: value}
}

// contactRole is the role as the import knows it.
func contactRole(given string) invoice.Role {
	if given == string(collection.RoleEInvoicing) {
		return invoice.RoleEInvoicing
	}
	return invoice.Role(strings.ReplaceAll(given, "-", " "))
}

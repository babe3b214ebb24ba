package casefile

import (
	"relance/arrangements"
	"relance/calendar"
	"relance/collection"
	"relance/identifiers"
	"relance/ledger"
	"relance/messaging/audience"
	"relance/money"
)

// Address is a postal address.
type Address struct {
	Line1    string
	Line2    string
	Postcode string
	City     string
	// Country is the ISO 3166-1 alpha-2 code.
	Country string
}

// Creditor is the company that is owed, with what its letters and messages say
// about it.
type Creditor struct {
	// ID is part of every workflow ID: no slash and no space.
	ID   string
	Name string
	// LegalMentions is the line a company must print: legal form, capital, registry.
	LegalMentions string
	Address
	SIREN string
	VATID string
	IBAN  string
	BIC   string
	Email string
	// Phone is in E.164 form.
	Phone          string
	Website        string
	Language       string // "fr" unless given
	Zone           string // IANA name, "Europe/Paris" unless given
	SignatoryName  string
	SignatoryTitle string
	// ConsumerMediator is the name and address of the mediator that consumers are
	// told of (Code de la consommation, art. L616-1).
	ConsumerMediator string
	// Mediators are the third persons it works with.
	Mediators []Mediator
	// SenderEmail and SenderName are what e-mails come from; ReplyTo is where
	// answers go.
	SenderEmail string
	SenderName  string
	ReplyTo     string
	// LateFees is how it claims interest, fixed sums and costs.
	LateFees ledger.Policy
	// ContactPolicy is how often its debtors may be contacted.
	ContactPolicy collection.ContactPolicies
	// Terms are what it says of promises and disputes in place of the strategies.
	Terms collection.CreditorTerms
	// SEPAIdentifier is its SEPA creditor identifier (ICS), for direct debits.
	SEPAIdentifier string
	// Arrangements is what each role may grant of plans and discounts.
	Arrangements arrangements.Policy
	// SMSSender is the number or the name short messages come from.
	SMSSender string
	// WhatsApp is how WhatsApp messages are sent.
	WhatsApp WhatsAppSender
}

// WhatsAppSender is a creditor's sender at WhatsApp and its approved content
// templates.
type WhatsAppSender struct {
	// From is a number in E.164 form or a messaging service; empty: none.
	From string `json:"from,omitempty"`
	// ContentSIDs are the content templates by "template/language".
	ContentSIDs map[string]string `json:"content_sids,omitempty"`
}

// ContentSID is the approved content template of a text in a language; empty when
// there is none.
func (s WhatsAppSender) ContentSID(template, language string) string {
	return s.ContentSIDs[template+"/"+language]
}

// DebtorKind says which law protects a debtor.
type DebtorKind string

// The kinds of debtor.
const (
	DebtorBusiness DebtorKind = "business"
	DebtorConsumer DebtorKind = "consumer"
	DebtorPublic   DebtorKind = "public"
	DebtorUnknown  DebtorKind = "unknown"
)

// Debtor is the customer that owes, under the creditor's own ID for it.
type Debtor struct {
	Creditor string
	ID       string
	Name     string
	Kind     DebtorKind // DebtorUnknown unless given
	Language string     // empty: not known
	Zone     string     // IANA name; empty: the zone of the creditor
	SIREN    string
	SIRET    string
	VATID    string
	Address
	// Parent is the ID of the debtor above it in its group; empty: none is known.
	Parent string
	// BillTo says who receives its messages.
	BillTo BillTo
	// Audience is what kind of payer a person decided that it is; see Store.SetAudience.
	Audience audience.Audience
}

// CreditorReference is the reference (ISO 11649) by which a transfer names the
// invoice: its own if it states one, else one made from its number.
func (i Invoice) CreditorReference() identifiers.CreditorReference {
	if stated, err := identifiers.ParseCreditorReference(i.PaymentReference); err == nil {
		return stated
	}
	return identifiers.NewCreditorReference(i.Creditor, i.Number)
}

// Invoice is what is claimed, as its source states it.
type Invoice struct {
	Creditor  string
	Number    string
	Debtor    string
	IssueDate calendar.Date
	DueDate   calendar.Date
	// DueDateSource says where the due date comes from: stated, terms, the law.
	DueDateSource string
	// CompletedOn is when the work was done or the goods were delivered; not set
	// when the source does not say.
	CompletedOn calendar.Date
	// Total is the amount with VAT; Prepaid is what the invoice says was paid before.
	Total   money.Amount
	Prepaid money.Amount
	// Reference is the buyer's reference (order, contract); PaymentReference is
	// what the transfer should quote.
	Reference        string
	PaymentReference string
	SourceFormat     string
	SourceFile       string
	SourceSHA256     string
}

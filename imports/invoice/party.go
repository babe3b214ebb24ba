package invoice

// Party is a company or person named on a document.
type Party struct {
	Name        string // legal name (BT-27, BT-44)
	TradingName string // BT-28, BT-45

	SIREN string // nine digits with a correct checksum, or empty
	SIRET string // fourteen digits with a correct checksum, or empty
	VAT   string // BT-31, BT-48: country prefix included, no spaces, of the right shape, or empty

	LegalID     Identifier   // BT-30, BT-47, as stated
	Endpoint    Identifier   // BT-34, BT-49: electronic address
	Identifiers []Identifier // BT-29, BT-46 and every identifier that did not pass its check

	Address Address
}

// Identifier is a stated identifier. Scheme is an ICD or EAS code ("0002" SIREN,
// "0009" SIRET, "0088" GLN, "EM" e-mail, "VA" VAT…), empty when none is stated.
type Identifier struct {
	Scheme string
	Value  string
}

// Address is a postal address. Country is ISO 3166-1 alpha-2, or empty.
type Address struct {
	Lines    []string
	Postcode string
	City     string
	Region   string
	Country  string
}

// Debtor is the buyer: who owes.
type Debtor struct {
	Party
	Ref        string // the creditor's own customer number (an unqualified BT-46, or the column)
	Kind       DebtorKind
	KindReason string // why Kind was given, in words; empty for KindUnknown
	Language   string // BCP 47: "fr", "de", "nl-BE"; empty when not stated
	Contacts   []Contact
	// Parent is the customer number of the debtor above it in its group; BillToParent
	// says that the parent receives its messages.
	Parent       string
	BillToParent bool
}

// DebtorKind decides which law applies to the debt.
type DebtorKind string

// The kinds of debtor. An import never guesses beyond what the document says.
const (
	KindUnknown  DebtorKind = ""
	KindBusiness DebtorKind = "business"
	KindConsumer DebtorKind = "consumer"
	KindPublic   DebtorKind = "public"
)

// Contact is a person or mailbox at the debtor. Email is a plain address, Phone
// is in E.164 form ("+33639981234"); either may be empty. An address or number
// that failed its check is not here but in the document's warnings.
type Contact struct {
	Name  string
	Email string
	Phone string
	Role  Role
	// Language is a BCP 47 tag, empty when not stated.
	Language string
	// Preferred is the first of several that are named together.
	Preferred bool
}

// Role says what a contact is for.
type Role string

// The roles. RoleEInvoicing is the electronic address that invoices are
// delivered to (BT-49): often read by a machine, so the last choice to write to.
const (
	RoleUnknown         Role = ""
	RoleAccountsPayable Role = "accounts payable"
	RoleBuyer           Role = "buyer"
	RoleDirector        Role = "director"
	RoleSales           Role = "sales"
	RoleLegal           Role = "legal"
	RoleOther           Role = "other"
	RoleEInvoicing      Role = "e-invoicing"
)

// BankAccount is an account to pay to (BG-17). Exactly one of IBAN and Other is
// set; IBAN is without spaces and its checksum is right.
type BankAccount struct {
	IBAN  string
	Other string // an account number that is not an IBAN
	BIC   string
	Name  string // BT-85
}

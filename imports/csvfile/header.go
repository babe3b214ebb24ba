package csvfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"relance/imports/invoice"
)

// Column is a column that the import understands, by its documented name.
type Column string

// The columns. See docs/import.md for what each holds and its other names.
const (
	ColumnNumber       Column = "invoice_number"
	ColumnKind         Column = "kind"
	ColumnIssued       Column = "issue_date"
	ColumnDue          Column = "due_date"
	ColumnTerms        Column = "terms"
	ColumnCurrency     Column = "currency"
	ColumnTotal        Column = "total"
	ColumnAmountDue    Column = "amount_due"
	ColumnCreditOf     Column = "credit_of"
	ColumnDebtorRef    Column = "debtor_ref"
	ColumnDebtorName   Column = "debtor_name"
	ColumnDebtorKind   Column = "debtor_kind"
	ColumnSIREN        Column = "siren"
	ColumnSIRET        Column = "siret"
	ColumnVAT          Column = "vat"
	ColumnAddress      Column = "address"
	ColumnPostcode     Column = "postcode"
	ColumnCity         Column = "city"
	ColumnCountry      Column = "country"
	ColumnLanguage     Column = "language"
	ColumnContactName  Column = "contact_name"
	ColumnContactEmail Column = "contact_email"
	ColumnContactPhone Column = "contact_phone"
	ColumnContactRole  Column = "contact_role"
	ColumnContactLang  Column = "contact_language"
	ColumnParent       Column = "debtor_parent"
	ColumnBillTo       Column = "bill_to"
	ColumnCreditor     Column = "creditor"
	ColumnStrategy     Column = "strategy"
	ColumnOrder        Column = "order_reference"
	ColumnPaymentRef   Column = "payment_reference"
)

type named struct {
	Column Column
	Others []string
}

// Names are the header names of every column: the documented one first, then
// what ledgers in French and English call it. Case, accents, spaces and
// punctuation do not count.
var Names = []named{
	{ColumnNumber, []string{"invoice", "invoice no", "invoice nr", "invoice id", "number", "document number", "numero", "numero facture", "numero de facture", "no facture", "n facture", "num facture", "facture", "piece", "numero piece", "n piece"}},
	{ColumnKind, []string{"type", "document type", "nature", "type de document", "type document", "type piece"}},
	{ColumnIssued, []string{"invoice date", "date", "issued", "issued on", "date facture", "date de facture", "date emission", "date d emission", "date piece", "emission"}},
	{ColumnDue, []string{"due", "due on", "payment due", "echeance", "date echeance", "date d echeance", "date limite de paiement"}},
	{ColumnTerms, []string{"payment terms", "conditions", "conditions de paiement", "conditions de reglement", "delai", "delai de paiement", "modalites de paiement"}},
	{ColumnCurrency, []string{"devise", "monnaie", "ccy"}},
	{ColumnTotal, []string{"amount", "total amount", "total incl vat", "total incl tax", "gross", "gross amount", "montant", "montant ttc", "total ttc", "ttc", "montant total"}},
	{ColumnAmountDue, []string{"open amount", "outstanding", "balance", "balance due", "amount open", "solde", "solde du", "restant du", "reste du", "reste a payer", "net a payer", "montant du"}},
	{ColumnCreditOf, []string{"credited invoice", "credit note for", "original invoice", "avoir sur", "facture d origine", "facture origine", "facture creditee"}},
	{ColumnDebtorRef, []string{"customer id", "customer code", "customer number", "customer ref", "client id", "account", "code client", "ref client", "reference client", "numero client", "n client", "compte", "compte client"}},
	{ColumnDebtorName, []string{"debtor", "customer", "customer name", "company", "name", "client", "nom client", "nom du client", "raison sociale", "debiteur", "nom", "societe"}},
	{ColumnDebtorKind, []string{"customer type", "customer kind", "type client", "type de client", "categorie client", "nature client"}},
	{ColumnSIREN, []string{"numero siren", "n siren"}},
	{ColumnSIRET, []string{"numero siret", "n siret"}},
	{ColumnVAT, []string{"vat number", "vat id", "tva", "numero tva", "n tva", "tva intracommunautaire", "numero de tva", "tva intra"}},
	{ColumnAddress, []string{"street", "address line", "adresse", "rue", "adresse client"}},
	{ColumnPostcode, []string{"post code", "postal code", "zip", "zip code", "code postal", "cp"}},
	{ColumnCity, []string{"town", "ville", "localite", "commune"}},
	{ColumnCountry, []string{"country code", "pays", "code pays"}},
	{ColumnLanguage, []string{"lang", "langue"}},
	{ColumnContactName, []string{"contact", "nom contact", "nom du contact", "interlocuteur"}},
	{ColumnContactEmail, []string{"email", "e mail", "mail", "email address", "courriel", "adresse email", "adresse e mail", "email contact", "mail contact", "courriel contact"}},
	{ColumnContactPhone, []string{"phone", "telephone", "phone number", "mobile", "tel", "portable", "telephone contact", "tel contact"}},
	{ColumnContactRole, []string{"role", "fonction", "fonction contact", "role contact"}},
	{ColumnContactLang, []string{"langue contact", "language contact"}},
	{secondContact.name, []string{"nom contact 2", "interlocuteur 2"}},
	{secondContact.email, []string{"email 2", "email contact 2", "courriel contact 2", "mail 2"}},
	{secondContact.phone, []string{"telephone 2", "telephone contact 2", "phone 2"}},
	{secondContact.role, []string{"fonction 2", "fonction contact 2", "role 2"}},
	{secondContact.language, []string{"langue contact 2"}},
	{thirdContact.name, []string{"nom contact 3", "interlocuteur 3"}},
	{thirdContact.email, []string{"email 3", "email contact 3", "courriel contact 3", "mail 3"}},
	{thirdContact.phone, []string{"telephone 3", "telephone contact 3", "phone 3"}},
	{thirdContact.role, []string{"fonction 3", "fonction contact 3", "role 3"}},
	{thirdContact.language, []string{"langue contact 3"}},
	{ColumnParent, []string{"parent", "parent ref", "parent customer", "maison mere", "client parent"}},
	{ColumnBillTo, []string{"bill to customer", "destinataire", "messages a"}},
	{ColumnCreditor, []string{"creditor ref", "seller", "creancier", "entite", "societe emettrice"}},
	{ColumnStrategy, []string{"scenario", "scenario de relance", "policy", "dunning policy", "strategie"}},
	{ColumnOrder, []string{"po", "po number", "purchase order", "order", "order number", "commande", "bon de commande", "numero commande", "n commande", "reference commande"}},
	{ColumnPaymentRef, []string{"reference", "ref", "payment ref", "remittance reference", "reference paiement", "reference de paiement"}},
}

// contactColumns are the columns of one contact of a row.
type contactColumns struct{ name, email, phone, role, language Column }

var (
	firstContact  = contactColumns{ColumnContactName, ColumnContactEmail, ColumnContactPhone, ColumnContactRole, ColumnContactLang}
	secondContact = contactColumns{"contact2_name", "contact2_email", "contact2_phone", "contact2_role", "contact2_language"}
	thirdContact  = contactColumns{"contact3_name", "contact3_email", "contact3_phone", "contact3_role", "contact3_language"}
)

// vocabulary is what the header of a kind of file may say.
type vocabulary struct {
	names map[string]Column
	// need are the columns without which no row can be read; one of each group.
	need [][]Column
}

var ofInvoices = newVocabulary(Names, [][]Column{{ColumnNumber}, {ColumnIssued}, {ColumnTotal, ColumnAmountDue}, {ColumnDebtorName, ColumnDebtorRef}})

func newVocabulary(columns []named, need [][]Column) vocabulary {
	v := vocabulary{names: map[string]Column{}, need: need}
	for _, column := range columns {
		v.names[headerKey(string(column.Column))] = column.Column
		for _, other := range column.Others {
			v.names[headerKey(other)] = column.Column
		}
	}
	return v
}

// headerKey reduces a header to its letters and digits, folded.
func headerKey(text string) string {
	return strings.Map(func(r rune) rune {
		if '0' <= r && r <= '9' || 'a' <= r && r <= 'z' {
			return r
		}
		return -1
	}, invoice.Fold(text))
}

// header is where each column stands in the rows of a file, and how the file
// calls it.
type header struct {
	place   map[Column]int
	name    map[Column]string
	ignored []string
	width   int
}

// readHeader recognises the columns of a header row.
func (v vocabulary) readHeader(cells []string) (header, error) {
	h := header{place: map[Column]int{}, name: map[Column]string{}, width: len(cells)}
	for i, cell := range cells {
		title := invoice.Tidy(cell)
		column, known := v.names[headerKey(title)]
		switch {
		case !known && title != "":
			h.ignored = append(h.ignored, title)
		case !known:
		case h.name[column] != "":
			return h, &unreadable{fmt.Sprintf("the columns %q and %q both mean %s; rename or remove one", h.name[column], title, column)}
		default:
			h.place[column], h.name[column] = i, title
		}
	}
	return h, h.missing(v.need)
}

// missing names the columns without which no row can be read.
func (h header) missing(needed [][]Column) error {
	var missing []string
	for _, need := range needed {
		if !slices.ContainsFunc(need, func(c Column) bool { return h.name[c] != "" }) {
			names := make([]string, len(need))
			for i, column := range need {
				names[i] = string(column)
			}
			missing = append(missing, strings.Join(names, " or "))
		}
	}
	if len(missing) == 0 {
		return nil
	}
	return &unreadable{"the first row must name the columns, and these were not found: " + strings.Join(missing, ", ")}
}

// title is how the file calls a column, or the documented name if it has none.
func (h header) title(column Column) string { return cmp.Or(h.name[column], string(column)) }

var delimiters = []byte{';', ',', '\t', '|'}

// findDelimiter takes the one that gives the header line the most columns that
// are understood.
func (v vocabulary) findDelimiter(line []byte) byte {
	best, most := delimiters[0], 0
	for _, delimiter := range delimiters {
		r := newRowReader(strings.NewReader(string(line)+"\n"), delimiter)
		cells, _, err := r.next()
		if err != nil {
			continue
		}
		known := 0
		for _, cell := range cells {
			if _, ok := v.names[headerKey(cell)]; ok {
				known++
			}
		}
		if known > most {
			best, most = delimiter, known
		}
	}
	return best
}

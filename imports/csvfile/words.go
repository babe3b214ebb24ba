package csvfile

import "relance/imports/invoice"

// kindOf reads the kind of document in the words of ledgers; empty means invoice.
func kindOf(text string) (invoice.Kind, bool) {
	switch invoice.Fold(text) {
	case "", "invoice", "inv", "facture", "fac", "fa", "rechnung", "factuur", "facture de vente", "facture d'acompte":
		return invoice.Invoice, true
	case "credit note", "credit_note", "creditnote", "credit", "cn", "avoir", "av", "note de credit", "nc", "facture d'avoir", "gutschrift", "creditnota":
		return invoice.CreditNote, true
	default:
		return "", false
	}
}

func debtorKindOf(text string) (invoice.DebtorKind, bool) {
	switch invoice.Fold(text) {
	case "business", "company", "b2b", "pro", "professionnel", "professional", "entreprise", "societe":
		return invoice.KindBusiness, true
	case "consumer", "individual", "private", "b2c", "particulier", "consommateur":
		return invoice.KindConsumer, true
	case "public", "public body", "b2g", "secteur public", "administration", "collectivite", "organisme public":
		return invoice.KindPublic, true
	default:
		return "", false
	}
}

func roleOf(text string) (invoice.Role, bool) {
	switch invoice.Fold(text) {
	case "":
		return invoice.RoleUnknown, true
	case "accounts payable", "accounts_payable", "accounts-payable", "ap", "accounting", "comptabilite", "comptable", "comptabilite fournisseurs", "compta", "buchhaltung", "boekhouding":
		return invoice.RoleAccountsPayable, true
	case "sales", "sales department", "commercial", "service commercial", "ventes", "vertrieb":
		return invoice.RoleSales, true
	case "legal", "lawyer", "juridique", "service juridique", "juriste", "recht":
		return invoice.RoleLegal, true
	case "e-invoicing", "e invoicing", "facturation electronique":
		return invoice.RoleEInvoicing, true
	case "other", "autre", "divers":
		return invoice.RoleOther, true
	case "buyer", "purchasing", "acheteur", "acheteuse", "achats", "einkauf":
		return invoice.RoleBuyer, true
	case "director", "manager", "owner", "ceo", "cfo", "directeur", "directrice", "direction", "gerant", "gerante", "dirigeant", "dirigeante", "president", "presidente", "daf", "geschaftsfuhrer":
		return invoice.RoleDirector, true
	default:
		return invoice.RoleUnknown, false
	}
}

// rolesInWords are the roles a ledger may name, for those who wrote another.
const rolesInWords = "accounts payable, buyer, director, sales, legal, e-invoicing or other"

// billToParent reads who receives the messages of a debtor.
func billToParent(text string) (toParent, ok bool) {
	switch invoice.Fold(text) {
	case "", "debtor", "self", "debiteur", "client":
		return false, true
	case "parent", "group", "maison mere", "groupe":
		return true, true
	default:
		return false, false
	}
}

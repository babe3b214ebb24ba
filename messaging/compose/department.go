package compose

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// departmentWords begin the name of a department rather than that of a person,
// in lower case and without accents.
var departmentWords = wordSet(
	// French
	"service services departement direction pole bureau secretariat comptabilite compta comptable comptables",
	"fournisseurs facturation factures tresorerie achats finances financier financiere reglements paiements",
	// English
	"department dept accounts account accounting accountancy bookkeeping payable payables finance financial treasury billing",
	"invoices invoicing purchasing procurement payments administration admin",
	// German
	"abteilung buchhaltung finanzbuchhaltung kreditorenbuchhaltung lieferantenbuchhaltung kreditoren finanzabteilung",
	"finanzen rechnungswesen rechnungseingang rechnungsprufung rechnungspruefung verwaltung einkauf zahlungen",
	// Dutch
	"afdeling dienst administratie boekhouding crediteuren crediteurenadministratie financien financiele facturatie inkoop",
	// Spanish
	"departamento servicio administracion contabilidad proveedores finanzas facturacion tesoreria compras pagos",
	// Italian
	"ufficio reparto servizio amministrazione contabilita fornitori finanza fatturazione tesoreria acquisti pagamenti",
)

// articles may stand before the name of a department.
var articles = wordSet("the le la les l der die das de het el los il lo i gli")

func wordSet(lines ...string) map[string]bool {
	words := map[string]bool{}
	for _, word := range strings.Fields(strings.Join(lines, " ")) {
		words[word] = true
	}
	return words
}

// isDepartment reports whether a contact's name is that of a department. Only
// its first word after an article counts: "Service fournisseurs" is one, "Claire
// Service" is not.
func isDepartment(name string) bool {
	for _, word := range strings.FieldsFunc(plainLetters(name), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if !articles[word] {
			return departmentWords[word]
		}
	}
	return false
}

// plainLetters is a text in lower case and without accents.
func plainLetters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFD.String(text))
}

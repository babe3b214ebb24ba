package invoice

// phrases are expressions of several words, replaced by one, or by nothing,
// before a text is split into words; all folded. The longer come before those
// they contain.
var phrases = []struct{ text, replacement string }{
	{"a la fin du mois", "fdm"}, {"fin du mois", "fdm"}, {"fin de mois", "fdm"}, {"fin mois", "fdm"},
	{"from the end of the month", "eom"}, {"end of the month", "eom"}, {"end of month", "eom"}, {"month end", "eom"},
	{"ende des monats", "monatsende"}, {"einde van de maand", "monatsende"}, {"einde maand", "monatsende"},
	{"du mois suivant", ""}, {"of the following month", ""}, {"on the", "le"},
	{"jours calendaires", "jours"}, {"calendar days", "days"},
	{"sans escompte", ""}, {"pas d'escompte", ""}, {"aucun escompte", ""}, {"no discount", ""}, {"without discount", ""},
	{"ohne abzug", ""}, {"ohne skonto", ""}, {"zonder korting", ""},
	{"d'", "de "}, {"l'", "le "},
}

// meaningOf gives the words that payment terms may contain their meaning, all
// folded. A word that is not here makes a text not understood.
func meaningOf(word string) (meaning, bool) {
	switch word {
	case "j", "jr", "jrs", "jour", "jours", "d", "day", "days", "tag", "tage", "tagen", "dag", "dagen":
		return meansDays, true
	case "mois", "month", "months", "monat", "monate", "monaten", "maand", "maanden":
		return meansMonths, true
	case "fdm", "fm", "jfdm", "jfm", "monatsende":
		return meansEndOfMonth, true
	case "eom":
		return meansEndOfMonthFirst, true
	case "net", "nets", "netto", "n":
		return meansNet, true
	case "le":
		return meansOnThe, true
	case "reception", "receipt", "rechnungserhalt", "comptant", "immediat", "immediate", "immediately", "sofort", "onmiddellijk", "contant", "cash":
		return meansReceipt, true
	case "paiement", "payable", "payables", "reglement", "reglable", "conditions", "condition", "delai", "echeance", "virement",
		"bancaire", "par", "cheque", "facture", "date", "emission", "a", "de", "la", "du", "des", "sous", "dans", "partir", "compter",
		"payment", "pay", "due", "terms", "term", "within", "in", "the", "of", "from", "after", "invoice", "is", "by", "bank",
		"transfer", "on", "upon", "at", "issue",
		"zahlbar", "zahlung", "zahlungsziel", "zahlungsbedingungen", "innerhalb", "binnen", "von", "nach", "ab", "rechnung",
		"rechnungsdatum", "rein", "per", "uberweisung",
		"betaling", "betalingstermijn", "betaalbaar", "na", "factuur", "factuurdatum", "op":
		return meansNothing, true
	default:
		return 0, false
	}
}

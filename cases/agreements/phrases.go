package agreements

// phrases are the words of an agreement in a language.
type phrases struct {
	title, subject                                                string
	creditorIs, debtorIs                                          string
	headingClaims, totalClaims, headingSchedule, totalSchedule    string
	totalAtFirst, stillOwed                                       string
	columnInvoice, columnNumber, columnDue                        string
	columnPrincipal, columnEarlier, columnInterest, columnAmount  string
	ofWhichInterest, bearsNone                                    string
	headingAcknowledgement, acknowledges, interrupts, replaces    string
	headingInterest, noInterest, withInterest                     string
	headingPayment, byTransfer, byDebit, earlier, earlierInterest string
	headingDefault, accelerates, acceleratesOnDemand, meanwhile   string
	forCreditor, forDebtor, signing, byHand                       string
}

func phrasesIn(language string) phrases {
	if language == "fr" {
		return inFrench()
	}
	return inEnglish()
}

func inFrench() phrases {
	return phrases{
		title: "Protocole d’échelonnement et reconnaissance de dette", subject: "Échéancier %s, version %d",
		creditorIs:    "Entre %s, ci-après « le créancier » (%s),",
		debtorIs:      "et %s, ci-après « le débiteur », il est convenu ce qui suit.",
		headingClaims: "Factures concernées", totalClaims: "Total reconnu", totalAtFirst: "Total à l’origine", stillOwed: "Reste dû le %s",
		headingSchedule: "Échéancier", totalSchedule: "Total des échéances",
		columnInvoice: "Facture", columnNumber: "N°", columnDue: "Échéance",
		columnPrincipal: "Principal", columnEarlier: "Intérêts échus", columnInterest: "Intérêts", columnAmount: "Montant",
		ofWhichInterest:        "Dont intérêts échus, qui ne portent pas intérêt",
		bearsNone:              "Les intérêts déjà échus, soit %s compris dans la somme reconnue, ne portent pas eux-mêmes intérêt (Code civil, art. 1343-2).",
		headingAcknowledgement: "Reconnaissance de dette",
		acknowledges: "Le débiteur reconnaît devoir au créancier la somme de %s (%s), au titre des factures ci-dessus, et s’engage à la payer " +
			"selon l’échéancier (Code civil, art. 1376).",
		interrupts:      "Cette reconnaissance interrompt la prescription des créances concernées (Code civil, art. 2240).",
		replaces:        "Le présent échéancier remplace la version %d pour ce qui reste dû.",
		headingInterest: "Intérêts", noInterest: "Les sommes dues ne portent pas intérêt tant que l’échéancier est respecté.",
		withInterest: "Le solde restant dû porte intérêt au taux annuel de %s, sur 365 jours ; les intérêts de l’échéancier, compris dans les " +
			"échéances, s’élèvent à %s.",
		headingPayment: "Paiement", byTransfer: "Chaque échéance est payée par virement sur le compte indiqué ci-dessous, au plus tard à sa date.",
		byDebit:         "Chaque échéance est prélevée à sa date en vertu du mandat SEPA %s.",
		earlier:         "Le débiteur peut payer plus tôt, en tout ou en partie.",
		earlierInterest: "Seuls les intérêts courus jusqu’au paiement sont alors dus.",
		headingDefault:  "Défaut de paiement",
		accelerates: "Si une échéance n’est pas entièrement payée dans les %d jours suivant sa date, la totalité du solde devient immédiatement " +
			"exigible, sans autre formalité, et le recouvrement reprend pour chaque facture.",
		acceleratesOnDemand: "Si une échéance n’est pas entièrement payée à sa date, le créancier met le débiteur en demeure de la régler. Faute de paiement " +
			"dans les %d jours qui suivent cette mise en demeure, la totalité du solde devient exigible et le recouvrement reprend pour chaque facture.",
		meanwhile:   "Tant que l’échéancier est respecté, le créancier suspend toute relance et toute poursuite pour ces factures.",
		forCreditor: "Pour le créancier, %s", forDebtor: "Pour le débiteur, %s",
		signing: "Date, nom, qualité et signature :",
		byHand:  "Date, nom, qualité, mention de la main du débiteur « Je reconnais devoir la somme de %s (%s) », puis signature :",
	}
}

func inEnglish() phrases {
	return phrases{
		title: "Instalment agreement and acknowledgement of debt", subject: "Plan %s, version %d",
		creditorIs:    "Between %s, “the creditor” (%s),",
		debtorIs:      "and %s, “the debtor”, the following is agreed.",
		headingClaims: "Invoices concerned", totalClaims: "Total acknowledged", totalAtFirst: "Total at the beginning", stillOwed: "Still owed on %s",
		headingSchedule: "Schedule", totalSchedule: "Total of the instalments",
		columnInvoice: "Invoice", columnNumber: "No.", columnDue: "Due date",
		columnPrincipal: "Principal", columnEarlier: "Earlier interest", columnInterest: "Interest", columnAmount: "Amount",
		ofWhichInterest:        "Of which earlier interest, which bears none",
		bearsNone:              "The interest that was owed already, %s of the sum acknowledged, bears no interest itself (French Civil Code, art. 1343-2).",
		headingAcknowledgement: "Acknowledgement of debt",
		acknowledges: "The debtor acknowledges owing the creditor the sum of %s (%s) under the invoices above, and undertakes to pay it " +
			"according to the schedule (French Civil Code, art. 1376).",
		interrupts:      "This acknowledgement interrupts the limitation of the claims concerned (French Civil Code, art. 2240).",
		replaces:        "This schedule replaces version %d for what is still owed.",
		headingInterest: "Interest", noInterest: "The sums owed bear no interest as long as the schedule is kept.",
		withInterest: "The remaining balance bears interest at %s per year of 365 days; the interest of the schedule, contained in the " +
			"instalments, comes to %s.",
		headingPayment: "Payment", byTransfer: "Each instalment is paid by transfer to the account stated below, on its date at the latest.",
		byDebit:         "Each instalment is collected on its date under the SEPA mandate %s.",
		earlier:         "The debtor may pay sooner, in whole or in part.",
		earlierInterest: "Only the interest accrued up to the date of payment is then owed.",
		headingDefault:  "Default",
		accelerates: "If an instalment is not paid in full within %d days of its date, the whole balance is due at once, without further " +
			"formality, and collection goes on for each invoice.",
		acceleratesOnDemand: "If an instalment is not paid in full on its date, the creditor gives the debtor formal notice to pay it. If it is not paid within " +
			"%d days of that notice, the whole balance is due and collection goes on for each invoice.",
		meanwhile:   "As long as the schedule is kept, the creditor sends no reminder and takes no action for these invoices.",
		forCreditor: "For the creditor, %s", forDebtor: "For the debtor, %s",
		signing: "Date, name, function and signature:",
		byHand:  "Date, name, function, the words in the debtor’s own hand “I acknowledge owing the sum of %s (%s)”, and signature:",
	}
}

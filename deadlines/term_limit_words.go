package deadlines

import "relance/law"

// String is what is sold, in English; a category of another table is returned as
// it is.
func (c TermCategory) String() string {
	switch c {
	case General:
		return "sales between businesses"
	case Periodic:
		return "periodic invoices"
	case PerishableFood:
		return "perishable food"
	case PerishableFoodPeriodic:
		return "perishable food on periodic invoices"
	case LiveCattleFreshMeat:
		return "live cattle and fresh meat"
	case Alcohol:
		return "alcoholic drinks"
	case Wine:
		return "wine, must and grapes"
	case RoadFreight:
		return "road freight and vehicle rental"
	case Export:
		return "purchases for export outside the European Union"
	case PublicStateLocal:
		return "the State and local authorities"
	case PublicHospital:
		return "public hospitals"
	case PublicCompany:
		return "public companies"
	default:
		return string(c)
	}
}

// French is what is sold, in French.
func (c TermCategory) French() string {
	switch c {
	case General:
		return "les ventes entre professionnels"
	case Periodic:
		return "les factures périodiques"
	case PerishableFood:
		return "les denrées périssables"
	case PerishableFoodPeriodic:
		return "les denrées périssables sur facture périodique"
	case LiveCattleFreshMeat:
		return "le bétail sur pied et la viande fraîche"
	case Alcohol:
		return "les boissons alcooliques"
	case Wine:
		return "les vins, moûts et raisins"
	case RoadFreight:
		return "le transport routier et la location de véhicules"
	case Export:
		return "les achats destinés à l’exportation hors de l’Union européenne"
	case PublicStateLocal:
		return "l’État et les collectivités"
	case PublicHospital:
		return "les hôpitaux publics"
	case PublicCompany:
		return "les entreprises publiques"
	default:
		return string(c)
	}
}

// String is the period in English: "60 days from issue".
func (l TermLimit) String() string {
	text := counted(l.Days, "day", "days")
	if l.EndOfMonth {
		text += " end of month"
	}
	switch l.CountedFrom {
	case law.FromDelivery:
		return text + " after delivery"
	case law.FromDeliveryMonthEnd:
		return text + " after the end of the month of delivery"
	case law.FromDeliveryDecadeEnd:
		return text + " after the end of the ten days of delivery"
	case law.FromReceipt:
		return text + " from receipt of the invoice"
	default:
		return text + " from issue"
	}
}

// French is the period in French: « 60 jours à compter de l’émission ».
func (l TermLimit) French() string {
	text := counted(l.Days, "jour", "jours")
	if l.EndOfMonth {
		text += " fin de mois"
	}
	switch l.CountedFrom {
	case law.FromDelivery:
		return text + " après la livraison"
	case law.FromDeliveryMonthEnd:
		return text + " après la fin du mois de livraison"
	case law.FromDeliveryDecadeEnd:
		return text + " après la fin de la décade de livraison"
	case law.FromReceipt:
		return text + " à compter de la réception de la facture"
	default:
		return text + " à compter de l’émission"
	}
}

// standIn says which date stood in for one that is not known.
func (l TermLimit) standIn(assumed bool) (english, french string) {
	switch {
	case !assumed:
		return "", ""
	case l.CountedFrom == law.FromReceipt:
		return "; the date of receipt is not known, issue and delivery stand in for it",
			" ; la date de réception n’est pas connue, l’émission et la livraison en tiennent lieu"
	default:
		return "; the date of delivery is not known, the issue date stands in for it",
			" ; la date de livraison n’est pas connue, l’émission en tient lieu"
	}
}

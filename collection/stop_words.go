package collection

import "fmt"

// aboutStop is a stop as an English sentence.
func (r Reason) aboutStop() string {
	switch r.Stop {
	case StopKillSwitch:
		if r.Scope == ScopeEverything {
			return "the kill switch is set for everybody: nothing leaves" + r.untilLifted()
		}
		return "the kill switch of the creditor is set: nothing leaves" + r.untilLifted()
	case StopBlock:
		return "the debtor is blocked: nothing leaves by any way" + r.untilLifted()
	case StopExclusion:
		if r.Scope == ScopeInvoice {
			return "the invoice is excluded from reminders until a person lifts the exclusion" + r.quoted()
		}
		return "the debtor is excluded from reminders until a person lifts the exclusion" + r.quoted()
	default:
		return "every invoice of the debtor is on hold" + r.untilLifted()
	}
}

func (r Reason) untilLifted() string {
	if r.Date.IsZero() {
		return " until a person lifts it" + r.quoted()
	}
	return fmt.Sprintf(" until %s%s", r.Date, r.quoted())
}

// surLArret is a stop as a French sentence.
func (r Reason) surLArret() string {
	switch r.Stop {
	case StopKillSwitch:
		if r.Scope == ScopeEverything {
			return "l’arrêt d’urgence général est enclenché : rien ne part" + r.jusquALaLevee()
		}
		return "l’arrêt d’urgence du créancier est enclenché : rien ne part" + r.jusquALaLevee()
	case StopBlock:
		return "le débiteur est bloqué : rien ne part par aucune voie" + r.jusquALaLevee()
	case StopExclusion:
		if r.Scope == ScopeInvoice {
			return "la facture est exclue des relances jusqu’à ce qu’une personne lève l’exclusion" + r.quoted()
		}
		return "le débiteur est exclu des relances jusqu’à ce qu’une personne lève l’exclusion" + r.quoted()
	default:
		return "toutes les factures du débiteur sont suspendues" + r.jusquALaLevee()
	}
}

func (r Reason) jusquALaLevee() string {
	if r.Date.IsZero() {
		return " jusqu’à la levée par une personne" + r.quoted()
	}
	return fmt.Sprintf(" jusqu’au %s%s", r.Date.French(), r.quoted())
}

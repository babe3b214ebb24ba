package collection

import (
	"fmt"
	"strings"
)

func (r Reason) aboutPromise() string {
	if r.Code == becauseBrokenPromise {
		return fmt.Sprintf("step %s comes next, because the promise of %s was broken", r.Step, r.Date)
	}
	words := fmt.Sprintf("the debtor promised %s for %s", r.Amount, r.Date)
	switch {
	case r.Late:
		words += fmt.Sprintf("; the payment was waited for until %s", r.Until)
	case r.Until > r.Date:
		words += fmt.Sprintf("; the payment is waited for until %s", r.Until)
	}
	return words + r.byOwnTerms()
}

// byOwnTerms says that the days are not those of the strategy.
func (r Reason) byOwnTerms() string {
	if !r.OwnTerms {
		return ""
	}
	return " (by the creditor's own terms)"
}

func (r Reason) selonLeCreancier() string {
	if !r.OwnTerms {
		return ""
	}
	return " (délai fixé par le créancier)"
}

func (r Reason) surLaPromesse() string {
	if r.Code == becauseBrokenPromise {
		return fmt.Sprintf("l’étape %s suit, car la promesse du %s n’a pas été tenue", r.Step, r.Date.French())
	}
	words := fmt.Sprintf("le débiteur a promis %s pour le %s", r.Amount.French(), r.Date.French())
	switch {
	case r.Late:
		words += fmt.Sprintf(" ; le paiement était attendu jusqu’au %s", r.Until.French())
	case r.Until > r.Date:
		words += fmt.Sprintf(" ; le paiement est attendu jusqu’au %s", r.Until.French())
	}
	return words + r.selonLeCreancier()
}

func (r Reason) aboutDispute() string {
	switch r.Code {
	case becauseDisputeOverdue:
		return fmt.Sprintf("the dispute (%s) was to be answered by %s and was not%s", r.Dispute.english(), r.Date, r.byOwnTerms())
	case becauseCredited:
		return fmt.Sprintf("a credit note of %s is waited for; nothing else is open", r.Amount)
	default:
		due := "is"
		if r.Late {
			due = "was"
		}
		return fmt.Sprintf("the debtor disputes all that is open, %s (%s); the answer %s due by %s%s", r.Amount, r.Dispute.english(), due, r.Date, r.byOwnTerms())
	}
}

func (r Reason) surLeLitige() string {
	switch r.Code {
	case becauseDisputeOverdue:
		return fmt.Sprintf("le litige (%s) devait recevoir une réponse au plus tard le %s et n’en a pas%s", r.Dispute.French(), r.Date.French(), r.selonLeCreancier())
	case becauseCredited:
		return fmt.Sprintf("un avoir de %s est attendu ; rien d’autre ne reste dû", r.Amount.French())
	default:
		due := "est"
		if r.Late {
			due = "était"
		}
		return fmt.Sprintf("le débiteur conteste tout ce qui reste dû, %s (%s) ; une réponse %s attendue au plus tard le %s%s", r.Amount.French(), r.Dispute.French(), due, r.Date.French(), r.selonLeCreancier())
	}
}

func (d DisputeReason) english() string { return strings.ReplaceAll(string(d), "-", " ") }

// French is the root cause as a French reader knows it.
func (d DisputeReason) French() string {
	switch d {
	case DisputeQuality:
		return "qualité"
	case DisputeDelivery:
		return "livraison"
	case DisputePrice:
		return "prix"
	case DisputeQuantity:
		return "quantité"
	case DisputeNotOrdered:
		return "non commandé"
	case DisputeAlreadyPaid:
		return "déjà payé"
	case DisputeWrongDebtor:
		return "mauvais débiteur"
	default:
		return "autre motif"
	}
}

// Conclusion says what became of a promise.
func (p Promise) Conclusion() string {
	promised := fmt.Sprintf("%s promised for %s", p.Amount, p.Date)
	came := p.Came.Decimal() + " " + string(p.Amount.Currency())
	switch p.Outcome {
	case PromiseKept:
		return promised + " came: the promise was kept"
	case PromiseKeptInPart:
		return fmt.Sprintf("%s of %s came: the promise was kept in part", came, promised)
	case PromiseBroken:
		return "nothing of " + promised + " came: the promise was broken"
	case PromiseWithdrawn:
		return "the promise of " + p.terms() + " was withdrawn"
	case PromiseReplaced:
		return "the promise of " + p.terms() + " was replaced by another"
	case PromiseOvertaken:
		return "the promise of " + p.terms() + " ended without counting, because an instalment plan took its place, all is disputed, the case was closed or the debtor is in insolvency proceedings"
	default:
		return "the debtor promised " + p.terms()
	}
}

func (p Promise) terms() string { return p.Amount.String() + " for " + p.Date.String() }

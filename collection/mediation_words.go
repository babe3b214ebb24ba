package collection

import "fmt"

// English names the kind as a reader knows it.
func (k MediationKind) English() string {
	switch k {
	case MediationCompanies:
		return "the mediator of companies"
	case MediationConciliator:
		return "a conciliator of justice"
	case MediationContractual:
		return "the mediator named in the contract"
	case MediationConsumer:
		return "the consumer mediator"
	default:
		return "a mediator"
	}
}

// French names the kind as a French reader knows it.
func (k MediationKind) French() string {
	switch k {
	case MediationCompanies:
		return "le Médiateur des entreprises"
	case MediationConciliator:
		return "un conciliateur de justice"
	case MediationContractual:
		return "le médiateur désigné au contrat"
	case MediationConsumer:
		return "le médiateur de la consommation"
	default:
		return "un médiateur"
	}
}

// inWords is how the mediation stands, for refusals.
func (m Mediation) inWords() string {
	switch m.Phase() {
	case MediationInvited:
		return fmt.Sprintf("it is to be answered by %s", m.RespondBy)
	case MediationAccepted:
		return fmt.Sprintf("it was accepted on %s", m.Accepted)
	default:
		return fmt.Sprintf("it ended on %s (%s)", m.Ended, m.Outcome)
	}
}

func (r Reason) aboutMediation() string {
	switch r.Code {
	case becauseInviting:
		return fmt.Sprintf("step %s invites the debtor to a mediation (%s), to be answered by %s; nothing else leaves until then", r.Step, r.Mediator.English(), r.Date)
	case becauseInvited:
		if r.Overdue {
			return fmt.Sprintf("nobody answered the invitation to a mediation (%s) by %s, which counts as declining it", r.Mediator.English(), r.Date)
		}
		if r.Late {
			return fmt.Sprintf("the invitation to a mediation (%s) was to be answered by %s and was not", r.Mediator.English(), r.Date)
		}
		if r.AskedBy == PartyDebtor {
			return fmt.Sprintf("the debtor asks for a mediation (%s), to be answered by %s; nothing leaves until then", r.Mediator.English(), r.Date)
		}
		return fmt.Sprintf("the debtor has until %s to answer the invitation to a mediation (%s); nothing leaves until then", r.Date, r.Mediator.English())
	case becauseMediation:
		if r.Overdue || r.Late {
			return fmt.Sprintf("the mediation (%s) was to end by %s; nothing leaves until a person says how it ended", r.Mediator.English(), r.Date)
		}
		return fmt.Sprintf("a mediation (%s) is under way, to end by %s; nothing leaves while it lasts", r.Mediator.English(), r.Date)
	case becauseSettled:
		return fmt.Sprintf("the %s agreed in the mediation were paid; the rest of the claim is given up", r.Amount)
	default:
		return r.agreed()
	}
}

func (r Reason) agreed() string {
	switch {
	case r.Overdue:
		return fmt.Sprintf("what was agreed in the mediation until %s was not kept; the whole claim is due again", r.Date)
	case r.Late && r.Agreement == AgreementSettlement:
		return fmt.Sprintf("as agreed in the mediation, the debtor was to pay %s by %s; the payment is still waited for", r.Amount, r.Date)
	case r.Late:
		return fmt.Sprintf("a %s was agreed in the mediation, was to be concluded by %s and is not yet", r.Agreement, r.Date)
	case r.Agreement == AgreementSettlement:
		return fmt.Sprintf("as agreed in the mediation, the debtor pays %s by %s, and the rest is then given up", r.Amount, r.Date)
	default:
		return fmt.Sprintf("a %s was agreed in the mediation and is to be concluded by %s; nothing leaves until then", r.Agreement, r.Date)
	}
}

func (r Reason) surLaMediation() string {
	switch r.Code {
	case becauseInviting:
		return fmt.Sprintf("l’étape %s invite le débiteur à une médiation (%s), réponse attendue au plus tard le %s ; rien d’autre ne part d’ici là", r.Step, r.Mediator.French(), r.Date.French())
	case becauseInvited:
		if r.Overdue {
			return fmt.Sprintf("l’invitation à une médiation (%s) devait recevoir une réponse au plus tard le %s et n’en a pas eu, ce qui vaut refus", r.Mediator.French(), r.Date.French())
		}
		if r.Late {
			return fmt.Sprintf("l’invitation à une médiation (%s) devait recevoir une réponse au plus tard le %s et n’en a pas", r.Mediator.French(), r.Date.French())
		}
		if r.AskedBy == PartyDebtor {
			return fmt.Sprintf("le débiteur demande une médiation (%s) ; réponse à donner au plus tard le %s, rien ne part d’ici là", r.Mediator.French(), r.Date.French())
		}
		return fmt.Sprintf("le débiteur a jusqu’au %s pour répondre à l’invitation à une médiation (%s) ; rien ne part d’ici là", r.Date.French(), r.Mediator.French())
	case becauseMediation:
		if r.Overdue || r.Late {
			return fmt.Sprintf("la médiation (%s) devait s’achever le %s ; rien ne part tant qu’une personne n’a pas dit comment elle a pris fin", r.Mediator.French(), r.Date.French())
		}
		return fmt.Sprintf("une médiation (%s) est en cours, à achever le %s au plus tard ; rien ne part tant qu’elle dure", r.Mediator.French(), r.Date.French())
	case becauseSettled:
		return fmt.Sprintf("la somme de %s convenue en médiation a été payée ; le reste de la créance est abandonné", r.Amount.French())
	default:
		return r.convenu()
	}
}

func (r Reason) convenu() string {
	switch {
	case r.Overdue:
		return fmt.Sprintf("ce qui avait été convenu en médiation jusqu’au %s n’a pas été tenu ; la créance entière est de nouveau due", r.Date.French())
	case r.Late && r.Agreement == AgreementSettlement:
		return fmt.Sprintf("comme convenu en médiation, le débiteur devait payer %s au plus tard le %s ; le paiement est encore attendu", r.Amount.French(), r.Date.French())
	case r.Late && r.Agreement == AgreementDiscount:
		return fmt.Sprintf("une remise a été convenue en médiation ; elle devait être accordée au plus tard le %s et ne l’est pas encore", r.Date.French())
	case r.Late:
		return fmt.Sprintf("un échéancier a été convenu en médiation ; il devait être conclu au plus tard le %s et ne l’est pas encore", r.Date.French())
	case r.Agreement == AgreementSettlement:
		return fmt.Sprintf("comme convenu en médiation, le débiteur paie %s au plus tard le %s, et le reste est alors abandonné", r.Amount.French(), r.Date.French())
	case r.Agreement == AgreementDiscount:
		return fmt.Sprintf("une remise a été convenue en médiation et reste à accorder au plus tard le %s ; rien ne part d’ici là", r.Date.French())
	default:
		return fmt.Sprintf("un échéancier a été convenu en médiation et reste à conclure au plus tard le %s ; rien ne part d’ici là", r.Date.French())
	}
}

package collection

// French is the stage as a French reader knows it, said of a case ("dossier").
// A stage without a word of its own is returned as it is.
func (s Stage) French() string {
	switch s {
	case StageOpen:
		return "ouvert"
	case StageReminding:
		return "en relance"
	case StageFormalNotice:
		return "en mise en demeure"
	case StageMediation:
		return "en médiation"
	case StageHandoff:
		return "à transmettre"
	case StageWithPartner:
		return "confié à un partenaire"
	case StageOnHold:
		return "suspendu"
	case StageDisputed:
		return "en litige"
	case StagePromised:
		return "promesse en cours"
	case StagePlan:
		return "en échéancier"
	case StageUnreachable:
		return "injoignable"
	case StageInsolvency:
		return "en procédure collective"
	case StageLateFees:
		return "pénalités à régler"
	case StagePaid:
		return "payé"
	case StageWrittenOff:
		return "passé en perte"
	case StageWithdrawn:
		return "retiré"
	case StageHandedOver:
		return "transmis"
	default:
		return string(s)
	}
}

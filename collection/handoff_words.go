package collection

import "fmt"

const (
	becauseHandoffCoolingOff reasonCode = "handoff-cooling-off"
	becauseHandoffApproval   reasonCode = "handoff-approval"
	becauseHandingOver       reasonCode = "handing-over"
	becauseWithPartner       reasonCode = "with-partner"
	becauseTimeLimit         reasonCode = "time-limit"
	becauseRecalling         reasonCode = "recalling"
)

// aboutHandoff is the reason in English where it is about a handoff.
func (r Reason) aboutHandoff() string {
	switch r.Code {
	case becauseHandoffCoolingOff:
		if r.Late {
			return fmt.Sprintf("the case is announced to be handed over to %s and can be approved since %s: a person is asked on the next contact day", r.Partner, r.Date)
		}
		return fmt.Sprintf("the case is announced to be handed over to %s: a person approves it from %s on, unless the claim is paid", r.Partner, r.Date)
	case becauseHandoffApproval:
		return fmt.Sprintf("handing the case over to %s waits for a person's approval of %s", r.Partner, r.Amount)
	case becauseHandingOver:
		return fmt.Sprintf("the case file is being given to %s", r.Partner)
	case becauseWithPartner:
		return fmt.Sprintf("the case is with %s since %s: %s open, and the debtor hears from nobody else", r.Partner, r.Date, r.Amount)
	case becauseTimeLimit:
		return fmt.Sprintf("the case is with %s since %s; %s: last day %s (%s)", r.Partner, r.Date, r.Limit.Title.EN, r.Limit.Last, r.Limit.Article)
	case becauseRecalling:
		return fmt.Sprintf("the case is being taken back from %s: %s", r.Partner, r.Recall.english())
	default:
		return ""
	}
}

// surLaTransmission is the reason in French where it is about a handoff.
func (r Reason) surLaTransmission() string {
	switch r.Code {
	case becauseHandoffCoolingOff:
		if r.Late {
			return fmt.Sprintf("la transmission du dossier à %s est annoncée et peut être approuvée depuis le %s : une personne y est invitée le prochain jour de contact", r.Partner, r.Date.French())
		}
		return fmt.Sprintf("la transmission du dossier à %s est annoncée : une personne l’approuve à partir du %s, sauf paiement", r.Partner, r.Date.French())
	case becauseHandoffApproval:
		return fmt.Sprintf("la transmission du dossier à %s attend l’accord d’une personne pour %s", r.Partner, r.Amount.French())
	case becauseHandingOver:
		return fmt.Sprintf("le dossier est en cours de remise à %s", r.Partner)
	case becauseWithPartner:
		return fmt.Sprintf("le dossier est chez %s depuis le %s : %s à recouvrer, et le débiteur n’a plus d’autre interlocuteur", r.Partner, r.Date.French(), r.Amount.French())
	case becauseTimeLimit:
		return fmt.Sprintf("le dossier est chez %s depuis le %s ; %s : dernier jour le %s (%s)", r.Partner, r.Date.French(), r.Limit.Title.FR, r.Limit.Last.French(), r.Limit.Article)
	case becauseRecalling:
		return fmt.Sprintf("le dossier est repris à %s : %s", r.Partner, r.Recall.french())
	default:
		return ""
	}
}

func (r RecallReason) english() string {
	switch r {
	case RecallPaid:
		return "the debtor paid the creditor directly"
	case RecallClosed:
		return "the case was closed"
	default:
		return "a person decided so"
	}
}

func (r RecallReason) french() string {
	switch r {
	case RecallPaid:
		return "le débiteur a payé directement le créancier"
	case RecallClosed:
		return "le dossier a été clos"
	default:
		return "une personne l’a décidé"
	}
}

package collection

import (
	"fmt"

	"relance/handoff"
)

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

// whatBecame is how a handoff ended, or how far it has come, as a sentence.
func (h Handoff) whatBecame() string {
	switch {
	case h.Phase == handoff.Recalling:
		return fmt.Sprintf("it is being taken back from %s (%s)", h.Partner, h.Recall.english())
	case h.Phase != handoff.Ended:
		return "it is " + h.told()
	case h.EndedOn.IsZero():
		return "it ended " + h.howItEnded()
	default:
		return fmt.Sprintf("it ended on %s %s", h.EndedOn, h.howItEnded())
	}
}

func (h Handoff) howItEnded() string {
	switch h.End {
	case handoff.EndPaid:
		return "because the debtor paid before " + h.Partner + " had the file"
	case handoff.EndNotApproved:
		return "without being approved"
	case handoff.EndDeclined:
		return "because " + h.Partner + " did not take it"
	case handoff.EndCollected:
		return "because " + h.Partner + " collected all of it"
	case handoff.EndRecalled:
		return fmt.Sprintf("taken back from %s (%s)", h.Partner, h.Recall.english())
	case handoff.EndReturned:
		return "because " + h.Partner + " gave it back"
	case handoff.EndUnpaid:
		return "because " + h.Partner + " closed its file without payment"
	default:
		return string(h.End)
	}
}

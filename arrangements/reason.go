package arrangements

import (
	"fmt"

	"relance/calendar"
	"relance/money"
)

type reasonCode string

const (
	becauseProposed reasonCode = "proposed"
	becauseOffered  reasonCode = "offered"
	becauseDue      reasonCode = "due"
	becauseLate     reasonCode = "late"
	becauseReopened reasonCode = "reopened"
	becauseOver     reasonCode = "over"
	// becauseUncollected: the creditor was to collect it. becauseUnresolved: its direct debit
	// has brought no money, and has not come back.
	becauseUncollected reasonCode = "uncollected"
	becauseUnresolved  reasonCode = "unresolved"
)

// Reason is why a plan does what it does next.
type Reason struct {
	Code       reasonCode
	Plan       string
	State      State
	Instalment int
	Amount     money.Amount
	Date       calendar.Date
	// Since is the day on which an instalment was open again.
	Since calendar.Date
}

// String is the reason as an English sentence.
func (r Reason) String() string {
	switch r.Code {
	case becauseProposed:
		return fmt.Sprintf("the plan %s waits for approval until %s", r.Plan, r.Date)
	case becauseOffered:
		return fmt.Sprintf("the plan %s can be accepted until %s", r.Plan, r.Date)
	case becauseDue:
		return fmt.Sprintf("instalment %d of the plan %s, %s, is due on %s", r.Instalment, r.Plan, r.Amount, r.Date)
	case becauseLate:
		return fmt.Sprintf("instalment %d of the plan %s, %s, was missed; the whole balance is due if it is not paid by %s", r.Instalment, r.Plan, r.Amount, r.Date)
	case becauseReopened:
		return fmt.Sprintf("money was taken back, and instalment %d of the plan %s, %s, is open again since %s; the whole balance is due if it is not paid by %s",
			r.Instalment, r.Plan, r.Amount, r.Since, r.Date)
	case becauseUncollected:
		return fmt.Sprintf("instalment %d of the plan %s, %s, was due on %s and its direct debit stood in no file for the bank: the plan waits until it is collected, paid or agreed on anew", r.Instalment, r.Plan, r.Amount, r.Date)
	case becauseUnresolved:
		return fmt.Sprintf("instalment %d of the plan %s, %s, was due on %s; its direct debit has neither brought its money nor come back", r.Instalment, r.Plan, r.Amount, r.Date)
	case becauseOver:
		return fmt.Sprintf("the plan %s is over: %s", r.Plan, r.State)
	default:
		return ""
	}
}

// French is the reason as a French sentence.
func (r Reason) French() string {
	switch r.Code {
	case becauseProposed:
		return fmt.Sprintf("l’échéancier %s attend un accord interne jusqu’au %s", r.Plan, r.Date.French())
	case becauseOffered:
		return fmt.Sprintf("l’échéancier %s peut être accepté jusqu’au %s", r.Plan, r.Date.French())
	case becauseDue:
		return fmt.Sprintf("l’échéance %d de l’échéancier %s, de %s, est à payer le %s", r.Instalment, r.Plan, r.Amount.French(), r.Date.French())
	case becauseLate:
		return fmt.Sprintf("l’échéance %d de l’échéancier %s, de %s, n’a pas été payée ; sans paiement au %s, tout le solde devient exigible", r.Instalment, r.Plan, r.Amount.French(), r.Date.French())
	case becauseReopened:
		return fmt.Sprintf("un paiement a été repris et l’échéance %d de l’échéancier %s, de %s, est de nouveau à payer depuis le %s ; sans paiement au %s, tout le solde devient exigible",
			r.Instalment, r.Plan, r.Amount.French(), r.Since.French(), r.Date.French())
	case becauseUncollected:
		return fmt.Sprintf("l’échéance %d de l’échéancier %s, de %s, était à payer le %s et son prélèvement ne figurait dans aucun fichier pour la banque : l’échéancier attend qu’elle soit prélevée, payée ou renégociée", r.Instalment, r.Plan, r.Amount.French(), r.Date.French())
	case becauseUnresolved:
		return fmt.Sprintf("l’échéance %d de l’échéancier %s, de %s, était à payer le %s ; son prélèvement n’a ni abouti ni été rejeté", r.Instalment, r.Plan, r.Amount.French(), r.Date.French())
	case becauseOver:
		return fmt.Sprintf("l’échéancier %s est terminé : %s", r.Plan, r.State.French())
	default:
		return ""
	}
}

// French is the state as a French reader knows it, said of an "échéancier".
func (s State) French() string {
	switch s {
	case StateProposed:
		return "proposé"
	case StateOffered:
		return "offert"
	case StateRunning:
		return "en cours"
	case StateCompleted:
		return "soldé"
	case StateSettledEarly:
		return "soldé par anticipation"
	case StateDefaulted:
		return "rompu"
	case StateCancelled:
		return "annulé"
	default:
		return string(s)
	}
}

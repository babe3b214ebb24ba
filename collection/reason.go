package collection

import (
	"fmt"

	"relance/calendar"
	"relance/handoff"
	"relance/money"
)

type reasonCode string

const (
	becauseDue           reasonCode = "due"
	becauseSpacing       reasonCode = "spacing"
	becauseDeadline      reasonCode = "deadline"
	becauseDeadlineOver  reasonCode = "deadline-over"
	becauseNextChannel   reasonCode = "next-channel"
	becausePostponed     reasonCode = "postponed"
	becauseOutsideWindow reasonCode = "outside-window"
	becauseHeld          reasonCode = "held"
	becauseHeldUntil     reasonCode = "held-until"
	becauseApproval      reasonCode = "approval"
	becauseCoolingOff    reasonCode = "cooling-off"
	becauseUnproven      reasonCode = "unproven"
	becauseUnreachable   reasonCode = "unreachable"
	becauseDoubtful      reasonCode = "doubtful"
	becauseLadderDone    reasonCode = "ladder-done"
	becauseLateFees      reasonCode = "late-fees"
	becauseClosed        reasonCode = "closed"

	becausePromised       reasonCode = "promised"
	becauseBrokenPromise  reasonCode = "broken-promise"
	becauseDisputed       reasonCode = "disputed"
	becauseCredited       reasonCode = "credit-note-awaited"
	becauseDisputeOverdue reasonCode = "dispute-overdue"

	becauseInviting         reasonCode = "mediation-inviting"
	becauseInvited          reasonCode = "mediation-invited"
	becauseMediation        reasonCode = "mediation"
	becauseAgreed           reasonCode = "mediation-agreed"
	becauseSettled          reasonCode = "mediation-settled"
	becauseApprovalOutdated reasonCode = "approval-outdated"
	becauseApprovalExpired  reasonCode = "approval-expired"
	becauseOtherRecipient   reasonCode = "approval-other-recipient"

	becauseStopped  reasonCode = "stopped"
	becauseResuming reasonCode = "resuming"

	becauseLimitation        reasonCode = "limitation"
	becauseLimitationPassed  reasonCode = "limitation-passed"
	becauseLimitationStopped reasonCode = "limitation-stopped"
	becauseInsolvent         reasonCode = "insolvency"
	becauseOverIndebted      reasonCode = "over-indebtedness"
)

// Reason is why a case does what it does next.
type Reason struct {
	// OwnTerms: the days are those of the creditor, not of the strategy.
	OwnTerms bool
	Code     reasonCode
	Step     string
	Days     int
	Date     calendar.Date
	Stage    Stage
	// PostponedFor is why the last check before sending put the step off.
	PostponedFor PostponedFor
	// Amount is what is open of the late fees, what is promised or what is disputed, or the next instalment of a plan.
	Amount money.Amount
	// Until is the last day of grace of a promise.
	Until calendar.Date
	// Dispute is the root cause of a dispute.
	Dispute DisputeReason
	// Mediator, AskedBy and Agreement tell of a mediation; Overdue: its Date has passed.
	Mediator  MediationKind
	AskedBy   Party
	Agreement AgreementKind
	Overdue   bool
	// Late: the day that the reason names has passed, and what was to come by then is
	// still waited for.
	Late bool
	// Text is what a person gave as the reason of a hold or stop, or the ID of a plan.
	Text string
	// Stop and Scope are what kind of stop keeps the case still.
	Stop  StopKind
	Scope StopScope
	// Warning is the day a person will be told of the limitation of LastDay, when
	// that comes before anything else.
	Warning calendar.Date
	LastDay calendar.Date
	// Insolvency is what keeps the claim frozen.
	Insolvency Insolvency
	// Partner, Recall and Limit are of a handoff.
	Partner string
	Recall  RecallReason
	Limit   handoff.TimeLimit
}

// String is the reason as an English sentence.
func (r Reason) String() string { return r.english() + r.warning() }

func (r Reason) english() string {
	switch r.Code {
	case becauseLimitation, becauseLimitationStopped, becauseLimitationPassed:
		return r.aboutLimitation()
	case becausePromised, becauseBrokenPromise:
		return r.aboutPromise()
	case becauseDisputed, becauseCredited, becauseDisputeOverdue:
		return r.aboutDispute()
	case becauseInsolvent:
		return r.aboutInsolvency()
	case becauseOverIndebted:
		return fmt.Sprintf("the commission on over-indebtedness found the debtor's file admissible on %s: nothing is asked for, and what was owed by then bears no interest, as long as that holds", r.Date)
	case becauseInviting, becauseInvited, becauseMediation, becauseAgreed, becauseSettled:
		return r.aboutMediation()
	case becausePlan, becausePlanOffered, becausePlanBroken:
		return r.aboutPlan()
	case becauseDue:
		return fmt.Sprintf("step %s is planned %s", r.Step, r.fromDueDate())
	case becauseSpacing:
		return fmt.Sprintf("step %s leaves %s after the contact of %s", r.Step, days(r.Days, "day"), r.Date)
	case becauseDeadline:
		return fmt.Sprintf("step %s waits for the deadline of %s that the debtor was given", r.Step, r.Date)
	case becauseDeadlineOver:
		return fmt.Sprintf("step %s leaves on the first contact day after the deadline of %s that the debtor was given", r.Step, r.Date)
	case becauseNextChannel:
		return fmt.Sprintf("step %s goes on with its next channel", r.Step)
	case becausePostponed:
		return fmt.Sprintf("step %s %s", r.Step, r.PostponedFor.english())
	case becauseOutsideWindow:
		return fmt.Sprintf("step %s is due and waits for the debtor's contact hours", r.Step)
	case becauseHeld:
		return "the case is on hold until a person resumes it" + r.quoted()
	case becauseHeldUntil:
		return fmt.Sprintf("the case is on hold until %s%s", r.Date, r.quoted())
	case becauseApproval:
		if !r.Date.IsZero() {
			return fmt.Sprintf("step %s waits for a person's approval, which is asked for anew on %s", r.Step, r.Date)
		}
		return fmt.Sprintf("step %s waits for a person's approval", r.Step)
	case becauseApprovalOutdated:
		return fmt.Sprintf("the claim changed since the approval of step %s was asked or given: it is asked for anew", r.Step)
	case becauseOtherRecipient:
		return fmt.Sprintf("step %s goes to others than it was approved for: it is asked for anew", r.Step)
	case becauseApprovalExpired:
		return fmt.Sprintf("nobody approved step %s in time: it is asked for anew", r.Step)
	case becauseCoolingOff:
		return fmt.Sprintf("step %s was announced on %s and leaves after its cooling-off time, unless the claim is paid", r.Step, r.Date)
	case becauseUnproven:
		return fmt.Sprintf("the notice of step %s left on %s; later steps wait for the proof that it reached the debtor", r.Step, r.Date)
	case becauseUnreachable:
		return fmt.Sprintf("step %s reached nobody: every channel failed and a person was asked to help", r.Step)
	case becauseDoubtful:
		return fmt.Sprintf("the message of step %s may have arrived: its provider never said so, and a person was asked to find out before anything else leaves", r.Step)
	case becauseLadderDone:
		return "every step of the strategy is done; the case waits for a payment or a decision"
	case becauseLateFees:
		return fmt.Sprintf("the principal is paid; %s of claimed late fees are open, and a person decides whether to waive them", r.Amount)
	case becauseClosed:
		return "the case is closed: " + string(r.Stage)
	case becauseStopped:
		return r.aboutStop()
	case becauseResuming:
		return fmt.Sprintf("step %s waits for its turn: what gathered until %s leaves over several days", r.Step, r.Date)
	default:
		return r.aboutHandoff()
	}
}

// French is the reason as a French sentence.
func (r Reason) French() string { return r.inFrench() + r.avertissement() }

func (r Reason) inFrench() string {
	switch r.Code {
	case becauseLimitation, becauseLimitationStopped, becauseLimitationPassed:
		return r.surLaPrescription()
	case becausePromised, becauseBrokenPromise:
		return r.surLaPromesse()
	case becauseDisputed, becauseCredited, becauseDisputeOverdue:
		return r.surLeLitige()
	case becauseInsolvent:
		return r.surLaProcedure()
	case becauseOverIndebted:
		return fmt.Sprintf("la commission de surendettement a déclaré le dossier du débiteur recevable le %s : rien n’est demandé, et ce qui était dû ne produit pas d’intérêts, tant que cela dure", r.Date.French())
	case becauseInviting, becauseInvited, becauseMediation, becauseAgreed, becauseSettled:
		return r.surLaMediation()
	case becausePlan, becausePlanOffered, becausePlanBroken:
		return r.surLEcheancier()
	case becauseDue:
		return fmt.Sprintf("l’étape %s est prévue %s", r.Step, r.depuisEcheance())
	case becauseSpacing:
		return fmt.Sprintf("l’étape %s respecte un délai de %s après le contact du %s", r.Step, days(r.Days, "jour"), r.Date.French())
	case becauseDeadline:
		return fmt.Sprintf("l’étape %s attend la date limite du %s donnée au débiteur", r.Step, r.Date.French())
	case becauseDeadlineOver:
		return fmt.Sprintf("l’étape %s part le premier jour de contact après la date limite du %s donnée au débiteur", r.Step, r.Date.French())
	case becauseNextChannel:
		return fmt.Sprintf("l’étape %s continue par son canal suivant", r.Step)
	case becausePostponed:
		return fmt.Sprintf("l’étape %s %s", r.Step, r.PostponedFor.french())
	case becauseOutsideWindow:
		return fmt.Sprintf("l’étape %s est à exécuter et attend les heures de contact du débiteur", r.Step)
	case becauseHeld:
		return "le dossier est suspendu jusqu’à ce qu’une personne le reprenne" + r.quotedInFrench()
	case becauseHeldUntil:
		return fmt.Sprintf("le dossier est suspendu jusqu’au %s%s", r.Date.French(), r.quotedInFrench())
	case becauseApproval:
		if !r.Date.IsZero() {
			return fmt.Sprintf("l’étape %s attend l’accord d’une personne, redemandé le %s", r.Step, r.Date.French())
		}
		return fmt.Sprintf("l’étape %s attend l’accord d’une personne", r.Step)
	case becauseApprovalOutdated:
		return fmt.Sprintf("la créance a changé depuis la demande ou l’accord pour l’étape %s : il est redemandé", r.Step)
	case becauseOtherRecipient:
		return fmt.Sprintf("l’étape %s s’adresse à d’autres que ceux pour qui l’accord a été donné : il est redemandé", r.Step)
	case becauseApprovalExpired:
		return fmt.Sprintf("personne n’a donné son accord pour l’étape %s à temps : il est redemandé", r.Step)
	case becauseCoolingOff:
		return fmt.Sprintf("l’étape %s a été annoncée le %s et part après son délai de réflexion, sauf paiement", r.Step, r.Date.French())
	case becauseUnproven:
		return fmt.Sprintf("le courrier de l’étape %s est parti le %s ; la suite attend la preuve de sa réception", r.Step, r.Date.French())
	case becauseUnreachable:
		return fmt.Sprintf("l’étape %s n’a atteint personne : tous les canaux ont échoué, une tâche est ouverte", r.Step)
	case becauseDoubtful:
		return fmt.Sprintf("le message de l’étape %s est peut-être arrivé : le prestataire ne l’a jamais confirmé, et une personne doit le vérifier avant tout autre envoi", r.Step)
	case becauseLadderDone:
		return "toutes les étapes du scénario sont faites ; le dossier attend un paiement ou une décision"
	case becauseLateFees:
		return fmt.Sprintf("le principal est payé ; %s de pénalités réclamées restent dues, et une personne décide de leur abandon", r.Amount.French())
	case becauseClosed:
		return "le dossier est clos : " + r.Stage.French()
	case becauseStopped:
		return r.surLArret()
	case becauseResuming:
		return fmt.Sprintf("l’étape %s attend son tour : ce qui s’est accumulé jusqu’au %s part sur plusieurs jours", r.Step, r.Date.French())
	default:
		return r.surLaTransmission()
	}
}

func (r Reason) fromDueDate() string {
	switch {
	case r.Days < 0:
		return fmt.Sprintf("%s before the due date of %s", days(-r.Days, "day"), r.Date)
	case r.Days > 0:
		return fmt.Sprintf("%s after the due date of %s", days(r.Days, "day"), r.Date)
	default:
		return fmt.Sprintf("on the due date of %s", r.Date)
	}
}

func (r Reason) depuisEcheance() string {
	switch {
	case r.Days < 0:
		return fmt.Sprintf("%s avant l’échéance du %s", days(-r.Days, "jour"), r.Date.French())
	case r.Days > 0:
		return fmt.Sprintf("%s après l’échéance du %s", days(r.Days, "jour"), r.Date.French())
	default:
		return fmt.Sprintf("à l’échéance du %s", r.Date.French())
	}
}

func (r Reason) quoted() string {
	if r.Text == "" {
		return ""
	}
	return fmt.Sprintf(" (%s)", r.Text)
}

// IsOtherRecipient reports whether an approval is asked for anew because the step goes to
// others by now.
func (r Reason) IsOtherRecipient() bool { return r.Code == becauseOtherRecipient }

func (r Reason) quotedInFrench() string {
	if r.Text == NoReasonGiven {
		return " (sans motif donné)"
	}
	return r.quoted()
}

func days(n int, unit string) string {
	if n == 1 {
		return "1 " + unit
	}
	return fmt.Sprintf("%d %ss", n, unit)
}

package collection

import (
	"fmt"

	"relance/calendar"
)

// French is the kind with its article, as in "le débiteur est en …".
func (k InsolvencyKind) French() string {
	switch k {
	case Safeguard:
		return "procédure de sauvegarde"
	case Receivership:
		return "redressement judiciaire"
	case Liquidation:
		return "liquidation judiciaire"
	default:
		return string(k)
	}
}

func (k InsolvencyKind) english() string {
	switch k {
	case Safeguard:
		return "safeguard proceedings (sauvegarde)"
	case Receivership:
		return "receivership (redressement judiciaire)"
	case Liquidation:
		return "liquidation (liquidation judiciaire)"
	default:
		return string(k)
	}
}

// aboutInsolvency says why the case is left alone. Date is the day on which it is
// said.
func (r Reason) aboutInsolvency() string {
	i := r.Insolvency
	return fmt.Sprintf("the debtor is in %s by the judgment of %s: nothing is asked for what was owed before it; %s", i.Kind.english(), i.Judgment, r.declaration())
}

func (r Reason) declaration() string {
	i := r.Insolvency
	switch {
	case i.End == InsolvencyPlan:
		return fmt.Sprintf("a plan was adopted on %s, and the claim is paid as the plan says", i.EndedOn)
	case i.End == InsolvencyWithoutAssets:
		return fmt.Sprintf("the proceedings were closed on %s, because the assets do not suffice", i.EndedOn)
	case !i.Declared.IsZero():
		return fmt.Sprintf("the claim was declared on %s", i.Declared)
	case i.LastDay.IsZero():
		return "the time to declare the claim runs from the publication in the BODACC, which is not known yet"
	case r.Date <= i.DeclareBy:
		return fmt.Sprintf("declare the claim by %s", i.DeclareBy)
	case r.Date <= i.LastDay:
		return fmt.Sprintf("declare the claim by %s, the very last day", i.LastDay)
	case r.Date <= i.Relief:
		return fmt.Sprintf("the time to declare the claim ended on %s; relief can be asked for until %s", i.LastDay, i.Relief)
	default:
		return fmt.Sprintf("the time to declare the claim ended on %s, and relief can no longer be asked for", i.LastDay)
	}
}

func (r Reason) surLaProcedure() string {
	i := r.Insolvency
	return fmt.Sprintf("le débiteur est en %s par jugement du %s : rien n’est demandé pour ce qui était dû avant ; %s", i.Kind.French(), i.Judgment.French(), r.declarationFR())
}

func (r Reason) declarationFR() string {
	i := r.Insolvency
	switch {
	case i.End == InsolvencyPlan:
		return fmt.Sprintf("un plan a été adopté le %s, et la créance est payée selon ce plan", i.EndedOn.French())
	case i.End == InsolvencyWithoutAssets:
		return fmt.Sprintf("la procédure a été clôturée le %s pour insuffisance d’actif", i.EndedOn.French())
	case !i.Declared.IsZero():
		return fmt.Sprintf("la créance a été déclarée le %s", i.Declared.French())
	case i.LastDay.IsZero():
		return "le délai de déclaration court de la publication au BODACC, qui n’est pas encore connue"
	case r.Date <= i.DeclareBy:
		return fmt.Sprintf("la créance est à déclarer jusqu’au %s", i.DeclareBy.French())
	case r.Date <= i.LastDay:
		return fmt.Sprintf("la créance est à déclarer jusqu’au %s, tout dernier jour", i.LastDay.French())
	case r.Date <= i.Relief:
		return fmt.Sprintf("le délai de déclaration a expiré le %s ; le relevé de forclusion peut être demandé jusqu’au %s", i.LastDay.French(), i.Relief.French())
	default:
		return fmt.Sprintf("le délai de déclaration a expiré le %s, et le relevé de forclusion ne peut plus être demandé", i.LastDay.French())
	}
}

// Words say on a day what the proceedings mean for a claim, in English.
func (i Insolvency) Words(today calendar.Date) string {
	if i.End == InsolvencyLifted {
		return fmt.Sprintf("the insolvency proceedings of the debtor were lifted on %s: the case goes on where it stood", i.EndedOn)
	}
	return Reason{Code: becauseInsolvent, Date: today, Insolvency: i}.String()
}

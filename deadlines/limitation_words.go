package deadlines

import (
	"fmt"

	"relance/calendar"
)

// String is the kind of claim in English.
func (k ClaimKind) String() string {
	switch k {
	case BetweenProfessionals:
		return "claim between professionals"
	case AgainstConsumer:
		return "claim against a consumer"
	case AgainstPublicBody:
		return "claim against a public body"
	case CarriageOfGoods:
		return "claim for the carriage of goods"
	default:
		return string(k)
	}
}

// French is the kind of claim in French.
func (k ClaimKind) French() string {
	switch k {
	case BetweenProfessionals:
		return "créance entre professionnels"
	case AgainstConsumer:
		return "créance sur un consommateur"
	case AgainstPublicBody:
		return "créance sur une personne publique"
	case CarriageOfGoods:
		return "créance de transport de marchandises"
	default:
		return string(k)
	}
}

// String is the event in English: "the mediation of 2026-03-01".
func (e LimitationEvent) String() string {
	rule, _ := e.Kind.rule()
	return fmt.Sprintf("%s of %s", rule.english, e.On)
}

// String is the date in English.
func (b Basis) String() string {
	switch b {
	case SinceCompletion:
		return "completion or delivery"
	case SinceInvoice:
		return "the invoice date"
	default:
		return "the due date"
	}
}

// French is the date in French.
func (b Basis) French() string {
	switch b {
	case SinceCompletion:
		return "l’achèvement ou la livraison"
	case SinceInvoice:
		return "la date de facture"
	default:
		return "l’échéance"
	}
}

func (v VoidBy) french() string {
	switch v {
	case Withdrawn:
		return "objet d’un désistement"
	case Lapsed:
		return "périmé ou caduc"
	default:
		return "rejeté"
	}
}

// prudentDate names the date and why it is that one: "the due date of
// 2026-01-31, the only date known".
func (l Limitation) prudentDate() (english, inFrench string) {
	english, inFrench = fmt.Sprintf("%s of %s", l.Basis, l.Start), fmt.Sprintf("%s du %s", l.Basis.French(), l.Start.French())
	known := 0
	for _, date := range []calendar.Date{l.claim.Due, l.claim.Issued, l.claim.Completed} {
		if !date.IsZero() {
			known++
		}
	}
	switch {
	case l.Kind == CarriageOfGoods && l.Basis == SinceCompletion:
		return english, inFrench
	case known == 1:
		return english + ", the only date known", inFrench + ", seule date connue"
	default:
		return english + ", the earliest of the dates known", inFrench + ", la plus ancienne des dates connues"
	}
}

func (l Limitation) reason(c course) Reason {
	basis, basisFrench := l.prudentDate()
	english := fmt.Sprintf("prudent date of the %s: %s from %s", l.Kind, c.rules.period, basis)
	inFrench := fmt.Sprintf("date prudente de la %s : %s à compter de %s", l.Kind.French(), c.rules.period.French(), basisFrench)
	article := c.rules.article
	effects := map[EffectKind]bool{}
	for _, o := range c.outcomes {
		effects[o.effect] = true
	}
	if effects[Interrupts] {
		english, inFrench = english+"; interrupted, a new period runs", inFrench+" ; interrompue, un nouveau délai court"
		article += "; C. civ. 2231"
	}
	if effects[Suspends] {
		english, inFrench = english+"; suspended for a time", inFrench+" ; suspendue pendant un temps"
		article += "; C. civ. 2238"
	}
	if !c.lifted && c.last == c.rules.longStop.Period.End(c.start) {
		english += fmt.Sprintf("; never longer than %s in all", c.rules.longStop.Period)
		inFrench += fmt.Sprintf(" ; jamais plus de %s au total", c.rules.longStop.Period.French())
		article += "; " + c.rules.longStop.Article
	}
	return because(article, english+fmt.Sprintf("; last day %s", c.last), inFrench+fmt.Sprintf(" ; dernier jour le %s", c.last.French()))
}

func effectReason(event LimitationEvent, o outcome, rules limitationRules) Reason {
	rule, _ := event.Kind.rule()
	english, inFrench := fmt.Sprintf("%s of %s", rule.english, event.On), fmt.Sprintf("%s du %s", rule.french, event.On.French())
	switch {
	case event.Void == Mistaken:
		return because("", english+" was recorded by mistake and does not count", inFrench+" : enregistrement erroné, sans effet")
	case event.Void != NotVoid:
		return because(articleVoid, fmt.Sprintf("%s interrupts nothing: it was %s", english, event.Void),
			fmt.Sprintf("%s n’interrompt rien : acte %s", inFrench, event.Void.french()))
	case rule.effect == NoEffect:
		return because(rule.article, english+" does not interrupt the limitation", inFrench+" n’interrompt pas la prescription")
	case o.late:
		return because(rule.article, english+" came after the limitation had passed by this reckoning and changes nothing",
			inFrench+" vient après la prescription selon ce calcul et ne change rien")
	case o.early:
		return because(rule.article, english+" came before the limitation began and changes nothing",
			inFrench+" précède le départ de la prescription et ne change rien")
	case o.effect == PossiblyExtends:
		return because(rule.article, english+" may interrupt the limitation; the date shown does not count on it",
			inFrench+" peut interrompre la prescription ; la date affichée n’en tient pas compte")
	case o.effect == Interrupts && event.isOpen():
		return because(rule.article+"; C. civ. 2231", fmt.Sprintf("%s interrupts the limitation and still keeps it from running; a new period of %s follows, to %s at the earliest", english, rules.period, o.last),
			fmt.Sprintf("%s interrompt la prescription, qui ne court pas tant qu’elle dure ; un nouveau délai de %s suivra, jusqu’au %s au plus tôt", inFrench, rules.period.French(), o.last.French()))
	case o.effect == Interrupts:
		return because(rule.article+"; C. civ. 2231", fmt.Sprintf("%s interrupts the limitation; a new period of %s runs from %s to %s", english, rules.period, o.restart, o.last),
			fmt.Sprintf("%s interrompt la prescription ; un nouveau délai de %s court du %s au %s", inFrench, rules.period.French(), o.restart.French(), o.last.French()))
	case event.isOpen():
		return because(rule.article, fmt.Sprintf("%s suspends the limitation and still goes on; at least %s will be left after it", english, rules.leftAfter.Period),
			fmt.Sprintf("%s suspend la prescription et dure encore ; il restera au moins %s ensuite", inFrench, rules.leftAfter.Period.French()))
	default:
		return because(rule.article, fmt.Sprintf("%s suspends the limitation until %s; at least %s are left after it", english, event.Until, rules.leftAfter.Period),
			fmt.Sprintf("%s suspend la prescription jusqu’au %s ; il reste au moins %s ensuite", inFrench, event.Until.French(), rules.leftAfter.Period.French()))
	}
}

func possibleReason(event LimitationEvent, last calendar.Date) Reason {
	rule, _ := event.Kind.rule()
	return because(rule.article, fmt.Sprintf("possibly until %s, if a court takes %s of %s for an interruption", last, rule.english, event.On),
		fmt.Sprintf("peut-être jusqu’au %s, si un juge voit une interruption dans %s du %s", last.French(), rule.french, event.On.French()))
}

func (l Limitation) doubts(events []LimitationEvent, c course) []Reason {
	var doubts []Reason
	if l.claim.Completed.IsZero() {
		doubts = append(doubts, because("", "the date of completion or delivery is not known: the limitation may have begun earlier",
			"la date d’achèvement ou de livraison n’est pas connue : la prescription a pu courir plus tôt"))
	}
	for n, event := range events {
		rule, _ := event.Kind.rule()
		switch {
		case event.isOpen() && (c.outcomes[n].effect == Interrupts || c.outcomes[n].effect == Suspends):
			doubts = append(doubts, because(rule.article, fmt.Sprintf("%s of %s has no end recorded: record it, the last day is counted from it", rule.english, event.On),
				fmt.Sprintf("la fin de l’acte du %s (%s) n’est pas enregistrée : l’indiquer, le dernier jour en dépend", event.On.French(), rule.french)))
		case c.outcomes[n].late:
			doubts = append(doubts, because(rule.article, fmt.Sprintf("%s of %s came after the prudent date: whether it was in time is for a lawyer to say", rule.english, event.On),
				fmt.Sprintf("l’acte du %s (%s) est postérieur à la date prudente : un avocat doit dire s’il était à temps", event.On.French(), rule.french)))
		case c.outcomes[n].early:
			doubts = append(doubts, because(rule.article, fmt.Sprintf("%s of %s came before the prudent date: whether it counts is for a lawyer to say", rule.english, event.On),
				fmt.Sprintf("l’acte du %s (%s) est antérieur à la date prudente : un avocat doit dire s’il compte", event.On.French(), rule.french)))
		}
	}
	return doubts
}

func (l Limitation) warningReason(months int) Reason {
	english := fmt.Sprintf("%s or less until the limitation on %s; %s", counted(months, "month", "months"), l.LastDay, l.Because.english)
	inFrench := fmt.Sprintf("prescription le %s, dans %s ou moins ; %s", l.LastDay.French(), counted(months, "mois", "mois"), l.Because.french)
	if l.Stopped {
		english += "; something that stops it goes on"
		inFrench += " ; un acte qui l’arrête est en cours"
	}
	return because(l.Because.Article, english, inFrench)
}

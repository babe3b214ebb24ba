package deadlines

import (
	"fmt"

	"relance/calendar"
)

// LimitationEvent is something that happened to a claim and may touch its
// limitation.
type LimitationEvent struct {
	Kind LimitationEventKind
	// On is when it happened or began.
	On calendar.Date
	// Until is when what lasts came to its end; not set while it goes on.
	Until calendar.Date
	// Void is how it came to nothing, which undoes its effect.
	Void VoidBy
}

// LimitationEventKind is what happened.
type LimitationEventKind string

// What may happen to a claim. Lasting events have an end: a claim in court, a
// claim in an insolvency, and what suspends.
const (
	FormalNotice         LimitationEventKind = "formal-notice"
	PaymentOrderFiled    LimitationEventKind = "payment-order-filed"
	PaymentOrderServed   LimitationEventKind = "payment-order-served"
	Acknowledgement      LimitationEventKind = "acknowledgement"
	CourtClaim           LimitationEventKind = "court-claim"
	EnforcementAct       LimitationEventKind = "enforcement-act"
	InsolvencyClaim      LimitationEventKind = "insolvency-claim"
	Mediation            LimitationEventKind = "mediation"
	Conciliation         LimitationEventKind = "conciliation"
	SmallClaimsAgreement LimitationEventKind = "small-claims-agreement"
)

// VoidBy is how a claim or a measure came to nothing.
type VoidBy string

// The ways a claim comes to nothing.
const (
	NotVoid   VoidBy = ""
	Withdrawn VoidBy = "withdrawn"
	Lapsed    VoidBy = "lapsed"
	Rejected  VoidBy = "rejected"
	// Mistaken: it never happened, and was recorded by mistake.
	Mistaken VoidBy = "mistaken"
)

// EffectKind is what an event does to the limitation.
type EffectKind string

// What events do.
const (
	NoEffect        EffectKind = "none"
	PossiblyExtends EffectKind = "possible"
	Interrupts      EffectKind = "interrupts"
	Suspends        EffectKind = "suspends"
)

// eventRule is what the law says of a kind of event.
type eventRule struct {
	effect  EffectKind
	lasts   bool
	article string
	// liftsLongStop: the long stop does not hold after it (C. civ. 2232 al. 2).
	liftsLongStop   bool
	english, french string
}

const articleVoid = "C. civ. 2243"

func (k LimitationEventKind) rule() (eventRule, bool) {
	switch k {
	case FormalNotice:
		return eventRule{effect: NoEffect, article: "Cass. com. 2022-05-18, 20-23.204", english: "the formal notice", french: "la mise en demeure"}, true
	case PaymentOrderFiled:
		return eventRule{effect: NoEffect, article: "C. civ. 2241", english: "the filing of the request for a payment order", french: "le dépôt de la requête en injonction de payer"}, true
	case PaymentOrderServed:
		return eventRule{
			effect: Interrupts, liftsLongStop: true, article: "C. civ. 2241",
			english: "the service of the payment order", french: "la signification de l’injonction de payer",
		}, true
	case Acknowledgement:
		return eventRule{effect: PossiblyExtends, article: "C. civ. 2240", english: "the acknowledgement by the debtor", french: "la reconnaissance par le débiteur"}, true
	case CourtClaim:
		return eventRule{
			effect: Interrupts, lasts: true, liftsLongStop: true, article: "C. civ. 2241, 2242",
			english: "the claim in court", french: "la demande en justice",
		}, true
	case EnforcementAct:
		return eventRule{
			effect: Interrupts, liftsLongStop: true, article: "C. civ. 2244",
			english: "the protective measure or enforcement act", french: "la mesure conservatoire ou l’acte d’exécution forcée",
		}, true
	case InsolvencyClaim:
		return eventRule{
			effect: Interrupts, lasts: true, article: "C. com. L622-25-1",
			english: "the claim in the insolvency", french: "la déclaration de créance",
		}, true
	case Mediation:
		return eventRule{effect: Suspends, lasts: true, article: "C. civ. 2238", english: "the mediation", french: "la médiation"}, true
	case Conciliation:
		return eventRule{effect: Suspends, lasts: true, article: "C. civ. 2238", english: "the conciliation", french: "la conciliation"}, true
	case SmallClaimsAgreement:
		return eventRule{
			effect: Suspends, lasts: true, article: "CPCE L125-1; C. civ. 2238",
			english: "the agreement to the small-claims procedure", french: "l’accord à la procédure des petites créances",
		}, true
	default:
		return eventRule{}, false
	}
}

// Validate says what is wrong with the event.
func (e LimitationEvent) Validate() error {
	rule, known := e.Kind.rule()
	switch {
	case !known:
		return fmt.Errorf("%q is no event that limitation knows", e.Kind)
	case e.On.IsZero():
		return fmt.Errorf("%s has no date", e.Kind)
	case !e.Until.IsZero() && !rule.lasts:
		return fmt.Errorf("%s of %s ends on %s: it happens on one day, leave out the end", e.Kind, e.On, e.Until)
	case !e.Until.IsZero() && e.Until < e.On:
		return fmt.Errorf("%s of %s ends before it begins, on %s", e.Kind, e.On, e.Until)
	case e.Void == Mistaken:
		return nil
	case e.Void != NotVoid && rule.effect != Interrupts:
		return fmt.Errorf("%s of %s is said to be %s: only what interrupts can come to nothing", e.Kind, e.On, e.Void)
	case e.Void != NotVoid && e.Void != Withdrawn && e.Void != Lapsed && e.Void != Rejected:
		return fmt.Errorf("%s of %s came to nothing by %q: say %s, %s, %s or %s", e.Kind, e.On, e.Void, Withdrawn, Lapsed, Rejected, Mistaken)
	default:
		return nil
	}
}

// Learn is the event once a report has said more of it: its end, or how it came
// to nothing. What is known may be said again, but not differently; a mistake is
// recorded as one. What a report leaves out stays.
func (e LimitationEvent) Learn(report LimitationEvent) (LimitationEvent, error) {
	switch {
	case report.Kind != "" && report.Kind != e.Kind:
		return e, fmt.Errorf("it is recorded as %s, not as %s", e.Kind, report.Kind)
	case !report.On.IsZero() && report.On != e.On:
		return e, fmt.Errorf("%s is recorded on %s, not on %s", e.Kind, e.On, report.On)
	case !report.Until.IsZero() && !e.Until.IsZero() && report.Until != e.Until:
		return e, fmt.Errorf("%s of %s is recorded as ended on %s, not on %s", e.Kind, e.On, e.Until, report.Until)
	case report.Void != NotVoid && e.Void != NotVoid && report.Void != e.Void && report.Void != Mistaken:
		return e, fmt.Errorf("%s of %s is recorded as %s, not as %s", e.Kind, e.On, e.Void, report.Void)
	}
	if !report.Until.IsZero() {
		e.Until = report.Until
	}
	if report.Void != NotVoid {
		e.Void = report.Void
	}
	return e, e.Validate()
}

// isOpen reports whether what began still goes on.
func (e LimitationEvent) isOpen() bool {
	rule, _ := e.Kind.rule()
	return rule.lasts && e.Until.IsZero()
}

package latefees

import (
	"fmt"
	"strings"

	"relance/law"
)

// WarningCode says what a warning is about, for callers who decide on it.
type WarningCode string

// The warnings.
const (
	// BelowFloor: the clause is below what the law allows in the half-years that
	// Floors lists. The amount is that of the clause all the same.
	BelowFloor WarningCode = "below-floor"
	// FloorUnknown: whether the clause is high enough cannot be said for a
	// half-year whose legal rate is missing.
	FloorUnknown WarningCode = "floor-not-known"
	// Uncertain: a rate or rule comes from an uncertain source.
	Uncertain WarningCode = "uncertain-law"
	// NextDayUnknown: the rate of the day after the statement is missing.
	NextDayUnknown WarningCode = "next-day-not-known"
	// NoNotice: interest needs a formal notice and none was received.
	NoNotice WarningCode = "no-formal-notice"
	// PaidAfterInsolvency: a payment after the opening of insolvency proceedings
	// may be annulled.
	PaidAfterInsolvency WarningCode = "payment-after-insolvency"
	// JudgmentWithoutEffect: the rate of this claim does not rise after a judgment.
	JudgmentWithoutEffect WarningCode = "judgment-without-effect"
	// InterestPaused: by law no interest runs in a time, which Pause is.
	InterestPaused WarningCode = "interest-paused"
)

// Warning is something a person should know before claiming the amounts.
type Warning struct {
	Code    WarningCode
	Message law.Words
	// Floors are the half-years concerned, for the warnings about the floor.
	Floors []Floor
	// Pause is the time in which no interest runs.
	Pause Span
}

// Floor is the least a clause may fix in a half-year; Least is zero when it is
// not known.
type Floor struct {
	HalfYear law.HalfYear
	Clause   law.Percent
	Least    law.Percent
}

// Warnings are what a person should know before claiming the amounts.
func (s *Statement) Warnings() []Warning {
	var warnings []Warning
	add := func(code WarningCode, en, fr string) {
		warnings = append(warnings, Warning{Code: code, Message: law.Words{EN: en, FR: fr}})
	}
	if s.starts.IsZero() && s.principal > 0 && s.asOf > s.due {
		add(NoNotice, "Interest begins only on the day after the debtor received a formal notice.",
			"Les intérêts ne courent que le lendemain de la réception d’une mise en demeure.")
	}
	if day := s.nextDay(); s.bearsInterest(day) {
		if _, _, err := s.rateOn(day); err != nil {
			add(NextDayUnknown, "What the next day costs cannot be said: "+err.Error(), "Le coût du jour suivant n’est pas connu : "+err.Error())
		}
	}
	if s.afterInsolvency {
		add(PaidAfterInsolvency, "A payment came after the opening of the insolvency proceedings: it may be annulled.",
			"Un paiement est arrivé après l’ouverture de la procédure collective : il peut être annulé.")
	}
	for _, pause := range s.grace {
		if pause.Article != "" && pause.From <= s.asOf && pause.To > s.due {
			warnings = append(warnings, warnOfPause(pause))
		}
	}
	if !s.judgment.IsZero() && s.raisedFrom == noDay || !s.judgment.IsZero() && s.tariff.terms.Clause.Kind != NoClause {
		add(JudgmentWithoutEffect, "Only the legal rate rises after a judgment: the rate of this claim stays.",
			"Seul le taux légal est majoré après un jugement : le taux de cette créance ne change pas.")
	}
	if !s.tariff.watchful {
		return warnings
	}
	below, unknown, isUncertain := s.flagged()
	if len(below) > 0 {
		warnings = append(warnings, warnOfFloors(BelowFloor, below, "The clause is below the least the law allows, which the amounts do not change: ",
			"La clause est sous le minimum légal, ce que les montants ne corrigent pas : "))
	}
	if len(unknown) > 0 {
		warnings = append(warnings, warnOfFloors(FloorUnknown, unknown, "Whether the clause is high enough is not known: ",
			"On ne sait pas si la clause atteint le minimum légal : "))
	}
	if isUncertain {
		add(Uncertain, "A rate or rule comes from an uncertain source: have it checked before claiming.",
			"Un taux ou une règle vient d’une source incertaine : faites-le vérifier avant de réclamer.")
	}
	return warnings
}

func warnOfPause(pause Span) Warning {
	en, fr := fmt.Sprintf("No interest runs from %s on", pause.From), "Aucun intérêt ne court à partir du "+pause.From.French()
	if pause.To != FurtherNotice {
		en, fr = fmt.Sprintf("No interest ran from %s to %s", pause.From, pause.To), "Aucun intérêt n’a couru du "+pause.From.French()+" au "+pause.To.French()
	}
	return Warning{Code: InterestPaused, Pause: pause, Message: law.Words{EN: en + " (" + pause.Article + ").", FR: fr + " (" + pause.Article + ")."}}
}

// flagged looks at the half-years that were used.
func (s *Statement) flagged() (below, unknown []Floor, isUncertain bool) {
	var before law.HalfYear
	for _, part := range s.segments {
		p := &s.tariff.periods[part.period]
		isUncertain = isUncertain || p.flags&uncertain != 0
		half := law.HalfYearOf(p.from)
		if half == before {
			continue
		}
		before = half
		floor := Floor{HalfYear: half, Clause: p.rate, Least: p.floor}
		if p.flags&belowFloor != 0 {
			below = append(below, floor)
		}
		if p.flags&floorUnknown != 0 {
			unknown = append(unknown, floor)
		}
	}
	return below, unknown, isUncertain
}

func warnOfFloors(code WarningCode, floors []Floor, en, fr string) Warning {
	var inEnglish, inFrench []string
	for _, floor := range floors {
		half := floor.HalfYear.Words()
		if code == FloorUnknown {
			inEnglish, inFrench = append(inEnglish, half.EN), append(inFrench, half.FR)
			continue
		}
		inEnglish = append(inEnglish, fmt.Sprintf("%s for %s, at least %s", floor.Clause.Words().EN, half.EN, floor.Least.Words().EN))
		inFrench = append(inFrench, fmt.Sprintf("%s pour %s, au moins %s", floor.Clause.Words().FR, half.FR, floor.Least.Words().FR))
	}
	return Warning{Code: code, Floors: floors, Message: law.Words{
		EN: en + strings.Join(inEnglish, "; ") + ".", FR: fr + strings.Join(inFrench, " ; ") + ".",
	}}
}

package collection

import (
	"fmt"
	"slices"

	"relance/calendar"
)

// ContactPolicy bounds on how many days a debtor is contacted by one creditor,
// over all its invoices and channels, by the machine or by people. It is counted in
// days of the debtor's calendar: a mail and an SMS of one day are one contact to
// whoever receives them. The zero value is without bounds.
type ContactPolicy struct {
	// Spacing is the least number of days from one day of contact to the next: 1
	// allows one message a day, 2 leaves a day between, 0 is without a bound.
	Spacing int `json:"spacing"`
	// PerWeek is the most days of contact in any seven days; 0 is without a bound.
	PerWeek int `json:"per_week"`
}

// StandardContactPolicy is the product's default: at most two days of contact in
// seven, never on two days in a row.
func StandardContactPolicy() ContactPolicy { return ContactPolicy{Spacing: 2, PerWeek: 2} }

// ContactPolicies are the policy of a creditor, and those of the countries that have
// their own.
type ContactPolicies struct {
	ContactPolicy
	Countries map[string]ContactPolicy `json:"countries,omitempty"`
}

// In is the policy for debtors of a country or of a zone of holidays such as FR-AM.
func (p ContactPolicies) In(place string) ContactPolicy {
	for _, country := range calendar.CountriesOf(place) {
		if own, found := p.Countries[country]; found {
			return own
		}
	}
	return p.ContactPolicy
}

// maxSpacing bounds what makes sense.
const maxSpacing = 31

// ContactLookBack is how many days back contacts can matter, whatever the policy.
const ContactLookBack = maxSpacing + 1

// Validate says what is wrong with the policy.
func (p ContactPolicy) Validate() error {
	if p.Spacing < 0 || p.Spacing > maxSpacing {
		return fmt.Errorf("the least number of days between two contacts is %d: it must be from 0 to %d", p.Spacing, maxSpacing)
	}
	if p.PerWeek < 0 || p.PerWeek > 7 {
		return fmt.Errorf("the most days of contact in a week are %d: they must be from 1 to 7, or 0 for no bound", p.PerWeek)
	}
	return nil
}

// Earliest is the first day on or after a day on which a debtor that was contacted
// on some days may be contacted again, and which bound moved it: none when it is
// the day itself.
func (p ContactPolicy) Earliest(day calendar.Date, contacts []calendar.Date) (calendar.Date, PostponedFor) {
	contacts = slices.Compact(slices.Sorted(slices.Values(contacts)))
	var why PostponedFor
	for {
		after, bound := p.refuse(day, contacts)
		if bound == "" {
			return day, why
		}
		day, why = after, bound
	}
}

// refuse says until which day a bound forbids a day; contacts are in order, each
// once.
func (p ContactPolicy) refuse(day calendar.Date, contacts []calendar.Date) (calendar.Date, PostponedFor) {
	for _, contact := range slices.Backward(contacts) {
		if contact <= day && day < contact.AddDays(p.Spacing) {
			return contact.AddDays(p.Spacing), PostponedForSpacing
		}
	}
	if p.PerWeek == 0 {
		return day, ""
	}
	var recent []calendar.Date
	for _, contact := range contacts {
		if contact <= day && contact > day.AddDays(-7) {
			recent = append(recent, contact)
		}
	}
	if len(recent) < p.PerWeek || slices.Contains(recent, day) {
		return day, "" // a day that has seen a contact is not one more
	}
	return recent[len(recent)-p.PerWeek].AddDays(7), PostponedForWeek
}

// PostponedFor says why the last check before sending put a notice off.
type PostponedFor string

// The reasons to put a notice off; the empty one is not known.
const (
	// PostponedForLateness: it could not leave at its moment, because the provider or
	// the workers were away.
	PostponedForLateness PostponedFor = "late"
	// PostponedForSpacing: the debtor was contacted too recently.
	PostponedForSpacing PostponedFor = "spacing"
	// PostponedForWeek: the debtor was contacted on as many days of the week as the
	// creditor allows.
	PostponedForWeek PostponedFor = "week"
	// PostponedForFormalNotice: a formal notice about another invoice leaves on that day.
	PostponedForFormalNotice PostponedFor = "formal-notice"
	// PostponedForDue: it is about what is not due yet, and a reminder of what is leaves on
	// that day, in a message of its own.
	PostponedForDue PostponedFor = "due"
	// PostponedForWindow: the debtor may not be contacted at that hour or on that day.
	PostponedForWindow PostponedFor = "window"
	// PostponedForOutage: its moment came while nothing could leave, and what gathered
	// leaves over several days.
	PostponedForOutage PostponedFor = "outage"
)

func (p PostponedFor) english() string {
	switch p {
	case PostponedForLateness:
		return "could not leave at its moment and was planned anew"
	case PostponedForSpacing:
		return "waits, because the debtor was contacted too recently"
	case PostponedForWeek:
		return "waits, because the debtor was contacted on as many days of this week as allowed"
	case PostponedForFormalNotice:
		return "waits, because a formal notice about another invoice leaves that day"
	case PostponedForDue:
		return "waits, because a reminder of an invoice that is due leaves that day"
	case PostponedForWindow:
		return "waits for the debtor's contact hours"
	case PostponedForOutage:
		return "waits for its turn: what gathered while Relance was away leaves over several days"
	default:
		return "was postponed by the last check before sending"
	}
}

func (p PostponedFor) french() string {
	switch p {
	case PostponedForLateness:
		return "n’a pas pu partir à l’heure prévue et a été replanifiée"
	case PostponedForSpacing:
		return "attend, car le débiteur a été contacté trop récemment"
	case PostponedForWeek:
		return "attend, car le débiteur a été contacté autant de jours que permis cette semaine"
	case PostponedForFormalNotice:
		return "attend, car une mise en demeure pour une autre facture part ce jour-là"
	case PostponedForDue:
		return "attend, car une relance pour une facture échue part ce jour-là"
	case PostponedForWindow:
		return "attend les heures de contact du débiteur"
	case PostponedForOutage:
		return "attend son tour : ce qui s’est accumulé pendant l’arrêt de Relance part sur plusieurs jours"
	default:
		return "a été reportée par le dernier contrôle avant l’envoi"
	}
}

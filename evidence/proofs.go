package evidence

import (
	"strings"

	"relance/calendar"
	"relance/casefile"
	"relance/messaging"
)

// outcome is what became of a message, in words.
func (d *dossier) outcome(document item) string {
	if l := document.letter; l.Number != "" {
		return d.postal(l)
	}
	if document.Kind == casefile.OriginalUnproven {
		return d.say("state." + stateUnproven)
	}
	if document.message.IsDoubtful() {
		return d.say("state." + casefile.CodeNoProof)
	}
	return d.say("state." + string(document.message.State))
}

// postal is the way of a letter.
func (d *dossier) postal(l casefile.LetterOfCase) string {
	var steps []string
	add := func(name string, on calendar.Date) {
		if !on.IsZero() {
			steps = append(steps, d.say("letter."+name, "on", d.ShortDate(on)))
		}
	}
	add("posted", l.PostedOn)
	if l.PresentedOn != l.EndedOn {
		add("presented", l.PresentedOn)
	}
	switch l.State {
	case casefile.LetterDelivered, casefile.LetterUnclaimed, casefile.LetterRefused, casefile.LetterReturned:
		add(string(l.State), l.EndedOn)
	default:
	}
	return strings.Join(steps, ", ")
}

// proof is what proves what became of a message: the number of the post, or the news
// of the provider.
func (d *dossier) proof(document item) string {
	if l := document.letter; l.Number != "" {
		var parts []string
		if l.PostingNumber != "" {
			parts = append(parts, d.say("letter.number", "number", l.PostingNumber))
		}
		for _, scan := range d.documents {
			if scan.Kind == casefile.OriginalScan && scan.Name == l.Number {
				parts = append(parts, d.say("see", "number", d.see(scan.number)))
			}
		}
		return strings.Join(parts, ", ")
	}
	if document.Kind == casefile.OriginalUnproven {
		return "" // what the provider says of the message is about the words it was sent in afterwards
	}
	m := document.message
	var parts []string
	switch {
	case m.ProviderID != "":
		parts = append(parts, d.say("provider-id", "provider", m.Provider, "id", m.ProviderID))
	case m.Provider != "":
		parts = append(parts, d.say("provider", "provider", m.Provider))
	}
	told := map[messaging.DeliveryKind]bool{}
	for _, event := range d.Deliveries {
		if event.MessageID != m.ID || told[event.Kind] {
			continue
		}
		told[event.Kind] = true // the first of a kind: a mail can be opened a hundred times
		at := event.ProviderAt
		if at.IsZero() || d.isFast() {
			at = event.At
		}
		parts = append(parts, d.say("event."+string(event.Kind), "on", d.minute(at)))
	}
	return strings.Join(parts, ", ")
}

// isFast reports whether the business clock runs apart from the wall clock, whose times
// would then be of other days.
func (d *dossier) isFast() bool {
	const aDay = 24 * 60 * 60
	for _, event := range d.Deliveries {
		if apart := event.At.Sub(event.ProviderAt).Seconds(); !event.ProviderAt.IsZero() && (apart > aDay || apart < -aDay) {
			return true
		}
	}
	return false
}

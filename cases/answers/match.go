package answers

import (
	"fmt"
	"slices"
	"strings"

	"relance/casefile"
)

// match is whose answer it is, or why nobody can tell.
type match struct {
	// creditor is empty for the triage.
	creditor string
	debtor   string
	// invoices are those it is about; none means all of the debtor.
	invoices []string
	// because says by what it was recognised, or why not.
	because string
}

// whose finds whose answer it is: by the message it answers, by an invoice it
// names, by its sender, in this order. Two candidates are none.
func whose(t casefile.Traces) match {
	if m, told := byMessage(t.Answered, "it answers a message of ours", t); told {
		return m
	}
	if m, told := byMessage(t.Thread, "it belongs to a conversation of ours", t); told {
		return m
	}
	if len(t.Written) > 0 {
		return byInvoice(t)
	}
	return bySender(t)
}

func byMessage(messages []casefile.Whereabouts, because string, t casefile.Traces) (match, bool) {
	parties := partiesOf(messages)
	switch len(parties) {
	case 0:
		return match{}, false
	case 1:
		// What it names of the same debtor beside the message is meant as well.
		return found(parties[0], append(messages, t.Written...), because), true
	default:
		return undecided("it names messages to %s", parties), true
	}
}

// byInvoice takes the invoices it names. Where several debtors have one of that
// number, the creditor it was sent to and the sender tell them apart.
func byInvoice(t casefile.Traces) match {
	parties := partiesOf(t.Written)
	parties = narrowed(parties, func(p casefile.Whereabouts) bool { return slices.Contains(t.Creditors, p.Creditor) })
	senders := partiesOf(t.Contacts)
	parties = narrowed(parties, func(p casefile.Whereabouts) bool { return slices.Contains(senders, p) })
	switch {
	case len(parties) > 1:
		return undecided("it names invoices of %s", parties)
	case len(senders) > 0 && !slices.Contains(senders, parties[0]):
		return undecided("it names an invoice of %s, and its sender is known of another", append(parties, senders...))
	default:
		return found(parties[0], t.Written, "it names the invoice")
	}
}

func bySender(t casefile.Traces) match {
	parties := partiesOf(t.Contacts)
	parties = narrowed(parties, func(p casefile.Whereabouts) bool { return slices.Contains(t.Creditors, p.Creditor) })
	switch len(parties) {
	case 0:
		return match{because: "nothing in it says whose answer it is, and its sender is not known"}
	case 1:
		return found(parties[0], nil, "its sender is a contact of the debtor")
	default:
		return undecided("its sender is a contact of %s", parties)
	}
}

// narrowed keeps those that fit, or all when none does: a hint can tell candidates
// apart and cannot make one.
func narrowed(parties []casefile.Whereabouts, fits func(casefile.Whereabouts) bool) []casefile.Whereabouts {
	var kept []casefile.Whereabouts
	for _, party := range parties {
		if fits(party) {
			kept = append(kept, party)
		}
	}
	if len(kept) == 0 {
		return parties
	}
	return kept
}

func found(party casefile.Whereabouts, invoices []casefile.Whereabouts, because string) match {
	m := match{creditor: party.Creditor, debtor: party.Debtor, because: because}
	for _, one := range invoices {
		if one.Creditor == party.Creditor && one.Debtor == party.Debtor && one.Invoice != "" && !slices.Contains(m.invoices, one.Invoice) {
			m.invoices = append(m.invoices, one.Invoice)
		}
	}
	return m
}

func undecided(format string, parties []casefile.Whereabouts) match {
	const shown = 5
	var names []string
	for _, party := range parties[:min(shown, len(parties))] {
		names = append(names, party.Creditor+"/"+party.Debtor)
	}
	if len(parties) > shown {
		names = append(names, "and others")
	}
	return match{because: fmt.Sprintf(format, strings.Join(names, ", ")) + ": a person says which"}
}

// partiesOf are the debtors among places, each once.
func partiesOf(places []casefile.Whereabouts) []casefile.Whereabouts {
	var parties []casefile.Whereabouts
	for _, place := range places {
		party := casefile.Whereabouts{Creditor: place.Creditor, Debtor: place.Debtor}
		if !slices.Contains(parties, party) {
			parties = append(parties, party)
		}
	}
	return parties
}

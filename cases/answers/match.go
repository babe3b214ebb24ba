package answers

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"relance/casefile"
)

// match is whose answer it is, or why nobody can tell.
type match struct {
	// creditor is empty for the triage.
	creditor string
	// debtors are one, or several of one group.
	debtors []string
	// invoices are those it is about; none means all of the debtors.
	invoices []string
	// because says by what it was recognised, or why not.
	because string
}

// whose finds whose answer it is: by the message it answers, by an invoice it
// names, by its sender, in this order. Two candidates are none, unless they are of one
// group: what the same people are written to about in one message they answer in one.
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

// ofMessage is whose the message is that came back.
func ofMessage(t casefile.Traces) match {
	var places []casefile.Whereabouts
	for _, place := range t.Answered {
		if place.Message == t.Message {
			places = append(places, place)
		}
	}
	m, _ := byMessage(places, "it reports on a message of ours", casefile.Traces{})
	return m
}

func byMessage(messages []casefile.Whereabouts, because string, t casefile.Traces) (match, bool) {
	parties := partiesOf(messages)
	switch {
	case len(parties) == 0:
		return match{}, false
	case isOneMessage(messages) || isOneGroup(parties):
		named := beside(messages, t.Written, parties)
		return found(partiesOf(named), named, because), true
	default:
		return undecided("it names messages to %s", parties), true
	}
}

// beside are the invoices of the messages, and those it names of the same debtors or of
// others of their group, which are meant as well.
func beside(messages, written, parties []casefile.Whereabouts) []casefile.Whereabouts {
	named := slices.Clone(messages)
	for _, place := range written {
		if slices.ContainsFunc(parties, func(p casefile.Whereabouts) bool { return isOneGroup([]casefile.Whereabouts{p, place}) }) {
			named = append(named, place)
		}
	}
	return named
}

// byInvoice takes the invoices it names. Where several debtors have one of that
// number, the creditor it was sent to and the sender tell them apart. Whoever receives
// the messages of others as their parent may write about theirs.
func byInvoice(t casefile.Traces) match {
	parties := partiesOf(t.Written)
	parties = narrowed(parties, func(p casefile.Whereabouts) bool { return slices.Contains(t.Creditors, p.Creditor) })
	senders := partiesOf(slices.Concat(t.Contacts, t.Billed))
	isSender := func(p casefile.Whereabouts) bool {
		return slices.ContainsFunc(senders, func(s casefile.Whereabouts) bool { return isParty(s, p) })
	}
	parties = narrowed(parties, isSender)
	switch {
	case !isOneGroup(parties):
		return undecided("it names invoices of %s", parties)
	case len(senders) > 0 && !isSender(parties[0]):
		return undecided("it names an invoice of %s, and its sender is known of another", append(parties, partiesOf(t.Contacts)...))
	default:
		return found(parties, t.Written, "it names the invoice")
	}
}

func bySender(t casefile.Traces) match {
	parties := partiesOf(t.Contacts)
	parties = narrowed(parties, func(p casefile.Whereabouts) bool { return slices.Contains(t.Creditors, p.Creditor) })
	switch {
	case len(parties) == 0:
		return match{because: "nothing in it says whose answer it is, and its sender is not known"}
	case !isOneGroup(parties):
		return undecided("its sender is a contact of %s", parties)
	}
	because := "its sender is a contact of the debtor"
	for _, one := range partiesOf(t.Billed) {
		parent := casefile.Whereabouts{Creditor: one.Creditor, Debtor: one.Parent}
		if slices.ContainsFunc(parties, func(p casefile.Whereabouts) bool { return isParty(p, parent) }) {
			parties, because = append(parties, one), "its sender is a contact of the parent that receives the messages"
		}
	}
	return found(partiesOf(parties), nil, because)
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

// found is a match of debtors, which are of one creditor, with what is named of theirs.
func found(parties, named []casefile.Whereabouts, because string) match {
	m := match{creditor: parties[0].Creditor, because: because}
	for _, party := range parties {
		m.debtors = append(m.debtors, party.Debtor)
	}
	for _, one := range named {
		if one.Creditor != m.creditor || one.Invoice == "" || !slices.Contains(m.debtors, one.Debtor) {
			continue
		}
		if !slices.Contains(m.invoices, one.Invoice) {
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
		if !slices.ContainsFunc(parties, func(p casefile.Whereabouts) bool { return isParty(p, place) }) {
			parties = append(parties, casefile.Whereabouts{Creditor: place.Creditor, Debtor: place.Debtor, Parent: place.Parent})
		}
	}
	return parties
}

func isParty(a, b casefile.Whereabouts) bool { return a.Creditor == b.Creditor && a.Debtor == b.Debtor }

// isOneGroup reports whether one debtor receives the messages of all.
func isOneGroup(parties []casefile.Whereabouts) bool {
	return !slices.ContainsFunc(parties, func(p casefile.Whereabouts) bool {
		return p.Creditor != parties[0].Creditor || receiver(p) != receiver(parties[0])
	})
}

// receiver is the debtor that receives the messages of a debtor.
func receiver(p casefile.Whereabouts) string { return cmp.Or(p.Parent, p.Debtor) }

// isOneMessage reports whether one message of ours led to all places. A debtor may have
// left the group since.
func isOneMessage(places []casefile.Whereabouts) bool {
	return !slices.ContainsFunc(places, func(p casefile.Whereabouts) bool { return p.Message == "" || p.Message != places[0].Message })
}

package recipients

import (
	"cmp"
	"slices"
	"strings"

	"relance/calendar"
	"relance/collection"
)

// Choose says who a notice is written to. The error is a *Refusal: nobody can be,
// or two people fit equally well and somebody must say which.
//
// Among the contacts that are there on the day, speak for the invoice, have a role
// the step writes to and can be reached by the channel, the first role of the step
// wins; within it, one that speaks for this invoice alone, then the preferred one,
// then one that prefers the channel. Whoever opted out of the channel is never
// written to by it, whatever the tone: no law asks for a notice by e-mail or SMS,
// and the letter remains. A letter goes to the debtor itself, who has to be put on
// notice, also where a parent receives its messages.
func Choose(q Question) (Choice, error) {
	step, _ := q.Strategy.Step(q.Step)
	choice := Choice{Language: q.language(Contact{})}
	if q.Channel.IsPaper() {
		if !q.Debtor.HasAddress {
			return Choice{}, q.withoutAddress()
		}
		choice.Why = letterWords
		return choice, nil
	}
	if q.Debtor.Parent != "" && !q.Debtor.ParentIsKnown {
		return Choice{}, q.withoutParent()
	}
	fits, others := q.sort(step)
	if len(fits) == 0 {
		return Choice{}, q.nobody(step, others)
	}
	slices.SortFunc(fits, candidate.compare)
	best := fits[0]
	rivals := slices.DeleteFunc(slices.Clone(fits), func(c candidate) bool { return c.fit != best.fit })
	if slices.ContainsFunc(rivals, func(c candidate) bool { return !sameAddress(c.address, best.address) }) {
		return Choice{}, q.ambiguous(rivals)
	}
	choice.To, choice.Address, choice.Language = best.Contact, best.address, q.language(best.Contact)
	var unknownSender bool
	if q.Channel == collection.ChannelEmail {
		choice.Copies = q.copies(step, best.address)
		choice.Sender, unknownSender = q.sender(step)
	}
	choice.Why = q.explain(step, choice, best, fits, others, unknownSender)
	return choice, nil
}

// StillReaches reports whether a message that was composed before may still go to its
// address: a contact who is there on the day has it, it works, and nobody opted out.
// Whether that contact is still the best one is another question.
func (p People) StillReaches(channel collection.Channel, address string, day calendar.Date) bool {
	q := Question{People: p, Channel: channel, Day: day}
	return slices.ContainsFunc(p.Contacts, func(c Contact) bool {
		c.Scope, c.TakesSMS = "", true
		return sameAddress(c.address(channel), address) && q.unreachable(c) == 0
	})
}

// candidate is a contact that can be written to, and how well it fits.
type candidate struct {
	Contact
	address string
	fit     fit
}

// fit is how well a contact fits; less is better, in the order of the fields.
type fit struct {
	role             int
	general          bool // speaks for all invoices, not for this one alone
	notPreferred     bool
	notByThisChannel bool
}

// compare puts the best first. The ID decides nothing: it makes the order one.
func (c candidate) compare(other candidate) int {
	return cmp.Or(
		cmp.Compare(c.fit.role, other.fit.role), compareFlags(c.fit.general, other.fit.general),
		compareFlags(c.fit.notPreferred, other.fit.notPreferred), compareFlags(c.fit.notByThisChannel, other.fit.notByThisChannel),
		cmp.Compare(c.ID, other.ID), strings.Compare(c.address, other.address), strings.Compare(c.Name, other.Name),
	)
}

func compareFlags(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// obstacle is why a contact is not written to.
type obstacle int

const (
	notYetThere obstacle = iota + 1
	hasLeft
	otherScope
	otherRole
	notThisWay
	noAddress
	addressInvalid
	optedOut
)

// hindered is a contact that is not written to.
type hindered struct {
	Contact
	by obstacle
}

// sort parts the contacts that can be written to from the others.
func (q Question) sort(step collection.Step) (fits []candidate, others []hindered) {
	for _, contact := range q.Contacts {
		role, by := q.hindrance(step, contact)
		if by != 0 {
			others = append(others, hindered{contact, by})
			continue
		}
		fits = append(fits, candidate{Contact: contact, address: contact.address(q.Channel), fit: fit{
			role: role, general: contact.Scope == "", notPreferred: !contact.Preferred, notByThisChannel: contact.PreferredChannel != q.Channel,
		}})
	}
	slices.SortFunc(others, func(a, b hindered) int { return cmp.Compare(a.ID, b.ID) })
	return fits, others
}

// hindrance is what keeps a contact from being written to, 0 when nothing does,
// and the place of its role among those of the step.
func (q Question) hindrance(step collection.Step, contact Contact) (role int, by obstacle) {
	role = place(step, contact.Role)
	switch by := q.unreachable(contact); {
	case by == hasLeft, by == notYetThere, by == otherScope:
		return role, by
	case role < 0:
		return role, otherRole
	default:
		return role, by
	}
}

// unreachable is what keeps a contact from being written to whatever its role.
func (q Question) unreachable(contact Contact) obstacle {
	address := contact.address(q.Channel)
	switch {
	case !contact.ValidFrom.IsZero() && q.Day < contact.ValidFrom:
		return notYetThere
	case !contact.ValidUntil.IsZero() && q.Day > contact.ValidUntil:
		return hasLeft
	case contact.Scope != "" && !q.concerns(contact.Scope):
		return otherScope
	case address == "":
		return noAddress
	case len(contact.Channels) > 0 && !slices.Contains(contact.Channels, q.Channel):
		return notThisWay
	case contact.isInvalid(q.Channel):
		return addressInvalid
	case q.hasOptedOut(address):
		return optedOut
	default:
		return 0
	}
}

// concerns reports whether a scope names the invoice or its order.
func (q Question) concerns(scope string) bool {
	return slices.ContainsFunc(q.Marks, func(mark string) bool { return mark != "" && strings.EqualFold(mark, scope) })
}

func (q Question) hasOptedOut(address string) bool {
	return slices.ContainsFunc(q.OptOuts, func(o OptOut) bool {
		return o.Channel == q.Channel && (o.Address == "" || sameAddress(o.Address, address))
	})
}

// sameAddress compares as senders must: hardly any server tells the case of the
// part before the @ apart.
func sameAddress(a, b string) bool { return strings.EqualFold(a, b) }

// usualOrder is whom a step writes to that does not say: who pays, then whoever
// can be reached; a machine last.
var usualOrder = []collection.Role{
	collection.RoleAccountsPayable, "", collection.RoleOther, collection.RoleBuyer, collection.RoleSales, collection.RoleDirector,
	collection.RoleLegal, collection.RoleEInvoicing,
}

// order are the roles a step writes to, the first choice first. A contact whose
// role nobody gave may be anyone: it comes after those that are.
func order(step collection.Step) []collection.Role {
	if len(step.To) == 0 {
		return usualOrder
	}
	return append(slices.Clone(step.To), "")
}

// place is the place of a role among those of the step, -1 when it has none. A
// role that is not known is nobody's.
func place(step collection.Step, role collection.Role) int { return slices.Index(order(step), role) }

// copies are who gets a copy of the e-mail, in the order of the step.
func (q Question) copies(step collection.Step, to string) []Copy {
	var copies []Copy
	add := func(list []Copy) {
		slices.SortFunc(list, func(a, b Copy) int {
			return cmp.Or(strings.Compare(strings.ToLower(a.Email), strings.ToLower(b.Email)), strings.Compare(a.Name, b.Name), strings.Compare(a.Email, b.Email))
		})
		for _, c := range list {
			known := func(other Copy) bool { return sameAddress(other.Email, c.Email) }
			if c.Email != "" && !sameAddress(c.Email, to) && !slices.ContainsFunc(copies, known) {
				copies = append(copies, c)
			}
		}
	}
	for _, role := range step.Copy {
		var list []Copy
		for _, contact := range q.Contacts {
			if contact.Role == role && q.unreachable(contact) == 0 {
				list = append(list, Copy{Name: contact.Name, Email: contact.Email, Role: role})
			}
		}
		for _, colleague := range q.colleagues(role) {
			list = append(list, Copy{Name: colleague.Name, Email: colleague.Email, Role: role})
		}
		add(list)
	}
	return copies
}

// colleagues are those of a role who look after the debtor; where nobody does in
// particular, those who look after all.
func (q Question) colleagues(role collection.Role) []Colleague {
	var own, all []Colleague
	for _, colleague := range q.Colleagues {
		switch {
		case colleague.Role != role || colleague.Email == "":
		case colleague.Debtor == "":
			all = append(all, colleague)
		case colleague.Debtor == q.Debtor.ID:
			own = append(own, colleague)
		}
	}
	if len(own) > 0 {
		return own
	}
	return all
}

// sender is in whose name the step is sent. Where nobody or more than one has the
// role, the creditor's own sender writes: that harms no debtor, and the words say so.
func (q Question) sender(step collection.Step) (sender Colleague, unknown bool) {
	if step.Sender == "" {
		return Colleague{}, false
	}
	if known := q.colleagues(step.Sender); len(known) == 1 {
		return known[0], false
	}
	return Colleague{}, true
}

// language is what a contact is written to in: its own, its debtor's, or when
// nobody has said the creditor's in its own country and where that language is
// common, else English.
func (q Question) language(contact Contact) string {
	return cmp.Or(contact.Language, q.Debtor.Language, q.usualLanguage())
}

// speaksFrench are the countries and territories where French is common.
var speaksFrench = []string{"FR", "BE", "LU", "CH", "MC", "GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "NC", "PF", "WF"}

func (q Question) usualLanguage() string {
	country := q.Debtor.Country
	home := country == "" || country == q.Creditor.Country || q.Creditor.Language == "fr" && slices.Contains(speaksFrench, country)
	if home && q.Creditor.Language != "" {
		return q.Creditor.Language
	}
	return "en"
}

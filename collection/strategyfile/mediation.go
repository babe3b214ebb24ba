package strategyfile

import (
	"cmp"
	"slices"

	"relance/collection"
)

// The texts of an invitation, for those who name none.
const (
	invitationTemplate         = "mediation-invitation"
	consumerInvitationTemplate = "consumer-mediation-invitation"
)

func (m mediation) offer() collection.MediationOffer {
	return collection.MediationOffer{
		Kind: m.Kind, Mediator: m.Mediator, RespondWithinDays: m.RespondWithinDays, LongestDays: m.LongestDays, Invite: m.Invite,
	}
}

// inviting is the tone and the template of a step: an invitation is courteous whatever
// came before it.
func (s step) inviting(readers Audience) (collection.Tone, string) {
	switch {
	case !s.Mediation.Invite:
		return s.Tone, s.Template
	case readers == ForConsumer:
		return collection.ToneCourteous, cmp.Or(s.Template, consumerInvitationTemplate)
	default:
		return collection.ToneCourteous, cmp.Or(s.Template, invitationTemplate)
	}
}

// mediation checks what a step proposes, whoever proposes it.
func (c *checker) mediation(at string, s step) {
	field := at + ".mediation"
	if !c.places.Has(field) || c.unreadable[field] {
		return
	}
	if s.Opens != collection.TaskMediation {
		c.Refuse(field, "this step opens no mediation (opens: %s): leave it out", s.Opens)
		return
	}
	offered := slices.DeleteFunc(collection.MediationKinds(), func(k collection.MediationKind) bool { return k == collection.MediationConsumer })
	switch {
	case c.given(field+".kind") && s.Mediation.Kind == collection.MediationConsumer:
		c.Refuse(field+".kind", "only the consumer can turn to the consumer mediator (Code de la consommation, art. L612-1): no step proposes it")
	case c.require(field+".kind") && oneOf(c, field+".kind", s.Mediation.Kind, offered) && s.Mediation.Kind == collection.MediationCompanies && c.doc.For != ForBusiness && c.doc.For != ForPublic:
		c.Refuse(field+".kind", "the mediator of companies takes no disputes with consumers, and this strategy is for: %s", c.doc.For)
	}
	if c.given(field + ".mediator") {
		c.key(field+".mediator", s.Mediation.Mediator)
	}
	if c.given(field + ".respond_within_days") {
		c.days(field+".respond_within_days", s.Mediation.RespondWithinDays, 1)
	}
	if c.given(field + ".longest_days") {
		c.days(field+".longest_days", s.Mediation.LongestDays, 1)
	}
}

// notInvitation are the fields of a notice that an invitation does not have.
var notInvitation = []string{"tone", "deadline", "cooling_off", "proof"}

// invitation checks a step that sends the invitation itself.
func (c *checker) invitation(at string, s step) {
	c.require(at + ".mediation.respond_within_days")
	for _, field := range notInvitation {
		if c.places.Has(at + "." + field) {
			c.Refuse(at+"."+field, "an invitation to a mediation is courteous and asks for an answer (mediation.respond_within_days): leave %s out", field)
		}
	}
	if c.places.Has(at + ".when.before_due") {
		c.Refuse(at+".when.before_due", "nothing is late before the due date: there is nothing to mediate")
	}
	if c.given(at + ".template") {
		c.key(at+".template", s.Template)
		c.templateForAudience(at+".template", s.Template)
	}
	if c.require(at+".channels") && len(s.Channels) == 0 {
		c.Refuse(at+".channels", "is empty: name one of %s", list(collection.Channels()))
	}
	seen := map[collection.Channel]bool{}
	c.channels(at+".channels", s.Channels, seen)
	c.channels(at+".fallback", s.Fallback, seen)
	c.people(at, s)
}

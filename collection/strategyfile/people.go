package strategyfile

import (
	"fmt"
	"slices"

	"relance/collection"
)

// people checks whom a step writes to, who gets a copy, and in whose name.
func (c *checker) people(at string, s step) {
	c.roles(at+".to", s.To, collection.ContactRoles())
	c.roles(at+".copy", s.Copy, append(collection.ContactRoles(), collection.ColleagueRoles()...))
	if c.given(at + ".sender") {
		oneOf(c, at+".sender", s.Sender, collection.ColleagueRoles())
	}
	// The mail of a step goes to one of the first list: a copy to the same role is for
	// the others of that role, which nobody means.
	for i, role := range s.Copy {
		if slices.Contains(s.To, role) {
			c.Refuse(fmt.Sprintf("%s.copy[%d]", at, i+1), "%s is written to already (to): leave it out of the copies", role)
		}
	}
	onlyMails := []struct {
		field string
		given bool
	}{{"copy", c.given(at + ".copy")}, {"sender", c.given(at + ".sender")}}
	mails := slices.Contains(s.Channels, collection.ChannelEmail) || slices.Contains(s.Fallback, collection.ChannelEmail)
	for _, only := range onlyMails {
		if only.given && !mails && !c.hasProblem(at+".channels") {
			c.Refuse(at+"."+only.field, "only an e-mail has a %s: add email to the channels, or leave it out", only.field)
		}
	}
}

func (c *checker) roles(field string, roles, known []collection.Role) {
	if c.given(field) && len(roles) == 0 {
		c.Refuse(field, "is empty: name one of %s, or leave it out", list(known))
	}
	for i, role := range roles {
		at := fmt.Sprintf("%s[%d]", field, i+1)
		if c.unreadable[at] || !oneOf(c, at, role, known) {
			continue
		}
		if slices.Index(roles, role) != i {
			c.Refuse(at, "%s is named twice", role)
		}
	}
}

package casefile

import (
	"slices"
	"time"

	"relance/calendar"
	"relance/collection"
)

// contactMoment is when a debtor was contacted: when by a message, over which channel, and
// with the notices of which steps of the case.
type contactMoment struct {
	At      time.Time
	Channel collection.Channel
	Steps   []string
}

// checkContact checks whether the debtor may be contacted today. After an outage every
// debtor has its turn; where a formal notice about another invoice leaves today,
// reminders wait, and what is not due yet waits for what is.
func (g *group) checkContact(carrier *lockedCase, context MessageContext) Gate {
	notice := context.Notice()
	gate := carrier.afterOutage(carrier.gate(context.Key), notice.Step.Key, g.outages)
	gate = carrier.checkContact(gate, notice, g.contacts)
	if !gate.Passes || notice.IsLegal() || notice.Grouping == collection.GroupInvoice {
		return gate
	}
	for _, c := range g.cases {
		if why := g.givesWay(carrier, context, c); why != "" {
			today := carrier.now.Window.DateOf(g.asked.At)
			next, _ := carrier.contactPolicy().Earliest(today.AddDays(1), []calendar.Date{today})
			return carrier.postponed(gate, next, why)
		}
	}
	return gate
}

// givesWay says why the reminder of a case waits for what another one sends today in a
// message of its own; empty: it does not.
func (g *group) givesWay(carrier *lockedCase, context MessageContext, c *lockedCase) collection.PostponedFor {
	action := dueToday(c.now, g.asked.At)
	key := MessageKey{Creditor: c.now.Creditor, Invoice: c.now.Invoice, Round: c.now.Round, Step: action.Step.Key, Channel: action.Channel, Try: action.Try}
	if c == carrier || action.Kind != collection.ActionNotify || !c.gate(key).Passes {
		return ""
	}
	notice, today := context.Notice(), carrier.now.Window.DateOf(g.asked.At)
	other := collection.NoticeOf(c.now, action.Step, action.Channel)
	joins := slices.ContainsFunc(context.Siblings, func(n NoticeContext) bool { return n.Key == key })
	switch {
	case other.Step.Tone == collection.ToneFormal && !carrier.hasBegun(notice.Step.Key):
		return collection.PostponedForFormalNotice
	case notice.IsUpcoming(today) && !other.IsUpcoming(today) && !joins && g.wouldMiss(c, key, other, notice):
		return collection.PostponedForDue
	default:
		return ""
	}
}

// wouldMiss reports whether the contact policy lets another case send its notice today, but
// not once a notice has left.
func (g *group) wouldMiss(c *lockedCase, key MessageKey, other, notice collection.Notice) bool {
	gate := c.checkContact(c.afterOutage(c.gate(key), key.Step, g.outages), other, g.contacts)
	with := append(slices.Clone(g.contacts), contactMoment{At: g.asked.At, Channel: notice.Channel})
	return gate.Passes && !c.checkContact(gate, other, with).Passes
}

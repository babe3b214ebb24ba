package casefile

import (
	"relance/calendar"
	"relance/messaging/audience"
)

// reservationParties are who a message is from and to.
type reservationParties struct {
	creditor found[Creditor]
	debtorParties
}

func (p *reservationParties) read(b *batch, sql *statements, key named, today calendar.Date) {
	one(b, &p.creditor, sql.LoadCreditor, key)
	p.debtorParties.read(b, sql, key, today)
}

// debtorParties are a debtor and who may be written to about it.
type debtorParties struct {
	debtor found[Debtor]
	people found[People]
	// behaviour is how the debtor paid its other invoices.
	behaviour found[audience.Behaviour]
}

func (p *debtorParties) read(b *batch, sql *statements, key named, today calendar.Date) {
	one(b, &p.debtor, sql.LoadDebtor, key)
	one(b, &p.people, sql.LoadPeople, key)
	one(b, &p.behaviour, sql.LoadPaymentBehaviour, key, named{"today": today})
}

// readOthers queues reads of the other debtors of the group, by the first invoice of
// each.
func (g *group) readOthers(b *batch, members []groupMember) {
	own := ""
	for _, member := range members {
		if member.Invoice == g.asked.Invoice {
			own = member.Debtor
		}
	}
	for _, member := range members {
		if member.Debtor == own || g.others[member.Debtor] != nil {
			continue
		}
		other := &debtorParties{}
		other.read(b, g.store.sql, named{"creditor": member.Creditor, "invoice": member.Invoice}, calendar.DateOf(g.asked.At))
		g.others[member.Debtor] = other
	}
}

func (g *group) partiesOf(debtor string) *debtorParties {
	if other := g.others[debtor]; other != nil {
		return other
	}
	return &g.parties.debtorParties
}

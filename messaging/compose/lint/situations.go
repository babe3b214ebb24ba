package lint

import (
	"fmt"
	"strings"

	"relance/messaging/audience"
	"relance/messaging/compose"
	"relance/money"
)

// situations are the messages a text is read in: each next step, one invoice and
// twelve, for the kind of debtor it is written for.
func situations(text compose.Text, use Use) []compose.Facts {
	kinds := []compose.DebtorKind{compose.Business}
	switch {
	case text.Audience == audience.Public:
		kinds = []compose.DebtorKind{compose.Public}
	case text.Audience == audience.Consumer, use.Consumers && strings.HasPrefix(text.Key, "consumer-"):
		kinds = []compose.DebtorKind{compose.Consumer}
	case use.Consumers:
		kinds = []compose.DebtorKind{compose.Business, compose.Consumer}
	}
	var all []compose.Facts
	for _, kind := range kinds {
		base := Scene(text, kind)
		if base.Plan != nil {
			all = append(all, base, Twelve(base))
			continue
		}
		for _, next := range []compose.NextStep{compose.NoNextStep, compose.NextReminder, compose.NextFormalNotice, compose.NextMediation, compose.NextHandoff} {
			facts := base
			facts.NextStep = next
			all = append(all, facts)
		}
		all = append(all, Twelve(base))
	}
	return all
}

// Scene is the worked example as a debtor of a kind meets a text.
func Scene(text compose.Text, kind compose.DebtorKind) compose.Facts {
	facts := compose.Example()
	if purposeByName(text.Key) == Plan {
		facts = compose.PlanExampleOf(text.Key)
	}
	facts.Creditor.ID, facts.Audience, facts.Debtor.Kind = text.Creditor, text.Audience, kind
	switch kind {
	case compose.Consumer:
		facts.Debtor.Name, facts.Debtor.Address, facts.Contact = "Camille Petit", []string{"3 allée des Lilas", "38100 Grenoble"}, compose.Contact{}
	case compose.Public:
		facts.Debtor.Name, facts.Debtor.Address = "Commune de Saint-Exemple", []string{"1 place de la Mairie", "38000 Grenoble"}
		facts.Contact = compose.Contact{Name: "Service des finances"}
	case compose.Business:
	}
	switch purposeByName(text.Key) {
	case Courtesy:
		unpaid(&facts, -8)
		facts.Deadline = facts.Invoices[0].DueDate
	case Reminder:
		if !strings.Contains(text.Key, "firm") {
			unpaid(&facts, 5)
			facts.Deadline = facts.Today.AddDays(8)
		}
	case Receipt:
		facts.Payment = &compose.Payment{Amount: facts.Invoices[0].Paid, Date: facts.Today}
	case FormalNotice:
		facts.NextStep = compose.NextHandoff
	case LastReminder, Plan:
	}
	return facts
}

// unpaid is the example so many days after the due date, before anything was paid.
func unpaid(facts *compose.Facts, days int) {
	invoice := facts.Invoices[0]
	invoice.Paid, invoice.Credited, invoice.Open = money.Amount{}, money.Amount{}, invoice.Total
	invoice.DaysLate = max(0, days)
	facts.Invoices = []compose.Invoice{invoice}
	facts.TotalOpen, facts.Previous = invoice.Total, nil
	facts.Today, facts.NextStep = invoice.DueDate.AddDays(days), compose.NextReminder
}

// Twelve is a scene about twelve invoices of different due dates: week after week
// before the first of them is due, and all of them overdue after it.
func Twelve(facts compose.Facts) compose.Facts {
	first, total := facts.Invoices[0], facts.TotalOpen.Minor()
	facts.Invoices = []compose.Invoice{first}
	for i := range 11 {
		later := 7 * i
		if first.DaysLate > 0 {
			later = i * first.DaysLate / 11
		}
		amount := money.FromMinor(int64(10_000+1_750*i), first.Open.Currency())
		facts.Invoices = append(facts.Invoices, compose.Invoice{
			Number: fmt.Sprintf("FA-2026-%04d", 118+i), IssueDate: first.IssueDate.AddDays(later), DueDate: first.DueDate.AddDays(later),
			Total: amount, Open: amount, DaysLate: max(0, first.DaysLate-later),
		})
		total += amount.Minor()
	}
	facts.PaymentReference = ""
	if facts.Plan == nil { // a message about a plan asks for an instalment of them all
		facts.TotalOpen = money.FromMinor(total, first.Open.Currency())
	}
	return facts
}

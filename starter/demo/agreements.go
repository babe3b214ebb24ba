package demo

import (
	"context"
	"fmt"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

// What debtors and the creditor agree on, or do not; and what a court decides.
const (
	promise         deed = "promises to pay"
	proposePlan     deed = "is offered an instalment plan"
	acceptPlan      deed = "accepts the plan"
	disputePart     deed = "disputes a part"
	creditDispute   deed = "receives a credit note for what it disputes"
	askMediation    deed = "asks for a mediation"
	beginMediation  deed = "has its mediation begin"
	settleMediation deed = "settles with the help of the mediator"
	fail            deed = "is put into receivership"
)

// agreements are what some invoices are shown with, in place of the behaviour that would
// be their turn.
func agreements() map[string]behaviour {
	return map[string]behaviour{
		"AL-2026-0024": {"promises, and keeps it", []act{{day: 6, what: promise, number: 1, days: 7}, {day: 12, what: pay, percent: 100, number: 1}}},
		"AL-2026-0026": {"promises, and breaks it", []act{{day: 6, what: promise, number: 1, days: 6}, {day: 60, what: pay, percent: 110, number: 1}}},
		"AL-2026-0034": {"pays by instalments", []act{
			{day: 10, what: proposePlan, number: 1, days: 10}, {day: 11, what: acceptPlan, number: 1},
			{day: 19, what: pay, percent: 34, number: 1}, {day: 48, what: pay, percent: 51, number: 2}, {day: 78, what: pay, percent: 100, number: 3},
		}},
		"AL-2026-0030": {"disputes a part, is credited, pays the rest", []act{
			{day: 9, what: disputePart, percent: 25, number: 1}, {day: 20, what: creditDispute, number: 1}, {day: 30, what: pay, percent: 100, number: 1},
		}},
		"AL-2026-0039": {"settles in a mediation", []act{
			{day: 10, what: askMediation, number: 1}, {day: 12, what: beginMediation, number: 1},
			{day: 30, what: settleMediation, percent: 80, number: 1, days: 20}, {day: 40, what: pay, percent: 80, number: 1},
		}},
		"AL-2026-0025": {"becomes insolvent", []act{{day: 45, what: fail, number: 1}}},
		HandedOver:     {"pays once a partner has the case", nil},
	}
}

// HandedOver is the invoice that the desk gives to the partner: its PDF is kept.
const HandedOver = "AL-2026-0105"

// agree plays what is agreed on; part is the share of what is open.
func (p *Player) agree(ctx context.Context, a scheduled, file casefile.File, part money.Amount) (string, error) {
	today := calendar.DateOf(p.Cases.Clock().Now())
	until := today.AddDays(a.days)
	of := func(amount money.Amount) (workflows.Decimal, string) {
		return workflows.Decimal(amount.Decimal()), string(amount.Currency())
	}
	amount, currency := of(part)
	plan, mediation, disputed := "P-"+a.invoice, "M-"+a.invoice, "L-"+a.invoice
	switch a.what {
	case promise:
		return p.order(ctx, a, workflows.CommandPromise, workflows.PromiseOrder{ID: a.id, Date: until, By: controller}, fmt.Sprintf("the debtor promised to pay until %s", until))
	case proposePlan:
		_, err := p.Cases.ProposePlan(ctx, cases.PlanProposal{
			Creditor: a.creditor, ID: plan, Invoices: []string{a.invoice}, Terms: workflows.PlanTerms{Months: 3, FirstOn: until, GraceDays: 5}, Role: collection.RoleManager, By: controller,
		})
		return a.invoice + ": a plan of 3 instalments is offered", err
	case acceptPlan:
		_, err := p.Cases.PlanCommand(ctx, a.creditor, plan, workflows.CommandAcceptPlan, workflows.PlanAcceptance{How: "mail", Document: "MAIL-" + a.invoice, By: controller})
		return a.invoice + ": the debtor accepted the plan", err
	case disputePart:
		_, err := p.Cases.RaiseDispute(ctx, a.creditor, a.invoice, workflows.DisputeOrder{
			ID: disputed, Reason: collection.DisputeQuantity, Amount: amount, Currency: currency, By: controller,
		}, "Deux colis manquaient à la livraison.")
		return fmt.Sprintf("%s: %s is disputed, the rest is still asked for", a.invoice, part), err
	case creditDispute:
		return p.order(ctx, a, workflows.CommandResolveDispute, workflows.DisputeAnswer{
			ID: disputed, Outcome: collection.DisputeCreditNote, CreditNote: "AV-" + a.invoice, By: controller,
		}, "a credit note answers the dispute")
	case askMediation:
		return p.order(ctx, a, workflows.CommandProposeMediation, workflows.MediationProposal{
			ID: mediation, Kind: collection.MediationCompanies, AskedBy: collection.PartyDebtor, By: controller,
		}, "the debtor asks for a mediation")
	case beginMediation:
		return p.order(ctx, a, workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: mediation, Answer: "accepted", InWriting: true, By: controller}, "the mediation begins")
	case settleMediation:
		return p.order(ctx, a, workflows.CommandMediationEnded, workflows.MediationEnd{
			ID: mediation, Outcome: collection.OutcomeAgreement, Agreement: collection.AgreementSettlement, Amount: amount, Currency: currency, Until: until, By: controller,
		}, fmt.Sprintf("settled in the mediation for %s until %s", part, until))
	case fail:
		_, err := p.Cases.RecordInsolvency(ctx, casefile.InsolvencyReport{Proceedings: casefile.Proceedings{
			Creditor: a.creditor, Debtor: file.Debtor.ID, ID: "2026J00417", Kind: collection.Receivership, Court: "Tribunal de commerce de Lyon",
			Judgment: today.AddDays(-12), Published: today.AddDays(-1), Actor: controller,
		}})
		return fmt.Sprintf("%s: the debtor is in receivership, all its cases are frozen", a.invoice), err
	default:
		return "", fmt.Errorf("nobody knows how to play %q", a.what)
	}
}

// order gives the case a command and tells what it says.
func (p *Player) order(ctx context.Context, a scheduled, name string, order any, told string) (string, error) {
	_, err := p.Cases.Command(ctx, a.creditor, a.invoice, name, order)
	return a.invoice + ": " + told, err
}

package activities

import (
	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging/compose"
)

// ofPlan are the facts of a message about an instalment plan, in place of those of the
// invoice whose file it is kept in.
func ofPlan(facts compose.Facts, m casefile.MessageContext) compose.Facts {
	told, plan := m.Plan, m.Plan.Plan
	facts.TotalOpen, facts.Deadline = told.Amount, told.Deadline
	facts.Invoices, facts.Upcoming = claims(plan), nil
	facts.Previous, facts.NextStep, facts.BrokenPromises, facts.Discounts, facts.Mediation = nil, compose.NoNextStep, nil, nil, nil
	if len(facts.Invoices) > 1 {
		facts.PaymentReference = ""
	}
	facts.Plan = &compose.Plan{
		ID: plan.ID, Number: told.Instalment.Number, Count: len(plan.Schedule), DueOn: told.Instalment.DueOn,
		Schedule: schedule(plan, facts.Today), Outstanding: plan.Outstanding(), Grace: told.Grace,
		Missed: told.Kind == collection.InstalmentMissed, Defaulted: told.Kind == collection.PlanDefault,
	}
	if !told.CollectOn.IsZero() {
		facts.Plan.Collection = &compose.Collection{
			On: told.CollectOn, Mandate: told.Mandate.ID, CreditorIdentifier: m.Creditor.SEPAIdentifier, Account: ending(told.Mandate.IBAN),
		}
	}
	return facts
}

// claims are the invoices of a plan, each with what it brought into it.
func claims(plan arrangements.Plan) []compose.Invoice {
	listed := make([]compose.Invoice, 0, len(plan.Claims))
	for _, claim := range plan.Claims {
		listed = append(listed, compose.Invoice{Number: claim.Invoice, DueDate: claim.DueDate, Total: claim.Amount, Open: claim.Amount})
	}
	return listed
}

// schedule are the instalments with what was paid of them on a day.
func schedule(plan arrangements.Plan, today calendar.Date) []compose.Instalment {
	listed := make([]compose.Instalment, 0, len(plan.Schedule))
	paid := plan.Paid()
	nextIsKnown := false
	for place, instalment := range plan.Schedule {
		row := compose.Instalment{
			Number: instalment.Number, DueOn: instalment.DueOn, Amount: instalment.Amount(), Paid: paid[place], Open: plan.StillDue(place),
			State: compose.InstalmentLater,
		}
		switch {
		case row.Open.IsZero():
			row.State = compose.InstalmentPaid
		case row.DueOn < today:
			row.State = compose.InstalmentLate
		case plan.State == arrangements.StateDefaulted:
			row.State = compose.InstalmentDue
		case !nextIsKnown:
			row.State, nextIsKnown = compose.InstalmentNext, true
		}
		listed = append(listed, row)
	}
	return listed
}

// ending is enough of an account's number for its holder to know it.
func ending(iban string) string {
	const shown = 4
	if len(iban) <= shown {
		return ""
	}
	return "…" + iban[len(iban)-shown:]
}

// category is the step of a message as providers count them: the instalments of all
// plans are one.
func category(step string) string {
	if _, _, _, kind, isOne := collection.OfInstalment(step); isOne {
		return "instalment-" + string(kind)
	}
	return step
}

package cases

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/directdebit"
	"relance/workflows"
)

// DebitFile is a file of direct debits for the creditor's bank.
type DebitFile struct {
	ID string
	// Content is empty when there is nothing to collect.
	Content []byte
	Debits  []casefile.PlannedDebit
}

// plansWithDebits bounds how many running plans one file looks at.
const plansWithDebits = 10_000

// WriteDebitFile writes the file of all instalments that are to be collected by direct
// debit on a day or before, and tells their plans. An instalment stands in one file
// only: after a crash, calling it again tells the plans what they missed.
func (s *Service) WriteDebitFile(ctx context.Context, creditor string, by calendar.Date, author string) (DebitFile, error) {
	owner, err := s.Store.Creditor(ctx, creditor)
	if err != nil {
		return DebitFile{}, err
	}
	plans, err := s.Store.Plans(ctx, casefile.PlanFilter{Creditor: creditor, State: arrangements.StateRunning, Limit: plansWithDebits})
	if err != nil {
		return DebitFile{}, err
	}
	at := s.now()
	made := DebitFile{ID: "DD-" + at.UTC().Format("20060102T150405.000")}
	var planned []casefile.PlannedDebit
	var problems []error
	for _, stored := range plans {
		debits, err := s.plannedDebits(ctx, stored.Plan, by, at)
		planned = append(planned, debits...)
		problems = append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return DebitFile{}, err
	}
	content, written, known, err := s.Store.WriteDebitFile(ctx, creditor, made.ID, planned, casefile.Author{By: author, At: at},
		func(collections []directdebit.Collection) ([]byte, error) {
			return directdebit.File{
				MessageID: made.ID, Created: at, Identifier: owner.SEPAIdentifier, Collections: collections,
				Creditor: directdebit.Party{
					Name: owner.Name, Street: owner.Line1, Postcode: owner.Postcode, Town: owner.City, Country: owner.Country, IBAN: owner.IBAN, BIC: owner.BIC,
				},
			}.Write()
		})
	if err != nil {
		return DebitFile{}, err
	}
	made.Content, made.Debits = content, written
	for _, debit := range written {
		known = append(known, casefile.KnownDebit{EndToEnd: debit.EndToEnd, Plan: debit.Plan, Instalment: debit.Instalment, On: debit.On})
	}
	for _, debit := range known {
		_, err := s.PlanCommand(ctx, creditor, debit.Plan, workflows.CommandDebitSent, workflows.DebitSent{
			Instalment: debit.Instalment, ID: debit.EndToEnd, On: debit.On, By: author,
		})
		problems = append(problems, err)
	}
	return made, errors.Join(problems...)
}

// plannedDebits are the instalments of a plan that are to be collected. What is owed is
// what is missing of them; none is collected sooner than tomorrow.
func (s *Service) plannedDebits(ctx context.Context, p arrangements.Plan, by calendar.Date, at time.Time) ([]casefile.PlannedDebit, error) {
	due := p.ToCollect(by)
	if len(due) == 0 {
		return nil, nil
	}
	mandate, err := s.Store.Mandate(ctx, p.Creditor, p.Terms.Mandate)
	if err != nil {
		return nil, err
	}
	today := p.Window.DateOf(at)
	if mandate.Debtor != p.Debtor {
		return nil, collection.Refuse(collection.RefusedConflict, "the mandate %s is of %s and the plan %s of %s", mandate.ID, mandate.Debtor, p.ID, p.Debtor)
	}
	if !mandate.RevokedOn.IsZero() {
		return nil, collection.Refuse(collection.RefusedNotNow, "the mandate %s of the plan %s was revoked on %s: agree on another way to pay", mandate.ID, p.ID, mandate.RevokedOn)
	}
	if last := directdebit.LastUse(max(mandate.SignedOn, mandate.LastUsedOn)); today > last {
		return nil, collection.Refuse(collection.RefusedNotNow, "the mandate %s of the plan %s was not used for 36 months and ended on %s: have a new one signed", mandate.ID, p.ID, last)
	}
	var planned []casefile.PlannedDebit
	for _, instalment := range due {
		on := instalment.DueOn
		if n := len(instalment.Debits); n > 0 {
			on = instalment.Debits[n-1].RetryOn
		}
		sequence := directdebit.Recurrent
		if mandate.LastUsedOn.IsZero() && len(planned) == 0 {
			sequence = directdebit.First
		}
		planned = append(planned, casefile.PlannedDebit{Plan: p.ID, Instalment: instalment.Number, Collection: directdebit.Collection{
			EndToEnd: fmt.Sprintf("%s-%d-%d-%d", p.ID, p.Version, instalment.Number, len(instalment.Debits)+1),
			Amount:   p.StillDueOf(instalment.Number), On: max(on, today.AddDays(1)), Sequence: sequence, Mandate: mandate.Given(),
			Remittance: fmt.Sprintf("Plan %s, %d/%d", p.ID, instalment.Number, len(p.Schedule)),
		}})
	}
	return planned, nil
}

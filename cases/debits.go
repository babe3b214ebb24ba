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
	"relance/money"
	"relance/workflows"
)

// DebitFile is a file of direct debits for the creditor's bank.
type DebitFile struct {
	ID string
	// Content is empty when there is nothing to collect.
	Content []byte
	Debits  []casefile.PlannedDebit
	// LeftOut are those that are due and cannot be collected.
	LeftOut []LeftOutDebit
	// Untold are plans that could not be told what the file collects of them, which stands
	// in it all the same. Writing a file again tells them.
	Untold []LeftOutDebit
}

// LeftOutDebit is a plan of which something was not done, and why.
type LeftOutDebit struct {
	Plan string
	Why  error
}

// plansWithDebits bounds how many running plans one file looks at.
const plansWithDebits = 10_000

// WriteDebitFile writes the file of all instalments that are to be collected by direct
// debit on a day or before, and tells their plans. An instalment stands in one file
// only: after a crash, calling it again tells the plans what they missed. What cannot be
// collected of one debtor is left out, and does not keep back the others.
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
	for _, stored := range plans {
		debits, err := s.plannedDebits(ctx, stored.Plan, by, at)
		var refused *collection.Refusal
		switch {
		case errors.As(err, &refused):
			made.LeftOut = append(made.LeftOut, LeftOutDebit{Plan: stored.Plan.ID, Why: err})
		case err != nil:
			return DebitFile{}, err
		}
		planned = append(planned, debits...)
	}
	putInSequence(planned)
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
		if err != nil {
			made.Untold = append(made.Untold, LeftOutDebit{Plan: debit.Plan, Why: err})
		}
	}
	return made, nil
}

// plannedDebits are the instalments of a plan that are to be collected. What is owed is
// what is missing of them, as the ledger has it; none is collected sooner than tomorrow.
func (s *Service) plannedDebits(ctx context.Context, p arrangements.Plan, by calendar.Date, at time.Time) ([]casefile.PlannedDebit, error) {
	if len(p.ToCollect(by)) == 0 {
		return nil, nil
	}
	today := p.Window.DateOf(at)
	mandate, err := s.usableMandate(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := s.refuseFrozen(ctx, p); err != nil {
		return nil, err
	}
	// A plan whose workflow is behind has not heard of all that came.
	sum, err := s.Store.PlanMoney(ctx, p.Creditor, p.ID, today)
	if err != nil {
		return nil, err
	}
	p = arrangements.Apply(p, arrangements.MoneyTaken{Received: sum.Received, Open: sum.Open})
	last := directdebit.LastUse(max(mandate.SignedOn, mandate.LastUsedOn))
	var planned []casefile.PlannedDebit
	for _, instalment := range p.ToCollect(by) {
		debit := casefile.PlannedDebit{Plan: p.ID, Instalment: instalment.Number, Collection: directdebit.Collection{
			EndToEnd: endToEnd(p.ID, p.Version, instalment.Number, len(instalment.Debits)+1),
			Amount:   p.StillDueOf(instalment.Number), On: p.CollectOn(instalment, today), Sequence: directdebit.Recurrent, Mandate: mandate.Given(),
			Remittance: remittanceOf(p, instalment),
		}}
		if debit.On > last {
			return planned, collection.Refuse(collection.RefusedNotNow, "the mandate %s of the plan %s was not used for 36 months and ends on %s: have a new one signed", mandate.ID, p.ID, last)
		}
		if err := debit.Check(today); err != nil {
			return planned, collection.Refuse(collection.RefusedInvalid, "instalment %d of the plan %s cannot be collected: %s", instalment.Number, p.ID, err)
		}
		if mandate.LastUsedOn.IsZero() {
			debit.Sequence = directdebit.First
		}
		planned = append(planned, debit)
	}
	return planned, nil
}

// mostOfRemittance bounds what a debtor reads of a collection on its statement of account.
const mostOfRemittance = 140

// remittanceOf is what stands on the debtor's statement of account, and comes back with the
// money: the plan, the instalment, and as many of its invoices as fit, by which a transfer
// is divided.
func remittanceOf(p arrangements.Plan, i arrangements.Instalment) string {
	text, between := fmt.Sprintf("Plan %s, %d/%d", p.ID, i.Number, len(p.Schedule)), ": "
	for _, claim := range p.Claims {
		if len(text)+len(between)+len(claim.Invoice) > mostOfRemittance {
			break
		}
		text, between = text+between+claim.Invoice, " "
	}
	return text
}

// endToEnd is the ID of a collection: plan, schedule, instalment and attempt.
func endToEnd(plan string, version, instalment, attempt int) string {
	return fmt.Sprintf("%s-%d-%d-%d", plan, version, instalment, attempt)
}

// putInSequence lets one collection of a mandate that was not used yet be its first, the
// earliest, whatever plans they are of.
func putInSequence(planned []casefile.PlannedDebit) {
	first := map[string]int{}
	for i, debit := range planned {
		if debit.Sequence != directdebit.First {
			continue
		}
		earliest, known := first[debit.Collection.Mandate.ID]
		switch {
		case !known:
		case debit.On < planned[earliest].On:
			planned[earliest].Sequence = directdebit.Recurrent
		default:
			planned[i].Sequence = directdebit.Recurrent
			continue
		}
		first[debit.Collection.Mandate.ID] = i
	}
}

// usableMandate is the mandate of a plan, or a refusal that says why nothing can be
// collected under it.
func (s *Service) usableMandate(ctx context.Context, p arrangements.Plan) (casefile.Mandate, error) {
	mandate, err := s.Store.Mandate(ctx, p.Creditor, p.Terms.Mandate)
	switch {
	case errors.Is(err, casefile.ErrUnknownMandate):
		return mandate, collection.Refuse(collection.RefusedInvalid, "no mandate %s is recorded: record the one of the plan %s (relance mandate add), or have it paid by transfer", p.Terms.Mandate, p.ID)
	case err != nil:
		return mandate, err
	case mandate.Debtor != p.Debtor:
		return mandate, collection.Refuse(collection.RefusedConflict, "the mandate %s is of %s and the plan %s of %s: name a mandate of its debtor", mandate.ID, mandate.Debtor, p.ID, p.Debtor)
	case !mandate.RevokedOn.IsZero():
		return mandate, collection.Refuse(collection.RefusedNotNow, "the mandate %s of the plan %s was revoked on %s: agree on another way to pay", mandate.ID, p.ID, mandate.RevokedOn)
	case p.Currency() != money.EUR:
		return mandate, collection.Refuse(collection.RefusedInvalid, "the plan %s is in %s, and SEPA collects euros: have it paid by transfer", p.ID, p.Currency())
	default:
		return mandate, nil
	}
}

// mostAttempts and mostVersions bound what the ID of a collection must have room for.
const (
	mostVersions = 99
	mostAttempts = 9
)

// refuseMandate refuses a plan that is to be collected and could not be.
func (s *Service) refuseMandate(ctx context.Context, p arrangements.Plan) error {
	if p.Terms.Mandate == "" {
		return nil
	}
	if _, err := s.usableMandate(ctx, p); err != nil {
		return err
	}
	if err := directdebit.CheckReference(endToEnd(p.ID, mostVersions, len(p.Schedule), mostAttempts)); err != nil {
		return collection.Refuse(collection.RefusedInvalid, "the ID of the plan %s cannot stand in those of its direct debits: give the plan a shorter ID of letters, digits and hyphens (%s)", p.ID, err)
	}
	return nil
}

// refuseFrozen refuses to collect what no debtor may pay: insolvency proceedings end a
// plan, and its workflow may not have heard of them yet.
func (s *Service) refuseFrozen(ctx context.Context, p arrangements.Plan) error {
	for _, claim := range p.Claims {
		c, err := s.Store.LoadCase(ctx, p.Creditor, claim.Invoice)
		if err != nil {
			return err
		}
		if c.Insolvency.Freezes() {
			return collection.Refuse(collection.RefusedNotNow, "insolvency proceedings were opened against the debtor of the plan %s: what is owed is declared, not collected", p.ID)
		}
	}
	return nil
}

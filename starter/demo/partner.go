package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/handoff"
	"relance/messaging/partner"
	"relance/messaging/simulator"
	"relance/workflows"
)

// Partner is the ID of the professional that the desk gives cases to.
const Partner = "etude-fictive"

// After how many days with the partner it tells how far it is, and the debtor pays the
// creditor all the same.
const (
	partnerAccepts = 2
	partnerWorks   = 6
	debtorPays     = 14
)

// handOver proposes the handoff that is due, and approves it once its cooling-off time is
// over.
func (p *Player) handOver(ctx context.Context) ([]string, error) {
	file, err := p.Cases.Store.CaseFile(ctx, Creditor, HandedOver)
	if err != nil {
		return nil, fmt.Errorf("reading the case to hand over: %w", err)
	}
	asked := func(kind collection.TaskKind) bool {
		return slices.ContainsFunc(file.Tasks, func(t casefile.Task) bool { return t.Kind == kind && t.State == casefile.TaskOpen })
	}
	var (
		name, told string
		order      any
	)
	switch {
	case len(file.Handoffs) == 0 && asked(collection.TaskHandoff):
		name, told = workflows.CommandProposeHandoff, "the handoff to "+Partner+" is announced"
		order = workflows.HandoffProposal{ID: "H-" + HandedOver, Partner: Partner, Route: handoff.CollectionAgency, By: controller}
	case len(file.Handoffs) > 0 && asked(collection.TaskHandoffApproval):
		open := file.Position.Open
		name, told = workflows.CommandApproveHandoff, "the handoff is approved"
		order = workflows.HandoffApproval{ID: "H-" + HandedOver, Amount: workflows.Decimal(open.Decimal()), Currency: string(open.Currency()), By: controller}
	default:
		return nil, nil
	}
	_, err = p.Cases.Command(ctx, Creditor, HandedOver, name, order)
	if err != nil {
		return nil, err
	}
	return []string{HandedOver + ": " + told}, nil
}

// atPartner plays the partner, and the debtor that pays the creditor once it heard of it.
func (p *Player) atPartner(ctx context.Context, today calendar.Date) ([]string, error) {
	file, err := p.Cases.Store.CaseFile(ctx, Creditor, HandedOver)
	if err != nil || p.Office == nil {
		return nil, err
	}
	status := workflows.NewStatus(file.Case, p.Cases.Clock().Now()).Handoff
	if status == nil || status.Phase != handoff.WithPartner {
		return nil, nil
	}
	days := int(today - status.Delivered)
	if days >= debtorPays {
		position, err := file.Today(p.Cases.Clock().Now())
		if err != nil {
			return nil, err
		}
		owed, err := position.Open.Add(position.LateFees.Open(position.Open.Currency()))
		if err != nil {
			return nil, err
		}
		told, err := p.receive(ctx, scheduled{creditor: Creditor, invoice: HandedOver}, "BANK-"+HandedOver, owed)
		return []string{told}, err
	}
	says := handoff.Status("")
	switch {
	case days >= partnerWorks:
		says = handoff.InProgress
	case days >= partnerAccepts:
		says = handoff.Accepted
	}
	if says == "" || says == status.Status {
		return nil, nil
	}
	return []string{fmt.Sprintf("%s: %s says it is %s", HandedOver, Partner, says)}, p.partnerTells(ctx, says, today)
}

func (p *Player) partnerTells(ctx context.Context, says handoff.Status, on calendar.Date) error {
	var problems []error
	for _, known := range p.Office.Cases() {
		if known.Invoice != HandedOver {
			continue
		}
		answers, err := p.Office.Tell(ctx, simulator.PartnerTelling{Callback: partner.Callback{
			EventID: known.ID + "-" + string(says), Reference: known.Reference, Status: string(says), On: on,
		}})
		if err == nil && !slices.Contains(answers, http.StatusNoContent) {
			err = fmt.Errorf("the call of %s was answered with %v", Partner, answers)
		}
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

package demo

import (
	"context"
	"fmt"

	"relance/calendar"
	"relance/collection"
	"relance/workflows"
)

// After how many days the debtor of HandedOver answers the invitation of its strategy,
// and both sides meet the mediator, in vain.
const (
	debtorAnswers = 3
	partiesMeet   = 5
)

// mediate records what comes of the invitation to a mediation that the case to be handed
// over has sent: the debtor accepts, and the meeting fails.
func (p *Player) mediate(ctx context.Context, today calendar.Date) ([]string, error) {
	file, err := p.Cases.Store.CaseFile(ctx, Creditor, HandedOver)
	if err != nil {
		return nil, fmt.Errorf("reading the case that is mediated: %w", err)
	}
	m, open := file.Case.OpenMediation()
	if !open {
		return nil, nil
	}
	name, order, told := whatComesOf(m, today)
	if name == "" {
		return nil, nil
	}
	_, err = p.Cases.Command(ctx, Creditor, HandedOver, name, order)
	if isOutrun(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []string{HandedOver + ": " + told}, nil
}

// whatComesOf is what the desk records of a mediation on a day, without a name when
// nothing.
func whatComesOf(m collection.Mediation, today calendar.Date) (name string, order any, told string) {
	switch phase := m.Phase(); {
	case phase == collection.MediationInvited && m.Proposed.AddDays(debtorAnswers) <= today:
		return workflows.CommandMediationAnswered, workflows.MediationAnswer{ID: m.ID, Answer: "accepted", InWriting: true, By: controller},
			"the debtor accepts the mediation"
	case phase == collection.MediationAccepted && len(m.Sessions) == 0 && m.Accepted.AddDays(partiesMeet) <= today:
		return workflows.CommandMediationSession, workflows.MediationSession{ID: m.ID, On: today, Meeting: "held", By: controller}, "both sides met the mediator"
	case phase == collection.MediationAccepted && len(m.Sessions) > 0 && m.Sessions[0].On < today:
		return workflows.CommandMediationEnded, workflows.MediationEnd{
			ID: m.ID, Outcome: collection.OutcomeFailure, Certificate: "CONST-" + HandedOver, By: controller,
		}, "the mediation has failed"
	default:
		return "", nil, ""
	}
}

package cases

import (
	"context"

	"relance/workflows"
)

// ClaimLateFees tells a case that from a day on the debtor is asked for the late
// fees as well. A closed case opens again if there are any.
func (s *Service) ClaimLateFees(ctx context.Context, creditor, invoice string, claim workflows.LateFeesClaim, wait bool) (MoneyOutcome, error) {
	return s.post(ctx, creditor, invoice, workflows.CommandClaimLateFees, claim, claim.By, wait)
}

// WaiveLateFees tells a case that the creditor gives up late fees.
func (s *Service) WaiveLateFees(ctx context.Context, creditor, invoice string, waiver workflows.LateFeesWaiver, wait bool) (MoneyOutcome, error) {
	return s.post(ctx, creditor, invoice, workflows.CommandWaiveLateFees, waiver, waiver.By, wait)
}

// ClaimCost tells a case of a cost of recovery that the creditor can prove.
func (s *Service) ClaimCost(ctx context.Context, creditor, invoice string, cost workflows.CostClaim, wait bool) (MoneyOutcome, error) {
	return s.post(ctx, creditor, invoice, workflows.CommandClaimCost, cost, cost.By, wait)
}

// RecordLegalEvent tells a case of a day that changes the interest.
func (s *Service) RecordLegalEvent(ctx context.Context, creditor, invoice string, event workflows.LegalEvent, wait bool) (MoneyOutcome, error) {
	return s.post(ctx, creditor, invoice, workflows.CommandLegalEvent, event, event.By, wait)
}

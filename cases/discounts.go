package cases

import (
	"context"

	"relance/arrangements"
	"relance/casefile"
	"relance/collection"
	"relance/law"
	"relance/ledger"
	"relance/money"
	"relance/workflows"
)

// OfferDiscount offers a discount for quick payment. With a percentage in place of an
// amount it is that of what is open now, rounded down to the smallest unit.
func (s *Service) OfferDiscount(ctx context.Context, creditor, invoice string, offer workflows.DiscountOffer, percent law.Percent, wait bool) (MoneyOutcome, error) {
	if percent != 0 {
		if offer.Amount != "" {
			return MoneyOutcome{}, collection.Refuse(collection.RefusedInvalid, "the discount %s has an amount and a percentage: give one of the two", offer.ID)
		}
		file, err := s.Store.CaseFile(ctx, creditor, invoice)
		if err != nil {
			return MoneyOutcome{}, err
		}
		amount := discountOf(file, offer.ID, percent)
		offer.Amount, offer.Currency = workflows.Decimal(amount.Decimal()), string(amount.Currency())
	}
	return s.post(ctx, creditor, invoice, workflows.CommandOfferDiscount, offer, offer.By, wait)
}

// discountOf is a percentage of what is open; of an offer that is recorded it is the
// amount it had, so that the same command again is the same fact.
func discountOf(file casefile.File, id string, percent law.Percent) money.Amount {
	for _, entry := range file.Entries {
		if entry.Kind == ledger.EntryDiscount && entry.ID == id {
			return entry.Amount
		}
	}
	return arrangements.PercentOf(file.Position.Open, percent)
}

// RevokeDiscount ends the offer of a discount that was not earned yet.
func (s *Service) RevokeDiscount(ctx context.Context, creditor, invoice string, revocation workflows.DiscountRevocation, wait bool) (MoneyOutcome, error) {
	return s.post(ctx, creditor, invoice, workflows.CommandRevokeDiscount, revocation, revocation.By, wait)
}

package activities

import "relance/messaging/compose"

// discounts are the offers to pay less quickly on what is due that can still be taken.
func discounts(group messageGroup) []compose.Discount {
	var offers []compose.Discount
	for _, due := range group.due {
		if offer := due.Offer; offer.ID != "" {
			offers = append(offers, compose.Discount{Invoice: due.Invoice.Number, Saved: offer.Amount, ToPay: offer.ToPay, Until: offer.Until})
		}
	}
	return offers
}

package ledger

import "relance/money"

// The accounts of what a partner keeps for its work. Its fees are the creditor's own cost:
// no receivable, never asked from the debtor, who is a consumer or not (CPCE L111-8).
const (
	// BookPartnerFees is the cost.
	BookPartnerFees BookAccount = "partner-fees"
	// BookPartnerKept is what the partner kept of the money it collected, or is owed
	// where it collected less: BookReceived less this is what reached the creditor.
	BookPartnerKept BookAccount = "kept-by-partner"
)

// PartnerFees are the legs of the fees of a partner; none when it takes nothing.
func PartnerFees(fees money.Amount) []Leg {
	b := books{}
	b.put(BookPartnerFees, fees, 1)
	b.put(BookPartnerKept, fees, -1)
	return b.legs()
}

// OfPartners are the legs that partners' fees stand on. Nothing takes fees back but
// another remittance, so that what is booked of them stays right whatever happens to the
// claim.
func OfPartners(booked []Leg) []Leg {
	var kept []Leg
	for _, leg := range booked {
		if leg.Account == BookPartnerFees || leg.Account == BookPartnerKept {
			kept = append(kept, leg)
		}
	}
	return kept
}

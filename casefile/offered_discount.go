package casefile

import (
	"time"

	"relance/ledger"
)

// OpenDiscount is the offer to pay less quickly that a message about the notice may
// name; found is false when there is none, or when a part of the claim is disputed, so
// that what is to be paid is not settled.
func (n NoticeContext) OpenDiscount() (offer ledger.Discount, found bool) {
	if n.Case.Disputed().Sign() > 0 {
		return ledger.Discount{}, false
	}
	offer, found = n.Account.OpenDiscount(n.Today.AsOf)
	return offer, found && offer.ToPay.Sign() > 0
}

func (n NoticeContext) discount() string {
	offer, _ := n.OpenDiscount()
	return offer.ID
}

// offersOf reports whether a message offers on a case what can be taken at an instant.
func (n CarriedNotice) offersOf(c *lockedCase, at time.Time) bool {
	return n.Upcoming || n.Discount == c.discountOn(at)
}

// discountOn is the ID of the discount that a message about the case may name at an
// instant.
func (c *lockedCase) discountOn(at time.Time) string {
	return NoticeContext{Case: c.now, Account: c.account, Today: ledger.Position{AsOf: c.now.Window.DateOf(at)}}.discount()
}

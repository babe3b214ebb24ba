package casefile

import (
	"time"

	"relance/calendar"
	"relance/ledger"
)

// offerOn is the offer to pay less quickly that a message of a day may name; none, that is
// without an ID, where there is none or where a part of the claim is disputed, so that
// what is to be paid is not settled.
func (c *lockedCase) offerOn(day calendar.Date) ledger.Discount {
	if c.now.Disputed().Sign() > 0 {
		return ledger.Discount{}
	}
	offer, found := c.account.OpenDiscount(day)
	if !found || offer.ToPay.Sign() <= 0 {
		return ledger.Discount{}
	}
	return offer
}

// offersOf reports whether a message offers on a case what can be taken at an instant.
func (n CarriedNotice) offersOf(c *lockedCase, at time.Time) bool {
	return n.Upcoming || n.Discount == c.offerOn(c.now.Window.DateOf(at)).ID
}

// offerChanged reports whether the entries posted in this transaction have ended the offer
// that could be taken before, or made another.
func (c *lockedCase) offerChanged() bool {
	if !c.posted {
		return false
	}
	before, err := account(c.account.Claim(), c.entries)
	if err != nil {
		return true
	}
	was, _ := before.OpenDiscount(c.day())
	is, _ := c.account.OpenDiscount(c.day())
	return was.ID != is.ID
}

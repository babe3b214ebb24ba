package workflows

import (
	"fmt"
	"strings"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
)

// DiscountOffer lowers the claim by an amount if the rest is paid in full until a day:
// the value date of the payment counts. Late fees are given up with it, unless it
// KeepsLateFees. Role is what the person who offers it is at the creditor; beyond what
// the role may grant it needs ApprovedBy.
type DiscountOffer struct {
	ID            string          `json:"id"`
	Amount        Decimal         `json:"amount"`
	Currency      string          `json:"currency"`
	Until         calendar.Date   `json:"until"`
	KeepsLateFees bool            `json:"keeps_late_fees,omitempty"`
	Reason        string          `json:"reason,omitempty"`
	Role          collection.Role `json:"role,omitempty"`
	ApprovedBy    string          `json:"approved_by,omitempty"`
	By            string          `json:"by,omitempty"`
}

// DiscountRevocation ends the offer of a Discount that was not earned yet. ID is the
// revocation's own.
type DiscountRevocation struct {
	ID       string `json:"id"`
	Discount string `json:"discount"`
	By       string `json:"by,omitempty"`
}

func (DiscountOffer) name() string      { return CommandOfferDiscount }
func (DiscountRevocation) name() string { return CommandRevokeDiscount }

func (o DiscountOffer) author() string      { return o.By }
func (o DiscountRevocation) author() string { return o.By }

// Entry is the offer as an entry of the account.
func (o DiscountOffer) Entry(today calendar.Date) (ledger.Entry, error) {
	offered, err := amount(o.Amount, o.Currency)
	if err != nil {
		return ledger.Entry{}, fmt.Errorf("discount %s: %w", o.ID, err)
	}
	entry, err := validEntry(ledger.Entry{
		Kind: ledger.EntryDiscount, ID: strings.TrimSpace(o.ID), Amount: offered, ValueDate: today, Until: o.Until,
		KeepsLateFees: o.KeepsLateFees, Note: o.Reason,
	}, today)
	if err == nil && o.Until > today.AddDays(longestOffer) {
		return entry, fmt.Errorf("the discount %s ends on %s: an offer for quick payment lasts at most %d days", o.ID, o.Until, longestOffer)
	}
	return entry, err
}

// longestOffer is for how many days a discount can be offered.
const longestOffer = 366

// Entry is the revocation as an entry of the account.
func (o DiscountRevocation) Entry(today calendar.Date) (ledger.Entry, error) {
	return validEntry(ledger.Entry{
		Kind: ledger.EntryDiscountRevoked, ID: strings.TrimSpace(o.ID), Reverses: strings.TrimSpace(o.Discount), ValueDate: today,
	}, today)
}

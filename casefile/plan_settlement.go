package casefile

import (
	"strings"

	"relance/arrangements"
	"relance/collection"
	"relance/ledger"
)

// The reduction of an early settlement stands on the accounts of a plan's invoices as
// discounts. They are for a plan that is kept: with the plan, or with the schedule that
// they were offered on, they end at that moment, in the same transaction. A payment with a
// value date of a day before earns its discount whenever it is told, and one that came on
// the same day before that moment has earned it; none that is told later and dated that
// day or after does.

// settlementDiscount begins the IDs of the discounts by which a plan is settled early.
func settlementDiscount(plan string) string { return "plan/" + plan + "/" }

// takesSettlementAway reports whether a plan, as it is after a writing, does not offer any
// more what it offered before.
func takesSettlementAway(before, after arrangements.Plan) bool {
	isBroken := after.State == arrangements.StateDefaulted || after.State == arrangements.StateCancelled
	return before.Settlement.Reduction.Sign() > 0 && (isBroken || after.Version != before.Version)
}

// endSettlement ends the offers to settle a plan early that its case still has.
func (c *lockedCase) endSettlement(plan string) error {
	today := c.now.Window.DateOf(c.at)
	discounts, err := c.account.Discounts(today)
	if err != nil {
		return err
	}
	for _, d := range discounts {
		if !strings.HasPrefix(d.ID, settlementDiscount(plan)) || d.State == ledger.DiscountRevoked || d.Until < today {
			continue
		}
		from := today
		if d.State == ledger.DiscountApplied && d.AppliedOn == today {
			from = today.AddDays(1) // it was earned before this moment
		}
		_, err := c.postAs(Posting{
			Creditor: c.record.value.Creditor, Invoice: c.record.value.Invoice, Source: "plan", Actor: c.actor, At: c.at,
			Entry: ledger.Entry{Kind: ledger.EntryDiscountRevoked, ID: d.ID, Reverses: d.ID, ValueDate: from},
		}, "/"+d.ID, func(position collection.TakePosition) collection.Command { return position })
		if err != nil {
			return err
		}
	}
	return nil
}

// refuseOfBrokenPlan refuses a discount of a plan that was broken or cancelled before the
// offer was told to the case.
func (c *lockedCase) refuseOfBrokenPlan(discount string) error {
	for _, plan := range c.now.Plans {
		isBroken := plan.EndedAs == string(arrangements.StateDefaulted) || plan.EndedAs == string(arrangements.StateCancelled)
		if isBroken && strings.HasPrefix(discount, settlementDiscount(plan.ID)) {
			return refuse(collection.RefusedClosed, "the plan %s ended on %s as %s: it cannot be settled early any more", plan.ID, plan.EndedOn, plan.EndedAs)
		}
	}
	return nil
}

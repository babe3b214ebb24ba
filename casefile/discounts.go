package casefile

import (
	"fmt"

	"relance/collection"
	"relance/ledger"
)

// refuseDiscount refuses a discount beyond what the role of its author may grant,
// unless somebody approved it.
func (c *lockedCase) refuseDiscount(p Posting) error {
	if p.Entry.Kind != ledger.EntryDiscount {
		return nil
	}
	if err := c.refuseOfBrokenPlan(p.Entry.ID); err != nil {
		return err
	}
	role := p.Role
	if role == "" {
		role = collection.RoleSalesperson // who says nothing may grant least
	}
	beyond, err := c.record.value.Arrangements.DiscountBeyond(role, p.Entry.Amount, OpenClaim(c.position))
	if err != nil || beyond == "" || p.ApprovedBy != "" {
		return err
	}
	return refuse(collection.RefusedNotNow, "the discount %s needs an approval: it is %s", p.Entry.ID, beyond)
}

// concludeByDiscount concludes the discount that was agreed on in a mediation when it is
// offered, and returns the ID of the mediation, also when the offer is told again.
func (c *lockedCase) concludeByDiscount(e ledger.Entry) string {
	if e.Kind != ledger.EntryDiscount {
		return ""
	}
	if reached, found := c.now.AgreementReached(); found && reached.Kind == collection.AgreementDiscount {
		c.report(collection.ConcludeAgreement{Mediation: reached.Mediation, On: c.now.Window.DateOf(c.at)})
	}
	if n := len(c.now.Mediations); n > 0 {
		if m := c.now.Mediations[n-1]; m.Agreement.Kind == collection.AgreementDiscount && !m.Agreement.Concluded.IsZero() {
			return m.ID
		}
	}
	return ""
}

func discountInWords(e ledger.Entry) string {
	words := fmt.Sprintf("%s of %s is offered for payment in full by %s", e.ID, e.Amount, e.Until)
	if e.KeepsLateFees {
		return words + ", late fees included"
	}
	return words + "; the late fees are given up with it"
}

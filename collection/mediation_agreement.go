package collection

import (
	"slices"

	"relance/calendar"
	"relance/money"
)

// AgreementKind is what the parties agreed on in a mediation.
type AgreementKind string

// The kinds of agreement.
const (
	// AgreementSettlement: a payment of less than is open by a day settles the claim;
	// when it comes, the rest is given up, and when it does not, the rest is due.
	AgreementSettlement AgreementKind = "settlement"
	// AgreementPlan: the debtor pays by instalments. The plan itself is concluded apart.
	AgreementPlan AgreementKind = "plan"
	// AgreementDiscount: the creditor lowers the claim. The discount itself is granted
	// apart.
	AgreementDiscount AgreementKind = "discount"
	// AgreementWithdrawal: the creditor gives the claim up.
	AgreementWithdrawal AgreementKind = "withdrawal"
)

// AgreementKinds lists the kinds of agreement.
func AgreementKinds() []AgreementKind {
	return []AgreementKind{AgreementSettlement, AgreementPlan, AgreementDiscount, AgreementWithdrawal}
}

// Agreement is what came of a mediation.
type Agreement struct {
	Kind AgreementKind `json:"kind"`
	// Amount is what the debtor pays, Until the last day to do so: of a plan or a
	// discount, the day by which it must be concluded.
	Amount money.Amount  `json:"amount,omitzero"`
	Until  calendar.Date `json:"until,omitzero"`
	// Before is the money that had come in when it was agreed, and Received the money
	// that has come in now; both of the whole claim.
	Before   money.Amount `json:"before,omitzero"`
	Received money.Amount `json:"received,omitzero"`
	// Broken is the day on which it was known that it was not kept.
	Broken calendar.Date `json:"broken,omitzero"`
	// Concluded is the day on which it was concluded apart, as a plan or a discount.
	Concluded calendar.Date `json:"concluded,omitzero"`
}

// AgreementReached is what other parts of the product make of an agreement: a plan
// or a discount to conclude until a day.
type AgreementReached struct {
	Mediation string
	Kind      AgreementKind
	Amount    money.Amount
	Until     calendar.Date
}

// AgreementReached is the agreement of a mediation that is still to be kept or to be
// concluded; found is false when there is none.
func (c Case) AgreementReached() (reached AgreementReached, found bool) {
	m, open := c.OpenMediation()
	if !open || m.Phase() != MediationAgreed {
		return AgreementReached{}, false
	}
	return AgreementReached{Mediation: m.ID, Kind: m.Agreement.Kind, Amount: m.Agreement.Amount, Until: m.Agreement.Until}, true
}

// paid is what came in since it was agreed.
func (a Agreement) paid() money.Amount {
	paid, err := a.Received.Sub(a.Before)
	if err != nil { // nothing was counted yet
		return money.Amount{}
	}
	return paid
}

// isKept reports whether what was agreed was paid, or concluded apart.
func (a Agreement) isKept() bool {
	if a.Kind != AgreementSettlement {
		return !a.Concluded.IsZero() || a.Kind == AgreementWithdrawal
	}
	over, err := a.paid().Sub(a.Amount)
	return a.Broken.IsZero() && err == nil && over.Sign() >= 0
}

// stands reports whether it is still to be kept.
func (a Agreement) stands() bool { return a.Broken.IsZero() && !a.isKept() }

// check refuses an agreement that nobody could keep.
func (a Agreement) check(c Case, on calendar.Date) error {
	switch {
	case !slices.Contains(AgreementKinds(), a.Kind):
		return Refuse(RefusedInvalid, "the agreement is of the kind %q: it is a settlement, a plan, a discount or a withdrawal", a.Kind)
	case a.Kind == AgreementWithdrawal && (a.Amount != money.Amount{} || !a.Until.IsZero()):
		return Refuse(RefusedInvalid, "a withdrawal gives the whole claim up: leave the amount and the day out")
	case a.Kind == AgreementWithdrawal:
		return nil
	case a.Until.IsZero() || a.Until < on:
		return Refuse(RefusedInvalid, "the agreement does not say until when it is to be kept, on or after %s", on)
	case a.Until > on.AddDays(longestAgreement):
		return Refuse(RefusedInvalid, "the agreement would be kept until %s: check the year, or conclude a plan", a.Until)
	}
	if a.Kind == AgreementPlan && a.Amount.Sign() == 0 {
		return nil
	}
	over, err := a.Amount.Sub(c.Open)
	switch {
	case err != nil:
		return Refuse(RefusedInvalid, "the case is kept in %s, not in %s", c.Open.Currency(), a.Amount.Currency())
	case a.Amount.Sign() <= 0:
		return Refuse(RefusedInvalid, "the agreement does not say which amount the debtor pays")
	case over.Sign() > 0:
		return Refuse(RefusedInvalid, "the debtor would pay %s, and only %s is open: claim late fees apart", a.Amount, c.Open)
	default:
		return nil
	}
}

// longestAgreement is how many days ahead one payment may be agreed for.
const longestAgreement = 2 * 366

// settlement is the mediation whose payment is still counted: the last one, when it
// ended in a settlement that was not broken.
func (c Case) settlement() (Mediation, bool) {
	if n := len(c.Mediations); n > 0 {
		m := c.Mediations[n-1]
		counts := m.Outcome == OutcomeAgreement && m.Agreement.Kind == AgreementSettlement && m.Agreement.Broken.IsZero()
		return m, counts
	}
	return Mediation{}, false
}

// withReceived has the settlement know what has come in.
func (c Case) withReceived(received money.Amount) Case {
	m, found := c.settlement()
	if !found {
		return c
	}
	m.Agreement.Received = received
	return c.withMediation(m)
}

// settled is the part of the claim to give up because a settlement was kept: first the
// principal, then the late fees that are left.
func (c Case) settled() (Mediation, money.Amount, bool) {
	m, found := c.settlement()
	switch {
	case !found || !m.Agreement.isKept():
		return Mediation{}, money.Amount{}, false
	case c.Open.Sign() > 0:
		return m, c.Open, true
	case c.LateFees.Sign() > 0:
		return m, c.LateFees, true
	default:
		return Mediation{}, money.Amount{}, false
	}
}

// Package latefees computes what a late invoice costs its debtor: statutory or
// contractual interest, day by day at the rate of its half-year, and the fixed
// sum for recovery costs. The sums are exact fractions in whole numbers and are
// rounded once, half up; docs/late-fees.md says how and why.
package latefees

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"relance/calendar"
	"relance/money"
)

// Claim is one invoice and what happened to it. Dates are civil dates; one that
// is not set did not happen.
type Claim struct {
	// Principal is the amount of the invoice including VAT.
	Principal money.Amount
	// Due is the last day to pay.
	Due calendar.Date
	// Movements are the payments, credit notes and reversals, in any order. Those
	// after the date of the statement do not count yet.
	Movements []Movement
	// AskedFrom is the first day whose payments pay interest. Until then the creditor
	// had asked for the principal alone, and what is paid beyond it is the debtor's.
	// Not set: all payments pay it.
	AskedFrom calendar.Date
	// NoticeReceived is the day the debtor received a formal notice. Where the
	// law asks for one, interest begins on the day after it.
	NoticeReceived calendar.Date
	// JudgmentEnforceable is the day a judgment became enforceable.
	JudgmentEnforceable calendar.Date
	// InsolvencyOpened is the day of the judgment that opened insolvency
	// proceedings; the eve is the last day that bears interest.
	InsolvencyOpened calendar.Date
	// Grace are the times in which no interest runs: those that a judge granted to pay
	// (C. civ. 1343-5), and those of a law that its Article names. They stand in order
	// and do not overlap.
	Grace []Span
}

// Span is a time from its first to its last day, which may be FurtherNotice.
type Span struct {
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	// Article is the law by which the interest pauses, for the reader of a statement.
	Article string `json:"article,omitempty"`
}

// FurtherNotice is the last day of a time whose end is not known yet.
const FurtherNotice calendar.Date = 1 << 30

// MovementKind says what a movement does to the claim.
type MovementKind string

// The kinds of movements.
const (
	Payment    MovementKind = "payment"
	CreditNote MovementKind = "credit-note"
	// Reversal takes back a payment from its own date on: until then the creditor
	// had the money.
	Reversal MovementKind = "reversal"
	// Waiver gives up interest: its amount, or all that is open on its day when it
	// has none.
	Waiver MovementKind = "waiver"
	// CreditUsed is not given but shown, with the ID of a reversal: what had been
	// paid too much pays what the reversal opened again.
	CreditUsed MovementKind = "credit-used"
)

// Movement is a dated change of what is owed.
type Movement struct {
	Kind MovementKind
	// ID is the movement's own: unique among those of its kind.
	ID string
	// On is the day the funds were available, the credit note was issued, or the
	// payment was taken back.
	On calendar.Date
	// Amount is more than nothing; a reversal has none, and a waiver need not.
	Amount money.Amount
	// Reverses is the ID of the payment a reversal takes back.
	Reverses string
}

func (c *Claim) validate(asOf calendar.Date) error {
	switch {
	case c.Principal.Currency() == "":
		return errors.New("the claim has no amount with a currency")
	case c.Principal.Sign() < 0:
		return fmt.Errorf("the claim is of %s: it must not be less than nothing", c.Principal)
	case c.Due.IsZero():
		return errors.New("the claim has no due date")
	case asOf.IsZero():
		return errors.New("the statement has no date")
	}
	for i := range c.Movements {
		m := &c.Movements[i]
		isGood := (m.Kind == Payment || m.Kind == CreditNote) && m.ID != "" && !m.On.IsZero() &&
			m.Amount.Sign() > 0 && m.Amount.Currency() == c.Principal.Currency()
		if !isGood {
			if err := c.validateMovement(m); err != nil {
				return err
			}
		}
		for j := range i {
			if other := &c.Movements[j]; other.ID == m.ID && other.Kind == m.Kind {
				return fmt.Errorf("the %s %s stands twice among the movements", m.Kind, m.ID)
			}
		}
	}
	if len(c.Grace) == 0 {
		return nil
	}
	return c.validateGrace()
}

func (c *Claim) validateGrace() error {
	for i, grace := range c.Grace {
		if grace.From.IsZero() || grace.To < grace.From || i > 0 && grace.From <= c.Grace[i-1].To {
			return fmt.Errorf("the time to pay from %s to %s is not in order: give first and last days, the earliest time first, without overlap",
				grace.From, grace.To)
		}
	}
	return nil
}

// validateMovement says what is wrong with a movement; with a reversal that has
// all it needs, nothing is.
func (c *Claim) validateMovement(m *Movement) error {
	switch {
	case m.Kind != Payment && m.Kind != CreditNote && m.Kind != Reversal && m.Kind != Waiver:
		return fmt.Errorf("%q is no kind of movement: it is a %s, a %s, a %s or a %s", m.Kind, Payment, CreditNote, Reversal, Waiver)
	case m.ID == "":
		return fmt.Errorf("a %s of the claim has no ID", m.Kind)
	case m.On.IsZero():
		return fmt.Errorf("the %s %s has no date", m.Kind, m.ID)
	case m.Kind == Reversal && m.Reverses == "":
		return fmt.Errorf("the reversal %s does not name the payment it takes back", m.ID)
	case m.Kind == Waiver && m.Amount == money.Amount{}:
	case m.Kind != Reversal && m.Amount.Sign() <= 0:
		return fmt.Errorf("the %s %s is of %s: it must be more than nothing", m.Kind, m.ID, m.Amount)
	case m.Kind != Reversal && m.Amount.Currency() != c.Principal.Currency():
		return fmt.Errorf("the %s %s is of %s, the claim of %s: %w", m.Kind, m.ID, m.Amount, c.Principal, money.ErrCurrencyMismatch)
	}
	return nil
}

// inOrder gives the movements by date; on one day, credit notes come before
// payments and payments before reversals.
func inOrder(movements []Movement) []Movement {
	for i := 1; i < len(movements); i++ {
		if a, b := &movements[i-1], &movements[i]; a.On >= b.On && compareMovements(a, b) > 0 {
			sorted := slices.Clone(movements)
			slices.SortFunc(sorted, func(a, b Movement) int { return compareMovements(&a, &b) })
			return sorted
		}
	}
	return movements
}

func compareMovements(a, b *Movement) int {
	return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}

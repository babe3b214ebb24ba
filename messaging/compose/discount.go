package compose

import (
	"errors"
	"fmt"
	"slices"

	"relance/calendar"
	"relance/money"
)

// Discount is an offer to pay less quickly that can still be taken.
type Discount struct {
	// Invoice is the number of the invoice it is for. Required.
	Invoice string
	// Saved is what need not be paid, ToPay what is to be paid to have it. Required.
	Saved, ToPay money.Amount
	// Until is the last day on which the payment must have come. Required.
	Until calendar.Date
}

// Discount is the offer of a message about one invoice, nil when there is none.
func (f Facts) Discount() *Discount {
	if !f.Single() || len(f.Discounts) == 0 {
		return nil
	}
	return &f.Discounts[0]
}

// payableUntil is the last day to pay what the payment code pays; not set when the
// message asks for an answer by a day, and not for a payment.
func (f Facts) payableUntil() calendar.Date {
	if f.Mediation != nil {
		return 0
	}
	if d := f.Discount(); d != nil && f.PaymentCode != nil && f.PaymentCode.Amount() == d.ToPay {
		return d.Until
	}
	return f.Deadline
}

func (f Facts) validateDiscounts() error {
	for _, d := range f.Discounts {
		switch {
		case !slices.Contains(f.Numbers(), d.Invoice):
			return fmt.Errorf("a discount is offered on invoice %q, which the message is not about", d.Invoice)
		case d.Saved.Sign() <= 0 || d.ToPay.Sign() <= 0:
			return fmt.Errorf("the discount on invoice %s saves %s and leaves %s to pay", d.Invoice, d.Saved, d.ToPay)
		case d.Until < f.Today:
			return fmt.Errorf("the discount on invoice %s ended on %s", d.Invoice, d.Until)
		case f.Plan != nil:
			return errors.New("a message about an instalment plan offers no discount")
		}
	}
	return nil
}

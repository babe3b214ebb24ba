package latefees

import (
	"fmt"

	"relance/calendar"
)

// move counts the interest to the day of a movement and lets it act.
func (w *walk) move(number int) error {
	m := &w.movements[number]
	w.noteLateness(m.On)
	if m.Kind == CreditNote && w.tariff.retroactive {
		return nil
	}
	if err := w.until(m.On - w.tariff.early); err != nil {
		return err
	}
	switch m.Kind {
	case CreditNote:
		w.creditNote(number)
		return nil
	case Reversal:
		return w.reverse(number)
	case Waiver:
		return w.waive(number)
	default:
		if !w.opened.IsZero() && m.On >= w.opened {
			w.afterInsolvency = true
		}
		if err := w.round(); err != nil {
			return err
		}
		w.record(number, w.pay(m.Amount.Minor(), m.On))
		return nil
	}
}

// noteLateness remembers whether something was unpaid on a day after the due
// date, among the days since the last movement up to this one.
func (w *walk) noteLateness(day calendar.Date) {
	if w.principal > 0 && day > max(w.due, w.moved) {
		w.late = true
	}
	w.moved = day
}

// pay divides a sum among interest and principal, in the order of the terms. It pays
// no interest before that is asked for.
func (w *walk) pay(sum int64, on calendar.Date) allocation {
	var a allocation
	switch {
	case on < w.askedFrom:
		a.principal = min(sum, w.principal)
	case w.tariff.principalFirst:
		a.principal = min(sum, w.principal)
		a.interest = min(sum-a.principal, w.interest)
	default:
		a.interest = min(sum, w.interest)
		a.principal = min(sum-a.interest, w.principal)
	}
	a.left = sum - a.interest - a.principal
	w.interest -= a.interest
	w.principal -= a.principal
	w.credit += a.left
	return a
}

// waive gives up interest that is due on its day.
func (w *walk) waive(number int) error {
	if err := w.round(); err != nil {
		return err
	}
	given := w.interest
	if sum := w.movements[number].Amount.Minor(); sum > 0 {
		given = min(given, sum)
	}
	w.interest -= given
	w.waived += given
	w.record(number, allocation{interest: given})
	return nil
}

// creditNote reduces the principal; it is not a payment and pays no interest.
func (w *walk) creditNote(number int) {
	sum := w.movements[number].Amount.Minor()
	a := allocation{principal: min(sum, w.principal)}
	a.left = sum - a.principal
	w.principal -= a.principal
	w.credit += a.left
	w.record(number, a)
}

// creditAll takes the credit notes off the principal from the start.
func (w *walk) creditAll() {
	for number := range w.movements {
		if m := &w.movements[number]; m.Kind == CreditNote && m.On <= w.asOf {
			w.creditNote(number)
		}
	}
}

// reverse takes a payment back: what it had paid is owed again from now on. If
// other payments had left something over, that pays now.
func (w *walk) reverse(number int) error {
	m := &w.movements[number]
	payment := w.paymentToReverse(m.Reverses)
	if payment == nil {
		return fmt.Errorf("the reversal %s takes back the payment %s, which is not among the movements before it, or was taken back already",
			m.ID, m.Reverses)
	}
	payment.reversed = true
	back := payment.allocation
	w.interest += back.interest
	w.principal += back.principal
	// What the payment had left over may have paid in the meantime.
	fromCredit := min(back.left, w.credit)
	fromPrincipal := min(back.left-fromCredit, w.used.principal)
	fromInterest := back.left - fromCredit - fromPrincipal
	w.credit -= fromCredit
	w.used.principal -= fromPrincipal
	w.used.interest -= fromInterest
	w.principal += fromPrincipal
	w.interest += fromInterest
	w.record(number, allocation{
		interest: -back.interest - fromInterest, principal: -back.principal - fromPrincipal, left: -fromCredit,
	})
	return w.useCredit(number)
}

func (w *walk) paymentToReverse(id string) *split {
	for i := range w.splits {
		part := &w.splits[i]
		m := &w.movements[part.movement]
		if m.Kind == Payment && m.ID == id && !part.reversed {
			return part
		}
	}
	return nil
}

// useCredit pays what a reversal opened again out of what had been paid too much.
func (w *walk) useCredit(reversal int) error {
	if w.credit == 0 {
		return nil
	}
	if err := w.round(); err != nil {
		return err
	}
	sum := w.credit
	w.credit = 0
	a := w.pay(sum, w.movements[reversal].On)
	if a.interest == 0 && a.principal == 0 {
		return nil
	}
	w.used.interest += a.interest
	w.used.principal += a.principal
	a.left -= sum
	w.splits = append(w.splits, split{movement: reversal, creditUsed: true, allocation: a})
	return nil
}

func (w *walk) record(number int, a allocation) {
	w.splits = append(w.splits, split{})
	part := &w.splits[len(w.splits)-1]
	part.movement, part.allocation = number, a
}

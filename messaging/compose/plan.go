package compose

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"relance/calendar"
	"relance/money"
)

// Plan is the instalment plan a message is about. Its Invoices are then those of the
// plan, each with what it brought into it, and TotalOpen is what the message asks for,
// or announces.
type Plan struct {
	// ID is the plan's, as its agreement names it. Required.
	ID string
	// Number is that of the instalment the message is about, of Count. Required.
	Number, Count int
	// DueOn is the day the instalment is, or was, due. Required.
	DueOn calendar.Date
	// Schedule are all instalments with what was paid of them. Required.
	Schedule []Instalment
	// Outstanding is what the plan still asks for, interest agreed on included. Required.
	Outstanding money.Amount
	// Missed: the instalment was not paid on its day. Defaulted: nor within its grace, so
	// that the whole balance is due.
	Missed, Defaulted bool
	// Grace is the last day to pay a missed instalment before all is due.
	Grace calendar.Date
	// Collection is the direct debit that is announced, nil when the debtor is to pay.
	Collection *Collection
}

// Instalment is one payment of a plan.
type Instalment struct {
	Number int
	DueOn  calendar.Date
	// Amount is what it comes to, Paid what of it came, Open the rest.
	Amount, Paid, Open money.Amount
	State              InstalmentState
}

// InstalmentState is how an instalment stands.
type InstalmentState string

// How an instalment can stand.
const (
	InstalmentPaid InstalmentState = "paid"
	// InstalmentLate: its day has passed.
	InstalmentLate InstalmentState = "late"
	// InstalmentNext: the first that is to come.
	InstalmentNext  InstalmentState = "next"
	InstalmentLater InstalmentState = "later"
	// InstalmentDue: its day has not come, and it is due because the plan is broken.
	InstalmentDue InstalmentState = "due"
)

// Collection is a direct debit, with what a debtor must be told of it (EPC016-06, SEPA
// Direct Debit Core rulebook, pre-notification).
type Collection struct {
	// On is the day the account is debited. Required.
	On calendar.Date
	// Mandate is the reference of the mandate, CreditorIdentifier who collects. Required.
	Mandate            string
	CreditorIdentifier string
	// Account is the end of the number of the account that is debited.
	Account string
}

// AsksToPay reports whether the debtor is to pay something by itself: a direct debit is
// only announced.
func (f Facts) AsksToPay() bool { return f.TotalOpen.Sign() > 0 && !f.isCollected() }

func (f Facts) isCollected() bool { return f.Plan != nil && f.Plan.Collection != nil }

// PlanPartPaid reports whether a part of the instalment the message is about was paid.
func (f Facts) PlanPartPaid() bool {
	return f.Plan != nil && slices.ContainsFunc(f.Plan.Schedule, func(i Instalment) bool { return i.Number == f.Plan.Number && i.Paid.Sign() > 0 })
}

// validatePlan says why the facts about a plan must not be put into a message.
func (f Facts) validatePlan() error {
	p := f.Plan
	switch {
	case p.ID == "" || p.Number < 1 || p.Count < p.Number || p.DueOn.IsZero() || len(p.Schedule) == 0 || p.Outstanding.Currency() == "":
		return errors.New("the instalment plan lacks its ID, its instalment, its schedule or what it still asks for")
	case f.LateFees != nil:
		return errors.New("a message about an instalment plan asks for no late fees: the plan says what is owed")
	case p.Defaulted && f.Deadline.IsZero():
		return errors.New("the message about a broken plan does not say until when the balance can be paid")
	case p.Missed && !p.Defaulted && p.Grace.IsZero():
		return errors.New("the message about a missed instalment does not say until when it can be paid")
	}
	for _, instalment := range p.Schedule {
		if left, err := instalment.Amount.Sub(instalment.Paid); err != nil || left != instalment.Open {
			return fmt.Errorf("instalment %d of %s, of which %s is paid, is shown with %s still to pay", instalment.Number, instalment.Amount, instalment.Paid, instalment.Open)
		}
		if instalment.Number == p.Number && !p.Defaulted && instalment.Open != f.TotalOpen {
			return fmt.Errorf("the message asks for %s of instalment %d and its schedule for %s", f.TotalOpen, p.Number, instalment.Open)
		}
	}
	if c := p.Collection; c != nil && (c.On.IsZero() || c.Mandate == "" || c.CreditorIdentifier == "") {
		return errors.New("the direct debit lacks its day, its mandate or the creditor's identifier")
	}
	return nil
}

// schedule is the table of a letter about a plan.
func (w *wording) schedule() InvoiceTable {
	l := w.piece.language
	table := InvoiceTable{Total: Line{w.words("label.outstanding"), w.keep(l.amount(w.facts.Plan.Outstanding))}}
	if w.facts.Plan.Defaulted {
		table.Total = Line{w.words("label.total-open"), w.keep(l.amount(w.facts.TotalOpen))}
	}
	for _, column := range []string{"instalment", "instalment-state", "instalment-due", "instalment-amount", "instalment-paid", "open"} {
		table.Headings = append(table.Headings, w.words("column."+column))
	}
	for _, i := range w.facts.Plan.Schedule {
		table.Rows = append(table.Rows, []string{
			strconv.Itoa(i.Number), w.words("instalment." + string(i.State)), w.keep(l.shortDate(i.DueOn)),
			w.keep(l.amount(i.Amount)), w.keep(l.amount(i.Paid)), w.keep(l.amount(i.Open)),
		})
	}
	return table
}

// collection is what a letter tells of a direct debit, in place of how to pay.
func (w *wording) collection() []Line {
	c := w.facts.Plan.Collection
	return valued(
		Line{w.words("label.amount"), w.keep(w.piece.language.amount(w.facts.TotalOpen))},
		Line{w.words("label.collection-on"), w.keep(w.piece.language.date(c.On))},
		Line{w.words("label.mandate"), c.Mandate}, Line{w.words("label.creditor-identifier"), c.CreditorIdentifier},
		Line{w.words("label.account"), c.Account},
	)
}

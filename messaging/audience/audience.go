// Package audience tells what kind of payer a debtor is, so that the words of a
// message fit it. A person can follow the rules with a pencil: who the law protects
// comes first, then what a person at the creditor decided, then what the debtor's
// past invoices show. What is not clear is nobody in particular, and gets the
// ordinary words.
package audience

import (
	"fmt"
	"slices"
	"strings"

	"relance/calendar"
)

// Audience is the kind of reader a text is written for.
type Audience string

// The audiences. Anyone is every reader without a text of its own.
const (
	Anyone Audience = ""
	// Loyal pays, and mostly on time: an unpaid invoice is an oversight.
	Loyal Audience = "loyal"
	// Irregular pays late, or owes other invoices for long.
	Irregular Audience = "irregular"
	// New has hardly paid anything yet, because it has just become a customer.
	New Audience = "new"
	// Consumer is a person who did not buy for a trade.
	Consumer Audience = "consumer"
	// Public is a body of the State, a local authority, a hospital.
	Public Audience = "public"
)

// All lists the audiences that a text can be written for, Anyone not among them.
func All() []Audience { return []Audience{Loyal, Irregular, New, Consumer, Public} }

// Parse reads the name of an audience. Empty is Anyone.
func Parse(name string) (Audience, error) {
	if name == "" || slices.Contains(All(), Audience(name)) {
		return Audience(name), nil
	}
	var names []string
	for _, known := range All() {
		names = append(names, string(known))
	}
	return Anyone, fmt.Errorf("%q is not an audience: %s are", name, strings.Join(names, ", "))
}

// String is the name of the audience; "anyone" in place of none.
func (a Audience) String() string {
	if a == Anyone {
		return "anyone"
	}
	return string(a)
}

// Kind says which law protects a debtor.
type Kind string

// The kinds of debtor.
const (
	KindBusiness Kind = "business"
	KindConsumer Kind = "consumer"
	KindPublic   Kind = "public"
)

// Facts are what is known of a debtor on a day.
type Facts struct {
	Kind Kind
	// Decided is what a person at the creditor said; Anyone when nobody did. It
	// cannot make a consumer or a public body read what was written for businesses.
	Decided   Audience
	Behaviour Behaviour
	Today     calendar.Date
}

// Behaviour is how a debtor has paid its other invoices of the creditor; the one a
// message is about is not counted.
type Behaviour struct {
	// Paid is how many were paid in full, PaidLate how many of them after their due
	// date, DaysLate by how many days these were late, all together.
	Paid     int
	PaidLate int
	DaysLate int
	// LongOverdue is how many are open today and have been due for more than 30 days.
	LongOverdue int
	// FirstInvoice is the date of the oldest; not set when there is none.
	FirstInvoice calendar.Date
}

// Rules are the limits between the audiences.
type Rules struct {
	// NewWithin: a debtor is new for so many days after its first invoice, while it
	// has paid fewer than NewBelow invoices.
	NewWithin, NewBelow int
	// LoyalFrom: so many invoices paid make a debtor loyal, if its first invoice is
	// at least LoyalAfter days old, at most LoyalPercent of a hundred were paid late,
	// and those by LoyalDays days on average at most.
	LoyalFrom, LoyalAfter, LoyalPercent, LoyalDays int
	// IrregularFrom: with so many invoices paid, a debtor is irregular if at least
	// IrregularPercent of a hundred were late, and those by more than IrregularDays
	// days on average; or, whatever it has paid, if IrregularOverdue invoices or more
	// have been overdue for long.
	IrregularFrom, IrregularPercent, IrregularDays, IrregularOverdue int
}

// Usual are the rules in use.
func Usual() Rules {
	return Rules{
		NewWithin: 180, NewBelow: 3,
		LoyalFrom: 5, LoyalAfter: 365, LoyalPercent: 20, LoyalDays: 10,
		IrregularFrom: 3, IrregularPercent: 50, IrregularDays: 7, IrregularOverdue: 2,
	}
}

// Of is the audience of a debtor under the usual rules, and why, in a sentence.
func Of(f Facts) (of Audience, why string) { return Usual().Of(f) }

// Of is the audience of a debtor, and why, in a sentence.
func (r Rules) Of(f Facts) (of Audience, why string) {
	switch {
	case f.Kind == KindConsumer:
		return Consumer, "the debtor is a consumer"
	case f.Kind == KindPublic:
		return Public, "the debtor is a public body"
	case f.Decided == Loyal || f.Decided == Irregular || f.Decided == New:
		return f.Decided, "a person at the creditor decided so"
	}
	b := f.Behaviour
	switch {
	case b.LongOverdue >= r.IrregularOverdue:
		return Irregular, fmt.Sprintf("%d other invoices have been overdue for more than 30 days", b.LongOverdue)
	case b.Paid >= r.IrregularFrom && b.latePercent() >= r.IrregularPercent && b.averageDaysLate() > r.IrregularDays:
		return Irregular, b.inWords()
	case b.FirstInvoice.IsZero():
		return New, "this is its first invoice"
	case b.Paid < r.NewBelow && f.Today < b.FirstInvoice.AddDays(r.NewWithin):
		return New, fmt.Sprintf("its first invoice is of %s, and it has paid %d", b.FirstInvoice, b.Paid)
	case b.LongOverdue == 0 && b.Paid >= r.LoyalFrom && f.Today >= b.FirstInvoice.AddDays(r.LoyalAfter) &&
		b.latePercent() <= r.LoyalPercent && b.averageDaysLate() <= r.LoyalDays:
		return Loyal, b.inWords() + fmt.Sprintf(" since %s", b.FirstInvoice)
	default:
		return Anyone, "its past payments say nothing clear: " + b.inWords()
	}
}

// latePercent is the share of the paid invoices that were paid late, in percent,
// rounded up: one in a hundred and one is more than none.
func (b Behaviour) latePercent() int {
	if b.Paid == 0 {
		return 0
	}
	return (b.PaidLate*100 + b.Paid - 1) / b.Paid
}

// averageDaysLate is by how many days those paid late were late, rounded up.
func (b Behaviour) averageDaysLate() int {
	if b.PaidLate == 0 {
		return 0
	}
	return (b.DaysLate + b.PaidLate - 1) / b.PaidLate
}

func (b Behaviour) inWords() string {
	if b.PaidLate == 0 {
		return fmt.Sprintf("%d of its invoices were paid, none of them late", b.Paid)
	}
	return fmt.Sprintf("%d of its invoices were paid, %d of them late, by %d days on average", b.Paid, b.PaidLate, b.averageDaysLate())
}

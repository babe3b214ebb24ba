package deadlines

import (
	"fmt"

	"relance/calendar"
	"relance/law"
)

// TermLimit is the longest payment period the law allows for a category of
// sales: a row of the table of payment terms. A category with several rows
// leaves the choice between them.
type TermLimit struct {
	Category    TermCategory
	Days        int
	CountedFrom law.CountedFrom
	// EndOfMonth: the days and the end of the month, in either reading. Such a
	// period holds only where the contract says so.
	EndOfMonth bool
	law.Dated
}

// TermCategory is what is sold, or to whom, as far as it decides the longest
// payment period.
type TermCategory string

// The categories of C. com. L441-10, L441-11 and L441-12, and of the public buyers.
const (
	General                TermCategory = "general"
	Periodic               TermCategory = "periodic"
	PerishableFood         TermCategory = "perishable-food"
	PerishableFoodPeriodic TermCategory = "perishable-food-periodic"
	LiveCattleFreshMeat    TermCategory = "live-cattle-fresh-meat"
	Alcohol                TermCategory = "alcohol"
	Wine                   TermCategory = "wine"
	RoadFreight            TermCategory = "road-freight"
	Export                 TermCategory = "export"
	PublicStateLocal       TermCategory = "public-state-local"
	PublicHospital         TermCategory = "public-hospital"
	PublicCompany          TermCategory = "public-company"
)

// Invoiced are the dates of an invoice that periods are counted from. Delivered
// and Received may be unknown.
type Invoiced struct {
	Issued    calendar.Date
	Delivered calendar.Date
	// Received is when the debtor received the invoice.
	Received calendar.Date
}

// TermLimits are the longest periods of French law, in all their versions.
func TermLimits(book law.Book) []TermLimit {
	var limits []TermLimit
	for _, term := range book.PaymentTerms(france) {
		if term.Category != "" {
			limits = append(limits, TermLimit{
				Category: TermCategory(term.Category), Days: term.Days, CountedFrom: term.CountedFrom, EndOfMonth: term.EndOfMonth, Dated: term.Dated,
			})
		}
	}
	return limits
}

// LimitsOf are the longest periods that hold for a category on a date, the issue
// date as a rule. None is an error: nothing is taken from another date.
func LimitsOf(limits []TermLimit, category TermCategory, on calendar.Date) ([]TermLimit, error) {
	var found []TermLimit
	for _, limit := range limits {
		if limit.Category == category && limit.Covers(on) {
			found = append(found, limit)
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no longest payment period is known for %s on %s: add the row to the table of payment terms", category, on)
	}
	return found, nil
}

// Latest is the last due date that the limit allows. An end of month is read as
// the contract does, and in the later way where it does not say. Assumed is true
// when the date it counts from is not known and another stood in for it.
func (l TermLimit) Latest(invoiced Invoiced, reading Reading) (latest calendar.Date, assumed bool) {
	from, assumed := l.start(invoiced)
	if !l.EndOfMonth {
		return from.AddDays(l.Days), assumed
	}
	counted := func(r Reading) calendar.Date {
		return Terms{Days: l.Days, EndOfMonth: true, Reading: r}.DueDate(from)
	}
	if reading == ReadingNotStated {
		return max(counted(DaysFirst), counted(MonthEndFirst)), assumed
	}
	return counted(reading), assumed
}

func (l TermLimit) start(invoiced Invoiced) (from calendar.Date, assumed bool) {
	delivered := invoiced.Delivered
	if delivered.IsZero() {
		delivered = invoiced.Issued
	}
	notDelivered := invoiced.Delivered.IsZero()
	switch l.CountedFrom {
	case law.FromDelivery:
		return delivered, notDelivered
	case law.FromDeliveryMonthEnd:
		return delivered.EndOfMonth(), notDelivered
	case law.FromDeliveryDecadeEnd:
		return endOfDecade(delivered), notDelivered
	case law.FromReceipt:
		if invoiced.Received.IsZero() {
			return max(invoiced.Issued, delivered), true // it is never received before
		}
		return invoiced.Received, false
	default:
		return invoiced.Issued, false
	}
}

func endOfDecade(d calendar.Date) calendar.Date {
	if d.Day() > 20 {
		return d.EndOfMonth()
	}
	tenth := calendar.NewDate(d.Year(), d.Month(), 10)
	if d <= tenth {
		return tenth
	}
	return tenth.AddDays(10)
}

// Package demo plays the debtors of the demonstration portfolio: some pay on
// time, some after a reminder, in parts, twice, too much or never; a payment
// bounces, an invoice is disputed. Everything it does goes the way billing code
// would go.
package demo

import (
	"fmt"
	"slices"
	"time"

	"relance/calendar"
	"relance/casefile"
)

// behaviour is what one debtor does about one invoice: a name for the summary,
// and acts by days from the due date.
type behaviour struct {
	name string
	acts []act
}

// act is one thing a debtor, the bank or the creditor does.
type act struct {
	day  int
	what deed
	// percent of what is open at that moment, for payments and credit notes.
	percent int64
	// number tells apart the acts of one kind; a payment and its reversal, or the
	// same payment signalled twice, have the same number.
	number int
	// days is how long a hold lasts.
	days int
}

type deed string

const (
	pay           deed = "pays"
	payAgain      deed = "is signalled as paid a second time"
	payForeign    deed = "pays in US dollars"
	reverse       deed = "sees the payment returned by the bank"
	dispute       deed = "disputes the invoice"
	creditPartly  deed = "receives a credit note"
	resumeDispute deed = "has the dispute settled"
)

// behaviours are given to the invoices of the portfolio in turn.
func behaviours() []behaviour {
	return []behaviour{
		{"pays after the first reminder", []act{{day: 6, what: pay, percent: 100, number: 1}}},
		{"never pays", nil},
		{"pays in two parts", []act{{day: 5, what: pay, percent: 40, number: 1}, {day: 20, what: pay, percent: 100, number: 2}}},
		{"pays on time", []act{{day: -2, what: pay, percent: 100, number: 1}}},
		{"payment bounces, then pays", []act{
			{day: 4, what: pay, percent: 100, number: 1}, {day: 18, what: reverse, number: 1}, {day: 34, what: pay, percent: 100, number: 2},
		}},
		{"disputes, is credited, pays the rest", []act{
			{day: 8, what: dispute, number: 1, days: 30}, {day: 21, what: creditPartly, percent: 15, number: 1},
			{day: 22, what: resumeDispute, number: 1}, {day: 40, what: pay, percent: 100, number: 1},
		}},
		{"pays after the courtesy notice", []act{{day: -4, what: pay, percent: 100, number: 1}}},
		{"overpays", []act{{day: 12, what: pay, percent: 110, number: 1}}},
		{"pays, signalled twice", []act{{day: 9, what: pay, percent: 60, number: 1}, {day: 10, what: payAgain, number: 1}, {day: 26, what: pay, percent: 100, number: 2}}},
		{"pays in the wrong currency first", []act{{day: 7, what: payForeign, percent: 100, number: 1}, {day: 25, what: pay, percent: 100, number: 2}}},
		{"pays after the formal notice", []act{{day: 38, what: pay, percent: 100, number: 1}}},
	}
}

// scheduled is an act with its moment.
type scheduled struct {
	act
	id       string
	at       time.Time
	creditor string
	invoice  string
}

// schedule dates what is done about the invoices of the portfolio. What each
// debtor does depends on nothing but the invoice: other cases, such as an invoice
// of the user's own, are left alone.
func schedule(rows []casefile.CaseRow) []scheduled {
	var acts []scheduled
	all, agreed := behaviours(), agreements()
	for _, row := range rows {
		i := slices.Index(invoices(), row.Invoice)
		if row.Creditor != Creditor || i < 0 {
			continue
		}
		played, found := agreed[row.Invoice]
		if !found {
			played = all[i%len(all)]
		}
		for _, a := range played.acts {
			acts = append(acts, scheduled{
				act: a, creditor: row.Creditor, invoice: row.Invoice,
				id: fmt.Sprintf("demo/%s/%s/%d", row.Invoice, a.what, a.number),
				at: dayAt(row.DueDate.AddDays(a.day), i),
			})
		}
	}
	return acts
}

// dayAt spreads what happens on one day over its business hours.
func dayAt(date calendar.Date, i int) time.Time {
	return date.Time(time.UTC).Add(8*time.Hour + time.Duration(i*17%480)*time.Minute)
}

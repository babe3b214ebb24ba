// Package calls prepares telephone calls: whom to call at which number, what to
// say, what was promised, and how the debtor was contacted before, all as the case
// file has it at this moment.
package calls

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/messaging"
	"relance/messaging/compose"
	"relance/money"
)

// Desk prepares calls from a case file. It is safe for concurrent use.
type Desk struct {
	Store     *casefile.Store
	Templates *compose.Templates
	// Clock gives the business time.
	Clock func() calendar.Clock
}

// Sheet is what the person who calls has before them.
type Sheet struct {
	Creditor string
	Invoice  string
	Debtor   casefile.Debtor
	// Open is what the debtor is asked for; Disputed is open too and contested.
	Open, Disputed money.Amount
	// Tasks are the open tasks that ask for the call; usually one or none.
	Tasks   []casefile.Task
	Numbers []Number
	Script  compose.Script
	// Promises are the payments promised for a day that has not passed.
	Promises []casefile.ManualContact
	// Contacts are the messages that left and how people got in touch, newest first.
	Contacts []Contact
}

// Number is a number to call.
type Number struct {
	Name string
	Role string
	// E164 is the number for machines, Printed the one to dial.
	E164    string
	Printed string
}

// Contact is one contact with the debtor.
type Contact struct {
	At  time.Time
	How string // a channel, or how a person got in touch
	// What is the step of a message, or the outcome of a call.
	What string
	By   string // empty for a message
	Note string
}

// Sheet prepares a call about an invoice. An invoice without a case is
// casefile.ErrUnknownCase; a closed case has nothing to call about and is a
// *collection.Refusal.
func (d *Desk) Sheet(ctx context.Context, creditor, invoice string) (Sheet, error) {
	file, err := d.Store.CaseFile(ctx, creditor, invoice)
	if err != nil {
		return Sheet{}, err
	}
	if file.Position.Open.Sign() == 0 {
		return Sheet{}, collection.Refuse(collection.RefusedClosed, "nothing is open of %s: there is nothing to call about", file.Case.ID())
	}
	if file.Case.Claimable().Sign() == 0 {
		return Sheet{}, collection.Refuse(collection.RefusedNotNow, "all that is open of %s is contested: answer the dispute before anybody asks for the money", file.Case.ID())
	}
	today := file.Case.Window.DateOf(d.Clock().Now())
	sheet := Sheet{
		Creditor: creditor, Invoice: invoice, Debtor: file.Debtor, Open: file.Case.Claimable(), Disputed: file.Case.Disputed(),
		Numbers: numbers(file), Contacts: contacts(file),
	}
	for _, task := range file.Tasks {
		if task.Kind == collection.TaskCall && task.State == casefile.TaskOpen {
			sheet.Tasks = append(sheet.Tasks, task)
		}
	}
	for _, contact := range file.ManualContacts {
		if contact.IsPromise(today) {
			sheet.Promises = append(sheet.Promises, contact)
		}
	}
	language := cmp.Or(file.Debtor.Language, file.Creditor.Language)
	sheet.Script, err = d.Templates.Script(language, facts(file, sheet.Promises, language, today))
	if err != nil {
		return Sheet{}, fmt.Errorf("writing the script of a call about %s: %w", file.Case.ID(), err)
	}
	return sheet, nil
}

// payables is the contact role that pays the invoices.
const payables = "accounts-payable"

// numbers are the debtor's numbers, those who pay the invoices first.
func numbers(file casefile.File) []Number {
	var found []Number
	for _, contact := range file.Contacts {
		if contact.Phone != "" && !slices.ContainsFunc(found, func(n Number) bool { return n.E164 == contact.Phone }) {
			found = append(found, Number{
				Name: contact.Name, Role: contact.Role, E164: contact.Phone, Printed: messaging.PrintPhone(contact.Phone, file.Creditor.Country),
			})
		}
	}
	slices.SortStableFunc(found, func(a, b Number) int {
		return cmp.Compare(rank(a), rank(b))
	})
	return found
}

func rank(n Number) int {
	if n.Role == payables {
		return 0
	}
	return 1
}

func contacts(file casefile.File) []Contact {
	var made []Contact
	for _, message := range file.Messages {
		if !message.AcceptedAt.IsZero() {
			made = append(made, Contact{At: message.BusinessAt, How: string(message.Channel), What: message.Step, Note: string(message.State)})
		}
	}
	for _, contact := range file.ManualContacts {
		made = append(made, Contact{At: contact.At, How: string(contact.Channel), What: string(contact.Outcome), By: contact.By, Note: contact.Note})
	}
	slices.SortStableFunc(made, func(a, b Contact) int { return b.At.Compare(a.At) })
	return made
}

// facts are what the script may say.
func facts(file casefile.File, promises []casefile.ManualContact, language string, today calendar.Date) compose.Facts {
	f := compose.Facts{
		Creditor: file.Creditor.Letterhead(file.Debtor), Debtor: file.Debtor.Addressee(file.Creditor, language), Today: today,
		Invoices: []compose.Invoice{{
			Number: file.Invoice.Number, IssueDate: file.Invoice.IssueDate, DueDate: file.Invoice.DueDate,
			Total: file.Position.Total, Paid: file.Position.PrincipalPaid(), Credited: file.Position.Credited,
			Open: file.Case.Claimable(), Disputed: file.Case.Disputed(),
			DaysLate: max(0, int(today-file.Invoice.DueDate)),
		}},
		TotalOpen:        file.Case.Claimable(),
		PaymentReference: cmp.Or(file.Invoice.PaymentReference, file.Invoice.Number),
		Previous:         previous(file),
	}
	for _, contact := range file.Contacts {
		if contact.Phone != "" && (f.Contact.Name == "" || contact.Role == payables) {
			f.Contact.Name = contact.Name
		}
	}
	for _, promise := range promises {
		f.Promises = append(f.Promises, compose.Promise{On: promise.On, Amount: promise.Promised})
	}
	return f
}

// previous are the notices that left, each step once.
func previous(file casefile.File) []compose.PreviousNotice {
	var notices []compose.PreviousNotice
	seen := map[string]bool{}
	for _, message := range file.Messages {
		if message.AcceptedAt.IsZero() || message.State.IsFailure() || seen[message.Step] {
			continue
		}
		seen[message.Step] = true
		kind := compose.ReminderNotice
		if step, found := file.Case.Strategy.Step(message.Step); found && step.DueOffset < 0 {
			kind = compose.CourtesyNotice
		} else if found && step.Tone == collection.ToneFormal {
			kind = compose.FormalNotice
		}
		notices = append(notices, compose.PreviousNotice{Date: file.Case.Window.DateOf(message.BusinessAt), Kind: kind})
	}
	return notices
}

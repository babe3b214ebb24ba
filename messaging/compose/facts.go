// Package compose turns the facts of a case into what a debtor reads: the
// subject, text and HTML of a mail, the text of an SMS, the wording of a letter.
// The words are templates, plain data checked when they are loaded; amounts,
// dates and plurals follow the reader's language. The same facts always give the
// same bytes, so that what was sent can be proved later.
package compose

import (
	"slices"

	"relance/calendar"
	"relance/epcqr"
	"relance/identifiers"
	"relance/law"
	"relance/messaging/audience"
	"relance/money"
)

// Facts is everything a template may say. There is nothing else: a template that
// names a field missing here is refused when it is loaded. Required fields are
// marked so; a template shows the others only when they are given.
type Facts struct {
	// Creditor is the company that is owed and signs the message.
	Creditor Creditor
	// Debtor is the customer that owes.
	Debtor Debtor
	// Audience is what kind of payer the debtor is: it chooses among the texts of a
	// template. The kind of a debtor goes before it.
	Audience audience.Audience
	// Contact is the person the message is addressed to.
	Contact Contact
	// Invoices are the invoices the message is about, oldest due date first.
	// Required, at least one; templates must cope with several.
	Invoices []Invoice
	// Upcoming are invoices that are announced beside them because they will be due
	// soon: nothing is asked for them yet, and TotalOpen is without them.
	Upcoming []Invoice
	// TotalOpen is the sum of what is still due on the invoices, late fees not
	// included; in a message about a plan, what it asks for. Required, zero when a receipt
	// finds everything paid.
	TotalOpen money.Amount
	// Deadline is the last day on which a payment answers this message. Required
	// by every template that asks for a payment after the due date.
	Deadline calendar.Date
	// Today is the day the message is written. Required.
	Today calendar.Date
	// MessageRef is the short reference of this message, quoted in answers.
	MessageRef string
	// Unsubscribe is the address at which the reader of a mail asks for no more of
	// them; empty when there is none.
	Unsubscribe string
	// PaymentReference is what the debtor should write on the transfer; without
	// it the templates ask for the invoice numbers.
	PaymentReference string
	// PaymentCode is the code the debtor may scan to pay, nil when there is none. It
	// pays to the creditor's account, and what it pays is what the message asks for;
	// its reference is then the one to write on a transfer.
	PaymentCode *PaymentCode
	// Previous are the notices already delivered about these invoices, oldest
	// first.
	Previous []PreviousNotice
	// Promises are the payments the debtor announced for a day that has not passed.
	Promises []Promise
	// BrokenPromises are the payments that were promised and of which nothing came,
	// since the last notice.
	BrokenPromises []Promise
	// Payment is the payment a receipt acknowledges, nil in any other message.
	Payment *Payment
	// Discounts are the offers to pay less quickly that can still be taken.
	Discounts []Discount
	// Plan is the instalment plan the message is about, nil in any other message.
	Plan *Plan
	// LateFees are the statutory late-payment interest and indemnity, nil when
	// they are not claimed with an amount. Never claimed from a consumer.
	LateFees *LateFees
	// Mediation is the mediation a message invites to, nil in any other message. Its
	// Deadline is then the day to answer by.
	Mediation *Mediation
	// NextStep is what follows when the deadline passes without payment.
	NextStep NextStep
	// AlsoByPost says that the step of a mail posts a letter too.
	AlsoByPost bool
	// LetterNumber is the number of a letter in the creditor's register of letters,
	// "2026-000123"; empty in other messages and on copies.
	LetterNumber string
	// Registered says that the letter is posted registered, with acknowledgement of
	// receipt. A copy of it by mail says so too.
	Registered bool
}

// Creditor is the sender, as its business papers show it.
type Creditor struct {
	// ID is the creditor's ID in the case file: it chooses the creditor's own
	// templates, and is not for debtors.
	ID string
	// Name is the company's name, also the payee of transfers. Required.
	Name string
	// Legal is the line of mentions business papers must carry (C. com. R123-237):
	// "SAS au capital de 50 000 €, RCS Lyon 732 829 320".
	Legal string
	// Address is the postal address without the name, one line per element.
	Address []string
	// City is the place written beside the date of a letter.
	City string
	// SIREN is the company number, nine digits without spaces.
	SIREN string
	// VAT is the VAT identification number.
	VAT string
	// IBAN is the account to pay to, without spaces.
	IBAN string
	// BIC identifies the bank of that account.
	BIC string
	// Phone is the number a debtor may call, as it is to be printed.
	Phone string
	// Email is the address a debtor may write to.
	Email string
	// Website is an http or https address, the only link a message may carry.
	Website string
	// SignatoryName is the person who signs.
	SignatoryName string
	// SignatoryTitle is that person's function, "Credit manager".
	SignatoryTitle string
	// ConsumerMediator is the name and address of the consumer mediator the
	// company belongs to (C. conso. L616-1), shown to consumers only.
	ConsumerMediator string
	// Language is the language used when a debtor's own has no template: "fr".
	Language string
}

// Debtor is the customer that owes.
type Debtor struct {
	// Name is the company's or the person's name. Required.
	Name string
	// Address is the postal address without the name, one line per element.
	Address []string
	// Kind says which law applies. Required.
	Kind DebtorKind
	// Account is the debtor's customer number at the creditor.
	Account string
}

// DebtorKind says which law of late payment applies to a debtor.
type DebtorKind string

// The kinds of debtors.
const (
	Business DebtorKind = "business"
	Consumer DebtorKind = "consumer"
	Public   DebtorKind = "public"
)

// Contact is the person or the department addressed.
type Contact struct {
	// Name is a person's full name without title ("Claire Martin"), a department
	// ("Service fournisseurs"), or empty.
	Name string
}

// Person is the name of a person one may greet with it, empty when the contact
// is a department.
func (c Contact) Person() string {
	if isDepartment(c.Name) {
		return ""
	}
	return c.Name
}

// Invoice is one unpaid or part-paid invoice. Its amounts must agree: what is
// open is the total less payments, credit notes and what is disputed.
type Invoice struct {
	// Number is the number printed on the invoice. Required.
	Number string
	// IssueDate is the date printed on the invoice.
	IssueDate calendar.Date
	// DueDate is the last day of the payment term. Required.
	DueDate calendar.Date
	// Total is the amount including VAT. Required.
	Total money.Amount
	// Paid is the sum of the payments received so far.
	Paid money.Amount
	// Credited is the sum of the credit notes that reduce the invoice.
	Credited money.Amount
	// Disputed is the part that the debtor contests: it is not asked for.
	Disputed money.Amount
	// Open is what is still asked for, late fees and what is disputed not included.
	// Required.
	Open money.Amount
	// DaysLate counts the days since the due date, 0 when it has not passed.
	DaysLate int
	// References are the debtor's own references: order and contract numbers.
	References []string
	// Debtor is the name of the debtor, and DebtorOpen what is open of all its invoices in
	// the message; both only on the first invoice of each, in a message to a parent about
	// several of its group.
	Debtor     string
	DebtorOpen money.Amount
}

// PreviousNotice is a notice the debtor has already had.
type PreviousNotice struct {
	// Date is the day it was sent.
	Date calendar.Date
	// Kind is what it was.
	Kind NoticeKind
}

// NoticeKind is what a previous notice was.
type NoticeKind string

// The kinds of notices.
const (
	CourtesyNotice NoticeKind = "courtesy"
	ReminderNotice NoticeKind = "reminder"
	FormalNotice   NoticeKind = "formal-notice"
)

// Promise is a payment announced for a day.
type Promise struct {
	// On is the day.
	On calendar.Date
	// Amount is what was announced, not set when no amount was named.
	Amount money.Amount
}

// Payment is a payment received.
type Payment struct {
	// Amount is what was received.
	Amount money.Amount
	// Date is the value date of the funds.
	Date calendar.Date
}

// PaymentCode is a transfer a banking app fills in from a picture. What is printed
// beside the picture is what is in it.
type PaymentCode struct {
	// Code is the picture. Required.
	Code epcqr.Code
}

// Reference is the creditor reference in groups of four, or the text of a transfer
// without one.
func (p PaymentCode) Reference() string {
	if reference := p.Code.Transfer().Reference; reference != "" {
		return reference.Print()
	}
	return p.Code.Transfer().Text
}

// IBAN is the account to pay to, in groups of four.
func (p PaymentCode) IBAN() string { return identifiers.PrintIBAN(p.Code.Transfer().IBAN) }

// Amount is what the transfer pays.
func (p PaymentCode) Amount() money.Amount { return p.Code.Transfer().Amount }

// Mediation is an invitation to settle the matter with a third person.
type Mediation struct {
	// Kind is company-mediator, conciliator, contractual or conventional. Required.
	Kind string
	// Name is the mediator's, Contact how to reach it, and Fee what it costs and who
	// pays, as the creditor configured them; empty when it named none.
	Name    string
	Contact string
	Fee     string
}

// LateFees are the accessories due by law, kept apart from the invoices.
type LateFees struct {
	// Interest is the late-payment interest until AsOf.
	Interest money.Amount
	// Indemnity is the fixed sum for recovery costs (C. com. D441-5).
	Indemnity money.Amount
	// Costs are costs of recovery that the creditor can prove, zero or not set when
	// there are none.
	Costs money.Amount
	// Total is the sum of all.
	Total money.Amount
	// AsOf is the last day the interest was counted for.
	AsOf calendar.Date
	// Periods are how the interest came about, for letters; empty where payments or
	// waivers took a part of it.
	Periods []InterestPeriod
}

// InterestPeriod is a time in which the principal and the rate stayed the same.
type InterestPeriod struct {
	// Invoice is the number of the invoice that bore interest.
	Invoice string
	// From and To are its first and its last day.
	From, To calendar.Date
	// Days are how many they are, of a year of YearDays.
	Days, YearDays int
	// Rate is in percent a year.
	Rate law.Percent
	// Principal is what bore interest.
	Principal money.Amount
}

// NextStep is what the strategy does when the deadline passes.
type NextStep string

// The steps a message may announce. NoNextStep announces nothing.
const (
	NoNextStep       NextStep = ""
	NextReminder     NextStep = "reminder"
	NextFormalNotice NextStep = "formal-notice"
	NextMediation    NextStep = "mediation"
	NextHandoff      NextStep = "handoff"
)

// Single reports whether the message is about one invoice only.
func (f Facts) Single() bool { return len(f.Invoices) == 1 }

// Numbers are the numbers of the invoices.
func (f Facts) Numbers() []string {
	numbers := make([]string, len(f.Invoices))
	for i, invoice := range f.Invoices {
		numbers[i] = invoice.Number
	}
	return numbers
}

// TheirReferences are the debtor's references of all the invoices, each once.
func (f Facts) TheirReferences() []string {
	var references []string
	for _, invoice := range f.Invoices {
		for _, reference := range invoice.References {
			if !slices.Contains(references, reference) {
				references = append(references, reference)
			}
		}
	}
	return references
}

// Oldest is the invoice that has been due for longest.
func (f Facts) Oldest() Invoice {
	var oldest Invoice
	for i, invoice := range f.Invoices {
		if i == 0 || invoice.DueDate < oldest.DueDate {
			oldest = invoice
		}
	}
	return oldest
}

// PartPaid reports whether something was already paid on one of the invoices.
func (f Facts) PartPaid() bool {
	for _, invoice := range f.Invoices {
		if invoice.Paid.Sign() > 0 {
			return true
		}
	}
	return false
}

// PartCredited reports whether a credit note reduces one of the invoices.
func (f Facts) PartCredited() bool {
	for _, invoice := range f.Invoices {
		if invoice.Credited.Sign() > 0 {
			return true
		}
	}
	return false
}

// PartDisputed reports whether a part of one of the invoices is contested.
func (f Facts) PartDisputed() bool {
	for _, invoice := range f.Invoices {
		if invoice.Disputed.Sign() > 0 {
			return true
		}
	}
	return false
}

// Reduced reports whether less is due than the invoices' totals, by payments, by
// credit notes or by what is disputed: a message must then not name a total without
// what came off it.
func (f Facts) Reduced() bool { return f.PartPaid() || f.PartCredited() || f.PartDisputed() }

// Claimed is all that a message asks for: what is due on the invoices, and the late
// fees where they are claimed with an amount.
func (f Facts) Claimed() (money.Amount, error) {
	if f.LateFees == nil {
		return f.TotalOpen, nil
	}
	return f.TotalOpen.Add(f.LateFees.Total)
}

// fewInvoices is how many invoices a short text names one by one.
const fewInvoices = 3

// HasPaymentReference reports whether there is something shorter to quote on a transfer
// than the numbers of many invoices.
func (f Facts) HasPaymentReference() bool {
	return f.PaymentCode != nil || f.PaymentReference != "" || f.Debtor.Account != "" || len(f.Invoices) <= fewInvoices
}

// Reminders are the dates of the reminders already sent, oldest first.
func (f Facts) Reminders() []calendar.Date { return f.noticeDates(ReminderNotice) }

// FormalNotices are the dates of the formal notices already sent, oldest first.
func (f Facts) FormalNotices() []calendar.Date { return f.noticeDates(FormalNotice) }

func (f Facts) noticeDates(kind NoticeKind) []calendar.Date {
	var dates []calendar.Date
	for _, notice := range f.Previous {
		if notice.Kind == kind {
			dates = append(dates, notice.Date)
		}
	}
	return dates
}

package handoff

import (
	"relance/calendar"
	"relance/law"
	"relance/money"
)

// Circumstances are the facts about a claim that decide where it may go, as they are
// known on a day. What nobody recorded is left empty: it is then said to be missing or
// unknown, never assumed.
type Circumstances struct {
	On      calendar.Date
	DueDate calendar.Date
	// Open is the principal, Claimed the principal and the interest claimed.
	Open    money.Amount
	Claimed money.Amount
	Debtor  law.Debtor
	// The countries are ISO 3166-1 codes, empty where they are not known.
	DebtorCountry   string
	CreditorCountry string
	// CompanyNumber: the debtor's registration is known. FullAddress: its address is.
	CompanyNumber bool
	FullAddress   bool
	// InsolvencyOn is the day of an opening judgment.
	InsolvencyOn calendar.Date
	// OverIndebtedOn is the day of the decision that a consumer's file is admissible.
	OverIndebtedOn calendar.Date
	// Dispute names what the debtor contests, or the hold that says so.
	Dispute string
	// LimitationDay is the prudent last day to go to court, LimitationPassed whether it
	// is over and nothing stops it.
	LimitationDay    calendar.Date
	LimitationPassed bool
	// NoticeSent is when the last formal notice left, NoticeServed when it is proven to
	// have reached the debtor.
	NoticeSent   calendar.Date
	NoticeServed calendar.Date
	// NoticeDeadline is the day it gave the debtor to pay.
	NoticeDeadline calendar.Date
	// InvoiceDocument: the invoice itself is kept.
	InvoiceDocument bool
	// AmicableAttempt is the day of an attempt that CPC 750-1 asks for: the certificate
	// of a mediator or conciliator, or a small-claims procedure tried in vain.
	AmicableAttempt calendar.Date
}

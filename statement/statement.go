// Package statement makes the statement of account: what a debtor owes on one or
// all of its invoices on a day, what was paid and what each payment paid, how the
// interest came about, and what every further day costs. All figures are made
// here, once, from the ledger; what shows them adds nothing up.
package statement

import (
	"relance/calendar"
	"relance/collection"
	"relance/latefees"
	"relance/law"
	"relance/ledger"
	"relance/money"
)

// Statement is how the account of a debtor stands at the end of a day.
type Statement struct {
	// On is the last day that counts.
	On calendar.Date `json:"on"`
	// Language is that of the texts of the notes, empty while they have none.
	Language string `json:"language,omitempty"`
	Creditor Party  `json:"creditor"`
	Debtor   Party  `json:"debtor"`
	// Invoice is set when the statement is about one invoice only.
	Invoice string  `json:"invoice,omitempty"`
	Cases   []Case  `json:"cases" nullable:"false"`
	Totals  []Total `json:"totals" nullable:"false" doc:"One for each currency."`
}

// Party is the creditor or the debtor.
type Party struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Case is one invoice on the statement.
type Case struct {
	Invoice  string        `json:"invoice"`
	IssuedOn calendar.Date `json:"issued_on,omitzero"`
	DueOn    calendar.Date `json:"due_on"`
	// PaymentReference is what the invoice asks to quote on a transfer.
	PaymentReference string       `json:"payment_reference,omitempty"`
	Total            money.Amount `json:"total" doc:"What the invoice claims, with VAT."`
	// Closed is how a person closed the case by then, not set when nobody did.
	Closed   collection.Stage `json:"closed,omitempty" enum:"written-off,withdrawn,handed-over"`
	ClosedOn calendar.Date    `json:"closed_on,omitzero"`
	// Receipts are payments, credit notes and reversals, in the order of time.
	Receipts []Receipt `json:"receipts" nullable:"false"`
	// ClaimedFrom is the day from which late fees are asked for.
	ClaimedFrom calendar.Date `json:"late_fees_claimed_from,omitzero"`
	// Segments explain the interest. Each is rounded to be read; what is owed was
	// rounded once, at each payment and at the end.
	Segments []Segment `json:"interest" nullable:"false"`
	// InterestExact is the sum of the segments before rounding, cut off after six
	// more decimals than the currency has.
	InterestExact string   `json:"interest_exact,omitempty" example:"337.99441183 EUR"`
	Costs         []Cost   `json:"costs" nullable:"false"`
	Waivers       []Waiver `json:"waivers" nullable:"false"`
	// Lines are the parts of what is owed.
	Lines []Line `json:"parts" nullable:"false"`
	// Overpaid is what was received beyond the claim and belongs to the debtor.
	Overpaid money.Amount `json:"overpaid"`
	// Disputed is the part of the open principal that is not asked for.
	Disputed money.Amount `json:"disputed,omitzero" doc:"What of the open principal is contested, and not asked for."`
	// Due is what is asked for, one sum for each currency: nothing when the case was
	// written off or withdrawn.
	Due    []money.Amount `json:"due" nullable:"false"`
	PerDay Daily          `json:"per_day,omitzero"`
	Notes  []Note         `json:"notes" nullable:"false"`
}

// Receipt is money that came in, was credited, or went back.
type Receipt struct {
	Kind ledger.EntryKind `json:"kind" enum:"payment,credit-note,discount,reversal"`
	ID   string           `json:"id"`
	On   calendar.Date    `json:"on,omitzero"`
	// Amount of a reversal is that of its payment, less than nothing.
	Amount money.Amount `json:"amount,omitzero"`
	// Reverses is the payment that a reversal takes back, ReversedOn the day a
	// payment was taken back.
	Reverses   string        `json:"reverses,omitempty"`
	ReversedOn calendar.Date `json:"reversed_on,omitzero"`
	// NotCounted says why it counts for nothing.
	NotCounted Reason `json:"not_counted,omitempty" enum:"another-currency,payment-not-known,taken-back-already"`
	// Pays is what it paid, not set when it was taken back or does not count.
	Pays Pays `json:"pays,omitzero"`
}

// Reason is why a receipt does not count.
type Reason string

// The reasons.
const (
	AnotherCurrency  Reason = "another-currency"
	PaymentNotKnown  Reason = "payment-not-known"
	TakenBackAlready Reason = "taken-back-already"
)

// Pays is a receipt divided among what it paid; together they are its amount.
type Pays struct {
	Principal money.Amount `json:"principal"`
	Interest  money.Amount `json:"interest"`
	Indemnity money.Amount `json:"indemnity"`
	Costs     money.Amount `json:"costs"`
	// Credit is what was left over and belongs to the debtor.
	Credit money.Amount `json:"credit"`
}

// Segment is a time in which principal and rate stayed the same.
type Segment struct {
	From calendar.Date `json:"from"`
	To   calendar.Date `json:"to"`
	Days int           `json:"days"`
	// Rate is in percent a year of YearDays days.
	Rate     law.Percent  `json:"rate" example:"12.15"`
	YearDays int          `json:"year_days" example:"365"`
	Base     money.Amount `json:"base" doc:"The principal that bears the interest."`
	Amount   money.Amount `json:"amount" doc:"Rounded to be read: what is owed is rounded once."`
	Exact    string       `json:"exact" example:"199.72602739 EUR"`
	Rule     string       `json:"rule" example:"late-interest/FR/business"`
	Article  string       `json:"article"`
}

// Cost is a cost of recovery that was claimed.
type Cost struct {
	ID     string        `json:"id"`
	On     calendar.Date `json:"on,omitzero"`
	Amount money.Amount  `json:"amount"`
	Note   string        `json:"note"`
}

// Waiver is late fees that were given up: one for each part.
type Waiver struct {
	ID     string        `json:"id"`
	On     calendar.Date `json:"on,omitzero"`
	Part   ledger.Part   `json:"part" enum:"interest,indemnity,costs"`
	Amount money.Amount  `json:"amount"`
	Note   string        `json:"note"`
}

// Line is one part of what is owed. It balances:
//
//	Arisen = Paid + Credited + Waived + Tolerated + NotClaimed + Open
type Line struct {
	Part   ledger.Part  `json:"part" enum:"principal,interest,indemnity,costs"`
	Arisen money.Amount `json:"arisen" doc:"What it came to, claimed or not."`
	// Paid and Credited are what payments and credit notes paid of it.
	Paid     money.Amount `json:"paid"`
	Credited money.Amount `json:"credited"`
	Waived   money.Amount `json:"waived"`
	// Tolerated is a rest that is too small to claim.
	Tolerated money.Amount `json:"tolerated"`
	// NotClaimed has arisen by law and nobody asked for it yet.
	NotClaimed money.Amount `json:"not_claimed"`
	Open       money.Amount `json:"open"`
	// Article is the text that the fixed sum follows from.
	Article string `json:"article,omitempty"`
}

// Daily is what each day after the statement costs more.
type Daily struct {
	Amount money.Amount `json:"amount"`
	Exact  string       `json:"exact" example:"2.10736131 EUR"`
	// Unknown: the rate of the day after is in no table yet.
	Unknown bool `json:"unknown,omitempty"`
}

// Total is the sum of all cases in a currency. Due, GivenUp and Disputed together are
// what is open on its lines.
type Total struct {
	Currency money.Currency `json:"currency"`
	Lines    []Line         `json:"parts" nullable:"false"`
	// Overpaid belongs to the debtor and is not set off.
	Overpaid money.Amount `json:"overpaid"`
	// GivenUp is open on invoices that were written off or withdrawn.
	GivenUp money.Amount `json:"given_up"`
	// Disputed is open and not asked for, because it is contested.
	Disputed money.Amount `json:"disputed,omitzero"`
	Due      money.Amount `json:"due"`
	// PerDay counts the cases whose late fees are claimed.
	PerDay Daily `json:"per_day,omitzero"`
}

// NoteCode names a thing that the reader of a case should know.
type NoteCode string

// The notes. The words of a language have a text for each.
const (
	// NoteNotClaimed: late fees have arisen and are not asked for.
	NoteNotClaimed NoteCode = "not-claimed"
	// NoteRateMissing: a half-year is in no table, and no interest is told.
	NoteRateMissing NoteCode = "rate-missing"
	// NoteNextDayUnknown: the half-year of the day after is in no table.
	NoteNextDayUnknown NoteCode = "next-day-unknown"
	// NoteNoNotice: interest begins with a formal notice, and none was received.
	NoteNoNotice NoteCode = "no-notice"
	// NoteRounded: the rounded segments do not add up to the interest.
	NoteRounded NoteCode = "rounded"
	// NoteDiscount: a discount for quick payment is offered and can still be taken.
	NoteDiscount NoteCode = "discount"
	// NoteGivenUp: the case was written off or withdrawn, and nothing is asked for.
	NoteGivenUp NoteCode = "given-up"
	// NoteInterestPaused: by law no interest runs from a day on; NoteInterestWasPaused:
	// nor did any between two days.
	NoteInterestPaused    NoteCode = "interest-paused"
	NoteInterestWasPaused NoteCode = "interest-was-paused"
)

// NoteCodes lists the codes of notes.
func NoteCodes() []NoteCode {
	return []NoteCode{NoteNotClaimed, NoteRateMissing, NoteNextDayUnknown, NoteNoNotice, NoteRounded, NoteDiscount, NoteGivenUp, NoteInterestPaused, NoteInterestWasPaused}
}

// Note is a thing that the reader of a case should know.
type Note struct {
	Code NoteCode `json:"code" enum:"not-claimed,rate-missing,next-day-unknown,no-notice,rounded,discount,given-up,interest-paused,interest-was-paused"`
	Text string   `json:"text"`
	// Rate and HalfYear are what a table lacks.
	Rate     law.Words    `json:"-"`
	HalfYear law.HalfYear `json:"-"`
	// Pause is the time in which no interest runs, by its article.
	Pause latefees.Span `json:"-"`
	// Saved, ToPay and Until are the discount that is offered.
	Saved money.Amount  `json:"-"`
	ToPay money.Amount  `json:"-"`
	Until calendar.Date `json:"-"`
}

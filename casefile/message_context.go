package casefile

import (
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/ledger"
	"relance/messaging/audience"
	"relance/money"
)

// NoticeContext is one notice with what it is composed from.
type NoticeContext struct {
	Key MessageKey
	// Step is the step whose notice it is.
	Step     collection.Step
	Deadline calendar.Date
	Case     collection.Case
	Invoice  Invoice
	Position ledger.Position
	// Today is the position with late fees counted to the day of the message.
	Today   ledger.Position
	Account ledger.Account
	Entries []LedgerEntry
	// Offer is the discount for quick payment that the message may name; without an ID
	// there is none.
	Offer ledger.Discount
	// Previous are the notices that a provider accepted, oldest first.
	Previous []PreviousNotice

	// Debtor is who owes it. The debtors of one message are of one group, whose parent
	// receives what is for them.
	Debtor Debtor
	// People are all who may take part in the message: see Question.
	People People
	// Behaviour is how the debtor paid its other invoices, and Decided what a person
	// said of it; see Reader.
	Behaviour audience.Behaviour
	Decided   audience.Audience
}

// Claimed is what of the invoice may be asked for: what is open and not disputed.
func (n NoticeContext) Claimed() money.Amount { return n.Case.Claimable() }

// Notice is the notice as the core groups it.
func (n NoticeContext) Notice() collection.Notice {
	return collection.NoticeOf(n.Case, n.Step, n.Key.Channel)
}

// MessageContext is what a message is composed from: the notice whose key it has,
// the parties, and what else may leave with it.
type MessageContext struct {
	NoticeContext
	// MessageID is the ID the message will have, to put into its bytes.
	MessageID string
	// LetterNumber is its number in the creditor's register of letters, empty when it
	// does not go on paper.
	LetterNumber string
	At           time.Time
	Creditor     Creditor
	// Plan is what the message tells of an instalment plan; empty for any other.
	Plan PlanNotice
	// Siblings are notices about other invoices in the same currency, of the debtor and
	// of those whose messages the same parent receives, that are due in the same contact
	// window over the same channel, that the gate lets go and that may join
	// (collection.Notice.MayJoin), by due date. The draft says which of them it carries.
	Siblings []NoticeContext
}

// PreviousNotice is one earlier message about the same invoice.
type PreviousNotice struct {
	Round    int
	Step     string
	Channel  collection.Channel
	SentAt   time.Time
	Deadline calendar.Date
	Template string
}

// Draft is a composed message.
type Draft struct {
	Contact     int64
	Recipient   string
	Template    string
	Language    string
	Subject     string
	ContentType string
	// Bytes are exactly what will be sent.
	Bytes []byte
	// Text is which text worded it.
	Text MessageText
	// Deadline is the day until which it asks to be paid; that of the reservation when
	// it is not set.
	Deadline calendar.Date
	// ClaimsLateFees: the message asks for the late fees of what is due. Once the
	// provider has accepted it, they are claimed.
	ClaimsLateFees bool
	// Carries are the keys of the siblings it is about as well.
	Carries []MessageKey
}

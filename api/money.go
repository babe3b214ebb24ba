package api

import (
	"context"
	"net/http"
	"strings"

	"relance/calendar"
	"relance/cases"
	"relance/imports/invoice"
	"relance/money"
	"relance/workflows"
)

func (a *api) registerMoney() {
	answers := []answerKind{
		{http.StatusOK, "It counts; this is how the case stands now."},
		{http.StatusAccepted, "It is stored and will count: when a worker runs (pending), or when the invoice is taken in (kept)."},
	}
	problems := []problemCode{codeConflict, codeUnknownCreditor, codeNoAnswer}
	register(a, operation{
		id: "receive-payment", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/payments", group: groupMoney,
		summary: "Tell a case that money arrived",
		description: "The payment's own ID makes it count once: sending it again answers with the outcome duplicate. " +
			"A payment that settles the claim closes the case. A payment for an invoice that is not known is kept until it is.",
		answers: answers, problems: problems,
	}, a.receivePayment)
	register(a, operation{
		id: "reverse-payment", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/payments/{payment_id}/reversal", group: groupMoney,
		summary:     "Tell a case that a payment was taken back",
		description: "A returned direct debit, a chargeback, a bounced cheque. The whole payment is owed again, and a closed case opens at the step it had.",
		answers:     answers, problems: problems,
	}, a.reversePayment)
	register(a, operation{
		id: "issue-credit-note", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/credit-notes", group: groupMoney,
		summary: "Tell a case that the creditor lowered the claim",
		answers: answers, problems: problems,
	}, a.issueCreditNote)
}

// Wait is embedded in what can be waited for.
type Wait struct {
	// Wait is text, because the framework takes a false for missing.
	Wait string `query:"wait" enum:"true,false" default:"true" doc:"Wait up to 20 seconds until a worker has carried it out. With false the answer comes once it is stored."`
}

func (w Wait) isTrue() bool { return w.Wait == "true" }

type receivePaymentInput struct {
	CaseKey
	Wait
	Body payment
}

// payment is money that arrived.
type payment struct {
	ID         string            `json:"id" minLength:"1" maxLength:"200" example:"BNP-2026-11-20-0031" doc:"The payment's own ID: of the bank line, or of the payment provider. It counts once."`
	Amount     workflows.Decimal `json:"amount" doc:"Exact: text or number, more than nothing."`
	Currency   string            `json:"currency" minLength:"3" maxLength:"3" example:"EUR" doc:"ISO 4217 code. Money in another currency than the invoice's is kept, and a person is asked."`
	ReceivedOn calendar.Date     `json:"received_on,omitzero" doc:"The value date; today when it is missing."`
	By         string            `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
}

type reversePaymentInput struct {
	CaseKey
	Wait
	PaymentID string `path:"payment_id" maxLength:"200" doc:"The ID of the payment, URL-escaped."`
	Body      reversal
}

// reversal is a payment that was taken back.
type reversal struct {
	ID         string        `json:"id" minLength:"1" maxLength:"200" example:"BNP-2026-11-24-0007" doc:"The reversal's own ID. It counts once."`
	ReversedOn calendar.Date `json:"reversed_on,omitzero" doc:"Today when it is missing."`
	By         string        `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
}

type issueCreditNoteInput struct {
	CaseKey
	Wait
	Body creditNote
}

// creditNote is a lowering of the claim.
type creditNote struct {
	Number   string            `json:"number" minLength:"1" maxLength:"200" example:"A-2026-0007" doc:"The credit note's number. It counts once."`
	Amount   workflows.Decimal `json:"amount" doc:"By how much the claim is lowered, exact: text or number, more than nothing."`
	Currency string            `json:"currency" minLength:"3" maxLength:"3" example:"EUR" doc:"ISO 4217 code."`
	IssuedOn calendar.Date     `json:"issued_on,omitzero" doc:"Today when it is missing."`
	By       string            `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
}

type moneyOutput struct {
	Status int
	Body   moneyTaken
}

// moneyTaken is what became of money, and how the case stands.
type moneyTaken struct {
	Status
	Outcome string `json:"outcome,omitempty" enum:"applied,duplicate,overpaid,unmatched" doc:"Applied: it counts. Duplicate: it was known, nothing changed. Overpaid: it settled the claim and left money over. Unmatched: it is kept and does not count yet."`
	Pending bool   `json:"pending,omitempty" doc:"It is stored at the case and not carried out yet."`
	Kept    bool   `json:"kept,omitempty" doc:"The invoice is not known; it counts when the invoice is taken in."`
	Note    string `json:"note,omitempty" doc:"What that means, in words."`
}

// sumGiven reads an amount of more than nothing, and says which member cannot be meant.
func sumGiven(decimal workflows.Decimal, code string) (money.Amount, error) {
	currency, err := money.ParseCurrency(strings.ToUpper(strings.TrimSpace(code)))
	if err != nil {
		return money.Amount{}, invalid("body.currency", code, err.Error())
	}
	given, err := money.Parse(string(decimal), currency)
	switch {
	case err != nil:
		return money.Amount{}, invalid("body.amount", string(decimal), err.Error())
	case given.Sign() <= 0:
		return money.Amount{}, invalid("body.amount", string(decimal), "it must be more than nothing; money that goes back is the reversal of its payment")
	default:
		return given, nil
	}
}

func (a *api) receivePayment(ctx context.Context, in *receivePaymentInput) (*moneyOutput, error) {
	creditor, number := in.key()
	given := in.Body
	if _, err := sumGiven(given.Amount, given.Currency); err != nil {
		return nil, err
	}
	outcome, err := a.Cases.ReceivePayment(ctx, creditor, number, workflows.PaymentReceived{
		ID: invoice.Tidy(given.ID), Amount: given.Amount, Currency: given.Currency, ReceivedOn: given.ReceivedOn, By: author(ctx, given.By),
	}, in.Wait.isTrue())
	return newMoneyOutput(creditor, number, outcome, err)
}

func (a *api) reversePayment(ctx context.Context, in *reversePaymentInput) (*moneyOutput, error) {
	creditor, number := in.key()
	given := in.Body
	outcome, err := a.Cases.ReversePayment(ctx, creditor, number, workflows.PaymentReversed{
		ID: invoice.Tidy(given.ID), PaymentID: invoice.Tidy(in.PaymentID), ReversedOn: given.ReversedOn, By: author(ctx, given.By),
	}, in.Wait.isTrue())
	return newMoneyOutput(creditor, number, outcome, err)
}

func (a *api) issueCreditNote(ctx context.Context, in *issueCreditNoteInput) (*moneyOutput, error) {
	creditor, number := in.key()
	given := in.Body
	if _, err := sumGiven(given.Amount, given.Currency); err != nil {
		return nil, err
	}
	outcome, err := a.Cases.IssueCreditNote(ctx, creditor, number, workflows.CreditNoteIssued{
		Number: invoice.Tidy(given.Number), Amount: given.Amount, Currency: given.Currency, IssuedOn: given.IssuedOn, By: author(ctx, given.By),
	}, in.Wait.isTrue())
	return newMoneyOutput(creditor, number, outcome, err)
}

func newMoneyOutput(creditor, number string, outcome cases.MoneyOutcome, err error) (*moneyOutput, error) {
	if err != nil {
		return nil, err
	}
	out := &moneyOutput{Status: http.StatusOK, Body: newMoneyTaken(creditor, number, outcome)}
	if outcome.Pending || outcome.Kept {
		out.Status = http.StatusAccepted
	}
	return out, nil
}

func newMoneyTaken(creditor, number string, outcome cases.MoneyOutcome) moneyTaken {
	told := moneyTaken{
		Status: newStatus(creditor, number, outcome.Status), Outcome: string(outcome.Outcome), Pending: outcome.Pending, Kept: outcome.Kept,
	}
	switch {
	case outcome.Pending && outcome.Outcome != "":
		told.Note = "It counts, so that nothing leaves that asks for it; the case goes on from it as soon as a worker runs."
	case outcome.Pending:
		told.Note = "It is stored and is carried out as soon as a worker runs."
	case outcome.Kept:
		told.Note = "There is no invoice of this number. It is kept, counts when the invoice is taken in, and a person is asked what it was for."
	}
	return told
}

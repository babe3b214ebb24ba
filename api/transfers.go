package api

import (
	"context"
	"net/http"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/imports/invoice"
	"relance/workflows"
)

func (a *api) registerTransfers() {
	register(a, operation{
		id: "receive-transfer", method: http.MethodPost, path: "/v1/transfers", group: groupMoney,
		summary: "Tell of one payment that may be for many invoices",
		description: "It is divided among the invoices that the debtor indicates (by number, or by writing a number or a creditor reference on the transfer), " +
			"then among its other open invoices as the law orders (C. civ. 1342-10): what is due, what late fees were claimed of, the oldest. What is left over is the debtor's credit. " +
			"Sending it again changes nothing.",
		answers:  []answerKind{{http.StatusOK, "What it paid of each invoice, and what became of it."}},
		problems: []problemCode{codeConflict, codeUnknownCreditor, codeNoAnswer},
	}, a.receiveTransfer)
	register(a, operation{
		id: "move-payment", method: http.MethodPost, path: "/v1/cases/{creditor}/{invoice}/payments/{payment_id}/move", group: groupMoney,
		summary:     "Put a payment on another invoice of the same creditor",
		description: "Money that was allocated wrongly. Both ledgers keep what happened: the payment is taken back here and received there, on its own value date.",
		answers:     []answerKind{{http.StatusOK, "How both cases stand now."}},
		problems:    []problemCode{codeUnknownCase, codeConflict, codeNotNow, codeNoAnswer},
	}, a.movePayment)
}

type transferInput struct {
	Wait
	Body struct {
		Creditor   string            `json:"creditor" minLength:"1" maxLength:"60" example:"acme"`
		ID         string            `json:"id" minLength:"1" maxLength:"150" example:"BNP-2026-11-20-0031" doc:"The payment's own ID. It counts once."`
		Amount     workflows.Decimal `json:"amount" doc:"Exact: text or number, more than nothing."`
		Currency   string            `json:"currency" minLength:"3" maxLength:"3" example:"EUR" doc:"ISO 4217 code."`
		ReceivedOn calendar.Date     `json:"received_on,omitzero" doc:"The value date; today when it is missing."`
		Remittance string            `json:"remittance,omitempty" maxLength:"1000" example:"FACTURES F-2026-0042 ET F-2026-0043" doc:"What the payer wrote on the transfer."`
		Invoices   []string          `json:"invoices,omitempty" maxItems:"200" doc:"Numbers of the invoices the debtor indicated otherwise."`
		Debtor     string            `json:"debtor,omitempty" maxLength:"200" doc:"The customer number of the payer, when it is known."`
		By         string            `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	}
}

type transferOutput struct{ Body transferTaken }

type transferTaken struct {
	Shares []transferShare `json:"shares" nullable:"false"`
}

type transferShare struct {
	Invoice  string     `json:"invoice,omitempty" doc:"Missing for what fits no invoice: a person is asked."`
	Payment  string     `json:"payment" doc:"The ID under which the share is in the ledger."`
	Amount   decimal    `json:"amount"`
	Currency string     `json:"currency"`
	Case     moneyTaken `json:"case" doc:"What became of it."`
}

func (a *api) receiveTransfer(ctx context.Context, in *transferInput) (*transferOutput, error) {
	given := in.Body
	amount, err := sumGiven(given.Amount, given.Currency)
	if err != nil {
		return nil, err
	}
	numbers := make([]string, 0, len(given.Invoices))
	for _, number := range given.Invoices {
		numbers = append(numbers, invoice.Tidy(number))
	}
	shares, err := a.Cases.ReceiveTransfer(ctx, casefile.Transfer{
		Creditor: given.Creditor, ID: invoice.Tidy(given.ID), Amount: amount, ReceivedOn: given.ReceivedOn,
		Remittance: invoice.Tidy(given.Remittance), Invoices: numbers, Debtor: invoice.Tidy(given.Debtor), Actor: author(ctx, given.By),
	}, in.Wait.isTrue())
	if err != nil {
		return nil, err
	}
	return &transferOutput{Body: transferTaken{Shares: each(shares, func(share cases.TransferShare) transferShare {
		return transferShare{
			Invoice: share.Invoice, Payment: share.Payment, Amount: decimalOf(share.Amount), Currency: string(share.Amount.Currency()),
			Case: newMoneyTaken(given.Creditor, share.Invoice, share.MoneyOutcome),
		}
	})}}, nil
}

type movePaymentInput struct {
	CaseKey
	PaymentID string `path:"payment_id" maxLength:"200" doc:"The ID of the payment, URL-escaped."`
	Body      struct {
		To string `json:"to" minLength:"1" maxLength:"200" doc:"The number of the invoice it is for."`
		ID string `json:"id" minLength:"1" maxLength:"200" example:"MOVE-2026-0004" doc:"The move's own ID. It counts once."`
		By string `json:"by,omitempty" maxLength:"100" doc:"Who says so; the name of the key when it is missing."`
	}
}

type movePaymentOutput struct{ Body paymentMoved }

type paymentMoved struct {
	From moneyTaken `json:"from"`
	To   moneyTaken `json:"to"`
}

func (a *api) movePayment(ctx context.Context, in *movePaymentInput) (*movePaymentOutput, error) {
	creditor, number := in.key()
	to := invoice.Tidy(in.Body.To)
	left, arrived, err := a.Cases.MovePayment(ctx, creditor, number, invoice.Tidy(in.PaymentID), to, invoice.Tidy(in.Body.ID), author(ctx, in.Body.By))
	if err != nil {
		return nil, err
	}
	return &movePaymentOutput{Body: paymentMoved{From: newMoneyTaken(creditor, number, left), To: newMoneyTaken(creditor, to, arrived)}}, nil
}

package main

import (
	"context"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/money"
)

type transferCmd struct {
	Creditor string `arg:"" help:"The creditor that was paid."`
	amountArg
	ID      string        `required:"" help:"The payment's own ID, of the bank line. The same ID counts once."`
	Text    string        `help:"What the payer wrote on the transfer: invoice numbers and creditor references in it are recognised."`
	Invoice []string      `help:"Number of an invoice that the debtor indicated otherwise; may be repeated."`
	Debtor  string        `help:"Customer number of the payer, when it is known."`
	On      calendar.Date `help:"Value date, YYYY-MM-DD; today by default." placeholder:"DATE"`
	By      string        `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

// Run takes one payment that may be for many invoices.
func (c *transferCmd) Run(p *program) error {
	amount, err := money.Parse(c.Amount, c.Currency)
	if err != nil {
		return err
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		shares, err := service.ReceiveTransfer(ctx, casefile.Transfer{
			Creditor: c.Creditor, ID: c.ID, Amount: amount, ReceivedOn: c.On, Remittance: c.Text, Invoices: c.Invoice, Debtor: c.Debtor,
			Actor: onCase{By: c.By}.author(),
		}, true)
		p.table("Shares", table.Row{"Invoice", "Amount", "Outcome", "Open now", "Stage"}, len(shares), func(i int) table.Row {
			share := shares[i]
			invoice := share.Invoice
			if invoice == "" {
				invoice = "fits none: a task asks"
			}
			return table.Row{invoice, share.Amount, share.Outcome, share.Open, share.Stage}
		})
		return err
	})
}

type movePaymentCmd struct {
	onCase
	Payment string `arg:"" help:"ID of the payment."`
	To      string `arg:"" help:"Number of the invoice it is for."`
	ID      string `required:"" help:"The move's own ID. It counts once."`
}

// Run puts a payment on another invoice.
func (c *movePaymentCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		left, arrived, err := service.MovePayment(ctx, c.Case.creditor, c.Case.invoice, c.Payment, c.To, c.ID, c.author())
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		fmt.Fprintf(p.out, "The payment %s is on invoice %s now.\n", c.Payment, c.To)
		p.printStatus(left.Status)
		p.printStatus(arrived.Status)
		return nil
	})
}

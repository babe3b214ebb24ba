package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/directdebit"
)

type debitFileCmd struct {
	Creditor string        `arg:"" help:"The creditor's ID."`
	Until    calendar.Date `required:"" help:"Instalments due until this day." placeholder:"DATE"`
	Output   string        `short:"o" required:"" help:"Write the file (pain.008.001.08) here." type:"path" placeholder:"FILE"`
	By       string        `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

// Run writes the direct debit file of a creditor.
func (c *debitFileCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		made, err := service.WriteDebitFile(ctx, c.Creditor, c.Until, onCase{By: c.By}.author())
		if len(made.Content) > 0 {
			// What stands in the file is not collected by another: keep it whatever else went wrong.
			if written := os.WriteFile(c.Output, made.Content, 0o600); written != nil {
				return fmt.Errorf("the file %s cannot be written: %w", made.ID, written)
			}
		}
		p.table("Not collected", table.Row{"Plan", "Why"}, len(made.LeftOut), func(i int) table.Row {
			return table.Row{made.LeftOut[i].Plan, made.LeftOut[i].Why}
		})
		if err != nil {
			return err
		}
		var untold []error
		for _, plan := range made.Untold {
			untold = append(untold, fmt.Errorf("the plan %s could not be told what the file collects of it: %w", plan.Plan, plan.Why))
		}
		if err := errors.Join(untold...); err != nil {
			return err
		}
		if len(made.Content) == 0 {
			fmt.Fprintln(p.out, "Nothing is to be collected.")
			return nil
		}
		p.table("Direct debits", table.Row{"End-to-end ID", "Plan", "Instalment", "Amount", "On", "Mandate", "Sequence"}, len(made.Debits), func(i int) table.Row {
			d := made.Debits[i]
			return table.Row{d.EndToEnd, d.Plan, d.Instalment, d.Amount, d.On, d.Collection.Mandate.ID, d.Sequence}
		})
		fmt.Fprintf(p.errOut, "The file %s is in %s\n", made.ID, c.Output)
		return nil
	})
}

// mandateCmd are the commands about mandates for direct debit.
type mandateCmd struct {
	Add    addMandateCmd    `cmd:"" help:"Record a mandate that a debtor signed."`
	Revoke revokeMandateCmd `cmd:"" help:"Record that a mandate may not be used any more."`
}

type addMandateCmd struct {
	Creditor string             `arg:"" help:"The creditor's ID."`
	ID       string             `arg:"" help:"The mandate's own ID (unique mandate reference)."`
	Debtor   string             `required:"" help:"The debtor's ID."`
	Scheme   directdebit.Scheme `help:"CORE or B2B." enum:"CORE,B2B" default:"CORE"`
	SignedOn calendar.Date      `required:"" help:"When it was signed." placeholder:"DATE"`
	Holder   string             `required:"" help:"Holder of the account."`
	Street   string             `help:"Street of the holder."`
	Postcode string             `help:"Postcode of the holder."`
	Town     string             `required:"" help:"Town of the holder."`
	Country  string             `help:"Country of the holder, two letters." default:"FR"`
	IBAN     string             `required:"" help:"Account to collect from." name:"iban"`
	BIC      string             `help:"Bank of that account." name:"bic"`
	By       string             `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

// Run records a mandate.
func (c *addMandateCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		err := service.Store.SaveMandate(ctx, casefile.Mandate{
			Creditor: c.Creditor, Debtor: c.Debtor, ID: c.ID, Scheme: c.Scheme, SignedOn: c.SignedOn, Name: c.Holder, Street: c.Street,
			Postcode: c.Postcode, Town: c.Town, Country: c.Country, IBAN: c.IBAN, BIC: c.BIC,
		}, onCase{By: c.By}.author(), service.Clock().Now())
		if err == nil {
			fmt.Fprintf(p.out, "The mandate %s is recorded.\n", c.ID)
		}
		return err
	})
}

type revokeMandateCmd struct {
	Creditor string        `arg:"" help:"The creditor's ID."`
	ID       string        `arg:"" help:"The mandate's ID."`
	On       calendar.Date `required:"" help:"The day it was revoked." placeholder:"DATE"`
}

// Run revokes a mandate.
func (c *revokeMandateCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		err := service.Store.RevokeMandate(ctx, c.Creditor, c.ID, c.On)
		if err == nil {
			fmt.Fprintf(p.out, "The mandate %s is revoked.\n", c.ID)
		}
		return err
	})
}

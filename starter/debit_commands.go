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
	Until    calendar.Date `xor:"what" required:"" help:"Instalments due until this day." placeholder:"DATE"`
	Again    string        `xor:"what" required:"" help:"Write this file again that was made before, as it was." placeholder:"ID"`
	Output   string        `short:"o" required:"" help:"Write the file (pain.008.001.08) here." type:"path" placeholder:"FILE"`
	By       string        `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

// Run writes the direct debit file of a creditor.
func (c *debitFileCmd) Run(p *program) error {
	if c.Again != "" {
		return c.writeAgain(p)
	}
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

// writeAgain writes a file that was lost after it was made: what stands in it is collected
// by no other.
func (c *debitFileCmd) writeAgain(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		kept, err := service.Store.DebitFile(ctx, c.Creditor, c.Again)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Output, kept.Bytes, 0o600); err != nil {
			return fmt.Errorf("the file %s cannot be written: %w", kept.ID, err)
		}
		fmt.Fprintf(p.errOut, "The file %s of %s, over %s, is in %s\n", kept.ID, kept.At.Format("2006-01-02"), kept.Total(), c.Output)
		return nil
	})
}

// listMandatesCmd lists mandates.
type listMandatesCmd struct {
	Creditor string `help:"Only this creditor's." placeholder:"ID"`
	Debtor   string `help:"Only this debtor's." placeholder:"ID"`
	Limit    int    `help:"How many." default:"100"`
}

// Run lists mandates.
func (c *listMandatesCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		mandates, err := service.Store.Mandates(ctx, casefile.MandateFilter{Creditor: c.Creditor, Debtor: c.Debtor, Limit: c.Limit})
		if err != nil {
			return err
		}
		if len(mandates) == 0 {
			fmt.Fprintln(p.out, "No mandate fits.")
			return nil
		}
		p.table("Mandates", table.Row{"Mandate", "Debtor", "Scheme", "Signed", "Last used", "Revoked"}, len(mandates), func(i int) table.Row {
			m := mandates[i]
			return table.Row{m.Creditor + "/" + m.ID, m.Debtor, m.Scheme, m.SignedOn, m.LastUsedOn, m.RevokedOn}
		})
		return nil
	})
}

// mandateCmd are the commands about mandates for direct debit.
type mandateCmd struct {
	Add    addMandateCmd    `cmd:"" help:"Record a mandate that a debtor signed."`
	Revoke revokeMandateCmd `cmd:"" help:"Record that a mandate may not be used any more."`
	List   listMandatesCmd  `cmd:"" help:"List mandates."`
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

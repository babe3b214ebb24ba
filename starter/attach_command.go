package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"relance/casefile"
	"relance/cases"
)

type attachCmd struct {
	onCase
	File string `arg:"" type:"existingfile" help:"The PDF of the invoice, at most 10 MiB."`
}

// Run keeps the PDF of an invoice.
func (c *attachCmd) Run(p *program) error {
	info, err := os.Stat(c.File)
	if err != nil {
		return fmt.Errorf("the file cannot be read: %w", err)
	}
	if info.Size() > casefile.MaxInvoiceDocument {
		return fmt.Errorf("%s has %d bytes: at most %d MiB can be attached to e-mails", c.File, info.Size(), casefile.MaxInvoiceDocument>>20)
	}
	content, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("the file cannot be read: %w", err)
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		fresh, err := service.Store.SaveInvoiceDocument(ctx, casefile.InvoiceDocument{
			Creditor: c.Case.creditor, Invoice: c.Case.invoice, Name: filepath.Base(c.File), Bytes: content, Actor: c.author(), At: service.Clock().Now(),
		})
		switch {
		case err != nil:
			return unknownCaseHint(err, c.Case)
		case fresh:
			fmt.Fprintf(p.out, "Kept: e-mails of steps with attach_invoice carry %s from now on.\n", filepath.Base(c.File))
		default:
			fmt.Fprintln(p.out, "This very document is kept already.")
		}
		return nil
	})
}

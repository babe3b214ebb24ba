package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"relance/casefile"
	"relance/cases"
	"relance/imports/csvfile"
	"relance/imports/invoice"
)

type contactsImportCmd struct {
	File     string `arg:"" type:"existingfile" help:"The CSV file."`
	Creditor string `help:"Creditor of rows that name none; the only one by default."`
	By       string `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

// errContactsRefused ends an import of which some rows were not taken.
var errContactsRefused = errors.New("some rows were not taken in: correct them and import the file again; what was taken counts once")

// Run takes in a file of contacts.
func (c *contactsImportCmd) Run(p *program) error {
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		creditor := c.Creditor
		if creditor == "" && len(s.config.Creditors) == 1 {
			creditor = s.config.Creditors[0].ID
		}
		file, err := os.Open(c.File)
		if err != nil {
			return fmt.Errorf("the file of contacts cannot be opened: %w", err)
		}
		defer func() { _ = file.Close() }() // it was only read
		about, err := file.Stat()
		if err != nil {
			return fmt.Errorf("the file of contacts cannot be read: %w", err)
		}
		source := invoice.File{Name: filepath.Base(c.File), Content: file, Size: about.Size()}
		kept, refused := 0, 0
		for row, err := range csvfile.ReadContacts(ctx, source, csvfile.Options{Creditor: creditor}) {
			if err == nil {
				err = takeContact(ctx, service, row, onCase{By: c.By}.author())
			}
			if err != nil && ctx.Err() != nil {
				return err
			}
			if err != nil {
				refused++
				fmt.Fprintln(p.errOut, err)
				continue
			}
			kept++
		}
		fmt.Fprintf(p.out, "%s kept.\n", plural(kept, "contact"))
		if refused > 0 {
			return errContactsRefused
		}
		return nil
	})
}

// takeContact keeps one row. Its error says where the row stands.
func takeContact(ctx context.Context, service *cases.Service, row csvfile.Contact, by string) error {
	at := fmt.Sprintf("%s:%d", row.Source.File, row.Source.Line)
	if row.Creditor == "" {
		return fmt.Errorf("%s: the row names no creditor: give --creditor", at)
	}
	role := strings.ReplaceAll(string(row.Role), " ", "-")
	facts := cases.ContactFacts{
		Name: &row.Name, Role: &role, Email: &row.Email, Phone: &row.Phone, Language: &row.Language, Preferred: &row.Preferred, Channels: &row.Channels,
		PreferredChannel: &row.PreferredChannel, Scope: &row.Scope, ValidFrom: &row.ValidFrom, ValidUntil: &row.ValidUntil,
	}
	if _, err := service.AddContact(ctx, row.Creditor, row.Debtor, facts, by); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	if row.Audience != "" {
		if err := service.SetAudience(ctx, row.Creditor, row.Debtor, row.Audience, by); err != nil {
			return fmt.Errorf("%s: %w", at, err)
		}
	}
	if !row.HasParent {
		return nil
	}
	billTo := casefile.BillToDebtor
	if row.BillToParent {
		billTo = casefile.BillToParent
	}
	if err := service.SetParent(ctx, row.Creditor, row.Debtor, row.Parent, billTo, by); err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	return nil
}

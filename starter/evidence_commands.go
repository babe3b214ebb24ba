package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/evidence"
)

type exportCmd struct {
	Case     caseRef `arg:"" help:"The case: <creditor>/<invoice number>."`
	Output   string  `short:"o" help:"Write to this file; its name says whether the archive (.zip) or only the PDF (.pdf) is wanted." type:"path" placeholder:"FILE"`
	Language string  `help:"fr or en; the creditor's by default." enum:",fr,en" default:"" placeholder:"LANGUAGE"`
}

// Help has the examples.
func (exportCmd) Help() string {
	return `Examples:
  relance export atelier-lumiere/F-2026-001
  relance export atelier-lumiere/F-2026-001 --language en --output case.pdf
  relance verify-file case-file-atelier-lumiere-F-2026-001-2026-09-03.zip`
}

// Run exports a case file.
func (c *exportCmd) Run(p *program) error {
	build := evidence.Build
	switch filepath.Ext(c.Output) {
	case "", ".zip":
	case ".pdf":
		build = evidence.PDF
	default:
		return fmt.Errorf("%s is neither a .zip nor a .pdf: a case file is one of them", c.Output)
	}
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		now := service.Clock().Now()
		name := c.Output
		if name == "" {
			name = evidence.FileName(c.Case.creditor, c.Case.invoice, calendar.DateOf(now), "zip")
		}
		from := evidence.Source{Store: service.Store, Templates: s.templates, At: now}
		var made evidence.Summary
		err := writeWhole(name, func(w io.Writer) error {
			var err error
			made, err = build(ctx, from, c.Case.creditor, c.Case.invoice, c.Language, w)
			return err
		})
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		fmt.Fprintf(p.out, "%s  %d documents, %d bytes\nSHA-256  %s\n", name, made.Documents, made.Size, made.SHA256)
		return nil
	})
}

// writeWhole writes a file, or leaves what is there as it is.
func writeWhole(name string, write func(io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".case-file-*")
	if err != nil {
		return fmt.Errorf("the file cannot be written: %w", err)
	}
	err = write(file)
	if closed := file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

type verifyCmd struct {
	Case caseRef `arg:"" optional:"" help:"The case: <creditor>/<invoice number>."`
	All  bool    `help:"Every case of the case file, and the anchors."`
}

var (
	errNothingToVerify = errors.New("name a case, or --all")
	errTampered        = errors.New("what is stored does not hold: see above")
)

// Run verifies the histories of cases.
func (c *verifyCmd) Run(p *program) error {
	if c.All == (c.Case.invoice != "") {
		return errNothingToVerify
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		if !c.All {
			found, err := service.Store.VerifyCase(ctx, c.Case.creditor, c.Case.invoice)
			if err != nil {
				return unknownCaseHint(err, c.Case)
			}
			p.printVerification(found)
			if !found.Holds() {
				return errTampered
			}
			return nil
		}
		return p.verifyAll(ctx, service.Store)
	})
}

func (p *program) verifyAll(ctx context.Context, store *casefile.Store) error {
	verified, lines, tampered := 0, 0, 0
	err := store.VerifyAll(ctx, func(found casefile.Verification) {
		verified++
		lines += found.Head.Lines
		if !found.Holds() {
			tampered++
			p.printVerification(found)
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%d histories with %d lines verified: %d do not hold\n", verified, lines, tampered)
	if tampered > 0 {
		return errTampered
	}
	return nil
}

func (p *program) printVerification(v casefile.Verification) {
	name := v.Creditor + "/" + v.Invoice
	if v.Creditor == "" {
		name = "the anchors"
	}
	if v.Holds() {
		fmt.Fprintf(p.out, "%s holds: %d lines, the last with hash %s\n", p.bold(name), v.Head.Lines, v.Head.Hash)
	}
	switch {
	case v.Broken != nil && v.Creditor == "":
		fmt.Fprintf(p.out, "%s do not hold: %s\n", p.bold(name), v.Broken.Problem)
	case v.Broken != nil:
		fmt.Fprintf(p.out, "%s does not hold at %v\n", p.bold(name), v.Broken)
	}
	for _, fault := range v.Bytes {
		fmt.Fprintf(p.out, "%s: the %s %s: %s\n", p.bold(name), fault.Kind, fault.Name, fault.Problem)
	}
	for _, key := range v.Unexplained {
		fmt.Fprintf(p.out, "%s: %s gives no reason\n", p.bold(name), key)
	}
}

type verifyFileCmd struct {
	File string `arg:"" type:"existingfile" help:"The archive of a case file."`
}

// Run verifies an exported archive. It needs no installation.
func (c *verifyFileCmd) Run(p *program) error {
	file, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("the file cannot be read: %w", err)
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return fmt.Errorf("the file cannot be read: %w", err)
	}
	verdict, err := evidence.Verify(file, info.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	manifest := verdict.Manifest
	fmt.Fprintf(p.out, "Case %s/%s as of %s: %d files, %d documents, %d lines of history\n", manifest.Creditor, manifest.Invoice, manifest.AsOf,
		len(manifest.Files), len(verdict.Record.Documents), len(verdict.Record.History))
	fmt.Fprintf(p.out, "SHA-256 of manifest.json  %s\n", verdict.SHA256)
	if anchor := manifest.Anchor; anchor != nil {
		fmt.Fprintf(p.out, "Anchored on %s with %d lines, root %s\n", anchor.Day, anchor.Lines, anchor.Root)
	}
	for _, fault := range verdict.Faults {
		fmt.Fprintf(p.out, "  %s\n", fault)
	}
	if !verdict.Holds() {
		return fmt.Errorf("%s does not hold: %d faults", c.File, len(verdict.Faults))
	}
	fmt.Fprintln(p.out, p.bold("All holds."))
	return nil
}

type anchorCmd struct {
	List bool   `help:"Only list the anchors."`
	By   string `help:"Who makes it; the system's user by default." placeholder:"NAME"`
}

// Run makes the anchor of today, or lists the anchors.
func (c *anchorCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		if !c.List {
			made, fresh, err := service.Store.AnchorDay(ctx, calendar.DateOf(time.Now().UTC()), onCase{By: c.By}.author())
			if err != nil {
				return err
			}
			what := "was made already"
			if fresh {
				what = fmt.Sprintf("covers %d cases that have moved", made.Cases)
			}
			fmt.Fprintf(p.out, "The anchor of %s %s\n%s\n", made.Day, what, made.Root)
			return nil
		}
		anchors, err := service.Store.Anchors(ctx)
		if err != nil {
			return err
		}
		p.table("Anchors", table.Row{"Day", "Cases", "Lines", "Root", "By"}, len(anchors), func(i int) table.Row {
			return table.Row{anchors[i].Day, anchors[i].Cases, anchors[i].Lines, anchors[i].Root, anchors[i].Actor}
		})
		return nil
	})
}

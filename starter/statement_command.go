package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/cases/statements"
	"relance/letters"
	"relance/statement/statementfile"
)

type statementCmd struct {
	Of       string        `arg:"" name:"case" help:"The case, <creditor>/<invoice number>; with --debtor the creditor."`
	Debtor   string        `help:"All cases of this debtor of the creditor, in place of one case." placeholder:"ID"`
	On       calendar.Date `help:"The last day that counts, YYYY-MM-DD; today by default." placeholder:"DATE"`
	Language string        `help:"fr or en; the debtor's by default." enum:",fr,en" default:"" placeholder:"LANGUAGE"`
	Format   string        `help:"pdf, csv, json or table; by the name of the output file, else table, by default." enum:",pdf,csv,json,table" default:"" placeholder:"FORMAT"`
	Output   string        `short:"o" help:"Write to this file in place of the terminal." type:"path" placeholder:"FILE"`
}

// Help has the examples.
func (statementCmd) Help() string {
	return `Examples:
  relance statement atelier-lumiere/F-2026-001
  relance statement atelier-lumiere/F-2026-001 --on 2026-09-03 --language fr --output releve.pdf
  relance statement atelier-lumiere --debtor C-1007 --format csv > account.csv`
}

// Run states an account.
func (c *statementCmd) Run(p *program) error {
	request, err := c.request()
	if err != nil {
		return err
	}
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		return c.write(ctx, p, &statements.Maker{Store: service.Store, Templates: s.templates, Clock: service.Clock}, request)
	})
}

func (c *statementCmd) request() (statements.Request, error) {
	request := statements.Request{Creditor: c.Of, Debtor: c.Debtor, On: c.On, Language: c.Language}
	if c.Debtor != "" {
		if strings.Contains(c.Of, "/") {
			return request, fmt.Errorf("%q names a case: with --debtor, name the creditor only", c.Of)
		}
		return request, nil
	}
	var one caseRef
	if err := one.UnmarshalText([]byte(c.Of)); err != nil {
		return request, fmt.Errorf("%w, or <creditor> --debtor ID", err)
	}
	request.Creditor, request.Invoice = one.creditor, one.invoice
	return request, nil
}

const formatTable = "table"

// format is the one asked for, or that of the output file's name.
func (c *statementCmd) format() string {
	if c.Format != "" {
		return c.Format
	}
	switch extension := strings.TrimPrefix(strings.ToLower(filepath.Ext(c.Output)), "."); extension {
	case string(statementfile.PDF), string(statementfile.CSV), string(statementfile.JSON):
		return extension
	default:
		return formatTable
	}
}

var errPDFOnTerminal = errors.New("a PDF cannot be shown on a terminal: name a file with --output")

// write writes the statement to the output file, or to the terminal.
func (c *statementCmd) write(ctx context.Context, p *program, maker *statements.Maker, request statements.Request) error {
	format := c.format()
	if format == string(statementfile.PDF) && c.Output == "" && isTerminal(p.out) {
		return errPDFOnTerminal
	}
	var content strings.Builder
	switch format {
	case formatTable:
		page, err := maker.Page(ctx, request)
		if err != nil {
			return statementHint(err, request)
		}
		to := *p
		if c.Output != "" {
			to.out = &content
		}
		to.printStatement(page)
	default:
		file, err := maker.File(ctx, request, statementfile.Format(format))
		if err != nil {
			return statementHint(err, request)
		}
		content.Write(file.Content)
	}
	if c.Output == "" {
		_, err := io.WriteString(p.out, content.String())
		return err
	}
	if err := os.WriteFile(c.Output, []byte(content.String()), 0o600); err != nil {
		return fmt.Errorf("the statement cannot be written: %w", err)
	}
	fmt.Fprintf(p.errOut, "The statement is in %s\n", c.Output)
	return nil
}

func statementHint(err error, request statements.Request) error {
	if errors.Is(err, casefile.ErrUnknownDebtor) {
		return fmt.Errorf("%w (relance list --creditor %s shows the debtors' names; show one case for the ID)", err, request.Creditor)
	}
	return unknownCaseHint(err, caseRef{request.Creditor, request.Invoice})
}

// printStatement shows a page as tables.
func (p *program) printStatement(page letters.Statement) {
	fmt.Fprintf(p.out, "%s  %s\n%s\n", p.bold(page.Letter.Title), page.Letter.Subject, strings.Join(page.Letter.Recipient, ", "))
	for _, line := range page.Summary {
		fmt.Fprintln(p.out, p.bold(line))
	}
	for _, section := range page.Sections {
		fmt.Fprintf(p.out, "\n%s\n", p.bold(section.Heading))
		for _, line := range section.Lines {
			fmt.Fprintf(p.out, "  %s  %s\n", line.Label, line.Value)
		}
		for _, block := range section.Blocks {
			p.printBlock(block)
		}
	}
}

func (p *program) printBlock(block letters.Block) {
	cells := func(texts []string) table.Row {
		row := make(table.Row, len(texts))
		for i, words := range texts {
			row[i] = words
		}
		return row
	}
	headings := make([]string, len(block.Table.Columns))
	columns := make([]table.ColumnConfig, len(block.Table.Columns))
	for i, column := range block.Table.Columns {
		headings[i], columns[i].Number = column.Heading, i+1
		if column.IsNumber {
			columns[i].Align, columns[i].AlignHeader = text.AlignRight, text.AlignRight
		}
	}
	p.tableOf(block.Title, cells(headings), len(block.Table.Rows), func(i int) table.Row { return cells(block.Table.Rows[i]) }, columns)
	for _, line := range block.Lines {
		fmt.Fprintf(p.out, "  %s  %s\n", line.Label, line.Value)
	}
	for _, remark := range block.Remarks {
		fmt.Fprintf(p.out, "  %s\n", remark)
	}
}

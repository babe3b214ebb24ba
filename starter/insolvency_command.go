package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/cases/declarations"
	"relance/collection"
	"relance/imports/bodacc"
	"relance/workflows"
)

type insolvencyCmd struct {
	Show        insolvencyShowCmd        `cmd:"" default:"withargs" help:"List insolvency proceedings."`
	Record      insolvencyRecordCmd      `cmd:"" help:"Record an opening judgment, or more of it: all cases of the debtor are frozen at once."`
	Declared    insolvencyDeclaredCmd    `cmd:"" help:"Record that the claims were declared: the warnings end."`
	End         insolvencyEndCmd         `cmd:"" help:"Record how the proceedings ended."`
	Read        insolvencyReadCmd        `cmd:"" help:"Read BODACC notices (JSON) and find the debtors by SIREN."`
	Declaration insolvencyDeclarationCmd `cmd:"" help:"Make the declaration of claims: the letter as PDF, or the data as JSON."`
}

// Help has the examples.
func (insolvencyCmd) Help() string {
	return `Examples:
  relance insolvency record atelier-lumiere/C-1007 redressement --id 2026J00417 --judgment 2026-04-09 --published 2026-04-30
  relance insolvency record atelier-lumiere/C-1007 --id 2026J00417 --to "Maître X" --role mandataire --line1 "1 rue Y" --postcode 69002 --city Lyon
  relance insolvency read notices.json
  relance insolvency declaration atelier-lumiere/C-1007 --output declaration.pdf
  relance insolvency declared atelier-lumiere/C-1007 --on 2026-06-02 --how "registered letter" --proof "1A 234 567 8901 2"
  relance insolvency end atelier-lumiere/C-1007 insufficient-assets --on 2026-12-15`
}

type insolvencyShowCmd struct {
	Creditor string `help:"Only those of this creditor." placeholder:"ID"`
	Debtor   string `help:"Only those of this debtor of the creditor." placeholder:"ID"`
}

// Run lists proceedings.
func (c *insolvencyShowCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		rows, err := service.Store.Proceedings(ctx, c.Creditor, c.Debtor)
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			fmt.Fprintln(p.out, "No insolvency proceedings are recorded.")
		}
		header := table.Row{"Debtor", "ID", "Kind", "Judgment", "Published", "Declare by", "Declared", "Ended"}
		p.table(fmt.Sprintf("Insolvency proceedings: %d", len(rows)), header, len(rows), func(i int) table.Row {
			row := rows[i]
			creditor, err := service.Store.Creditor(ctx, row.Creditor)
			declareBy := calendar.Date(0)
			if err == nil {
				declareBy = service.Store.InsolvencyOf(row, creditor).DeclareBy
			}
			return table.Row{row.Creditor + "/" + row.Debtor, row.ID, row.Kind, row.Judgment, row.Published, declareBy, row.Declared, strings.TrimSpace(fmt.Sprint(row.Ended, " ", row.EndedOn))}
		})
		return nil
	})
}

type insolvencyRecordCmd struct {
	onDebtor
	Kind       string        `arg:"" optional:"" help:"sauvegarde, redressement or liquidation. Leave it out to say more of proceedings that are recorded."`
	ID         string        `required:"" help:"The proceedings' own ID: the number at the court. The same ID again says more."`
	Judgment   calendar.Date `help:"Day of the opening judgment." placeholder:"DATE"`
	Published  calendar.Date `help:"Day of its publication in the BODACC." placeholder:"DATE"`
	Simplified bool          `help:"A simplified liquidation."`
	Court      string        `help:"The court."`
	To         string        `help:"Name of the mandataire or liquidateur, to whom claims are declared." placeholder:"NAME"`
	Role       string        `help:"mandataire or liquidateur." enum:"mandataire,liquidateur" default:"mandataire"`
	Line1      string        `help:"First line of the address." placeholder:"TEXT"`
	Line2      string        `help:"Second line of the address." placeholder:"TEXT"`
	Postcode   string        `help:"Postcode." placeholder:"CODE"`
	City       string        `help:"City." placeholder:"CITY"`
	Email      string        `help:"E-mail address." placeholder:"ADDRESS"`
	Phone      string        `help:"Telephone number." placeholder:"NUMBER"`
}

// Run records proceedings.
func (c *insolvencyRecordCmd) Run(p *program) error {
	report := casefile.InsolvencyReport{Proceedings: casefile.Proceedings{
		ID: c.ID, Kind: collection.InsolvencyKind(c.Kind), Simplified: c.Simplified, Court: c.Court, Judgment: c.Judgment, Published: c.Published,
	}}
	if c.To != "" {
		report.OfficeHolder = &casefile.OfficeHolder{
			Role: casefile.OfficeHolderRole(c.Role), Name: c.To, Email: c.Email, Phone: c.Phone,
			Address: casefile.Address{Line1: c.Line1, Line2: c.Line2, Postcode: c.Postcode, City: c.City},
		}
	}
	return p.recordInsolvency(c.onDebtor, report)
}

func (p *program) recordInsolvency(on onDebtor, report casefile.InsolvencyReport) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		report.Creditor, report.Debtor, report.Actor = on.Debtor.creditor, on.Debtor.debtor, on.author()
		if report.ID == "" {
			last, _, err := service.Store.ProceedingsOf(ctx, report.Creditor, report.Debtor, "")
			if err != nil {
				return debtorHint(err, on.Debtor)
			}
			report.ID = last.ID
		}
		recorded, err := service.RecordInsolvency(ctx, report)
		if err != nil {
			return debtorHint(err, on.Debtor)
		}
		if recorded.Duplicate {
			fmt.Fprintln(p.out, "All of it was recorded already.")
		}
		today := calendar.DateOf(service.Clock().Now())
		fmt.Fprintf(p.out, "%s/%s  %s %s\n  %s\n", report.Creditor, report.Debtor, recorded.Kind, recorded.ID, recorded.Insolvency.Words(today))
		if recorded.Warning != "" {
			fmt.Fprintf(p.out, "  note  %s\n", recorded.Warning)
		}
		return nil
	})
}

func debtorHint(err error, ref debtorRef) error {
	switch {
	case errors.Is(err, casefile.ErrUnknownDebtor):
		return fmt.Errorf("%w (relance list --creditor %s shows the debtors' names; show one case for the ID)", err, ref.creditor)
	case errors.Is(err, casefile.ErrUnknownProceedings):
		return fmt.Errorf("%w: record them with relance insolvency record %s/%s", err, ref.creditor, ref.debtor)
	default:
		return err
	}
}

type insolvencyDeclaredCmd struct {
	onDebtor
	On    calendar.Date `required:"" help:"The day the declaration was posted, which counts." placeholder:"DATE"`
	How   string        `help:"By what way." default:"registered letter"`
	Proof string        `help:"The number that proves it." placeholder:"NUMBER"`
	ID    string        `help:"The proceedings; the latest by default."`
}

// Run records a declaration.
func (c *insolvencyDeclaredCmd) Run(p *program) error {
	return p.recordInsolvency(c.onDebtor, casefile.InsolvencyReport{Proceedings: casefile.Proceedings{ID: c.ID, Declared: c.On, DeclaredHow: c.How, Proof: c.Proof}})
}

type insolvencyEndCmd struct {
	onDebtor
	How string        `arg:"" enum:"lifted,plan-adopted,insufficient-assets" help:"lifted: cases go on where they stood; plan-adopted: they stay frozen; insufficient-assets: they are written off."`
	On  calendar.Date `required:"" help:"The day of the judgment that ends them." placeholder:"DATE"`
	ID  string        `help:"The proceedings; the latest by default."`
}

// Run records an end.
func (c *insolvencyEndCmd) Run(p *program) error {
	return p.recordInsolvency(c.onDebtor, casefile.InsolvencyReport{Proceedings: casefile.Proceedings{ID: c.ID, Ended: collection.InsolvencyEnd(c.How), EndedOn: c.On}})
}

type insolvencyReadCmd struct {
	File string `arg:"" type:"existingfile" help:"JSON as the open data of the BODACC hands it out."`
	By   string `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

// Run takes notices.
func (c *insolvencyReadCmd) Run(p *program) error {
	file, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("the notices cannot be read: %w", err)
	}
	defer func() { _ = file.Close() }() // it was only read
	notices, skipped, err := bodacc.Read(file)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		outcomes, err := service.TakeNotices(ctx, notices, onCase{By: c.By}.author())
		if err != nil {
			return err
		}
		p.table(fmt.Sprintf("Notices: %d", len(notices)), table.Row{"Notice", "Published", "Debtor", "Became", "Says"}, len(outcomes), func(i int) table.Row {
			o := outcomes[i]
			return table.Row{o.Notice.ID, o.Notice.Published, strings.Trim(o.Creditor+"/"+o.Debtor, "/"), o.Fate, o.Says}
		})
		for _, s := range skipped {
			fmt.Fprintf(p.out, "record %d %s was left out: %s\n", s.Record, s.ID, s.Reason)
		}
		return nil
	})
}

type insolvencyDeclarationCmd struct {
	onDebtor
	ID     string `help:"The proceedings; the latest by default."`
	Rank   string `help:"How the claims rank, where they are secured; unsecured (chirographaire) by default."`
	Format string `help:"pdf or json; by the name of the output file, else json, by default." enum:",pdf,json" default:""`
	Output string `short:"o" help:"Write to this file in place of the terminal." type:"path" placeholder:"FILE"`
}

// Run makes a declaration.
func (c *insolvencyDeclarationCmd) Run(p *program) error {
	isPDF := c.Format == "pdf" || c.Format == "" && strings.HasSuffix(strings.ToLower(c.Output), ".pdf")
	if isPDF && c.Output == "" && isTerminal(p.out) {
		return errPDFOnTerminal
	}
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		maker := &declarations.Maker{Store: service.Store, Templates: s.templates, Clock: service.Clock}
		makeFile := maker.JSON
		if isPDF {
			makeFile = maker.PDF
		}
		content, err := makeFile(ctx, declarations.Request{Creditor: c.Debtor.creditor, Debtor: c.Debtor.debtor, Proceeding: c.ID, Rank: c.Rank})
		if err != nil {
			return debtorHint(err, c.Debtor)
		}
		if c.Output == "" {
			_, err := io.WriteString(p.out, string(content)+"\n")
			return err
		}
		if err := os.WriteFile(c.Output, content, 0o600); err != nil {
			return fmt.Errorf("the declaration cannot be written: %w", err)
		}
		fmt.Fprintf(p.errOut, "The declaration is in %s. Sign it, post it by registered letter, and record it: relance insolvency declared\n", c.Output)
		return nil
	})
}

// printInsolvency prints until when a frozen claim is to be declared.
func (p *program) printInsolvency(i workflows.InsolvencyStatus) {
	if i.Proceeding == "" {
		return
	}
	words := "not declared"
	switch {
	case !i.Declared.IsZero():
		words = "declared on " + i.Declared.String()
	case !i.DeclareBy.IsZero():
		words = "declare by " + i.DeclareBy.String()
	}
	fmt.Fprintf(p.out, "  insolvency  %s %s by judgment of %s, %s\n", i.Kind, i.Proceeding, i.Judgment, words)
}

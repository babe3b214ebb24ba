package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/casefile"
	"relance/cases"
	"relance/collection"
)

type mediationCertificateCmd struct {
	onMediation
	File string `arg:"" type:"existingfile" help:"The document: a PDF, a PNG or a JPEG of at most 5 MiB."`
}

// Run keeps the certificate of a failure.
func (c *mediationCertificateCmd) Run(p *program) error {
	content, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("the file cannot be read: %w", err)
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		id, err := c.mediation(ctx, service.Store)
		if err != nil {
			return err
		}
		kept, err := service.Store.SaveMediationCertificate(ctx, c.Case.creditor, c.Case.invoice, id, content, c.author(), service.Clock().Now())
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		fmt.Fprintf(p.out, "Kept: the certificate of the mediation %s, %d bytes, SHA-256 %s.\n", id, kept.Size, kept.SHA256)
		return nil
	})
}

type mediationNoteCmd struct {
	onMediation
	Text   string `arg:"" help:"What was said. It stands in no export, history or message."`
	NoteID string `help:"ID of the note, to keep it once; made from the time by default."`
}

// Run keeps a note.
func (c *mediationNoteCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		id, err := c.mediation(ctx, service.Store)
		if err != nil {
			return err
		}
		note := casefile.MediationNote{
			Key: cmp.Or(c.NoteID, "note-"+time.Now().UTC().Format("20060102T150405.000")), Author: c.author(), At: service.Clock().Now(), Text: c.Text,
		}
		if _, err := service.Store.AddMediationNote(ctx, c.Case.creditor, c.Case.invoice, id, note); err != nil {
			return unknownCaseHint(err, c.Case)
		}
		fmt.Fprintf(p.out, "Kept: the note %s of the mediation %s. Only relance mediation notes shows it.\n", note.Key, id)
		return nil
	})
}

type mediationNotesCmd struct{ onMediation }

// Run reads the notes.
func (c *mediationNotesCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		id, err := c.mediation(ctx, service.Store)
		if err != nil {
			return err
		}
		notes, err := service.Store.MediationNotes(ctx, c.Case.creditor, c.Case.invoice, id, c.author(), service.Clock().Now())
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		p.printNotes(notes, p.zones.of(c.Case.creditor))
		return nil
	})
}

func (p *program) printNotes(notes []casefile.MediationNote, zone *time.Location) {
	fmt.Fprintln(p.out, "Confidential: not to be used outside of the mediation. This reading is recorded.")
	for _, note := range notes {
		fmt.Fprintf(p.out, "\n%s  %s, %s\n  %s\n", note.Key, note.Author, minuteIn(zone, note.At), note.Text)
	}
	if len(notes) == 0 {
		fmt.Fprintln(p.out, "Nothing was noted.")
	}
}

type mediationReadingsCmd struct {
	onMediation
	Role collection.Role `required:"" enum:"manager,owner" help:"What you are at the creditor: manager or owner."`
}

// Run lists who read the notes.
func (c *mediationReadingsCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		id, err := c.mediation(ctx, service.Store)
		if err != nil {
			return err
		}
		readings, err := service.Store.MediationReadings(ctx, c.Case.creditor, c.Case.invoice, id, c.Role)
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		if len(readings) == 0 {
			fmt.Fprintln(p.out, "Nobody has read the notes.")
		}
		zone := p.zones.of(c.Case.creditor)
		p.table("Readings of the notes of "+id, table.Row{"When", "Who"}, len(readings), func(i int) table.Row {
			return table.Row{minuteIn(zone, readings[i].At), readings[i].Reader}
		})
		return nil
	})
}

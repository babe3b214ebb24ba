package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

type disputeCmd struct {
	onCase
	Reason   string         `required:"" enum:"quality,delivery,price,quantity,not-ordered,already-paid,wrong-debtor,other" help:"quality, delivery, price, quantity, not-ordered, already-paid, wrong-debtor or other."`
	Amount   string         `help:"The part that is contested, such as 300.00; all that is open by default."`
	Currency money.Currency `help:"ISO 4217 code." default:"EUR"`
	RaisedBy string         `help:"debtor or staff." enum:"debtor,staff" default:"debtor"`
	Owner    string         `help:"ID of the user who is to answer it."`
	On       calendar.Date  `help:"Day it was raised; today by default." placeholder:"DATE"`
	Text     string         `help:"What the debtor says; it may name people and is kept in the case file only."`
	ID       string         `help:"ID of the dispute, to note it once; made from the time by default."`
}

// Run notes a dispute.
func (c *disputeCmd) Run(p *program) error {
	order := workflows.DisputeOrder{
		ID: cmp.Or(c.ID, "dispute-"+time.Now().UTC().Format("20060102T150405.000")), Reason: collection.DisputeReason(c.Reason),
		RaisedBy: collection.DisputeParty(c.RaisedBy), Owner: c.Owner, On: c.On, By: c.author(),
	}
	if c.Amount != "" {
		order.Amount, order.Currency = workflows.Decimal(c.Amount), string(c.Currency)
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		status, err := service.RaiseDispute(ctx, c.Case.creditor, c.Case.invoice, order, c.Text)
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		p.printStatus(status)
		return nil
	})
}

type resolveDisputeCmd struct {
	onCase
	ID         string         `arg:"" help:"ID of the dispute."`
	Outcome    string         `arg:"" enum:"credit-note,rejected,split,withdrawn" help:"credit-note, rejected, split or withdrawn."`
	Amount     string         `help:"What is given up, such as 120.00; needed for a split."`
	Currency   money.Currency `help:"ISO 4217 code." default:"EUR"`
	CreditNote string         `help:"Number of the credit note of that amount, to post it in the same go." placeholder:"NUMBER"`
	Reason     string         `help:"Why, without personal data; needed to reject."`
}

// Run answers a dispute.
func (c *resolveDisputeCmd) Run(p *program) error {
	order := workflows.DisputeAnswer{
		ID: c.ID, Outcome: collection.DisputeOutcome(c.Outcome), CreditNote: c.CreditNote, Reason: c.Reason, By: c.author(),
	}
	if c.Amount != "" {
		order.Amount, order.Currency = workflows.Decimal(c.Amount), string(c.Currency)
	}
	return p.command(c.onCase, workflows.CommandResolveDispute, order)
}

type assignDisputeCmd struct {
	onCase
	ID    string `arg:"" help:"ID of the dispute."`
	Owner string `arg:"" help:"ID of the user who is to answer it."`
}

// Run gives a dispute to another owner.
func (c *assignDisputeCmd) Run(p *program) error {
	return p.command(c.onCase, workflows.CommandAssignDispute, workflows.DisputeAssignment{ID: c.ID, Owner: c.Owner, By: c.author()})
}

type disputesCmd struct {
	List   disputesListCmd   `cmd:"" default:"withargs" help:"List the disputes of a creditor that wait for an answer."`
	Show   disputesShowCmd   `cmd:"" help:"Show the disputes of a case, with what was written about them and their documents."`
	Causes disputesCausesCmd `cmd:"" help:"Count disputes by root cause."`
	Attach disputesAttachCmd `cmd:"" help:"Keep a document of a dispute."`
	Save   disputesSaveCmd   `cmd:"" help:"Save a document of a dispute to a file."`
}

type disputesListCmd struct {
	Creditor string `arg:"" help:"The creditor's ID."`
	Owner    string `help:"Only those of this owner."`
	Reason   string `help:"Only those of this root cause."`
	All      bool   `help:"Those that were answered too, or whose case is closed."`
	Limit    int    `help:"How many." default:"100"`
}

// Run lists disputes.
func (c *disputesListCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		rows, err := service.Store.Disputes(ctx, casefile.DisputeFilter{
			Creditor: c.Creditor, Owner: c.Owner, Reason: collection.DisputeReason(c.Reason), OpenOnly: !c.All, Limit: c.Limit,
		})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			fmt.Fprintln(p.out, "No dispute waits.")
		}
		p.table(plural(len(rows), "dispute"), table.Row{"Case", "Debtor", "ID", "Reason", "Amount", "Raised", "Owner", "Answer by", "State"}, len(rows), func(i int) table.Row {
			row := rows[i]
			return table.Row{c.Creditor + "/" + row.Invoice, row.DebtorName, row.ID, row.Reason, row.Amount, row.RaisedOn, row.Owner, row.RespondBy, disputeState(row.Dispute)}
		})
		return nil
	})
}

func disputeState(d collection.Dispute) string {
	switch {
	case d.IsOpen() && d.Escalated:
		return "overdue"
	case d.IsOpen():
		return "open"
	case d.Awaited.Sign() > 0:
		return fmt.Sprintf("%s, %s awaited", d.Outcome, d.Awaited)
	default:
		return string(d.Outcome)
	}
}

// printDisputes prints the disputes of a case.
func (p *program) printDisputes(disputes []collection.Dispute) {
	p.table("Disputes", table.Row{"ID", "Reason", "Amount", "Raised", "By", "Owner", "Answer by", "State"}, len(disputes), func(i int) table.Row {
		d := disputes[i]
		return table.Row{d.ID, d.Reason, d.Amount, d.RaisedOn, d.RaisedBy, d.Owner, d.RespondBy, disputeState(d)}
	})
}

type disputesShowCmd struct {
	Case caseRef `arg:"" help:"The case: <creditor>/<invoice number>."`
}

// Run shows the disputes of a case with their papers.
func (c *disputesShowCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		loaded, err := service.Store.LoadCase(ctx, c.Case.creditor, c.Case.invoice)
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		notes, documents, err := service.Store.DisputePapers(ctx, c.Case.creditor, c.Case.invoice)
		if err != nil {
			return err
		}
		if len(loaded.Disputes) == 0 {
			fmt.Fprintln(p.out, "Nothing was ever disputed.")
		}
		p.printDisputes(loaded.Disputes)
		p.table("Documents", table.Row{"Dispute", "No.", "Name", "Looks like", "Bytes", "SHA-256"}, len(documents), func(i int) table.Row {
			d := documents[i]
			return table.Row{d.Dispute, d.Ordinal, d.Name, d.Detected, d.Size, short(d.SHA256)}
		})
		for _, note := range notes {
			fmt.Fprintf(p.out, "\n%s, %s, %s:\n%s\n", note.Dispute, note.By, minuteIn(p.zones.of(c.Case.creditor), note.At), note.Text)
		}
		return nil
	})
}

type disputesCausesCmd struct {
	Creditor string        `arg:"" help:"The creditor's ID."`
	From     calendar.Date `help:"Only those raised on this day or later." placeholder:"DATE"`
	Until    calendar.Date `help:"Only those raised on this day or earlier." placeholder:"DATE"`
}

// Run counts disputes by root cause.
func (c *disputesCausesCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		causes, err := service.Store.DisputeCauses(ctx, c.Creditor, c.From, c.Until)
		if err != nil {
			return err
		}
		if len(causes) == 0 {
			fmt.Fprintln(p.out, "Nothing was disputed.")
		}
		p.table("Root causes", table.Row{"Reason", "Disputes", "Amount", "Open", "Credited", "Split", "Rejected", "Withdrawn", "Closed unanswered", "Given up", "Days, median"}, len(causes), func(i int) table.Row {
			one := causes[i]
			return table.Row{one.Reason, one.Disputes, one.Amount, one.Open, one.Credited, one.Split, one.Rejected, one.Withdrawn, one.ClosedWithCase, one.GivenUp, one.MedianDays()}
		})
		return nil
	})
}

type disputesAttachCmd struct {
	onCase
	Dispute string `arg:"" help:"ID of the dispute."`
	File    string `arg:"" type:"existingfile" help:"The file, at most 10 MiB."`
}

// Run keeps a document of a dispute.
func (c *disputesAttachCmd) Run(p *program) error {
	info, err := os.Stat(c.File)
	if err != nil {
		return fmt.Errorf("the file cannot be read: %w", err)
	}
	if info.Size() > casefile.MaxDisputeDocument {
		return fmt.Errorf("%s has %d bytes: at most %d MiB are kept", c.File, info.Size(), casefile.MaxDisputeDocument>>20)
	}
	content, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("the file cannot be read: %w", err)
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		kept, fresh, err := service.Store.KeepDisputeDocument(ctx, c.Case.creditor, c.Case.invoice, casefile.DisputeDocument{
			Dispute: c.Dispute, Name: filepath.Base(c.File), Bytes: content, By: c.author(), At: service.Clock().Now(),
		})
		switch {
		case err != nil:
			return unknownCaseHint(err, c.Case)
		case fresh:
			fmt.Fprintf(p.out, "Kept as document %d of %s: %s\n", kept.Ordinal, c.Dispute, kept.Name)
		default:
			fmt.Fprintf(p.out, "This very document is kept already: %d of %s\n", kept.Ordinal, c.Dispute)
		}
		return nil
	})
}

type disputesSaveCmd struct {
	Case    caseRef `arg:"" help:"The case: <creditor>/<invoice number>."`
	Dispute string  `arg:"" help:"ID of the dispute."`
	Number  int     `arg:"" help:"Number of the document."`
	Output  string  `required:"" help:"File to write; one that is there is left as it is." type:"path"`
}

// Run saves a document of a dispute.
func (c *disputesSaveCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		document, err := service.Store.DisputeDocument(ctx, c.Case.creditor, c.Case.invoice, c.Dispute, c.Number)
		if err != nil {
			return err
		}
		file, err := os.OpenFile(c.Output, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fmt.Errorf("the document cannot be saved: %w", err)
		}
		_, err = file.Write(document.Bytes)
		return errors.Join(err, file.Close())
	})
}

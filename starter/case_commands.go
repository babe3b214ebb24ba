package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/user"
	"strings"
	"time"

	"relance/calendar"
	"relance/cases"
	"relance/collection"
	"relance/ledger"
	"relance/money"
	"relance/workflows"
)

// caseRef names a case on the command line: <creditor>/<invoice number>.
type caseRef struct{ creditor, invoice string }

// UnmarshalText reads "atelier-lumiere/F-2026-001", with or without "case/".
func (r *caseRef) UnmarshalText(text []byte) error {
	creditor, invoice, found := strings.Cut(strings.TrimPrefix(string(text), "case/"), "/")
	if !found || creditor == "" || invoice == "" {
		return fmt.Errorf("%q is not a case: write <creditor>/<invoice number>", text)
	}
	r.creditor, r.invoice = creditor, invoice
	return nil
}

// onCase is what every command about one case has.
type onCase struct {
	Case caseRef `arg:"" help:"The case: <creditor>/<invoice number>."`
	By   string  `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

func (c onCase) author() string {
	if c.By != "" {
		return c.By
	}
	if current, err := user.Current(); err == nil {
		return current.Username
	}
	return "command line"
}

// amountArg is an amount on the command line.
type amountArg struct {
	Amount   string         `arg:"" help:"Amount, such as 1200.00."`
	Currency money.Currency `help:"ISO 4217 code." default:"EUR"`
}

type payCmd struct {
	onCase
	amountArg
	ID   string        `required:"" help:"The payment's own ID, of the bank line or the payment provider. The same ID counts once."`
	On   calendar.Date `help:"Value date, YYYY-MM-DD; today by default." placeholder:"DATE"`
	Wait bool          `help:"Wait until the case has taken it." default:"true" negatable:""`
}

// Run signals a payment.
func (c *payCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		outcome, err := service.ReceivePayment(ctx, c.Case.creditor, c.Case.invoice, workflows.PaymentReceived{
			ID: c.ID, Amount: workflows.Decimal(c.Amount), Currency: string(c.Currency), ReceivedOn: c.On, By: c.author(),
		}, c.Wait)
		return p.told(outcome, err)
	})
}

type reverseCmd struct {
	onCase
	Payment string        `arg:"" help:"ID of the payment that was taken back."`
	ID      string        `required:"" help:"The reversal's own ID."`
	On      calendar.Date `help:"Day of the reversal; today by default." placeholder:"DATE"`
}

// Run signals a reversal.
func (c *reverseCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		outcome, err := service.ReversePayment(ctx, c.Case.creditor, c.Case.invoice, workflows.PaymentReversed{
			ID: c.ID, PaymentID: c.Payment, ReversedOn: c.On, By: c.author(),
		}, true)
		return p.toldOf(ledger.EntryReversal, outcome, err)
	})
}

type creditCmd struct {
	onCase
	amountArg
	Number string        `required:"" help:"Number of the credit note."`
	On     calendar.Date `help:"Issue date; today by default." placeholder:"DATE"`
}

// Run signals a credit note.
func (c *creditCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		outcome, err := service.IssueCreditNote(ctx, c.Case.creditor, c.Case.invoice, workflows.CreditNoteIssued{
			Number: c.Number, Amount: workflows.Decimal(c.Amount), Currency: string(c.Currency), IssuedOn: c.On, By: c.author(),
		}, true)
		return p.told(outcome, err)
	})
}

type holdCmd struct {
	onCase
	Reason string        `required:"" help:"Why, in a word or two, without personal data."`
	Until  calendar.Date `help:"Last day of the pause; until it is resumed by default." placeholder:"DATE"`
	ID     string        `help:"ID of the hold, to place it once; made from the time by default."`
}

// Run pauses a case.
func (c *holdCmd) Run(p *program) error {
	id := cmp.Or(c.ID, "hold-"+time.Now().UTC().Format("20060102T150405.000"))
	order := workflows.HoldOrder{ID: id, Reason: c.Reason, Until: c.Until, MovesDeadline: true, By: c.author()}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		status, err := service.Command(ctx, c.Case.creditor, c.Case.invoice, workflows.CommandHold, order)
		return p.standing(c.onCase, status, err)
	})
}

type resumeCmd struct {
	onCase
	Hold string `help:"ID of the hold to end; all by default."`
}

// Run resumes a case.
func (c *resumeCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		status, err := service.Resume(ctx, c.Case.creditor, c.Case.invoice, workflows.ResumeOrder{HoldID: c.Hold, By: c.author()})
		return p.standing(c.onCase, status, err)
	})
}

type skipCmd struct {
	onCase
	Step   string `arg:"" help:"Key of the step."`
	Reason string `required:"" help:"Why it is not taken."`
}

// Run skips a step.
func (c *skipCmd) Run(p *program) error {
	return p.command(c.onCase, workflows.CommandSkipStep, workflows.StepOrder{Step: c.Step, Reason: c.Reason, By: c.author()})
}

type retryCmd struct {
	onCase
	Step string `arg:"" help:"Key of the step."`
}

// Run retries a step.
func (c *retryCmd) Run(p *program) error {
	return p.command(c.onCase, workflows.CommandRetryStep, workflows.StepOrder{Step: c.Step, By: c.author()})
}

type closeCmd struct {
	onCase
	As     string `required:"" enum:"written-off,withdrawn,handed-over" help:"written-off, withdrawn or handed-over."`
	Reason string `required:"" help:"Why."`
}

// Run closes a case.
func (c *closeCmd) Run(p *program) error {
	return p.command(c.onCase, workflows.CommandCloseCase, workflows.CloseOrder{Outcome: collection.Stage(c.As), Reason: c.Reason, By: c.author()})
}

type migrateCmd struct {
	onCase
	Strategy string `arg:"" help:"Name of the strategy, or name@version."`
	ResumeAt string `help:"Step to go on with, when the new strategy lacks the one the case is at."`
}

// Run migrates a case.
func (c *migrateCmd) Run(p *program) error {
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		definition, err := findStrategy(s.strategies, c.Strategy)
		if err != nil {
			return err
		}
		return p.give(ctx, service, c.onCase, workflows.CommandMigrateStrategy,
			workflows.MigrationOrder{Strategy: definition.Strategy, ResumeAt: c.ResumeAt, By: c.author()})
	})
}

func (p *program) command(on onCase, name string, order any) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		return p.give(ctx, service, on, name, order)
	})
}

// give gives a case its command and prints where it then stands.
func (p *program) give(ctx context.Context, service *cases.Service, on onCase, name string, order any) error {
	status, err := service.Command(ctx, on.Case.creditor, on.Case.invoice, name, order)
	return p.standing(on, status, err)
}

// standing prints where a case stands after a command, or why it was refused.
func (p *program) standing(on onCase, status workflows.Status, err error) error {
	if err != nil {
		return unknownCaseHint(err, on.Case)
	}
	p.printStatus(status)
	return nil
}

// told prints what became of money, or of what was claimed or given up.
func (p *program) told(outcome cases.MoneyOutcome, err error) error {
	return p.toldOf(ledger.EntryPayment, outcome, err)
}

// toldOf is told of an entry of a kind.
func (p *program) toldOf(kind ledger.EntryKind, outcome cases.MoneyOutcome, err error) error {
	switch {
	case err != nil:
		return err
	case outcome.Kept:
		fmt.Fprintf(p.out, "Kept: no invoice of that number is known yet; it counts as soon as %s is imported.\n", strings.TrimPrefix(outcome.Case, "case/"))
	case outcome.Pending && outcome.Outcome != "":
		fmt.Fprintln(p.out, outcomeWords[outcome.Outcome])
		fmt.Fprintf(p.out, "The case %s goes on from it as soon as a worker runs.\n", outcome.Case)
	case outcome.Pending:
		fmt.Fprintf(p.out, "Stored at the workflow %s.\n", outcome.Case)
	default:
		words := outcomeWords[outcome.Outcome]
		if outcome.Outcome == ledger.EntryUnmatched && kind == ledger.EntryReversal {
			words = reversalUnmatched
		}
		if words != "" {
			fmt.Fprintln(p.out, words)
		}
		p.printStatus(outcome.Status)
	}
	return nil
}

// outcomeWords say what became of an entry.
var outcomeWords = map[ledger.EntryOutcome]string{
	ledger.EntryApplied:   "Recorded: it counts.",
	ledger.EntryDuplicate: "Known already: nothing changed.",
	ledger.EntryOverpaid:  "Recorded: it settles the claim, and what is left over belongs to the debtor.",
	ledger.EntryUnmatched: "Kept, and does not count: it is in another currency than the invoice. A task asks what it is for.",
}

// reversalUnmatched says it of a reversal, which has no currency of its own and about
// which nobody is asked.
const reversalUnmatched = "Kept, and does not count yet: no payment of that ID is known on this invoice. It counts as soon as the payment is recorded."

func unknownCaseHint(err error, ref caseRef) error {
	if errors.Is(err, cases.ErrUnknownCase) {
		return fmt.Errorf("there is no case %s/%s: relance list shows the cases", ref.creditor, ref.invoice)
	}
	return err
}

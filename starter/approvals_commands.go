package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/cases"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

// approvalsFilter selects approvals on the command line.
type approvalsFilter struct {
	Creditor string         `help:"Only this creditor's."`
	Step     string         `help:"Only this step."`
	UpTo     string         `help:"Only claims on which at most this is open." placeholder:"AMOUNT"`
	Currency money.Currency `help:"ISO 4217 code of the amount." default:"EUR"`
}

// mostApprovals is how many are listed, or given, by one command.
const mostApprovals = 1000

func (f approvalsFilter) filter() (cases.ApprovalFilter, error) {
	filter := cases.ApprovalFilter{Creditor: f.Creditor, Step: f.Step, Limit: mostApprovals}
	if f.UpTo == "" {
		return filter, nil
	}
	var err error
	if filter.UpTo, err = money.Parse(f.UpTo, f.Currency); err != nil {
		return filter, fmt.Errorf("--up-to: %w", err)
	}
	return filter, nil
}

type approvalsCmd struct{ approvalsFilter }

// Run lists the steps that wait for an approval.
func (c *approvalsCmd) Run(p *program) error {
	filter, err := c.filter()
	if err != nil {
		return err
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		pending, err := service.ApprovalsThatFit(ctx, filter, mostApprovals)
		if err != nil {
			return err
		}
		if len(pending) == 0 {
			fmt.Fprintln(p.out, "Nothing waits for an approval.")
			return nil
		}
		p.table(plural(len(pending), "approval"), table.Row{"Case", "Debtor", "Step", "By", "For", "To", "Asked", "Asked anew", "Deputy"}, len(pending), func(i int) table.Row {
			a := pending[i]
			zone := p.zones.of(a.Case.Creditor)
			return table.Row{
				a.Case.Creditor + "/" + a.Case.Invoice, a.Debtor.Name, a.Step.Key, channelNames(a.Step.Channels), a.For, a.To,
				dayIn(zone, a.Task.OpenedAt), dayIn(zone, a.Expires), yesOrEmpty(a.Deputy),
			}
		})
		fmt.Fprintln(p.out, "relance preview-message CASE --step STEP shows what would be sent.")
		return nil
	})
}

func channelNames(channels []collection.Channel) string {
	names := make([]string, 0, len(channels))
	for _, channel := range channels {
		names = append(names, string(channel))
	}
	return strings.Join(names, ", ")
}

func yesOrEmpty(yes bool) string {
	if yes {
		return "asked"
	}
	return ""
}

type approveCmd struct {
	onCase
	Step string `arg:"" help:"Key of the step."`
	For  string `help:"The claim you looked at, as relance approvals shows it: if it has changed the approval is refused. The one there is by default." placeholder:"CLAIM"`
	To   string `help:"Whom you saw it goes to, as relance approvals shows it: if that has changed the approval is refused. Whoever it is by default." placeholder:"RECIPIENT"`
}

// Run approves a step.
func (c *approveCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		status, err := service.Approve(ctx, c.Case.creditor, c.Case.invoice, workflows.StepOrder{Step: c.Step, For: c.For, To: c.To, By: c.author()})
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		p.printStatus(status)
		return nil
	})
}

type approveAllCmd struct {
	approvalsFilter
	Reason string `help:"A comment, without personal data."`
	By     string `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

// Run approves everything that waits and fits.
func (c *approveAllCmd) Run(p *program) error {
	filter, err := c.filter()
	if err != nil {
		return err
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		pending, err := service.ApprovalsThatFit(ctx, filter, mostApprovals)
		if err != nil {
			return err
		}
		return p.printApproved(service.ApproveMany(ctx, cases.ToApprove(pending, onCase{By: c.By}.author(), c.Reason)))
	})
}

// printApproved tells what came of each approval. Some that were refused are an error.
func (p *program) printApproved(given []cases.ApprovalGiven) error {
	if len(given) == 0 {
		fmt.Fprintln(p.out, "Nothing waits for an approval.")
	}
	refused := 0
	for _, g := range given {
		outcome := "approved for " + g.For
		if g.Err != nil {
			refused++
			outcome = "refused: " + g.Err.Error()
		}
		fmt.Fprintf(p.out, "%s/%s  %s  %s\n", g.Creditor, g.Invoice, g.Step, outcome)
	}
	if refused > 0 {
		return fmt.Errorf("%d of %s were refused; the others are approved", refused, plural(len(given), "approval"))
	}
	return nil
}

type refuseCmd struct {
	onCase
	Step   string        `arg:"" help:"Key of the step."`
	Reason string        `required:"" help:"Why, without personal data."`
	Then   string        `help:"skip: the step is not taken. hold: the case is put on hold and the approval asked for anew afterwards." enum:"skip,hold" default:"skip"`
	Until  calendar.Date `help:"Last day of the hold; until it is resumed by default." placeholder:"DATE"`
	For    string        `help:"The claim you looked at, as relance approvals shows it." placeholder:"CLAIM"`
}

// Run refuses an approval.
func (c *refuseCmd) Run(p *program) error {
	if !c.Until.IsZero() && cmp.Or(c.Then, "skip") == "skip" {
		return errors.New("--until is the last day of a hold: add --then hold")
	}
	return p.command(c.onCase, workflows.CommandRefuseApproval, workflows.ApprovalRefusal{
		Step: c.Step, Reason: c.Reason, Then: collection.AfterRefusal(c.Then), Until: c.Until, For: c.For, By: c.author(),
	})
}

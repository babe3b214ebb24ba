package main

import (
	"context"
	"fmt"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/latefees"
	"relance/ledger"
	"relance/workflows"
)

type claimLateFeesCmd struct {
	onCase
	ID string        `required:"" help:"The claim's own ID. It counts once."`
	On calendar.Date `help:"Day from which they are claimed; today by default." placeholder:"DATE"`
}

// Run claims the late fees.
func (c *claimLateFeesCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		outcome, err := service.ClaimLateFees(ctx, c.Case.creditor, c.Case.invoice,
			workflows.LateFeesClaim{ID: c.ID, ClaimedOn: c.On, By: c.author()}, true)
		return p.told(outcome, unknownCaseHint(err, c.Case))
	})
}

type waiveLateFeesCmd struct {
	onCase
	Part     string        `help:"interest, indemnity or costs; all late fees by default." enum:",interest,indemnity,costs" default:""`
	Amount   string        `help:"How much of the part, such as 40.00; all that is open by default."`
	Currency string        `help:"ISO 4217 code of the amount." default:"EUR"`
	Reason   string        `required:"" help:"Why they are given up."`
	ID       string        `required:"" help:"The waiver's own ID. It counts once."`
	On       calendar.Date `help:"Day of the waiver; today by default." placeholder:"DATE"`
}

// Run gives up late fees.
func (c *waiveLateFeesCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		outcome, err := service.WaiveLateFees(ctx, c.Case.creditor, c.Case.invoice, workflows.LateFeesWaiver{
			ID: c.ID, Part: ledger.Part(c.Part), Amount: workflows.Decimal(c.Amount), Currency: c.Currency, Reason: c.Reason, WaivedOn: c.On, By: c.author(),
		}, true)
		return p.told(outcome, unknownCaseHint(err, c.Case))
	})
}

type claimCostCmd struct {
	onCase
	amountArg
	For string        `required:"" help:"What it was for."`
	ID  string        `required:"" help:"The cost's own ID. It counts once."`
	On  calendar.Date `help:"Day it was incurred; today by default." placeholder:"DATE"`
}

// Run claims a cost of recovery.
func (c *claimCostCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		outcome, err := service.ClaimCost(ctx, c.Case.creditor, c.Case.invoice, workflows.CostClaim{
			ID: c.ID, Amount: workflows.Decimal(c.Amount), Currency: string(c.Currency), What: c.For, IncurredOn: c.On, By: c.author(),
		}, true)
		return p.told(outcome, unknownCaseHint(err, c.Case))
	})
}

type legalEventCmd struct {
	onCase
	Event string        `arg:"" enum:"formal-notice-received,judgment-enforceable,insolvency-opened" help:"formal-notice-received, judgment-enforceable or insolvency-opened."`
	On    calendar.Date `arg:"" help:"The day, YYYY-MM-DD."`
	ID    string        `required:"" help:"The event's own ID, such as a file number. It counts once."`
}

// Run records a day that changes the interest.
func (c *legalEventCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		outcome, err := service.RecordLegalEvent(ctx, c.Case.creditor, c.Case.invoice,
			workflows.LegalEvent{ID: c.ID, Event: ledger.EntryKind(c.Event), On: c.On, By: c.author()}, true)
		return p.told(outcome, unknownCaseHint(err, c.Case))
	})
}

type journalCmd struct {
	Case caseRef `arg:"" help:"The case: <creditor>/<invoice number>."`
}

// Run shows the journal of a claim.
func (c *journalCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		if _, err := service.Store.LoadCase(ctx, c.Case.creditor, c.Case.invoice); err != nil {
			return unknownCaseHint(err, c.Case)
		}
		journal, err := service.Store.Journal(ctx, c.Case.creditor, c.Case.invoice)
		if err != nil {
			return err
		}
		type line struct {
			entry casefile.JournalEntry
			leg   ledger.Leg
		}
		var lines []line
		for _, entry := range journal {
			for _, leg := range entry.Legs {
				lines = append(lines, line{entry, leg})
			}
		}
		p.table("Journal", table.Row{"No.", "Value date", "Account", "Debit", "Credit", "What"}, len(lines), func(i int) table.Row {
			debit, credit := lines[i].leg.Amount.String(), ""
			if lines[i].leg.Amount.Sign() < 0 {
				debit, credit = "", lines[i].leg.Amount.Neg().String()
			}
			return table.Row{lines[i].entry.ID, lines[i].entry.ValueDate, lines[i].leg.Account, debit, credit, lines[i].entry.Key}
		})
		return nil
	})
}

// printLateFees shows what is due beside the principal, and what to know before it
// is claimed.
func (p *program) printLateFees(position ledger.Position, warnings []latefees.Warning) {
	fees := position.LateFees
	if fees.IsZero() {
		return
	}
	claimed := "not claimed yet"
	if !fees.ClaimedFrom.IsZero() {
		claimed = "claimed from " + fees.ClaimedFrom.String()
	}
	fmt.Fprintf(p.out, "  late fees %s, counted to %s\n", claimed, position.AsOf)
	for _, line := range []struct {
		name string
		dues ledger.Dues
	}{{"interest", fees.Interest}, {"fixed sum", fees.Indemnity}, {"costs", fees.Costs}} {
		if !line.dues.IsZero() {
			fmt.Fprintf(p.out, "            %s %s, paid %s, waived %s, open %s\n", line.name, line.dues.Arisen, line.dues.Paid, line.dues.Waived, line.dues.Open)
		}
	}
	if fees.Unknown != "" {
		fmt.Fprintf(p.out, "            the interest is not counted: %s\n", fees.Unknown)
	}
	for _, warning := range warnings {
		fmt.Fprintf(p.out, "            beware: %s\n", warning.Message.EN)
	}
}

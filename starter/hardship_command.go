package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
)

type hardshipCmd struct {
	Flag hardshipFlagCmd `cmd:"" help:"Flag a debtor: hardship softens its cases, over-indebtedness of a consumer stops them."`
	End  hardshipEndCmd  `cmd:"" help:"End a flag."`
	Show hardshipShowCmd `cmd:"" help:"List the flags of a debtor."`
}

// Help has the examples.
func (hardshipCmd) Help() string {
	return `Examples:
  relance hardship flag atelier-lumiere/C-1007 hardship loss-of-income --review-on 2026-09-01
  relance hardship flag atelier-lumiere/C-2001 over-indebtedness commission-admissible --from 2026-04-08 --id BDF-118
  relance hardship end atelier-lumiere/C-2001 BDF-118 --on 2026-11-02
  relance hardship end atelier-lumiere/C-2001 BDF-118 --withdrawn
The reason is a code. Details of a person's health are never stored.`
}

type hardshipFlagCmd struct {
	onDebtor
	Kind     string        `arg:"" enum:"hardship,over-indebtedness" help:"hardship or over-indebtedness."`
	Reason   string        `arg:"" enum:"loss-of-income,change-of-household,cash-shortage,commission-seized,commission-admissible,other" help:"loss-of-income, change-of-household, cash-shortage, commission-seized, commission-admissible or other."`
	From     calendar.Date `help:"Day of the decision; today by default." placeholder:"DATE"`
	Until    calendar.Date `help:"Last day; until it is ended by default." placeholder:"DATE"`
	ReviewOn calendar.Date `help:"When a person looks at it again; in 90 days by default." placeholder:"DATE"`
	ID       string        `help:"The flag's own ID, to count once; made from the time by default."`
}

// Run flags a debtor.
func (c *hardshipFlagCmd) Run(p *program) error {
	return p.flagHardship(c.onDebtor, casefile.HardshipFlag{
		ID:   cmp.Or(c.ID, "hardship-"+time.Now().UTC().Format("20060102T150405.000")),
		Kind: collection.HardshipKind(c.Kind), Reason: collection.HardshipReason(c.Reason), From: c.From, Until: c.Until, ReviewOn: c.ReviewOn,
	})
}

type hardshipEndCmd struct {
	onDebtor
	ID        string        `arg:"" help:"ID of the flag."`
	On        calendar.Date `help:"The first day on which it holds no more, of over-indebtedness the day from which the measures apply; today by default." placeholder:"DATE"`
	Withdrawn bool          `help:"It should never have been, a mistake or a decision that was annulled: the interest counts as if it had never paused."`
}

// Run ends a flag.
func (c *hardshipEndCmd) Run(p *program) error {
	return p.flagHardship(c.onDebtor, casefile.HardshipFlag{ID: c.ID, Ended: c.On, Withdrawn: c.Withdrawn})
}

func (p *program) flagHardship(on onDebtor, flag casefile.HardshipFlag) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		flag.Creditor, flag.Debtor, flag.Actor = on.Debtor.creditor, on.Debtor.debtor, on.author()
		if flag.Kind == "" {
			flag.Ended = cmp.Or(flag.Ended, calendar.DateOf(service.Clock().Now()))
		}
		flagged, err := service.FlagHardship(ctx, flag)
		if err != nil {
			return debtorHint(err, on.Debtor)
		}
		p.printHardships([]casefile.HardshipFlag{flagged})
		return nil
	})
}

type hardshipShowCmd struct {
	Debtor debtorRef `arg:"" help:"The debtor: <creditor>/<customer number>."`
}

// Run lists the flags of a debtor.
func (c *hardshipShowCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		flags, err := service.Store.Hardships(ctx, c.Debtor.creditor, c.Debtor.debtor)
		if err != nil {
			return err
		}
		if len(flags) == 0 {
			fmt.Fprintln(p.out, "The debtor is not flagged.")
		}
		p.printHardships(flags)
		return nil
	})
}

func (p *program) printHardships(flags []casefile.HardshipFlag) {
	p.table("Hardship", table.Row{"ID", "Kind", "Reason", "From", "Until", "Look again", "Ended", "Withdrawn"}, len(flags), func(i int) table.Row {
		f := flags[i]
		return table.Row{f.ID, f.Kind, f.Reason, f.From, f.Until, f.ReviewOn, f.Ended, yes(f.Withdrawn)}
	})
}

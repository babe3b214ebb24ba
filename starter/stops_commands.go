package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
)

type stopCmd struct {
	Kind       string        `arg:"" enum:"hold,exclusion,block,kill-switch" help:"hold (a debtor's invoices pause), exclusion (an invoice or a debtor is not reminded), block (nothing leaves to a debtor) or kill-switch (nothing leaves at all)."`
	Case       caseRef       `help:"The invoice to exclude: <creditor>/<invoice number>." placeholder:"CASE"`
	Debtor     debtorRef     `help:"The debtor: <creditor>/<debtor ID>." placeholder:"DEBTOR"`
	Creditor   string        `help:"The creditor whose kill switch it is." placeholder:"CREDITOR"`
	Everything bool          `help:"The kill switch of the whole installation."`
	Reason     string        `required:"" help:"Why, in a word or two, without personal data."`
	Until      calendar.Date `help:"Last day; until it is lifted by default. An exclusion has none." placeholder:"DATE"`
	ID         string        `help:"ID of the stop, to set it once; made from the time by default."`
	By         string        `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

// Help has the examples.
func (stopCmd) Help() string {
	return `It is in force when the command returns; the cases are told in the background. relance lift ends it.

Examples:
  relance stop hold --debtor atelier-lumiere/D-104 --reason audit --until 2026-12-15
  relance stop exclusion --case atelier-lumiere/F-2026-001 --reason "our lawyer talks to them"
  relance stop block --debtor atelier-lumiere/D-104 --reason "legal department"
  relance stop kill-switch --everything --reason "wrong bank account"`
}

// Run sets a stop.
func (c *stopCmd) Run(p *program) error {
	stop, err := c.stop()
	if err != nil {
		return err
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		placed, fresh, err := service.SetStop(ctx, stop)
		if err != nil {
			return err
		}
		words := "In force"
		if !fresh {
			words = "Set before"
		}
		fmt.Fprintf(p.out, "%s: %s. relance lift %s ends it.\n", words, describeStop(placed), placed.ID)
		return nil
	})
}

func (c *stopCmd) stop() (casefile.Stop, error) {
	stop := casefile.Stop{
		Stop:   collection.Stop{ID: cmp.Or(c.ID, c.Kind+"-"+time.Now().UTC().Format("20060102T150405.000")), Kind: collection.StopKind(c.Kind), Reason: c.Reason, Until: c.Until},
		Author: onCase{By: c.By}.author(),
	}
	named := 0
	for _, scope := range []struct {
		given                     bool
		creditor, debtor, invoice string
	}{
		{c.Case.invoice != "", c.Case.creditor, "", c.Case.invoice},
		{c.Debtor.debtor != "", c.Debtor.creditor, c.Debtor.debtor, ""},
		{c.Creditor != "", c.Creditor, "", ""},
		{c.Everything, "", "", ""},
	} {
		if scope.given {
			named++
			stop.Creditor, stop.Debtor, stop.Invoice = scope.creditor, scope.debtor, scope.invoice
		}
	}
	if named != 1 {
		return stop, errors.New("say whom it is about, once: --case, --debtor, --creditor or --everything")
	}
	stop.Scope = stop.NarrowestScope()
	return stop, nil
}

// describeStop is a stop on one line.
func describeStop(s casefile.Stop) string {
	words := fmt.Sprintf("%s of %s", s.Kind, aboutStop(s))
	if !s.Until.IsZero() {
		words += " until " + s.Until.String()
	}
	return words + " (" + s.Reason + ")"
}

func aboutStop(s casefile.Stop) string {
	switch s.Scope {
	case collection.ScopeInvoice:
		return s.Creditor + "/" + s.Invoice
	case collection.ScopeDebtor:
		return s.Creditor + "/" + s.Debtor
	case collection.ScopeCreditor:
		return s.Creditor
	default:
		return "everything"
	}
}

type liftCmd struct {
	ID string `arg:"" help:"ID of the stop: relance stops lists them."`
	By string `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

// Run lifts a stop.
func (c *liftCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		lifted, err := service.LiftStop(ctx, c.ID, onCase{By: c.By}.author())
		if errors.Is(err, casefile.ErrUnknownStop) {
			return fmt.Errorf("there is no stop %s: relance stops lists them (the hold of one invoice ends with relance resume)", c.ID)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "Lifted by %s: %s\n", lifted.LiftedBy, describeStop(lifted))
		return nil
	})
}

type stopsCmd struct {
	Creditor string `help:"Only what concerns this creditor, wider stops included."`
	Debtor   string `help:"Only what concerns this debtor, wider stops included."`
	All      bool   `help:"Also those that are lifted or have ended."`
}

// Run lists stops.
func (c *stopsCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		stops, err := service.Store.Stops(ctx, casefile.StopFilter{
			Creditor: c.Creditor, Debtor: c.Debtor, InForce: !c.All, Today: calendar.DateOf(service.Clock().Now()), Limit: 1000,
		})
		if err != nil {
			return err
		}
		if len(stops) == 0 {
			fmt.Fprintln(p.out, "Nothing is stopped.")
		}
		p.table(plural(len(stops), "stop"), table.Row{"ID", "Kind", "About", "Reason", "By", "Since", "Until", "Lifted", "Cases told"}, len(stops), func(i int) table.Row {
			s := stops[i]
			zone := p.zones.of(s.Creditor)
			told := "yes"
			if s.Told < s.Changes {
				told = "not all yet"
			}
			return table.Row{s.ID, s.Kind, aboutStop(s), s.Reason, s.Author, minuteIn(zone, s.At), s.Until, dayIn(zone, s.Lifted), told}
		})
		return nil
	})
}

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/imports"
	"relance/imports/invoice"
	"relance/money"
	"relance/wiring"
)

type importCmd struct {
	Files    []string `arg:"" help:"Files or folders." type:"path"`
	Creditor string   `help:"Creditor of documents that name none and whose seller is not recognised." placeholder:"ID"`
	DryRun   bool     `help:"Say what would happen and change nothing."`
	Details  bool     `help:"Tell of every document."`
}

// Run imports files.
func (c *importCmd) Run(p *program) error {
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		return p.importInto(ctx, s, service, c)
	})
}

// errRefused makes a command fail whose other documents went through.
var errRefused = errors.New("some documents were refused: correct them and import the file again, what went through stays as it is")

// errWouldRefuse makes a dry run fail some of whose documents the import would refuse.
var errWouldRefuse = errors.New("some documents would be refused: correct them before you import")

// errInterrupted is the end of an import that was told to stop.
var errInterrupted = errors.New("the import was stopped: import the same files again, what went through is recognised")

func (p *program) importInto(ctx context.Context, s *settings, service *cases.Service, c *importCmd) error {
	made, err := wiring.Intake(service, s.strategies, s.config.Creditors, s.law)
	if err != nil {
		return err
	}
	made.Actor = onCase{}.author()
	made.DefaultCreditor = cmp.Or(c.Creditor, made.DefaultCreditor)
	if c.DryRun {
		made = made.DryRun()
	}
	i := importer{intake: made, options: imports.Options{Rules: made.Rules()}, out: p.errOut, progress: isTerminal(p.errOut)}
	result, err := i.run(ctx, c.Files)
	if err != nil {
		return err
	}
	if c.Details || c.DryRun {
		p.printResults(result.results)
	}
	result.print(p.out)
	if c.DryRun {
		fmt.Fprintln(p.out, "dry run: nothing was changed; imported now, each document would become what is said of it")
	}
	switch {
	case ctx.Err() != nil:
		return errInterrupted
	case len(result.refused) > 0 && c.DryRun:
		return errWouldRefuse
	case len(result.refused) > 0:
		return errRefused
	}
	return nil
}

type startCmd struct {
	onCase
	amountArg
	Due        calendar.Date `required:"" help:"Due date, YYYY-MM-DD." placeholder:"DATE"`
	Issued     calendar.Date `required:"" help:"Issue date." placeholder:"DATE"`
	Debtor     string        `required:"" help:"Your number of the debtor."`
	DebtorName string        `required:"" help:"Name of the debtor."`
	Kind       string        `help:"business, consumer or public." enum:"business,consumer,public" default:"business"`
	Email      string        `help:"Address to write to."`
	Phone      string        `help:"Mobile number for short messages."`
	Country    string        `help:"Country of the debtor, ISO 3166-1 alpha-2." default:"FR"`
	Language   string        `help:"Language of the debtor." default:"fr"`
	Strategy   string        `help:"Strategy; the creditor's default for the kind of debtor by default."`
}

// Run starts one case.
func (c *startCmd) Run(p *program) error {
	document, err := c.document()
	if err != nil {
		return err
	}
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		made, err := wiring.Intake(service, s.strategies, s.config.Creditors, s.law)
		if err != nil {
			return err
		}
		made.Actor = c.author()
		result, err := made.Take(ctx, document)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s/%s: %s, strategy %s, first %s on %s\n",
			result.Creditor, result.Number, result.Outcome, result.Strategy, result.FirstStep, dayIn(p.zones.of(result.Creditor), result.FirstAt))
		return nil
	})
}

// document is what the flags say, as an import would read it.
func (c *startCmd) document() (invoice.Document, error) {
	total, err := money.Parse(c.Amount, c.Currency)
	if err != nil {
		return invoice.Document{}, err
	}
	if total.Sign() <= 0 {
		return invoice.Document{}, fmt.Errorf("the amount %s leaves nothing to collect", total)
	}
	if c.Due < c.Issued {
		return invoice.Document{}, fmt.Errorf("the due date %s is before the issue date %s", c.Due, c.Issued)
	}
	contact := invoice.Contact{Role: invoice.RoleAccountsPayable}
	if c.Email != "" {
		if contact.Email, err = invoice.ParseEmail(c.Email); err != nil {
			return invoice.Document{}, fmt.Errorf("--email %q: %w", c.Email, err)
		}
	}
	if c.Phone != "" {
		if contact.Phone, err = invoice.ParsePhone(c.Phone, c.Country); err != nil {
			return invoice.Document{}, fmt.Errorf("--phone %q: %w", c.Phone, err)
		}
	}
	return invoice.Document{
		Source: invoice.Source{File: "command line", Line: 1}, Number: c.Case.invoice, Kind: invoice.Invoice, Creditor: c.Case.creditor,
		Issued: c.Issued, Due: c.Due, DueDateSource: invoice.DueStated, Currency: c.Currency, Total: total, AmountDue: total,
		Prepaid: total.Zero(), Strategy: c.Strategy,
		Buyer: invoice.Debtor{
			Party: invoice.Party{Name: c.DebtorName, Address: invoice.Address{Country: c.Country}}, Ref: c.Debtor,
			Kind: invoice.DebtorKind(c.Kind), Language: c.Language, Contacts: []invoice.Contact{contact},
		},
	}, nil
}

type previewCmd struct {
	Files    []string `arg:"" optional:"" help:"Files to preview before they are imported; the open cases by default." type:"path"`
	Strategy string   `help:"Preview with this strategy (name or name@version) in place of the cases' own."`
	Creditor string   `help:"Only this creditor's cases; the creditor of the files."`
	Days     int      `help:"How many days ahead." default:"90"`
	Limit    int      `help:"How many actions to list." default:"60"`
}

// Run shows what would leave.
func (c *previewCmd) Run(p *program) error {
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		portfolio, err := c.portfolio(ctx, s, service)
		if err != nil {
			return err
		}
		if c.Strategy != "" {
			definition, err := findStrategy(s.strategies, c.Strategy)
			if err != nil {
				return err
			}
			for i := range portfolio {
				portfolio[i] = replaceStrategy(portfolio[i], definition.Strategy)
			}
		}
		now := service.Clock().Now()
		p.printPreview(portfolio, now, now.AddDate(0, 0, c.Days), c.Limit)
		return nil
	})
}

// replaceStrategy is the case under another strategy, or as it is when it could
// not be migrated there.
func replaceStrategy(one collection.Case, strategy collection.Strategy) collection.Case {
	events, err := collection.Decide(one, collection.MigrateStrategy{Strategy: strategy})
	if err != nil {
		return one
	}
	return collection.ApplyAll(one, events)
}

func (c *previewCmd) portfolio(ctx context.Context, s *settings, service *cases.Service) ([]collection.Case, error) {
	if len(c.Files) > 0 {
		return c.fromFiles(ctx, s, service)
	}
	var portfolio []collection.Case
	filter := casefile.CaseFilter{Creditor: c.Creditor, OpenOnly: true, Limit: 500}
	for {
		rows, err := service.Store.Cases(ctx, filter)
		if err != nil || len(rows) == 0 {
			return portfolio, err
		}
		for _, row := range rows {
			loaded, err := service.Store.LoadCase(ctx, row.Creditor, row.Invoice)
			if err != nil {
				return nil, err
			}
			portfolio = append(portfolio, loaded)
		}
		filter.After = rows[len(rows)-1].Cursor()
	}
}

func (c *previewCmd) fromFiles(ctx context.Context, s *settings, service *cases.Service) ([]collection.Case, error) {
	made, err := wiring.Intake(service, s.strategies, s.config.Creditors, s.law)
	if err != nil {
		return nil, err
	}
	made.DefaultCreditor = cmp.Or(c.Creditor, made.DefaultCreditor)
	files, err := filesOf(c.Files)
	if err != nil {
		return nil, err
	}
	var portfolio []collection.Case
	shown := map[string]bool{}
	var read reading
	for document, err := range read.documents(ctx, files, imports.Options{Rules: made.Rules()}) {
		if err != nil || document.Kind == invoice.CreditNote || document.NothingDue() {
			continue // an import's dry run tells of these
		}
		opening, err := made.Opening(document)
		if err != nil {
			return nil, atSource(document, err)
		}
		one, err := made.Preview(ctx, opening)
		switch {
		case isRefusal(err) || shown[one.ID()]:
			continue // an import's dry run tells of these too
		case err != nil:
			return nil, atSource(document, err)
		}
		shown[one.ID()] = true
		portfolio = append(portfolio, one)
	}
	return portfolio, ctx.Err()
}

// isRefusal reports whether the case file refuses a document for what it says.
func isRefusal(err error) bool {
	var refused *collection.Refusal
	var conflict *casefile.ConflictError
	return errors.As(err, &refused) || errors.As(err, &conflict)
}

func (p *program) printPreview(portfolio []collection.Case, from, until time.Time, limit int) {
	type coming struct {
		collection.Planned
		id   string
		zone *time.Location
		open money.Amount
	}
	var all []coming
	perStep := map[string]int{}
	for _, one := range portfolio {
		for _, planned := range collection.Forecast(one, from, until) {
			all = append(all, coming{planned, one.Creditor + "/" + one.Invoice, p.zones.of(one.Creditor), one.Open})
			perStep[planned.Step.Key]++
		}
	}
	slices.SortFunc(all, func(a, b coming) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.id, b.id)) })
	fmt.Fprintf(p.out, "%s, %s until %s if nobody pays\n", plural(len(portfolio), "case"), plural(len(all), "action"), dayIn(p.zones.shared(), until))
	steps := make([]string, 0, len(perStep))
	for step := range perStep {
		steps = append(steps, step)
	}
	slices.Sort(steps)
	p.table("By step", table.Row{"Step", "Times"}, len(steps), func(i int) table.Row { return table.Row{steps[i], perStep[steps[i]]} })
	p.table("In order", table.Row{"When", "Case", "Open", "Step", "How", "Why"}, min(limit, len(all)), func(i int) table.Row {
		one := all[i]
		return table.Row{minuteIn(one.zone, one.At), one.id, one.open, one.Step.Key, string(one.Channel) + string(one.Task), one.Because}
	})
	if len(all) > limit {
		fmt.Fprintf(p.out, "… and %d more (--limit)\n", len(all)-limit)
	}
}

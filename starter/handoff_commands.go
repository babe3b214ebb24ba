package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/handoff"
	"relance/money"
	"relance/workflows"
)

type handoffCmd struct {
	Check    handoffCheckCmd    `cmd:"" help:"Check whether a case can be handed over: each rule with its article and the data it saw, and how each route looks."`
	Partners handoffPartnersCmd `cmd:"" help:"List the professionals of the configuration."`
	Propose  handoffProposeCmd  `cmd:"" help:"Announce that a case is handed over; a payment wins until it is approved."`
	Approve  handoffApproveCmd  `cmd:"" help:"Approve an announced handoff, for the amount that is open."`
	Refuse   handoffRefuseCmd   `cmd:"" help:"Do not hand a case over."`
	Recall   handoffRecallCmd   `cmd:"" help:"Take a case back from its partner."`
	Status   handoffStatusCmd   `cmd:"" help:"Record what a partner did, or show how the handoffs of a case stand."`
	Remit    handoffRemitCmd    `cmd:"" help:"Record what a partner collected and kept."`
	File     handoffFileCmd     `cmd:"" help:"Write the case file that the partner was given."`
}

type handoffCheckCmd struct {
	Case caseRef `arg:"" help:"The case: <creditor>/<invoice number>."`
	spoken
	JSON bool `help:"As JSON."`
}

// Run checks a case against the rules of handing over.
func (c *handoffCheckCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		check, err := service.CheckHandoff(ctx, c.Case.creditor, c.Case.invoice)
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		if c.JSON {
			encoder := json.NewEncoder(p.out)
			encoder.SetIndent("", "  ")
			return encoder.Encode(check)
		}
		p.printCheck(check, c.spoken)
		return nil
	})
}

// printCheck prints each rule with what it saw. It gives no advice.
func (p *program) printCheck(check handoff.Check, in spoken) {
	findings := func(title string, list []handoff.Finding) {
		p.table(title, table.Row{in.of("Satisfied", "Respectée"), in.of("Rule", "Règle"), in.of("Data", "Données"), in.of("Article", "Texte")}, len(list), func(i int) table.Row {
			f := list[i]
			return table.Row{f.Verdict, in.say(f.Rule), in.say(f.Saw), f.Article}
		})
	}
	findings(in.of("Whatever the route", "Quelle que soit la voie"), check.File)
	for _, route := range check.Routes {
		findings(fmt.Sprintf("%s (%s): %s", in.say(route.Title), route.Route, route.Verdict), route.Findings)
		fmt.Fprintf(p.out, "  %s; %s\n", in.say(route.Before), in.say(route.Terms))
	}
	if missing := check.Missing(); len(missing) > 0 {
		fmt.Fprintf(p.out, "\n%s\n", in.of("The case cannot be handed over yet: see the rules that are not satisfied.", "Le dossier ne peut pas encore être transmis : voyez les règles non respectées."))
	}
	fmt.Fprintf(p.out, "\n%s\n", in.of("Rules and data, no legal advice: you decide.", "Des règles et des données, sans conseil juridique : vous décidez."))
}

type handoffPartnersCmd struct{}

// Run lists the partners.
func (handoffPartnersCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		partners, err := service.Store.Partners(ctx)
		if err != nil {
			return err
		}
		if len(partners) == 0 {
			fmt.Fprintln(p.out, "No partner is configured: add some under handoff.partners.")
		}
		p.table(plural(len(partners), "partner"), table.Row{"ID", "Kind", "Name", "Gets cases by", "Fees"}, len(partners), func(i int) table.Row {
			one := partners[i]
			return table.Row{one.ID, one.Kind, one.Name, one.Delivery, one.Fees}
		})
		return nil
	})
}

// onHandoff is what every command about one handoff has.
type onHandoff struct {
	onCase
	ID string `arg:"" help:"The handoff's own ID."`
}

type handoffProposeCmd struct {
	onCase
	Partner string `arg:"" help:"A partner of the configuration."`
	Route   string `arg:"" help:"collection-agency, small-claims, undisputed-commercial-claim, payment-order, european-payment-order or lawyer." enum:"collection-agency,small-claims,undisputed-commercial-claim,payment-order,european-payment-order,lawyer"`
	ID      string `help:"The handoff's own ID; made of the partner and the day by default."`
	Despite string `help:"Why, though a rule of the route says no; without personal data." placeholder:"REASON"`
}

// Run proposes a handoff.
func (c *handoffProposeCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		id := cmp.Or(c.ID, c.Partner+"-"+calendar.DateOf(service.Clock().Now()).String())
		if err := p.give(ctx, service, c.onCase, workflows.CommandProposeHandoff, workflows.HandoffProposal{
			ID: id, Partner: c.Partner, Route: handoff.Route(c.Route), Despite: c.Despite, By: c.author(),
		}); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "  handoff   %s\n", id)
		return nil
	})
}

type handoffApproveCmd struct {
	onHandoff
	amountArg
}

// Run approves a handoff.
func (c *handoffApproveCmd) Run(p *program) error {
	return p.command(c.onCase, workflows.CommandApproveHandoff, workflows.HandoffApproval{
		ID: c.ID, Amount: workflows.Decimal(c.Amount), Currency: string(c.Currency), By: c.author(),
	})
}

type handoffRefuseCmd struct {
	onHandoff
	Reason string `required:"" help:"Why, without personal data."`
}

// Run refuses a handoff.
func (c *handoffRefuseCmd) Run(p *program) error {
	return p.command(c.onCase, workflows.CommandRefuseHandoff, workflows.HandoffRefusal{ID: c.ID, Reason: c.Reason, By: c.author()})
}

type handoffRecallCmd struct {
	onHandoff
	Reason string `help:"Why, without personal data."`
}

// Run recalls a case from its partner.
func (c *handoffRecallCmd) Run(p *program) error {
	return p.command(c.onCase, workflows.CommandRecallHandoff, workflows.HandoffRecall{ID: c.ID, Reason: c.Reason, By: c.author()})
}

type handoffStatusCmd struct {
	onCase
	ID     string        `arg:"" optional:"" help:"The handoff's own ID; leave it out to see how the handoffs stand."`
	Status string        `arg:"" optional:"" help:"What the partner did: received, accepted, refused, in-progress, order-obtained, served, opposed, enforced, collected, closed-unpaid or returned."`
	On     calendar.Date `help:"The day; today by default. Time limits run from it." placeholder:"DATE"`
	Event  string        `help:"The report's own ID; made of status and day by default."`
}

// Run records a status of a partner, or shows the handoffs of a case.
func (c *handoffStatusCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		if c.Status != "" {
			status, err := service.HearPartner(ctx, c.Case.creditor, c.Case.invoice, workflows.PartnerStatus{
				Handoff: c.ID, Event: c.Event, Status: handoff.Status(c.Status), On: c.On, By: c.author(),
			})
			if err != nil {
				return unknownCaseHint(err, c.Case)
			}
			p.printStatus(status)
			return nil
		}
		file, err := service.Store.CaseFile(ctx, c.Case.creditor, c.Case.invoice)
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		p.printStatus(workflows.NewStatus(file.Case, service.Clock().Now()))
		p.printHandoffs(file)
		return nil
	})
}

type handoffRemitCmd struct {
	onHandoff
	Gross    string         `arg:"" help:"What the debtor paid the partner, such as 1200.00; 0 for fees only."`
	Fees     string         `help:"What the partner kept." default:"0"`
	Currency money.Currency `help:"ISO 4217 code." default:"EUR"`
	Account  string         `required:"" help:"The account's own ID. It counts once."`
	On       calendar.Date  `help:"Day of the account; today by default." placeholder:"DATE"`
}

// Run records a remittance.
func (c *handoffRemitCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		status, err := service.Remit(ctx, c.Case.creditor, c.Case.invoice, workflows.Remittance{
			ID: c.Account, Handoff: c.ID, Gross: workflows.Decimal(c.Gross), Fees: workflows.Decimal(c.Fees), Currency: string(c.Currency), On: c.On, By: c.author(),
		})
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		p.printStatus(status)
		return nil
	})
}

type handoffFileCmd struct {
	onHandoff
	Output string `required:"" help:"File to write." type:"path" placeholder:"FILE"`
}

// Run writes the file that a partner was given.
func (c *handoffFileCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		key := casefile.HandoffKey{Creditor: c.Case.creditor, Invoice: c.Case.invoice, ID: c.ID}
		file, err := service.Store.LoadHandoffFile(ctx, key.Reference())
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Output, file.Bytes, 0o600); err != nil {
			return fmt.Errorf("writing the case file: %w", err)
		}
		fmt.Fprintf(p.out, "%s: %d bytes, SHA-256 %s, built on %s\n", c.Output, len(file.Bytes), file.SHA256, file.BuiltAt.In(p.zones.of(c.Case.creditor)).Format(time.DateOnly))
		return nil
	})
}

// printHandoff prints how the last handoff of a case stands.
func (p *program) printHandoff(h *workflows.HandoffStatus) {
	if h == nil {
		return
	}
	words := fmt.Sprintf("%s to %s by %s: %s", h.ID, h.Partner, h.Route, h.Phase)
	switch {
	case h.End != "":
		words += " (" + string(h.End) + ")"
	case h.Status != "":
		words += fmt.Sprintf(", %s on %s", h.Status, h.StatusOn)
	case h.Phase == handoff.Announced:
		words += ", to be approved from " + h.ApproveFrom.String()
	}
	fmt.Fprintf(p.out, "  handoff   %s\n", words)
	for _, limit := range h.Limits {
		fmt.Fprintf(p.out, "            %s: last day %s (%s)\n", limit.Title.EN, limit.Last, limit.Article)
	}
}

// printHandoffs prints what is recorded of the handoffs of a case.
func (p *program) printHandoffs(file casefile.File) {
	zone := p.zones.of(file.Row.Creditor)
	p.table("Handoffs", table.Row{"ID", "Partner", "Route", "Proposed", "By", "Their number", "Recalled", "Despite"}, len(file.Handoffs), func(i int) table.Row {
		h := file.Handoffs[i]
		recalled := ""
		if !h.RecalledAt.IsZero() {
			recalled = minuteIn(zone, h.RecalledAt)
		}
		return table.Row{h.ID, h.PartnerName, h.Route, minuteIn(zone, h.ProposedAt), h.ProposedBy, h.PartnerCase, recalled, h.Despite}
	})
	p.table("What partners told", table.Row{"Handoff", "Status", "On", "Report", "By"}, len(file.PartnerStatuses), func(i int) table.Row {
		told := file.PartnerStatuses[i]
		return table.Row{told.Handoff, told.Status, told.On, told.Event, told.Actor}
	})
	p.table("Remittances", table.Row{"ID", "Handoff", "Collected", "Fees", "Net", "On"}, len(file.Remittances), func(i int) table.Row {
		r := file.Remittances[i]
		return table.Row{r.ID, r.Handoff, r.Gross, r.Fees, r.Net, r.On}
	})
	if len(file.Remittances) > 1 {
		p.printRemitted(file.Remittances)
	}
}

// printRemitted adds up what partners collected, kept and paid over; all of it is in the
// currency of the case.
func (p *program) printRemitted(remittances []casefile.Remittance) {
	gross, fees, net := remittances[0].Gross.Zero(), remittances[0].Gross.Zero(), remittances[0].Gross.Zero()
	for _, r := range remittances {
		var problems [3]error
		gross, problems[0] = gross.Add(r.Gross)
		fees, problems[1] = fees.Add(r.Fees)
		net, problems[2] = net.Add(r.Net)
		if errors.Join(problems[:]...) != nil {
			return // beyond what can be added up
		}
	}
	fmt.Fprintf(p.out, "Collected: %s, less fees of %s, which are your own cost: %s.\n", gross, fees, net)
}

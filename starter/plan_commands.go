package main

import (
	"context"
	"fmt"
	"os"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/arrangements"
	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/cases/agreements"
	"relance/collection"
	"relance/law"
	"relance/money"
	"relance/workflows"
)

// planCmd are the commands about instalment plans.
type planCmd struct {
	Propose    proposePlanCmd    `cmd:"" help:"Propose a plan over invoices of one debtor."`
	Show       showPlanCmd       `cmd:"" help:"Show a plan: its schedule, what was paid, what comes next and why."`
	List       listPlansCmd      `cmd:"" help:"List plans."`
	Approve    approvePlanCmd    `cmd:"" help:"Release a plan beyond what its proposer may grant."`
	Accept     acceptPlanCmd     `cmd:"" help:"Record that the debtor accepted."`
	Settle     settlePlanCmd     `cmd:"" help:"Let the debtor end the plan early, for less."`
	Reschedule reschedulePlanCmd `cmd:"" help:"Replace the schedule by one of what is still owed."`
	Cancel     cancelPlanCmd     `cmd:"" help:"End a plan; its cases go on at the step they had."`
	Agreement  planAgreementCmd  `cmd:"" help:"Write the agreement to sign, with the acknowledgement of the debt, as PDF."`
	Returned   debitReturnedCmd  `cmd:"" help:"Record that a direct debit came back."`
}

// planRef names a plan on the command line: <creditor>/<plan>.
type planRef struct{ creditor, plan string }

// UnmarshalText reads "atelier-lumiere/P-12", with or without "plan/".
func (r *planRef) UnmarshalText(text []byte) error {
	creditor, plan, found := strings.Cut(strings.TrimPrefix(string(text), "plan/"), "/")
	if !found || creditor == "" || plan == "" || strings.Contains(plan, "/") {
		return fmt.Errorf("%q is not a plan: write <creditor>/<plan>", text)
	}
	r.creditor, r.plan = creditor, plan
	return nil
}

// onPlan is what every command about one plan has.
type onPlan struct {
	Plan planRef `arg:"" help:"The plan: <creditor>/<plan>."`
	By   string  `help:"Who gives the command; the system's user by default." placeholder:"NAME"`
}

func (c onPlan) author() string { return onCase{By: c.By}.author() }

// asRole is the role that limits what may be granted.
type asRole struct {
	Role collection.Role `required:"" enum:"salesperson,accountant,manager,owner" help:"What you are at the creditor: it says what you may grant."`
}

// termsArgs are the terms of a plan on the command line.
type termsArgs struct {
	Months        int           `help:"Number of monthly instalments."`
	FirstOn       calendar.Date `required:"" help:"Date of the first one." placeholder:"DATE"`
	DownPayment   string        `help:"Amount paid first." placeholder:"AMOUNT"`
	DownPaymentOn calendar.Date `help:"When it is due." placeholder:"DATE"`
	Amounts       []string      `help:"What each month pays of what is owed, in place of an even split: 100.00,200.00." placeholder:"AMOUNT"`
	Interest      string        `help:"none, late-payment or agreed. A consumer's plan bears none." enum:"none,late-payment,agreed" default:"none"`
	Rate          string        `help:"Percent per year, with agreed interest." placeholder:"PERCENT"`
	GraceDays     int           `help:"Days an instalment may be late before the whole balance is due." default:"8"`
	RemindDays    int           `help:"Days before an instalment on which the debtor is reminded; 0 is not." default:"3"`

	CollectionNoticeDays int    `help:"Days before a direct debit by which the debtor is told of it, where others than 14 were agreed." placeholder:"DAYS"`
	Mandate              string `help:"ID of the SEPA mandate under which the instalments are collected."`
}

func (t termsArgs) terms() (workflows.PlanTerms, error) {
	made := workflows.PlanTerms{
		Months: t.Months, FirstOn: t.FirstOn, DownPayment: workflows.Decimal(t.DownPayment), DownPaymentOn: t.DownPaymentOn,
		Interest: arrangements.InterestClause{Kind: arrangements.InterestKind(t.Interest)}, GraceDays: t.GraceDays, RemindDays: t.RemindDays, Mandate: t.Mandate,
		CollectionNoticeDays: t.CollectionNoticeDays,
	}
	for _, amount := range t.Amounts {
		made.Amounts = append(made.Amounts, workflows.Decimal(amount))
	}
	if t.Rate == "" {
		return made, nil
	}
	rate, err := law.ParsePercent(t.Rate)
	if err != nil {
		return made, fmt.Errorf("--rate: %w", err)
	}
	made.Interest.Rate = rate
	return made, nil
}

type proposePlanCmd struct {
	onPlan
	asRole
	termsArgs
	Invoices  []string `arg:"" optional:"" help:"Numbers of the invoices; all open ones with --debtor."`
	Debtor    string   `help:"All open invoices of this debtor." placeholder:"ID"`
	OfferDays int      `help:"For how many days the debtor can accept." default:"30"`
}

// Help has the examples.
func (proposePlanCmd) Help() string {
	return `Examples:
  relance plan propose atelier-lumiere/P-12 F-2026-001 F-2026-004 --months 6 --first-on 2026-12-05 --role accountant
  relance plan propose atelier-lumiere/P-13 --debtor C-1007 --months 12 --first-on 2027-01-05 --interest agreed --rate 4.5 --role manager`
}

// Run proposes a plan.
func (c *proposePlanCmd) Run(p *program) error {
	terms, err := c.terms()
	if err != nil {
		return err
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		plan, err := service.ProposePlan(ctx, cases.PlanProposal{
			Creditor: c.Plan.creditor, ID: c.Plan.plan, Invoices: c.Invoices, Debtor: c.Debtor, Terms: terms, Role: c.Role, OfferDays: c.OfferDays, By: c.author(),
		})
		if err != nil {
			return err
		}
		p.printPlan(plan, workflows.NewPlanStatus(plan, service.Clock().Now()))
		return nil
	})
}

type showPlanCmd struct {
	Plan planRef `arg:"" help:"The plan: <creditor>/<plan>."`
}

// Run shows a plan.
func (c *showPlanCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		plan, status, err := service.PlanStatus(ctx, c.Plan.creditor, c.Plan.plan)
		if err != nil {
			return err
		}
		p.printPlan(plan, status)
		return nil
	})
}

type listPlansCmd struct {
	Creditor string `help:"Only this creditor's."`
	Debtor   string `help:"Only this debtor's."`
	State    string `help:"Only in this state: proposed, offered, running, completed, settled-early, defaulted, cancelled." enum:",proposed,offered,running,completed,settled-early,defaulted,cancelled" default:""`
	Limit    int    `help:"How many." default:"100"`
}

// Run lists plans.
func (c *listPlansCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		plans, err := service.Store.Plans(ctx, casefile.PlanFilter{Creditor: c.Creditor, Debtor: c.Debtor, State: arrangements.State(c.State), Limit: c.Limit})
		if err != nil {
			return err
		}
		if len(plans) == 0 {
			fmt.Fprintln(p.out, "No plan fits.")
			return nil
		}
		now := service.Clock().Now()
		p.table("Plans", table.Row{"Plan", "Debtor", "State", "Total", "Received", "Why"}, len(plans), func(i int) table.Row {
			plan := plans[i].Plan
			status := workflows.NewPlanStatus(plan, now)
			return table.Row{plan.Creditor + "/" + plan.ID, plan.Debtor, plan.State, status.Total, status.Received, status.Why}
		})
		return nil
	})
}

// planOrder gives a plan a command and shows it, with what is to be done then.
func (p *program) planOrder(on onPlan, command string, order any, hints ...func(arrangements.Plan) string) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		if _, err := service.PlanCommand(ctx, on.Plan.creditor, on.Plan.plan, command, order); err != nil {
			return err
		}
		plan, status, err := service.PlanStatus(ctx, on.Plan.creditor, on.Plan.plan)
		if err != nil {
			return err
		}
		p.printPlan(plan, status)
		for _, hint := range hints {
			if said := hint(plan); said != "" {
				fmt.Fprintln(p.errOut, said)
			}
		}
		return nil
	})
}

type approvePlanCmd struct {
	onPlan
	asRole
}

// Run approves a plan.
func (c *approvePlanCmd) Run(p *program) error {
	return p.planOrder(c.onPlan, workflows.CommandApprovePlan, workflows.PlanApproval{Role: c.Role, By: c.author()})
}

type acceptPlanCmd struct {
	onPlan
	On       calendar.Date `help:"When the debtor accepted; today by default." placeholder:"DATE"`
	How      string        `required:"" enum:"signed-document,mail,portal" help:"signed-document, mail or portal."`
	Document string        `help:"Names the proof in your files, without personal data."`
}

// Run records the acceptance of a plan.
func (c *acceptPlanCmd) Run(p *program) error {
	return p.planOrder(c.onPlan, workflows.CommandAcceptPlan, workflows.PlanAcceptance{
		On: c.On, How: arrangements.AcceptedBy(c.How), Document: c.Document, By: c.author(),
	})
}

type settlePlanCmd struct {
	onPlan
	asRole
	Reduction string        `help:"Amount that is given up." placeholder:"AMOUNT"`
	Until     calendar.Date `required:"" help:"Last value date of the payment." placeholder:"DATE"`
}

// Run offers to settle a plan early.
func (c *settlePlanCmd) Run(p *program) error {
	return p.planOrder(c.onPlan, workflows.CommandSettlePlan, workflows.PlanSettlement{
		Reduction: workflows.Decimal(c.Reduction), Until: c.Until, Role: c.Role, By: c.author(),
	})
}

type reschedulePlanCmd struct {
	onPlan
	asRole
	termsArgs
}

// Run reschedules a plan.
func (c *reschedulePlanCmd) Run(p *program) error {
	terms, err := c.terms()
	if err != nil {
		return err
	}
	return p.planOrder(c.onPlan, workflows.CommandReschedulePlan, workflows.PlanRescheduling{Terms: terms, Role: c.Role, By: c.author()})
}

type cancelPlanCmd struct {
	onPlan
	Reason string `required:"" help:"Why, without personal data."`
}

// Run cancels a plan.
func (c *cancelPlanCmd) Run(p *program) error {
	return p.planOrder(c.onPlan, workflows.CommandCancelPlan, workflows.PlanCancellation{Reason: c.Reason, By: c.author()})
}

type debitReturnedCmd struct {
	onPlan
	Debit  string        `arg:"" help:"End-to-end ID of the collection."`
	Reason string        `required:"" help:"The bank's reason, such as AM04."`
	On     calendar.Date `help:"When it came back; today by default." placeholder:"DATE"`
}

// Run records that a direct debit came back.
func (c *debitReturnedCmd) Run(p *program) error {
	return p.planOrder(c.onPlan, workflows.CommandDebitReturned, workflows.DebitReturned{ID: c.Debit, Reason: c.Reason, On: c.On, By: c.author()},
		func(plan arrangements.Plan) string {
			if !plan.State.WasKept() {
				return ""
			}
			return "The plan is " + string(plan.State) + " until the payment of the debit is taken back on its invoice (relance reverse): then it goes on again."
		})
}

type planAgreementCmd struct {
	Plan     planRef `arg:"" help:"The plan: <creditor>/<plan>."`
	Language string  `help:"fr or en; the debtor's by default." enum:",fr,en" default:"" placeholder:"LANGUAGE"`
	Output   string  `short:"o" required:"" help:"Write to this file." type:"path" placeholder:"FILE"`
}

// Run writes the agreement of a plan.
func (c *planAgreementCmd) Run(p *program) error {
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		maker := &agreements.Maker{Store: service.Store, Templates: s.templates, Clock: service.Clock}
		file, _, err := maker.Document(ctx, c.Plan.creditor, c.Plan.plan, c.Language)
		if err != nil {
			return err
		}
		if err := os.WriteFile(c.Output, file, 0o600); err != nil {
			return fmt.Errorf("the agreement cannot be written: %w", err)
		}
		fmt.Fprintf(p.errOut, "The agreement is in %s\n", c.Output)
		return nil
	})
}

// printPlan prints a plan with its schedule.
func (p *program) printPlan(plan arrangements.Plan, status workflows.PlanStatus) {
	fmt.Fprintf(p.out, "%s  %s, %s received of %s, schedule %d\n  why   %s\n", status.Plan, status.State, status.Received, status.Total, status.Version, status.Why)
	if n := len(plan.Reopened); n > 0 {
		fmt.Fprintf(p.out, "  goes on again   since %s: money was taken back\n", plan.Reopened[n-1])
	}
	for _, beyond := range status.Beyond {
		fmt.Fprintf(p.out, "  needs approval  %s\n", beyond)
	}
	if !plan.State.IsOver() {
		fmt.Fprintf(p.out, "  settles today   %s\n", status.SettledBy)
	}
	p.table("Invoices", table.Row{"Invoice", "Due", "In the plan"}, len(plan.Claims), func(i int) table.Row {
		return table.Row{plan.Claims[i].Invoice, plan.Claims[i].DueDate, plan.Claims[i].Amount}
	})
	paid := plan.Paid()
	p.table("Schedule", table.Row{"No.", "Due", "Principal", "Earlier interest", "Interest", "Paid", "Direct debit"}, len(plan.Schedule), func(i int) table.Row {
		instalment := plan.Schedule[i]
		return table.Row{
			instalment.Number, instalment.DueOn, instalment.Principal, money.FromMinor(instalment.EarlierInterest.Minor(), plan.Currency()).Decimal(),
			instalment.Interest.Decimal(), paid[i], debitInWords(instalment),
		}
	})
}

func debitInWords(i arrangements.Instalment) string {
	if len(i.Debits) == 0 {
		return ""
	}
	last := i.Debits[len(i.Debits)-1]
	switch {
	case last.Returned.IsZero():
		return last.ID + " on " + last.On.String()
	case last.RetryOn.IsZero():
		return last.ID + " came back: " + last.Reason
	default:
		return last.ID + " came back: " + last.Reason + ", again on " + last.RetryOn.String()
	}
}

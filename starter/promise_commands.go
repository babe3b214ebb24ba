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
	"relance/cases/answers"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

type promiseCmd struct {
	onCase
	Date     calendar.Date  `arg:"" help:"The day promised, YYYY-MM-DD."`
	Amount   string         `help:"What is promised, such as 1200.00; all that is open and not disputed by default."`
	Currency money.Currency `help:"ISO 4217 code." default:"EUR"`
	Grace    *int           `help:"Calendar days after the day on which the payment may still come; the strategy's by default." placeholder:"DAYS"`
	Source   string         `help:"staff, reply, api or debtor." enum:"staff,reply,api,debtor" default:"staff"`
	Replaces string         `help:"ID of the running promise that this one takes the place of." placeholder:"ID"`
	Reason   string         `help:"Needed for a promise further ahead than the strategy takes; without personal data."`
	ID       string         `help:"ID of the promise, to note it once; made from the time by default."`
}

// Run notes a promise.
func (c *promiseCmd) Run(p *program) error {
	order := workflows.PromiseOrder{
		ID: cmp.Or(c.ID, "promise-"+time.Now().UTC().Format("20060102T150405.000")), Date: c.Date, GraceDays: c.Grace,
		Source: collection.PromiseSource(c.Source), Replaces: c.Replaces, Reason: c.Reason, By: c.author(),
	}
	if c.Amount != "" {
		order.Amount, order.Currency = workflows.Decimal(c.Amount), string(c.Currency)
	}
	return p.command(c.onCase, workflows.CommandPromise, order)
}

type withdrawPromiseCmd struct {
	onCase
	ID     string `arg:"" help:"ID of the promise."`
	Reason string `required:"" help:"Why, without personal data."`
}

// Run takes a promise back.
func (c *withdrawPromiseCmd) Run(p *program) error {
	return p.command(c.onCase, workflows.CommandWithdrawPromise, workflows.PromiseWithdrawal{ID: c.ID, Reason: c.Reason, By: c.author()})
}

type promisesCmd struct {
	Debtor debtorRef `arg:"" help:"The debtor: <creditor>/<debtor>."`
	Limit  int       `help:"How many." default:"100"`
}

// Run shows how a debtor keeps its promises.
func (c *promisesCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		record, promises, err := service.Store.PromisesOfDebtor(ctx, c.Debtor.creditor, c.Debtor.debtor, c.Limit)
		if err != nil {
			return err
		}
		fmt.Fprintf(p.out, "%s: %d kept, %d in part, %d broken, %d running, %d not counted\n",
			plural(record.Promises, "promise"), record.Kept, record.KeptInPart, record.Broken, record.Running, record.NotCounted)
		p.printPromises(promises)
		return nil
	})
}

func (p *program) printPromises(promises []casefile.DebtorPromise) {
	p.table("Promises", table.Row{"Invoice", "ID", "Made on", "For", "Until", "Amount", "Became", "Came"}, len(promises), func(i int) table.Row {
		one := promises[i]
		came := ""
		if one.Came.Sign() > 0 {
			came = one.Came.String()
		}
		return table.Row{one.Invoice, one.ID, one.MadeOn, one.Date, one.Until, one.Amount, cmp.Or(string(one.Outcome), "running"), came}
	})
}

func promisesOf(file casefile.File) []casefile.DebtorPromise {
	promises := make([]casefile.DebtorPromise, 0, len(file.Case.Promises))
	for _, promise := range file.Case.Promises {
		promises = append(promises, casefile.DebtorPromise{Invoice: file.Row.Invoice, Promise: promise})
	}
	return promises
}

type answersPromiseCmd struct {
	ID       string         `arg:"" help:"ID of the answer."`
	Date     calendar.Date  `help:"The day promised; the one that was recognised by default." placeholder:"DATE"`
	Amount   string         `help:"What is promised of the invoice; what was recognised by default, else all."`
	Currency money.Currency `help:"ISO 4217 code." default:"EUR"`
	Reason   string         `help:"Needed for a promise further ahead than the strategy takes; without personal data."`
	By       string         `help:"Who accepts it; the system's user by default." placeholder:"NAME"`
}

// Run notes the promise that an answer makes.
func (c *answersPromiseCmd) Run(p *program) error {
	return p.onAnswer(c.ID, func(ctx context.Context, service *answers.Service) (casefile.Answer, error) {
		terms := answers.PromiseTerms{Date: c.Date, Reason: c.Reason, By: onCase{By: c.By}.author()}
		if c.Amount != "" {
			terms.Amount, terms.Currency = workflows.Decimal(c.Amount), string(c.Currency)
		}
		return service.AcceptPromise(ctx, c.ID, terms)
	})
}

// printPromiseAndDisputes prints what of the claim waits: for a payment that was
// promised, for the answer to a dispute.
func (p *program) printPromiseAndDisputes(status workflows.Status) {
	if promise := status.Promise; promise != nil {
		fmt.Fprintf(p.out, "  promise     %s of %s for %s, waited for until %s\n", promise.ID, promise.Amount, promise.Date, promise.Until)
	}
	if status.Disputed.Sign() > 0 {
		fmt.Fprintf(p.out, "  disputed    %s of %s\n", status.Disputed, status.Open)
	}
	for _, dispute := range status.Disputes {
		state := "to be answered by " + dispute.RespondBy.String()
		if dispute.Outcome != "" {
			state = fmt.Sprintf("%s, a credit note of %s is waited for", dispute.Outcome, dispute.Awaited)
		}
		fmt.Fprintf(p.out, "  dispute     %s (%s), %s; %s\n", dispute.ID, dispute.Reason, dispute.Amount, state)
	}
}

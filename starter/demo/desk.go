package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"relance/calendar"
	"relance/casefile"
	"relance/collection"
	"relance/workflows"
)

// The desk of the demonstration is the credit controller: on each working day it
// approves the formal notices that wait for it, posts the letters that were in the
// queue on the day before, reports the acknowledgements that came back, records what comes
// of an invitation to a mediation, and gives a case to the partner. It reads
// what is to be done from the tasks and the register, so that nothing of it is kept.

// controller is who does it.
const controller = "credit control"

// postTakes is how many days a registered letter is on its way.
const postTakes = 3

// desk does the work of a day, once; it tells what was done.
func (p *Player) desk(ctx context.Context, now time.Time) ([]string, error) {
	today := calendar.DateOf(now)
	if today == p.looked || today.Weekday() == time.Saturday || today.Weekday() == time.Sunday {
		return nil, nil
	}
	approved, problem := p.approve(ctx)
	posted, err := p.post(ctx, today)
	problem = errors.Join(problem, err)
	mediated, err := p.mediate(ctx, today)
	problem = errors.Join(problem, err)
	handed, err := p.handOver(ctx)
	problem = errors.Join(problem, err)
	told, err := p.atPartner(ctx, today)
	if problem = errors.Join(problem, err); problem == nil {
		p.looked = today
	}
	return slices.Concat(approved, posted, mediated, handed, told), problem
}

func (p *Player) approve(ctx context.Context) ([]string, error) {
	tasks, err := p.Cases.Store.Tasks(ctx, casefile.TaskFilter{Creditor: Creditor, Kind: collection.TaskApproval, State: casefile.TaskOpen})
	if err != nil {
		return nil, fmt.Errorf("reading what is to be approved: %w", err)
	}
	var told []string
	var problems []error
	for _, task := range tasks {
		if !slices.Contains(invoices(), task.Invoice) {
			continue // the user's own
		}
		_, err := p.Cases.Command(ctx, task.Creditor, task.Invoice, workflows.CommandApproveStep, workflows.StepOrder{Step: task.Step, By: controller})
		if isOutrun(err) {
			continue
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		told = append(told, task.Invoice+": the formal notice is approved")
	}
	return told, errors.Join(problems...)
}

// isOutrun reports whether a payment or another command came first.
func isOutrun(err error) bool {
	var refused *collection.Refusal
	return errors.As(err, &refused)
}

func (p *Player) post(ctx context.Context, today calendar.Date) ([]string, error) {
	waiting, err := p.Cases.Store.Letters(ctx, casefile.LetterFilter{
		Creditor: Creditor, States: []casefile.LetterState{casefile.LetterQueued, casefile.LetterPrinted, casefile.LetterPosted}, ForPeople: true, Limit: 500, At: p.Cases.Clock().Now(),
	})
	if err != nil {
		return nil, fmt.Errorf("reading the print queue: %w", err)
	}
	var told []string
	var problems []error
	for _, letter := range waiting {
		report, happens := whatHappens(letter, today)
		if !happens {
			continue
		}
		_, err := p.Cases.ReportLetter(ctx, report)
		if isOutrun(err) {
			continue
		}
		if err != nil {
			problems = append(problems, err)
			continue
		}
		told = append(told, fmt.Sprintf("%s: letter %s is %s", letter.Invoice, letter.Number, report.State))
	}
	return told, errors.Join(problems...)
}

// whatHappens is what the desk reports of a letter on a day, false when nothing.
func whatHappens(letter casefile.Letter, today calendar.Date) (casefile.LetterReport, bool) {
	report := casefile.LetterReport{Creditor: letter.Creditor, Number: letter.Number, On: today, Actor: controller}
	switch {
	case slices.ContainsFunc(letter.Invoices, func(invoice string) bool { return !slices.Contains(invoices(), invoice) }):
		return report, false // the user's own
	case letter.StoppedBy != "":
		return report, false
	case letter.State == casefile.LetterPosted:
		report.State = casefile.LetterDelivered
		return report, letter.Kind == casefile.LetterRegistered && letter.PostedOn.AddDays(postTakes) <= today
	default:
		report.State = casefile.LetterPosted
		if letter.Kind == casefile.LetterRegistered {
			report.PostingNumber = "1A " + letter.Number
		}
		return report, calendar.DateOf(letter.ComposedAt) < today
	}
}

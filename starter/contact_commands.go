package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/calendar"
	"relance/casefile"
	"relance/cases"
	"relance/cases/calls"
	"relance/collection"
	"relance/money"
	"relance/workflows"
)

type callCmd struct {
	Case caseRef `arg:"" help:"The case: <creditor>/<invoice number>."`
}

// Run prepares a telephone call.
func (c *callCmd) Run(p *program) error {
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		desk := calls.Desk{Store: service.Store, Templates: s.templates, Clock: service.Clock}
		sheet, err := desk.Sheet(ctx, c.Case.creditor, c.Case.invoice)
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		p.printSheet(sheet)
		return nil
	})
}

func (p *program) printSheet(sheet calls.Sheet) {
	zone := p.zones.of(sheet.Creditor)
	contested := ""
	if sheet.Disputed.Sign() > 0 {
		contested = fmt.Sprintf(", without %s that are contested", sheet.Disputed)
	}
	fmt.Fprintf(p.out, "%s/%s  %s, %s open%s\n", sheet.Creditor, sheet.Invoice, sheet.Debtor.Name, sheet.Open, contested)
	for _, task := range sheet.Tasks {
		fmt.Fprintf(p.out, "  task      %d: %s, due %s\n", task.ID, task.Title, task.DueOn)
	}
	if len(sheet.Numbers) == 0 {
		fmt.Fprintln(p.out, "  number    none is known: look for one, and correct the contact")
	}
	for _, number := range sheet.Numbers {
		fmt.Fprintf(p.out, "  number    %s  %s\n", number.Printed, strings.TrimSpace(number.Name+" "+number.Role))
	}
	for _, promise := range sheet.Promises {
		amount := ""
		if promise.Promised.Sign() > 0 {
			amount = promise.Promised.String() + " "
		}
		fmt.Fprintf(p.out, "  promise   %son %s, to %s\n", amount, promise.On, cmp.Or(promise.By, "somebody"))
	}
	for _, part := range []struct {
		heading    string
		paragraphs []string
	}{
		{"Opening", sheet.Script.Opening}, {"What to say", sheet.Script.Request}, {"Answers", sheet.Script.Answers}, {"Closing", sheet.Script.Closing},
	} {
		fmt.Fprintf(p.out, "\n%s\n", p.bold(part.heading))
		for _, paragraph := range part.paragraphs {
			fmt.Fprintf(p.out, "  %s\n", paragraph)
		}
	}
	p.table("Contacts", table.Row{"When", "How", "What", "By", "Note"}, len(sheet.Contacts), func(i int) table.Row {
		contact := sheet.Contacts[i]
		return table.Row{minuteIn(zone, contact.At), contact.How, contact.What, contact.By, contact.Note}
	})
	fmt.Fprintf(p.out, "\nNote what comes of it: relance call-outcome %s/%s --outcome …\n", sheet.Creditor, sheet.Invoice)
}

// contactFacts is what is said about any contact.
type contactFacts struct {
	onCase
	Note string `help:"What was said. It is kept apart from the history, and can be erased."`
	ID   string `help:"ID of the contact, to record it once; made from the time by default."`
}

// new is the contact on a way.
func (c contactFacts) new(way collection.ContactWay, at time.Time) casefile.ManualContact {
	return casefile.ManualContact{
		Creditor: c.Case.creditor, Invoice: c.Case.invoice, Channel: way, Note: c.Note, By: c.author(), At: at,
		Key: cmp.Or(c.ID, string(way)+"-"+time.Now().UTC().Format("20060102T150405.000")),
	}
}

type contactCmd struct {
	contactFacts
	Channel string `required:"" enum:"email,sms,whatsapp,letter,meeting,other" help:"How: email, sms, whatsapp, letter, meeting or other. A call: relance call-outcome."`
}

// Run records a contact.
func (c *contactCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		recorded, err := service.Store.RecordContact(ctx, c.new(collection.ContactWay(c.Channel), service.Clock().Now()))
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		p.tellContact(recorded)
		return nil
	})
}

type callOutcomeCmd struct {
	contactFacts
	Outcome   string         `required:"" enum:"reached,no-answer,voicemail,wrong-number,promised,disputes,refuses,call-back" help:"reached, no-answer, voicemail, wrong-number, promised, disputes, refuses or call-back."`
	Task      int64          `help:"ID of the task that asked for the call; the case's open one by default." placeholder:"ID"`
	On        calendar.Date  `help:"Day of the promised payment, or to call back." placeholder:"DATE"`
	Amount    string         `help:"Amount promised, such as 1200.00."`
	Currency  money.Currency `help:"ISO 4217 code." default:"EUR"`
	HoldUntil calendar.Date  `help:"Pause the case until the end of this day." placeholder:"DATE"`
}

// Help says what follows from an outcome.
func (callOutcomeCmd) Help() string {
	return `A call that reached the debtor completes its task, call-back puts it off to the day; after another outcome it stays open.
A promise is noted on the case, in place of one that is running: no reminder leaves until its day has passed. It is for all that is open
unless --amount says less. Nothing else follows by itself: --hold-until pauses the case, after a dispute for example.

Examples:
  relance call-outcome atelier-lumiere/F-2026-001 --outcome no-answer
  relance call-outcome atelier-lumiere/F-2026-001 --outcome promised --on 2026-05-20 --amount 1200.00`
}

// Run records what came of a call.
func (c *callOutcomeCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		contact := c.new(collection.ContactCall, service.Clock().Now())
		contact.Outcome, contact.On = collection.CallOutcome(c.Outcome), c.On
		var err error
		if c.Amount != "" {
			if contact.Promised, err = money.Parse(c.Amount, c.Currency); err != nil {
				return err
			}
		}
		if contact.Task, err = c.task(ctx, service.Store); err != nil {
			return err
		}
		made, err := service.RecordContact(ctx, contact)
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		p.tellContact(made.ContactRecorded)
		p.tellPromise(made)
		if c.HoldUntil.IsZero() {
			return nil
		}
		return p.give(ctx, service, c.onCase, workflows.CommandHold, workflows.HoldOrder{
			ID: "after-" + contact.Key, Reason: c.holdReason(), Until: c.HoldUntil, MovesDeadline: true, By: contact.By,
		})
	})
}

// tellPromise says what became of a promise that a call brought.
func (p *program) tellPromise(made cases.ContactMade) {
	switch {
	case made.NotNoted != nil:
		fmt.Fprintf(p.out, "The promise is not noted on the case: %s\n", made.NotNoted)
	case made.Status != nil:
		p.printStatus(*made.Status)
	}
}

// holdReason is why a case is paused after a call.
func (c *callOutcomeCmd) holdReason() string {
	switch collection.CallOutcome(c.Outcome) {
	case collection.CallPromised:
		return "promise"
	case collection.CallDisputes:
		return "dispute"
	default:
		return "call"
	}
}

var errSeveralCalls = errors.New("several tasks ask for a call: name one with --task (relance call shows them)")

// task is the one named, or the only one that is open.
func (c *callOutcomeCmd) task(ctx context.Context, store *casefile.Store) (int64, error) {
	if c.Task != 0 {
		return c.Task, nil
	}
	open, err := store.Tasks(ctx, casefile.TaskFilter{
		Creditor: c.Case.creditor, Invoice: c.Case.invoice, Kind: collection.TaskCall, State: casefile.TaskOpen, Limit: 2,
	})
	switch {
	case err != nil || len(open) == 0:
		return 0, err
	case len(open) > 1:
		return 0, errSeveralCalls
	default:
		return open[0].ID, nil
	}
}

// tellContact says what recording a contact did.
func (p *program) tellContact(recorded casefile.ContactRecorded) {
	if recorded.Fresh {
		fmt.Fprintf(p.out, "Recorded: %s.\n", recorded.Contact.Key)
	} else {
		fmt.Fprintf(p.out, "Recorded before: %s.\n", recorded.Contact.Key)
	}
	task := recorded.Task
	switch {
	case task.ID == 0:
	case task.State == casefile.TaskOpen:
		fmt.Fprintf(p.out, "Task %d stays open, due %s: %s\n", task.ID, task.DueOn, task.Title)
	default:
		fmt.Fprintf(p.out, "Task %d is %s: %s\n", task.ID, task.State, task.Title)
	}
}

package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/casefile"
	"relance/cases"
	"relance/collection"
	"relance/messaging/compose"
	"relance/workflows"
)

func (p *program) printStatus(status workflows.Status) {
	open := status.Open.String() + " open"
	if status.LateFees.Sign() > 0 {
		open = status.LateFees.String() + " of late fees open"
	}
	fmt.Fprintf(p.out, "%s  %s, %s, strategy %s\n", status.Case, status.Stage, open, status.Strategy)
	zone := p.zoneOfCase(status.Case)
	fmt.Fprintf(p.out, "  next  %s\n  why   %s\n", nextInWords(status, zone), status.Why)
	p.printPromiseAndDisputes(status)
	p.printMediation(status.Mediation)
	p.printLimitation(status.Limitation)
	p.printInsolvency(status.Insolvency)
	p.printHandoff(status.Handoff)
}

// nextInWords is what a case does next, and when.
func nextInWords(status workflows.Status, zone *time.Location) string {
	at := minuteIn(zone, status.NextAt)
	switch {
	case status.NextAt.IsZero():
		return "nothing until a command arrives"
	case status.NextTask != "" && status.NextStep != "":
		return fmt.Sprintf("a person is asked on %s: %s (step %s)", at, status.NextTask, status.NextStep)
	case status.NextTask != "":
		return fmt.Sprintf("a person is asked on %s: %s", at, status.NextTask)
	case status.NextStep != "":
		return fmt.Sprintf("%s on %s", status.NextStep, at)
	default:
		return "nothing before " + at
	}
}

// zoneOfCase is the zone of the creditor whose case it is.
func (p *program) zoneOfCase(id string) *time.Location {
	var ref caseRef
	if err := ref.UnmarshalText([]byte(id)); err != nil {
		return time.UTC
	}
	return p.zones.of(ref.creditor)
}

type showCmd struct {
	Case caseRef `arg:"" help:"The case: <creditor>/<invoice number>."`
}

// Run shows a case.
func (c *showCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		file, err := service.Store.CaseFile(ctx, c.Case.creditor, c.Case.invoice)
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		forecast, err := service.Forecast(ctx, c.Case.creditor, c.Case.invoice)
		if err != nil {
			return err
		}
		gate, err := service.Gate(ctx, c.Case.creditor, c.Case.invoice)
		if err != nil {
			return err
		}
		now := service.Clock().Now()
		p.printStatus(workflows.NewStatus(file.Case, now).AsPlanned(file.Row.NextAt, now))
		p.printGate(gate, p.zones.of(file.Row.Creditor))
		p.printFile(file, forecast, service.Clock().Now())
		return nil
	})
}

// printGate says what the check before sending would answer now, unless that is what
// comes next anyway.
func (p *program) printGate(gate casefile.Gate, zone *time.Location) {
	switch {
	case gate.Passes:
		fmt.Fprintln(p.out, "  gate      the next notice may leave now")
	case gate.Code == casefile.GatePostponed:
		fmt.Fprintf(p.out, "  gate      not before %s: %s\n", minuteIn(zone, gate.Until), gate.Reason)
	case gate.Code == casefile.GateRecipient:
		fmt.Fprintf(p.out, "  gate      to nobody: %s\n", gate.Reason)
	}
}

// aboutOthers is the channel of a message, with the number of other invoices that it
// is about.
func aboutOthers(m casefile.Message) string {
	if others := len(m.Invoices) - 1; others > 0 {
		return fmt.Sprintf("%s, with %d more", m.Channel, others)
	}
	return string(m.Channel)
}

func (p *program) printFile(file casefile.File, forecast []workflows.ForecastEntry, now time.Time) {
	zone := p.zones.of(file.Row.Creditor)
	fmt.Fprintf(p.out, "  debtor    %s (%s, %s)\n", file.Debtor.Name, file.Debtor.ID, file.Debtor.Kind)
	fmt.Fprintf(p.out, "  invoice   issued %s, due %s (%s)\n", file.Invoice.IssueDate, file.Invoice.DueDate, file.Invoice.DueDateSource)
	position := file.Position
	fmt.Fprintf(p.out, "  claim     total %s, paid %s, credited %s, open %s", position.Total, position.Paid, position.Credited, position.Open)
	if position.Overpaid.Sign() > 0 {
		fmt.Fprintf(p.out, ", overpaid %s", position.Overpaid)
	}
	fmt.Fprintln(p.out)
	today, err := file.Today(now)
	warnings, told := file.Warnings(now)
	if err == nil && told == nil {
		p.printLateFees(today, warnings)
	}
	p.printReckoning(file)
	p.printRecipients(file, now)
	p.table("Money", table.Row{"Kind", "ID", "Amount", "Value date", "Pays", "From"}, len(file.Entries), func(i int) table.Row {
		entry := file.Entries[i]
		return table.Row{entry.Kind, entry.ID, entry.Amount, entry.ValueDate, pays(file, entry), entry.Source}
	})
	p.printDiscounts(file, file.Case.Window.DateOf(now))
	p.table("Messages", table.Row{"ID", "Step", "Channel", "State", "To", "Planned", "Deadline", "Text", "SHA-256"}, len(file.Messages), func(i int) table.Row {
		m := file.Messages[i]
		return table.Row{short(m.ID), m.Step, aboutOthers(m), withReason(string(m.Truth(time.Now())), m.Reason), firstLine(m.Recipient), minuteIn(zone, m.BusinessAt), m.Deadline, worded(file, m), short(m.SHA256)}
	})
	p.printMediations(file.Case.Mediations)
	p.table("Documents", table.Row{"Name", "Bytes", "SHA-256", "Kept", "By"}, len(file.Documents), func(i int) table.Row {
		document := file.Documents[i]
		return table.Row{document.Name, document.Size, short(document.SHA256), minuteIn(zone, document.At), document.Actor}
	})
	p.printHandoffs(file)
	p.table("Tasks", table.Row{"ID", "What", "Owner", "State", "Due", "Note"}, len(file.Tasks), func(i int) table.Row {
		task := file.Tasks[i]
		return table.Row{task.ID, task.Title, task.Owner, task.State, task.DueOn, task.Note}
	})
	p.printToDo(file.Tasks)
	p.printPromises(promisesOf(file))
	p.printDisputes(file.Case.Disputes)
	p.table("Contacts by hand", table.Row{"When", "How", "Outcome", "On", "Promised", "By", "Note"}, len(file.ManualContacts), func(i int) table.Row {
		contact := file.ManualContacts[i]
		promised := ""
		if contact.Promised.Sign() > 0 {
			promised = contact.Promised.String()
		}
		return table.Row{minuteIn(zone, contact.At), contact.Channel, contact.Outcome, contact.On, promised, contact.By, contact.Note}
	})
	passed := collection.StepsPassedOver(file.Case, now)
	p.table("Passed over", table.Row{"Step", "Why"}, len(passed), func(i int) table.Row {
		return table.Row{passed[i].Step, passed[i].Because}
	})
	p.table("Coming", table.Row{"When", "Step", "How", "Why"}, len(forecast), func(i int) table.Row {
		entry := forecast[i]
		return table.Row{minuteIn(zone, entry.At), entry.Step, string(entry.Channel) + string(entry.Task), entry.Why}
	})
	p.table("History", table.Row{"When", "What", "By", "Details", "Why"}, len(file.History), func(i int) table.Row {
		entry := file.History[i]
		return table.Row{minuteIn(zone, entry.At), entry.Kind, entry.Actor, entry.Summary, entry.Reason}
	})
}

// printToDo prints what the open tasks ask for.
func (p *program) printToDo(tasks []casefile.Task) {
	for _, task := range tasks {
		if task.State == casefile.TaskOpen && task.Detail != "" {
			fmt.Fprintf(p.out, "To do (task %d): %s\n\n", task.ID, strings.ReplaceAll(task.Detail, "\n", "\n  "))
		}
	}
}

// worded is which text worded a message: "reminder-firm/fr.loyal.mail", and whose it
// is when it is not built in.
func worded(file casefile.File, m casefile.Message) string {
	text, known := file.TextOf(m.ID)
	if !known {
		return m.Template
	}
	name := text.Key + "/" + filepath.Base(text.File)
	if text.Origin != string(compose.BuiltIn) {
		name += " (" + text.Origin + ")"
	}
	return name
}

// pays is what an entry paid, part by part: "9.59 EUR interest, 990.41 EUR principal".
func pays(file casefile.File, entry casefile.LedgerEntry) string {
	var parts []string
	for _, allocation := range file.Allocations {
		if allocation.Kind == entry.Kind && allocation.ID == entry.ID {
			parts = append(parts, fmt.Sprintf("%s %s", allocation.Amount, allocation.Part))
		}
	}
	return strings.Join(parts, ", ")
}

func withReason(state, reason string) string {
	if reason == "" {
		return state
	}
	return state + ": " + reason
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

func short(hash string) string { return hash[:min(12, len(hash))] }

type listCmd struct {
	Creditor string `help:"Only this creditor's."`
	Debtor   string `help:"Only this debtor's."`
	Stage    string `help:"Only in this stage: ${stages}." enum:",${stages}" default:"" placeholder:"STAGE"`
	All      bool   `help:"Closed cases too."`
	Text     string `help:"Part of an invoice number, a debtor's name or ID, or a reference."`
	Limit    int    `help:"How many." default:"100"`
}

// Run lists cases.
func (c *listCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		rows, err := service.Store.Cases(ctx, casefile.CaseFilter{
			Creditor: c.Creditor, Debtor: c.Debtor, Stage: collection.Stage(c.Stage), OpenOnly: !c.All && c.Stage == "", Text: c.Text, Limit: c.Limit,
		})
		if err != nil {
			return err
		}
		if len(rows) == 0 {
			fmt.Fprintln(p.out, "No case fits.")
		}
		p.table(plural(len(rows), "case"), table.Row{"Case", "Debtor", "Due", "Total", "Open", "Stage", "Next", "On"}, len(rows), func(i int) table.Row {
			row := rows[i]
			next, on := comes(row, p.zones.of(row.Creditor))
			return table.Row{row.Creditor + "/" + row.Invoice, row.DebtorName, row.DueDate, row.Total, row.Open, row.Stage, next, on}
		})
		return nil
	})
}

// comes is the step that a case takes next and its day, or what the case rests for: the
// day of a warning years ahead would read as if nothing had to be done until then.
func comes(row casefile.CaseRow, zone *time.Location) (next, on string) {
	if row.NextStep != "" {
		return row.NextStep, dayIn(zone, row.NextAt)
	}
	const longest = 70
	why, _, _ := strings.Cut(row.Why, ";")
	if cut := []rune(why); len(cut) > longest {
		why = string(cut[:longest]) + "…"
	}
	return why, ""
}

// decisionHint says by which command a task is done that asks for a decision.
func decisionHint(err error) error {
	needed := new(cases.DecisionNeededError)
	if !errors.As(err, &needed) {
		return err
	}
	of := needed.Task.Creditor + "/" + needed.Task.Invoice
	step := of + " " + needed.Task.Step
	var how string
	switch needed.Task.Kind {
	case collection.TaskReach:
		how = fmt.Sprintf("correct the contact, or with relance contacts debtor the postal address, and relance retry %s, or relance skip %s; of a message that may have arrived: relance resolve %s <message> --outcome arrived|lost", step, step, of)
	case collection.TaskDispute, collection.TaskDisputeOverdue:
		how = "relance resolve-dispute " + of
	default:
		how = fmt.Sprintf("relance approve %s, or relance refuse %s", step, step)
	}
	return fmt.Errorf("%w: %s", err, how)
}

type tasksCmd struct {
	Done  int64  `help:"Mark the task of this ID as done." placeholder:"ID"`
	Note  string `help:"What came of it."`
	Give  int64  `help:"Give the task of this ID to somebody: see --to." placeholder:"ID"`
	To    string `help:"Who is to do it: the e-mail address of a colleague, or salesperson, accountant, manager or owner; nobody by default." placeholder:"OWNER"`
	By    string `help:"Who did it, or gives it; the system's user by default."`
	Owner string `help:"Only the tasks of this colleague and of its roles, by its e-mail address, or of this role; nobody: those without an owner."`
	All   bool   `help:"Done and cancelled tasks too."`
}

// Run lists tasks or completes one.
func (c *tasksCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		if c.Done != 0 {
			task, err := service.CompleteTask(ctx, c.Done, onCase{By: c.By}.author(), c.Note)
			if err != nil {
				return decisionHint(err)
			}
			fmt.Fprintf(p.out, "Task %d is %s: %s\n", task.ID, task.State, task.Title)
			return nil
		}
		if c.Give != 0 {
			return c.give(ctx, p, service)
		}
		filter := casefile.TaskFilter{State: casefile.TaskOpen, Owner: c.Owner, Limit: 1000}
		if c.All {
			filter.State = ""
		}
		tasks, err := service.Store.Tasks(ctx, filter)
		if err != nil {
			return err
		}
		triage, err := service.Store.Answers(ctx, casefile.AnswerFilter{States: []casefile.AnswerState{casefile.AnswerTriage}, Limit: 1000})
		if err != nil {
			return err
		}
		if len(tasks) == 0 && len(triage) == 0 {
			fmt.Fprintln(p.out, "Nothing to do.")
		}
		if len(triage) > 0 {
			fmt.Fprintf(p.out, "%s of which nobody knows whose they are: relance answers --triage\n", plural(len(triage), "answer"))
		}
		p.table(plural(len(tasks), "task"), table.Row{"ID", "Case", "What", "Step", "Owner", "State", "Due"}, len(tasks), func(i int) table.Row {
			task := tasks[i]
			about := task.Creditor
			if task.Invoice != "" {
				about += "/" + task.Invoice
			}
			return table.Row{task.ID, about, task.Title, task.Step, task.Owner, task.State, task.DueOn}
		})
		return nil
	})
}

// give gives a task to somebody.
func (c *tasksCmd) give(ctx context.Context, p *program, service *cases.Service) error {
	owner := c.To
	if owner == casefile.NobodysTasks {
		owner = ""
	}
	task, err := service.Store.AssignTask(ctx, c.Give, owner, onCase{By: c.By}.author(), service.Clock().Now())
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Task %d is for %s: %s\n", task.ID, cmp.Or(task.Owner, casefile.NobodysTasks), task.Title)
	return nil
}

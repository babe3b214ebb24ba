package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/casefile"
	"relance/cases"
	"relance/cases/answers"
	"relance/wiring"
)

type answersCmd struct {
	List    answersListCmd    `cmd:"" default:"withargs" help:"List the answers that wait for a person: those of the triage, and those at a case."`
	Show    answersShowCmd    `cmd:"" help:"Show an answer: what was written, what it is about, what can be done."`
	Link    answersLinkCmd    `cmd:"" help:"Put an answer of the triage to its cases, which are then held."`
	Ignore  answersIgnoreCmd  `cmd:"" help:"Record that an answer is of no use; the hold it placed ends."`
	Promise answersPromiseCmd `cmd:"" help:"Note the promise that an answer makes; the answer is dealt with then."`
	Done    answersDoneCmd    `cmd:"" help:"Record that you dealt with an answer."`
}

type answersListCmd struct {
	Creditor string  `help:"Only this creditor's, and those of which nobody knows whose they are."`
	Case     caseRef `help:"Only those about this case, those that are dealt with too: <creditor>/<invoice number>." placeholder:"CASE"`
	Triage   bool    `help:"Only those of which nobody knows whose they are."`
	All      bool    `help:"Those that are dealt with too."`
	Limit    int     `help:"How many." default:"100"`
}

// Run lists answers.
func (c *answersListCmd) Run(p *program) error {
	filter := casefile.AnswerFilter{Creditor: c.Creditor, Limit: c.Limit, States: []casefile.AnswerState{casefile.AnswerTriage, casefile.AnswerLinked}}
	if c.Triage {
		filter.States = filter.States[:1]
	}
	if c.All || c.Case.invoice != "" {
		filter.States = nil
	}
	if c.Case.invoice != "" {
		filter.Creditor, filter.Invoice = c.Case.creditor, c.Case.invoice
	}
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		found, err := service.Store.Answers(ctx, filter)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			fmt.Fprintln(p.out, "No answer waits.")
		}
		p.table(plural(len(found), "answer"), table.Row{"ID", "Came", "By", "Case", "State", "About", "Begins"}, len(found), func(i int) table.Row {
			one := found[i]
			return table.Row{
				one.ID, minuteIn(p.zones.of(one.Creditor), one.ReceivedAt), one.Channel, caseOfAnswer(one), one.State, aboutAnswer(one), beginning(one),
			}
		})
		return nil
	})
}

func caseOfAnswer(answer casefile.Answer) string {
	if answer.Invoice == "" {
		return "?"
	}
	return answer.Creditor + "/" + answer.Invoice
}

func aboutAnswer(answer casefile.Answer) string {
	kinds := make([]string, 0, len(answer.Intents))
	for _, one := range answer.Intents {
		kinds = append(kinds, string(one.Kind))
	}
	if len(kinds) == 0 {
		return answer.Kind
	}
	return strings.Join(kinds, ", ")
}

func beginning(answer casefile.Answer) string {
	const shown = 50
	words := []rune(strings.Join(strings.Fields(answer.Said), " "))
	if len(words) <= shown {
		return string(words)
	}
	return string(words[:shown]) + "…"
}

type answersShowCmd struct {
	ID string `arg:"" help:"ID of the answer."`
}

// Run shows an answer.
func (c *answersShowCmd) Run(p *program) error {
	return p.withCases(func(ctx context.Context, service *cases.Service) error {
		answer, err := service.Store.Answer(ctx, c.ID)
		if err != nil {
			return unknownAnswerHint(err, c.ID)
		}
		return p.printAnswer(ctx, service, answer)
	})
}

func (p *program) printAnswer(ctx context.Context, service *cases.Service, answer casefile.Answer) error {
	about, files, err := service.Store.AnswerParts(ctx, answer.ID)
	if err != nil {
		return err
	}
	zone := p.zones.of(answer.Creditor)
	fmt.Fprintf(p.out, "%s  %s by %s, %s, %s\n", answer.ID, answer.Kind, answer.Channel, answer.State, minuteIn(zone, answer.ReceivedAt))
	fmt.Fprintf(p.out, "  case      %s (%s)\n  from      %s %s\n  to        %s\n", caseOfAnswer(answer), answer.MatchedBy, answer.SenderName, answer.Sender, strings.Join(answer.Recipients, ", "))
	if answer.Subject != "" {
		fmt.Fprintf(p.out, "  subject   %s\n", answer.Subject)
	}
	if !answer.HandledAt.IsZero() {
		fmt.Fprintf(p.out, "  %s by %s: %s\n", answer.State, answer.HandledBy, answer.Note)
	}
	for _, note := range answer.Notes {
		fmt.Fprintf(p.out, "  note      %s\n", note)
	}
	p.table("Cases", table.Row{"Case", "Held until"}, len(about), func(i int) table.Row {
		return table.Row{about[i].Creditor + "/" + about[i].Invoice, about[i].HoldUntil}
	})
	p.table("About", table.Row{"What", "Words", "Date", "Amount", "Reference", "Rule"}, len(answer.Intents), func(i int) table.Row {
		one := answer.Intents[i]
		amount := ""
		if !one.Amount.IsZero() {
			amount = one.Amount.String()
		}
		return table.Row{one.Kind, one.Words, one.Date, amount, one.Reference, one.Rule}
	})
	p.table("Files", table.Row{"Name", "Looks like", "Bytes", "SHA-256"}, len(files), func(i int) table.Row {
		return table.Row{files[i].Name, files[i].Detected, files[i].Size, short(files[i].SHA256)}
	})
	fmt.Fprintf(p.out, "\n%s\n", answer.Said)
	if answer.Invoice != "" && len(answer.Intents) > 0 {
		fmt.Fprintln(p.out, "\nWhat can be done:")
		for _, one := range answer.Intents {
			fmt.Fprintf(p.out, "  %s\n", answers.Proposal(answer, one))
		}
	}
	return nil
}

type answersLinkCmd struct {
	ID    string    `arg:"" help:"ID of the answer."`
	Cases []caseRef `arg:"" name:"case" help:"The cases it is about, of one creditor: <creditor>/<invoice number>. The first stands for the answer and has its task."`
	By    string    `help:"Who says so; the system's user by default." placeholder:"NAME"`
}

// Run puts an answer to its cases.
func (c *answersLinkCmd) Run(p *program) error {
	first := c.Cases[0]
	var also []string
	for _, one := range c.Cases[1:] {
		if one.creditor != first.creditor {
			return fmt.Errorf("an answer is for one creditor, and these cases are of %s and of %s", first.creditor, one.creditor)
		}
		also = append(also, one.invoice)
	}
	return p.onAnswer(c.ID, func(ctx context.Context, service *answers.Service) (casefile.Answer, error) {
		answer, err := service.Link(ctx, c.ID, first.creditor, first.invoice, also, onCase{By: c.By}.author())
		if errors.Is(err, cases.ErrUnknownCase) {
			err = fmt.Errorf("%w: relance list shows the cases", err)
		}
		return answer, err
	})
}

type answersIgnoreCmd struct {
	ID     string `arg:"" help:"ID of the answer."`
	Reason string `required:"" help:"Why, without personal data."`
	By     string `help:"Who says so; the system's user by default." placeholder:"NAME"`
}

// Run ignores an answer.
func (c *answersIgnoreCmd) Run(p *program) error {
	return p.onAnswer(c.ID, func(ctx context.Context, service *answers.Service) (casefile.Answer, error) {
		return service.Ignore(ctx, c.ID, c.Reason, onCase{By: c.By}.author())
	})
}

type answersDoneCmd struct {
	ID     string `arg:"" help:"ID of the answer."`
	Resume bool   `help:"End the hold it placed at once; by default it ends on its last day."`
	Note   string `help:"What came of it, without personal data."`
	By     string `help:"Who dealt with it; the system's user by default." placeholder:"NAME"`
}

// Run records that an answer is dealt with.
func (c *answersDoneCmd) Run(p *program) error {
	return p.onAnswer(c.ID, func(ctx context.Context, service *answers.Service) (casefile.Answer, error) {
		return service.Done(ctx, c.ID, c.Note, onCase{By: c.By}.author(), c.Resume)
	})
}

// onAnswer acts on an answer and tells where it then stands.
func (p *program) onAnswer(id string, act func(context.Context, *answers.Service) (casefile.Answer, error)) error {
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		answer, err := act(ctx, wiring.Answers(service, s.config.Inbound))
		if err != nil {
			return unknownAnswerHint(err, id)
		}
		held := ""
		if !answer.HoldUntil.IsZero() && answer.State == casefile.AnswerLinked {
			held = ", on hold until " + answer.HoldUntil.String()
		}
		fmt.Fprintf(p.out, "The answer %s is %s: %s%s\n", answer.ID, answer.State, caseOfAnswer(answer), held)
		return nil
	})
}

func unknownAnswerHint(err error, id string) error {
	if errors.Is(err, casefile.ErrUnknownAnswer) {
		return fmt.Errorf("there is no answer %s: relance answers --all shows them", id)
	}
	return err
}

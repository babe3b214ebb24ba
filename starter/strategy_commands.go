package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/collection/strategyfile"
	"relance/wiring"
)

type strategiesCmd struct {
	Name string `arg:"" optional:"" help:"Show the steps of this strategy (name or name@version)."`
	Lang string `help:"Language of the titles." default:"en" enum:"en,fr"`
}

// Run lists strategies, or the steps of one.
func (c *strategiesCmd) Run(p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	if c.Name != "" {
		definition, err := findStrategy(s.strategies, c.Name)
		if err != nil {
			return err
		}
		p.printStrategy(definition, c.Lang)
		return nil
	}
	all := s.strategies.All()
	p.table(plural(len(all), "strategy"), table.Row{"Name", "Version", "For", "Title", "Steps"}, len(all), func(i int) table.Row {
		definition := all[i]
		return table.Row{definition.Name, definition.Version, definition.For, definition.Title.In(c.Lang), len(definition.Steps)}
	})
	return nil
}

func (p *program) printStrategy(definition strategyfile.Definition, language string) {
	fmt.Fprintf(p.out, "%s, version %d: %s\n%s\n", definition.Name, definition.Version, definition.Title.In(language), definition.Description.In(language))
	p.table("Steps", table.Row{"Key", "Title", "From due date", "After previous", "Tone", "How", "Else", "Deadline", "Approval"}, len(definition.Steps), func(i int) table.Row {
		step := definition.Steps[i]
		how := string(step.Opens)
		for _, channel := range step.Channels {
			how += " " + string(channel)
		}
		fallback := ""
		for _, channel := range step.Fallbacks {
			fallback += " " + string(channel)
		}
		return table.Row{
			step.Key, definition.StepTitles[step.Key].In(language), fmt.Sprintf("%+d d", step.DueOffset), inDays(step.Spacing), step.Tone,
			strings.TrimSpace(how), strings.TrimSpace(fallback), inDays(step.DeadlineDays), yes(step.Approval),
		}
	})
}

func inDays(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d d", n)
}

func yes(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

type checkCmd struct{}

// Run checks everything that is configured.
func (checkCmd) Run(p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	if err := errors.Join(wiring.CheckLateFees(s.config.Creditors, s.law), wiring.CheckContact(s.config.Creditors), wiring.CheckArrangements(s.config.Creditors), wiring.CheckTerms(s.config.Creditors)); err != nil {
		return err
	}
	for _, finding := range s.findings { // errors were told as such
		fmt.Fprintln(p.out, finding)
	}
	fmt.Fprintf(p.out, "The configuration is sound: %s, %s, %s.\n",
		plural(len(s.config.Creditors), "creditor"), plural(len(s.strategies.All()), "strategy"), plural(len(s.templates.Keys()), "template"))
	return nil
}

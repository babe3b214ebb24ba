package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"

	"relance/cases/previews"
	"relance/messaging/compose/lint"
	"relance/wiring"
)

type templatesCmd struct {
	List    templatesListCmd    `cmd:"" default:"withargs" help:"Every text, where it comes from, and what is to be said about it."`
	Preview templatesPreviewCmd `cmd:"" help:"Write a gallery of the texts, with a worked example, to look at in a browser."`
}

type templatesListCmd struct {
	Creditor string `help:"The texts as this creditor uses them." placeholder:"ID"`
}

// Run lists the texts.
func (c *templatesListCmd) Run(p *program) error {
	s, err := p.settings()
	if err != nil && s.templates == nil {
		return err
	}
	findings := lint.Check(s.templates, wiring.Uses(s.strategies))
	byFile := map[string][]lint.Finding{}
	for _, finding := range findings {
		byFile[finding.File] = append(byFile[finding.File], finding)
	}
	texts := s.templates.Texts()
	if c.Creditor != "" {
		texts = s.templates.TextsOf(c.Creditor)
	}
	p.table(plural(len(texts), "text"), table.Row{"Key", "Language", "Channel", "For", "Source", "File", "Version", "Verdict"}, len(texts), func(i int) table.Row {
		text := texts[i]
		source := string(text.Origin)
		if text.Creditor != "" {
			source = "creditor " + text.Creditor
		}
		return table.Row{text.Key, text.Language, text.Channel, text.Audience, source, text.File, short(text.Version), verdict(byFile[text.File])}
	})
	for _, finding := range findings {
		fmt.Fprintln(p.out, finding)
	}
	return err // what is wrong otherwise
}

// verdict is the worst that is to be said about a text.
func verdict(findings []lint.Finding) string {
	if len(findings) == 0 {
		return "good"
	}
	worst := slices.MinFunc(findings, func(a, b lint.Finding) int { return cmp.Compare(a.Severity, b.Severity) })
	return fmt.Sprintf("%s: %s", worst.Severity, worst.Rule)
}

type templatesPreviewCmd struct {
	All    bool   `help:"All texts; else only those of the installation."`
	Output string `short:"o" help:"The folder to write to." type:"path" required:"" placeholder:"FOLDER"`
}

var errNoOwnTexts = errors.New("this installation has no texts of its own: --all shows those that are built in")

// Run writes the gallery.
func (c *templatesPreviewCmd) Run(p *program) error {
	s, err := p.settings()
	if err != nil {
		return err
	}
	if s.templates.AreBuiltIn() && !c.All {
		return errNoOwnTexts
	}
	written, err := previews.Gallery{Templates: s.templates, Uses: wiring.Uses(s.strategies), All: c.All}.Write(c.Output)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s in %s: open index.html\n", plural(written, "preview"), c.Output)
	return nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"relance/activities"
	"relance/cases"
	"relance/cases/previews"
	"relance/collection"
	"relance/messaging/audience"
)

type previewMessageCmd struct {
	Case     caseRef `arg:"" help:"The case: <creditor>/<invoice number>."`
	Step     string  `help:"The step whose message is wanted; the next that sends one by default." placeholder:"STEP"`
	Channel  string  `help:"email, sms or letter; the step's first by default." enum:",email,sms,letter" default:"" placeholder:"CHANNEL"`
	Language string  `help:"fr or en; the debtor's by default." enum:",fr,en" default:"" placeholder:"LANGUAGE"`
	Audience string  `help:"loyal, irregular, new, consumer or public; what the debtor is by default." enum:",loyal,irregular,new,consumer,public" default:"" placeholder:"AUDIENCE"`
	Output   string  `short:"o" help:"Write a page (.html) or a letter (.pdf) in place of the text on the terminal." type:"path" placeholder:"FILE"`
}

// Help has the examples.
func (previewMessageCmd) Help() string {
	return `Composed from the case as it is, by the code that composes for sending. Nothing is stored and nothing is sent.

Examples:
  relance preview-message atelier-lumiere/F-2026-001
  relance preview-message atelier-lumiere/F-2026-001 --step formal-notice --channel letter --output notice.pdf
  relance preview-message atelier-lumiere/F-2026-001 --audience loyal --language en --output message.html`
}

// Run shows how a message would read.
func (c *previewMessageCmd) Run(p *program) error {
	return p.withInstallation(func(ctx context.Context, s *settings, service *cases.Service) error {
		maker := &previews.Maker{Store: service.Store, Templates: s.templates, Clock: service.Clock}
		message, err := maker.Message(ctx, activities.PreviewOrder{
			CaseKey: activities.CaseKey{Creditor: c.Case.creditor, Invoice: c.Case.invoice},
			Step:    c.Step, Channel: collection.Channel(c.Channel), Language: c.Language, Audience: audience.Audience(c.Audience),
		})
		if err != nil {
			return unknownCaseHint(err, c.Case)
		}
		return c.show(p, message)
	})
}

func (c *previewMessageCmd) show(p *program, message previews.MessagePreview) error {
	if c.Output == "" {
		p.printMessage(c.Case.creditor, message)
		return nil
	}
	content := message.Letter
	switch extension := strings.ToLower(filepath.Ext(c.Output)); {
	case extension == ".pdf" && len(content) == 0:
		return errors.New("this message has no letter: name a file that ends in .html")
	case extension == ".html" || extension == ".htm":
		page, err := message.Page()
		if err != nil {
			return err
		}
		content = page
	case extension != ".pdf":
		return fmt.Errorf("%s: name a file that ends in .html or .pdf", c.Output)
	}
	if err := os.WriteFile(c.Output, content, 0o600); err != nil {
		return fmt.Errorf("the preview cannot be written: %w", err)
	}
	fmt.Fprintf(p.errOut, "The preview is in %s; nothing was stored or sent\n", c.Output)
	return nil
}

// printMessage shows a message on the terminal.
func (p *program) printMessage(creditor string, m previews.MessagePreview) {
	fmt.Fprintln(p.out, p.bold("PREVIEW: nothing is stored, nothing is sent"))
	reader, text := "", ""
	if m.Wording.File != "" { // a letter is worded for everybody
		reader, text = audience.Audience(m.Wording.Reader).String()+": "+m.Wording.Why, m.Wording.File+", "+m.Wording.Origin
	}
	for _, line := range [][2]string{
		{"step", fmt.Sprintf("%s, %s", m.Step, m.Channel)}, {"when", minuteIn(p.zones.of(creditor), m.At)}, {"withheld", m.Withheld},
		{"to", firstLine(m.To)}, {"language", m.Language}, {"reader", reader}, {"text", text}, {"subject", m.Subject},
	} {
		if line[1] != "" {
			fmt.Fprintf(p.out, "  %-9s %s\n", line[0], line[1])
		}
	}
	if m.Text != "" {
		fmt.Fprintf(p.out, "\n%s\n", strings.TrimRight(m.Text, "\n"))
	}
	if len(m.Letter) > 0 {
		fmt.Fprintf(p.out, "\nA letter is with it: --output letter.pdf shows it.\n")
	}
}

package previews

import (
	_ "embed"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"

	"relance/letters"
	"relance/messaging"
	"relance/messaging/audience"
	"relance/messaging/compose"
	"relance/messaging/compose/lint"
)

//go:embed gallery.html
var gallerySource string

// Gallery shows texts with a worked example, each about one invoice and about
// twelve, with what is to be said about them.
type Gallery struct {
	Templates *compose.Templates
	// Uses are what the templates are used for.
	Uses map[string]lint.Use
	// All shows what is built in, too.
	All bool
}

// shelf is one template in the gallery.
type shelf struct {
	Key   string
	Texts []shown
}

type shown struct {
	Language, Channel, Audience, Source, File, Subject string
	One, Twelve                                        string
	Findings                                           []lint.Finding
}

// Write writes the gallery to a folder, index.html first, and tells how many pages
// there are.
func (g Gallery) Write(folder string) (int, error) {
	if err := os.MkdirAll(folder, 0o750); err != nil {
		return 0, fmt.Errorf("the gallery cannot be written: %w", err)
	}
	findings := lint.Check(g.Templates, g.Uses)
	var shelves []shelf
	written := 0
	for _, text := range g.Templates.Texts() {
		if text.Channel == compose.ChannelStatement || text.Channel == compose.ChannelCall || text.Origin == compose.BuiltIn && !g.All {
			continue
		}
		kind := compose.Business
		switch {
		case text.Audience == audience.Consumer, strings.HasPrefix(text.Key, "consumer-"):
			kind = compose.Consumer
		case text.Audience == audience.Public:
			kind = compose.Public
		}
		facts := lint.Scene(text, kind)
		one, subject, err := g.page(folder, text, "1", facts)
		if err != nil {
			return written, err
		}
		twelve, _, err := g.page(folder, text, "12", lint.Twelve(facts))
		if err != nil {
			return written, err
		}
		written += 2
		if len(shelves) == 0 || shelves[len(shelves)-1].Key != heading(text) {
			shelves = append(shelves, shelf{Key: heading(text)})
		}
		on := &shelves[len(shelves)-1]
		entry := shown{
			Language: text.Language, Channel: text.Channel, Audience: readers(text, kind), Source: string(text.Origin), File: text.File,
			Subject: subject, One: one, Twelve: twelve,
		}
		for _, finding := range findings {
			if finding.File == text.File {
				entry.Findings = append(entry.Findings, finding)
			}
		}
		on.Texts = append(on.Texts, entry)
	}
	return written, g.index(folder, shelves)
}

// readers are whom a text is for: those with consumer in their key are for consumers.
func readers(text compose.Text, kind compose.DebtorKind) string {
	if text.Audience == audience.Anyone && kind == compose.Consumer {
		return string(compose.Consumer)
	}
	return text.Audience.String()
}

func heading(text compose.Text) string {
	if text.Creditor != "" {
		return text.Creditor + " / " + text.Key
	}
	return text.Key
}

// page writes one message, as a page or as a PDF, and gives its name and subject.
func (g Gallery) page(folder string, text compose.Text, about string, facts compose.Facts) (name, subject string, err error) {
	composed, err := g.Templates.Compose(text, facts)
	if err != nil {
		return "", "", err
	}
	parts := []string{text.Creditor, text.Key, text.Language, string(text.Audience), text.Channel, about}
	name = strings.ReplaceAll(strings.Trim(strings.Join(parts, "."), "."), "..", ".")
	var content []byte
	if composed.Letter != nil {
		composed.Letter.Title = map[string]string{"fr": "Exemple – ", "en": "Example – "}[text.Language] + composed.Letter.Title
		name, subject = name+".pdf", composed.Letter.Subject
		content, err = letters.Print(*composed.Letter)
	} else {
		name, subject = name+".html", composed.Subject()
		content, err = examplePage(text, facts, composed)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name), content, 0o600)
	}
	if err != nil {
		return "", "", fmt.Errorf("the preview of %s cannot be written: %w", text.File, err)
	}
	return name, subject, nil
}

func examplePage(text compose.Text, facts compose.Facts, composed compose.Composed) ([]byte, error) {
	about := page{
		Language: text.Language, Title: composed.Subject(), Text: composed.SMS,
		Mark: map[string]string{"fr": "Exemple : les faits sont inventés.", "en": "Example: the facts are invented."}[text.Language],
		Lines: []line{
			{"Template", text.Key}, {"Channel", text.Channel}, {"For", text.Audience.String()}, {"Text", text.File + " (" + string(text.Origin) + ")"},
			{"Debtor", facts.Debtor.Name},
		},
	}
	if composed.Mail != nil {
		about.HTML = withPictures(composed.Mail.HTML, composed.Mail.Inline)
	} else {
		about.Lines = append(about.Lines, line{"Segments", fmt.Sprint(messaging.Segments(composed.SMS))})
	}
	return about.write()
}

func (g Gallery) index(folder string, shelves []shelf) error {
	parsed, err := template.New("gallery").Parse(gallerySource)
	if err != nil {
		return err
	}
	var out strings.Builder
	if err := parsed.Execute(&out, shelves); err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(folder, "index.html"), []byte(out.String()), 0o600); err != nil {
		return fmt.Errorf("the gallery cannot be written: %w", err)
	}
	return nil
}

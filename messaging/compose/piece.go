package compose

import (
	"errors"
	"fmt"
	html "html/template"
	"maps"
	"reflect"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"relance/identifiers"
	"relance/messaging"
)

// piece is one template in one language for one channel: its prose, and for a
// mail the two layouts that frame it.
type piece struct {
	id pieceID
	// path is the name of the file, as it is shown to people.
	path     string
	origin   Origin
	source   string
	version  string
	language language
	prose    *template.Template
	text     *template.Template
	html     *html.Template
}

// The blocks a file must define. Phrases and labels come from the shared words;
// a file may define any of them again for itself.
var (
	mailBlocks   = []string{"subject", "opening", "request", "closing"}
	letterBlocks = []string{"title", "subject", "opening", "request", "closing"}
)

// funcs are the functions of prose.
func (l language) funcs() template.FuncMap {
	return template.FuncMap{
		"amount":    l.amount,
		"date":      l.date,
		"shortdate": l.shortDate,
		"dates":     l.dateList,
		"days":      l.days,
		"rate":      l.rate,
		"plural":    l.plural,
		"list":      l.list,
		"iban":      identifiers.PrintIBAN,
		"siren":     inThrees,
		"nobreak":   noBreak,
	}
}

// layoutFuncs are the functions of layouts: those of prose, and the ways to take
// prose in.
func (p *piece) layoutFuncs() template.FuncMap {
	funcs := p.language.funcs()
	maps.Copy(funcs, template.FuncMap{
		"words":      p.words,
		"paragraphs": p.paragraphs,
		"fill":       fill,
		"row":        row,
		"lang":       func() string { return p.language.tag },
	})
	return funcs
}

// row aligns a label and its value in the text part.
func row(label, value string) string { return fmt.Sprintf("%-24s %s", label, value) }

// words is a block of prose on one line.
func (p *piece) words(name string, f Facts) (string, error) {
	prose, err := p.execute(name, f)
	return p.language.typeset(oneLine(prose)), err
}

// paragraphs is a block of prose, paragraph by paragraph.
func (p *piece) paragraphs(name string, f Facts) ([]string, error) {
	prose, err := p.execute(name, f)
	if err != nil {
		return nil, err
	}
	paragraphs := paragraphsOf(prose)
	for i := range paragraphs {
		paragraphs[i] = p.language.typeset(paragraphs[i])
	}
	return paragraphs, nil
}

func (p *piece) execute(name string, f Facts) (string, error) {
	var out strings.Builder
	if err := p.prose.ExecuteTemplate(&out, name, f); err != nil {
		return "", parseError(err)
	}
	return out.String(), nil
}

var errEmpty = errors.New("it comes out empty")

func (p *piece) email(f Facts) (Mail, error) {
	var text, page strings.Builder
	subject, err := p.words("subject", f)
	if err == nil {
		err = p.text.ExecuteTemplate(&text, textLayoutPath, f)
	}
	if err == nil {
		err = p.html.ExecuteTemplate(&page, htmlLayoutPath, f)
	}
	if err == nil && subject == "" {
		err = fmt.Errorf("subject: %w", errEmpty)
	}
	if err != nil {
		return Mail{}, fmt.Errorf("%s: %w", p.path, err)
	}
	mail := Mail{Lang: p.language.tag, Subject: subject, Text: tidy(text.String()), HTML: tidy(page.String())}
	if mail.Inline, err = inlinePictures(f, mail.HTML); err != nil {
		return Mail{}, fmt.Errorf("%s: %w", p.path, err)
	}
	return mail, nil
}

// The picture of the payment code in a mail: the name by which the layout shows it,
// and its pixels a module, more than are shown so that it stays sharp.
const (
	codeContentID = "payment-code"
	codeScale     = 8
)

// inlinePictures are the pictures the HTML shows; one that it does not show would
// be listed as an attachment.
func inlinePictures(f Facts, page string) ([]messaging.Attachment, error) {
	if f.PaymentCode == nil || !strings.Contains(page, `"cid:`+codeContentID+`"`) {
		return nil, nil
	}
	picture, err := f.PaymentCode.Code.PNG(codeScale)
	if err != nil {
		return nil, err
	}
	return []messaging.Attachment{{
		Filename: codeContentID + ".png", ContentType: "image/png", Content: picture, ContentID: codeContentID,
	}}, nil
}

func (p *piece) sms(f Facts) (string, error) {
	prose, err := p.execute(p.path, f)
	if err != nil {
		return "", fmt.Errorf("%s: %w", p.path, err)
	}
	text := plainer.Replace(oneLine(prose))
	if text == "" {
		return "", fmt.Errorf("%s: %w", p.path, errEmpty)
	}
	return text, nil
}

// try composes an example to find what only shows when a template runs.
func (p *piece) try(f Facts) error {
	f = f.cleaned()
	var err error
	switch p.id.channel {
	case ChannelEmail:
		_, err = p.email(f)
	case ChannelSMS:
		_, err = p.sms(f)
	case ChannelWhatsApp:
		_, err = p.whatsApp(f)
	case ChannelLetter:
		_, err = p.letter(f)
	case ChannelStatement:
		_, err = p.statement(f)
	case ChannelCall:
		_, err = p.script(f)
	}
	if err == nil && !p.isText() {
		err = p.tryBlocks(f)
	}
	return err
}

// tryBlocks makes sure no required block comes out empty.
func (p *piece) tryBlocks(f Facts) error {
	for _, name := range p.requiredBlocks() {
		text, err := p.words(name, f)
		if err != nil {
			return err
		}
		if text == "" {
			return fmt.Errorf("%s: block %q: %w", p.path, name, errEmpty)
		}
	}
	return nil
}

// isText reports whether the file is the text itself, without blocks.
func (p *piece) isText() bool { return p.id.channel == ChannelSMS || p.id.channel == ChannelWhatsApp }

func (p *piece) requiredBlocks() []string {
	switch p.id.channel {
	case ChannelEmail:
		return mailBlocks
	case ChannelLetter:
		return letterBlocks
	case ChannelStatement:
		return statementBlocks
	case ChannelCall:
		return callBlocks
	default:
		return nil
	}
}

// typecheck finds everything in the template that does not fit Facts.
func (p *piece) typecheck(layouts map[string]*parse.Tree) []error {
	facts := reflect.TypeFor[Facts]()
	prose := map[string]*parse.Tree{}
	for _, t := range p.prose.Templates() {
		if t.Tree != nil {
			prose[t.Name()] = t.Tree
		}
	}
	problems := p.checkShape(prose)

	roots := slices.Clone(p.requiredBlocks())
	switch p.id.channel {
	case ChannelEmail:
		layout := newTypechecker(layouts, p.layoutFuncs(), prose)
		layout.check(textLayoutPath, facts)
		layout.check(htmlLayoutPath, facts)
		problems = append(problems, layout.problems...)
		roots = slices.AppendSeq(roots, maps.Keys(layout.words))
	case ChannelSMS, ChannelWhatsApp:
		roots = append(roots, p.path)
	case ChannelLetter:
		problems = append(problems, p.checkShared("letter", letterWords, prose)...)
		roots = append(roots, letterWords...)
	case ChannelStatement:
		problems = append(problems, p.checkShared("statement", statementWords, prose)...)
		roots = append(roots, statementWords...)
	}

	blocks := newTypechecker(prose, p.language.funcs(), nil)
	slices.Sort(roots)
	for _, name := range roots {
		blocks.check(name, facts)
	}
	// What nothing has called yet is called with the whole facts, if ever.
	for _, name := range slices.Sorted(maps.Keys(prose)) {
		if !blocks.reached(name) {
			blocks.check(name, facts)
		}
	}
	return append(problems, blocks.problems...)
}

// checkShared checks that the shared words have what the channel takes from them.
func (p *piece) checkShared(what string, names []string, prose map[string]*parse.Tree) []error {
	var problems []error
	for _, name := range names {
		if _, ok := prose[name]; !ok {
			problems = append(problems, fmt.Errorf("%s: a %s needs the block %q and neither the file nor %s/%s.tmpl has it",
				p.path, what, name, wordsFolder, p.id.lang))
		}
	}
	return problems
}

// checkShape checks that the file has the blocks of its channel.
func (p *piece) checkShape(prose map[string]*parse.Tree) []error {
	var problems []error
	for _, name := range p.requiredBlocks() {
		if _, ok := prose[name]; !ok {
			problems = append(problems, fmt.Errorf("%s: the block {{define %q}}…{{end}} is missing", p.path, name))
		}
	}
	body := prose[p.path]
	empty := body == nil || parse.IsEmptyTree(body.Root)
	switch {
	case p.isText() && empty:
		problems = append(problems, fmt.Errorf("%s: the file has no text", p.path))
	case !p.isText() && !empty:
		problems = append(problems, fmt.Errorf("%s: there is text outside of the blocks %q, where nothing prints it", p.path, p.requiredBlocks()))
	}
	return problems
}

package compose

import (
	"cmp"
	"errors"
	"fmt"
	html "html/template"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"
)

// The channels a template can be written for, and the extensions of their files.
const (
	ChannelEmail = "email"
	ChannelSMS   = "sms"
	// ChannelWhatsApp is the wording of an approved content template, as we know it.
	ChannelWhatsApp = "whatsapp"
	ChannelLetter   = "letter"
	// ChannelCall is the script of a telephone call.
	ChannelCall = "call"
	// ChannelStatement is no channel of its own: the words of a statement of account,
	// which is printed, or written as a table.
	ChannelStatement = "statement"
)

const (
	folder         = "templates"
	textLayoutPath = folder + "/layout.txt"
	htmlLayoutPath = folder + "/layout.html"
	wordsFolder    = folder + "/words"
)

var channelOfExtension = map[string]string{".mail": ChannelEmail, ".sms": ChannelSMS, ".letter": ChannelLetter, ".statement": ChannelStatement, ".call": ChannelCall, ".whatsapp": ChannelWhatsApp}

// Templates are the loaded templates, safe for concurrent use.
type Templates struct {
	pieces map[pieceID]*piece
}

// pieceID names one template in one language for one channel.
type pieceID struct{ key, lang, channel string }

// Load reads the folder templates/ of one or several file systems, the first
// that has a file giving it, so that a creditor's own files go before the
// built-in ones:
//
//	templates/layout.txt, layout.html   the frame of every mail
//	templates/words/<lang>.tmpl         phrases and labels shared in a language
//	templates/<key>/<lang>.mail         subject and prose of a mail
//	templates/<key>/<lang>.sms          an SMS
//	templates/<key>/<lang>.whatsapp     a WhatsApp message, as its approved content template words it
//	templates/<key>/<lang>.letter       title, subject and prose of a letter
//	templates/call/<lang>.call          the script of a telephone call
//	templates/statement/<lang>.statement  the words of a statement of account
//
// Every template is checked against Facts, in branches taken or not, and tried
// with worked examples. The error lists all problems with file and line.
func Load(layers ...fs.FS) (*Templates, error) {
	files, err := readLayers(layers)
	if err != nil {
		return nil, err
	}
	l := loader{files: files, words: map[string]*template.Template{}}
	l.readLayouts()
	l.readWords()
	l.readPieces()
	l.checkPieces()
	if len(l.problems) > 0 {
		return nil, fmt.Errorf("the templates cannot be used:\n%w", errors.Join(distinct(l.problems)...))
	}
	return &Templates{pieces: l.pieces}, nil
}

// readLayers merges the file systems, the first one to have a path giving it.
func readLayers(layers []fs.FS) (map[string]string, error) {
	files := map[string]string{}
	for _, layer := range layers {
		if _, err := fs.Stat(layer, folder); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		err := fs.WalkDir(layer, folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if _, given := files[name]; given || entry.IsDir() || strings.HasPrefix(entry.Name(), ".") {
				return nil
			}
			content, err := fs.ReadFile(layer, name)
			files[name] = string(content)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("the templates cannot be read: %w", err)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no folder %s/ with templates", folder)
	}
	return files, nil
}

// loader gathers problems while it reads, so that all are reported at once.
type loader struct {
	files    map[string]string
	text     *template.Template
	html     *html.Template
	layouts  map[string]*parse.Tree
	words    map[string]*template.Template
	pieces   map[pieceID]*piece
	problems []error
}

func (l *loader) refuse(err error) { l.problems = append(l.problems, err) }

func (l *loader) readLayouts() {
	l.layouts = map[string]*parse.Tree{}
	stubs := (&piece{}).layoutFuncs()
	for _, name := range []string{textLayoutPath, htmlLayoutPath} {
		content, ok := l.files[name]
		if !ok {
			l.refuse(fmt.Errorf("%s: the file is missing", name))
			continue
		}
		// Both layouts are parsed as text to be checked: escaping does not change
		// what they name.
		parsed, err := template.New(name).Funcs(stubs).Parse(content)
		if err != nil {
			l.refuse(parseError(err))
			continue
		}
		for _, t := range parsed.Templates() {
			l.layouts[t.Name()] = t.Tree
		}
		if name == textLayoutPath {
			l.text = parsed.Option("missingkey=error")
			continue
		}
		if l.html, err = html.New(name).Funcs(stubs).Option("missingkey=error").Parse(content); err != nil {
			l.refuse(parseError(err))
		}
	}
}

func (l *loader) readWords() {
	for _, name := range l.sortedFiles() {
		if path.Dir(name) != wordsFolder {
			continue
		}
		tag := strings.TrimSuffix(path.Base(name), ".tmpl")
		lang, ok := languageOf(tag)
		if !ok || path.Ext(name) != ".tmpl" {
			l.refuse(fmt.Errorf("%s: not the words of a known language: fr.tmpl and en.tmpl are", name))
			continue
		}
		parsed, err := template.New(name).Funcs(lang.funcs()).Option("missingkey=error").Parse(l.files[name])
		if err != nil {
			l.refuse(parseError(err))
			continue
		}
		l.words[tag] = parsed
	}
}

func (l *loader) readPieces() {
	l.pieces = map[pieceID]*piece{}
	for _, name := range l.sortedFiles() {
		if name == textLayoutPath || name == htmlLayoutPath || path.Dir(name) == wordsFolder {
			continue
		}
		id, err := idOf(name)
		if err != nil {
			l.refuse(err)
			continue
		}
		words, ok := l.words[id.lang]
		if !ok {
			l.refuse(fmt.Errorf("%s: its language has no %s/%s.tmpl", name, wordsFolder, id.lang))
			continue
		}
		p, err := l.parsePiece(id, name, words)
		if err != nil {
			l.refuse(parseError(err))
			continue
		}
		l.pieces[id] = p
	}
}

func (l *loader) parsePiece(id pieceID, name string, words *template.Template) (*piece, error) {
	prose, err := words.Clone()
	if err != nil {
		return nil, err
	}
	if prose, err = prose.New(name).Parse(l.files[name]); err != nil {
		return nil, err
	}
	lang, _ := languageOf(id.lang)
	p := &piece{id: id, path: name, language: lang, prose: prose}
	if id.channel != ChannelEmail || l.text == nil || l.html == nil {
		return p, nil
	}
	if p.text, err = l.text.Clone(); err != nil {
		return nil, err
	}
	p.text.Funcs(p.layoutFuncs())
	if p.html, err = l.html.Clone(); err != nil {
		return nil, err
	}
	p.html.Funcs(p.layoutFuncs())
	return p, nil
}

// idOf reads key, language and channel off a path such as
// "templates/reminder-firm/fr.mail".
func idOf(name string) (pieceID, error) {
	key, file := path.Split(strings.TrimPrefix(name, folder+"/"))
	key = strings.TrimSuffix(key, "/")
	channel, ok := channelOfExtension[path.Ext(file)]
	if key == "" || strings.Contains(key, "/") || !ok || channel == ChannelStatement && key != StatementKey || channel == ChannelCall && key != CallKey {
		return pieceID{}, fmt.Errorf("%s: not a template: they are called <key>/<language>.mail, .sms, .whatsapp or .letter, call/<language>.call and statement/<language>.statement", name)
	}
	lang := strings.TrimSuffix(file, path.Ext(file))
	if _, ok := languageOf(lang); !ok {
		return pieceID{}, fmt.Errorf("%s: %q is not a language templates can be written in: fr and en are", name, lang)
	}
	return pieceID{key: key, lang: lang, channel: channel}, nil
}

// checkPieces first looks at the templates, then runs those that look right.
func (l *loader) checkPieces() {
	for _, p := range l.sortedPieces() {
		if problems := p.typecheck(l.layouts); len(problems) > 0 {
			l.problems = append(l.problems, problems...)
			continue
		}
		for _, example := range examples() {
			if err := p.try(example); err != nil {
				l.refuse(err)
				break
			}
		}
	}
}

func (l *loader) sortedFiles() []string { return slices.Sorted(maps.Keys(l.files)) }

func (l *loader) sortedPieces() []*piece {
	return slices.SortedFunc(maps.Values(l.pieces), func(a, b *piece) int { return cmp.Compare(a.path, b.path) })
}

// parseError drops the parser's own prefix, leaving "file:line: what is wrong".
func parseError(err error) error {
	return errors.New(strings.TrimPrefix(strings.TrimPrefix(err.Error(), "html/"), "template: "))
}

// distinct removes repetitions: a slip in shared words shows in every template.
func distinct(problems []error) []error {
	seen := map[string]bool{}
	return slices.DeleteFunc(problems, func(err error) bool {
		again := seen[err.Error()]
		seen[err.Error()] = true
		return again
	})
}

// Has reports whether a template exists in exactly this language for a channel.
func (t *Templates) Has(key, lang, channel string) bool {
	_, ok := t.pieces[pieceID{key, lang, channel}]
	return ok
}

// Keys are the keys of the templates, sorted.
func (t *Templates) Keys() []string {
	return t.distinctOf(func(id pieceID) string { return id.key })
}

// Languages are the languages any template is written in, sorted.
func (t *Templates) Languages() []string {
	return t.distinctOf(func(id pieceID) string { return id.lang })
}

func (t *Templates) distinctOf(part func(pieceID) string) []string {
	found := map[string]bool{}
	for id := range t.pieces {
		found[part(id)] = true
	}
	return slices.Sorted(maps.Keys(found))
}

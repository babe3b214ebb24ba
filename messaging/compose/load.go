package compose

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
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

	"relance/messaging/audience"
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

// Load reads the folder templates/ of one or several file systems, the first
// that has a file giving it; the last one is what is built in:
//
//	templates/layout.txt, layout.html   the frame of every mail
//	templates/words/<lang>.tmpl         phrases and labels shared in a language
//	templates/<key>/<lang>.mail         subject and prose of a mail
//	templates/<key>/<lang>.sms          an SMS
//	templates/<key>/<lang>.whatsapp     a WhatsApp message, as its approved content template words it
//	templates/<key>/<lang>.letter       title, subject and prose of a letter
//	templates/<key>/<lang>.<audience>.<channel>  the same, for one audience
//	templates/call/<lang>.call          the script of a telephone call
//	templates/statement/<lang>.statement  the words of a statement of account
//
// Every template is checked against Facts, in branches taken or not, and tried
// with worked examples. The error lists all problems with file and line.
func Load(layers ...fs.FS) (*Templates, error) {
	var made []Layer
	for i, files := range layers {
		if _, err := fs.Stat(files, folder); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		inside, err := fs.Sub(files, folder)
		if err != nil {
			return nil, fmt.Errorf("the templates cannot be read: %w", err)
		}
		layer := Layer{Origin: General, Files: inside, Shown: folder}
		if i == len(layers)-1 {
			layer.Origin = BuiltIn
		}
		made = append(made, layer)
	}
	return LoadLayers(nil, made...)
}

// LoadLayers reads the layers that all creditors share, the nearest first, and on
// top of them those of creditors, by ID. Names and checks are as in Load.
func LoadLayers(creditors map[string]Layer, shared ...Layer) (*Templates, error) {
	files, err := readLayers(shared)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("there is no folder %s/ with templates", folder)
	}
	l := &loader{files: files}
	l.load()
	problems := l.problems
	loaded := library{general: l.pieces, own: map[string]set{}, words: wordsIn(files, "")}
	loaded.builtIn = len(creditors) == 0 && !slices.ContainsFunc(slices.Collect(maps.Values(files)), func(f file) bool { return f.origin != BuiltIn })
	for _, creditor := range slices.Sorted(maps.Keys(creditors)) {
		own, err := readLayers([]Layer{creditors[creditor]})
		if err != nil {
			return nil, err
		}
		of := l.over(own)
		problems = append(problems, of.problems...)
		loaded.own[creditor] = of.pieces
		loaded.words = append(loaded.words, wordsIn(own, creditor)...)
	}
	if len(problems) > 0 {
		return nil, fmt.Errorf("the templates cannot be used:\n%w", errors.Join(distinct(problems)...))
	}
	return newTemplates(loaded), nil
}

// file is one file of templates, from the nearest layer that has it.
type file struct {
	content string
	origin  Origin
	// shown is its name for people.
	shown string
}

// readLayers merges the layers, the first one to have a name giving it. Names
// begin with "templates/".
func readLayers(layers []Layer) (map[string]file, error) {
	files := map[string]file{}
	for _, layer := range layers {
		err := fs.WalkDir(layer.Files, ".", func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir() && slices.Contains(layer.Skip, name):
				return fs.SkipDir
			case entry.IsDir(), strings.HasPrefix(entry.Name(), "."):
				return nil
			}
			if _, given := files[folder+"/"+name]; given {
				return nil
			}
			content, err := fs.ReadFile(layer.Files, name)
			files[folder+"/"+name] = file{content: string(content), origin: layer.Origin, shown: path.Join(layer.Shown, name)}
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("the templates cannot be read: %w", err)
		}
	}
	return files, nil
}

// loader gathers problems while it reads, so that all are reported at once.
type loader struct {
	files map[string]file
	// names are the files it is to read pieces from; nil for all.
	names    map[string]file
	text     *template.Template
	html     *html.Template
	layouts  map[string]*parse.Tree
	words    map[string]*template.Template
	pieces   map[pieceID]*piece
	problems []error
}

func (l *loader) load() {
	l.words, l.pieces = map[string]*template.Template{}, map[pieceID]*piece{}
	l.readLayouts()
	l.readWords()
	l.readPieces()
	l.checkPieces()
}

// over is what comes of a creditor's files on top of these. Unless they change
// what the texts share, the other texts stay as they are.
func (l *loader) over(own map[string]file) *loader {
	merged := maps.Clone(l.files)
	maps.Copy(merged, own)
	of := &loader{files: merged}
	for name := range own {
		if name == textLayoutPath || name == htmlLayoutPath || path.Dir(name) == wordsFolder {
			of.load()
			return of
		}
	}
	of.names, of.text, of.html, of.layouts, of.words, of.pieces = own, l.text, l.html, l.layouts, l.words, maps.Clone(l.pieces)
	of.readPieces()
	of.checkPieces()
	return of
}

func (l *loader) refuse(err error) { l.problems = append(l.problems, err) }

func (l *loader) readLayouts() {
	l.layouts = map[string]*parse.Tree{}
	stubs := (&piece{}).layoutFuncs()
	for _, name := range []string{textLayoutPath, htmlLayoutPath} {
		given, ok := l.files[name]
		if !ok {
			l.refuse(fmt.Errorf("%s: the file is missing", name))
			continue
		}
		content := given.content
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
		parsed, err := template.New(l.files[name].shown).Funcs(lang.funcs()).Option("missingkey=error").Parse(l.files[name].content)
		if err != nil {
			l.refuse(parseError(err))
			continue
		}
		l.words[tag] = parsed
	}
}

func (l *loader) readPieces() {
	for _, name := range l.sortedFiles() {
		if _, wanted := l.names[name]; l.names != nil && !wanted || name == textLayoutPath || name == htmlLayoutPath || path.Dir(name) == wordsFolder {
			continue
		}
		id, err := idOf(name)
		if err != nil {
			l.refuse(fmt.Errorf("%s: %w", l.files[name].shown, err))
			continue
		}
		words, ok := l.words[id.lang]
		if !ok {
			l.refuse(fmt.Errorf("%s: its language has no %s/%s.tmpl", l.files[name].shown, wordsFolder, id.lang))
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
	given := l.files[name]
	if prose, err = prose.New(given.shown).Parse(given.content); err != nil {
		return nil, err
	}
	lang, _ := languageOf(id.lang)
	p := &piece{id: id, path: given.shown, origin: given.origin, source: given.content, version: l.version(name, id), language: lang, prose: prose}
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

// version is the hash of all the files that word a text: its own, the shared words
// of its language, and for a mail the layouts.
func (l *loader) version(name string, id pieceID) string {
	names := []string{name, wordsFolder + "/" + id.lang + ".tmpl"}
	if id.channel == ChannelEmail {
		names = append(names, textLayoutPath, htmlLayoutPath)
	}
	hash := sha256.New()
	for _, name := range names {
		content := l.files[name].content
		_, _ = fmt.Fprintf(hash, "%d\x00%s", len(content), content) // a hash takes everything
	}
	return hex.EncodeToString(hash.Sum(nil))
}

// idOf reads key, language, audience and channel off a path such as
// "templates/reminder-firm/fr.mail" or "templates/reminder-firm/fr.loyal.mail".
func idOf(name string) (pieceID, error) {
	key, file := path.Split(strings.TrimPrefix(name, folder+"/"))
	key = strings.TrimSuffix(key, "/")
	channel, ok := channelOfExtension[path.Ext(file)]
	if key == "" || strings.Contains(key, "/") || !ok || channel == ChannelStatement && key != StatementKey || channel == ChannelCall && key != CallKey {
		return pieceID{}, errors.New("not a template: they are called <key>/<language>.mail, .sms, .whatsapp or .letter, " +
			"or <key>/<language>.<audience>.mail and so on, call/<language>.call and statement/<language>.statement")
	}
	lang, of, _ := strings.Cut(strings.TrimSuffix(file, path.Ext(file)), ".")
	if _, ok := languageOf(lang); !ok {
		return pieceID{}, fmt.Errorf("%q is not a language templates can be written in: fr and en are", lang)
	}
	reader, err := audience.Parse(of)
	if err == nil && reader != audience.Anyone && channel == ChannelStatement {
		err = errors.New("a statement of account has one wording for everyone")
	}
	return pieceID{key: key, lang: lang, channel: channel, audience: reader}, err
}

// checkPieces first looks at the templates, then runs those that look right.
func (l *loader) checkPieces() {
	for _, p := range l.sortedPieces() {
		everyone := p.id
		everyone.audience = audience.Anyone
		if l.pieces[everyone] == nil {
			l.refuse(fmt.Errorf("%s: there is no text for all the others: write %s.%s beside it", p.path, p.id.lang, extensionOf(p.id.channel)))
		}
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
	sorted := slices.SortedFunc(maps.Values(l.pieces), func(a, b *piece) int { return cmp.Compare(a.path, b.path) })
	if l.names == nil {
		return sorted
	}
	return slices.DeleteFunc(sorted, func(p *piece) bool { _, own := l.names[p.id.name()]; return !own })
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

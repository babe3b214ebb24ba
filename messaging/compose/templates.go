package compose

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"sync/atomic"

	"relance/messaging/audience"
)

// Origin is where a text comes from.
type Origin string

// The origins, from the farthest to the nearest.
const (
	// BuiltIn comes with the product.
	BuiltIn Origin = "built-in"
	// General was written by the installation, for all its creditors.
	General Origin = "general"
	// CreditorsOwn was written for one creditor.
	CreditorsOwn Origin = "creditor"
)

// Layer is one source of files.
type Layer struct {
	Origin Origin
	// Files holds <key>/<language>.mail and so on, words and layouts.
	Files fs.FS
	// Shown goes before the names of its files where people read them.
	Shown string
	// Skip are folders at its root that are none of its business.
	Skip []string
}

// Templates are the loaded templates, safe for concurrent use. They can be
// replaced while they are used.
type Templates struct{ now atomic.Pointer[library] }

// library is every text, by the creditor that uses it.
type library struct {
	general set
	own     map[string]set
	words   []Text
	// builtIn: every file comes with the product.
	builtIn bool
}

// set are the texts one creditor uses.
type set map[pieceID]*piece

// pieceID names one template in one language for one channel and one audience.
type pieceID struct {
	key, lang, channel string
	audience           audience.Audience
}

// name is the name of its file.
func (id pieceID) name() string {
	name := folder + "/" + id.key + "/" + id.lang
	if id.audience != audience.Anyone {
		name += "." + string(id.audience)
	}
	return name + "." + extensionOf(id.channel)
}

func extensionOf(channel string) string {
	for extension, of := range channelOfExtension {
		if of == channel {
			return extension[1:]
		}
	}
	return channel
}

func newTemplates(l library) *Templates {
	t := &Templates{}
	t.now.Store(&l)
	return t
}

// Now are the templates as they stand, whatever replaces them later: all parts of a
// message are worded with the same ones.
func (t *Templates) Now() *Templates { return newTemplates(*t.now.Load()) }

// Replace has the newer templates used from now on.
func (t *Templates) Replace(newer *Templates) { t.now.Store(newer.now.Load()) }

// of are the texts that a creditor uses.
func (t *Templates) of(creditor string) set {
	now := t.now.Load()
	if own, has := now.own[creditor]; has {
		return own
	}
	return now.general
}

// written is the text of a key, language and channel for a reader: the one written
// for its audience, unless the one for everyone comes from nearer. Who has written
// its own words for everyone is not surprised by others.
func (s set) written(id pieceID, reader audience.Audience) *piece {
	everyone := s[id]
	id.audience = reader
	if of := s[id]; of != nil && (everyone == nil || of.origin.nearness() >= everyone.origin.nearness()) {
		return of
	}
	return everyone
}

func (o Origin) nearness() int { return slices.Index([]Origin{BuiltIn, General, CreditorsOwn}, o) }

// Text is one template file in use.
type Text struct {
	Key      string
	Language string
	Channel  string
	// Audience is whom it is written for.
	Audience audience.Audience
	// Creditor is whose set of texts it stands in; empty is the set of every creditor
	// without files of its own.
	Creditor string
	Origin   Origin
	// File is its name for people, Source what stands in it.
	File   string
	Source string
	// Version is the SHA-256 of the file and of the words and layouts it shares.
	Version string
}

func (p *piece) described(creditor string) Text {
	return Text{
		Key: p.id.key, Language: p.id.lang, Channel: p.id.channel, Audience: p.id.audience, Creditor: creditor,
		Origin: p.origin, File: p.path, Source: p.source, Version: p.version,
	}
}

// Text is the file that words a message for these facts. The error is as in Email.
func (t *Templates) Text(key, lang, channel string, f Facts) (Text, error) {
	p, err := t.piece(key, lang, channel, f)
	if err != nil {
		return Text{}, err
	}
	creditor := ""
	if _, own := t.now.Load().own[f.Creditor.ID]; own {
		creditor = f.Creditor.ID
	}
	return p.described(creditor), nil
}

// Texts are all texts in use: those of every creditor, then what creditors have
// that differs, sorted by creditor, key, language, channel and audience.
func (t *Templates) Texts() []Text {
	now := t.now.Load()
	var texts []Text
	for _, p := range now.general {
		texts = append(texts, p.described(""))
	}
	for creditor, own := range now.own {
		for id, p := range own {
			if now.general[id] != p {
				texts = append(texts, p.described(creditor))
			}
		}
	}
	return sorted(texts)
}

// TextsOf are all texts that a creditor uses, sorted as Texts are.
func (t *Templates) TextsOf(creditor string) []Text {
	general := t.now.Load().general
	var texts []Text
	for id, p := range t.of(creditor) {
		of := creditor
		if general[id] == p {
			of = ""
		}
		texts = append(texts, p.described(of))
	}
	return sorted(texts)
}

func sorted(texts []Text) []Text {
	slices.SortFunc(texts, func(a, b Text) int {
		return cmp.Or(cmp.Compare(a.Creditor, b.Creditor), cmp.Compare(a.Key, b.Key), cmp.Compare(a.Language, b.Language),
			cmp.Compare(a.Channel, b.Channel), cmp.Compare(a.Audience, b.Audience))
	})
	return texts
}

// Words are the files of the phrases that texts share, as Texts without key and
// channel.
func (t *Templates) Words() []Text { return slices.Clone(t.now.Load().words) }

// AreBuiltIn reports whether every file comes with the product.
func (t *Templates) AreBuiltIn() bool { return t.now.Load().builtIn }

// wordsIn are the files of shared phrases among these.
func wordsIn(files map[string]file, creditor string) []Text {
	var words []Text
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if path.Dir(name) == wordsFolder {
			given := files[name]
			words = append(words, Text{
				Language: strings.TrimSuffix(path.Base(name), ".tmpl"), Creditor: creditor, Origin: given.origin, File: given.shown, Source: given.content,
			})
		}
	}
	return words
}

// Has reports whether a template exists in exactly this language for a channel.
func (t *Templates) Has(key, lang, channel string) bool {
	_, ok := t.now.Load().general[pieceID{key: key, lang: lang, channel: channel}]
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
	for id := range t.now.Load().general {
		found[part(id)] = true
	}
	return slices.Sorted(maps.Keys(found))
}

package intent

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// prose is a text beside itself in small letters without accents, rune for rune.
type prose struct {
	text   string
	folded string
}

// longest bounds what is looked at: what matters is said at the beginning.
const longest = 8 << 10

func readable(text string) prose {
	text = norm.NFC.String(text)
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "")
	}
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '’' || r == '‘' || r == 'ʼ' || r == '´':
			return '\''
		case r == '\n':
			return r
		case unicode.IsSpace(r):
			return ' '
		default:
			return r
		}
	}, text)
	text = unwrapped(text)
	return prose{text: text, folded: fold(text)}
}

// wrappedAt is how long a line is at least that a mail program broke.
const wrappedAt = 40

// unwrapped puts lines together that a mail program broke: long ones whose next
// goes on in small letters.
func unwrapped(text string) string {
	all := []rune(text)
	begin := 0
	for i, r := range all {
		if r != '\n' {
			continue
		}
		if i-begin >= wrappedAt && i+1 < len(all) && (unicode.IsLower(all[i+1]) || unicode.IsDigit(all[i+1])) {
			all[i] = ' '
		}
		begin = i + 1
	}
	return string(all)
}

// fold gives each letter its small form without accents, one rune for one.
func fold(text string) string {
	return strings.Map(func(r rune) rune {
		r = unicode.ToLower(r)
		if r < utf8.RuneSelf {
			return r
		}
		if bare, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r))); bare < utf8.RuneSelf && unicode.IsLetter(bare) {
			return bare
		}
		return r
	}, text)
}

// sentence is a part of a text in which a negation counts.
type sentence prose

var sentenceEnds = regexp.MustCompile(`[!?;\n]+|\.(\s|$)|,? (mais|but|however|cependant|par contre) `)

func (p prose) sentences() []sentence {
	var all []sentence
	from := 0
	add := func(to int) {
		if strings.TrimSpace(p.folded[from:to]) != "" {
			begin, end := utf8.RuneCountInString(p.folded[:from]), utf8.RuneCountInString(p.folded[:to])
			all = append(all, sentence{text: runes(p.text, begin, end), folded: p.folded[from:to]})
		}
	}
	for _, at := range sentenceEnds.FindAllStringIndex(p.folded, -1) {
		add(at[0])
		from = at[1]
	}
	add(len(p.folded))
	return all
}

func runes(text string, begin, end int) string {
	all := []rune(text)
	return string(all[min(begin, len(all)):min(end, len(all))])
}

// longestWords bounds the words shown.
const longestWords = 100

// words are the words of the sentence that the pattern found, as they were written.
func (s sentence) words(pattern *regexp.Regexp) string {
	at := pattern.FindStringIndex(s.folded)
	if at == nil {
		return ""
	}
	begin, end := utf8.RuneCountInString(s.folded[:at[0]]), utf8.RuneCountInString(s.folded[:at[1]])
	return strings.TrimSpace(runes(s.text, begin, min(end, begin+longestWords)))
}

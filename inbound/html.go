package inbound

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// textOfHTML is what an HTML page says: its text, a line for each block, quotations
// marked with ">". Nothing in it is run, and nothing it points at is fetched.
func textOfHTML(page string) string {
	reader := html.NewTokenizer(strings.NewReader(page))
	var text htmlText
	for {
		switch reader.Next() {
		case html.ErrorToken:
			return text.String()
		case html.TextToken:
			if text.hidden == 0 {
				text.write(string(reader.Text()))
			}
		case html.StartTagToken:
			name, _ := reader.TagName()
			text.open(atom.Lookup(name))
		case html.EndTagToken:
			name, _ := reader.TagName()
			text.close(atom.Lookup(name))
		case html.SelfClosingTagToken:
			name, _ := reader.TagName()
			if isBreak(atom.Lookup(name)) {
				text.newLine()
			}
		default:
		}
		if text.Len() > maxText {
			return text.String()
		}
	}
}

type htmlText struct {
	strings.Builder
	hidden  int
	quoted  int
	started bool // something stands on this line
}

func (t *htmlText) write(words string) {
	words = html.UnescapeString(words)
	joined := strings.Join(strings.Fields(strings.ReplaceAll(words, "\u00a0", " ")), " ")
	if joined == "" {
		if t.started && words != "" {
			t.WriteByte(' ')
		}
		return
	}
	if !t.started {
		if t.quoted > 0 {
			t.WriteString("> ")
		}
		t.started = true
	} else if strings.TrimLeft(words, " \t\r\n\u00a0") != words {
		t.WriteByte(' ')
	}
	t.WriteString(joined)
	if strings.TrimRight(words, " \t\r\n\u00a0") != words {
		t.WriteByte(' ')
	}
}

func (t *htmlText) newLine() {
	if t.Len() > 0 {
		t.WriteByte('\n')
	}
	t.started = false
}

func (t *htmlText) open(tag atom.Atom) {
	switch {
	case isHidden(tag):
		t.hidden++
	case tag == atom.Blockquote:
		t.newLine()
		t.quoted++
	case isBreak(tag) && t.started:
		t.newLine()
	}
}

func (t *htmlText) close(tag atom.Atom) {
	switch {
	case isHidden(tag):
		t.hidden = max(0, t.hidden-1)
	case tag == atom.Blockquote:
		t.newLine()
		t.quoted = max(0, t.quoted-1)
	case isBreak(tag) && t.started:
		t.newLine()
	}
}

func isHidden(tag atom.Atom) bool {
	switch tag {
	case atom.Head, atom.Script, atom.Style, atom.Title, atom.Noscript, atom.Template, atom.Textarea, atom.Object, atom.Iframe, atom.Svg:
		return true
	default:
		return false
	}
}

func isBreak(tag atom.Atom) bool {
	switch tag {
	case atom.Br, atom.P, atom.Div, atom.Tr, atom.Li, atom.Ul, atom.Ol, atom.Table, atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6,
		atom.Hr, atom.Pre, atom.Section, atom.Article, atom.Header, atom.Footer, atom.Td:
		return true
	default:
		return false
	}
}

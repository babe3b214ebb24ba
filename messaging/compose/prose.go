package compose

import (
	"strings"
	"unicode/utf8"
)

// textWidth is the line length of the text part of a mail, the width quoting
// leaves readable.
const textWidth = 72

// paragraphsOf splits prose at blank lines and joins the lines of each paragraph.
func paragraphsOf(prose string) []string {
	var paragraphs []string
	var current []string
	finish := func() {
		if len(current) > 0 {
			paragraphs = append(paragraphs, strings.Join(current, " "))
			current = nil
		}
	}
	for line := range strings.SplitSeq(prose, "\n") {
		if line = squeeze(line); line != "" {
			current = append(current, line)
		} else {
			finish()
		}
	}
	finish()
	return paragraphs
}

// oneLine joins prose into a single line.
func oneLine(prose string) string { return squeeze(strings.ReplaceAll(prose, "\n", " ")) }

// squeeze trims a text and leaves one ordinary space between its words; no-break
// spaces are part of a word.
func squeeze(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '\t' || r == '\r' }), " ")
}

// fill breaks a paragraph into lines of at most textWidth characters where it
// can, only at ordinary spaces.
func fill(paragraph string) string {
	var out strings.Builder
	width := 0
	for i, word := range strings.Split(paragraph, " ") {
		length := utf8.RuneCountInString(word)
		switch {
		case i == 0:
		case width+1+length > textWidth:
			out.WriteByte('\n')
			width = 0
		default:
			out.WriteByte(' ')
			width++
		}
		out.WriteString(word)
		width += length
	}
	return out.String()
}

// tidy removes trailing spaces and the surplus blank lines that optional blocks
// leave behind.
func tidy(text string) string {
	var out []string
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimRight(line, " \t\r")
		if line == "" && (len(out) == 0 || out[len(out)-1] == "") {
			continue
		}
		out = append(out, line)
	}
	return strings.TrimRight(strings.Join(out, "\n"), "\n") + "\n"
}

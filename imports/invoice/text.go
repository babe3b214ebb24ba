package invoice

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Tidy makes stated text fit to store and print: no surrounding space, runs of
// white space and control characters collapsed to one space.
func Tidy(text string) string {
	if isTidy(text) {
		return text
	}
	return strings.Join(strings.FieldsFunc(text, isBlank), " ")
}

// isTidy is the quick answer for plain ASCII, which most cells are.
func isTidy(text string) bool {
	previous := byte(' ')
	for i := range len(text) {
		c := text[i]
		if c < ' ' || c >= 0x7f || c == ' ' && previous == ' ' {
			return false
		}
		previous = c
	}
	return previous != ' ' || text == ""
}

func isBlank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || r == '\uFEFF' }

// Fold reduces text to what two spellings of a word have in common: lower case,
// no accents, typographic apostrophes made plain, white space tidied. It is for
// comparing with words that are expected, not for storing.
func Fold(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for _, r := range norm.NFD.String(strings.ToLower(Tidy(text))) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == '’':
			b.WriteByte('\'')
		case r == 'ß':
			b.WriteString("ss")
		case r == 'œ':
			b.WriteString("oe")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

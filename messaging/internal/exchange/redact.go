package exchange

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

const maxReason = 400

// Redact takes the recipient's addresses and numbers out of a provider's words and shortens them, so that they
// may be logged and kept in a workflow history.
func Redact(words string, personal ...string) string {
	words = strings.Join(strings.Fields(words), " ")
	for _, value := range personal {
		if value == "" {
			continue
		}
		words = regexp.MustCompile("(?i)"+regexp.QuoteMeta(value)).ReplaceAllLiteralString(words, "[recipient]")
	}
	if len(words) <= maxReason {
		return words
	}
	cut := maxReason
	for !utf8.RuneStart(words[cut]) {
		cut--
	}
	return words[:cut] + "…"
}

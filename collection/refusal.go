package collection

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// RefusalCode says why the core refused a command, for callers who decide on it.
type RefusalCode string

// The reasons a command is refused.
const (
	// RefusedInvalid: the command itself is wrong.
	RefusedInvalid RefusalCode = "invalid"
	// RefusedClosed: the case is closed.
	RefusedClosed RefusalCode = "closed"
	// RefusedConflict: it contradicts what is already recorded.
	RefusedConflict RefusalCode = "conflict"
	// RefusedNotNow: the case is not where the command would make sense.
	RefusedNotNow RefusalCode = "not-now"
)

// Refusal is a command that the core does not accept. Nothing was changed.
type Refusal struct {
	Code    RefusalCode
	Message string
}

func (r *Refusal) Error() string { return r.Message }

// Refuse makes a Refusal of a sentence.
func Refuse(code RefusalCode, format string, args ...any) error {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

// AnyOf names words that may be chosen: "hold, exclusion or block".
func AnyOf[T ~string](words []T) string {
	var said strings.Builder
	for i, word := range words {
		switch {
		case i > 0 && i == len(words)-1:
			said.WriteString(" or ")
		case i > 0:
			said.WriteString(", ")
		}
		said.WriteString(string(word))
	}
	return said.String()
}

// Texts from outside are bounded, so that no caller can make a case that cannot
// be stored or shown.
const (
	maxID   = 200
	maxText = 500
)

// CheckID refuses an identifier that is missing, too long or unprintable.
func CheckID(what, id string) error {
	switch {
	case strings.TrimSpace(id) == "":
		return Refuse(RefusedInvalid, "%s has no ID: give it the ID it has in your books, so that it counts once", what)
	case len(id) > maxID:
		return Refuse(RefusedInvalid, "the ID of %s is longer than %d characters", what, maxID)
	case !IsPlainText(id):
		return Refuse(RefusedInvalid, "the ID of %s has characters in it that cannot be printed", what)
	default:
		return nil
	}
}

// IsPlainText reports whether a text from outside can be stored and shown: valid,
// of at most 500 characters, without control characters.
func IsPlainText(text string) bool {
	return utf8.ValidString(text) && utf8.RuneCountInString(text) <= maxText && !strings.ContainsFunc(text, unicode.IsControl)
}

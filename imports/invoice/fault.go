package invoice

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Errors that a caller may want to tell apart; every RowError about a whole file
// wraps one of them.
var (
	ErrTooLarge     = errors.New("the file or the XML inside it is larger than allowed")
	ErrUnsafeXML    = errors.New("the XML is built in a way that invoices never are and attacks often are")
	ErrNotAnInvoice = errors.New("the file is not an invoice that can be read")
	ErrUnreadable   = errors.New("the file cannot be read")
)

// RowError is one reason to refuse a row or a whole file.
type RowError struct {
	File   string
	Line   int    // 0 when the reason concerns the whole file
	Field  string // the column as the file names it, or the business term; empty for the whole row
	Value  string // as stated, shortened
	Reason string // what is wrong and what to do
	Err    error  // the cause, when there is one
}

// Error is a sentence: where, what, why.
func (e *RowError) Error() string {
	var b strings.Builder
	b.WriteString(e.File)
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	if e.Field != "" {
		fmt.Fprintf(&b, ", %s", e.Field)
	}
	if e.Value != "" {
		fmt.Fprintf(&b, " %q", e.Value)
	}
	b.WriteString(": " + e.Reason)
	return b.String()
}

// Unwrap is the cause.
func (e *RowError) Unwrap() error { return e.Err }

// Refusal is one document refused, with every fault that was found in it, so
// that a person can correct them all at once. It is the error type that readers
// yield; errors.As finds the first *RowError in it too.
type Refusal struct {
	Source Source
	Number string // the document's number where it was readable
	Faults []*RowError
}

// Error lists the faults, separated by "; ".
func (r *Refusal) Error() string {
	sentences := make([]string, len(r.Faults))
	for i, fault := range r.Faults {
		sentences[i] = fault.Error()
	}
	return strings.Join(sentences, "; ")
}

// Unwrap gives the faults to errors.Is and errors.As.
func (r *Refusal) Unwrap() []error {
	causes := make([]error, len(r.Faults))
	for i, fault := range r.Faults {
		causes[i] = fault
	}
	return causes
}

// WholeFile reports whether the file was refused as a whole, rather than one
// document of it.
func (r *Refusal) WholeFile() bool {
	return len(r.Faults) == 1 && r.Faults[0].Err != nil
}

// RefuseFile is the Refusal of a whole file. The cause should be one of the
// errors of this package, or wrap one.
func RefuseFile(source Source, line int, cause error, reason string) *Refusal {
	return &Refusal{Source: source, Faults: []*RowError{{File: source.File, Line: line, Reason: reason, Err: cause}}}
}

// About says what a warning concerns, so that the caller can raise the right task.
type About string

// What warnings are about.
const (
	AboutContact    About = "contact"    // an e-mail address or phone number was dropped
	AboutDebtor     About = "debtor"     // kind, country or language was not understood
	AboutIdentifier About = "identifier" // a SIREN, SIRET or VAT number fails its check
	AboutAccount    About = "account"    // an IBAN or BIC was dropped
	AboutTerms      About = "terms"      // payment terms or instalments need a person's eye
	AboutAmounts    About = "amounts"    // the stated amounts do not agree with each other
	AboutDocument   About = "document"   // the type of document, or what it refers to
)

// Warning is something a person should look at in a document that was accepted:
// the debt is certain, a detail about it is not.
type Warning struct {
	About  About
	Line   int
	Field  string
	Value  string
	Reason string
}

// String is a sentence without the file, which the document's source names.
func (w Warning) String() string {
	text := w.Field
	if w.Value != "" {
		text += fmt.Sprintf(" %q", w.Value)
	}
	return text + ": " + w.Reason
}

const longestShownValue = 80

// shorten keeps an error readable, and a log small, when a cell holds a novel.
func shorten(value string) string {
	value = strings.ToValidUTF8(Tidy(value), "\uFFFD")
	if utf8.RuneCountInString(value) <= longestShownValue {
		return value
	}
	return string([]rune(value)[:longestShownValue]) + "…"
}

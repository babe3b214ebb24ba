// Package lint reads the texts for debtors as a lawyer and a credit manager would,
// before a debtor does: what must not be said, what must be, each with its article
// and what to do. It looks at the words of a file in every branch, and at what the
// text says in the situations it can be sent in.
package lint

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"relance/messaging/audience"
	"relance/messaging/compose"
)

// Severity is how bad a finding is.
type Severity string

// The severities: texts with errors are not used.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Purpose is what a text is for.
type Purpose string

// The purposes, from the mildest to the firmest.
const (
	Receipt      Purpose = "receipt"
	Courtesy     Purpose = "courtesy"
	Reminder     Purpose = "reminder"
	LastReminder Purpose = "last-reminder"
	// Plan: it is about an instalment plan, whose schedule names amounts and days.
	Plan         Purpose = "plan"
	FormalNotice Purpose = "formal-notice"
)

// Use is how a template is used.
type Use struct {
	// Purposes are all it is used for: a text that says more than the mildest of them
	// allows says too much.
	Purposes []Purpose
	// Consumers: the strategies that use it may collect from consumers.
	Consumers bool
}

// Finding is one thing that is wrong with a text.
type Finding struct {
	Severity Severity
	File     string
	// Line is 1 where the fault is what the file does not say.
	Line int
	Rule string
	// Article is where the rule comes from.
	Article string
	// Found is what stands there, or what is missing, and Advice what to do.
	Found  string
	Advice string
}

// String is "file:line: error: rule: what was found; what to do (article)".
func (f Finding) String() string {
	return fmt.Sprintf("%s:%d: %s: %s: %s; %s (%s)", f.File, f.Line, f.Severity, f.Rule, f.Found, f.Advice, f.Article)
}

// Check reads all texts. Uses say what templates are used for; the others are taken
// for what their names say.
func Check(templates *compose.Templates, uses map[string]Use) []Finding {
	var findings []Finding
	texts := templates.Texts()
	for _, words := range templates.Words() {
		findings = append(findings, onSource(reading{text: words})...)
	}
	for _, text := range texts {
		if text.Channel == compose.ChannelStatement {
			continue
		}
		r := reading{text: text, use: used(text, uses, texts)}
		r.compose(templates)
		findings = append(findings, onSource(r)...)
		findings = append(findings, onWords(r)...)
	}
	return tidied(findings)
}

// used is what a text is for.
func used(text compose.Text, uses map[string]Use, texts []compose.Text) Use {
	use, known := uses[text.Key]
	if !known {
		purpose := purposeByName(text.Key)
		use = Use{Purposes: []Purpose{purpose}, Consumers: purpose == Receipt || purpose == Plan || strings.HasPrefix(text.Key, "consumer-")}
	}
	switch text.Audience {
	case audience.Consumer:
		use.Consumers = true
	case audience.Anyone:
		// A consumer reads the text that was written for consumers, where there is one.
		if slices.ContainsFunc(texts, func(other compose.Text) bool {
			return other.Audience == audience.Consumer && other.Key == text.Key && other.Language == text.Language && other.Channel == text.Channel &&
				other.Origin == text.Origin
		}) {
			use.Consumers = false
		}
	default:
		use.Consumers = false
	}
	return use
}

func purposeByName(key string) Purpose {
	if strings.HasPrefix(key, "instalment-") || strings.HasPrefix(key, "plan-") {
		return Plan
	}
	for _, known := range []struct {
		part    string
		purpose Purpose
	}{
		{"formal-notice", FormalNotice}, {"courtesy", Courtesy}, {"payment-received", Receipt}, {"last", LastReminder},
	} {
		if strings.Contains(key, known.part) {
			return known.purpose
		}
	}
	return Reminder
}

// mildest is what a text may say at most.
func (u Use) mildest() Purpose {
	order := []Purpose{Receipt, Courtesy, Reminder, Plan, LastReminder, FormalNotice}
	return order[slices.MinFunc(append([]int{len(order) - 1}, indices(u.Purposes, order)...), cmp.Compare)]
}

func indices(of, in []Purpose) []int {
	var found []int
	for _, purpose := range of {
		if i := slices.Index(in, purpose); i >= 0 {
			found = append(found, i)
		}
	}
	return found
}

// is reports whether the text is used for one of the purposes.
func (u Use) is(purposes ...Purpose) bool {
	return slices.ContainsFunc(u.Purposes, func(p Purpose) bool { return slices.Contains(purposes, p) })
}

// reading is a text with what it says in the situations it can be sent in.
type reading struct {
	text      compose.Text
	use       Use
	situation []situation
}

// situation is one message.
type situation struct {
	facts compose.Facts
	says  compose.Composed
}

// compose words the text in every situation.
func (r *reading) compose(templates *compose.Templates) {
	for _, facts := range situations(r.text, r.use) {
		says, err := templates.Compose(r.text, facts)
		if err != nil {
			continue // loading has told
		}
		r.situation = append(r.situation, situation{facts, says})
	}
}

// actions are what a template does, as opposed to what it says.
var actions = regexp.MustCompile(`(?s)\{\{.*?\}\}`)

// prose is the source with the actions blanked out, every letter where it was.
func prose(source string) string {
	return actions.ReplaceAllStringFunc(source, func(action string) string {
		return strings.Map(func(r rune) rune {
			if r == '\n' {
				return r
			}
			return -1
		}, action) + strings.Repeat("\x00", len(action)-strings.Count(action, "\n"))
	})
}

// onSource finds what no branch of a file may say.
func onSource(r reading) []Finding {
	var findings []Finding
	written := prose(r.text.Source)
	for _, rule := range Rules() {
		if rule.everywhere == nil || !rule.concerns(r) {
			continue
		}
		text := written
		if rule.except != nil {
			text = rule.except.ReplaceAllStringFunc(text, func(word string) string { return strings.Repeat("\x00", len(word)) })
		}
		for _, at := range rule.everywhere.in(r.text.Language).FindAllStringIndex(text, -1) {
			start := at[0] + len(text[at[0]:at[1]]) - len(strings.TrimLeft(text[at[0]:at[1]], " \t\n\x00")) // the mark before the words may end a line
			findings = append(findings, rule.finding(r, lineOf(text, start), quoted(text[start:at[1]])))
		}
	}
	return findings
}

// onWords finds what a text says in some situation, or does not say.
func onWords(r reading) []Finding {
	var findings []Finding
	for _, rule := range Rules() {
		if rule.says == nil || !rule.concerns(r) {
			continue
		}
		for _, s := range r.situation {
			if rule.Consumers && s.facts.Debtor.Kind != compose.Consumer {
				continue // what businesses read in a text for both may claim what the law gives
			}
			if fault := rule.says(r, s); fault != "" {
				findings = append(findings, rule.finding(r, r.lineWith(fault), fault))
				break // one situation is enough to know
			}
		}
	}
	return findings
}

// lineWith is the line of the source on which stands what is quoted in a fault.
func (r reading) lineWith(fault string) int {
	_, quotation, _ := strings.Cut(fault, "“")
	quotation, _, found := strings.Cut(quotation, "”")
	if !found {
		return 1
	}
	text := plain(prose(r.text.Source))
	if at := strings.Index(text, quotation); at >= 0 {
		return lineOf(text, at)
	}
	return 1
}

func (rule Rule) finding(r reading, line int, found string) Finding {
	return Finding{
		Severity: rule.Severity, File: r.text.File, Line: line, Rule: rule.Name, Article: rule.Article, Found: found, Advice: rule.Advice,
	}
}

func lineOf(text string, at int) int { return strings.Count(text[:at], "\n") + 1 }

func quoted(text string) string {
	return "“" + strings.Trim(strings.Join(strings.Fields(text), " "), "\x00 .,;:()’'\"") + "”"
}

// tidied has each finding once, by file and line.
func tidied(findings []Finding) []Finding {
	slices.SortStableFunc(findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Rule, b.Rule))
	})
	return slices.Compact(findings)
}

// Errors are the findings because of which texts are not used.
func Errors(findings []Finding) []Finding {
	return slices.DeleteFunc(slices.Clone(findings), func(f Finding) bool { return f.Severity != Error })
}

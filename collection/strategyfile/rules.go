package strategyfile

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"relance/collection"
	"relance/config/strictyaml"
)

const (
	maxSteps = 20
	maxDays  = 365
	maxText  = 400
	maxKey   = 60
)

var keyPattern = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// checker gathers what is wrong with a strategy file. A field that could not be
// read is not judged again.
type checker struct {
	doc        document
	places     strictyaml.Document
	problems   Problems
	unreadable map[string]bool
}

// check adds what is wrong with the meaning of a file to what is wrong with its
// form.
func check(doc document, places strictyaml.Document, problems Problems) Problems {
	c := checker{doc: doc, places: places, problems: problems, unreadable: map[string]bool{}}
	for _, problem := range problems {
		c.unreadable[problem.Field] = true
	}
	c.check()
	return c.problems
}

func (c *checker) Refuse(field, format string, args ...any) {
	c.problems = append(c.problems, c.places.Problem(field, format, args...))
}

// given reports whether a field was written and could be read.
func (c *checker) given(field string) bool { return c.places.Has(field) && !c.unreadable[field] }

// hasProblem reports whether something is wrong with a field or within it.
func (c *checker) hasProblem(field string) bool {
	return slices.ContainsFunc(c.problems, func(p Problem) bool {
		return p.Field == field || strings.HasPrefix(p.Field, field+".")
	})
}

// require reports whether a field can be judged, and refuses its absence.
func (c *checker) require(field string) bool {
	if !c.places.Has(field) {
		c.Refuse(field, "is missing")
		return false
	}
	return !c.unreadable[field]
}

func (c *checker) check() {
	if c.require("name") {
		c.key("name", c.doc.Name)
	}
	if c.require("version") && c.doc.Version < 1 {
		c.Refuse("version", "is %d: versions count from 1", c.doc.Version)
	}
	c.text("title", c.doc.Title)
	c.text("description", c.doc.Description)
	if c.require("for") {
		oneOf(c, "for", c.doc.For, Audiences())
	}
	if c.given("grouping") {
		oneOf(c, "grouping", c.doc.Grouping, collection.Groupings())
	}
	c.promises()
	c.disputes()
	c.approvals()
	if !c.require("steps") {
		return
	}
	if n := len(c.doc.Steps); n == 0 || n > maxSteps {
		c.Refuse("steps", "there are %d: a strategy has 1 to %d steps", n, maxSteps)
		return
	}
	for i, s := range c.doc.Steps {
		c.step(stepAt(i), s)
	}
	c.ladder()
	c.brokenPromise()
}

func stepAt(i int) string { return fmt.Sprintf("steps[%d]", i+1) }

func (c *checker) step(at string, s step) {
	if c.unreadable[at] {
		return
	}
	if c.require(at + ".key") {
		c.key(at+".key", s.Key)
	}
	c.text(at+".title", s.Title)
	if c.require(at + ".when") {
		c.when(at+".when", s.When)
	}
	if c.given(at + ".stage") {
		oneOf(c, at+".stage", s.Stage, collection.StepStages())
	}
	if c.places.Has(at + ".opens") {
		c.task(at, s)
	} else {
		if c.places.Has(at + ".mediation") {
			c.Refuse(at+".mediation", "this step opens no mediation: write opens: mediation, or leave it out")
		}
		c.notice(at, s)
	}
}

// noticeFields are the fields that only a step which sends a notice has.
var noticeFields = []string{"tone", "channels", "fallback", "template", "attach_invoice", "attach_statement", "to", "copy", "sender", "deadline", "approval", "approval_above", "cooling_off", "proof"}

func (c *checker) task(at string, s step) {
	if c.given(at + ".opens") {
		oneOf(c, at+".opens", s.Opens, collection.StepTasks())
	}
	c.mediation(at, s)
	if s.Mediation.Invite {
		c.invitation(at, s)
		return
	}
	for _, field := range noticeFields {
		if c.places.Has(at + "." + field) {
			c.Refuse(at+"."+field, "this step opens a task (opens: %s) and sends nothing: leave %s out, or make it a step of its own", s.Opens, field)
		}
	}
}

// maxCoolingOff is the longest time a notice is announced before it leaves, in days.
const maxCoolingOff = 30

func (c *checker) proof(at string, s step) {
	if c.given(at+".cooling_off") && (s.CoolingOff < 1 || s.CoolingOff > maxCoolingOff) {
		c.Refuse(at+".cooling_off", "is %d: it is a number of days from 1 to %d", s.CoolingOff, maxCoolingOff)
	}
	if !c.given(at + ".proof") {
		return
	}
	if !oneOf(c, at+".proof", s.Proof, collection.Channels()) {
		return
	}
	if c.given(at+".channels") && !slices.Contains(s.Channels, s.Proof) {
		c.Refuse(at+".proof", "the step does not use the channel %s: name one of its channels", s.Proof)
	}
}

func (c *checker) notice(at string, s step) {
	if c.require(at + ".tone") {
		oneOf(c, at+".tone", s.Tone, collection.Tones())
	}
	if c.require(at + ".template") {
		c.key(at+".template", s.Template)
		c.templateForAudience(at+".template", s.Template)
	}
	if c.require(at+".channels") && len(s.Channels) == 0 {
		c.Refuse(at+".channels", "is empty: name one of %s", list(collection.Channels()))
	}
	seen := map[collection.Channel]bool{}
	c.channels(at+".channels", s.Channels, seen)
	c.channels(at+".fallback", s.Fallback, seen)
	c.proof(at, s)
	c.approval(at+".approval", s.Approval)
	c.approvalAbove(at+".approval_above", s.ApprovalAbove)
	c.people(at, s)
	if s.AttachInvoice && !s.sendsEmail() {
		c.Refuse(at+".attach_invoice", "only an e-mail carries the invoice, and this step sends none")
	}
	if s.AttachStatement && !s.sendsEmail() {
		c.Refuse(at+".attach_statement", "only an e-mail carries the statement, and this step sends none")
	}
	c.deadline(at, s)
	if s.Tone == collection.ToneFormal {
		c.formal(at, s)
	}
}

func (s step) sendsEmail() bool {
	return slices.Contains(s.Channels, collection.ChannelEmail) || slices.Contains(s.Fallback, collection.ChannelEmail)
}

func (c *checker) channels(field string, channels []collection.Channel, seen map[collection.Channel]bool) {
	for i, channel := range channels {
		at := fmt.Sprintf("%s[%d]", field, i+1)
		if c.unreadable[at] || !oneOf(c, at, channel, collection.Channels()) {
			continue
		}
		if seen[channel] {
			c.Refuse(at, "%s is used twice in this step", channel)
		}
		seen[channel] = true
	}
}

func (c *checker) deadline(at string, s step) {
	field, when := at+".deadline", at+".when"
	isBeforeDue := c.places.Has(when + ".before_due")
	isAfterDue := !isBeforeDue && (c.places.Has(when+".after_due") || c.places.Has(when+".after_previous"))
	switch {
	case isBeforeDue && c.places.Has(field):
		c.Refuse(field, "a notice before the due date asks for payment by that date: leave the deadline out")
	case isAfterDue && !c.places.Has(field):
		c.Refuse(field, "is missing: a notice after the due date says how many days it gives to pay")
	case c.given(field):
		c.days(field, s.Deadline, 1)
	}
}

// formal checks what makes a notice a formal one: it travels in a way that can
// be proved (Code civil, art. 1344) and is written for one kind of debtor.
func (c *checker) formal(at string, s step) {
	if len(s.Channels) > 0 && !slices.Contains(s.Channels, collection.ChannelEmail) && !slices.ContainsFunc(s.Channels, collection.Channel.IsPaper) {
		c.Refuse(at+".channels", "a formal notice goes by letter or email: a short message alone is no proof")
	}
	if c.doc.For == ForAny {
		c.Refuse(at+".tone", "a formal notice to a consumer is not one to a business: write it in a strategy that is for one of them")
	}
	if s.Stage == collection.StageOpen || s.Stage == collection.StageReminding {
		c.Refuse(at+".stage", "after a formal notice the case stands at formal-notice or later")
	}
}

// consumerTemplates is how the names of texts for consumers begin. The texts for
// businesses claim the fixed indemnity and recovery costs, which must not be
// asked of a consumer (Code des procédures civiles d'exécution, art. L111-8).
const consumerTemplates = "consumer-"

func (c *checker) templateForAudience(field, template string) {
	isForConsumers := strings.HasPrefix(template, consumerTemplates)
	switch {
	case rank(c.doc.For, Audiences()) < 0: // reported on its own
	case c.doc.For == ForConsumer && !isForConsumers:
		c.Refuse(field, "%s may claim costs that must not be asked of a consumer: use a template whose name begins with %s", template, consumerTemplates)
	case c.doc.For != ForConsumer && isForConsumers:
		c.Refuse(field, "%s is written for consumers, and this strategy is for: %s", template, c.doc.For)
	}
}

func (c *checker) when(field string, w when) {
	given := 0
	for _, rule := range []struct {
		name  string
		value int
		least int
	}{{"before_due", w.BeforeDue, 1}, {"after_due", w.AfterDue, 0}, {"after_previous", w.AfterPrevious, 1}} {
		at := field + "." + rule.name
		if !c.places.Has(at) {
			continue
		}
		given++
		if !c.unreadable[at] {
			c.days(at, rule.value, rule.least)
		}
	}
	if given == 0 && !c.hasProblem(field) {
		c.Refuse(field, "says nothing: give before_due, after_due or after_previous, in days")
	}
	if c.places.Has(field+".before_due") && c.places.Has(field+".after_due") {
		c.Refuse(field, "a step comes before_due or after_due, not both")
	}
}

func (c *checker) days(field string, n, least int) {
	if n < least || n > maxDays {
		c.Refuse(field, "is %d: it must be %d to %d days", n, least, maxDays)
	}
}

func (c *checker) key(field, key string) {
	switch {
	case !keyPattern.MatchString(key):
		c.Refuse(field, "%q is not a key: use small letters, digits and single hyphens, such as last-reminder", key)
	case len(key) > maxKey:
		c.Refuse(field, "is longer than %d letters", maxKey)
	}
}

func (c *checker) text(field string, text Text) {
	if c.unreadable[field] || !c.require(field) {
		return
	}
	for _, language := range []struct{ code, text string }{{"fr", text.FR}, {"en", text.EN}} {
		at := field + "." + language.code
		switch {
		case !c.require(at):
		case strings.TrimSpace(language.text) == "":
			c.Refuse(at, "is empty")
		case len([]rune(language.text)) > maxText:
			c.Refuse(at, "is longer than %d letters", maxText)
		}
	}
}

func oneOf[T ~string](c *checker, field string, value T, known []T) bool {
	if slices.Contains(known, value) {
		return true
	}
	if near := strictyaml.Nearest(string(value), texts(known)); near != "" {
		c.Refuse(field, "%q is not known: did you mean %s?", value, near)
	} else {
		c.Refuse(field, "%q is not known: use %s", value, list(known))
	}
	return false
}

func list[T ~string](words []T) string { return strings.Join(texts(words), ", ") }

func texts[T ~string](words []T) []string {
	text := make([]string, 0, len(words))
	for _, word := range words {
		text = append(text, string(word))
	}
	return text
}

// rank is the place of a word in an order, -1 when it is not known.
func rank[T comparable](word T, order []T) int { return slices.Index(order, word) }

package strategyfile

import (
	"slices"

	"relance/collection"
	"relance/config/strictyaml"
)

type promises struct {
	Grace      int `json:"grace,omitempty" minimum:"0" maximum:"31" doc:"Calendar days after the day promised on which the payment may still come; 3 when it is not given."`
	Longest    int `json:"longest,omitempty" minimum:"1" maximum:"366" doc:"Days ahead that a promise may lie without a reason; 30 when it is not given."`
	MostBroken int `json:"most_broken,omitempty" minimum:"1" maximum:"20" doc:"After how many broken promises about an invoice another one needs a reason; any number may be broken when it is not given."`
}

type brokenPromise struct {
	GoOnAt string `json:"go_on_at" pattern:"^[a-z0-9]+(-[a-z0-9]+)*$" doc:"The key of the step to go on with as soon as the debtor may be contacted, unless the case is past it."`
}

type disputes struct {
	RespondWithin int `json:"respond_within,omitempty" minimum:"1" maximum:"250" doc:"Working days in which the owner of a dispute answers it; 10 when it is not given."`
	EscalateAfter int `json:"escalate_after,omitempty" minimum:"1" maximum:"250" doc:"Working days after that on which a supervisor is asked; 5 when it is not given."`
}

func (p promises) terms(places strictyaml.Document) collection.PromiseTerms {
	terms := collection.PromiseTerms{Longest: p.Longest, MostBroken: p.MostBroken}
	if places.Has("promises.grace") {
		terms.Grace = &p.Grace
	}
	return terms
}

func (b brokenPromise) follows() collection.BrokenPromise {
	return collection.BrokenPromise{GoOnAt: b.GoOnAt}
}

func (d disputes) terms() collection.DisputeTerms {
	return collection.DisputeTerms{RespondWithin: d.RespondWithin, EscalateAfter: d.EscalateAfter}
}

// The bounds that the schema tells as well.
const (
	maxGrace        = 31
	maxPromise      = 366
	maxResponseDays = 250
	maxBroken       = 20
)

func (c *checker) promises() {
	c.between("promises.grace", c.doc.Promises.Grace, 0, maxGrace)
	c.between("promises.longest", c.doc.Promises.Longest, 1, maxPromise)
	if n := c.doc.Promises.MostBroken; c.given("promises.most_broken") && (n < 1 || n > maxBroken) {
		c.Refuse("promises.most_broken", "is %d: it must be 1 to %d promises", n, maxBroken)
	}
}

func (c *checker) disputes() {
	c.between("disputes.respond_within", c.doc.Disputes.RespondWithin, 1, maxResponseDays)
	c.between("disputes.escalate_after", c.doc.Disputes.EscalateAfter, 1, maxResponseDays)
}

func (c *checker) between(field string, n, least, most int) {
	if c.given(field) && (n < least || n > most) {
		c.Refuse(field, "is %d: it must be %d to %d days", n, least, most)
	}
}

// brokenPromise checks that the step a broken promise leads to is there, and that it
// does something about what is due.
func (c *checker) brokenPromise() {
	const field = "broken_promise.go_on_at"
	if !c.places.Has("broken_promise") || c.hasProblem("broken_promise") || !c.require(field) {
		return
	}
	place := slices.IndexFunc(c.doc.Steps, func(s step) bool { return s.Key == c.doc.Broken.GoOnAt })
	switch {
	case place < 0:
		keys := make([]string, 0, len(c.doc.Steps))
		for _, s := range c.doc.Steps {
			keys = append(keys, s.Key)
		}
		oneOf(c, field, c.doc.Broken.GoOnAt, keys)
	case c.doc.Steps[place].When.BeforeDue > 0:
		c.Refuse(field, "step %s comes before the due date: name one that comes after it", c.doc.Broken.GoOnAt)
	}
}

package strategyfile

import "relance/collection"

// ladder checks what concerns one step and those before it: a strategy climbs,
// and its days can be read as they are written.
func (c *checker) ladder() {
	c.keysOnce()
	c.climb()
	if first := c.doc.Steps[0]; first.When.AfterPrevious > 0 {
		c.Refuse(stepAt(0)+".when.after_previous", "the first step has none before it: give before_due or after_due")
	}
	for i, s := range c.doc.Steps {
		if i > 0 && !c.hasProblem(stepAt(i)+".when") && !c.hasProblem(stepAt(i-1)+".when") {
			c.spacing(i)
		}
		if s.When.BeforeDue > 0 {
			c.beforeDue(stepAt(i), s)
		}
	}
}

func (c *checker) keysOnce() {
	first := map[string]int{}
	for i, s := range c.doc.Steps {
		if !c.given(stepAt(i) + ".key") {
			continue
		}
		if before, used := first[s.Key]; used {
			c.Refuse(stepAt(i)+".key", "%q is the key of step %d already", s.Key, before+1)
			continue
		}
		first[s.Key] = i
	}
}

// climb refuses tones and stages that go back.
func (c *checker) climb() {
	stages := c.doc.stages()
	var firmest step
	for i, s := range c.doc.Steps {
		if tone := rank(s.Tone, collection.Tones()); tone >= 0 {
			if tone < rank(firmest.Tone, collection.Tones()) {
				c.Refuse(stepAt(i)+".tone", "%s is milder than the %s tone of step %s before it: a strategy never gets milder",
					s.Tone, firmest.Tone, firmest.Key)
			}
			firmest = s
		}
		stage := rank(s.Stage, collection.StepStages())
		if i > 0 && stage >= 0 && stage < rank(stages[i-1], collection.StepStages()) {
			c.Refuse(stepAt(i)+".stage", "%s comes before %s, where step %s leads: a case never goes back",
				s.Stage, stages[i-1], c.doc.Steps[i-1].Key)
		}
	}
}

// spacing checks the days of a step against the one before it.
func (c *checker) spacing(i int) {
	at, offsets := stepAt(i)+".when", c.doc.offsets()
	s, before, gap := c.doc.Steps[i], c.doc.Steps[i-1], offsets[i]-offsets[i-1]
	switch {
	case s.When.BeforeDue > 0 && before.When.BeforeDue == 0:
		c.Refuse(at+".before_due", "step %s is not before the due date: the steps that are come first", before.Key)
	case s.When.BeforeDue > 0 && gap < 1:
		c.Refuse(at+".before_due", "step %s already comes %d days before the due date: this one must come later than that", before.Key, before.When.BeforeDue)
	case c.places.Has(at+".after_due") && gap < 1:
		c.Refuse(at+".after_due", "step %s is planned for day %d after the due date: this one must come later than that", before.Key, offsets[i-1])
	case before.Deadline > 0 && max(gap, s.When.AfterPrevious) <= before.Deadline:
		c.Refuse(at, "step %s gives %d days to pay and this one waits for them anyway: plan it at least %d days after that step",
			before.Key, before.Deadline, before.Deadline+1)
	}
}

func (c *checker) beforeDue(at string, s step) {
	if s.Tone != collection.ToneCourteous && rank(s.Tone, collection.Tones()) >= 0 {
		c.Refuse(at+".tone", "nothing is late before the due date: the tone is courteous")
	}
	if s.Stage != collection.StageOpen && rank(s.Stage, collection.StepStages()) >= 0 {
		c.Refuse(at+".stage", "nothing is late before the due date: the case stays open")
	}
}

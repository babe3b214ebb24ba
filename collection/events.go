package collection

import (
	"slices"
	"time"

	"relance/calendar"
	"relance/money"
)

// Event is a change of a case that was decided. Applying it cannot fail.
type Event interface{ apply(c Case) Case }

// Apply is the case after an event.
func Apply(c Case, e Event) Case { return e.apply(c) }

// ApplyAll is the case after events, in order.
func ApplyAll(c Case, events []Event) Case {
	for _, e := range events {
		c = Apply(c, e)
	}
	return c
}

// PositionTaken: the ledger's open amounts changed.
type PositionTaken struct {
	Open     money.Amount
	LateFees money.Amount  `json:",omitzero"`
	Settled  Settled       `json:",omitzero"`
	On       calendar.Date `json:",omitzero"`
}

// WindowTaken: when the debtor may be contacted has changed.
type WindowTaken struct{ Window calendar.Window }

// LateFeesTaskOpened: a person was asked what to do about the late fees of a
// claim whose principal is paid.
type LateFeesTaskOpened struct{}

// LimitationReckoned: until when the claim can be brought to court is known, or
// was changed by an event.
type LimitationReckoned struct{ Limitation Limitation }

// LimitationTold: a person was warned, or told that the limitation has passed.
// Day is the day of which this was to be told.
type LimitationTold struct{ Day calendar.Date }

// HoldPlaced: the ladder is paused.
type HoldPlaced struct{ Hold Hold }

// HoldReleased: a pause was ended. A hold that was not placed yet is remembered
// as released, so that it never takes effect.
type HoldReleased struct {
	ID string
	On calendar.Date
}

// StepAttempted: a channel of a step was tried.
type StepAttempted struct {
	Step     string
	Attempt  Attempt
	At       time.Time
	Deadline calendar.Date
}

// AttemptFailed: a channel that was thought to have worked did not (a bounce).
type AttemptFailed struct {
	Step    string
	Channel Channel
}

// AttemptProven: a notice of which nobody knew whether it had arrived has arrived.
type AttemptProven struct {
	Step    string
	Channel Channel
	At      time.Time
}

// StepAnnounced: the creditor's people were told that a notice is about to leave.
type StepAnnounced struct {
	Step string
	At   time.Time
}

// NoticeServed: a notice is proven to have reached the debtor.
type NoticeServed struct {
	Step string
	On   calendar.Date
}

// NoticeReplaced: a notice leaves in another letter, which names a later day.
type NoticeReplaced struct {
	Step     string
	Deadline calendar.Date
}

// ProofAsked: a person was asked what became of a notice.
type ProofAsked struct{ Step string }

// TaskOpened: a person was asked to reach the debtor for a step.
type TaskOpened struct{ Step string }

// ApprovalAsked: a person was asked to release a step, for a claim.
type ApprovalAsked struct {
	Step string
	At   time.Time `json:",omitzero"`
	For  string    `json:",omitempty"`
}

// StepApproved: a person released a step, for a claim.
type StepApproved struct {
	Step string
	For  string `json:",omitempty"`
	By   string `json:",omitempty"`
	To   string `json:",omitempty"`
}

// StepWaived: a person decided that a step is not taken.
type StepWaived struct {
	Step string
	At   time.Time
}

// StepRetried: the failed channels of a step are to be tried again.
type StepRetried struct{ Step string }

// Postponed: the next action waits.
type Postponed struct {
	Until time.Time
	For   PostponedFor `json:",omitempty"`
}

// CaseEnded: a person closed the case.
type CaseEnded struct{ Outcome Stage }

// StrategyMigrated: the case follows another strategy.
type StrategyMigrated struct {
	Strategy Strategy
	ResumeAt string
}

func (e PositionTaken) apply(c Case) Case {
	c.Open, c.LateFees, c.Settled = e.Open, e.LateFees, e.Settled
	if c.Open.Sign() > 0 {
		c.LateFeesTask = false // what remains after the next payment is another question
	}
	if e.Settled.Known {
		c = c.withReceived(c.amount(e.Settled.Paid.Minor()))
	}
	return c.noteRestOfDisputes(e.On)
}

func (e WindowTaken) apply(c Case) Case {
	c.Window = e.Window
	if c.PostponedFor == PostponedForWindow || c.PostponedFor == PostponedForLateness {
		c.NotBefore, c.PostponedFor = time.Time{}, "" // put off by the hours that have changed
	}
	return c
}

func (LateFeesTaskOpened) apply(c Case) Case {
	c.LateFeesTask = true
	return c
}

func (e HoldPlaced) apply(c Case) Case {
	c.Holds = append(c.Holds[:len(c.Holds):len(c.Holds)], e.Hold)
	return c
}

func (e HoldReleased) apply(c Case) Case {
	holds := make([]Hold, 0, len(c.Holds)+1)
	known := false
	for _, hold := range c.Holds {
		if hold.ID == e.ID {
			known = true
			hold.Released = e.On
		}
		holds = append(holds, hold)
	}
	if !known {
		holds = append(holds, Hold{ID: e.ID, Released: e.On})
	}
	c.Holds = holds
	return c
}

func (e StepAttempted) apply(c Case) Case {
	record := c.record(e.Step)
	if len(record.Attempts) == 0 || !e.Attempt.Failed {
		record.At = e.At
	}
	if !e.Deadline.IsZero() {
		record.Deadline = e.Deadline
	}
	record.Attempts = append(record.Attempts[:len(record.Attempts):len(record.Attempts)], e.Attempt)
	c.NotBefore, c.PostponedFor = time.Time{}, ""
	step, _ := c.StepOf(e.Step)
	return c.withRecord(record).invited(step, record)
}

func (e AttemptFailed) apply(c Case) Case {
	record := c.record(e.Step)
	attempts := make([]Attempt, 0, len(record.Attempts))
	for _, attempt := range record.Attempts {
		if attempt.Channel == e.Channel {
			attempt.Failed, attempt.Doubtful = true, false
		}
		attempts = append(attempts, attempt)
	}
	record.Attempts = attempts
	step, _ := c.StepOf(e.Step)
	return c.withRecord(record).uninvited(step, record)
}

func (e AttemptProven) apply(c Case) Case {
	record := c.record(e.Step)
	if !record.anyAccepted() {
		record.At = e.At
	}
	record.Attempts = slices.Clone(record.Attempts)
	for i, attempt := range record.Attempts {
		if attempt.Channel == e.Channel {
			record.Attempts[i].Failed, record.Attempts[i].Doubtful = false, false
		}
	}
	step, _ := c.StepOf(e.Step)
	record.TaskOpen = record.TaskOpen && record.isStuck(step)
	return c.withRecord(record).invited(step, record)
}

func (e StepAnnounced) apply(c Case) Case {
	record := c.record(e.Step)
	record.Announced = e.At
	return c.withRecord(record)
}

func (e NoticeServed) apply(c Case) Case {
	record := c.record(e.Step)
	record.Served = e.On
	return c.withRecord(record)
}

func (e NoticeReplaced) apply(c Case) Case {
	record := c.record(e.Step)
	record.Deadline = e.Deadline
	return c.withRecord(record)
}

func (e ProofAsked) apply(c Case) Case {
	record := c.record(e.Step)
	record.ProofAsked = true
	return c.withRecord(record)
}

func (e TaskOpened) apply(c Case) Case {
	record := c.record(e.Step)
	record.TaskOpen = true
	return c.withRecord(record)
}

func (e StepWaived) apply(c Case) Case {
	record := c.record(e.Step)
	record.Waived = true
	if record.At.IsZero() {
		record.At = e.At
	}
	return c.withRecord(record)
}

func (e StepRetried) apply(c Case) Case {
	record := c.record(e.Step)
	var kept []Attempt
	for _, attempt := range record.Attempts {
		if !attempt.Failed {
			kept = append(kept, attempt)
		}
	}
	record.Attempts, record.TaskOpen, record.ProofAsked = kept, false, false
	record.Tries++
	return c.withRecord(record)
}

func (e Postponed) apply(c Case) Case {
	c.NotBefore, c.PostponedFor = e.Until, e.For
	return c
}

func (e CaseEnded) apply(c Case) Case {
	c.Outcome = e.Outcome
	return c
}

func (e StrategyMigrated) apply(c Case) Case {
	steps := make([]StepRecord, 0, len(c.Steps))
	for _, record := range c.Steps {
		step, found := c.Strategy.Step(record.Key)
		record.Completed = record.Completed || found && record.isDone(step)
		steps = append(steps, record)
	}
	c.Strategy, c.ResumeAt, c.Steps = e.Strategy, e.ResumeAt, steps
	if e.ResumeAt != "" {
		c = c.withoutJumps() // a person said where to go on
	}
	return c
}

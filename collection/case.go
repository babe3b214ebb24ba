// Package collection is the core of Relance: what a case is, what may be done to
// it, and what it does next. It is pure: no clock, no I/O, no randomness. The
// durable shell around it waits and acts; every rule about money, dates and
// order is here.
//
//   - Decide(case, command) gives events, or a Refusal that says why not;
//   - Apply(case, event) gives the case after it;
//   - Next(case, now) gives what is due, or when something will be, and why.
package collection

import (
	"slices"
	"strings"
	"time"

	"relance/calendar"
	"relance/money"
)

// Case is the collection of one invoice. It is a value: its functions return a
// new case and never change the one they were given.
type Case struct {
	Creditor string `json:"creditor"`
	Invoice  string `json:"invoice"`
	Debtor   string `json:"debtor"`

	DueDate calendar.Date `json:"due"`
	// Open is what is open of the principal.
	Open money.Amount `json:"open"`
	// LateFees are what was claimed beside it and is open once it is paid.
	LateFees money.Amount    `json:"lateFees,omitzero"`
	Window   calendar.Window `json:"window"`
	Strategy Strategy        `json:"strategy"`

	// Round counts how often the ladder was begun anew; it is part of every
	// notice's natural key.
	Round int `json:"round"`
	// Steps are the steps that were begun in this round, in order.
	Steps []StepRecord `json:"steps,omitempty"`
	Holds []Hold       `json:"holds,omitempty"`
	// Promises and Disputes are all there ever were, in the order they were noted.
	Promises []Promise `json:"promises,omitempty"`
	Disputes []Dispute `json:"disputes,omitempty"`
	// Settled is what was received on the account.
	Settled Settled `json:"settled,omitzero"`
	// Stops are those the case was told of, in force or not.
	Stops []Stop `json:"stops,omitempty"`
	// ResumeAt is the step a migration asked to go on with.
	ResumeAt string `json:"resumeAt,omitempty"`
	// NotBefore postpones the next action, when the last gate refused it.
	NotBefore time.Time `json:"notBefore,omitzero"`
	// PostponedFor says why NotBefore is set.
	PostponedFor PostponedFor `json:"postponedFor,omitempty"`
	// LateFeesTask: a person was asked what to do about the late fees.
	LateFeesTask bool `json:"lateFeesTask,omitempty"`
	// Terms are what its creditor says of promises and disputes in place of the strategy.
	Terms CreditorTerms `json:"terms,omitzero"`
	// Limitation is until when the claim can be brought to court.
	Limitation Limitation `json:"limitation,omitzero"`
	// Insolvency and Hardship are what is known of the debtor.
	Insolvency Insolvency `json:"insolvency,omitzero"`
	Hardship   Hardship   `json:"hardship,omitzero"`
	// Mediations are the attempts to settle the claim with a third person, in order.
	Mediations []Mediation `json:"mediations,omitempty"`
	// Handoffs are the transfers to professionals, in order; the last one may be live.
	Handoffs []Handoff `json:"handoffs,omitempty"`
	// Plans are the instalment plans it follows or followed, the oldest first.
	Plans []FollowedPlan `json:"plans,omitempty"`
	// Rules is the version of the rules of this package by which the case goes: it keeps
	// those it was opened under (CurrentRules).
	Rules int `json:"rules,omitempty"`
	// Outcome is how a person closed the case; a paid case has none.
	Outcome Stage `json:"outcome,omitempty"`
}

// StepRecord is what was done about one step in the current round.
type StepRecord struct {
	Key string `json:"key"`
	// At is when the step last reached the debtor; while it reached nobody, when
	// its first attempt was made.
	At time.Time `json:"at,omitzero"`
	// Deadline is the day the notice gave the debtor.
	Deadline calendar.Date `json:"deadline,omitzero"`
	Attempts []Attempt     `json:"attempts,omitempty"`
	// Tries counts how often a person had the failed channels tried again.
	Tries    int      `json:"tries,omitempty"`
	Approval Approval `json:"approval,omitempty"`
	// ApprovalRequest is what the approval was asked and given for.
	ApprovalRequest ApprovalRequest `json:"approvalRequest,omitzero"`
	// Waived: a person decided that the step is not taken, or not any further.
	Waived bool `json:"waived,omitempty"`
	// Completed: it was done under an earlier strategy, whatever the present one
	// asks of a step of this key.
	Completed bool `json:"completed,omitempty"`
	// Announced is when the creditor's people were told that the notice is about to
	// leave.
	Announced time.Time `json:"announced,omitzero"`
	// Served is the day the notice is proven to have reached the debtor.
	Served calendar.Date `json:"served,omitzero"`
	// ProofAsked: a person was asked what became of the notice.
	ProofAsked bool `json:"proofAsked,omitempty"`
	// TaskOpen: a person was asked to find a way to reach the debtor.
	TaskOpen bool `json:"taskOpen,omitempty"`
}

// Attempt is one try of one channel.
type Attempt struct {
	Channel Channel `json:"channel"`
	Failed  bool    `json:"failed,omitempty"`
	// Doubtful: it counts as failed because nobody knows whether it has arrived.
	Doubtful bool `json:"doubtful,omitempty"`
}

// Approval is how far the release of a step has come.
type Approval string

// How far an approval has come; the empty Approval was not asked for yet.
const (
	ApprovalRequested Approval = "requested"
	ApprovalGranted   Approval = "granted"
)

// Hold is a pause of the ladder. Days spent on hold do not count as spacing.
type Hold struct {
	ID     string        `json:"id"`
	Reason string        `json:"reason,omitempty"`
	From   calendar.Date `json:"from,omitzero"`
	// Until is the last day of the pause, not set for one that a person ends.
	Until calendar.Date `json:"until,omitzero"`
	// Released is the day a person ended the pause. A released hold without a
	// From was released before it was placed: it never takes effect.
	Released calendar.Date `json:"released,omitzero"`
	// MovesDeadline: the time that the debtor was given to pay does not run meanwhile.
	MovesDeadline bool `json:"movesDeadline,omitempty"`
}

// WorkflowID is the ID of the one workflow that collects an invoice, and so the
// ID of the case: case/<creditor>/<invoice>. Temporal takes printable ASCII only:
// other bytes of an invoice number, and the percent sign, are written %XX, as in
// an address: "N°12" becomes "N%C2%B012".
func WorkflowID(creditor, invoice string) string {
	return "case/" + printable(creditor) + "/" + printable(invoice)
}

func printable(text string) string {
	const digits = "0123456789ABCDEF"
	escaped := make([]byte, 0, len(text))
	for i := range len(text) {
		if b := text[i]; b >= ' ' && b <= '~' && b != '%' {
			escaped = append(escaped, b)
		} else {
			escaped = append(escaped, '%', digits[b>>4], digits[b&0xF])
		}
	}
	return string(escaped)
}

// ID is the case's ID: case/<creditor>/<invoice>.
func (c Case) ID() string { return WorkflowID(c.Creditor, c.Invoice) }

// IsClosed reports whether nothing is left to collect, or a person closed the case.
func (c Case) IsClosed() bool {
	return c.Outcome != "" || c.isPrincipalPaid() && c.LateFees.Sign() <= 0
}

// isPrincipalPaid: the first of two closures; the late fees that were claimed are
// the second.
func (c Case) isPrincipalPaid() bool { return c.Open.Sign() <= 0 }

// Stage is where the case stands at an instant.
func (c Case) Stage(now time.Time) Stage {
	switch {
	case c.Outcome != "":
		return c.Outcome
	case c.IsClosed():
		return StagePaid
	case c.Insolvency.Freezes():
		return StageInsolvency
	case c.isPrincipalPaid():
		return StageLateFees
	case c.isWithPartner():
		return StageWithPartner
	}
	if stage, _, resting := c.resting(now); resting && stage != "" {
		return stage
	}
	if c.isUnreachable(now) {
		return StageUnreachable
	}
	return c.ladderStage()
}

func (c Case) ladderStage() Stage {
	for _, record := range slices.Backward(c.Steps) {
		step, found := c.Strategy.Step(record.Key)
		if found && step.Stage != "" && record.anyAccepted() && record.isDone(step) {
			return step.Stage
		}
	}
	return StageOpen
}

// isUnreachable: the next step reached nobody, and every way to reach the debtor was tried.
func (c Case) isUnreachable(now time.Time) bool {
	step, found := c.nextStep(c.Window.DateOf(now))
	return found && c.record(step.Key).isStuck(step)
}

// record is what was done about a step, empty when it was not begun.
func (c Case) record(key string) StepRecord {
	if IsInvitationStep(key) {
		m, _ := c.Mediation(strings.TrimPrefix(key, invitationKey))
		return m.Invitation.Record
	}
	for _, record := range c.Steps {
		if record.Key == key {
			return record
		}
	}
	return StepRecord{Key: key}
}

// withRecord replaces or appends the record of a step.
func (c Case) withRecord(record StepRecord) Case {
	if IsInvitationStep(record.Key) {
		return c.withInvitationRecord(record)
	}
	c.Steps = slices.Clone(c.Steps)
	for i := range c.Steps {
		if c.Steps[i].Key == record.Key {
			c.Steps[i] = record
			return c
		}
	}
	c.Steps = append(c.Steps, record)
	return c
}

func (r StepRecord) attempt(channel Channel) (Attempt, bool) {
	for _, attempt := range r.Attempts {
		if attempt.Channel == channel {
			return attempt, true
		}
	}
	return Attempt{}, false
}

func (r StepRecord) anyAccepted() bool {
	return slices.ContainsFunc(r.Attempts, func(a Attempt) bool { return !a.Failed })
}

// nextChannel is the channel to try next: first every channel of the step, then,
// only while none accepted, the fallbacks in order.
func (r StepRecord) nextChannel(step Step) (Channel, bool) {
	for _, channels := range [...][]Channel{step.Channels, step.Fallbacks} {
		for _, channel := range channels {
			if _, tried := r.attempt(channel); !tried && r.asksFor(step, channel) {
				return channel, true
			}
		}
	}
	return "", false
}

// asksFor reports whether a step is to be told over a channel that has reached nobody: a
// fallback is only while no other was accepted.
func (r StepRecord) asksFor(step Step, channel Channel) bool {
	isFallback := slices.Contains(step.Fallbacks, channel) && !slices.Contains(step.Channels, channel)
	return !isFallback || !r.anyAccepted()
}

// StillAsks reports whether a case still asks for what was ordered of it: the notice of a
// step over a channel, by one of its tries. Of a step that it does not have, and of a
// channel that the step does not, it says nothing.
func (c Case) StillAsks(key string, channel Channel, try int) bool {
	step, found := c.StepOf(key)
	if !found {
		return true
	}
	record := c.record(key)
	attempt, tried := record.attempt(channel)
	hasArrived := tried && !attempt.Failed
	return try >= record.Tries && !hasArrived && !record.isOver() && record.asksFor(step, channel)
}

// isDone: the step is behind us, because it was carried out or waived.
func (r StepRecord) isDone(step Step) bool {
	if r.isOver() {
		return true
	}
	_, more := r.nextChannel(step)
	return !more && r.anyAccepted() && !r.isProofLost(step)
}

// isOver: nothing more is to be told of the step, whichever of its channels were tried.
func (r StepRecord) isOver() bool { return r.Waived || r.Completed && r.anyAccepted() }

// isProofLost: the channel that was to prove the delivery failed, so that the notice
// has no effect in law.
func (r StepRecord) isProofLost(step Step) bool {
	proof, tried := r.attempt(step.Proof)
	return step.Proof != "" && tried && proof.Failed
}

// isDoubtful: nobody knows whether one of its notices has arrived.
func (r StepRecord) isDoubtful() bool {
	return slices.ContainsFunc(r.Attempts, func(a Attempt) bool { return a.Doubtful })
}

// isStuck: every way to carry out the step was tried and failed.
func (r StepRecord) isStuck(step Step) bool {
	_, more := r.nextChannel(step)
	return !r.Waived && !more && len(r.Attempts) > 0 && (!r.anyAccepted() || r.isProofLost(step))
}

// lastDone is the last step that contacted somebody in this round and is behind
// us on a day.
func (c Case) lastDone(today calendar.Date) (StepRecord, bool) {
	for _, record := range slices.Backward(c.Steps) {
		step, found := c.Strategy.Step(record.Key)
		if record.anyAccepted() && (!found || record.isDone(step) || c.isOvertaken(step, record, today)) {
			return record, true
		}
	}
	return StepRecord{}, false
}

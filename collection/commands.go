package collection

import (
	"time"

	"relance/calendar"
	"relance/money"
)

// Command is something that is asked of a case: by a person, by billing code, or
// by the shell that reports what came of an action. Every command carries the
// business time it was given at.
type Command interface{ command() }

// TakePosition reports what the ledger says is open now, after something was
// posted. LateFees are the interest, fixed sum and costs that were claimed and are
// open once the principal is paid; before that they still run and are left out.
type TakePosition struct {
	Open     money.Amount
	LateFees money.Amount
	// Settled is what was received, if it is known, and On the day it is reported.
	Settled Settled
	On      calendar.Date
	// Undated: a handoff that this ends has no last day. The workflows of before version 1
	// of the change date-paid-handoff knew none.
	Undated bool
}

// TakeContactHours changes when the debtor may be contacted: the creditor's contact
// hours, in minutes after midnight, or the days on which it contacts nobody.
type TakeContactHours struct {
	Opens, Closes int
	Closed        calendar.Closures
	Author        string
}

// TakeLimitation reports until when the claim can be brought to court, as it was
// reckoned when the case was opened or after an event.
type TakeLimitation struct{ Limitation Limitation }

// PlaceHold pauses the ladder under the hold's own ID.
type PlaceHold struct {
	ID     string
	Reason string
	Author string
	On     calendar.Date
	// Until is the last day of the pause; not set: until it is released.
	Until calendar.Date
	// MovesDeadline: the time that the debtor was given to pay does not run meanwhile.
	MovesDeadline bool
}

// ReleaseHold ends the hold of an ID, or all holds when ID is empty.
type ReleaseHold struct {
	ID     string
	Author string
	On     calendar.Date
}

// ReportAttempt says what came of trying a channel of a step.
type ReportAttempt struct {
	Step    string
	Channel Channel
	Try     int
	Failed  bool
	// Doubtful: it counts as failed because nobody knows whether it has arrived.
	Doubtful bool
	// Proven: it had counted as failed for that, and has arrived.
	Proven   bool
	Reason   string
	At       time.Time
	Deadline calendar.Date
}

// ReportServed says on which day a notice is proven to have reached the debtor.
type ReportServed struct {
	Step   string
	On     calendar.Date
	Author string
	// Today is the day it is said.
	Today calendar.Date
}

// ReportReplaced says that a notice which had not been posted yet leaves in another letter,
// which gives the debtor until a later day.
type ReportReplaced struct {
	Step     string
	Deadline calendar.Date
}

// ReportTask says that a task was opened for a step.
type ReportTask struct {
	Step string
	Task TaskKind
	At   time.Time
}

// Postpone says that the last gate before sending refused for now.
type Postpone struct {
	Until time.Time
	For   PostponedFor
}

// ApproveStep releases a step that waits for approval.
type ApproveStep struct {
	Step   string
	Author string
	// For is the claim the person looked at (Case.ClaimToApprove): if it is another by
	// now the approval is refused. Not set: whatever it is.
	For string
	// To stands for whom the step goes to; not set: whoever it is. Another one asks anew.
	To string
}

// SkipStep decides that a step is not taken; refusing an approval is skipping.
type SkipStep struct {
	Step   string
	Author string
	Reason string
	At     time.Time
}

// RetryStep has the failed channels of a step tried again, once the debtor's
// contact was corrected.
type RetryStep struct {
	Step   string
	Author string
}

// CloseCase ends the collection without full payment.
type CloseCase struct {
	Outcome Stage
	Author  string
	Reason  string
	On      calendar.Date
}

// MigrateStrategy moves the open case to another strategy or version.
type MigrateStrategy struct {
	Strategy Strategy
	Author   string
	// ResumeAt is the step of the new strategy to go on with; needed when the new
	// strategy does not have the last step that was taken.
	ResumeAt string
}

func (TakePosition) command()     {}
func (TakeContactHours) command() {}
func (TakeLimitation) command()   {}
func (PlaceHold) command()        {}
func (ReleaseHold) command()      {}
func (ReportAttempt) command()    {}
func (ReportServed) command()     {}
func (ReportReplaced) command()   {}
func (ReportTask) command()       {}
func (Postpone) command()         {}
func (ApproveStep) command()      {}
func (SkipStep) command()         {}
func (RetryStep) command()        {}
func (CloseCase) command()        {}
func (MigrateStrategy) command()  {}

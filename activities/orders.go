// Package activities holds the side effects that case workflows ask for: one
// file and one registered name each. Every activity may run again after a crash,
// so each write is idempotent on a natural key.
package activities

import (
	"time"

	"relance/calendar"
	"relance/collection"
	"relance/handoff"
	"relance/ledger"
	"relance/money"
)

// The registered names. They stand in every stored history: renaming the Go
// method must not change them.
const (
	NameLoadCase       = "load-case"
	NamePostEntry      = "post-entry"
	NameDeliverNotice  = "deliver-notice"
	NameOpenTask       = "open-task"
	NameRecordDecision = "record-decision"
)

// CaseKey names a case.
type CaseKey struct {
	Creditor string `json:"creditor"`
	Invoice  string `json:"invoice"`
}

// LoadedCase is a case as the case file has it, and the clock of the
// installation that keeps it.
type LoadedCase struct {
	Case  collection.Case `json:"case"`
	Clock calendar.Clock  `json:"clock,omitzero"`
}

// EntryOrder asks to post a payment, a reversal or a credit note.
type EntryOrder struct {
	CaseKey
	Entry ledger.Entry `json:"entry"`
	By    string       `json:"by,omitempty"`
	At    time.Time    `json:"at"`
	// Role is that of the person who offers a discount, ApprovedBy who released it.
	Role       collection.Role `json:"role,omitempty"`
	ApprovedBy string          `json:"approved_by,omitempty"`
}

// EntryPosted is how the account stands after an entry was posted.
type EntryPosted struct {
	Outcome ledger.EntryOutcome `json:"outcome"`
	Open    money.Amount        `json:"open"`
	// LateFees is what is asked for beside the principal once that is paid.
	LateFees money.Amount `json:"late_fees,omitzero"`
	// Settled is what was received; not known to workers of earlier versions.
	Settled collection.Settled `json:"settled,omitzero"`
	// Refused says why the entry contradicts the account; nothing was posted.
	Refused string `json:"refused,omitempty"`
	// RefusedAs is the code of the refusal; empty in histories of workers that told
	// conflicts only.
	RefusedAs collection.RefusalCode `json:"refused_as,omitempty"`
	// Plan is the instalment plan that the case follows after a payment was taken back: one
	// that was kept may go on again.
	Plan collection.FollowedPlan `json:"plan,omitzero"`
	// Concluded is the mediation in which the discount was agreed on that was offered.
	Concluded string `json:"concluded,omitempty"`
}

// NoticeOrder asks to send one notice over one channel.
type NoticeOrder struct {
	CaseKey
	// Debtor is who is written to, so that a worker sends its notices one after another.
	Debtor   string             `json:"debtor,omitempty"`
	Round    int                `json:"round"`
	Step     string             `json:"step"`
	Channel  collection.Channel `json:"channel"`
	Try      int                `json:"try,omitempty"`
	Template string             `json:"template"`
	Tone     collection.Tone    `json:"tone"`
	Deadline calendar.Date      `json:"deadline,omitzero"`
	// AttachInvoice: an e-mail carries the invoice's document, if there is one.
	AttachInvoice bool `json:"attach_invoice,omitempty"`
	// AttachStatement: an e-mail about several invoices carries the statement of account.
	AttachStatement bool `json:"attach_statement,omitempty"`
	// At is the business time the notice was planned for.
	At time.Time `json:"at"`
	// NotBefore (wall) is when it may be tried again after its first try.
	NotBefore time.Time `json:"not_before,omitzero"`
}

// DeliveryOutcome is what came of a notice.
type DeliveryOutcome string

// What can come of a notice.
const (
	// DeliveryAccepted: the provider took it.
	DeliveryAccepted DeliveryOutcome = "accepted"
	// DeliveryFailed: it cannot be sent over this channel.
	DeliveryFailed DeliveryOutcome = "failed"
	// DeliveryWithheld: the last gate before sending refused it for now.
	DeliveryWithheld DeliveryOutcome = "withheld"
	// DeliveryElsewhere: the worker of the case sends as much as it may already. Ask for
	// it on the provider's queue.
	DeliveryElsewhere DeliveryOutcome = "elsewhere"
)

// Delivery is what came of a notice.
type Delivery struct {
	Outcome DeliveryOutcome `json:"outcome"`
	Reason  string          `json:"reason,omitempty"`
	// At is the business time of the attempt, and Deadline the day the notice
	// names, as the case file has them.
	At       time.Time     `json:"at,omitzero"`
	Deadline calendar.Date `json:"deadline,omitzero"`
	// Until is when a withheld notice may be tried again, and For why not before.
	Until time.Time               `json:"until,omitzero"`
	For   collection.PostponedFor `json:"for,omitempty"`
	// Open is what the ledger says is open, when the gate found that the case
	// does not know it yet.
	Open *money.Amount `json:"open,omitempty"`
	// LateFees and Settled come with Open.
	LateFees money.Amount       `json:"late_fees,omitzero"`
	Settled  collection.Settled `json:"settled,omitzero"`
	// Doubtful: a notice that counts as failed may have arrived; nobody knows.
	Doubtful bool `json:"doubtful,omitempty"`
	// OtherRecipient: a withheld notice goes to others than it was approved for.
	OtherRecipient bool `json:"other_recipient,omitempty"`
}

// TaskOrder asks to open a task.
type TaskOrder struct {
	CaseKey
	Round int                 `json:"round"`
	Step  string              `json:"step"`
	Try   int                 `json:"try,omitempty"`
	Task  collection.TaskKind `json:"task"`
	// Day is the day of which a limitation task tells, LastDay the last to act.
	Day     calendar.Date `json:"day,omitzero"`
	LastDay calendar.Date `json:"last_day,omitzero"`
	// Mediation is the mediation the task is about.
	Mediation string `json:"mediation,omitempty"`
	// Reckoning counts the reckonings of the limitation before this task.
	Reckoning int `json:"reckoning,omitempty"`
	// Dispute is the dispute a task about one tells of.
	Dispute DisputeTask `json:"dispute,omitzero"`
	// Proceeding are the insolvency proceedings that a task is about.
	Proceeding string `json:"proceeding,omitempty"`
	// Handoff, Partner and Limit are what a task about a handoff is about; Doubtful:
	// nobody knows whether the partner has the file.
	Handoff  string            `json:"handoff,omitempty"`
	Partner  string            `json:"partner,omitempty"`
	Limit    handoff.TimeLimit `json:"limit,omitzero"`
	Doubtful bool              `json:"doubtful,omitempty"`
	// OtherRecipient: an approval is asked for anew, because whom the step goes to changed.
	OtherRecipient bool      `json:"other_recipient,omitempty"`
	At             time.Time `json:"at"`
}

// DecisionOrder asks to record what was decided about a case. Key makes it count
// once.
type DecisionOrder struct {
	CaseKey
	Key string `json:"key"`
	// Kind is the command's name, By who gave it, and Note the reason given.
	Kind   string            `json:"kind"`
	By     string            `json:"by,omitempty"`
	Note   string            `json:"note,omitempty"`
	At     time.Time         `json:"at"`
	Events collection.Events `json:"events,omitempty"`
}

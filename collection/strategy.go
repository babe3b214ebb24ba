package collection

import (
	"slices"
)

// Strategy is a dunning policy: a named, versioned list of steps. A case carries
// the whole strategy it was opened with, so that editing a strategy never
// changes what an open case does.
type Strategy struct {
	Name    string `json:"name"`
	Version int    `json:"version"`
	// Grouping says which notices of one debtor leave together; GroupAccount when it
	// is not set.
	Grouping Grouping `json:"grouping,omitempty"`
	// BrokenPromise is what follows when a debtor pays nothing of what it promised.
	BrokenPromise BrokenPromise `json:"brokenPromise,omitzero"`
	Promises      PromiseTerms  `json:"promises,omitzero"`
	Disputes      DisputeTerms  `json:"disputes,omitzero"`
	// ApprovalAbove makes a person release every notice for more than an amount; a step
	// may say its own.
	ApprovalAbove AmountLimit `json:"approvalAbove,omitempty"`
	// ApprovalTerms say how long the approvals of the strategy may wait.
	ApprovalTerms ApprovalTerms `json:"approvalTerms,omitzero"`
	Steps         []Step        `json:"steps"`
}

// Step is one rung of a strategy.
type Step struct {
	// Key names the step within its strategy and in every natural key.
	Key string `json:"key"`
	// DueOffset is in days from the due date; negative is before it.
	DueOffset int `json:"offset,omitempty"`
	// Spacing is the least number of days after the previous completed step.
	Spacing int  `json:"spacing,omitempty"`
	Tone    Tone `json:"tone,omitempty"`
	// Channels are all used; the step is complete when they were tried and at
	// least one provider accepted. Fallbacks are tried in order, and only while
	// none did.
	Channels  []Channel `json:"channels,omitempty"`
	Fallbacks []Channel `json:"fallbacks,omitempty"`
	// Template is the key of the texts the step sends.
	Template string `json:"template,omitempty"`
	// To are the roles at the debtor to write to, the first choice first; without
	// any, accounts payable and then whoever can be reached.
	To []Role `json:"to,omitempty"`
	// Copy are the roles, at the debtor or the creditor, that get a copy of an
	// e-mail.
	Copy []Role `json:"copy,omitempty"`
	// Sender is the role at the creditor in whose name an e-mail is sent; without
	// one, the creditor's own.
	Sender Role `json:"sender,omitempty"`
	// AttachInvoice adds the invoice's document to e-mails, where there is one.
	AttachInvoice bool `json:"attach_invoice,omitempty"`
	// AttachStatement adds the debtor's statement of account to e-mails about several
	// invoices.
	AttachStatement bool `json:"attach_statement,omitempty"`
	// Approval makes a person release the step before it acts.
	Approval bool `json:"approval,omitempty"`
	// ApprovalAbove does so when more than an amount is open, ApprovalTerms say how long
	// the approval may wait; without them those of the strategy count.
	ApprovalAbove AmountLimit   `json:"approvalAbove,omitempty"`
	ApprovalTerms ApprovalTerms `json:"approvalTerms,omitzero"`
	// DeadlineDays is the number of days the notice gives the debtor to pay; no
	// later step acts before the deadline has passed.
	DeadlineDays int `json:"deadline,omitempty"`
	// CoolingOffDays is how many days before it leaves a notice that cannot be taken
	// back is announced to the creditor's own people; a payment meanwhile wins.
	CoolingOffDays int `json:"coolingOff,omitempty"`
	// Proof is the channel over which the notice must be proven to have reached the
	// debtor before a later step acts; the deadline then runs from that day.
	Proof Channel `json:"proof,omitempty"`
	// Opens is the task a step opens instead of sending a notice.
	Opens TaskKind `json:"opens,omitempty"`
	// Mediation is what a step that opens a mediation proposes.
	Mediation MediationOffer `json:"mediation,omitzero"`
	// Stage is where the case stands once the step is complete.
	Stage Stage `json:"stage,omitempty"`
}

// Tone is how a notice speaks: courteous first, firm later, never aggressive.
type Tone string

// The tones, in the order a strategy may use them.
const (
	ToneCourteous Tone = "courteous"
	ToneFirm      Tone = "firm"
	ToneFinal     Tone = "final"
	ToneFormal    Tone = "formal"
)

// Tones lists the tones from the mildest to the firmest.
func Tones() []Tone { return []Tone{ToneCourteous, ToneFirm, ToneFinal, ToneFormal} }

// Channel is the way a notice travels.
type Channel string

// The channels a step may use.
const (
	ChannelEmail Channel = "email"
	ChannelSMS   Channel = "sms"
	// ChannelWhatsApp takes approved content templates only.
	ChannelWhatsApp Channel = "whatsapp"
	ChannelLetter   Channel = "letter"
	// ChannelRegisteredLetter is a letter posted registered, with acknowledgement of
	// receipt.
	ChannelRegisteredLetter Channel = "registered-letter"
)

// Channels lists the channels a step may use.
func Channels() []Channel {
	return []Channel{ChannelEmail, ChannelSMS, ChannelWhatsApp, ChannelLetter, ChannelRegisteredLetter}
}

// IsPaper reports whether what goes over the channel is printed and posted.
func (c Channel) IsPaper() bool { return c == ChannelLetter || c == ChannelRegisteredLetter }

// TaskKind is what a person is asked to do.
type TaskKind string

// The tasks a case can open.
const (
	TaskMediation  TaskKind = "mediation"
	TaskHandoff    TaskKind = "handoff"
	TaskCall       TaskKind = "call"
	TaskApproval   TaskKind = "approve"
	TaskPostLetter TaskKind = "post-letter"
	// TaskPullLetter asks to take a letter out of the post that is printed and must not
	// leave any more.
	TaskPullLetter TaskKind = "pull-letter"
	// TaskReach asks for a way to reach the debtor: every channel failed.
	TaskReach TaskKind = "reach-debtor"
	// TaskAnnounce tells that a notice which cannot be taken back is about to leave.
	TaskAnnounce TaskKind = "announce"
	// TaskProof asks what became of a notice whose delivery must be proven.
	TaskProof TaskKind = "prove-delivery"
	// TaskLateFees asks whether to go on claiming the late fees of a claim whose
	// principal is paid, or to waive them.
	TaskLateFees TaskKind = "late-fees"
	// TaskLimitation asks to act before the claim is barred by limitation, or tells
	// that it is.
	TaskLimitation TaskKind = "limitation"
	// TaskMatchPayment asks what a payment was for that fits no invoice, or what becomes
	// of one that is more than its invoice claims.
	TaskMatchPayment TaskKind = "match-payment"
	// TaskLawTable asks for a half-year that a table of the law lacks, or will soon.
	TaskLawTable TaskKind = "law-table"
	// TaskInsolvency asks for what insolvency proceedings require: the declaration of
	// claims, above all.
	TaskInsolvency TaskKind = "insolvency"
	// TaskHardship asks to care for a debtor in difficulties: to offer a plan, or to
	// look again whether the difficulties last.
	TaskHardship TaskKind = "hardship"
	// TaskClosedCase tells of money that came, or was taken back, on a case that a
	// person had closed.
	TaskClosedCase TaskKind = "closed-case"
	// TaskMediationAnswer asks to answer the debtor, who wants a mediation.
	TaskMediationAnswer TaskKind = "mediation-answer"
	// TaskMediationLapsed tells that nobody answered an invitation to a mediation.
	TaskMediationLapsed TaskKind = "mediation-lapsed"
	// TaskMediationOverdue asks how a mediation stands that should have ended.
	TaskMediationOverdue TaskKind = "mediation-overdue"
	// TaskAgreementBroken tells that what was agreed in a mediation was not kept.
	TaskAgreementBroken TaskKind = "agreement-broken"
	// TaskInstalment asks to tell the debtor of an instalment, TaskPlan to look after a
	// plan that ended in default or that a direct debit cannot go on with.
	TaskInstalment TaskKind = "instalment"
	TaskPlan       TaskKind = "plan"
	// TaskAnswer asks to read what a debtor answered.
	TaskAnswer TaskKind = "answer"
	// TaskDispute asks the owner of a dispute to answer it, TaskDisputeOverdue a
	// supervisor to see to it that it is.
	TaskDispute        TaskKind = "dispute"
	TaskDisputeOverdue TaskKind = "dispute-overdue"
	// TaskHandoffApproval asks to approve that a case is handed over, or to find out
	// whether the partner has it.
	TaskHandoffApproval TaskKind = "approve-handoff"
	// TaskTimeLimit tells of a time limit that runs while a partner has the case.
	TaskTimeLimit TaskKind = "time-limit"
)

// StepTasks lists the tasks a strategy may open as a step.
func StepTasks() []TaskKind { return []TaskKind{TaskMediation, TaskHandoff, TaskCall} }

// Stage is where a case stands, as people filter for it.
type Stage string

// The stages of an open case, in order, then the ways a case is closed.
const (
	StageOpen         Stage = "open"
	StageReminding    Stage = "reminding"
	StageFormalNotice Stage = "formal-notice"
	StageMediation    Stage = "mediation"
	StageHandoff      Stage = "handoff"
	StageOnHold       Stage = "on-hold"
	// StageDisputed: all that is open is disputed. StagePromised: a promised payment is
	// waited for.
	StageDisputed Stage = "disputed"
	StagePromised Stage = "promised"
	// StagePlan: the debtor pays in instalments, or was offered to.
	StagePlan        Stage = "plan"
	StageUnreachable Stage = "unreachable"
	// StageInsolvency: the debtor is in insolvency proceedings, and the claim was born
	// before.
	StageInsolvency Stage = "insolvency"
	// StageLateFees: the principal is paid, the late fees that were claimed are not.
	StageLateFees Stage = "late-fees"
	// StageWithPartner: a professional has the claim; money and news still come in.
	StageWithPartner Stage = "with-partner"

	StagePaid       Stage = "paid"
	StageWrittenOff Stage = "written-off"
	StageWithdrawn  Stage = "withdrawn"
	StageHandedOver Stage = "handed-over"
)

// Stages lists all stages, in order.
func Stages() []Stage {
	return []Stage{
		StageOpen, StageReminding, StageFormalNotice, StageMediation, StageHandoff, StageWithPartner, StageInsolvency, StageOnHold, StageDisputed,
		StagePromised, StagePlan, StageUnreachable, StageLateFees, StagePaid, StageWrittenOff, StageWithdrawn, StageHandedOver,
	}
}

// StepStages lists the stages a step of a strategy may lead to.
func StepStages() []Stage {
	return []Stage{StageOpen, StageReminding, StageFormalNotice, StageMediation, StageHandoff}
}

// IsClosed reports whether a case in this stage is over.
func (s Stage) IsClosed() bool {
	return slices.Contains([]Stage{StagePaid, StageWrittenOff, StageWithdrawn, StageHandedOver}, s)
}

// maxVersion bounds what can be stored.
const maxVersion = 1_000_000

// Validate refuses a strategy that no case could follow. What makes a strategy
// good is judged where its file is read (package strategyfile); this is what
// keeps a case alive whoever gave it the strategy.
func (s Strategy) Validate() error {
	if err := CheckID("the strategy", s.Name); err != nil {
		return err
	}
	if s.Version < 1 || s.Version > maxVersion {
		return Refuse(RefusedInvalid, "the strategy %s has the version %d: versions count from 1", s.Name, s.Version)
	}
	if s.Grouping != "" && !slices.Contains(Groupings(), s.Grouping) {
		return Refuse(RefusedInvalid, "the strategy %s groups by %q, which is not known", s.Name, s.Grouping)
	}
	if len(s.Steps) == 0 {
		return Refuse(RefusedInvalid, "the strategy %s has no steps", s.Name)
	}
	if err := s.validateTerms(); err != nil {
		return err
	}
	if err := checkApproval(s.ApprovalAbove, s.ApprovalTerms); err != nil {
		return Refuse(RefusedInvalid, "the strategy %s: %s", s.Name, err)
	}
	for i, step := range s.Steps {
		if err := checkApproval(step.ApprovalAbove, step.ApprovalTerms); err != nil {
			return Refuse(RefusedInvalid, "step %s: %s", step.Key, err)
		}
		if err := CheckID("step", step.Key); err != nil {
			return err
		}
		if s.index(step.Key) != i {
			return Refuse(RefusedInvalid, "the strategy %s has two steps %s", s.Name, step.Key)
		}
		if err := step.validate(); err != nil {
			return err
		}
	}
	return nil
}

func (s Step) validate() error {
	channels := append(slices.Clone(s.Channels), s.Fallbacks...)
	for i, channel := range channels {
		if !slices.Contains(Channels(), channel) || slices.Index(channels, channel) != i {
			return Refuse(RefusedInvalid, "step %s has the channel %q, which is not known or there twice", s.Key, channel)
		}
	}
	switch {
	case s.Opens == "" && len(s.Channels) == 0:
		return Refuse(RefusedInvalid, "step %s neither sends a notice nor opens a task", s.Key)
	case !s.sendsNotice() && len(channels) > 0:
		return Refuse(RefusedInvalid, "step %s both sends a notice and opens a task: make two steps of it", s.Key)
	case s.Opens != "" && !slices.Contains(StepTasks(), s.Opens):
		return Refuse(RefusedInvalid, "step %s opens the task %q, which no step can open", s.Key, s.Opens)
	case s.Stage != "" && !slices.Contains(StepStages(), s.Stage):
		return Refuse(RefusedInvalid, "step %s leads to the stage %q, which no step leads to", s.Key, s.Stage)
	case s.Proof != "" && !slices.Contains(s.Channels, s.Proof):
		return Refuse(RefusedInvalid, "step %s wants proof from the channel %q, over which it sends nothing", s.Key, s.Proof)
	case s.CoolingOffDays < 0 || s.CoolingOffDays > 0 && !s.sendsNotice():
		return Refuse(RefusedInvalid, "step %s has a cooling-off time of %d days: only what is sent can have one", s.Key, s.CoolingOffDays)
	case !plausibleDays(s.CoolingOffDays), !plausibleDays(s.DueOffset), !plausibleDays(s.Spacing), !plausibleDays(s.DeadlineDays):
		return Refuse(RefusedInvalid, "step %s has a number of days beyond ten years", s.Key)
	default:
		if err := s.validateMediation(); err != nil {
			return err
		}
		return s.validatePeople()
	}
}

func plausibleDays(n int) bool { return n > -3653 && n < 3653 }

// index is the place of a step in the strategy, -1 when it has none of that key.
func (s Strategy) index(key string) int {
	return slices.IndexFunc(s.Steps, func(step Step) bool { return step.Key == key })
}

// Step is the step of a key.
func (s Strategy) Step(key string) (Step, bool) {
	if i := s.index(key); i >= 0 {
		return s.Steps[i], true
	}
	return Step{}, false
}

// After is the step that follows the one of a key.
func (s Strategy) After(key string) (Step, bool) {
	if i := s.index(key); i >= 0 && i+1 < len(s.Steps) {
		return s.Steps[i+1], true
	}
	return Step{}, false
}

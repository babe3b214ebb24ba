package collection

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"relance/calendar"
	"relance/money"
)

// ApprovalTerms say how long an approval may wait. The zero terms are those of a step
// that is asked for once and waits for ever.
type ApprovalTerms struct {
	// ExpiresAfter is the number of working days after which an approval that nobody
	// gave is asked for anew.
	ExpiresAfter int `json:"expiresAfter,omitempty"`
	// DeputyAfter is the number of working days after which a deputy is asked as well.
	DeputyAfter int `json:"deputyAfter,omitempty"`
}

// AmountLimit is an amount for each currency, as an exact decimal; that of AnyCurrency
// is for all that are not named. A currency without one has the limit nothing.
type AmountLimit map[money.Currency]string

// AnyCurrency stands for the currencies that a limit does not name.
const AnyCurrency money.Currency = "*"

// isExceededBy reports whether an amount is more than its limit. A limit that cannot be
// read is exceeded by everything, so that a person looks.
func (l AmountLimit) isExceededBy(amount money.Amount) bool {
	if len(l) == 0 {
		return false
	}
	text, found := l[amount.Currency()]
	if !found {
		text = l[AnyCurrency]
	}
	limit, err := money.Parse(text, amount.Currency())
	if err != nil {
		return true
	}
	compared, err := amount.Cmp(limit)
	return err != nil || compared > 0
}

// Validate says what is wrong with the limit.
func (l AmountLimit) Validate() error {
	for _, currency := range slices.Sorted(maps.Keys(l)) {
		text, read := l[currency], currency
		if currency == AnyCurrency {
			read = money.EUR
		} else if _, err := money.ParseCurrency(string(currency)); err != nil {
			return err
		}
		if limit, err := money.Parse(text, read); err != nil || limit.Sign() < 0 {
			return fmt.Errorf("the limit %q of %s is not an amount", text, currency)
		}
	}
	return nil
}

// ApprovalRequest is what was asked of the people who approve a step, and answered.
type ApprovalRequest struct {
	// Asked counts how often it was asked in this round, At is when it was last, and For
	// the claim it was asked for (Case.ClaimToApprove).
	Asked int       `json:"asked,omitempty"`
	At    time.Time `json:"at,omitzero"`
	For   string    `json:"for,omitempty"`
	// DeputyAsked: a deputy was asked as well.
	DeputyAsked bool `json:"deputyAsked,omitempty"`
	// GrantedFor is the claim that was approved, GrantedBy who did. An approval of an
	// earlier version names no claim and holds whatever becomes of it.
	GrantedFor string `json:"grantedFor,omitempty"`
	GrantedBy  string `json:"grantedBy,omitempty"`
	// GrantedTo stands for whom the step was approved to go to; one that does not say holds
	// whoever that is.
	GrantedTo string `json:"grantedTo,omitempty"`
	// Lapsed: it was approved for others than it would go to now.
	Lapsed bool `json:"lapsed,omitempty"`
}

// TaskDeputy asks a deputy to approve a step that nobody else did in time.
const TaskDeputy TaskKind = "approve-deputy"

// RefuseApproval answers a request with no: the step is not taken, or the case is put
// on hold and the approval asked for anew afterwards.
type RefuseApproval struct {
	Step   string
	Author string
	Reason string
	// For is the claim the person looked at; not set: whatever it is.
	For string
	// Then says what becomes of the step; not set: it is skipped.
	Then AfterRefusal
	// Until is the last day of the hold; not set: until a person resumes the case.
	Until calendar.Date
	On    calendar.Date
	At    time.Time
}

func (RefuseApproval) command() {}

// AfterRefusal is what becomes of a step whose approval was refused.
type AfterRefusal string

// What can become of it.
const (
	// RefusalSkips: the step is not taken.
	RefusalSkips AfterRefusal = "skip"
	// RefusalHolds: the case is put on hold, and the approval asked for anew afterwards.
	RefusalHolds AfterRefusal = "hold"
)

// DeputyAsked: a deputy was asked to approve a step.
type DeputyAsked struct{ Step string }

// LapseApproval takes back the approval of a step that would go to others by now than the
// person saw.
type LapseApproval struct{ Step string }

func (LapseApproval) command() {}

// ApprovalLapsed: a step goes to others than it was approved for; it is asked for anew.
type ApprovalLapsed struct{ Step string }

func (c Case) lapseApproval(command LapseApproval) ([]Event, error) {
	if c.record(command.Step).Approval != ApprovalGranted {
		return nil, nil
	}
	return []Event{ApprovalLapsed(command)}, nil
}

func (e ApprovalLapsed) apply(c Case) Case {
	record := c.record(e.Step)
	record.Approval = ""
	record.ApprovalRequest.GrantedFor, record.ApprovalRequest.GrantedBy, record.ApprovalRequest.GrantedTo = "", "", ""
	record.ApprovalRequest.Lapsed = true
	return c.withRecord(record)
}

// ApprovedTo stands for whom a step was approved to go to, while nothing of it has left;
// empty when no approval says.
func (c Case) ApprovedTo(step string) string {
	record := c.record(step)
	if record.Approval != ApprovalGranted || len(record.Attempts) > 0 || record.Tries > 0 {
		return ""
	}
	return record.ApprovalRequest.GrantedTo
}

// ApprovalRefused: a person said no; the step is asked for anew when its time comes.
type ApprovalRefused struct{ Step string }

// ClaimToApprove is what an approval is for: what is asked for, and the strategy by whose
// text it is asked. An approval given for one claim is none for another.
func (c Case) ClaimToApprove() string {
	claim := c.Claimable().String()
	if c.LateFees.Sign() > 0 {
		claim += " + " + c.LateFees.String()
	}
	return fmt.Sprintf("%s by %s@%d", claim, c.Strategy.Name, c.Strategy.Version)
}

// AwaitsApproval reports whether the step of a key may not act before a person has
// approved it for the claim as it is, on a day.
func (c Case) AwaitsApproval(key string, today calendar.Date) bool {
	step, found := c.Strategy.Step(key)
	return found && c.awaitsApproval(c.Softened(step, today), c.record(key))
}

func (c Case) awaitsApproval(step Step, record StepRecord) bool {
	return c.needsApproval(step) && (record.Approval != ApprovalGranted || c.isOutdated(record))
}

func (c Case) needsApproval(step Step) bool {
	if step.Approval {
		return true
	}
	limit := step.ApprovalAbove
	if len(limit) == 0 {
		limit = c.Strategy.ApprovalAbove
	}
	return step.Opens == "" && limit.isExceededBy(c.Claimable())
}

// isOutdated reports whether an approval was given for another claim: any change asks
// again, also one for less.
func (c Case) isOutdated(record StepRecord) bool {
	granted := record.ApprovalRequest.GrantedFor
	return record.Approval == ApprovalGranted && granted != "" && granted != c.ClaimToApprove()
}

func (c Case) approvalTerms(step Step) ApprovalTerms {
	if step.ApprovalTerms != (ApprovalTerms{}) {
		return step.ApprovalTerms
	}
	return c.Strategy.ApprovalTerms
}

// forApproval asks for an approval, again when it expired or the claim has changed, and
// a deputy in between; or waits until none is needed any more.
func (c Case) forApproval(step Step, record StepRecord, now time.Time) Action {
	action := c.askForApproval(step, record, now)
	ends, found := c.approvalEnds(step, record, now)
	if !found || action.Kind == ActionOpenTask {
		return action
	}
	return sooner(action, Action{Kind: ActionWait, Step: step, Task: TaskApproval, At: ends})
}

func (c Case) askForApproval(step Step, record StepRecord, now time.Time) Action {
	why := Reason{Code: becauseApproval, Step: step.Key}
	if asks, because := c.asksApproval(step, record, now); asks {
		why.Code = because
		return Action{Kind: ActionOpenTask, Step: step, Task: TaskApproval, Try: record.ApprovalRequest.Asked, At: now, Because: why}
	}
	terms := c.approvalTerms(step)
	expires, deputy := c.afterRequest(record, terms.ExpiresAfter), c.afterRequest(record, terms.DeputyAfter)
	if !expires.IsZero() {
		why.Date = c.Window.DateOf(expires)
	}
	asksDeputy := !deputy.IsZero() && !record.ApprovalRequest.DeputyAsked && (expires.IsZero() || deputy.Before(expires))
	switch {
	case asksDeputy && !deputy.After(now):
		return Action{Kind: ActionOpenTask, Step: step, Task: TaskDeputy, Try: record.ApprovalRequest.Asked, At: now, Because: why}
	case asksDeputy:
		return Action{Kind: ActionWait, Step: step, Task: TaskDeputy, At: deputy, Because: why}
	case !expires.IsZero():
		return Action{Kind: ActionWait, Step: step, Task: TaskApproval, At: expires, Because: why}
	default:
		return Action{Kind: ActionIdle, Step: step, Because: why}
	}
}

// asksApproval reports whether an approval must be asked for at an instant, and why.
// Where a strategy gives terms, a request is withdrawn when the claim changes; where it
// gives none it stays, and the person approves the claim as it is then.
func (c Case) asksApproval(step Step, record StepRecord, now time.Time) (bool, reasonCode) {
	if record.Approval == "" && record.ApprovalRequest.Lapsed {
		return true, becauseOtherRecipient
	}
	if record.Approval == "" {
		return true, becauseApproval
	}
	if record.Approval == ApprovalGranted {
		return c.isOutdated(record), becauseApprovalOutdated
	}
	terms := c.approvalTerms(step)
	if terms == (ApprovalTerms{}) {
		return false, becauseApproval
	}
	if record.ApprovalRequest.For != c.ClaimToApprove() {
		return true, becauseApprovalOutdated
	}
	expires := c.afterRequest(record, terms.ExpiresAfter)
	return !expires.IsZero() && !expires.After(now), becauseApprovalExpired
}

// ApprovalExpires is when the request of a step expires, not set when it does not.
func (c Case) ApprovalExpires(key string) time.Time {
	step, found := c.Strategy.Step(key)
	record := c.record(key)
	if !found || record.Approval != ApprovalRequested {
		return time.Time{}
	}
	return c.afterRequest(record, c.approvalTerms(step).ExpiresAfter)
}

// afterRequest is the debtor's contact moment a number of its working days after a
// request; not set without a number.
func (c Case) afterRequest(record StepRecord, days int) time.Time {
	if days <= 0 {
		return time.Time{}
	}
	day := c.workingDaysAfter(c.Window.DateOf(record.ApprovalRequest.At), days)
	return c.Window.Instant(day, c.Debtor)
}

func (c Case) approve(command ApproveStep) ([]Event, error) {
	step, record, err := c.stepToApprove(command.Step)
	if err != nil {
		return nil, err
	}
	claim := c.ClaimToApprove()
	granted := record.ApprovalRequest
	others := command.To != "" && granted.GrantedTo != "" && command.To != granted.GrantedTo
	switch {
	case record.Approval == ApprovalGranted && others:
	case record.Approval == ApprovalGranted && (command.For == "" || granted.GrantedFor == ""):
		return nil, nil
	case record.Approval == ApprovalGranted && granted.GrantedFor == claim && granted.GrantedBy != command.Author:
		return nil, Refuse(RefusedConflict, "step %s of %s was approved already by %s", step.Key, c.ID(), granted.GrantedBy)
	case record.Approval == ApprovalGranted && granted.GrantedFor == claim:
		return nil, nil
	case record.Approval == "" || record.Waived:
		return nil, c.refuseNoRequest(step)
	}
	if err := c.refuseStale(step, command.For); err != nil {
		return nil, err
	}
	approved := StepApproved{Step: step.Key, To: command.To}
	if command.For != "" || c.approvalTerms(step) != (ApprovalTerms{}) {
		approved.For, approved.By = claim, command.Author
	}
	return []Event{approved}, nil
}

func (c Case) refuseApproval(command RefuseApproval) ([]Event, error) {
	step, record, err := c.stepToApprove(command.Step)
	if err != nil {
		return nil, err
	}
	hold := fmt.Sprintf("refused-%s-%d", step.Key, record.ApprovalRequest.Asked)
	switch {
	case command.Reason == "" || !IsPlainText(command.Reason):
		return nil, Refuse(RefusedInvalid, "refusing step %s needs a reason, of at most %d characters", step.Key, maxText)
	case command.Then != "" && command.Then != RefusalSkips && command.Then != RefusalHolds:
		return nil, Refuse(RefusedInvalid, "after refusing step %s comes %s or %s, not %q", step.Key, RefusalSkips, RefusalHolds, command.Then)
	case record.Waived, c.hasHold(hold):
		return nil, nil // refused before
	case record.Approval != ApprovalRequested:
		return nil, c.refuseNoRequest(step)
	}
	if err := c.refuseStale(step, command.For); err != nil {
		return nil, err
	}
	if command.Then != RefusalHolds {
		return c.skip(SkipStep{Step: step.Key, Author: command.Author, Reason: command.Reason, At: command.At})
	}
	events, err := c.placeHold(PlaceHold{ID: hold, Reason: command.Reason, On: command.On, Until: command.Until, MovesDeadline: true})
	if err != nil {
		return nil, err
	}
	return append([]Event{ApprovalRefused{Step: step.Key}}, events...), nil
}

func (c Case) hasHold(id string) bool {
	for _, hold := range c.Holds {
		if hold.ID == id {
			return true
		}
	}
	return false
}

func (c Case) stepToApprove(key string) (Step, StepRecord, error) {
	if c.IsClosed() || c.isPrincipalPaid() {
		return Step{}, StepRecord{}, c.refuseClosed("approved")
	}
	step, found := c.Strategy.Step(key)
	if !found {
		return Step{}, StepRecord{}, c.refuseUnknownStep(key)
	}
	return step, c.record(step.Key), nil
}

func (c Case) refuseNoRequest(step Step) error {
	return Refuse(RefusedNotNow, "step %s of %s does not wait for an approval", step.Key, c.ID())
}

// refuseStale refuses an answer that was given for another claim than there is.
func (c Case) refuseStale(step Step, seen string) error {
	claim := c.ClaimToApprove()
	if seen == "" || seen == claim {
		return nil
	}
	return Refuse(RefusedConflict, "the claim %s has changed since it was looked at: step %s was judged for %s, and it is %s now. Look at it again", c.ID(), step.Key, seen, claim)
}

func (e ApprovalAsked) apply(c Case) Case {
	record := c.record(e.Step)
	record.Approval = ApprovalRequested
	record.ApprovalRequest = ApprovalRequest{Asked: record.ApprovalRequest.Asked + 1, At: e.At, For: e.For}
	return c.withRecord(record)
}

func (e DeputyAsked) apply(c Case) Case {
	record := c.record(e.Step)
	record.ApprovalRequest.DeputyAsked = true
	return c.withRecord(record)
}

func (e StepApproved) apply(c Case) Case {
	record := c.record(e.Step)
	record.Approval = ApprovalGranted
	record.ApprovalRequest.GrantedFor, record.ApprovalRequest.GrantedBy, record.ApprovalRequest.GrantedTo = e.For, e.By, e.To
	return c.withRecord(record)
}

func (e ApprovalRefused) apply(c Case) Case {
	record := c.record(e.Step)
	record.Approval = ""
	return c.withRecord(record)
}

func (c Case) reportApprovalTask(step Step, record StepRecord, at time.Time) []Event {
	if asks, _ := c.asksApproval(step, record, at); !asks {
		return nil
	}
	return []Event{ApprovalAsked{Step: step.Key, At: at, For: c.ClaimToApprove()}}
}

// checkApproval says what is wrong with what a strategy says about approvals.
func checkApproval(above AmountLimit, terms ApprovalTerms) error {
	if err := above.Validate(); err != nil {
		return err
	}
	if terms.ExpiresAfter < 0 || terms.DeputyAfter < 0 || !plausibleDays(terms.ExpiresAfter) || !plausibleDays(terms.DeputyAfter) {
		return fmt.Errorf("an approval expires after %d days and a deputy is asked after %d: they are numbers of working days", terms.ExpiresAfter, terms.DeputyAfter)
	}
	if terms.ExpiresAfter > 0 && terms.DeputyAfter >= terms.ExpiresAfter {
		return fmt.Errorf("a deputy is asked after %d working days, when the approval has expired after %d", terms.DeputyAfter, terms.ExpiresAfter)
	}
	return nil
}

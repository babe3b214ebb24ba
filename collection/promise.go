package collection

import (
	"cmp"
	"slices"
	"time"

	"relance/calendar"
	"relance/money"
)

// Promise is a payment the debtor promised for a day. Until it is concluded the
// ladder rests, and the days do not count as spacing.
type Promise struct {
	ID string `json:"id"`
	// MadeOn is the day it was noted, and the first day of the rest.
	MadeOn calendar.Date `json:"madeOn"`
	// Date is the day promised, Until the last day of grace after it.
	Date  calendar.Date `json:"date"`
	Until calendar.Date `json:"until"`
	// Amount is what was promised; WholeClaim says that it is all that was open and
	// not disputed.
	Amount     money.Amount  `json:"amount"`
	WholeClaim bool          `json:"wholeClaim,omitempty"`
	Source     PromiseSource `json:"source,omitempty"`
	// Open is what was open when it was made, and Before what had been received by
	// then, if Counted; in a case that began before receipts were counted, what comes
	// is told by what is open.
	Open    money.Amount `json:"open"`
	Before  money.Amount `json:"before,omitzero"`
	Counted bool         `json:"counted,omitempty"`

	// Outcome is what became of it; empty while it runs.
	Outcome PromiseOutcome `json:"outcome,omitempty"`
	EndedOn calendar.Date  `json:"endedOn,omitzero"`
	// Came is what had been received of it at its end.
	Came money.Amount `json:"came,omitzero"`
	// GoOnAt is the step a broken promise leads to, when the strategy jumps.
	GoOnAt string `json:"goOnAt,omitempty"`
}

// PromiseSource says how a promise came to be known.
type PromiseSource string

// The sources of a promise.
const (
	PromiseByStaff  PromiseSource = "staff"
	PromiseByReply  PromiseSource = "reply"
	PromiseByAPI    PromiseSource = "api"
	PromiseByDebtor PromiseSource = "debtor"
)

// PromiseSources lists the sources.
func PromiseSources() []PromiseSource {
	return []PromiseSource{PromiseByStaff, PromiseByReply, PromiseByAPI, PromiseByDebtor}
}

// PromiseOutcome is what became of a promise; the empty one still runs.
type PromiseOutcome string

// The outcomes of a promise.
const (
	// PromiseKept: what was promised came, before the end of the grace.
	PromiseKept PromiseOutcome = "kept"
	// PromiseKeptInPart: something came, and less than was promised.
	PromiseKeptInPart PromiseOutcome = "kept-in-part"
	// PromiseBroken: nothing came.
	PromiseBroken PromiseOutcome = "broken"
	// PromiseWithdrawn: a person took it back, or it was noted by mistake.
	PromiseWithdrawn PromiseOutcome = "withdrawn"
	// PromiseReplaced: another promise took its place.
	PromiseReplaced PromiseOutcome = "replaced"
	// PromiseOvertaken: the debtor came to dispute all that is open or into insolvency
	// proceedings, the case was closed without payment, or an instalment plan took its place,
	// before the promise could be kept or broken.
	PromiseOvertaken PromiseOutcome = "overtaken"
)

// IsRunning reports whether the promise is neither concluded nor taken back.
func (p Promise) IsRunning() bool { return p.Outcome == "" }

// PromiseTerms are what a strategy says of promises; what it leaves out is the
// product's default.
type PromiseTerms struct {
	// Grace is how many calendar days after the day promised the money may come;
	// not set: three, the time a transfer made on the day needs over a weekend.
	Grace *int `json:"grace,omitempty"`
	// Longest is how many days ahead a promise may lie without a reason; 0: thirty.
	Longest int `json:"longest,omitempty"`
	// MostBroken is after how many broken promises about an invoice another one is taken
	// with a reason only; 0: any number may be broken.
	MostBroken int `json:"mostBroken,omitempty"`
}

const (
	defaultGrace   = 3
	mostGrace      = 31
	defaultLongest = 30
	// mostLongest bounds a promise that has a reason.
	mostLongest = 366
	// mostBroken bounds after how many broken promises a reason is asked for.
	mostBroken = 20
)

// GraceDays is the number of days of grace.
func (t PromiseTerms) GraceDays() int {
	if t.Grace == nil {
		return defaultGrace
	}
	return *t.Grace
}

// LongestDays is how many days ahead a promise may lie without a reason.
func (t PromiseTerms) LongestDays() int { return cmp.Or(t.Longest, defaultLongest) }

// MakePromise notes a promise under its own ID.
type MakePromise struct {
	ID string
	On calendar.Date
	// Date is the day promised.
	Date calendar.Date
	// Amount is what is promised; not set: all that is open and not disputed.
	Amount money.Amount
	// Grace is the number of days of grace; nil: the strategy's.
	Grace  *int
	Source PromiseSource
	// Replaces is the running promise that this one takes the place of.
	Replaces string
	// Reason is needed for a promise further ahead than the strategy allows.
	Reason string
	Author string
}

// WithdrawPromise ends a promise that counts neither as kept nor as broken.
type WithdrawPromise struct {
	ID     string
	On     calendar.Date
	Reason string
	Author string
}

// ConcludePromise judges the running promise once its grace is over.
type ConcludePromise struct {
	ID string
	At time.Time
}

func (MakePromise) command()     {}
func (WithdrawPromise) command() {}
func (ConcludePromise) command() {}

// PromiseMade: a promise was noted.
type PromiseMade struct{ Promise Promise }

// PromiseConcluded: a promise has ended, once.
type PromiseConcluded struct {
	ID      string
	Outcome PromiseOutcome
	On      calendar.Date
	Came    money.Amount
	GoOnAt  string `json:",omitempty"`
}

func (e PromiseMade) apply(c Case) Case {
	c.Promises = append(c.Promises[:len(c.Promises):len(c.Promises)], e.Promise)
	return c
}

func (e PromiseConcluded) apply(c Case) Case {
	c.Promises = slices.Clone(c.Promises)
	for i := range c.Promises {
		if p := &c.Promises[i]; p.ID == e.ID && p.IsRunning() {
			p.Outcome, p.EndedOn, p.Came, p.GoOnAt = e.Outcome, e.On, e.Came, e.GoOnAt
		}
	}
	return c
}

// RunningPromise is the promise the case waits for.
func (c Case) RunningPromise() (Promise, bool) {
	for _, promise := range slices.Backward(c.Promises) {
		if promise.IsRunning() {
			return promise, true
		}
	}
	return Promise{}, false
}

// Promise is the promise of an ID.
func (c Case) Promise(id string) (Promise, bool) {
	for _, promise := range c.Promises {
		if promise.ID == id {
			return promise, true
		}
	}
	return Promise{}, false
}

// Came is what was received since a promise was made: payments less what was taken
// back, and credit notes that did not answer a dispute. Once the promise has ended
// it is what had come by then.
func (c Case) Came(p Promise) money.Amount {
	if !p.IsRunning() {
		return c.amount(p.Came.Minor())
	}
	minor := p.Open.Minor() - c.Open.Minor()
	if p.Counted && c.Settled.Known {
		minor = c.received() - p.Before.Minor()
	}
	return c.amount(max(0, minor))
}

func (c Case) amount(minor int64) money.Amount { return money.FromMinor(minor, c.Open.Currency()) }

// isPromiseKept: what was promised came, or nothing is left that could be asked for.
func (c Case) isPromiseKept(p Promise) bool {
	return c.Came(p).Minor() >= p.Amount.Minor() || c.Claimable().Sign() <= 0
}

func (c Case) makePromise(command MakePromise) ([]Event, error) {
	if err := CheckID("the promise", command.ID); err != nil {
		return nil, err
	}
	if _, known := c.Promise(command.ID); known {
		return nil, nil
	}
	if err := c.refusePromise(command); err != nil {
		return nil, err
	}
	amount, err := c.promisedAmount(command)
	if err != nil {
		return nil, err
	}
	var events []Event
	running, isRunning := c.RunningPromise()
	switch {
	case command.Replaces != "" && (!isRunning || running.ID != command.Replaces):
		return nil, Refuse(RefusedConflict, "no promise %s is running in %s that could be replaced", command.Replaces, c.ID())
	case isRunning && command.Replaces == "":
		return nil, Refuse(RefusedConflict, "the promise %s of %s for %s is running in %s: replace it (replaces), or withdraw it first",
			running.ID, running.Amount, running.Date, c.ID())
	case isRunning:
		events = append(events, PromiseConcluded{ID: running.ID, Outcome: PromiseReplaced, On: command.On, Came: money.OmitNothing(c.Came(running))})
	}
	grace := c.promiseTerms().GraceDays()
	if command.Grace != nil {
		grace = *command.Grace
	}
	return append(events, PromiseMade{Promise: Promise{
		ID: command.ID, MadeOn: command.On, Date: command.Date, Until: command.Date.AddDays(grace),
		Amount: amount, WholeClaim: command.Amount.IsZero(), Source: command.Source,
		Open: c.Open, Before: money.OmitNothing(c.amount(c.received())), Counted: c.Settled.Known,
	}}), nil
}

// refusePromise refuses a promise that makes no sense, whatever its amount.
func (c Case) refusePromise(command MakePromise) error {
	ahead := int(command.Date - command.On)
	terms := c.promiseTerms()
	longest := terms.LongestDays()
	switch {
	case command.On.IsZero():
		return Refuse(RefusedInvalid, "the promise %s does not say on which day it was made", command.ID)
	case command.Date.IsZero():
		return Refuse(RefusedInvalid, "the promise %s does not say for which day", command.ID)
	case ahead < 0:
		return Refuse(RefusedInvalid, "the promise %s is for %s, which is past: today is %s", command.ID, command.Date, command.On)
	case ahead > mostLongest:
		return Refuse(RefusedInvalid, "the promise %s is for %s, more than a year ahead: check the year", command.ID, command.Date)
	case command.Grace != nil && (*command.Grace < 0 || *command.Grace > mostGrace):
		return Refuse(RefusedInvalid, "the promise %s gives %d days of grace: they must be from 0 to %d", command.ID, *command.Grace, mostGrace)
	case !slices.Contains(PromiseSources(), command.Source):
		return Refuse(RefusedInvalid, "%q is no source of a promise: it comes from staff, reply, api or debtor", command.Source)
	case !IsPlainText(command.Reason):
		return Refuse(RefusedInvalid, "the reason of the promise is longer than %d characters or has control characters in it", maxText)
	case c.IsClosed() || c.isPrincipalPaid():
		return c.refuseClosed("promised to be paid")
	case c.Insolvency.Freezes():
		return c.refuseFrozen("promised to be paid")
	case c.isAllDisputed():
		return Refuse(RefusedNotNow, "all that is open of %s is disputed: a promise is for what is not; answer the dispute first", c.ID())
	case ahead > longest && command.Reason == "":
		return Refuse(RefusedInvalid, "the promise %s is for %s, %d days ahead, and %s takes promises of at most %d days: ask for an earlier day, or give a reason to take it all the same",
			command.ID, command.Date, ahead, c.takesPromises(), longest)
	case terms.MostBroken > 0 && c.brokenPromises() >= terms.MostBroken && command.Reason == "":
		return Refuse(RefusedNotNow, "%d promises of %s were broken, and no more are taken after %d: give a reason to take another one all the same",
			c.brokenPromises(), c.ID(), terms.MostBroken)
	default:
		return nil
	}
}

func (c Case) promisedAmount(command MakePromise) (money.Amount, error) {
	claimable := c.Claimable()
	switch given := command.Amount; {
	case given.IsZero():
		return claimable, nil
	case given.Currency() != c.Open.Currency():
		return given, Refuse(RefusedInvalid, "the case is kept in %s, not in %s", c.Open.Currency(), given.Currency())
	case given.Sign() < 0:
		return given, Refuse(RefusedInvalid, "the promised amount %s is negative", given)
	case given.Minor() > claimable.Minor():
		return given, Refuse(RefusedInvalid, "%s are promised and %s are open and not disputed: leave the amount out for all of it", given, claimable)
	default:
		return given, nil
	}
}

func (c Case) withdrawPromise(command WithdrawPromise) ([]Event, error) {
	promise, known := c.Promise(command.ID)
	switch {
	case !known:
		return nil, Refuse(RefusedInvalid, "%s has no promise %q", c.ID(), command.ID)
	case promise.Outcome == PromiseWithdrawn:
		return nil, nil
	case !promise.IsRunning():
		return nil, Refuse(RefusedNotNow, "the promise %s has ended on %s (%s) and cannot be withdrawn", promise.ID, promise.EndedOn, promise.Outcome)
	case command.Reason == "" || !IsPlainText(command.Reason):
		return nil, Refuse(RefusedInvalid, "withdrawing the promise %s needs a reason of at most %d characters", promise.ID, maxText)
	case command.On.IsZero():
		return nil, Refuse(RefusedInvalid, "the withdrawal does not say on which day")
	}
	return []Event{PromiseConcluded{ID: promise.ID, Outcome: PromiseWithdrawn, On: command.On, Came: money.OmitNothing(c.Came(promise))}}, nil
}

// concludePromise judges a promise whose grace is over; earlier, or again, it
// changes nothing.
func (c Case) concludePromise(command ConcludePromise) ([]Event, error) {
	promise, running := c.RunningPromise()
	if !running || promise.ID != command.ID || c.promiseEnds(promise).After(command.At) {
		return nil, nil
	}
	concluded := PromiseConcluded{ID: promise.ID, Outcome: PromiseBroken, On: c.Window.DateOf(command.At), Came: money.OmitNothing(c.Came(promise))}
	switch {
	case c.isPromiseKept(promise):
		concluded.Outcome = PromiseKept
	case c.isReplacedByPlan(promise):
		concluded.Outcome = PromiseOvertaken
	case concluded.Came.Sign() > 0:
		concluded.Outcome = PromiseKeptInPart
	default:
		concluded.GoOnAt = c.stepAfterBroken(concluded.On)
	}
	return []Event{concluded}, nil
}

// isReplacedByPlan: the debtor accepted an instalment plan since, and pays as it says.
func (c Case) isReplacedByPlan(p Promise) bool {
	plan, found := c.ActivePlan()
	return found && plan.Accepted && plan.From >= p.MadeOn
}

// keptByNow concludes the running promise when it is kept.
func (c Case) keptByNow(on calendar.Date) []Event {
	promise, running := c.RunningPromise()
	if !running || !c.isPromiseKept(promise) {
		return nil
	}
	return []Event{PromiseConcluded{ID: promise.ID, Outcome: PromiseKept, On: max(on, promise.MadeOn), Came: money.OmitNothing(c.Came(promise))}}
}

// overtaken ends the running promise when nothing of the claim is left for it.
func (c Case) overtaken(on calendar.Date) []Event {
	promise, running := c.RunningPromise()
	if !running || !c.isAllDisputed() && c.Outcome == "" {
		return nil
	}
	return []Event{PromiseConcluded{ID: promise.ID, Outcome: PromiseOvertaken, On: max(on, promise.MadeOn), Came: money.OmitNothing(c.Came(promise))}}
}

// promiseEnds is the moment a promise is judged: the debtor's contact moment of the
// first day after its grace on which there is one.
func (c Case) promiseEnds(p Promise) time.Time {
	return c.Window.Instant(p.Until.AddDays(1), c.Debtor)
}

// whilePromised waits for the end of the promise.
func (c Case) whilePromised(now time.Time) (Action, bool) {
	promise, running := c.RunningPromise()
	if !running {
		return Action{}, false
	}
	return c.waitForPromise(promise, now), true
}

func (c Case) waitForPromise(p Promise, now time.Time) Action {
	return Action{
		Kind: ActionWait, Promise: p.ID, At: c.promiseEnds(p), Because: Reason{Code: becausePromised, Date: p.Date, Until: p.Until, Amount: p.Amount, Late: c.Window.DateOf(now) > p.Until, OwnTerms: c.ownGrace(p)},
	}
}

// watchPromise puts the end of the promise beside what the case does: it is judged
// in time, whatever else keeps the case still.
func (c Case) watchPromise(action Action, now time.Time) Action {
	promise, running := c.RunningPromise()
	if !running || c.isPrincipalPaid() {
		return action
	}
	wait := c.waitForPromise(promise, now)
	if !wait.At.After(now) {
		wait.Kind, wait.At = ActionConclude, now
		return wait
	}
	return sooner(action, wait)
}

// stepAfterBroken is the step the strategy goes on at after a broken promise, when
// it is not behind the case and was not begun.
func (c Case) stepAfterBroken(today calendar.Date) string {
	key := c.Strategy.BrokenPromise.GoOnAt
	next, more := c.nextStep(today)
	if key == "" || !more || c.Strategy.index(key) < c.Strategy.index(next.Key) || len(c.record(key).Attempts) > 0 {
		return ""
	}
	return key
}

// broughtForward is the broken promise that leads to a step before its own days.
func (c Case) broughtForward() Promise {
	for _, promise := range slices.Backward(c.Promises) {
		if promise.GoOnAt != "" {
			return promise
		}
	}
	return Promise{}
}

func (c Case) withoutJumps() Case {
	c.Promises = slices.Clone(c.Promises)
	for i := range c.Promises {
		c.Promises[i].GoOnAt = ""
	}
	return c
}

// end is the first day after the promise, or the given day while it runs.
func (p Promise) end(day calendar.Date) calendar.Date {
	if p.EndedOn.IsZero() {
		return day
	}
	return min(day, p.EndedOn)
}

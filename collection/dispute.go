package collection

import (
	"cmp"
	"slices"
	"time"

	"relance/calendar"
	"relance/money"
)

// Dispute is what a debtor contests of a claim, all or a part. What is disputed is
// not asked for while the dispute lasts; the rest goes on. What was written about
// it, and its documents, are in the case file only.
type Dispute struct {
	ID     string        `json:"id"`
	Reason DisputeReason `json:"reason"`
	// Amount is the part that is disputed, or what was open when all was.
	Amount     money.Amount `json:"amount"`
	WholeClaim bool         `json:"wholeClaim,omitempty"`
	RaisedBy   DisputeParty `json:"raisedBy"`
	// Owner is the ID of the user who answers it.
	Owner    string        `json:"owner,omitempty"`
	RaisedOn calendar.Date `json:"raisedOn"`
	// RespondBy is the day by which it is to be answered, and EscalateOn the day on
	// which a supervisor is asked if it was not; Escalated: that was done.
	RespondBy  calendar.Date `json:"respondBy"`
	EscalateOn calendar.Date `json:"escalateOn"`
	Escalated  bool          `json:"escalated,omitempty"`
	// RestFrom is the day from which nothing else was left to ask for.
	RestFrom calendar.Date `json:"restFrom,omitzero"`
	// CreditBefore are the credit notes that answered nothing when it was raised.
	CreditBefore money.Amount `json:"creditBefore,omitzero"`

	// Outcome is how it was answered; empty while it is open.
	Outcome    DisputeOutcome `json:"outcome,omitempty"`
	ResolvedOn calendar.Date  `json:"resolvedOn,omitzero"`
	// Accepted is what the creditor gave in to. Awaited is the part of it whose credit
	// note has not come: it is not asked for either. Credited is what has come.
	Accepted money.Amount `json:"accepted,omitzero"`
	Awaited  money.Amount `json:"awaited,omitzero"`
	Credited money.Amount `json:"credited,omitzero"`
	// EndedOn is the day from which it keeps nothing back any more.
	EndedOn calendar.Date `json:"endedOn,omitzero"`
}

// DisputeReason is the root cause, as it is counted.
type DisputeReason string

// The reasons of disputes.
const (
	DisputeQuality     DisputeReason = "quality"
	DisputeDelivery    DisputeReason = "delivery"
	DisputePrice       DisputeReason = "price"
	DisputeQuantity    DisputeReason = "quantity"
	DisputeNotOrdered  DisputeReason = "not-ordered"
	DisputeAlreadyPaid DisputeReason = "already-paid"
	DisputeWrongDebtor DisputeReason = "wrong-debtor"
	DisputeOther       DisputeReason = "other"
)

// DisputeReasons lists the reasons.
func DisputeReasons() []DisputeReason {
	return []DisputeReason{
		DisputeQuality, DisputeDelivery, DisputePrice, DisputeQuantity, DisputeNotOrdered, DisputeAlreadyPaid, DisputeWrongDebtor, DisputeOther,
	}
}

// DisputeParty is who raised a dispute.
type DisputeParty string

// The parties.
const (
	DisputeByDebtor DisputeParty = "debtor"
	DisputeByStaff  DisputeParty = "staff"
)

// DisputeOutcome is how a dispute was answered.
type DisputeOutcome string

// The outcomes.
const (
	// DisputeCreditNote: all that was disputed is given up by a credit note.
	DisputeCreditNote DisputeOutcome = "credit-note"
	// DisputeRejected: the claim stands, for a reason that was told.
	DisputeRejected DisputeOutcome = "rejected"
	// DisputeSplit: a part is given up by a credit note, the rest stands.
	DisputeSplit DisputeOutcome = "split"
	// DisputeWithdrawn: the debtor does not contest it any more.
	DisputeWithdrawn DisputeOutcome = "withdrawn"
)

// DisputeOutcomes lists the outcomes.
func DisputeOutcomes() []DisputeOutcome {
	return []DisputeOutcome{DisputeCreditNote, DisputeRejected, DisputeSplit, DisputeWithdrawn}
}

// DisputeTerms are what a strategy says of disputes, in working days of the debtor;
// what it leaves out is the product's default.
type DisputeTerms struct {
	// RespondWithin is how long the owner has to answer; 0: ten.
	RespondWithin int `json:"respondWithin,omitempty"`
	// EscalateAfter is how long after that day a supervisor is asked; 0: five.
	EscalateAfter int `json:"escalateAfter,omitempty"`
}

const (
	defaultRespondWithin = 10
	defaultEscalateAfter = 5
)

// RespondDays is how many working days the owner has to answer.
func (t DisputeTerms) RespondDays() int { return cmp.Or(t.RespondWithin, defaultRespondWithin) }

// EscalateDays is how many working days after that a supervisor is asked.
func (t DisputeTerms) EscalateDays() int { return cmp.Or(t.EscalateAfter, defaultEscalateAfter) }

// IsOpen reports whether nobody has answered the dispute.
func (d Dispute) IsOpen() bool { return d.Outcome == "" }

// RaiseDispute notes a dispute under its own ID.
type RaiseDispute struct {
	ID     string
	Reason DisputeReason
	// Amount is the part that is disputed; not set: all that is open.
	Amount   money.Amount
	RaisedBy DisputeParty
	Owner    string
	// On is the day it was raised, Today the day it is noted.
	On     calendar.Date
	Today  calendar.Date
	Author string
}

// ResolveDispute answers a dispute.
type ResolveDispute struct {
	ID      string
	Outcome DisputeOutcome
	// Amount is what is given up; not set for a credit note: all that is disputed.
	Amount money.Amount
	// Reason is needed to reject.
	Reason string
	Today  calendar.Date
	Author string
}

// AssignDispute gives a dispute to another owner.
type AssignDispute struct {
	ID     string
	Owner  string
	Author string
}

func (RaiseDispute) command()   {}
func (ResolveDispute) command() {}
func (AssignDispute) command()  {}

// DisputeRaised: a dispute was noted.
type DisputeRaised struct{ Dispute Dispute }

// DisputeAssigned: a dispute has another owner.
type DisputeAssigned struct{ ID, Owner string }

// DisputeEscalated: a supervisor was asked about a dispute that nobody answered.
type DisputeEscalated struct{ ID string }

// DisputeResolved: a dispute was answered.
type DisputeResolved struct {
	ID                          string
	Outcome                     DisputeOutcome
	Accepted, Awaited, Credited money.Amount
	On                          calendar.Date
}

// DisputeCredited: a credit note that a dispute waited for has come.
type DisputeCredited struct {
	ID     string
	Amount money.Amount
	On     calendar.Date
}

func (e DisputeRaised) apply(c Case) Case {
	c.Disputes = append(c.Disputes[:len(c.Disputes):len(c.Disputes)], e.Dispute)
	return c.noteRestOfDisputes(e.Dispute.RestFrom)
}

func (e DisputeAssigned) apply(c Case) Case {
	return c.withDispute(e.ID, func(d *Dispute) { d.Owner = e.Owner })
}

func (e DisputeEscalated) apply(c Case) Case {
	return c.withDispute(e.ID, func(d *Dispute) { d.Escalated = true })
}

func (e DisputeResolved) apply(c Case) Case {
	c = c.withDispute(e.ID, func(d *Dispute) {
		d.Outcome, d.ResolvedOn, d.Accepted, d.Awaited, d.Credited = e.Outcome, e.On, e.Accepted, e.Awaited, e.Credited
		if d.Awaited.Sign() <= 0 {
			d.EndedOn = e.On
		}
	})
	return c.noteRestOfDisputes(e.On)
}

func (e DisputeCredited) apply(c Case) Case {
	return c.withDispute(e.ID, func(d *Dispute) {
		d.Awaited = money.FromMinor(d.Awaited.Minor()-e.Amount.Minor(), e.Amount.Currency())
		d.Credited = money.FromMinor(d.Credited.Minor()+e.Amount.Minor(), e.Amount.Currency())
		if d.Awaited.Sign() <= 0 {
			d.Awaited, d.EndedOn = money.Amount{}, e.On
		}
	})
}

func (c Case) withDispute(id string, change func(*Dispute)) Case {
	c.Disputes = slices.Clone(c.Disputes)
	for i := range c.Disputes {
		if c.Disputes[i].ID == id {
			change(&c.Disputes[i])
		}
	}
	return c
}

// noteRestOfDisputes keeps from which day on nothing but what is disputed is open.
func (c Case) noteRestOfDisputes(on calendar.Date) Case {
	if len(c.Disputes) == 0 {
		return c
	}
	rests := c.isAllDisputed()
	c.Disputes = slices.Clone(c.Disputes)
	for i := range c.Disputes {
		switch d := &c.Disputes[i]; {
		case !d.EndedOn.IsZero():
		case !rests:
			d.RestFrom = 0
		case d.RestFrom.IsZero():
			d.RestFrom = on
		}
	}
	return c
}

// Dispute is the dispute of an ID.
func (c Case) Dispute(id string) (Dispute, bool) {
	for _, dispute := range c.Disputes {
		if dispute.ID == id {
			return dispute, true
		}
	}
	return Dispute{}, false
}

// Disputed is the part of what is open that is not asked for: what is contested and
// not answered, and what a credit note will take off.
func (c Case) Disputed() money.Amount {
	var minor int64
	for _, dispute := range c.Disputes {
		switch {
		case dispute.IsOpen() && dispute.WholeClaim:
			return c.amount(max(0, c.Open.Minor()))
		case dispute.IsOpen():
			minor += dispute.Amount.Minor()
		default:
			minor += dispute.Awaited.Minor()
		}
	}
	return c.amount(max(0, min(minor, c.Open.Minor())))
}

// DisputedOn is what of an open amount disputes kept back at the end of a day.
func DisputedOn(disputes []Dispute, open money.Amount, day calendar.Date) money.Amount {
	var minor int64
	for _, dispute := range disputes {
		switch {
		case day < dispute.RaisedOn, !dispute.EndedOn.IsZero() && day >= dispute.EndedOn:
		case !dispute.ResolvedOn.IsZero() && day >= dispute.ResolvedOn:
			minor += dispute.Accepted.Minor()
		case dispute.WholeClaim:
			minor = open.Minor()
		default:
			minor += dispute.Amount.Minor()
		}
	}
	return money.FromMinor(max(0, min(minor, open.Minor())), open.Currency())
}

// Claimable is what the debtor is asked for of the principal: what is open and not
// disputed.
func (c Case) Claimable() money.Amount { return c.amount(c.Open.Minor() - c.Disputed().Minor()) }

// isAllDisputed: something is open, and nothing of it can be asked for.
func (c Case) isAllDisputed() bool { return c.Open.Sign() > 0 && c.Claimable().Sign() <= 0 }

// received is all that came in, without the credit notes that answered a dispute.
func (c Case) received() int64 { return c.Settled.Paid.Minor() + c.freeCredit() }

// freeCredit are the credit notes that answered no dispute.
func (c Case) freeCredit() int64 {
	minor := c.Settled.Credited.Minor()
	for _, dispute := range c.Disputes {
		minor -= dispute.Credited.Minor()
	}
	return minor
}

// creditFor is what credit notes since a dispute was raised can answer of it.
func (c Case) creditFor(d Dispute) int64 { return max(0, c.freeCredit()-d.CreditBefore.Minor()) }

func (c Case) raiseDispute(command RaiseDispute) ([]Event, error) {
	if err := CheckID("the dispute", command.ID); err != nil {
		return nil, err
	}
	if _, known := c.Dispute(command.ID); known {
		return nil, nil
	}
	if err := c.refuseDispute(command); err != nil {
		return nil, err
	}
	respond := c.workingDaysAfter(command.On, c.Strategy.Disputes.RespondDays())
	raised := DisputeRaised{Dispute: Dispute{
		ID: command.ID, Reason: command.Reason, Amount: command.Amount, WholeClaim: command.Amount.IsZero(),
		RaisedBy: command.RaisedBy, Owner: command.Owner, RaisedOn: command.On,
		RespondBy: respond, EscalateOn: c.workingDaysAfter(respond, c.Strategy.Disputes.EscalateDays()),
		CreditBefore: omitNothing(c.amount(c.freeCredit())),
	}}
	if raised.Dispute.WholeClaim {
		raised.Dispute.Amount = c.Claimable()
	}
	if Apply(c, raised).isAllDisputed() {
		raised.Dispute.RestFrom = command.Today
	}
	return append([]Event{raised}, Apply(c, raised).overtaken(command.Today)...), nil
}

func (c Case) refuseDispute(command RaiseDispute) error {
	claimable := c.Claimable()
	switch given := command.Amount; {
	case !slices.Contains(DisputeReasons(), command.Reason):
		return Refuse(RefusedInvalid, "%q is no reason of a dispute: use one of %s", command.Reason, inWords(DisputeReasons()))
	case command.RaisedBy != DisputeByDebtor && command.RaisedBy != DisputeByStaff:
		return Refuse(RefusedInvalid, "the dispute %s is raised by %q: it is raised by the debtor or by staff", command.ID, command.RaisedBy)
	case command.On.IsZero() || command.Today.IsZero():
		return Refuse(RefusedInvalid, "the dispute %s does not say on which day it was raised", command.ID)
	case command.On > command.Today:
		return Refuse(RefusedInvalid, "the dispute %s cannot be raised on %s, which is to come", command.ID, command.On)
	case command.On < command.Today.AddDays(-mostLongest):
		return Refuse(RefusedInvalid, "the dispute %s is dated %s, more than a year ago: check the year", command.ID, command.On)
	case c.IsClosed() || c.isPrincipalPaid():
		return c.refuseClosed("disputed")
	case claimable.Sign() <= 0:
		return Refuse(RefusedConflict, "all that is open of %s is disputed already", c.ID())
	case !given.IsZero() && given.Currency() != c.Open.Currency():
		return Refuse(RefusedInvalid, "the case is kept in %s, not in %s", c.Open.Currency(), given.Currency())
	case given.Sign() < 0:
		return Refuse(RefusedInvalid, "the disputed amount %s is negative", given)
	case given.Minor() > claimable.Minor():
		return Refuse(RefusedInvalid, "%s are disputed and %s are open and not disputed yet: leave the amount out for all of it", given, claimable)
	default:
		return checkOwner(command.ID, command.Owner, false)
	}
}

// checkOwner refuses an owner that is no ID of a user.
func checkOwner(dispute, owner string, needed bool) error {
	if owner == "" && !needed {
		return nil
	}
	return CheckID("the owner of the dispute "+dispute, owner)
}

func inWords[T ~string](words []T) string {
	text := ""
	for i, word := range words {
		if i > 0 {
			text += ", "
		}
		text += string(word)
	}
	return text
}

// workingDaysAfter is the working day of the debtor n after a day.
func (c Case) workingDaysAfter(day calendar.Date, n int) calendar.Date {
	for n > 0 {
		day = day.AddDays(1)
		if c.Window.IsWorkingDay(day) {
			n--
		}
	}
	return day
}

func (c Case) resolveDispute(command ResolveDispute) ([]Event, error) {
	dispute, known := c.Dispute(command.ID)
	switch {
	case !known:
		return nil, Refuse(RefusedInvalid, "%s has no dispute %q", c.ID(), command.ID)
	case dispute.Outcome == command.Outcome && command.Outcome != "":
		return nil, nil
	case !dispute.IsOpen():
		return nil, Refuse(RefusedConflict, "the dispute %s was answered on %s: %s", dispute.ID, dispute.ResolvedOn, dispute.Outcome)
	case command.Today.IsZero():
		return nil, Refuse(RefusedInvalid, "the answer to the dispute %s does not say on which day it is given", dispute.ID)
	case !IsPlainText(command.Reason):
		return nil, Refuse(RefusedInvalid, "the reason is longer than %d characters or has control characters in it", maxText)
	}
	accepted, err := c.accepted(dispute, command)
	if err != nil {
		return nil, err
	}
	credited := min(accepted, c.creditFor(dispute))
	resolved := DisputeResolved{
		ID: dispute.ID, Outcome: command.Outcome, On: command.Today, Accepted: omitNothing(c.amount(accepted)),
		Awaited: omitNothing(c.amount(accepted - credited)), Credited: omitNothing(c.amount(credited)),
	}
	return []Event{resolved}, nil
}

// accepted is what an answer gives up, in the smallest unit.
func (c Case) accepted(d Dispute, command ResolveDispute) (int64, error) {
	contested := d.Amount.Minor()
	if d.WholeClaim {
		others := c.withDispute(d.ID, func(one *Dispute) { one.Outcome = command.Outcome }).Disputed()
		contested = max(0, c.Open.Minor()-others.Minor()) + c.creditFor(d)
	}
	given := command.Amount
	if !given.IsZero() && given.Currency() != c.Open.Currency() {
		return 0, Refuse(RefusedInvalid, "the case is kept in %s, not in %s", c.Open.Currency(), given.Currency())
	}
	switch command.Outcome {
	case DisputeCreditNote:
		if !given.IsZero() && given.Minor() != contested {
			return 0, Refuse(RefusedInvalid, "%s of the %s that are disputed would be given up: call that split, or leave the amount out", given, c.amount(contested))
		}
		return contested, nil
	case DisputeSplit:
		if given.Sign() <= 0 || given.Minor() >= contested {
			return 0, Refuse(RefusedInvalid, "a split says which part of the %s that are disputed is given up: more than nothing, and not all", c.amount(contested))
		}
		return given.Minor(), nil
	case DisputeRejected, DisputeWithdrawn:
		if !given.IsZero() {
			return 0, Refuse(RefusedInvalid, "nothing is given up of a dispute that is %s: leave the amount out", command.Outcome)
		}
		if command.Outcome == DisputeRejected && command.Reason == "" {
			return 0, Refuse(RefusedInvalid, "rejecting the dispute %s needs a reason, which the debtor is to be told", d.ID)
		}
		return 0, nil
	default:
		return 0, Refuse(RefusedInvalid, "a dispute is answered by one of %s, not by %q", inWords(DisputeOutcomes()), command.Outcome)
	}
}

func (c Case) assignDispute(command AssignDispute) ([]Event, error) {
	dispute, known := c.Dispute(command.ID)
	if !known {
		return nil, Refuse(RefusedInvalid, "%s has no dispute %q", c.ID(), command.ID)
	}
	if err := checkOwner(dispute.ID, command.Owner, true); err != nil {
		return nil, err
	}
	switch {
	case dispute.Owner == command.Owner:
		return nil, nil
	case !dispute.IsOpen():
		return nil, Refuse(RefusedNotNow, "the dispute %s was answered on %s: nobody needs to answer it any more", dispute.ID, dispute.ResolvedOn)
	}
	return []Event{DisputeAssigned{ID: dispute.ID, Owner: command.Owner}}, nil
}

// creditArrived gives the credit notes that a new position brings to the disputes
// that wait for them, the oldest first. c is the case before it.
func (c Case) creditArrived(command TakePosition) []Event {
	left := command.Settled.Credited.Minor() - c.Settled.Credited.Minor()
	if !c.Settled.Known { // nobody counted before: no more than what it took off
		left = min(left, c.Open.Minor()-command.Open.Minor())
	}
	var events []Event
	for _, dispute := range c.Disputes {
		taken := min(left, dispute.Awaited.Minor())
		if taken > 0 {
			events = append(events, DisputeCredited{ID: dispute.ID, Amount: c.amount(taken), On: command.On})
			left -= taken
		}
	}
	return events
}

// whileDisputed waits for the answer, while nothing but what is disputed is open.
func (c Case) whileDisputed(now time.Time) (Action, bool) {
	if !c.isAllDisputed() {
		return Action{}, false
	}
	why := Reason{Code: becauseCredited, Amount: c.Disputed()}
	for _, dispute := range c.Disputes {
		if dispute.IsOpen() {
			why = Reason{Code: becauseDisputed, Dispute: dispute.Reason, Amount: c.Disputed(), Date: dispute.RespondBy, Late: c.Window.DateOf(now) > dispute.RespondBy}
			break
		}
	}
	return Action{Kind: ActionIdle, Because: why}, true
}

// watchDisputes puts the day on which a supervisor is asked beside what the case
// does.
func (c Case) watchDisputes(action Action, now time.Time) Action {
	if c.isPrincipalPaid() {
		return action
	}
	today := c.Window.DateOf(now)
	var next Dispute
	for _, dispute := range c.Disputes {
		if !dispute.IsOpen() || dispute.Escalated {
			continue
		}
		if dispute.EscalateOn <= today {
			return Action{
				Kind: ActionOpenTask, Task: TaskDisputeOverdue, Dispute: dispute.ID, Day: dispute.RespondBy, At: now,
				Because: Reason{Code: becauseDisputeOverdue, Dispute: dispute.Reason, Date: dispute.RespondBy},
			}
		}
		if next.ID == "" || dispute.EscalateOn < next.EscalateOn {
			next = dispute
		}
	}
	if next.ID == "" {
		return action
	}
	return sooner(action, Action{
		Kind: ActionWait, Task: TaskDisputeOverdue, Dispute: next.ID, Day: next.RespondBy, At: c.Window.Instant(next.EscalateOn, c.Debtor),
	})
}

// reportDisputeTask notes that a supervisor was asked about the first dispute that
// is overdue at a moment.
func (c Case) reportDisputeTask(at time.Time) []Event {
	if action := c.watchDisputes(Action{Kind: ActionIdle}, at); action.Kind == ActionOpenTask {
		return []Event{DisputeEscalated{ID: action.Dispute}}
	}
	return nil
}

// omitNothing is no amount at all in place of nothing in a currency.
func omitNothing(amount money.Amount) money.Amount {
	if amount.IsZero() {
		return money.Amount{}
	}
	return amount
}

// pause are the days on which nothing but what is disputed was open.
func (d Dispute) pause(until calendar.Date) (pause, bool) {
	if d.RestFrom.IsZero() {
		return pause{}, false
	}
	end := until
	if !d.EndedOn.IsZero() {
		end = min(end, d.EndedOn)
	}
	return pause{d.RestFrom, end}, true
}

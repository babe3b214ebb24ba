package collection

import (
	"slices"
	"time"

	"relance/calendar"
	"relance/money"
)

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
	respond := c.workingDaysAfter(command.On, c.disputeTerms().RespondDays())
	raised := DisputeRaised{Dispute: Dispute{
		ID: command.ID, Reason: command.Reason, Amount: command.Amount, WholeClaim: command.Amount.IsZero(),
		RaisedBy: command.RaisedBy, Owner: command.Owner, RaisedOn: command.On,
		RespondBy: respond, EscalateOn: c.workingDaysAfter(respond, c.disputeTerms().EscalateDays()),
		CreditBefore: money.OmitNothing(c.amount(c.freeCredit())),
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
		ID: dispute.ID, Outcome: command.Outcome, On: command.Today, Accepted: money.OmitNothing(c.amount(accepted)),
		Awaited: money.OmitNothing(c.amount(accepted - credited)), Credited: money.OmitNothing(c.amount(credited)),
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

// reportDisputeTask notes that a supervisor was asked about the first dispute that
// is overdue at a moment.
func (c Case) reportDisputeTask(at time.Time) []Event {
	if action := c.watchDisputes(Action{Kind: ActionIdle}, at); action.Kind == ActionOpenTask {
		return []Event{DisputeEscalated{ID: action.Dispute}}
	}
	return nil
}

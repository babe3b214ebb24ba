package collection

import (
	"cmp"

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

package handoff

import (
	"slices"

	"relance/calendar"
)

// Phase is how far a handoff has come. It only ever moves forward.
type Phase string

// The phases, in order.
const (
	// Announced: the cooling-off time runs, then a person approves. A payment wins.
	Announced Phase = "announced"
	// WithPartner: the partner has the file.
	WithPartner Phase = "with-partner"
	// Recalling: the partner is being told to stop.
	Recalling Phase = "recalling"
	// Ended: the claim is with the creditor again, or settled.
	Ended Phase = "ended"
)

// Phases lists the phases in their order.
func Phases() []Phase { return []Phase{Announced, WithPartner, Recalling, Ended} }

// IsBefore reports whether a phase comes before another.
func (p Phase) IsBefore(other Phase) bool {
	return slices.Index(Phases(), p) < slices.Index(Phases(), other)
}

// End is how a handoff ended.
type End string

// The ends of a handoff.
const (
	// EndPaid: the debtor paid before the partner had the file.
	EndPaid End = "paid"
	// EndNotApproved: a person refused it, or took the proposal back.
	EndNotApproved End = "not-approved"
	// EndDeclined: the partner does not take it.
	EndDeclined End = "declined"
	// EndCollected: the partner collected all of it.
	EndCollected End = "collected"
	// EndRecalled: it was taken back from the partner.
	EndRecalled End = "recalled"
	// EndReturned: the partner gave it back.
	EndReturned End = "returned"
	// EndUnpaid: the partner closed its file without payment.
	EndUnpaid End = "unpaid"
)

// Status is what a partner tells about its work.
type Status string

// What a partner can tell.
const (
	Received      Status = "received"
	Accepted      Status = "accepted"
	Declined      Status = "refused"
	InProgress    Status = "in-progress"
	OrderObtained Status = "order-obtained"
	Served        Status = "served"
	Opposed       Status = "opposed"
	Enforced      Status = "enforced"
	Collected     Status = "collected"
	ClosedUnpaid  Status = "closed-unpaid"
	Returned      Status = "returned"
)

// Statuses lists what a partner can tell.
func Statuses() []Status {
	return []Status{Received, Accepted, Declined, InProgress, OrderObtained, Served, Opposed, Enforced, Collected, ClosedUnpaid, Returned}
}

// IsEarlier reports whether a status of a day comes before another one that is known:
// callbacks are repeated until they are taken, so that an older one may come last. The
// same status of an earlier day corrects the one that is known.
func (s Status) IsEarlier(on calendar.Date, known Status, knownOn calendar.Date) bool {
	if s == known || known == "" {
		return false
	}
	return on < knownOn || on == knownOn && slices.Index(Statuses(), s) < slices.Index(Statuses(), known)
}

// Ends is how a status ends the handoff; empty when it goes on. Collected does not:
// the money ends it, when it is remitted.
func (s Status) Ends() End {
	switch s {
	case Declined:
		return EndDeclined
	case ClosedUnpaid:
		return EndUnpaid
	case Returned:
		return EndReturned
	default:
		return ""
	}
}

package collection

import (
	"slices"

	"relance/calendar"
	"relance/handoff"
	"relance/money"
)

// HandoffProposed: the claim is to be given to a partner; the cooling-off time runs.
type HandoffProposed struct{ Handoff Handoff }

// HandoffApprovalAsked: a person was asked to approve the handoff.
type HandoffApprovalAsked struct{ ID string }

// HandoffApproved: a person approved to hand over this principal.
type HandoffApproved struct {
	ID     string
	Amount money.Amount
}

// HandoffApprovalLapsed: the claim is not what was approved any more.
type HandoffApprovalLapsed struct{ ID string }

// HandoffSending: the partner is being given the file.
type HandoffSending struct{ ID string }

// HandoffDelivered: the partner has the file.
type HandoffDelivered struct {
	ID string
	On calendar.Date
}

// HandoffDoubted: nobody knows whether the partner got the file.
type HandoffDoubted struct{ ID string }

// PartnerReported: the partner told how far it has come; Limits are those that run now.
type PartnerReported struct {
	ID     string
	Status handoff.Status
	On     calendar.Date
	Limits []handoff.TimeLimit `json:",omitempty"`
}

// TimeLimitTold: a person was told of a day of a time limit.
type TimeLimitTold struct {
	ID  string
	Key string
	Day calendar.Date
}

// RemittanceTaken: the partner accounted for what it collected.
type RemittanceTaken struct {
	ID    string
	Gross money.Amount
}

// RecallAsked: the claim is to be taken back from the partner.
type RecallAsked struct {
	ID     string
	Reason RecallReason
}

// HandoffEnded: the claim is with the creditor again, or settled.
type HandoffEnded struct {
	ID  string
	End handoff.End
	On  calendar.Date `json:",omitzero"`
}

// handoffEvents lists the events of handoffs, to be read from JSON.
func handoffEvents() []Event {
	return []Event{
		HandoffProposed{}, HandoffApprovalAsked{}, HandoffApproved{}, HandoffApprovalLapsed{}, HandoffSending{}, HandoffDelivered{}, HandoffDoubted{},
		PartnerReported{}, TimeLimitTold{}, RemittanceTaken{}, RecallAsked{}, HandoffEnded{}, PartnerToldOfInsolvency{},
	}
}

func (e HandoffProposed) apply(c Case) Case {
	c.Handoffs = append(slices.Clone(c.Handoffs), e.Handoff)
	return c
}

func (e HandoffApprovalAsked) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) { h.Asked, h.Asks = true, h.Asks+1 })
}

func (e HandoffApproved) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) { h.Approved, h.Doubtful = e.Amount, false })
}

func (e HandoffApprovalLapsed) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) { h.Approved, h.Asked, h.Sending = money.Amount{}, false, false })
}

func (e HandoffSending) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) { h.Sending = true })
}

func (e HandoffDelivered) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) {
		h.DeliveredOn, h.Sending, h.Doubtful = e.On, false, false
		if h.Phase == handoff.Announced {
			h.Phase = handoff.WithPartner
		}
	})
}

func (e HandoffDoubted) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) {
		h.Approved, h.Asked, h.Sending, h.Doubtful = money.Amount{}, false, false, true
	})
}

func (e PartnerReported) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) { h.Status, h.StatusOn, h.Limits = e.Status, e.On, e.Limits })
}

func (e TimeLimitTold) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) { h.Limits = handoff.WithTold(h.Limits, e.Key, e.Day) })
}

func (e RemittanceTaken) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) {
		if sum, err := h.Remitted.Add(e.Gross); err == nil {
			h.Remitted = sum
		} else {
			h.Remitted = e.Gross // the first one
		}
	})
}

func (e RecallAsked) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) { h.Phase, h.Recall = handoff.Recalling, e.Reason })
}

func (e HandoffEnded) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) {
		h.Phase, h.End, h.EndedOn, h.Sending, h.Limits = handoff.Ended, e.End, e.On, false, nil
	})
}

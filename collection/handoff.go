package collection

import (
	"slices"
	"time"

	"relance/calendar"
	"relance/handoff"
	"relance/money"
)

// Handoff is the transfer of the claim to a professional, from its proposal until the
// claim is back or settled. A case has at most one that is live.
type Handoff struct {
	ID string `json:"id"`
	// Partner is the ID of the professional in the configuration.
	Partner string        `json:"partner"`
	Route   handoff.Route `json:"route"`
	Phase   handoff.Phase `json:"phase"`
	// ProposedOn begins the cooling-off time, in which a payment wins.
	ProposedOn     calendar.Date `json:"proposedOn"`
	CoolingOffDays int           `json:"coolingOff,omitempty"`
	// Asks counts how often a person was asked to approve; Asked: the last question is
	// open.
	Asks  int  `json:"asks,omitempty"`
	Asked bool `json:"asked,omitempty"`
	// Approved is the principal that a person approved to hand over.
	Approved money.Amount `json:"approved,omitzero"`
	// Sending: the partner is being given the file. Doubtful: nobody knows whether it
	// got it.
	Sending     bool          `json:"sending,omitempty"`
	Doubtful    bool          `json:"doubtful,omitempty"`
	DeliveredOn calendar.Date `json:"deliveredOn,omitzero"`
	// Status is what the partner told last, and Limits what its reports set running.
	Status   handoff.Status      `json:"status,omitempty"`
	StatusOn calendar.Date       `json:"statusOn,omitzero"`
	Limits   []handoff.TimeLimit `json:"limits,omitempty"`
	// Remitted is the gross amount that the partner collected and accounted for.
	Remitted money.Amount `json:"remitted,omitzero"`
	// Frozen are the insolvency proceedings of which a person was asked to tell the partner.
	Frozen string `json:"frozen,omitempty"`
	// Recall is why it is taken back.
	Recall  RecallReason  `json:"recall,omitempty"`
	End     handoff.End   `json:"end,omitempty"`
	EndedOn calendar.Date `json:"endedOn,omitzero"`
}

// RecallReason is why a claim is taken back from a partner.
type RecallReason string

// Why a claim is taken back.
const (
	RecallPaid     RecallReason = "paid-directly"
	RecallByPerson RecallReason = "decided"
	RecallClosed   RecallReason = "case-closed"
)

// IsLive reports whether the handoff has not ended.
func (h Handoff) IsLive() bool { return h.Phase != "" && h.Phase != handoff.Ended }

// approvalFrom is the first day on which it may be approved.
func (h Handoff) approvalFrom() calendar.Date { return h.ProposedOn.AddDays(h.CoolingOffDays) }

// LiveHandoff is the handoff that has not ended.
func (c Case) LiveHandoff() (Handoff, bool) {
	if n := len(c.Handoffs); n > 0 && c.Handoffs[n-1].IsLive() {
		return c.Handoffs[n-1], true
	}
	return Handoff{}, false
}

// Handoff is the handoff of an ID.
func (c Case) Handoff(id string) (Handoff, bool) {
	for _, h := range c.Handoffs {
		if h.ID == id {
			return h, true
		}
	}
	return Handoff{}, false
}

// OwesPartner reports whether a partner must still hear from us, even when the case
// is closed: the file is on its way, or the claim is to be taken back.
func (c Case) OwesPartner() bool {
	_, owes := c.towardsPartner(time.Time{})
	return owes
}

// isWithPartner: a partner has the claim, or is being told to stop.
func (c Case) isWithPartner() bool {
	h, live := c.LiveHandoff()
	return live && h.Phase != handoff.Announced
}

// towardsPartner is what is begun with a partner and must be brought to its end
// whatever became of the claim meanwhile.
func (c Case) towardsPartner(now time.Time) (Action, bool) {
	h, live := c.LiveHandoff()
	switch {
	case live && h.Sending:
		return Action{Kind: ActionHandOver, Handoff: h.ID, At: now, Because: Reason{Code: becauseHandingOver, Partner: h.Partner}}, true
	case live && h.Phase == handoff.Recalling:
		return Action{Kind: ActionRecall, Handoff: h.ID, At: now, Because: Reason{Code: becauseRecalling, Partner: h.Partner, Recall: h.Recall}}, true
	default:
		return Action{}, false
	}
}

// whileWithPartner keeps the ladder still: the debtor hears from the partner only.
// A person is told of the time limits that the partner's reports set running.
func (c Case) whileWithPartner(now time.Time) (Action, bool) {
	h, live := c.LiveHandoff()
	if !live || h.Phase != handoff.WithPartner {
		return Action{}, false
	}
	today := c.Window.DateOf(now)
	if limit, day, found := handoff.Due(h.Limits, today); found {
		return Action{Kind: ActionOpenTask, Task: TaskTimeLimit, Handoff: h.ID, Limit: limit, Day: day, At: now, Because: limitReason(h, limit)}, true
	}
	if limit, day, found := handoff.NextDay(h.Limits, today); found {
		return Action{Kind: ActionWait, Task: TaskTimeLimit, Handoff: h.ID, Limit: limit, Day: day, At: c.Window.Instant(day, c.Debtor), Because: limitReason(h, limit)}, true
	}
	return Action{Kind: ActionIdle, Handoff: h.ID, Because: Reason{Code: becauseWithPartner, Partner: h.Partner, Date: h.DeliveredOn, Amount: c.Open}}, true
}

func limitReason(h Handoff, limit handoff.TimeLimit) Reason {
	return Reason{Code: becauseTimeLimit, Partner: h.Partner, Date: h.DeliveredOn, Limit: limit}
}

// whileHandoffAnnounced waits for the end of the cooling-off time and for a person's
// approval, then hands the case over.
func (c Case) whileHandoffAnnounced(now time.Time) (Action, bool) {
	h, live := c.LiveHandoff()
	if !live || h.Phase != handoff.Announced {
		return Action{}, false
	}
	if broken, waits := c.awaitedBalance(c.Window.DateOf(now)); waits {
		return Action{
			Kind: ActionWait, Task: TaskHandoffApproval, Handoff: h.ID, At: c.Window.Instant(broken.PayBy.AddDays(1), c.Debtor),
			Because: Reason{Code: becausePlanBroken, Text: broken.ID, Date: broken.PayBy},
		}, true
	}
	from := c.Window.Instant(h.approvalFrom(), c.Debtor)
	why := Reason{Code: becauseHandoffApproval, Partner: h.Partner, Amount: c.Open}
	switch {
	case h.Approved.Sign() > 0:
		return Action{Kind: ActionHandOver, Handoff: h.ID, At: now, Because: Reason{Code: becauseHandingOver, Partner: h.Partner}}, true
	case from.After(now):
		return Action{
			Kind: ActionWait, Task: TaskHandoffApproval, Handoff: h.ID, At: from,
			Because: Reason{Code: becauseHandoffCoolingOff, Partner: h.Partner, Date: h.approvalFrom(), Late: c.Window.DateOf(now) > h.approvalFrom()},
		}, true
	case !h.Asked:
		return Action{Kind: ActionOpenTask, Task: TaskHandoffApproval, Handoff: h.ID, Partner: h.Partner, Doubtful: h.Doubtful, Try: h.Asks, At: now, Because: why}, true
	default:
		return Action{Kind: ActionIdle, Handoff: h.ID, Because: why}, true
	}
}

// watchTimeLimits puts the time limits of a partner beside what the case does: they run
// whatever keeps the case still.
func (c Case) watchTimeLimits(action Action, now time.Time) Action {
	withPartner, resting := c.whileWithPartner(now)
	if !resting || c.isPrincipalPaid() {
		return action
	}
	return beside(action, withPartner)
}

// handoffPauses are the days on which the ladder stood still for a handoff.
func (c Case) handoffPauses(until calendar.Date) []pause {
	var all []pause
	for _, h := range c.Handoffs {
		end := h.EndedOn
		if h.IsLive() {
			end = until
		}
		if end > h.ProposedOn {
			all = append(all, pause{h.ProposedOn, end})
		}
	}
	return all
}

// withHandoff replaces or appends a handoff.
func (c Case) withHandoff(id string, change func(*Handoff)) Case {
	c.Handoffs = slices.Clone(c.Handoffs)
	for i := range c.Handoffs {
		if c.Handoffs[i].ID == id {
			change(&c.Handoffs[i])
		}
	}
	return c
}

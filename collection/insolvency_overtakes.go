package collection

import (
	"cmp"

	"relance/calendar"
	"relance/handoff"
	"relance/money"
)

// EndedByInsolvency is how a plan that a case follows ends when proceedings are opened.
const EndedByInsolvency = "insolvency"

// PartnerToldOfInsolvency: a person was asked to tell the partner of a handoff of the
// insolvency proceedings.
type PartnerToldOfInsolvency struct{ ID, Proceeding string }

func (e PartnerToldOfInsolvency) apply(c Case) Case {
	return c.withHandoff(e.ID, func(h *Handoff) { h.Frozen = e.Proceeding })
}

// overtakenByInsolvency ends what was arranged with the debtor about a claim that was
// born before the opening judgment: from that day it may not pay it (C. com. L622-7),
// and nobody may sue for it (L622-21). A promise counts neither as kept nor as broken;
// a plan is left; a mediation is given up, or its agreement cannot be kept; a handoff
// that is only announced lapses. A partner that has the file, or may have it, is told
// by a person: see partnerToTell. Nothing of it comes back if the proceedings are
// lifted: the ladder then goes on at the step it had. c knows of the proceedings.
func (c Case) overtakenByInsolvency() []Event {
	on := cmp.Or(c.Insolvency.From, c.Insolvency.Judgment)
	var events []Event
	if promise, running := c.RunningPromise(); running {
		events = append(events, PromiseConcluded{ID: promise.ID, Outcome: PromiseOvertaken, On: max(on, promise.MadeOn), Came: money.OmitNothing(c.Came(promise))})
	}
	if plan, found := c.ActivePlan(); found {
		events = append(events, PlanLeft{ID: plan.ID, On: max(on, plan.From), As: EndedByInsolvency})
	}
	if m, open := c.OpenMediation(); open {
		events = append(events, m.overtaken(on))
	}
	if h, live := c.LiveHandoff(); live && h.Phase == handoff.Announced && !h.Sending && !h.Doubtful {
		events = append(events, HandoffEnded{ID: h.ID, End: handoff.EndNotApproved, On: max(on, h.ProposedOn)})
	}
	return events
}

func (m Mediation) overtaken(on calendar.Date) Event {
	if m.Phase() == MediationAgreed {
		return AgreementBroken{ID: m.ID, On: max(on, m.Ended)}
	}
	last := max(on, m.Proposed, m.Accepted)
	if len(m.Sessions) > 0 {
		last = max(last, m.lastSession())
	}
	return MediationEnded{ID: m.ID, On: last, Outcome: OutcomeWithdrawn}
}

// partnerToTell is the handoff whose partner has the file of a frozen claim, or may have
// it, and of which no person was asked yet to tell it.
func (c Case) partnerToTell() (Handoff, bool) {
	h, live := c.LiveHandoff()
	has := h.Phase == handoff.WithPartner || h.Phase == handoff.Announced && h.Doubtful
	return h, live && has && h.Frozen != c.Insolvency.Proceeding && c.Insolvency.Freezes() && c.Insolvency.End == ""
}

// refuseFrozen refuses what nobody may arrange with a debtor about a claim that
// insolvency proceedings freeze.
func (c Case) refuseFrozen(what string) error {
	if !c.Insolvency.Freezes() {
		return nil
	}
	return Refuse(RefusedNotNow, "the debtor of %s is in insolvency proceedings (%s, judgment of %s): what was owed before cannot be %s (C. com. L622-7, L622-21); declare the claim",
		c.ID(), c.Insolvency.Kind, c.Insolvency.Judgment, what)
}
